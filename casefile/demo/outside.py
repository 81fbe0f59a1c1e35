"""What the State's records say of some students of the demonstration: programs and assessment results. All invented."""

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING

from assessments.models import AssessmentResult
from casefile.demo.points import weekday
from casefile.demo.students import Story
from students.models import ProgramEnrollment, Student

if TYPE_CHECKING:
    from casefile.demo.build import District

SOURCE = "edfi"
TESTED = ("04", "05", "06", "07", "08", "09")
LEVELS = ((2_380, "Not yet met"), (2_440, "Nearly met"), (2_510, "Met"), (9_999, "Exceeded"))
SUBJECTS = ("Reading", "Mathematics")
ACCOMMODATIONS = ("Extra time", "Small group", "Text read aloud", "Breaks")
SPRING = (4, 14)


def write_outside(district: "District", story: Story, student: Student, chance: random.Random) -> None:
    """Special education as reported to the State, perhaps another program, and two springs of results."""
    today = district.today
    begins_on = (student.eligible_on or today) - timedelta(days=20)
    if story.eligibility == "eligible":
        hours = 3 + chance.randrange(4)  # less than a fifth of the week
        district.own(
            ProgramEnrollment,
            student=student,
            source=SOURCE,
            sourced_id=f"demo · special · {student.id}",
            is_special_education=True,
            name="Special Education",
            type="Special Education",
            begins_on=begins_on,
            idea_eligible=True,
            iep_begins_on=begins_on + timedelta(days=20),
            iep_reviewed_on=today - timedelta(days=90 + chance.randrange(200)),
            evaluated_on=student.last_evaluation_on,
            setting="regular_80",
            school_hours=32,
            special_hours=hours,
            disabilities=[{"code": story.disability, "words": "", "order": "1"}],
            fingerprint="demonstration",
        )
    if story.language:
        district.own(
            ProgramEnrollment,
            student=student,
            source=SOURCE,
            sourced_id=f"demo · language · {student.id}",
            name="English as a Second Language",
            type="Language instruction",
            begins_on=begins_on - timedelta(days=200),
            fingerprint="demonstration",
        )
    if story.grade in TESTED:
        _results(district, story, student, chance)


def _results(district: "District", story: Story, student: Student, chance: random.Random) -> None:
    last = date(district.today.year, *SPRING)
    last = last if last < district.today else date(district.today.year - 1, *SPRING)
    base = 2_330 + chance.randrange(180)
    for ago in (1, 0):
        on = weekday(date(last.year - ago, *SPRING))
        grade = f"{int(story.grade) - ago - 1:02}"
        if grade < "03":
            continue
        for number, subject in enumerate(SUBJECTS):
            value = base + number * 12 + (1 - ago) * 30 + chance.randrange(40)
            district.own(
                AssessmentResult,
                student=student,
                source=SOURCE,
                sourced_id=f"demo · {subject} · {on.year} · {student.id}",
                title=f"State assessment, {subject.lower()}",
                administered_on=on,
                school_year=f"{on.year - 1}-{on.year}",
                grade=grade,
                scores=[{"value": str(value), "method": "Scale score", "type": "Integer"}],
                levels=[{"level": next(words for most, words in LEVELS if value < most)}],
                accommodations=sorted(chance.sample(ACCOMMODATIONS, 2)),
                language="English",
                fingerprint="demonstration",
            )
