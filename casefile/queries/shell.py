"""What surrounds every page: who is signed in, where, and where else they may go."""

from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Q
from django.utils.translation import get_language

from accounts.actors import District, districts_of
from accounts.features import is_on
from accounts.models import Membership, MembershipSchool
from accounts.rights import STAFF_ROLES, DistrictAction, Role, may_in_district
from core.actor import Actor, Hat, Origin
from core.kept import kept

KEPT_SECONDS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a person is here, in words for the account menu, and which doors are open."""

    role_labels: tuple[str, ...]
    school_names: tuple[str, ...]
    has_staff_hat: bool
    has_family_hat: bool
    may_import: bool
    may_read_outbox: bool
    may_keep_people: bool
    may_read_audit: bool
    may_keep_calendar: bool
    other_districts: tuple[District, ...]


def standing(*, actor: Actor, slug: str) -> Standing:
    """What the actor is in this district today, and the other districts they belong to.

    Words and links, never a right: they may be some seconds old, unless the actor's own rights changed.
    """
    key = ("standing", replace(actor, origin=Origin()), get_language())
    return kept(key, seconds=KEPT_SECONDS, read=lambda: _standing(actor, slug))


def _standing(actor: Actor, slug: str) -> Standing:
    held = _held(actor)
    roles = {role for _id, role, _title in held}
    worn = {role for role in roles if (role == Role.PARENT) is (actor.hat is Hat.FAMILY)}
    schools = MembershipSchool.objects.filter(
        organization_id=actor.organization_id,
        membership_id__in=[held_id for held_id, role, _ in held if role in worn],
    )
    return Standing(
        role_labels=tuple(title or str(Role(role).label) for _id, role, title in held if role in worn),
        school_names=tuple(sorted(set(schools.values_list("school__name", flat=True)))),
        has_staff_hat=bool(roles & STAFF_ROLES),
        has_family_hat=Role.PARENT in roles and is_on(actor, "family_pages"),
        may_import=may_in_district(actor, DistrictAction.IMPORT_ROSTER) and is_on(actor, "roster_imports"),
        may_read_outbox=may_in_district(actor, DistrictAction.READ_OUTBOX),
        may_keep_people=may_in_district(actor, DistrictAction.KEEP_PEOPLE),
        may_keep_calendar=may_in_district(actor, DistrictAction.KEEP_CALENDAR),
        may_read_audit=may_in_district(actor, DistrictAction.READ_AUDIT),
        other_districts=tuple(found for found in districts_of(actor.person_id) if found.slug != slug),
    )


def _held(actor: Actor) -> list[tuple[UUID, str, str]]:
    """Memberships of today: id, role, title."""
    current = Q(starts_on__lte=actor.today) & (Q(ends_on=None) | Q(ends_on__gt=actor.today))
    rows = Membership.objects.filter(
        current, organization_id=actor.organization_id, person_id=actor.person_id
    )
    return list(rows.order_by("role").values_list("id", "role", "title"))
