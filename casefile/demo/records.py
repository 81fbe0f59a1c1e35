"""Case files of the demonstration: the student, ids, tags, the words they are found by, team and family."""

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from casefile.demo.contacts import Contacts
from casefile.demo.points import weekday
from casefile.demo.students import MATEO, MICAH, Story
from documents.models import Consent
from students.models import (
    ExternalId,
    Guardian,
    SearchWord,
    Student,
    Tag,
    TeamMember,
    search_words,
    sort_name,
)

if TYPE_CHECKING:
    from casefile.demo.build import District

Part = TeamMember.Part
SOON_DAYS = 90
PARENTS = [
    "Rosa",
    "Daniel",
    "Mei",
    "Joseph",
    "Farah",
    "Anton",
    "Grace",
    "Samuel",
    "Lucia",
    "Peter",
    "Amina",
    "Victor",
]
AGES = {
    "02": 7,
    "03": 8,
    "04": 9,
    "05": 10,
    "06": 11,
    "07": 12,
    "08": 13,
    "09": 14,
    "10": 15,
    "11": 16,
    "12": 17,
}
SPEECH, GENERAL, HELPED, HANDS = (
    {"SLI", "AUT", "SLD"},
    {"04": "ana", "05": "maya"},
    {"AUT", "ED", "ID"},
    {"AUT"},
)


def _birth(story: Story, today: date, chance: random.Random) -> date:
    """A birthday of the school year's cohort; AGES is the age on its first day."""
    begins = today.year if today.month > 8 else today.year - 1  # noqa: PLR2004
    return date(begins - AGES[story.grade] - 1, 9, 2) + timedelta(
        days=200 if story is MATEO else chance.randrange(360)
    )


class Records:
    """Writes one case file after another into a district."""

    def __init__(self, district: "District") -> None:
        self.district = district
        self.contacts = Contacts(district)

    def student(self, story: Story, number: int, chance: random.Random) -> Student:
        """The student with everything but the IEP."""
        today = self.district.today
        review_on = (
            weekday(today + timedelta(days=story.review_days)) if story.eligibility == "eligible" else None
        )
        reevaluation_on = weekday(today + timedelta(days=story.reevaluation_days)) if review_on else None
        student: Student = self.district.own(
            Student,
            given_name=story.given,
            family_name=story.family,
            sort_name=sort_name(story.given, story.family),
            birth_on=_birth(story, today, chance),
            grade=story.grade,
            school=self.district.schools[story.school],
            enrolled_on=today - timedelta(days=700 + chance.randrange(300)),
            home_language=story.language or "English",
            needs_interpreter=bool(story.language),
            disability=story.disability,
            eligibility=story.eligibility,
            eligible_on=today - timedelta(days=640 + chance.randrange(60)) if review_on else None,
            last_evaluation_on=reevaluation_on - timedelta(days=1096) if reevaluation_on else None,
            reevaluation_due_on=reevaluation_on,
            annual_review_on=review_on,
        )
        for word in search_words(student):
            self.district.own(SearchWord, student=student, word=word)
        self.district.own(ExternalId, student=student, kind="sis", value=f"{20_000 + number * 37}")
        self.district.own(ExternalId, student=student, kind="state", value=f"CA{8_100_000 + number * 911}")
        for tag in story.tags:
            self.district.own(Tag, student=student, label=tag)
        self._opened(story, student, chance)
        self._team(story, student)
        guardian = self._family(story, student, chance)
        self.contacts.write(student, guardian, number)
        return student

    def _opened(self, story: Story, student: Student, chance: random.Random) -> None:
        """The beginning of the file, and who read it lately."""
        people, today = self.district.people, self.district.today
        manager = people[story.manager]
        at = self.district.at(today - timedelta(days=610 + chance.randrange(30)), 75)
        self.district.tell("students.student.referred", student, manager, at, student_id=student.id)
        for days_ago, key in ((1 + chance.randrange(4), story.manager), (6 + chance.randrange(9), "jin")):
            if key in people:
                at = self.district.at(today - timedelta(days=days_ago), 20 + chance.randrange(400))
                self.district.tell(
                    "students.record.opened", student, people[key], at, student_id=student.id, page="student"
                )
        changed_at = self.district.at(
            today - timedelta(days=chance.randrange(40)), 30 + chance.randrange(400)
        )
        student.changed_at, student.changed_by_name = changed_at, manager.name
        self.district.tell(
            "students.record.updated",
            student,
            manager,
            changed_at,
            student_id=student.id,
            fields=["last_evaluation_on"],
        )

    def _team(self, story: Story, student: Student) -> None:
        people = self.district.people
        parts: dict[str, str] = {story.manager: Part.CASE_MANAGER}
        is_cedar = story.manager == "dana"
        if (
            story.disability in SPEECH
            and story.grade < "09"
            and not (story.disability == "SLD" and story.grade > "04")
        ):
            parts["kwame"] = Part.SPEECH_LANGUAGE
        if is_cedar and story.grade in GENERAL:
            parts[GENERAL[story.grade]] = Part.GENERAL_EDUCATION
        if is_cedar and story.disability in HELPED:
            parts["tess"] = Part.PARAPROFESSIONAL
        if story.disability in HANDS and story.grade < "09":
            parts["priyanka"] = Part.OCCUPATIONAL
        if story in (MATEO, MICAH) or story.reevaluation_days < SOON_DAYS or story.disability == "ED":
            parts["jin"] = Part.PSYCHOLOGIST
        since = self.district.today - timedelta(days=420)
        for key, part in parts.items():
            if key in people:
                self._member(student, people[key].id, part, since)

    def _member(self, student: Student, person_id: UUID, part: str, since: date) -> None:
        self.district.own(TeamMember, student=student, person_id=person_id, part=part, starts_on=since)

    def _family(self, story: Story, student: Student, chance: random.Random) -> Guardian:
        """A parent, with an account where the cast has one; and the consent that began the services."""
        people, since = self.district.people, self.district.today - timedelta(days=640)
        given = PARENTS[chance.randrange(len(PARENTS))]
        guardian = Guardian(
            organization=self.district.organization,
            student=student,
            given_name=given,
            family_name=story.family,
            relationship="mother" if chance.randrange(2) else "father",
            email=f"{given}.{story.family}@family.example".lower().replace(" ", ""),
            phone=f"(555) 01{chance.randrange(10)}-{1000 + chance.randrange(9000)}",
            language=story.language or "English",
            needs_interpreter=bool(story.language),
            starts_on=since,
        )
        if story is MATEO:
            carmen = people["carmen"]
            guardian.given_name, guardian.family_name, guardian.relationship = "Carmen", "Luna", "mother"
            guardian.email, guardian.person = carmen.email, carmen
        elif story.family == "Brandt":
            maya = people["maya"]
            guardian.given_name, guardian.relationship = "Maya", "mother"
            guardian.email, guardian.person = maya.email, maya
        self.district.add(guardian)
        if story.eligibility == "eligible":
            self.district.own(
                Consent,
                student=student,
                kind="services",
                guardian=guardian,
                given_on=since + timedelta(days=12),
                paper_reference="Student file, tab 2",
            )
        return guardian
