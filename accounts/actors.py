"""Turn a session, a token or a queued reference into an Actor, with the roles held today."""

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import HttpRequest
from django.utils import timezone

from accounts.features import FeatureOff, turned_off
from accounts.models import ApiToken, Grant, Membership, MembershipSchool, Organization, Person
from accounts.rights import Role
from core.actor import Actor, Hat, Kind, Origin, Scope, system_actor
from core.errors import NotFound, NotSignedIn
from core.models import in_force
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
    """The districts in which a person holds a role today, as today is there, by name."""
    with within(None, person_id=person_id):
        rows = Membership.objects.filter(person_id=person_id, organization__is_active=True)
        held = [
            row for row in rows.select_related("organization") if holds(row, row.organization.local_date())
        ]
    found = {row.organization.slug: row.organization.name for row in held}
    return tuple(
        District(slug, name) for slug, name in sorted(found.items(), key=lambda item: item[1].casefold())
    )


def first_page(*, person_id: UUID, slug: str) -> str:
    """Where a person begins in a district, as they prefer and their roles allow: My day otherwise."""
    organization = organization_by_slug(slug)
    wanted = Person.objects.values_list("start_page", flat=True).get(id=person_id)
    with within(organization.id):
        held = Membership.objects.filter(in_force(organization.local_date()), person_id=person_id)
        roles = set(held.values_list("role", flat=True))
    if wanted == Person.StartPage.FAMILY and Role.PARENT in roles and roles != {Role.PARENT.value}:
        return f"/d/{slug}/family/"
    if wanted == Person.StartPage.CASELOAD and roles - {Role.PARENT.value}:
        return f"/d/{slug}/caseload/"
    if wanted == Person.StartPage.DISTRICT and Role.ADMINISTRATOR in roles:
        return f"/d/{slug}/people/"
    return f"/d/{slug}/"


def is_staff_somewhere(person_id: UUID) -> bool:
    """Whether a person holds a role today, in any district, that is not a parent's."""
    with within(None, person_id=person_id):
        rows = Membership.objects.filter(person_id=person_id, organization__is_active=True)
        staff = rows.exclude(role=Role.PARENT).select_related("organization")
        return any(holds(row, row.organization.local_date()) for row in staff)


def own_id(request: HttpRequest) -> UUID:
    """The id of the person who is signed in. Raises NotSignedIn."""
    if not isinstance(request.user, Person):
        raise NotSignedIn
    return request.user.id


def holds(membership: Membership, today: date) -> bool:
    """Whether a role is held on a day: `core.models.in_force` of a row that is read already."""
    return membership.starts_on <= today and (membership.ends_on is None or membership.ends_on > today)


def actor_of_person(
    *,
    person_id: UUID,
    organization_id: UUID,
    hat: Hat = Hat.STAFF,
    origin: Origin | None = None,
) -> Actor:
    """A person acting in an organisation, in a transaction of its own. Raises NotFound for who is nothing there."""
    organization = Organization.objects.filter(id=organization_id, is_active=True).first()
    person = Person.objects.filter(id=person_id, is_active=True).first()
    if organization is None or person is None:
        raise NotFound
    with within(organization_id):
        return member(person=person, organization=organization, hat=hat, origin=origin)


def member(
    *,
    person: Person,
    organization: Organization,
    hat: Hat,
    origin: Origin | None = None,
) -> Actor:
    """A person acting in the organisation of the open transaction, under one hat. Raises NotFound.

    Under the staff hat a person who holds only the role parent acts as a parent; staff who are also parents do so
    only under the family hat.
    """
    today = organization.local_date()
    held = Membership.objects.filter(in_force(today), person_id=person.id)
    worn = _worn(list(held.annotate(single=_single_rights(today), schools=_schools())), hat)
    if not worn or not person.is_active:
        raise NotFound
    is_family = all(membership.role == Role.PARENT for membership in worn)
    off = turned_off(organization.features)
    if is_family and "family_pages" in off:
        raise FeatureOff(details={"feature": "family_pages"})
    single = [] if is_family else [(row["e"], row["r"]) for row in worn[0].single]  # type: ignore[attr-defined]
    return Actor(
        kind=Kind.PERSON,
        organization_id=organization.id,
        name=person.name,
        acting_person_id=person.id,
        hat=Hat.FAMILY if is_family else Hat.STAFF,
        scopes=_scopes(worn),
        granted=frozenset(right for effect, right in single if effect == Grant.Effect.ADD),
        withheld=frozenset(right for effect, right in single if effect == Grant.Effect.TAKE),
        features_off=off,
        today=today,
        origin=origin or Origin(),
    )


def _single_rights(today: date) -> ArraySubquery:
    """Effect and name of each single right of a membership's person, so that they cost no statement of their own."""
    rows = Grant.objects.filter(
        in_force(today),
        organization_id=OuterRef("organization_id"),
        person_id=OuterRef("person_id"),
    )
    return ArraySubquery(rows.values_list(JSONObject(e="effect", r="right")))


def _schools() -> ArraySubquery:
    """The schools of a membership, likewise."""
    return ArraySubquery(
        MembershipSchool.objects.filter(membership_id=OuterRef("pk")).values_list("school_id")
    )


def _scopes(worn: list[Membership]) -> tuple[Scope, ...]:
    return tuple(
        Scope(
            role=membership.role,
            school_ids=frozenset(
                membership.schools  # type: ignore[attr-defined]  # annotated in `member`
                if membership.role != Role.PARENT
                else ()
            ),
            is_district_wide=membership.role == Role.ADMINISTRATOR
            or (membership.is_district_wide and membership.role != Role.PARENT),
        )
        for membership in worn
    )


def _worn(held: list[Membership], hat: Hat) -> list[Membership]:
    parent = [membership for membership in held if membership.role == Role.PARENT]
    staff = [membership for membership in held if membership.role != Role.PARENT]
    return parent if hat is Hat.FAMILY else staff or parent


def software_actor(*, organization: Organization, name: str) -> Actor:
    """The software itself at work in one organisation, with today as it is there."""
    made = system_actor(organization_id=organization.id, name=name)
    return replace(made, today=organization.local_date(), features_off=turned_off(organization.features))


def joining(*, slug: str, origin: Origin) -> Actor:
    """Who acts when somebody opens the link of an invitation: nobody yet, so the software. Raises NotFound."""
    return replace(software_actor(organization=organization_by_slug(slug), name="Invitation"), origin=origin)


def software_actors(*, name: str) -> tuple[Actor, ...]:
    """The software at work in each active organisation: for what runs by the clock."""
    rows = Organization.objects.filter(is_active=True).order_by("slug")
    return tuple(software_actor(organization=row, name=name) for row in rows)


def organization_ids() -> tuple[UUID, ...]:
    """Every organisation, the inactive ones too: whose audit is kept."""
    return tuple(Organization.objects.order_by("slug").values_list("id", flat=True))


def actor_of_software(*, kind: Kind, organization_id: UUID, name: str, origin: Origin) -> Actor:
    """A program or the software itself, taken up again in an organisation, with today as it is there.

    Raises NotFound.
    """
    organization = Organization.objects.filter(id=organization_id, is_active=True).first()
    if organization is None:
        raise NotFound
    return replace(software_actor(organization=organization, name=name), kind=kind, origin=origin)


def token_digest(token: str) -> str:
    """What is kept of a token. It has 256 random bits, so a plain hash is enough."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_token() -> str:
    """A bearer token, shown once."""
    return TOKEN_PREFIX + secrets.token_urlsafe(32)


def new_secret() -> str:
    """The secret of a link that works once."""
    return secrets.token_urlsafe(32)


def token_holder(token: str) -> ApiToken | None:
    """The row of a token that still holds, with its person, else None. Notes its use once a minute."""
    now = timezone.now()
    found = (
        ApiToken.objects.select_related("person")
        .filter(
            digest=token_digest(token),
            revoked_at=None,
            expires_at__gt=now,
            person__is_active=True,
        )
        .first()
    )
    if found and (found.last_used_at is None or found.last_used_at < now - timedelta(minutes=1)):
        ApiToken.objects.filter(id=found.id).update(last_used_at=now)
    return found
