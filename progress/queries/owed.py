"""Who owes which progress report by when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.calendar_models import measuring
from accounts.calendars import Calendar, Period, periods_of
from accounts.models import School
from accounts.queries import calendar_of, calendars_of
from accounts.rights import Group
from accounts.rules import may_keep_some_calendar
from core.actor import Actor
from core.outbox import topic_versions
from ieps.models import Goal, Iep
from progress.models import ProgressReport
from students.models import Student, TeamMember, on_team, visible_students
from students.queries import list_topics

AHEAD_DAYS = 14
"""A report is asked for so many days before it is due, even while its period still runs."""
PAGE_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class OwedRow:
    """A report that is owed to a family."""

    student_id: UUID
    name: str
    school_name: str
    case_manager: str
    period_name: str
    first_on: date
    due_on: date
    days_left: int
    report_id: UUID | None
    written: int
    goals: int

    @property
    def tone(self) -> str:
        """How pressing it is, as pages draw it."""
        return "act" if self.days_left <= 2 else "watch" if self.days_left <= 5 else "ok"  # noqa: PLR2004


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """Who owes which report by when, by student; at most a page of them."""

    topics: str
    versions: str
    rows: tuple[OwedRow, ...]
    total: int
    overdue: int
    has_calendar: bool
    may_keep_calendar: bool
    next: str


def reports_owed(
    *,
    actor: Actor,
    today: date,
    is_own: bool = False,
    school_id: UUID | None = None,
    after: UUID | None = None,
    limit: int = PAGE_ROWS,
) -> Owed:
    """Reports of the newest period that were not sent, by student. The number of statements is fixed.

    `is_own` keeps to the students whose case manager the reader is.
    """
    topics = [*list_topics(actor=actor), measuring(actor.organization_id)]
    versions = topic_versions(topics)
    periods = _periods_due(actor, today, school_id)
    rows = _owing(actor, periods, is_own=is_own)
    total = rows.count() if periods else 0
    late = {period: schools for period, schools in periods.items() if period.reports_due_on < today}
    overdue = _owing(actor, late, is_own=is_own).count() if late else 0
    if after is not None and (mark := Student.objects.visible_to(actor).filter(id=after).first()):
        rows = rows.filter(Q(sort_name__gt=mark.sort_name) | Q(sort_name=mark.sort_name, id__gt=mark.id))
    found = list(rows.select_related("school").order_by("sort_name", "id")[: limit + 1]) if periods else []
    shown = found[:limit]
    return Owed(
        topics=" ".join(topics),
        versions=" ".join(versions[name] for name in topics),
        rows=_owed_rows(actor, shown, periods, today),
        total=total,
        overdue=overdue,
        has_calendar=bool(periods) or bool(calendar_of(actor=actor, school_id=None)),
        may_keep_calendar=may_keep_some_calendar(actor, actor),
        next=str(shown[-1].id) if len(found) > limit else "",
    )


def period_owed(calendar: Calendar, today: date) -> Period | None:
    """The newest period whose reports can be asked for: it is over, or its reports are due before long."""
    ahead = today + timedelta(days=AHEAD_DAYS)
    begun = [
        period
        for period in periods_of(calendar)
        if period.first_on <= today and (period.last_on < today or period.reports_due_on <= ahead)
    ]
    return begun[-1] if begun else None


def _periods_due(actor: Actor, today: date, school_id: UUID | None) -> dict[Period, list[UUID]]:
    """The period that is owed, for each set of schools that share it."""
    seen = visible_students(actor, group=Group.IEP)
    theirs = Student.objects.visible_to(actor).filter(seen, archived_at=None, school_id=OuterRef("pk"))
    schools = School.objects.filter(Exists(theirs), organization_id=actor.organization_id)
    if school_id is not None:
        schools = schools.filter(id=school_id)
    ids = list(schools.order_by("id").values_list("id", flat=True))
    calendars = calendars_of(actor=actor, school_ids=ids)
    found: dict[Period, list[UUID]] = {}
    for each in ids:
        period = period_owed(calendars[each], today)
        if period is not None:
            found.setdefault(period, []).append(each)
    return found


def _owing(actor: Actor, periods: Mapping[Period, list[UUID]], *, is_own: bool) -> QuerySet[Student]:
    """Students with goals in a period and no report of it sent."""
    owed = Q(pk__in=[])
    for period, schools in periods.items():
        sent = ProgressReport.objects.filter(  # for all: whether the family has it, of students already seen
            organization_id=actor.organization_id,
            student_id=OuterRef("pk"),
            first_on=period.first_on,
            status=ProgressReport.Status.ISSUED,
        )
        has_goals = Goal.objects.filter(  # for all: of students whose IEP is seen
            organization_id=actor.organization_id,
            student_id=OuterRef("pk"),
            iep__status=Iep.Status.ACTIVE,
            iep__effective_on__lte=period.last_on,
        )
        owed |= Q(school_id__in=schools) & Exists(has_goals) & ~Exists(sent)
    rows = Student.objects.visible_to(actor).filter(
        visible_students(actor, group=Group.IEP),
        owed,
        archived_at=None,
        enrollment=Student.Enrollment.ACTIVE,
    )
    if is_own:
        mine = TeamMember.objects.filter(
            on_team(actor.today),
            organization_id=actor.organization_id,
            person_id=actor.person_id,
            part=TeamMember.Part.CASE_MANAGER,
        )
        rows = rows.filter(pk__in=mine.values("student_id"))
    return rows


def _owed_rows(
    actor: Actor, students: list[Student], periods: Mapping[Period, list[UUID]], today: date
) -> tuple[OwedRow, ...]:
    if not students:
        return ()
    by_school = {school: period for period, schools in periods.items() for school in schools}
    ids = [student.id for student in students]
    drafts: dict[tuple[UUID, date], Any] = {  # annotated
        (row.student_id, row.first_on): row
        for row in ProgressReport.objects.visible_to(actor)
        .filter(student_id__in=ids, status=ProgressReport.Status.DRAFT)
        .annotate(
            goals=Count("notes"),
            written=Count("notes", filter=Q(notes__narrative__gt="", notes__statement__gt="")),
        )
    }
    goals = dict(
        Goal.objects.visible_to(actor)
        .filter(student_id__in=ids, iep__status=Iep.Status.ACTIVE)
        .order_by()
        .values("student_id")
        .annotate(number=Count("id"))
        .values_list("student_id", "number")
    )
    managers = {
        row.student_id: row.person.name
        for row in TeamMember.objects.filter(
            on_team(actor.today),
            organization_id=actor.organization_id,
            student_id__in=ids,
            part=TeamMember.Part.CASE_MANAGER,
        ).select_related("person")
    }
    rows = []
    for student in students:
        period = by_school[student.school_id]
        draft = drafts.get((student.id, period.first_on))
        rows.append(
            OwedRow(
                student_id=student.id,
                name=student.name,
                school_name=student.school.name,
                case_manager=managers.get(student.id, ""),
                period_name=period.name,
                first_on=period.first_on,
                due_on=period.reports_due_on,
                days_left=(period.reports_due_on - today).days,
                report_id=draft.id if draft else None,
                written=draft.written if draft else 0,
                goals=draft.goals if draft else goals.get(student.id, 0),
            )
        )
    return tuple(rows)
