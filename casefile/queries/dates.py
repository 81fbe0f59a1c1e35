"""Legal dates that are near, and the district in numbers: the same for all who see the whole district."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.models import Membership, School
from accounts.rights import Group, Role
from casefile.queries.caseloads import Due, next_due, sees_anywhere
from casefile.queries.sight import kept_for_alike
from core.actor import Actor
from ieps.models import Iep
from students.models import Student, visible_students

SOON_DAYS = 30
AHEAD_DAYS = 60
MOST_DUE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """A legal date of a student, to come or past."""

    student_id: UUID
    name: str
    due: Due
    draft_id: UUID | None
    draft_label: str
    draft_status: str = ""

    @property
    def is_draft(self) -> bool:
        """Whether the IEP that answers it is still being written."""
        return self.draft_status == Iep.Status.DRAFT

    @property
    def is_in_review(self) -> bool:
        """Whether the team reads the IEP that answers it."""
        return self.draft_status == Iep.Status.IN_REVIEW


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictCounts:
    """The district, or the schools of one's roles, in numbers."""

    students: int
    schools: int
    referred: int
    overdue: int
    soon: int
    people: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NearDates:
    """What falls due, and the district in numbers where the page shows them."""

    soon: Counter[str]
    due: tuple[DueRow, ...] = ()
    counts: DistrictCounts | None = None


def near_dates(*, actor: Actor, today: date, is_counted: bool) -> NearDates:
    """What falls due, read once for all whose roles see the same; with `is_counted` the district in numbers."""
    return kept_for_alike(
        actor=actor,
        key=("near dates", today, is_counted),
        read=lambda reader: _near_dates(reader, today, is_counted=is_counted),
    )


def _near_dates(actor: Actor, today: date, *, is_counted: bool) -> NearDates:
    dated = _dated(actor) if sees_anywhere(actor=actor, group=Group.RECORD) else None
    soon = _soon(dated, today) if dated is not None else Counter[str]()
    return NearDates(
        soon=soon,
        due=_due(actor, dated, today) if dated is not None else (),
        counts=_counts(actor, soon) if is_counted else None,
    )


def _dated(actor: Actor) -> QuerySet[Student]:
    rows = Student.objects.visible_to(actor).filter(visible_students(actor, group=Group.RECORD))
    return rows.filter(archived_at=None, enrollment=Student.Enrollment.ACTIVE)


def _soon(rows: QuerySet[Student], today: date) -> Counter[str]:
    """How many reviews and reevaluations are past, in 30 days, in 60; counted by the database over what is near."""
    ahead, soon = today + timedelta(days=AHEAD_DAYS), today + timedelta(days=SOON_DAYS)
    review = Q(annual_review_on__range=(today, soon))
    reevaluation = Q(reevaluation_due_on__range=(today, soon))
    return Counter(
        rows.filter(next_due_on__lte=ahead).aggregate(
            ahead=Count("id"),
            overdue=Count("id", filter=Q(next_due_on__lt=today)),
            soon=Count("id", filter=review | reevaluation),
            review=Count("id", filter=review),
            reevaluation=Count("id", filter=reevaluation),
        )
    )


def _due(actor: Actor, rows: QuerySet[Student], today: date) -> tuple[DueRow, ...]:
    near = list(
        rows.filter(next_due_on__lte=today + timedelta(days=AHEAD_DAYS)).order_by("next_due_on", "id")[
            :MOST_DUE
        ]
    )
    drafts = Iep.objects.visible_to(actor).filter(
        student_id__in=[row.id for row in near], status__in=Iep.OPEN
    )
    by_student = {draft.student_id: draft for draft in drafts}
    dated = ((row, next_due(row, today)) for row in near)
    return tuple(_due_row(row, due, by_student.get(row.id)) for row, due in dated if due is not None)


def _due_row(row: Student, due: Due, draft: Iep | None) -> DueRow:
    """A date, with the draft that will answer it where it is an annual review."""
    answer = draft if due.kind == "review" else None
    return DueRow(
        student_id=row.id,
        name=row.name,
        due=due,
        draft_id=answer.id if answer else None,
        draft_label=str(Iep.Status(answer.status).label) if answer else "",
        draft_status=answer.status if answer else "",
    )


def _counts(actor: Actor, soon: Counter[str]) -> DistrictCounts:
    rows = Student.objects.visible_to(actor).filter(archived_at=None, enrollment=Student.Enrollment.ACTIVE)
    schools = School.objects.filter(organization_id=actor.organization_id, is_active=True)
    if not actor.is_district_wide:
        schools = schools.filter(id__in=actor.school_ids)
    members = Membership.objects.filter(organization_id=actor.organization_id, ends_on=None)
    sees_record = sees_anywhere(actor=actor, group=Group.RECORD)
    open_referrals = Q(eligibility__in=(Student.Eligibility.REFERRED, Student.Eligibility.EVALUATING))
    found = rows.aggregate(students=Count("id"), referred=Count("id", filter=open_referrals))
    return DistrictCounts(
        students=found["students"],
        schools=schools.count(),
        referred=found["referred"] if sees_record else 0,
        overdue=soon["overdue"],
        soon=soon["soon"],
        people=members.exclude(role=Role.PARENT).values("person_id").distinct().count()
        if Role.ADMINISTRATOR in actor.roles
        else None,
    )
