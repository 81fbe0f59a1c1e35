"""One goal in full: its scores beside the aimline, and what they say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from accounts.rights import Action, Group
from core.actor import Actor, Kind
from core.models import topic
from core.outbox import topic_version
from ieps.models import Iep
from progress import arithmetic
from progress.arithmetic import Aimline, Direction, GoalTerms, Measurement
from progress.models import ProgressPoint
from progress.queries.course import NO_COURSE, courses
from progress.queries.district import decision_rule
from progress.queries.points import aimline_of, measured, opened_goal, points_of, shows_notes, terms_of
from progress.rules import may_decide
from students.rules import Access

RECENT_WEEKS = 12
ROWS_SHOWN = 8


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
    baseline: Decimal | None
    frequency: str
    aimline: Aimline | None
    """None before the first score of a goal without an entered baseline."""
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
    may_assign: bool
    """Whether the reader says who records the goal, and how."""

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


def goal_progress(
    *, actor: Actor, goal_id: UUID, today: date, weeks: int | None = None, shows_all: bool = False
) -> GoalProgress:
    """One goal, its measurements and what they say. Raises NotFound, NotAllowed."""
    version = topic_version(topic("goal", goal_id))  # before the content, so that a change in between is news
    goal, access = opened_goal(actor=actor, goal_id=goal_id)
    points = list(points_of(actor=actor, goal=goal))
    measurements = tuple(measured(points))
    went = courses(actor=actor, lineage_ids=[goal.lineage_id], until=today).get(goal.lineage_id, NO_COURSE)
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
        baseline=line.start if line else None,
        frequency=goal.frequency,
        aimline=line,
        summary=arithmetic.summary(
            measurements,
            terms,
            today,
            rule=decision_rule(actor=actor),
            changes=went.changes,
            decided_on=went.decided_on,
            reopened_on=went.reopened_on,
        ),
        reached_on=_reached_on(measurements, terms, today),
        measurements=measurements,
        rows=tuple(_row(point, line, actor, access) for point in reversed(points)),
        shows_all=shows_all,
        is_in_force=goal.iep.status == Iep.Status.ACTIVE,
        may_record=may_record and goal.iep.status == Iep.Status.ACTIVE,
        may_assign=goal.iep.status == Iep.Status.ACTIVE and may_decide(actor, goal),
    )


def _row(point: ProgressPoint, line: Aimline | None, actor: Actor, access: Access) -> PointRow:
    aim = None if point.is_baseline or line is None else line.at(point.measured_on)
    is_own = actor.kind is Kind.PERSON and point.recorded_by_id == actor.person_id
    has_notes = shows_notes(access)
    return PointRow(
        id=point.id,
        measured_on=point.measured_on,
        value=point.value,
        aim=aim,
        difference=None if aim is None else _rounded(point.value - aim),
        is_short=line is not None
        and aim is not None
        and arithmetic.is_short(point.value, of=aim, direction=line.direction),
        is_baseline=point.is_baseline,
        context=point.context if has_notes else "",
        note=point.note if has_notes else "",
        recorded_by=point.recorded_by_name,
        recorded_by_id=point.recorded_by_id,
        may_undo=access.may(Action.WRITE, Group.GOALS)
        or (is_own and access.may(Action.RECORD, Group.PROGRESS)),
    )


def _rounded(difference: Decimal) -> Decimal:
    """To a tenth; to a hundredth where a tenth would say that there is no difference."""
    return difference.quantize(Decimal("0.1") if abs(difference) >= Decimal("0.1") else Decimal("0.01"))


def _reached_on(points: Iterable[Measurement], terms: GoalTerms, today: date) -> date | None:
    scores = [point for point in points if not point.is_baseline and point.on <= today]
    trend = arithmetic.ordinary_least_squares(scores) if len(scores) > arithmetic.TREND_POINTS else None
    return arithmetic.day_reached(trend, terms) if trend else None
