"""Turn a session, a token or a queued reference into an Actor, with the roles held today."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from accounts.models import ApiToken, Membership, MembershipSchool, Organization, Person
from accounts.rights import Role
from core.actor import Actor, Hat, Kind, Origin
from core.errors import NotFound
from core.tenant import organization as within

TOKEN_PREFIX = "tl_"  # noqa: S105  # the public beginning of a token, for secret scanners


@dataclass(frozen=True, slots=True)
class District:
    """An organisation that a person belongs to, as the switcher shows it."""

    slug: str
    name: str


def organization_by_slug(slug: str) -> Organization:
    """The active organisation with this slug. Raises NotFound."""
    found = Organization.objects.filter(slug=slug, is_active=True).first()
    if found is None:
        raise NotFound
    return found


def districts_of(person_id: UUID) -> tuple[District, ...]:
    """The districts in which a person holds a role today, by name."""
    with within(None, person_id=person_id):
        rows = (
            Membership.objects.filter(_current(timezone.now()), person_id=person_id, organization__is_active=True)
            .order_by("organization__name")
            .values_list("organization__slug", "organization__name")
            .distinct()
        )
        return tuple(District(slug, name) for slug, name in rows)


def actor_of_person(
    *, person_id: UUID, organization_id: UUID, hat: Hat = Hat.STAFF, origin: Origin | None = None
) -> Actor:
    """A person acting in an organisation, under one hat. Raises NotFound for somebody who is nothing there.

    Under the staff hat a person who holds only the role parent acts as a parent; staff who are also parents do so
    only under the family hat.
    """
    with within(organization_id):
        person = Person.objects.filter(id=person_id, is_active=True).first()
        held = list(Membership.objects.filter(_current(timezone.now()), person_id=person_id)) if person else []
        if person is None or not held:
            raise NotFound
        worn = _worn(held, hat)
        if not worn:
            raise NotFound
        schools = MembershipSchool.objects.filter(membership__in=worn).values_list("school_id", flat=True)
        is_family = all(membership.role == Role.PARENT for membership in worn)
        return Actor(
            kind=Kind.PERSON,
            organization_id=organization_id,
            name=person.name,
            acting_person_id=person.id,
            hat=Hat.FAMILY if is_family else Hat.STAFF,
            roles=frozenset(membership.role for membership in worn),
            school_ids=frozenset(schools),
            is_district_wide=any(m.is_district_wide or m.role == Role.ADMINISTRATOR for m in worn),
            origin=origin or Origin(),
        )


def _worn(held: list[Membership], hat: Hat) -> list[Membership]:
    parent = [membership for membership in held if membership.role == Role.PARENT]
    staff = [membership for membership in held if membership.role != Role.PARENT]
    return parent if hat is Hat.FAMILY else staff or parent


def _current(now: datetime) -> Q:
    """Memberships that hold at an instant; a day at either end does not matter across time zones."""
    today = now.date()
    return Q(starts_on__lte=today) & (Q(ends_on=None) | Q(ends_on__gt=today))


def token_digest(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A bearer token, shown once."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def token_holder(token: str) -> tuple[UUID, UUID] | None:
    """`(person id, organization id)` of a token that still holds, else None."""
    now = timezone.now()
    found = (
        ApiToken.objects.filter(digest=token_digest(token), revoked_at=None, expires_at__gt=now, person__is_active=True)
        .values_list("person_id", "organization_id")
        .first()
    )
    if found:
        ApiToken.objects.filter(digest=token_digest(token)).filter(
            Q(last_used_at=None) | Q(last_used_at__lt=now - timedelta(minutes=1))
        ).update(last_used_at=now)
    return found
