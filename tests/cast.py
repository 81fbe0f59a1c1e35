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

`cast.casey` has `.person` (also `.user`), `.actor` as of the start of the test, `.client()` signed in, and
`.acting()` for a new actor with the rights of now. Inside a test the district of `cast` is open; code that acts for
the other district runs in `with cast.within(cast.otto):`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from accounts.actors import actor_of_person
from accounts.adapters import MFAAdapter
from accounts.models import Organization, Person, School
from accounts.rights import Role
from core.actor import Actor, Hat
from core.tenant import organization
from students.models import Student
from tests.factories.accounts import MembershipFactory, OrganizationFactory, PersonFactory, SchoolFactory
from tests.factories.students import ExternalIdFactory, GuardianFactory, StudentFactory, TeamMemberFactory

STAFF = ("casey", "paula", "sam", "gina", "ada", "cory", "vic", "fin")
EVERYBODY = (*STAFF, "mina", "pat", "omar", "otto")


@dataclass
class Player:
    """One of the cast."""

    person: Person
    organization: Organization
    actor: Actor

    @property
    def user(self) -> Person:
        return self.person

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
    """Make both districts and everybody in them."""
    district = OrganizationFactory(slug="larkspur", name="Larkspur Unified", timezone="America/Los_Angeles")
    elsewhere = OrganizationFactory(
        slug="dunmore", name="Dunmore Public Schools", timezone="America/New_York"
    )
    people = {
        name: PersonFactory(given_name=name.capitalize(), family_name="Cast", email=f"{name}@example.org")
        for name in EVERYBODY
    }
    with organization(district.id):
        school = SchoolFactory(organization=district, name="Alder Elementary", code="ALD")
        other_school = SchoolFactory(organization=district, name="Birch Middle", code="BIR")
        roles: dict[str, tuple[Role, list[School]]] = {
            "casey": (Role.TEACHER, [school]),
            "paula": (Role.PARAPROFESSIONAL, [school]),
            "sam": (Role.SPECIALIST, [school, other_school]),
            "gina": (Role.TEACHER, [school]),
            "ada": (Role.ADMINISTRATOR, []),
            "cory": (Role.COORDINATOR, [school]),
            "vic": (Role.VIEWER, [school]),
            "fin": (Role.FINANCE, []),
            "mina": (Role.PARENT, []),
            "pat": (Role.TEACHER, [other_school]),
            "omar": (Role.TEACHER, [other_school]),
        }
        for name, (role, schools) in roles.items():
            MembershipFactory(
                organization=district,
                person=people[name],
                role=role,
                schools=schools,
                is_district_wide=name == "fin",
            )
        MembershipFactory(organization=district, person=people["pat"], role=Role.PARENT)
        student = StudentFactory(
            organization=district,
            school=school,
            eligible=True,
            given_name="Zoë",
            family_name="Núñez-Abbott",
            preferred_name="Zo",
        )
        other_student = StudentFactory(
            organization=district, school=other_school, given_name="Tariq", family_name="Okafor", grade="07"
        )
        ExternalIdFactory(student=student, value="100200")
        ExternalIdFactory(student=other_student, value="100300")
        for name, part in {
            "casey": "case_manager",
            "paula": "paraprofessional",
            "sam": "speech_language",
            "gina": "general_education",
        }.items():
            TeamMemberFactory(student=student, person=people[name], part=part)
        TeamMemberFactory(student=other_student, person=people["omar"], part="case_manager")
        TeamMemberFactory(student=other_student, person=people["pat"], part="special_education")
        GuardianFactory(student=student, person=people["mina"], given_name="Mina", family_name="Cast")
        GuardianFactory(
            student=student, person=people["pat"], given_name="Pat", family_name="Cast", relationship="father"
        )
    with organization(elsewhere.id):
        school_elsewhere = SchoolFactory(organization=elsewhere, name="Cedar High", code="ALD")
        MembershipFactory(
            organization=elsewhere, person=people["otto"], role=Role.TEACHER, schools=[school_elsewhere]
        )
        stranger = StudentFactory(
            organization=elsewhere, school=school_elsewhere, given_name="Ximena", family_name="Quillfeather"
        )
        ExternalIdFactory(student=stranger, value="100200")
        TeamMemberFactory(student=stranger, person=people["otto"], part="case_manager")
    cast = Cast(
        district=district,
        school=school,
        other_school=other_school,
        student=student,
        other_student=other_student,
        elsewhere=elsewhere,
        school_elsewhere=school_elsewhere,
        stranger=stranger,
    )
    for name in ("ada", "cory", "fin"):  # their roles ask for a second factor (R2)
        Authenticator.objects.create(
            user=people[name], type=Authenticator.Type.TOTP, data={"secret": MFAAdapter().encrypt("A" * 32)}
        )
    for name, person in people.items():
        home = elsewhere if name == "otto" else district
        actor = actor_of_person(person_id=person.id, organization_id=home.id)
        cast.players[name] = Player(person=person, organization=home, actor=actor)
    return cast


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """The cast, with their district open for the whole test, which is rolled back."""
    made = build()
    with organization(made.district.id):
        yield made


@pytest.fixture
def committed_cast(transactional_db: None) -> Cast:
    """The cast, committed, with no district open: for servers, sockets, workers and threads."""
    return build()
