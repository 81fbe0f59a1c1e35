"""People of the roster become roster entries: nobody gets a sign-in, and nobody a case file, from a roster."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from core.actor import Actor
from core.mutation import mutation
from integrations.models import RosterRecord
from integrations.oneroster.people import Described, describe
from integrations.queries import roster_schools
from students.mutations.roster import RosterPerson, keep_roster_entries


@mutation
def keep_people(*, actor: Actor, users: Collection[str], now: datetime) -> int:
    """Bring the roster entries of these people up to their records. Returns how many are new or differ."""
    rows = RosterRecord.objects.filter(organization_id=actor.organization_id, source="oneroster")
    people = {
        sourced_id: (payload, is_current)
        for sourced_id, payload, is_current in rows.filter(noun="users", sourced_id__in=users).values_list(
            "sourced_id", "payload", "is_current"
        )
    }
    roles: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    held = rows.filter(noun="roles", owner__in=list(people), is_current=True).order_by("sourced_id")
    for owner, payload in held.values_list("owner", "payload"):
        roles[owner].append(payload)
    born = rows.filter(noun="demographics", sourced_id__in=list(people), is_current=True)
    births = dict(born.values_list("sourced_id", "payload__birth_on"))
    schools = roster_schools(actor=actor)
    kept = []
    for sourced_id, (payload, is_current) in people.items():
        found = describe(sourced_id, payload, roles[sourced_id], births.get(sourced_id) or "")
        if found is not None:
            kept.append(_person(found, schools, is_current))
    return keep_roster_entries(actor=actor, people=kept, now=now)


def _person(found: Described, schools: Mapping[str, UUID], is_current: bool) -> RosterPerson:
    return RosterPerson(
        sourced_id=found.sourced_id,
        part=found.part,
        role=found.role,
        given_name=found.given_name,
        middle_name=found.middle_name,
        family_name=found.family_name,
        preferred_name=found.preferred_name,
        identifier=found.identifier,
        email=found.email,
        phone=found.phone,
        grade=found.grade,
        birth_on=found.birth_on,
        school_id=next((schools[org] for org in found.orgs if org in schools), None),
        is_current=is_current,
    )
