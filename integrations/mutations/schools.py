"""Organizations of the roster that are schools become schools of the district."""

from collections.abc import Sequence

from accounts.models import School
from accounts.mutations import add_school
from core.actor import Actor
from core.mutation import audit, mutation, unchanged
from integrations.oneroster.people import school_codes
from integrations.oneroster.rows import Org


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
        school = next(
            (known[code] for code in school_codes(org.sourced_id, org.identifier) if code in known), None
        )
        if school is None:
            if not org.ended:
                code = school_codes(org.sourced_id, "")[0]
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
