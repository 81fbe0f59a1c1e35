"""The open sessions of the people of a district."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Membership, Person
from accounts.queries.grants import GrantRow, grants_of
from accounts.queries.people import PersonRow, member_person, page_by_name, people_rows, person_row
from accounts.rules import may_keep_people
from accounts.sessions import OpenSession, sessions_in_use, sessions_of_people
from core.actor import Actor
from core.models import in_force
from core.mutation import require

SHOWN_SESSIONS = 5  # of one person in the list of everybody; all of them stand on the person's own page


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPage:
    """One person of the district, as administrators see them."""

    person: PersonRow
    grants: tuple[GrantRow, ...]
    sessions: tuple[OpenSession, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """Somebody of the district who is signed in somewhere. Nothing is said of where they work in it, or elsewhere."""

    person_id: UUID
    name: str
    email: str
    sessions: tuple[OpenSession, ...]

    @property
    def newest(self) -> tuple[OpenSession, ...]:
        """The few that the list of everybody shows."""
        return self.sessions[:SHOWN_SESSIONS]

    @property
    def more(self) -> int:
        """How many it leaves to the person's own page."""
        return len(self.sessions) - len(self.newest)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInPage:
    """A page of them. `next` is empty on the last."""

    rows: tuple[SignedIn, ...]
    next: str


def open_sessions(*, actor: Actor, this: str = "", after: UUID | None = None) -> SignedInPage:
    """Who of the district's people has open sessions, by name. Three statements at the most. Raises NotAllowed."""
    rows = people_signed_in(actor=actor)
    # Whoever ended the last page may have signed out since, and is a mark all the same.
    shown, following = page_by_name(rows, after=after, among=people_rows(actor=actor))
    return SignedInPage(rows=rows_of_signed_in(people=shown, this=this), next=following)


def people_signed_in(*, actor: Actor) -> QuerySet[Person]:
    """Who of the district's people has an open session. Raises NotAllowed."""
    require(actor, may_keep_people, actor)
    here = Membership.objects.filter(in_force(actor.today), organization_id=actor.organization_id)
    return Person.objects.filter(pk__in=here.values("person_id")).filter(
        pk__in=sessions_in_use().values("person_id")
    )


def rows_of_signed_in(*, people: Sequence[Person], this: str = "") -> tuple[SignedIn, ...]:
    """These people with their open sessions. One statement."""
    found = sessions_of_people(person_ids=[person.id for person in people], this=this)
    return tuple(
        SignedIn(person_id=person.id, name=person.name, email=person.email, sessions=found.get(person.id, ()))
        for person in people
    )


def sessions_of_member(*, actor: Actor, person_id: UUID, this: str = "") -> tuple[OpenSession, ...]:
    """The open sessions of somebody of the district. Raises NotFound, NotAllowed."""
    person = member_person(actor=actor, person_id=person_id)
    return sessions_of_people(person_ids=[person.id], this=this).get(person.id, ())


def person_page(*, actor: Actor, person_id: UUID, this: str = "") -> PersonPage:
    """Somebody of the district with roles, single rights and open sessions. Raises NotFound, NotAllowed."""
    return PersonPage(
        person=person_row(actor=actor, person_id=person_id),
        grants=grants_of(actor=actor, person_id=person_id),
        sessions=sessions_of_member(actor=actor, person_id=person_id, this=this),
    )
