"""Schools, settings and how pages look to each person."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.features import BY_NAME, turned_off
from accounts.models import Organization, Person, School
from accounts.queries import own_person, school, settings_of
from accounts.rules import may_keep_district
from core.actor import Actor
from core.errors import Invalid
from core.mutation import audit, mutation, require, unchanged

PREFERENCES = (
    "theme",
    "font",
    "language",
    "has_single_keys",
    "start_page",
    "quiet_in_app",
    "quiet_by_email",
)
SETTINGS = (
    "name",
    "timezone",
    "currency",
    "date_format",
    "opens_at",
    "closes_at",
    "contact_name",
    "contact_email",
    "contact_phone",
)


@mutation
def add_school(*, actor: Actor, name: str, code: str) -> School:
    """Add a school to the actor's district. Raises NotAllowed, Invalid when the code is taken."""
    require(actor, may_keep_district, actor)
    found = School(organization_id=actor.organization_id, name=name, code=code)
    _check_code(found)
    found.full_clean()
    found.save()
    audit(actor, "accounts.school.added", found, code=code)
    return found


@mutation
def update_school(*, actor: Actor, school_id: UUID, name: str, code: str, is_active: bool) -> School:
    """Rename a school, change its code, close or reopen it. Raises NotFound, NotAllowed, Invalid."""
    found = school(actor=actor, school_id=school_id)
    require(actor, may_keep_district, found)
    changed = _assign(found, {"name": name, "code": code, "is_active": is_active})
    if not changed:
        unchanged(actor)
        return found
    _check_code(found)
    found.full_clean()
    found.save(update_fields=changed)
    audit(actor, "accounts.school.changed", found, fields=changed)
    return found


@mutation
def update_settings(*, actor: Actor, changes: Mapping[str, Any]) -> Organization:
    """Change the district's settings: those of `SETTINGS` that are given. Raises NotAllowed, Invalid."""
    organization = settings_of(actor=actor, lock=True)
    changed = _assign(organization, {name: changes[name] for name in SETTINGS if name in changes})
    if not changed:
        unchanged(actor)
        return organization
    if organization.closes_at <= organization.opens_at:
        raise Invalid(fields={"closes_at": [_("Closing time must be after opening time.")]})
    organization.full_clean()
    organization.save(update_fields=changed)
    audit(actor, "accounts.settings.changed", organization, fields=changed)
    return organization


@mutation
def set_features(*, actor: Actor, changes: Mapping[str, bool]) -> Organization:
    """Turn parts of the program on or off in the district. Raises NotAllowed, Invalid for a name that is not listed."""
    organization = settings_of(actor=actor, lock=True)
    unknown = {name[:80]: [_("There is no such feature.")] for name in changes if name not in BY_NAME}
    if unknown:
        raise Invalid(fields=unknown)
    before = turned_off(organization.features)
    chosen = {**organization.features, **{name: bool(is_on) for name, is_on in changes.items()}}
    changed = before ^ turned_off(chosen)
    if not changed:
        unchanged(actor)
        return organization
    organization.features = chosen
    organization.save(update_fields=["features"])
    audit(
        actor,
        "accounts.features.changed",
        organization,
        turned_on=sorted(changed & before),
        turned_off=sorted(changed - before),
    )
    return organization


@mutation
def set_preferences(*, actor: Actor, changes: Mapping[str, Any]) -> Person:
    """Change how pages look and read to the actor: those of `PREFERENCES` that are given. Raises Invalid."""
    person = own_person(actor=actor, lock=True)
    changed = _assign(person, {name: changes[name] for name in PREFERENCES if name in changes})
    if not changed:
        unchanged(actor)
        return person
    person.full_clean()
    person.save(update_fields=changed)
    audit(actor, "accounts.preferences.changed", person, fields=changed)
    return person


def _assign(record: Any, wanted: Mapping[str, Any]) -> list[str]:
    """Set what differs; the names of what was set."""
    changed = [name for name, value in wanted.items() if getattr(record, name) != value]
    for name in changed:
        setattr(record, name, wanted[name])
    return changed


def _check_code(found: School) -> None:
    taken = School.objects.filter(organization_id=found.organization_id, code=found.code).exclude(id=found.id)
    if taken.exists():
        raise Invalid(fields={"code": [_("Another school of this district has this code.")]})
