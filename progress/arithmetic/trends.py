"""Lines through scores at their real days: least squares, and two that do not follow an outlier."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from progress.arithmetic.aimlines import Aimline
from progress.arithmetic.measures import (
    CENT,
    DAYS_A_WEEK,
    THOUSANDTH,
    Direction,
    GoalTerms,
    Measurement,
    rounded,
)

TREND_POINTS = 4
"""A trend of fewer scores than this is not shown."""


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
        return rounded(self.slope * DAYS_A_WEEK, CENT)

    def at(self, day: date) -> Decimal:
        """The height of the line on `day`, to a thousandth."""
        return rounded(self.intercept + self.slope * (day - self.origin).days, THOUSANDTH)

    def is_flatter_than(self, aimline: Aimline) -> bool:
        """Whether the line moves toward the goal more slowly than the aimline asks."""
        if aimline.direction is Direction.DECREASE:
            return self.slope > aimline.per_day
        return self.slope < aimline.per_day

    def is_steeper_than(self, aimline: Aimline) -> bool:
        """Whether the line moves toward the goal faster than the aimline asks."""
        if aimline.direction is Direction.DECREASE:
            return self.slope < aimline.per_day
        return self.slope > aimline.per_day


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
        r_squared=rounded(joint * joint / (spread_t * spread_y), THOUSANDTH) if spread_y else None,
    )


def day_reached(trend: Trend, terms: GoalTerms) -> date | None:
    """The first day on which the trend stands at the target; None when it never does, or not within ten years."""
    toward = -1 if terms.direction is Direction.DECREASE else 1
    if trend.slope * toward <= 0:
        return None
    days = (Fraction(terms.target) - trend.intercept) / trend.slope
    whole = max(0, -(-days.numerator // days.denominator))
    return trend.origin + timedelta(days=whole) if whole <= 3653 else None  # noqa: PLR2004
