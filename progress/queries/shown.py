"""What the page of one goal shows."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from progress import arithmetic
from progress.arithmetic import (
    Aimline,
    DecisionRule,
    Direction,
    MasteryRule,
    Measurement,
    Missed,
    PhaseStatistics,
)

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
    topics: str
    """What pages watch: the goal, and the district's rule and calendars, on which the verdict rests."""
    versions: str
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
    def shows_where(self) -> bool:
        """Whether a row in view says where, how, or why it is left out."""
        return any(row.exclude_reason or row.setting or row.context or row.note for row in self.shown_rows)

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
