"""Lines through scores at their real days: least squares, and two that do not follow an outlier."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from operator import mul
from statistics import median

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

_ZERO = Decimal(0)
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
    first = origin.toordinal()
    days = [point.on.toordinal() - first for point in points]
    values = [point.value for point in points]
    sum_t, sum_y = sum(days), sum(values, _ZERO)
    spread_t = n * sum(map(mul, days, days)) - sum_t * sum_t
    if spread_t == 0:
        return None
    # Decimal sums are exact here: scores have at most nine digits, and the context holds twenty-eight. Quotients are
    # of whole numbers, reduced once at the end.
    joint, joint_of = (n * sum(map(mul, values, days), _ZERO) - sum_y * sum_t).as_integer_ratio()
    spread_y, spread_of = (n * sum(map(mul, values, values), _ZERO) - sum_y * sum_y).as_integer_ratio()
    total, total_of = sum_y.as_integer_ratio()
    slope = Fraction(joint, joint_of * spread_t)
    rise, run = slope.numerator, slope.denominator
    return Trend(
        n=n,
        origin=origin,
        slope=slope,
        intercept=Fraction(total * run - rise * sum_t * total_of, total_of * run * n),
        r_squared=rounded(
            Fraction(joint * joint * spread_of, joint_of * joint_of * spread_t * spread_y), THOUSANDTH
        )
        if spread_y
        else None,
    )


def day_reached(trend: Trend, terms: GoalTerms) -> date | None:
    """The first day on which the trend stands at the target; None when it never does, or not within ten years."""
    toward = -1 if terms.direction is Direction.DECREASE else 1
    if trend.slope * toward <= 0:
        return None
    days = (Fraction(terms.target) - trend.intercept) / trend.slope
    whole = max(0, -(-days.numerator // days.denominator))
    return trend.origin + timedelta(days=whole) if whole <= 3653 else None  # noqa: PLR2004


def theil_sen(points: Sequence[Measurement]) -> Trend | None:
    """The line whose slope is the median of all slopes between two scores on different days.

    Its height is the median of the scores at the median day. Source: Sen 1968. None unless two days have scores.
    """
    if len({point.on for point in points}) < 2:  # noqa: PLR2004
        return None
    origin = min(point.on for point in points)
    days = [(point.on - origin).days for point in points]
    values = [Fraction(point.value) for point in points]
    slopes = sorted(
        (values[j] - values[i]) / (days[j] - days[i])
        for i in range(len(points))
        for j in range(i + 1, len(points))
        if days[j] != days[i]
    )
    slope = median(slopes)
    intercept = median(values) - slope * median(Fraction(day) for day in days)
    return Trend(n=len(points), origin=origin, slope=slope, intercept=intercept, r_squared=None)


def tukey_line(points: Sequence[Measurement]) -> Trend | None:
    """The three-part median line: through the medians of the first and the last third of the scores.

    Of four more than a multiple of three, one goes to the middle; of five, one to each outer part. The line passes
    through both outer crosses. Source: Hutton 1992, after Tukey. None for fewer than three scores, or when the two
    outer parts have one day in the middle.
    """
    n = len(points)
    if n < 3:  # noqa: PLR2004
        return None
    ordered = sorted(points, key=lambda point: point.on)
    outer = n // 3 + (1 if n % 3 == 2 else 0)  # noqa: PLR2004
    origin = ordered[0].on
    (first_day, first), (last_day, last) = (
        (
            median(Fraction((point.on - origin).days) for point in part),
            median(Fraction(point.value) for point in part),
        )
        for part in (ordered[:outer], ordered[-outer:])
    )
    if first_day == last_day:
        return None
    slope = (last - first) / (last_day - first_day)
    return Trend(n=n, origin=origin, slope=slope, intercept=first - slope * first_day, r_squared=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """Where the line of least squares stands on a later day, and between which values a new score would lie."""

    on: date
    value: Decimal
    low: Decimal
    high: Decimal


def projections(
    points: Sequence[Measurement], ons: Sequence[date], *, confidence: Decimal = Decimal("0.95")
) -> tuple[Projection, ...]:
    """The trend on some days with the prediction interval of a single new score; none for fewer than three scores.

    value ± t(n - 2) * s * sqrt(1 + 1/n + (day - mean)^2 / spread). Source: NIST e-Handbook, 4.5.1.
    """
    trend = ordinary_least_squares(points)
    n = len(points)
    if trend is None or n < 3:  # noqa: PLR2004
        return ()
    days = [(point.on - trend.origin).days for point in points]
    values = [point.value for point in points]
    mean = Fraction(sum(days), n)
    spread = sum(day * day for day in days) - n * mean * mean
    total = Fraction(sum(values, Decimal(0)))
    spread_y = Fraction(sum((value * value for value in values), Decimal(0))) - total * total / n
    variance = max(Fraction(0), spread_y - trend.slope * trend.slope * spread) / (n - 2)
    quantile = t_quantile(n - 2, float(1 + confidence) / 2)

    def at(on: date) -> Projection:
        day = (on - trend.origin).days
        share = 1 + Fraction(1, n) + (day - mean) ** 2 / spread
        reach = quantile * math.sqrt(variance * share)
        value = trend.intercept + trend.slope * day
        return Projection(
            on=on,
            value=rounded(value, THOUSANDTH),
            low=rounded(value - Fraction(reach), THOUSANDTH),
            high=rounded(value + Fraction(reach), THOUSANDTH),
        )

    return tuple(at(on) for on in ons)


@lru_cache(maxsize=512)
def t_quantile(degrees: int, share: float) -> float:
    """Student's t: the value that leaves so large a share below it, by halving the distribution function."""
    low, high = 0.0, 2.0
    while _t_below(degrees, high) < share:
        high *= 2
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_below(degrees, middle) < share else (low, middle)
    return (low + high) / 2


def _t_below(degrees: int, t: float) -> float:
    """The distribution function for whole degrees of freedom. Source: Abramowitz and Stegun 26.7.3, 26.7.4."""
    angle = math.atan2(t, math.sqrt(degrees))
    cosine, sine = math.cos(angle), math.sin(angle)
    is_odd = degrees % 2 == 1
    term = cosine if is_odd else 1.0
    total = term if degrees > 1 or not is_odd else 0.0
    for k in range(3 if is_odd else 2, degrees - 1, 2):
        term *= cosine * cosine * (k - 1) / k
        total += term
    within = 2 / math.pi * (angle + sine * total) if is_odd else sine * total
    return (1 + within) / 2
