"""One goal in full: its scores beside the aimline, and what they say."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from accounts.calendars import no_school, periods_of
from accounts.queries import calendar_of
from accounts.rights import Action, Group
from core.actor import Actor, Kind
from core.models import topic
from core.outbox import topic_version
from ieps.models import Goal, Iep
from progress import arithmetic
from progress.arithmetic import (
    Aimline,
    DecisionRule,
    Direction,
    GoalTerms,
    MasteryRule,
    Measurement,
    Missed,
    PhaseStatistics,
    missed_probes,
    phase_statistics,
)
from progress.models import GoalState, Phase, ProgressPoint
from progress.queries.course import course_of, decisions_of, phases_of, state_of
from progress.queries.district import decision_rule
from progress.queries.points import aimline_of, measured, opened_goal, points_of, shows_notes, terms_of
from progress.rules import may_decide, may_record_progress
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
    second: Decimal | None
    setting: str
    observed_by: str
    phase: str
    """What was tried then."""
    is_excluded: bool
    exclude_reason: str
    context: str
    note: str
    recorded_by: str
    recorded_by_id: UUID | None
    may_undo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseRow:
    """What was tried in one time, and what the scores of that time come to."""

    id: UUID
    label: str
    detail: str
    reason: str
    starts_on: date
    ends_on: date | None
    is_present: bool
    statistics: PhaseStatistics | None


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
    rule: DecisionRule
    mastery: MasteryRule
    reached_on: date | None
    """When the present trend meets the goal, if it does before long."""
    measurements: tuple[Measurement, ...]
    """Oldest first."""
    rows: tuple[PointRow, ...]
    """Newest first."""
    phases: tuple[PhaseRow, ...]
    """Newest first."""
    missed: tuple[Missed, ...]
    no_school: frozenset[date]
    periods: tuple[tuple[str, date, date], ...]
    """Reporting periods: name, first day, first day after."""
    state: str
    """open, maintenance or met."""
    mastered_on: date | None
    state_reason: str
    shows_all: bool
    """Whether the table shows every row, or the newest eight."""
    is_in_force: bool
    may_record: bool
    may_assign: bool
    """Whether the reader says who records the goal, and how."""
    may_decide: bool
    shows_agreement: bool
    """Whether how far two observers agree is for this reader."""

    @property
    def verdict(self) -> arithmetic.Verdict:
        """Which rule fired, on which scores, and what it suggests."""
        return self.summary.verdict

    @property
    def has_second(self) -> bool:
        """Whether a probe here has two measures."""
        return any(row.second is not None for row in self.rows)

    @property
    def has_excluded(self) -> bool:
        """Whether a score is shown that does not count."""
        return any(row.is_excluded for row in self.rows)

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
    with_trials = goal.mastery_counts == Goal.MasteryCounts.TRIAL
    measurements = tuple(measured(points, with_trials=with_trials))
    terms = terms_of(goal)
    line = aimline_of(goal, measurements)
    phases = phases_of(actor=actor, goal=goal)
    decisions = decisions_of(actor=actor, goal=goal)
    state = state_of(actor=actor, goal=goal)
    course = course_of(phases, decisions, state)
    rule = decision_rule(actor=actor)
    calendar = calendar_of(actor=actor, school_id=goal.student.school_id)
    off = dict(no_school(calendar, goal.baseline_on, max(goal.target_on, today)))
    summary = arithmetic.summary(
        measurements,
        terms,
        today,
        rule=rule,
        changes=course.changes,
        decided_on=course.decided_on,
        reopened_on=course.reopened_on,
        calendar=calendar,
    )
    sees_words = shows_notes(access)
    may_record = may_record_progress(actor, goal)
    is_in_force = goal.iep.status == Iep.Status.ACTIVE
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
        summary=summary,
        rule=rule,
        mastery=terms.mastery,
        reached_on=_reached_on(measurements, terms, today, course.changes),
        measurements=measurements,
        rows=tuple(
            _row(point, line, phases, actor, access, may_record=may_record) for point in reversed(points)
        ),
        phases=tuple(_phase_row(phase, measurements, today, sees_words) for phase in reversed(phases)),
        missed=_missed(goal, measurements, today, off),
        no_school=frozenset(off),
        periods=tuple(
            (period.name, period.first_on, period.last_on + timedelta(days=1))
            for period in periods_of(calendar)
        ),
        state=state.status if state else GoalState.Status.OPEN.value,
        mastered_on=state.mastered_on if state else None,
        state_reason=state.reason if state and sees_words else "",
        shows_all=shows_all,
        is_in_force=is_in_force,
        may_record=may_record and is_in_force,
        may_assign=may_decide(actor, goal) and is_in_force,
        may_decide=may_decide(actor, goal) and is_in_force,
        shows_agreement=sees_words,
    )


def _missed(
    goal: Goal, measurements: Iterable[Measurement], today: date, off: Mapping[date, str]
) -> tuple[Missed, ...]:
    every = -(-goal.probe_days // goal.probe_times)
    days = [point.on for point in measurements if not point.is_baseline]
    return missed_probes(days, every_days=max(every, 2), until=min(today, goal.target_on), no_school=off)


def _phase_row(phase: Phase, measurements: Iterable[Measurement], today: date, sees_words: bool) -> PhaseRow:
    inside = [
        point
        for point in measurements
        if not point.is_baseline
        and point.on >= phase.starts_on
        and (phase.ends_on is None or point.on < phase.ends_on)
    ]
    found = phase_statistics(inside)
    return PhaseRow(
        id=phase.id,
        label=phase.label,
        detail=phase.detail,
        reason=phase.reason if sees_words else "",
        starts_on=phase.starts_on,
        ends_on=phase.ends_on,
        is_present=phase.starts_on <= today and (phase.ends_on is None or today < phase.ends_on),
        statistics=found,
    )


def _row(
    point: ProgressPoint,
    line: Aimline | None,
    phases: Sequence[Phase],
    actor: Actor,
    access: Access,
    *,
    may_record: bool,
) -> PointRow:
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
        second=point.second_value,
        setting=point.setting,
        observed_by=point.observer_name if has_notes else "",
        phase=_phase_of(point, phases),
        is_excluded=point.excluded_at is not None,
        exclude_reason=point.exclude_reason if has_notes else "",
        recorded_by=point.recorded_by_name,
        recorded_by_id=point.recorded_by_id,
        may_undo=access.may(Action.WRITE, Group.GOALS) or (is_own and may_record),
    )


def _rounded(difference: Decimal) -> Decimal:
    """To a tenth; to a hundredth where a tenth would say that there is no difference."""
    return difference.quantize(Decimal("0.1") if abs(difference) >= Decimal("0.1") else Decimal("0.01"))


def _phase_of(point: ProgressPoint, phases: Sequence[Phase]) -> str:
    if point.is_baseline:
        return ""
    return next(
        (
            phase.label
            for phase in reversed(phases)
            if phase.starts_on <= point.measured_on
            and (phase.ends_on is None or point.measured_on < phase.ends_on)
        ),
        "",
    )


def _reached_on(
    points: Iterable[Measurement], terms: GoalTerms, today: date, changes: Sequence[date]
) -> date | None:
    since = max((day for day in changes if day <= today), default=date.min)
    scores = [
        point
        for point in points
        if not (point.is_baseline or point.is_excluded) and since <= point.on <= today
    ]
    trend = arithmetic.ordinary_least_squares(scores) if len(scores) > arithmetic.TREND_POINTS else None
    return arithmetic.day_reached(trend, terms) if trend else None
