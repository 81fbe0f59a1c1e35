"""Goals of all the students one sees: which ask for a decision, which have no data, which were mastered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.calendar_models import measuring
from accounts.calendars import Calendar, day_before, school_days
from accounts.models import School
from accounts.queries import calendars_of, schools_of
from accounts.rights import Group
from core.actor import Actor
from core.outbox import topic_versions
from ieps.models import Iep, seen_goals
from progress.arithmetic import Status, as_of
from progress.models import GoalSummary
from progress.queries.quiet import Quiet, quiet_days
from progress.rules import may_take_lists
from students.models import Student, TeamMember, on_team
from students.queries import list_topics

PAGE_ROWS = 50
STANDARD_DAYS = 15
MOST_DAYS = 120
MOST_COUNTED = 1000
MOST_NAMED = 500


class Looked(StrEnum):
    """What is looked for."""

    DECIDE = "decide"
    QUIET = "quiet"
    MET = "met"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewFilters:
    """What narrows the list. `days` are school days without a score."""

    looked: Looked = Looked.DECIDE
    days: int = STANDARD_DAYS
    is_own: bool = False
    school_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewRow:
    """One goal of one student."""

    goal_id: UUID
    student_id: UUID
    name: str
    grade: str
    school_name: str
    number: int
    title: str
    scale: str
    unit: str
    target: Decimal
    status: Status
    current: Decimal | None
    last_on: date | None
    quiet_days: int | None
    """School days since the last score; None when there is none."""
    mastered_on: date | None

    @property
    def tone(self) -> str:
        """The status as pages draw it."""
        return self.status.tone


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A page of goals, and how many there are of each kind (at most a thousand are counted)."""

    topics: str
    versions: str
    filters: OverviewFilters
    rows: tuple[OverviewRow, ...]
    counts: Mapping[str, int]
    schools: tuple[School, ...]
    next: str
    may_export: bool


def goals_overview(
    *,
    actor: Actor,
    today: date,
    filters: OverviewFilters,
    after: UUID | None = None,
    limit: int = PAGE_ROWS,
) -> Overview:
    """Goals in force whose progress the reader sees. The number of statements does not depend on how many there are."""
    topics = [*list_topics(actor=actor), measuring(actor.organization_id)]
    versions = topic_versions(topics)
    schools = schools_of(actor=actor)
    calendars = calendars_of(actor=actor, school_ids=[school.id for school in schools])
    quiet = quiet_days(actor=actor, today=today)
    base = _base(actor, filters)
    late = _late_days(calendars, today, filters.days)
    kinds = {
        Looked.DECIDE: _if_few(actor, Q(needs_decision=True))
        & quiet.recent(school="student__school_id", last_on="last_on"),
        Looked.QUIET: _if_few(actor, Q(mastered_on=None) & _last_by(max(late, default=today))) & _quiet(late),
        Looked.MET: _if_few(actor, Q(mastered_on__isnull=False)),
        Looked.ALL: Q(),
    }
    rows = base.filter(kinds[filters.looked])
    if after is not None:
        rows = rows.filter(goal_id__gt=after)
    found = list(rows.select_related("goal", "student__school").order_by("goal_id")[: limit + 1])
    shown = found[:limit]
    return Overview(
        topics=" ".join(topics),
        versions=" ".join(versions[name] for name in topics),
        filters=filters,
        rows=tuple(_row(each, calendars.get(each.student.school_id, ()), today, quiet) for each in shown),
        counts={
            kind.value: base.filter(kinds[kind]).order_by()[:MOST_COUNTED].count()
            for kind in (Looked.DECIDE, Looked.QUIET, Looked.MET)
        },
        schools=schools,
        next=str(shown[-1].goal_id) if len(found) > limit else "",
        may_export=may_take_lists(actor),
    )


def _base(actor: Actor, filters: OverviewFilters) -> QuerySet[GoalSummary]:
    rows = GoalSummary.objects.filter(
        seen_goals(actor, group=Group.PROGRESS, lineage="goal__lineage_id"),
        organization_id=actor.organization_id,
        goal__iep__status=Iep.Status.ACTIVE,
        student__archived_at=None,
        student__enrollment=Student.Enrollment.ACTIVE,
    )
    if filters.school_id is not None:
        rows = rows.filter(student__school_id=filters.school_id)
    if filters.is_own:
        mine = TeamMember.objects.filter(
            on_team(actor.today),
            organization_id=actor.organization_id,
            person_id=actor.person_id,
            part=TeamMember.Part.CASE_MANAGER,
        )
        rows = rows.filter(student_id__in=mine.values("student_id"))
    return rows


def _if_few(actor: Actor, condition: Q) -> Q:
    """The condition; with the goals' names where few of the district fulfil it.

    What is rare in one district can be common in the next, and the database knows how common it is in all: told the
    names, it begins with these goals and not with every student.
    """
    rows = GoalSummary.objects.filter(
        condition, organization_id=actor.organization_id
    )  # for all: narrows what is seen
    names = list(rows.values_list("goal_id", flat=True)[: MOST_NAMED + 1])
    return condition & Q(goal_id__in=names) if len(names) <= MOST_NAMED else condition


def _late_days(
    calendars: Mapping[UUID | None, Calendar], today: date, days: int
) -> Mapping[date, Sequence[UUID]]:
    """The day before as many school days as are asked for, with the schools by whose calendar it is that day."""
    found: dict[date, list[UUID]] = {}
    for school_id, calendar in calendars.items():
        if school_id is not None:
            found.setdefault(day_before(calendar, today, days), []).append(school_id)
    return found


def _quiet(late: Mapping[date, Sequence[UUID]]) -> Q:
    """No score, or the last one on the late day of the student's school, or before."""
    found = Q(last_on=None)
    for day, schools in late.items():
        found |= Q(student__school_id__in=schools, last_on__lte=day)
    return found


def _last_by(day: date) -> Q:
    return Q(last_on=None) | Q(last_on__lte=day)


def _row(found: GoalSummary, calendar: Calendar, today: date, quiet: Quiet) -> OverviewRow:
    goal, student = found.goal, found.student
    return OverviewRow(
        goal_id=goal.id,
        student_id=student.id,
        name=student.name,
        grade=str(student.get_grade_display()),
        school_name=student.school.name,
        number=goal.number,
        title=goal.title,
        scale=goal.scale,
        unit=goal.unit,
        target=goal.target_value,
        status=as_of(Status(found.status), found.last_on, quiet.at(student.school_id)),
        current=found.current_value,
        last_on=found.last_on,
        quiet_days=school_days(calendar, found.last_on, today) if found.last_on else None,
        mastered_on=found.mastered_on,
    )
