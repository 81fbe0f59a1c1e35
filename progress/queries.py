"""Reading progress: the cards of a student's goals, one goal in full, lists of statuses, points for programs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.rights import Action, Group
from core.actor import Actor, Kind
from core.errors import NotAllowed, NotFound
from core.outbox import topic_version
from ieps.models import Goal, Iep
from ieps.queries import goals_in_force, visible_goal
from progress import arithmetic
from progress.arithmetic import Aimline, Direction, GoalTerms, Measurement, Status
from progress.models import GoalSummary, ProgressPoint
from students.models import visible_students
from students.queries import opened_student
from students.rules import Access
from students.rules import access as access_to

RECENT_WEEKS = 12
ROWS_SHOWN = 8
_IN_FORCE_OR_PAST = (Iep.Status.ACTIVE, Iep.Status.SUPERSEDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalCard:
    """One goal in a few words and a sparkline. Values are in `unit`."""

    goal_id: UUID
    student_id: UUID
    number: int
    title: str
    detail: str
    scale: str
    unit: str
    target: Decimal
    status: Status
    current: Decimal | None
    last_on: date | None
    last_by: str
    percent_of_way: Decimal | None
    spark: tuple[Decimal, ...]
    aim_first: Decimal | None
    aim_last: Decimal | None

    @property
    def tone(self) -> str:
        """The status as pages draw it."""
        return self.status.tone


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentGoals:
    """The goals of the IEP in force, in its order."""

    student_id: UUID
    topic: str
    version: str
    cards: tuple[GoalCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PointRow:
    """One measurement beside what the aimline expected that day."""

    id: UUID
    measured_on: date
    value: Decimal
    aim: Decimal | None
    difference: Decimal | None
    is_short: bool
    is_baseline: bool
    context: str
    note: str
    recorded_by: str
    recorded_by_id: UUID | None
    may_undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalProgress:
    """What the progress page shows of one goal. Values are in `unit`, changes are per week."""

    goal_id: UUID
    student_id: UUID
    student_name: str
    topic: str
    version: str
    today: date
    weeks: int | None
    number: int
    title: str
    statement: str
    scale: str
    unit: str
    direction: Direction
    target: Decimal
    target_on: date
    baseline: Decimal
    frequency: str
    aimline: Aimline
    summary: arithmetic.GoalSummary
    reached_on: date | None
    """When the present trend meets the goal, if it does before long."""
    measurements: tuple[Measurement, ...]
    """Oldest first."""
    rows: tuple[PointRow, ...]
    """Newest first."""
    shows_all: bool
    """Whether the table shows every row, or the newest eight."""
    is_in_force: bool
    may_record: bool

    @property
    def tone(self) -> str:
        """The status as pages draw it."""
        return self.summary.status.tone

    @property
    def shown_rows(self) -> tuple[PointRow, ...]:
        """The rows of the table on the page."""
        return self.rows if self.shows_all else self.rows[:ROWS_SHOWN]

    @property
    def hidden_rows(self) -> int:
        """How many earlier rows the page leaves out."""
        return len(self.rows) - len(self.shown_rows)

    @property
    def may_undo(self) -> bool:
        """Whether any score may be taken back."""
        return any(row.may_undo for row in self.rows)

    @property
    def has_baseline_points(self) -> bool:
        """Whether the baseline was measured here, not only entered."""
        return any(row.is_baseline for row in self.rows)

    @property
    def has_trend(self) -> bool:
        """Whether a trend is drawn."""
        return self.summary.trend_per_week is not None

    @property
    def since(self) -> date | None:
        """The first day shown when only the last weeks are asked for."""
        return self.today - timedelta(weeks=self.weeks) if self.weeks else None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalPoints:
    """The points of a goal for a program, oldest first."""

    topic: str
    version: str
    rows: QuerySet[ProgressPoint]
    shows_notes: bool
    """Whether notes and circumstances, written among staff, are for this reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContext:
    """What the form for a new score needs to know of its goal."""

    goal_id: UUID
    student_id: UUID
    student_name: str
    number: int
    title: str
    scale: str
    unit: str
    baseline_on: date


def opened_goal(*, actor: Actor, goal_id: UUID, lock: bool = False) -> tuple[Goal, Access]:
    """One goal with its IEP and student, and what the actor is to them.

    Raises NotFound when the student, or a draft that is not shared, does not exist for `actor`; NotAllowed when the
    student does and progress is not theirs to see. With `lock` nobody else changes the goal's points meanwhile.
    """
    goal = visible_goal(actor=actor, goal_id=goal_id, lock=lock)
    access = access_to(actor, goal.student)
    if not access.sees(Group.PROGRESS):
        raise NotAllowed
    return goal, access


def student_goals(*, actor: Actor, student_id: UUID, today: date) -> StudentGoals:
    """The goals of a student's IEP in force. Raises NotFound, NotAllowed."""
    student, access = opened_student(actor=actor, student_id=student_id)
    if not access.sees(Group.PROGRESS):
        raise NotAllowed
    version = topic_version(student.topic)
    return StudentGoals(
        student_id=student_id,
        topic=student.topic,
        version=version,
        cards=goal_cards(actor=actor, student_ids=[student_id], today=today)[student_id],
    )


def goal_cards(
    *, actor: Actor, student_ids: Iterable[UUID], today: date
) -> Mapping[UUID, tuple[GoalCard, ...]]:
    """The cards of several students, for lists, in two statements; none where `actor` may not see goals."""
    wanted = list(student_ids)
    goals = goals_in_force(actor=actor, student_ids=wanted)
    rows = GoalSummary.objects.filter(
        visible_students(actor, prefix="student__", group=Group.PROGRESS), student_id__in=wanted
    )
    summaries = {row.goal_id: row for row in rows.filter(organization_id=actor.organization_id)}
    return {
        student_id: tuple(_card(goal, summaries.get(goal.id), today) for goal in goals.get(student_id, ()))
        for student_id in wanted
    }


def goal_progress(
    *, actor: Actor, goal_id: UUID, today: date, weeks: int | None = None, shows_all: bool = False
) -> GoalProgress:
    """One goal, its measurements and what they say. Raises NotFound, NotAllowed."""
    goal, access = opened_goal(actor=actor, goal_id=goal_id)
    version = topic_version(goal.topic)
    points = list(points_of(actor=actor, goal=goal))
    measurements = tuple(measured(points))
    terms = terms_of(goal)
    line = aimline_of(goal, measurements)
    may_record = access.may(Action.RECORD, Group.PROGRESS)
    return GoalProgress(
        goal_id=goal.id,
        student_id=goal.student_id,
        student_name=goal.student.name,
        topic=goal.topic,
        version=version,
        today=today,
        weeks=weeks,
        number=goal.number,
        title=goal.title,
        statement=goal.statement,
        scale=goal.scale,
        unit=goal.unit,
        direction=Direction(goal.direction),
        target=goal.target_value,
        target_on=goal.target_on,
        baseline=line.start,
        frequency=goal.frequency,
        aimline=line,
        summary=arithmetic.summary(measurements, terms, today),
        reached_on=_reached_on(measurements, terms, today),
        measurements=measurements,
        rows=tuple(_row(point, line, actor, access) for point in reversed(points)),
        shows_all=shows_all,
        is_in_force=goal.iep.status == Iep.Status.ACTIVE,
        may_record=may_record and goal.iep.status == Iep.Status.ACTIVE,
    )


def record_context(*, actor: Actor, goal_id: UUID) -> RecordContext:
    """The goal that a score is about to be recorded for. Raises NotFound, NotAllowed."""
    goal, access = opened_goal(actor=actor, goal_id=goal_id)
    if not access.may(Action.RECORD, Group.PROGRESS):
        raise NotAllowed
    return RecordContext(
        goal_id=goal.id,
        student_id=goal.student_id,
        student_name=goal.student.name,
        number=goal.number,
        title=goal.title,
        scale=goal.scale,
        unit=goal.unit,
        baseline_on=goal.baseline_on,
    )


def goal_points(*, actor: Actor, goal_id: UUID) -> GoalPoints:
    """The points of a goal, for cursor pages. Raises NotFound, NotAllowed."""
    goal, access = opened_goal(actor=actor, goal_id=goal_id)
    return GoalPoints(
        topic=goal.topic,
        version=topic_version(goal.topic),
        rows=points_of(actor=actor, goal=goal),
        shows_notes=_shows_notes(access),
    )


def goals_that_count(*, actor: Actor, goal: Goal) -> list[Goal]:
    """The goals for which a point of `goal` counts, locked: itself, and those that continue it in later IEPs."""
    rows = Goal.objects.visible_to(actor).filter(
        student_id=goal.student_id,
        lineage_id=goal.lineage_id,
        iep__status__in=_IN_FORCE_OR_PAST,
        iep__number__gte=goal.iep.number,
    )
    return list(rows.select_related("iep").select_for_update(of=("self",), no_key=True).order_by("id"))


def goals_with_points(*, actor: Actor, after: UUID | None, limit: int) -> list[UUID]:
    """Ids of goals that may have points, in order, after one id: for work through all of them."""
    rows = Goal.objects.visible_to(actor).filter(iep__status__in=_IN_FORCE_OR_PAST)
    if after is not None:
        rows = rows.filter(id__gt=after)
    return list(rows.order_by("id").values_list("id", flat=True)[:limit])


def opened_point(*, actor: Actor, point_id: UUID) -> ProgressPoint:
    """One point with its goal locked, voided or not. Raises NotFound, NotAllowed."""
    found = (
        ProgressPoint.objects.visible_to(actor).filter(id=point_id).values_list("goal_id", flat=True).first()
    )
    if found is None:
        raise NotFound
    goal, _ = opened_goal(actor=actor, goal_id=found, lock=True)
    point = ProgressPoint.objects.visible_to(actor).get(id=point_id)
    point.goal, point.student = goal, goal.student
    return point


def points_of(*, actor: Actor, goal: Goal) -> QuerySet[ProgressPoint]:
    """The points that count for a goal, oldest first: its own, and since its baseline those of goals it continues.

    What was recorded under a later IEP does not count: a past goal keeps what was known of it.
    """
    rows = ProgressPoint.objects.visible_to(actor).filter(
        lineage_id=goal.lineage_id, voided_at=None, goal__iep__number__lte=goal.iep.number
    )
    counted = rows.filter(
        Q(measured_on__gte=goal.baseline_on, is_baseline=False) | Q(goal=goal, is_baseline=True)
    )
    return counted.order_by("measured_on", "id")


def terms_of(goal: Goal) -> GoalTerms:
    """What the goal asks for, as arithmetic takes it."""
    return GoalTerms(
        direction=Direction(goal.direction),
        target=goal.target_value,
        target_on=goal.target_on,
        baseline=goal.baseline_value,
        baseline_on=goal.baseline_on,
    )


def aimline_of(goal: Goal, points: Iterable[Measurement] = ()) -> Aimline:
    """The aimline of a goal; every goal has a baseline, so there always is one."""
    line = arithmetic.aimline(terms_of(goal), points)
    if line is None:
        raise ValueError(f"goal {goal.id} has no baseline")
    return line


class Measured(Protocol):
    """Anything with a score and its day."""

    @property
    def measured_on(self) -> date: ...
    @property
    def value(self) -> Decimal: ...
    @property
    def is_baseline(self) -> bool: ...


def measured(points: Iterable[Measured]) -> list[Measurement]:
    """Points as arithmetic takes them."""
    return [
        Measurement(on=point.measured_on, value=point.value, is_baseline=point.is_baseline)
        for point in points
    ]


def _card(goal: Goal, found: GoalSummary | None, today: date) -> GoalCard:
    status = Status(found.status) if found else Status.NO_DATA
    return GoalCard(
        goal_id=goal.id,
        student_id=goal.student_id,
        number=goal.number,
        title=goal.title,
        detail=goal.conditions or goal.get_domain_display(),
        scale=goal.scale,
        unit=goal.unit,
        target=goal.target_value,
        status=arithmetic.as_of(status, found.last_on if found else None, today),
        current=found.current_value if found else None,
        last_on=found.last_on if found else None,
        last_by=found.last_by_name if found else "",
        percent_of_way=found.percent_of_way if found else None,
        spark=tuple(found.spark) if found else (),
        aim_first=found.aim_first if found else None,
        aim_last=found.aim_last if found else None,
    )


def _row(point: ProgressPoint, line: Aimline, actor: Actor, access: Access) -> PointRow:
    aim = None if point.is_baseline else line.at(point.measured_on)
    is_own = actor.kind is Kind.PERSON and point.recorded_by_id == actor.person_id
    shows_notes = _shows_notes(access)
    return PointRow(
        id=point.id,
        measured_on=point.measured_on,
        value=point.value,
        aim=aim,
        difference=None if aim is None else (point.value - aim).quantize(Decimal("0.1")),
        is_short=aim is not None and arithmetic.is_short(point.value, of=aim, direction=line.direction),
        is_baseline=point.is_baseline,
        context=point.context if shows_notes else "",
        note=point.note if shows_notes else "",
        recorded_by=point.recorded_by_name,
        recorded_by_id=point.recorded_by_id,
        may_undo=access.may(Action.WRITE, Group.GOALS)
        or (is_own and access.may(Action.RECORD, Group.PROGRESS)),
    )


def _shows_notes(access: Access) -> bool:
    """Whoever records, and whoever reads the whole IEP; not families, for whom reports are written."""
    return access.may(Action.RECORD, Group.PROGRESS) or access.sees(Group.IEP)


def _reached_on(points: Iterable[Measurement], terms: GoalTerms, today: date) -> date | None:
    scores = [point for point in points if not point.is_baseline and point.on <= today]
    trend = arithmetic.ordinary_least_squares(scores) if len(scores) > arithmetic.TREND_POINTS else None
    return arithmetic.day_reached(trend, terms) if trend else None
