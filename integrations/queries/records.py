"""Reading what rosters gave last: what the next one leans on, and what follows from it."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from collections.abc import Set as AbstractSet
from typing import Any
from uuid import UUID

from accounts.models import School
from core.actor import Actor
from integrations.edfi.plan import Known as EdFiKnown
from integrations.models import RosterRecord
from integrations.oneroster.people import school_codes
from integrations.oneroster.rows import kind_of
from integrations.oneroster.ties import Known


def known_of(*, actor: Actor, kind: str) -> Known | EdFiKnown:
    """What earlier imports of a kind left that rows of the next one may lean on."""
    return known_edfi(actor=actor) if kind == "edfi" else known_records(actor=actor)


def known_edfi(*, actor: Actor) -> EdFiKnown:
    """Pupils, staff and organizations that earlier Ed-Fi files named."""
    rows = RosterRecord.objects.filter(organization_id=actor.organization_id, source="edfi")
    born = rows.filter(noun="students").values_list("sourced_id", "payload__born")
    places = rows.filter(noun="schools").values_list("sourced_id", "payload__type")
    return EdFiKnown(
        students={sourced_id: day or "" for sourced_id, day in born},
        staff=frozenset(rows.filter(noun="staff").values_list("sourced_id", flat=True)),
        places={sourced_id: kind or "" for sourced_id, kind in places},
    )


def payloads_of(
    *, actor: Actor, source: str, noun: str, owners: Collection[str]
) -> dict[str, list[tuple[str, dict[str, Any]]]]:
    """The current records of a kind by the person they are about: id and values, in the order of their ids."""
    rows = RosterRecord.objects.filter(
        organization_id=actor.organization_id,
        source=source,
        noun=noun,
        owner__in=list(owners),
        is_current=True,
    )
    found: dict[str, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for owner, sourced_id, payload in rows.order_by("sourced_id").values_list(
        "owner", "sourced_id", "payload"
    ):
        found[owner].append((sourced_id, payload))
    return found


def payloads(*, actor: Actor, source: str, noun: str, ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The values of records by their ids."""
    rows = RosterRecord.objects.filter(organization_id=actor.organization_id, source=source, noun=noun)
    return dict(rows.filter(sourced_id__in=list(ids)).values_list("sourced_id", "payload"))


def known_records(*, actor: Actor) -> Known:
    """What earlier imports left that rows of the next one may lean on."""
    current = RosterRecord.objects.filter(
        organization_id=actor.organization_id, source="oneroster", is_current=True
    )

    def ids(noun: str) -> frozenset[str]:
        return frozenset(current.filter(noun=noun).values_list("sourced_id", flat=True))

    orgs = current.filter(noun="orgs").values_list("sourced_id", "payload__type", "payload__parent")
    roles = {
        sourced_id: role or ""
        for sourced_id, role in current.filter(noun="users").values_list("sourced_id", "payload__role")
    }
    users = {sourced_id: kind_of(role) for sourced_id, role in roles.items()}
    for owner, role in current.filter(noun="roles").values_list("owner", "payload__role"):
        if users.get(owner) != "student" and owner in users:
            users[owner] = kind_of(role)
    return Known(
        orgs={sourced_id: (kind or "", parent or "") for sourced_id, kind, parent in orgs},
        sessions=ids("academicSessions"),
        courses=ids("courses"),
        classes=ids("classes"),
        users=users,
        roles={sourced_id: role for sourced_id, role in roles.items() if role},
    )


def roster_schools(*, actor: Actor) -> dict[str, UUID]:
    """The district's schools by the sourcedId of the organization they came from."""
    known = dict(School.objects.filter(organization_id=actor.organization_id).values_list("code", "id"))
    orgs = RosterRecord.objects.filter(
        organization_id=actor.organization_id, source="oneroster", noun="orgs", payload__type="school"
    )
    found = {}
    for sourced_id, identifier in orgs.values_list("sourced_id", "payload__identifier"):
        code = next((code for code in school_codes(sourced_id, identifier or "") if code in known), None)
        if code is not None:
            found[sourced_id] = known[code]
    return found


def missing_records(*, actor: Actor, noun: str, named: AbstractSet[str]) -> tuple[str, ...]:
    """The current records of a kind that a bulk file does not name, by sourcedId."""
    rows = RosterRecord.objects.filter(
        organization_id=actor.organization_id, source="oneroster", noun=noun, is_current=True
    )
    known = rows.order_by("sourced_id").values_list("sourced_id", flat=True)
    return tuple(sourced_id for sourced_id in known if sourced_id not in named)
