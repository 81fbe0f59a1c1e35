"""What a list says of its students when it is taken along."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.rights import Group
from casefile.queries.caseloads import main_card
from core.actor import Actor
from progress.arithmetic import Status
from progress.queries import goal_cards
from students.models import CustomField, Student, Tag, TeamMember, on_team, visible_students
from students.queries import custom_values


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedStudent:
    """One line. What the reader's rights leave out is empty or None."""

    name: str
    grade: str
    school_name: str
    enrollment: str
    case_manager: str
    disability: str
    eligibility: str
    annual_review_on: date | None
    reevaluation_due_on: date | None
    tags: tuple[str, ...]
    goals: int | None
    status: Status | None
    custom: tuple[str, ...]


def exported(
    *, actor: Actor, ids: Sequence[UUID], today: date, columns: Sequence[CustomField] = ()
) -> tuple[ListedStudent, ...]:
    """Some students in the order of their ids given, each column by the rights of the reader. Eight statements, and
    one for each group of viewers of the district's own fields."""
    seen = Student.objects.visible_to(actor).filter(id__in=list(ids))
    rows = {row.id: row for row in seen.select_related("school")}
    told = {
        group: set(seen.filter(visible_students(actor, group=group)).values_list("id", flat=True))
        for group in (Group.RECORD, Group.TEAM, Group.PROGRESS)
    }
    own = {"organization_id": actor.organization_id}
    tags: dict[UUID, list[str]] = {}
    for student_id, label in Tag.objects.filter(student_id__in=told[Group.RECORD], **own).values_list(
        "student_id", "label"
    ):
        tags.setdefault(student_id, []).append(label)
    team = TeamMember.objects.filter(on_team(today), student_id__in=told[Group.TEAM], **own)
    managers = team.filter(part=TeamMember.Part.CASE_MANAGER, stands_in_for=None).select_related("person")
    names = {row.student_id: row.person.name for row in managers}
    custom = custom_values(actor=actor, student_ids=list(rows), columns=columns)
    cards = goal_cards(actor=actor, student_ids=list(told[Group.PROGRESS]), today=today)
    found = []
    for row in (rows[one] for one in ids if one in rows):
        sees_record = row.id in told[Group.RECORD]
        main = main_card(cards.get(row.id, ()))
        found.append(
            ListedStudent(
                name=row.name,
                grade=str(row.get_grade_display()),
                school_name=row.school.name,
                enrollment=str(row.get_enrollment_display()),
                case_manager=names.get(row.id, ""),
                disability=str(row.get_disability_display()) if sees_record else "",
                eligibility=str(row.get_eligibility_display()) if sees_record else "",
                annual_review_on=row.annual_review_on if sees_record else None,
                reevaluation_due_on=row.reevaluation_due_on if sees_record else None,
                tags=tuple(sorted(tags.get(row.id, ()))),
                goals=len(cards[row.id]) if row.id in cards else None,
                status=main.status if main else None,
                custom=tuple(custom[row.id].get(field.id, "") for field in columns),
            )
        )
    return tuple(found)
