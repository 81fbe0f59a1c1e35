"""The straight way from the baseline to the goal, and how much of it is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from progress.arithmetic.measures import (
    CENT,
    DAYS_A_WEEK,
    TENTH,
    Direction,
    GoalTerms,
    Measurement,
    is_short,
    median_baseline,
    rounded,
)


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
        return rounded(self.per_day * DAYS_A_WEEK, CENT)

    def side(self, point: Measurement) -> int:
        """On which side of the aimline a score lies: -1 short of it, 1 beyond, 0 on it or before its start.

        Of products, not of quotients as `at`: this is asked of every score.
        """
        gone, days = (point.on - self.start_on).days, (self.target_on - self.start_on).days
        if gone < 0:
            return 0
        if gone >= days:
            above = point.value - self.target
        else:
            above = (point.value - self.start) * days - (self.target - self.start) * gone
        if not above:
            return 0
        return 1 if (above > 0) is (self.direction is Direction.INCREASE) else -1

    def falls_short(self, point: Measurement) -> bool:
        """Whether the score is on the wrong side of the aimline; on it is not short."""
        expected = self.at(point.on)
        return expected is not None and is_short(point.value, of=expected, direction=self.direction)


def aimline(terms: GoalTerms, points: Iterable[Measurement]) -> Aimline | None:
    """The aimline of a goal: from its entered baseline, else from the median of its first scores."""
    is_entered = terms.baseline is not None and terms.baseline_on is not None
    measured = None if is_entered else median_baseline(points)
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


def percent_of_way(value: Decimal, line: Aimline) -> Decimal:
    """How much of the way from baseline to target is done, 0 to 100, to a tenth."""
    if not is_short(value, of=line.target, direction=line.direction):
        return Decimal("100.0")
    whole = line.target - line.start
    if whole == 0:
        return Decimal("0.0")
    share = Fraction(value - line.start) / Fraction(whole) * 100
    return rounded(min(max(share, Fraction(0)), Fraction(100)), TENTH)
