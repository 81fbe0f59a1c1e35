"""Reading the people, roles, schools and settings of a district."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.features import FEATURES, turned_off
from accounts.models import Membership, MembershipSchool, Organization, Person, School
from accounts.rights import STAFF_ROLES, Role
from accounts.rules import may_keep_district, may_keep_people
from core.actor import Actor, Kind
from core.errors import NotFound
from core.models import in_force, topic
from core.mutation import require
from core.outbox import topic_version

PAGE_ROWS = 50
BY_NAME = ("family_name", "given_name", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """Somebody who works in the district today."""

    person_id: UUID
    name: str
    title: str
    roles: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRole:
    """One role of one person, as administrators see it."""

    membership_id: UUID
    role: str
    role_label: str
    title: str
    schools: tuple[str, ...]
    is_district_wide: bool
    starts_on: date
    ends_on: date | None
    has_ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRow:
    """One person of the district with what they are there."""

    person_id: UUID
    name: str
    email: str
    is_active: bool
    has_signed_in: bool
    roles: tuple[HeldRole, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A topic and the version of it that a page shows."""

    topic: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """One page of the people of a district, by family name."""

    rows: tuple[PersonRow, ...]
    next: str
    words: str


def organization_of(*, actor: Actor) -> Organization:
    """The district in which the actor acts."""
    return Organization.objects.get(id=actor.organization_id)


def news_of(*, actor: Actor) -> News:
    """What tells open pages of the district's people. Ask before reading what they show."""
    name = topic("organization", actor.organization_id)
    return News(topic=name, version=topic_version(name))


def settings_of(*, actor: Actor, lock: bool = False) -> Organization:
    """The district's settings. Raises NotAllowed for all but administrators."""
    rows = Organization.objects.select_for_update() if lock else Organization.objects.all()
    organization = rows.get(id=actor.organization_id)
    require(actor, may_keep_district, organization)
    return organization


def own_person(*, actor: Actor, lock: bool = False) -> Person:
    """The person acting."""
    rows = Person.objects.select_for_update(no_key=True) if lock else Person.objects.all()
    return rows.get(id=actor.person_id)


def roles_held(*, actor: Actor, person_id: UUID) -> frozenset[str]:
    """The roles that a person holds in the actor's district today; empty for strangers."""
    rows = Membership.objects.filter(
        in_force(actor.today),
        organization_id=actor.organization_id,
        person_id=person_id,
        person__is_active=True,
    )
    return frozenset(rows.values_list("role", flat=True))


def staff_near(*, actor: Actor, school_id: UUID | None) -> tuple[StaffMember, ...]:
    """Who works in a school or in the whole district today, by name; without a school, whoever works anywhere."""
    rows = Membership.objects.filter(
        in_force(actor.today),
        organization_id=actor.organization_id,
        role__in=STAFF_ROLES,
        person__is_active=True,
        person__is_program=False,
    )
    near = rows
    if school_id is not None:
        here = MembershipSchool.objects.filter(organization_id=actor.organization_id, school_id=school_id)
        near = rows.filter(
            Q(pk__in=here.values("membership_id")) | Q(is_district_wide=True) | Q(role=Role.ADMINISTRATOR)
        )
    found: dict[UUID, list[Membership]] = {}
    for row in near.select_related("person").order_by("person__family_name", "person__given_name", "id"):
        found.setdefault(row.person_id, []).append(row)
    return tuple(
        StaffMember(
            person_id=person_id,
            name=held[0].person.name,
            title=next((row.title for row in held if row.title), str(Role(held[0].role).label)),
            roles=frozenset(row.role for row in held),
        )
        for person_id, held in found.items()
    )


def schools_of(*, actor: Actor) -> tuple[School, ...]:
    """The district's schools that are open, by name."""
    return tuple(
        School.objects.filter(organization_id=actor.organization_id, is_active=True).order_by("name", "id")
    )


def all_schools(*, actor: Actor) -> tuple[School, ...]:
    """Every school of the district, the closed ones too. Raises NotAllowed for all but administrators."""
    require(actor, may_keep_district, actor)
    return tuple(School.objects.filter(organization_id=actor.organization_id).order_by("name", "id"))


def own_schools(*, actor: Actor) -> tuple[School, ...]:
    """The schools in which the actor may open case files: all for administrators, else those of their roles."""
    if actor.kind is not Kind.PERSON or actor.is_district_wide:
        return schools_of(actor=actor)
    rows = School.objects.filter(
        organization_id=actor.organization_id, is_active=True, id__in=actor.school_ids
    )
    return tuple(rows.order_by("name", "id"))


def school(*, actor: Actor, school_id: UUID, lock: bool = False) -> School:
    """One school of the district. Raises NotFound."""
    rows = School.objects.select_for_update(no_key=True) if lock else School.objects.all()
    found = rows.filter(organization_id=actor.organization_id, id=school_id).first()
    if found is None:
        raise NotFound
    return found


def administrators(*, actor: Actor) -> QuerySet[Person]:
    """Who keeps the district today."""
    held = Membership.objects.filter(
        in_force(actor.today), organization_id=actor.organization_id, role=Role.ADMINISTRATOR
    )
    return Person.objects.filter(id__in=held.values("person_id"), is_active=True).order_by("id")


def membership_of(*, actor: Actor, membership_id: UUID) -> Membership:
    """One role of somebody in the district, with the person. Raises NotFound."""
    rows = Membership.objects.select_related("person")
    found = rows.filter(organization_id=actor.organization_id, id=membership_id).first()
    if found is None:
        raise NotFound
    return found


def held_membership(*, actor: Actor, membership_id: UUID, lock: bool = False) -> Membership:
    """One role of somebody in the district. Raises NotFound, NotAllowed."""
    rows = Membership.objects.select_for_update(of=("self",)) if lock else Membership.objects.all()
    found = rows.filter(organization_id=actor.organization_id, id=membership_id).first()
    if found is None:
        raise NotFound
    require(actor, may_keep_people, found)
    return found


def member_person(*, actor: Actor, person_id: UUID, lock: bool = False) -> Person:
    """Somebody who is or was something in the district. Raises NotFound, NotAllowed."""
    rows = Person.objects.select_for_update(no_key=True) if lock else Person.objects.all()
    here = Membership.objects.filter(organization_id=actor.organization_id, person_id=person_id)
    found = rows.filter(id=person_id).first() if here.exists() else None
    if found is None:
        raise NotFound
    require(actor, may_keep_people, found)
    return found


def people(*, actor: Actor, words: str = "", after: UUID | None = None) -> People:
    """One page of the people of the district with their roles, found by name or e-mail. Four statements at the most.

    Raises NotAllowed for all but administrators.
    """
    rows = people_rows(actor=actor)
    for word in words.split()[:4]:
        rows = rows.filter(
            Q(given_name__istartswith=word) | Q(family_name__istartswith=word) | Q(email__istartswith=word)
        )
    shown, following = page_by_name(rows, after=after, among=rows)
    return People(rows=rows_of_people(actor=actor, people=shown), next=following, words=words)


def page_by_name(
    rows: QuerySet[Person], *, after: UUID | None, among: QuerySet[Person]
) -> tuple[list[Person], str]:
    """A page of people, and the id after which the next begins: empty on the last.

    A page begins after somebody `among` these; after anybody else's id it begins as the first does, since where the
    name of a stranger stands is nobody's business.
    """
    mark = among.filter(pk=after).first() if after is not None else None
    if mark is not None:
        rows = rows.filter(
            Q(family_name__gt=mark.family_name)
            | Q(family_name=mark.family_name, given_name__gt=mark.given_name)
            | Q(family_name=mark.family_name, given_name=mark.given_name, pk__gt=mark.pk)
        )
    found = list(rows.order_by(*BY_NAME)[: PAGE_ROWS + 1])
    shown = found[:PAGE_ROWS]
    return shown, str(shown[-1].id) if len(found) > PAGE_ROWS else ""


def people_rows(*, actor: Actor) -> QuerySet[Person]:
    """Everybody who is or was something in the district, but other programs. Raises NotAllowed."""
    require(actor, may_keep_people, actor)
    here = Membership.objects.filter(organization_id=actor.organization_id)
    return Person.objects.filter(pk__in=here.values("person_id"), is_program=False)


def rows_of_people(*, actor: Actor, people: Iterable[Person]) -> tuple[PersonRow, ...]:
    """These people with what they are in the district. Two statements."""
    found = list(people)
    roles = _roles_by_person(actor, [person.id for person in found])
    return tuple(
        PersonRow(
            person_id=person.id,
            name=person.name,
            email=person.email,
            is_active=person.is_active,
            has_signed_in=person.last_login is not None,
            roles=tuple(roles.get(person.id, ())),
        )
        for person in found
    )


def _roles_by_person(actor: Actor, person_ids: Iterable[UUID]) -> dict[UUID, list[HeldRole]]:
    memberships = Membership.objects.filter(
        organization_id=actor.organization_id, person_id__in=list(person_ids)
    ).order_by("ends_on", "role", "id")
    links = MembershipSchool.objects.filter(
        organization_id=actor.organization_id, membership__in=memberships
    ).select_related("school")
    schools: dict[UUID, list[str]] = {}
    for link in links.order_by("school__name"):
        schools.setdefault(link.membership_id, []).append(link.school.name)
    found: dict[UUID, list[HeldRole]] = {}
    for row in memberships:
        found.setdefault(row.person_id, []).append(
            HeldRole(
                membership_id=row.id,
                role=row.role,
                role_label=str(Role(row.role).label),
                title=row.title,
                schools=tuple(schools.get(row.id, ())),
                is_district_wide=row.is_district_wide or row.role == Role.ADMINISTRATOR,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                has_ended=row.ends_on is not None and row.ends_on <= actor.today,
            )
        )
    return found


def features_of(*, actor: Actor) -> dict[str, bool]:
    """Each part of the program and whether the district uses it."""
    off = turned_off(organization_of(actor=actor).features)
    return {feature.name: feature.name not in off for feature in FEATURES}


def person_row(*, actor: Actor, person_id: UUID) -> PersonRow:
    """One person of the district with what they are there. Raises NotFound, NotAllowed."""
    return rows_of_people(actor=actor, people=[member_person(actor=actor, person_id=person_id)])[0]


def held_role(*, actor: Actor, membership_id: UUID) -> HeldRole:
    """One role of somebody in the district. Raises NotFound, NotAllowed."""
    held = held_membership(actor=actor, membership_id=membership_id)
    roles = _roles_by_person(actor, [held.person_id])[held.person_id]
    return next(role for role in roles if role.membership_id == membership_id)


def is_last_role(*, actor: Actor, membership: Membership) -> bool:
    """Whether somebody is nothing else in the district today."""
    here = Membership.objects.filter(in_force(actor.today), organization_id=actor.organization_id)
    return not here.filter(person_id=membership.person_id).exclude(id=membership.id).exists()
