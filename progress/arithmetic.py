"""What a series of scores says about a goal: aimline, trend, decision rule. Pure: knows no database and no web.

Scores are `Decimal` in the goal's own unit, days are `date`. Sums and slopes are exact fractions, so that a score
that lies on the aimline is never called "below" by a rounding error; only what leaves this module is rounded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import takewhile
from statistics import median

DAYS_A_WEEK = 7
BASELINE_POINTS = 3
"""How many first scores make the baseline when none was measured or entered."""
TREND_POINTS = 4
"""A trend of fewer scores than this is not shown."""
SPARK_VALUES = 8

_CENT = Decimal("0.01")
_TENTH = Decimal("0.1")
_THOUSANDTH = Decimal("0.001")


class Direction(StrEnum):
    """Which way the scores of a goal are meant to go."""

    INCREASE = "increase"
    DECREASE = "decrease"


class Status(StrEnum):
    """What the scores say about a goal today."""

    ON_TRACK = "on_track"
    WATCH = "watch"
    DECIDE = "decide"
    MET = "met"
    NO_DATA = "no_data"

    @property
    def tone(self) -> str:
        """The name of the shape and colour that pages draw for it."""
        return {"on_track": "ok", "watch": "watch", "decide": "act", "met": "met", "no_data": "none"}[
            self.value
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One score on one day. A baseline score was taken before instruction began and fires no rule."""

    on: date
    value: Decimal
    is_baseline: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRule:
    """When scores ask the team for a decision. A district may set its own numbers.

    Source: the four-point and trend rules of curriculum-based measurement.
    """

    below: int = 4
    """So many scores in a row short of the aimline ask for a decision."""
    watch: int = 2
    """So many ask for attention."""
    trend_points: int = 8
    """From so many scores on, a trend flatter than the aimline asks for a decision."""
    quiet_days: int = 21
    """No score within so many days means that nothing is known."""


STANDARD_RULE = DecisionRule()


@dataclass(frozen=True, slots=True, kw_only=True)
class Aimline:
    """The straight way from the baseline to the goal."""

    start_on: date
    start: Decimal
    target_on: date
    target: Decimal
    direction: Direction = Direction.INCREASE

    def at(self, day: date) -> Decimal | None:
        """The score expected on `day`: nothing before the start, the target from the goal's date on."""
        if day < self.start_on:
            return None
        if day >= self.target_on:
            return self.target
        gone, whole = (day - self.start_on).days, (self.target_on - self.start_on).days
        return self.start + (self.target - self.start) * gone / whole

    @property
    def per_day(self) -> Fraction:
        """The change asked for each day, exact. Zero when the goal's date is not after the start."""
        days = (self.target_on - self.start_on).days
        return Fraction(self.target - self.start) / days if days > 0 else Fraction(0)

    @property
    def weekly_gain(self) -> Decimal:
        """The change asked for each week, to a hundredth. Negative for a goal that decreases."""
        return _rounded(self.per_day * DAYS_A_WEEK, _CENT)

    def falls_short(self, point: Measurement) -> bool:
        """Whether the score is on the wrong side of the aimline; on it is not short."""
        expected = self.at(point.on)
        return expected is not None and is_short(point.value, of=expected, direction=self.direction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """The line of least squares through scores at their real days."""

    n: int
    origin: date
    slope: Fraction
    """Change per day."""
    intercept: Fraction
    """Value on the day `origin`."""
    r_squared: Decimal | None
    """Share of the variance explained, to a thousandth; None when all scores are equal."""

    @property
    def per_week(self) -> Decimal:
        """Change per week, to a hundredth."""
        return _rounded(self.slope * DAYS_A_WEEK, _CENT)

    def at(self, day: date) -> Decimal:
        """The height of the line on `day`, to a thousandth."""
        return _rounded(self.intercept + self.slope * (day - self.origin).days, _THOUSANDTH)

    def is_flatter_than(self, aimline: Aimline) -> bool:
        """Whether the line moves toward the goal more slowly than the aimline asks."""
        if aimline.direction is Direction.DECREASE:
            return self.slope > aimline.per_day
        return self.slope < aimline.per_day


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalTerms:
    """What a goal asks for. `baseline` may be absent; then the first scores stand in for it."""

    direction: Direction
    target: Decimal
    target_on: date
    baseline: Decimal | None = None
    baseline_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalSummary:
    """What the scores say about a goal on one day. Values are in the goal's unit."""

    status: Status
    current: Decimal | None
    last_on: date | None
    percent_of_way: Decimal | None
    """From baseline (0) to target (100), to a tenth, never outside."""
    trend_per_week: Decimal | None
    """In the present phase, from four scores on."""
    in_a_row_below: int
    in_a_row_at_or_above: int
    """"Below" and "above" as for an increasing goal; mirrored for one that decreases."""
    last_values: tuple[Decimal, ...]
    """At most eight, oldest first."""
    aim_first: Decimal | None
    """The aimline on the day of the first of `last_values`."""
    aim_last: Decimal | None
    """The aimline on `last_on`."""
    aim_today: Decimal | None
    difference: Decimal | None
    """`current` minus `aim_last`, to a tenth."""


def is_short(value: Decimal, *, of: Decimal, direction: Direction) -> bool:
    """Whether `value` has not come as far as `of` in the goal's direction."""
    return value > of if direction is Direction.DECREASE else value < of


def median_baseline(points: Iterable[Measurement]) -> tuple[date, Decimal] | None:
    """Last day and median of the baseline scores, else of the first three scores; None without any score."""
    ordered = in_order(points)
    baseline = [point for point in ordered if point.is_baseline] or ordered[:BASELINE_POINTS]
    if not baseline:
        return None
    return baseline[-1].on, median(point.value for point in baseline)


def aimline(terms: GoalTerms, points: Iterable[Measurement]) -> Aimline | None:
    """The aimline of a goal: from its entered baseline, else from the median of its first scores."""
    measured = median_baseline(points)
    if terms.baseline is not None and (terms.baseline_on or measured):
        start_on = terms.baseline_on or (measured[0] if measured else terms.target_on)
        start = terms.baseline
    elif measured:
        start_on, start = measured
    else:
        return None
    return Aimline(
        start_on=start_on,
        start=start,
        target_on=terms.target_on,
        target=terms.target,
        direction=terms.direction,
    )


def in_order(points: Iterable[Measurement]) -> list[Measurement]:
    """The scores by day, on one day the baseline first, else as they came."""
    return sorted(points, key=lambda point: (point.on, not point.is_baseline))


def trailing_run(flags: Sequence[bool]) -> int:
    """How many of the last flags are set without a break."""
    return sum(1 for _ in takewhile(bool, reversed(flags)))


def ordinary_least_squares(points: Sequence[Measurement]) -> Trend | None:
    """The line of least squares by real days; None unless there are scores on two different days."""
    if not points:
        return None
    n = len(points)
    origin = min(point.on for point in points)
    days = [(point.on - origin).days for point in points]
    values = [point.value for point in points]
    sum_t, sum_y = sum(days), sum(values, Decimal(0))
    spread_t = n * sum(t * t for t in days) - sum_t * sum_t
    if spread_t == 0:
        return None
    # Decimal sums are exact here: scores have at most nine digits, and the context holds twenty-eight.
    joint = Fraction(n * sum((y * t for t, y in zip(days, values, strict=True)), Decimal(0)) - sum_y * sum_t)
    spread_y = Fraction(n * sum((y * y for y in values), Decimal(0)) - sum_y * sum_y)
    slope = joint / spread_t
    return Trend(
        n=n,
        origin=origin,
        slope=slope,
        intercept=(Fraction(sum_y) - slope * sum_t) / n,
        r_squared=_rounded(joint * joint / (spread_t * spread_y), _THOUSANDTH) if spread_y else None,
    )


def day_reached(trend: Trend, terms: GoalTerms) -> date | None:
    """The first day on which the trend stands at the target; None when it never does, or not within ten years."""
    toward = -1 if terms.direction is Direction.DECREASE else 1
    if trend.slope * toward <= 0:
        return None
    days = (Fraction(terms.target) - trend.intercept) / trend.slope
    whole = max(0, -(-days.numerator // days.denominator))
    return trend.origin + timedelta(days=whole) if whole <= 3653 else None  # noqa: PLR2004


def percent_of_way(value: Decimal, line: Aimline) -> Decimal:
    """How much of the way from baseline to target is done, 0 to 100, to a tenth."""
    if not is_short(value, of=line.target, direction=line.direction):
        return Decimal("100.0")
    whole = line.target - line.start
    if whole == 0:
        return Decimal("0.0")
    share = Fraction(value - line.start) / Fraction(whole) * 100
    return _rounded(min(max(share, Fraction(0)), Fraction(100)), _TENTH)


def status_of(
    scores: Sequence[Measurement], line: Aimline, *, today: date, rule: DecisionRule = STANDARD_RULE
) -> Status:
    """What the scores of the present phase (oldest first, without baseline) say today.

    In this order: the last score reaches the target: met. No score within the quiet days: no data. Enough in a row
    short of the aimline, or, from enough scores on, the last one short and the trend flatter than the aimline:
    decide. Some in a row short: watch. A flat trend ahead of the aimline asks for nothing: among students who
    keep exactly to their aimline, chance alone makes half of all trends the flatter.
    """
    if not scores:
        return Status.NO_DATA
    last = scores[-1]
    if not is_short(last.value, of=line.target, direction=line.direction):
        return Status.MET
    if (today - last.on).days > rule.quiet_days:
        return Status.NO_DATA
    below = trailing_run([line.falls_short(point) for point in scores])
    if below >= rule.below:
        return Status.DECIDE
    if below and len(scores) >= rule.trend_points:
        trend = ordinary_least_squares(scores)
        if trend and trend.is_flatter_than(line):
            return Status.DECIDE
    return Status.WATCH if below >= rule.watch else Status.ON_TRACK


def as_of(status: Status, last_on: date | None, today: date, *, rule: DecisionRule = STANDARD_RULE) -> Status:
    """What a status found on the last measured day means on a later day: nothing is known after quiet days."""
    if status is Status.MET or last_on is None or (today - last_on).days <= rule.quiet_days:
        return status
    return Status.NO_DATA


def summary(
    points: Iterable[Measurement],
    goal: GoalTerms,
    today: date,
    *,
    rule: DecisionRule = STANDARD_RULE,
    changes: Sequence[date] = (),
) -> GoalSummary:
    """Everything a card, a list or a note says about a goal on `today`. Scores after that day are left out.

    `changes` are the days on which instruction changed: the trend and the decision rule look only at scores from
    the last of them on.
    """
    known = [point for point in in_order(points) if point.on <= today]
    line = aimline(goal, known)
    scores = [point for point in known if not point.is_baseline]
    if line is None or not known:
        return _nothing_known(line, today)
    since = max((day for day in changes if day <= today), default=date.min)
    phase = [point for point in scores if point.on >= since]
    short = [line.falls_short(point) for point in phase]
    trend = ordinary_least_squares(phase) if len(phase) >= TREND_POINTS else None
    last = (scores or known)[-1]
    recent = [point for point in known if point.on <= last.on][-SPARK_VALUES:]
    aim_last = line.at(last.on)
    return GoalSummary(
        status=status_of(phase or scores[-1:], line, today=today, rule=rule),
        current=last.value,
        last_on=last.on,
        percent_of_way=percent_of_way(last.value, line),
        trend_per_week=trend.per_week if trend else None,
        in_a_row_below=trailing_run(short),
        in_a_row_at_or_above=trailing_run([not is_below for is_below in short]),
        last_values=tuple(point.value for point in recent),
        aim_first=line.at(recent[0].on),
        aim_last=aim_last,
        aim_today=line.at(today),
        difference=None if aim_last is None else (last.value - aim_last).quantize(_TENTH),
    )


def _nothing_known(line: Aimline | None, today: date) -> GoalSummary:
    return GoalSummary(
        status=Status.NO_DATA,
        current=None,
        last_on=None,
        percent_of_way=None,
        trend_per_week=None,
        in_a_row_below=0,
        in_a_row_at_or_above=0,
        last_values=(),
        aim_first=None,
        aim_last=None,
        aim_today=line.at(today) if line else None,
        difference=None,
    )


def _rounded(value: Fraction, step: Decimal) -> Decimal:
    return (Decimal(value.numerator) / value.denominator).quantize(step, rounding=ROUND_HALF_EVEN)
