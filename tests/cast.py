"""The cast of the tests: two districts and the people whom every test of sight needs.

| who | is |
|---|---|
| casey | teacher, case manager of the student |
| paula | paraprofessional on the student's team |
| sam | specialist on the student's team |
| gina | general education teacher on the student's team |
| ada | administrator of the district |
| cory | coordinator of the student's school |
| vic | viewer of the student's school |
| fin | finance, whole district |
| mina | parent of the student |
| pat | teacher on the team of `other_student`, and parent of the student |
| omar | teacher with another caseload: case manager of `other_student`, at the other school |
| otto | teacher in another district, case manager of `stranger` |

`cast.casey` has `.person` (also `.user`), `.actor` as of the start of the test, `.client()` signed in, `.visitor` for
many requests, and `.acting()` for a new actor with the rights of now. Inside a test the district of `cast` is open;
code that acts for the other district runs in `with cast.within(cast.otto):`.
"""

import pickle
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.actors import actor_of_person
from accounts.adapters import MFAAdapter
from accounts.features import turned_off
from accounts.models import Membership, MembershipSchool, Organization, Person, School
from accounts.rights import Role
from core import kept
from core.actor import Actor, Hat, Kind, Scope
from core.ids import uuid7
from core.tenant import organization
from students.models import ExternalId, Guardian, SearchWord, Student, TeamMember, search_words
from tests.clients import Visitor
from tests.factories.accounts import LONG_AGO, PASSWORD, OrganizationFactory, PersonFactory
from tests.factories.students import ExternalIdFactory, GuardianFactory, StudentFactory, TeamMemberFactory

STAFF = ("casey", "paula", "sam", "gina", "ada", "cory", "vic", "fin")
EVERYBODY = (*STAFF, "mina", "pat", "omar", "otto")
MOST_ROWS = 200
ZONE = "America/Los_Angeles"
WHOLE_DISTRICT = (Role.ADMINISTRATOR, Role.FINANCE)


@dataclass
class Player:
    """One of the cast."""

    person: Person
    organization: Organization
    actor: Actor

    @property
    def user(self) -> Person:
        return self.person

    @cached_property
    def visitor(self) -> Visitor:
        """A client for many requests, signed in once (`tests/clients.py`)."""
        return Visitor(self.person, slug=self.organization.slug)

    def acting(self, hat: Hat = Hat.STAFF) -> Actor:
        """The actor with the rights of now."""
        return actor_of_person(person_id=self.person.id, organization_id=self.organization.id, hat=hat)

    def client(self, **defaults: Any) -> Client:
        """A signed-in client. For the API it names the organisation."""
        client = Client(headers={"X-Organization": self.organization.slug}, **defaults)
        client.force_login(self.person)
        return client

    def url(self, path: str) -> str:
        """A page of this person's district."""
        return f"/d/{self.organization.slug}{path}"


@dataclass
class Cast:
    """Two districts and their people."""

    district: Organization
    school: School
    other_school: School
    student: Student
    other_student: Student
    elsewhere: Organization
    school_elsewhere: School
    stranger: Student
    players: dict[str, Player] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Player:
        try:
            return self.__dict__["players"][name]
        except KeyError:
            raise AttributeError(name) from None

    @contextmanager
    def within(self, player: Player) -> Iterator[Actor]:
        """The transaction of another district."""
        with organization(player.organization.id):
            yield player.actor


def build() -> Cast:
    """Make both districts and everybody in them: a statement for each table, since most tests begin with it."""
    made = _ids()
    district = OrganizationFactory.build(
        id=next(made), slug="larkspur", name="Larkspur Unified", timezone=ZONE
    )
    elsewhere = OrganizationFactory.build(
        id=next(made), slug="dunmore", name="Dunmore Public Schools", timezone="America/New_York"
    )
    password = make_password(PASSWORD)
    people = {
        name: PersonFactory.build(
            id=next(made),
            given_name=name.capitalize(),
            family_name="Cast",
            email=f"{name}@example.org",
            password=password,
        )
        for name in EVERYBODY
    }
    Organization.objects.bulk_create([district, elsewhere])
    Person.objects.bulk_create(people.values())
    with organization(district.id):
        school = School(id=next(made), organization=district, name="Alder Elementary", code="ALD")
        other_school = School(id=next(made), organization=district, name="Birch Middle", code="BIR")
        School.objects.bulk_create([school, other_school])
        roles: list[tuple[str, Role, list[School]]] = [
            ("casey", Role.TEACHER, [school]),
            ("paula", Role.PARAPROFESSIONAL, [school]),
            ("sam", Role.SPECIALIST, [school, other_school]),
            ("gina", Role.TEACHER, [school]),
            ("ada", Role.ADMINISTRATOR, []),
            ("cory", Role.COORDINATOR, [school]),
            ("vic", Role.VIEWER, [school]),
            ("fin", Role.FINANCE, []),
            ("mina", Role.PARENT, []),
            ("pat", Role.TEACHER, [other_school]),
            ("omar", Role.TEACHER, [other_school]),
            ("pat", Role.PARENT, []),
        ]
        _give_roles(district, people, roles, made)
        student = StudentFactory.build(
            id=next(made),
            organization=district,
            school=school,
            eligible=True,
            given_name="Zoë",
            family_name="Núñez-Abbott",
            preferred_name="Zo",
        )
        other_student = StudentFactory.build(
            id=next(made),
            organization=district,
            school=other_school,
            given_name="Tariq",
            family_name="Okafor",
            grade="07",
        )
        team = [
            (student, "casey", "case_manager"),
            (student, "paula", "paraprofessional"),
            (student, "sam", "speech_language"),
            (student, "gina", "general_education"),
            (other_student, "omar", "case_manager"),
            (other_student, "pat", "special_education"),
        ]
        _enroll({"100200": student, "100300": other_student}, team, people, made)
        Guardian.objects.bulk_create(
            GuardianFactory.build(
                id=next(made), student=student, person=people[name], given_name=name.capitalize(), **more
            )
            for name, more in {
                "mina": {"family_name": "Cast"},
                "pat": {"family_name": "Cast", "relationship": "father"},
            }.items()
        )
        actors = _actors(district, people, roles)
    with organization(elsewhere.id):
        school_elsewhere = School(id=next(made), organization=elsewhere, name="Cedar High", code="ALD")
        School.objects.bulk_create([school_elsewhere])
        role_elsewhere: list[tuple[str, Role, list[School]]] = [("otto", Role.TEACHER, [school_elsewhere])]
        _give_roles(elsewhere, people, role_elsewhere, made)
        stranger = StudentFactory.build(
            id=next(made),
            organization=elsewhere,
            school=school_elsewhere,
            given_name="Ximena",
            family_name="Quillfeather",
        )
        _enroll({"100200": stranger}, [(stranger, "otto", "case_manager")], people, made)
        actors |= _actors(elsewhere, people, role_elsewhere)
    Authenticator.objects.bulk_create(  # their roles ask for a second factor (R2)
        Authenticator(
            user=people[name], type=Authenticator.Type.TOTP, data={"secret": MFAAdapter().encrypt("A" * 32)}
        )
        for name in ("ada", "cory", "fin")
    )
    players = {
        name: Player(
            person=person, organization=elsewhere if name == "otto" else district, actor=actors[name]
        )
        for name, person in people.items()
    }
    return Cast(
        district=district,
        school=school,
        other_school=other_school,
        student=student,
        other_student=other_student,
        elsewhere=elsewhere,
        school_elsewhere=school_elsewhere,
        stranger=stranger,
        players=players,
    )


def _ids() -> Iterator[UUID]:
    """Ids as if each row had been made a millisecond after the one before, and all of them just now."""
    began = (uuid7().int >> 80) - MOST_ROWS
    for number in range(MOST_ROWS):
        yield UUID(int=((began + number) << 80) | (uuid7().int & ((1 << 80) - 1)))


def _give_roles(
    district: Organization,
    people: dict[str, Person],
    roles: list[tuple[str, Role, list[School]]],
    made: Iterator[UUID],
) -> None:
    held = [
        Membership(
            id=next(made),
            organization=district,
            person=people[name],
            role=role,
            starts_on=LONG_AGO,
            is_district_wide=role == Role.FINANCE,
        )
        for name, role, _ in roles
    ]
    Membership.objects.bulk_create(held)
    MembershipSchool.objects.bulk_create(
        MembershipSchool(id=next(made), organization=district, membership=membership, school=school)
        for membership, (_, _, schools) in zip(held, roles, strict=True)
        for school in schools
    )


def _actors(
    district: Organization, people: dict[str, Person], roles: list[tuple[str, Role, list[School]]]
) -> dict[str, Actor]:
    """Everybody under the staff hat as `accounts.actors.member` would read them: a test compares the two."""
    today, off = district.local_date(), turned_off(district.features)
    worn = {
        name: [(role, schools) for who, role, schools in roles if who == name and role != Role.PARENT]
        for name, _, _ in roles
    }
    return {
        name: Actor(
            kind=Kind.PERSON,
            organization_id=district.id,
            name=people[name].name,
            acting_person_id=people[name].id,
            hat=Hat.STAFF if held else Hat.FAMILY,
            scopes=tuple(
                Scope(
                    role=role,
                    school_ids=frozenset(school.id for school in schools),
                    is_district_wide=role in WHOLE_DISTRICT,
                )
                for role, schools in held or [(Role.PARENT, [])]
            ),
            features_off=off,
            today=today,
        )
        for name, held in worn.items()
    }


def _enroll(
    students: dict[str, Student],
    team: list[tuple[Student, str, str]],
    people: dict[str, Person],
    made: Iterator[UUID],
) -> None:
    Student.objects.bulk_create(students.values())
    SearchWord.objects.bulk_create(
        SearchWord(organization_id=student.organization_id, student=student, word=word)
        for student in students.values()
        for word in search_words(student)
    )
    ExternalId.objects.bulk_create(
        ExternalIdFactory.build(id=next(made), student=student, value=value)
        for value, student in students.items()
    )
    TeamMember.objects.bulk_create(
        TeamMemberFactory.build(id=next(made), student=student, person=people[name], part=part)
        for student, name, part in team
    )


@dataclass(frozen=True)
class Recording:
    """What `build` wrote, as SQL, and what it made."""

    script: str
    made: bytes


_recordings: dict[date, Recording] = {}  # by the day on which actors act


def again() -> Cast:
    """`build`, without the work of putting statements together, with which most tests would begin: the same rows anew.

    Only for a transaction that is rolled back: their ids are those of the last test, and a server would remember them.
    """
    kept.forget_all()
    today = timezone.localdate(timezone=ZoneInfo(ZONE))
    if today not in _recordings:
        return _recorded(today)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_recordings[today].script)
    made: Cast = pickle.loads(_recordings[today].made)  # pickled by ourselves
    return made


def _recorded(today: date) -> Cast:
    statements = []

    def record(execute: Any, statement: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(connection.ops.compose_sql(statement, params))
        return execute(statement, params, many, context)

    with connection.execute_wrapper(record):
        made = build()
    _recordings[today] = Recording(";\n".join(statements), pickle.dumps(made))
    return made


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """The cast, with their district open for the whole test, which is rolled back."""
    made = again()
    with organization(made.district.id):
        yield made


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    """The cast, committed, with no district open: for servers, sockets, workers and threads."""
    return build()
