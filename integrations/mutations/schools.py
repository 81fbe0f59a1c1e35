"""Organizations of the roster that are schools become schools of the district."""

import hashlib
from collections.abc import Mapping, Sequence
from uuid import UUID

from accounts.models import School
from accounts.mutations import add_school
from core.actor import Actor
from core.mutation import audit, mutation, unchanged
from integrations.models import RosterRecord
from integrations.oneroster.rows import Org

LONGEST_CODE = 60


@mutation
def keep_schools(*, actor: Actor, orgs: Sequence[Org]) -> None:
    """Add, rename, close or open schools as the roster says. One that is known by its identifier is taken over."""
    known = {
        school.code: school
        for school in School.objects.select_for_update(of=("self",)).filter(
            organization_id=actor.organization_id
        )
    }
    unchanged(actor)
    for org in orgs:
        if org.type != "school":
            continue
        school = next((known[code] for code in codes(org.sourced_id, org.identifier) if code in known), None)
        if school is None:
            if not org.ended:
                code = codes(org.sourced_id, "")[0]
                known[code] = add_school(actor=actor, name=org.name, code=code)
            continue
        _change(actor, school, org)


def _change(actor: Actor, school: School, org: Org) -> None:
    fields = []
    if school.name != org.name and not org.ended:
        school.name = org.name
        fields.append("name")
    if school.is_active is org.ended:
        school.is_active = not org.ended
        fields.append("is_active")
    if fields:
        school.save(update_fields=fields)
        audit(actor, "accounts.school.changed", school, fields=fields, is_active=school.is_active)


def school_ids(actor: Actor) -> Mapping[str, UUID]:
    """The district's schools by the sourcedId of the organization they came from."""
    known = dict(School.objects.filter(organization_id=actor.organization_id).values_list("code", "id"))
    orgs = RosterRecord.objects.filter(
        organization_id=actor.organization_id, source="oneroster", noun="orgs", payload__type="school"
    )
    found = {}
    for sourced_id, identifier in orgs.values_list("sourced_id", "payload__identifier"):
        code = next((code for code in codes(sourced_id, identifier or "") if code in known), None)
        if code is not None:
            found[sourced_id] = known[code]
    return found


def codes(sourced_id: str, identifier: str) -> tuple[str, ...]:
    """The codes under which a school may be known, the one for a new school first."""
    own = sourced_id
    if len(own) > LONGEST_CODE:
        own = hashlib.blake2b(sourced_id.encode(), digest_size=20).hexdigest()
    return (own, identifier) if identifier and len(identifier) <= LONGEST_CODE else (own,)
