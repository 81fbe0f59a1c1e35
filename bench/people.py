"""Who opens pages in a measurement: case managers and administrators of the synthetic district, signed in."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from accounts.adapters import MFAAdapter
from accounts.models import Membership, Organization, Person
from accounts.rights import Role
from accounts.second_factor import has_factor
from accounts.session_store import SessionStore
from bench.pages import Visitor
from casefile.synthetic import Size, manager_email
from core.tenant import organization
from ieps.models import Goal
from students.models import Student, TeamMember

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
STUDENTS_EACH = 10


OF_A_STUDENT = {
    "Student: team": "team/",
    "Student: record": "record/",
    "Student: timeline": "timeline/",
    "Student: record of access": "access-record/",
    "Student: assessments and programs": "programs/",
    "Student: reports": "reports/",
    "Student: IEP": "iep/",
}
OF_STAFF = {
    "Capture": "/capture/",
    "IEPs": "/ieps/",
    "Goals": "/progress/",
    "Reports owed": "/reports/",
    "Notifications": "/messages/",
}
OF_THE_OFFICE = {
    "People": "/people/",
    "Sessions": "/people/sessions/",
    "Audit": "/audit/",
    "Imports": "/imports/",
    "Retention due": "/retention/due/",
}


def signed_in(person: Person) -> str:
    """The cookie of a new session. Who has a second factor has shown it."""
    session = SessionStore()
    session["has_factor"] = has_factor(person.pk)
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = BACKEND
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def keep_factor(person: Person) -> None:
    """Give a person the second factor that their role asks for (R2), unless they have one."""
    if not has_factor(person.pk):
        adapter = MFAAdapter()
        Authenticator.objects.create(
            user=person,
            type=Authenticator.Type.TOTP,
            data={"secret": adapter.encrypt(secrets.token_hex(20))},
        )


def managers(size: Size, count: int) -> list[Visitor]:
    """Case managers, each with pages of their own students."""
    district = Organization.objects.get(slug=size.slug)
    found = []
    for number in range(1, count + 1):
        person = Person.objects.get(email=manager_email(size, number * size.managers // (count + 1) or 1))
        with organization(district.id):
            mine = TeamMember.objects.filter(person=person, part=TeamMember.Part.CASE_MANAGER)
            students = list(mine.values_list("student_id", flat=True)[:STUDENTS_EACH])
            found.append(_visitor(person, district, students))
    return found


def administrators(size: Size, count: int) -> list[Visitor]:
    """Administrators, who see every student of the district; made when they do not exist yet."""
    district = Organization.objects.get(slug=size.slug)
    found = []
    for number in range(1, count + 1):
        person, _made = Person.objects.get_or_create(
            email=f"administrator{number}@{size.slug}.example",
            defaults={"given_name": "Ada", "family_name": "Bell"},
        )
        with organization(district.id):
            Membership.objects.get_or_create(
                organization=district,
                person=person,
                role=Role.ADMINISTRATOR,
                defaults={"is_district_wide": True, "starts_on": date(2020, 7, 1)},
            )
            keep_factor(person)
            first = number * (size.students // (count + 1))
            ids = Student.objects.order_by("id").values_list("id", flat=True)
            students = list(ids[first : first + STUDENTS_EACH])
            found.append(_visitor(person, district, students))
    return found


def elsewhere(visitor: Visitor, *, is_office: bool) -> Visitor:
    """The same person, on the pages that are not in the table of targets."""
    home, students = f"/d/{visitor.slug}", visitor.pages["Student"]
    lists = OF_STAFF | (OF_THE_OFFICE if is_office else {})
    tabs = {name: [f"{student}{tab}" for student in students] for name, tab in OF_A_STUDENT.items()}
    return replace(visitor, pages=tabs | {name: [f"{home}{path}"] for name, path in lists.items()})


def _visitor(person: Person, district: Organization, students: Sequence[UUID]) -> Visitor:
    goals = Goal.objects.filter(student_id__in=students).order_by("id").values_list("id", flat=True)
    home = f"/d/{district.slug}"
    pages = {
        "My day": [f"{home}/"],
        "Caseload, by next date": [f"{home}/caseload/"],
        "Caseload, by name, one grade": [f"{home}/caseload/?sort=name&grade=04"],
        "Caseload, goals that need a decision": [f"{home}/caseload/?status=decide"],
        "Student": [f"{home}/students/{student}/" for student in students],
        "Goals and progress": [f"{home}/students/{student}/goals/" for student in students],
        "API: students": ["/api/v1/students/"],
        "API: points of a goal": [f"/api/v1/goals/{goal}/points/" for goal in goals],
    }
    there = {name: addresses for name, addresses in pages.items() if addresses}
    return Visitor(cookie=signed_in(person), slug=district.slug, pages=there)
