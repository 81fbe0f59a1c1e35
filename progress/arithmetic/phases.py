"""Statistics of each phase for itself, and how far two phases do not overlap. Never a line across phases."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from statistics import median

from progress.arithmetic.measures import (
    TENTH,
    THOUSANDTH,
    Direction,
    Measurement,
    in_order,
    rounded,
)
from progress.arithmetic.trends import TREND_POINTS, Trend, ordinary_least_squares


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseStatistics:
    """What the scores of one phase come to."""

    n: int
    first_on: date
    last_on: date
    mean: Decimal
    median: Decimal
    low: Decimal
    high: Decimal
    trend: Trend | None
    """Of four scores or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How a phase compares with the one before it. Shares in percent, Tau from -1 to 1."""

    pnd: Decimal
    nap: Decimal
    tau: Decimal
    tau_u: Decimal


def by_phase(points: Sequence[Measurement], changes: Sequence[date]) -> list[list[Measurement]]:
    """Scores between changes of instruction, oldest first; the baseline is a phase of its own, and none is empty."""
    ordered_changes = sorted(changes)
    groups: dict[int, list[Measurement]] = {}
    for point in in_order(points):
        number = -1 if point.is_baseline else bisect_right(ordered_changes, point.on)
        groups.setdefault(number, []).append(point)
    return [groups[number] for number in sorted(groups)]


def phase_statistics(points: Sequence[Measurement]) -> PhaseStatistics | None:
    """The statistics of the scores of one phase; None without any."""
    counted = [point for point in in_order(points) if not point.is_excluded]
    if not counted:
        return None
    values = [point.value for point in counted]
    return PhaseStatistics(
        n=len(counted),
        first_on=counted[0].on,
        last_on=counted[-1].on,
        mean=rounded(Fraction(sum(values)) / len(values), THOUSANDTH),
        median=median(values),
        low=min(values),
        high=max(values),
        trend=ordinary_least_squares(counted) if len(counted) >= TREND_POINTS else None,
    )


def overlap(
    before: Sequence[Measurement], after: Sequence[Measurement], direction: Direction
) -> Overlap | None:
    """How far the second phase does not overlap the first; None unless both have scores."""
    a = [_toward(point, direction) for point in before if not point.is_excluded]
    b = [_toward(point, direction) for point in after if not point.is_excluded]
    if not a or not b:
        return None
    return Overlap(
        pnd=percent_non_overlapping(a, b),
        nap=non_overlap_of_pairs(a, b),
        tau=tau(a, b),
        tau_u=tau_u(a, b),
    )


def percent_non_overlapping(a: Sequence[Decimal], b: Sequence[Decimal]) -> Decimal:
    """PND: the share of `b` above the highest of `a`, in percent. Source: Scruggs, Mastropieri and Casto 1987."""
    best = max(a)
    return rounded(Fraction(100 * sum(value > best for value in b), len(b)), TENTH)


def non_overlap_of_pairs(a: Sequence[Decimal], b: Sequence[Decimal]) -> Decimal:
    """NAP: pairs in which `b` is higher, ties half, of all pairs, in percent. Source: Parker and Vannest 2009."""
    better = sum(later > earlier for earlier in a for later in b)
    ties = sum(later == earlier for earlier in a for later in b)
    return rounded(Fraction(100 * (2 * better + ties), 2 * len(a) * len(b)), TENTH)


def tau(a: Sequence[Decimal], b: Sequence[Decimal]) -> Decimal:
    """Tau without regard to the trend of `a`: pairs higher less pairs lower, of all. Source: Parker et al. 2011."""
    return rounded(Fraction(_between(a, b), len(a) * len(b)), THOUSANDTH)


def tau_u(a: Sequence[Decimal], b: Sequence[Decimal]) -> Decimal:
    """Tau-U: Tau less the trend that `a` had by itself. Source: Parker, Vannest, Davis and Sauber 2011."""
    return rounded(Fraction(_between(a, b) - _within(a), len(a) * len(b)), THOUSANDTH)


def _toward(point: Measurement, direction: Direction) -> Decimal:
    return -point.value if direction is Direction.DECREASE else point.value


def _between(a: Sequence[Decimal], b: Sequence[Decimal]) -> int:
    return sum((later > earlier) - (later < earlier) for earlier in a for later in b)


def _within(a: Sequence[Decimal]) -> int:
    return sum((a[j] > a[i]) - (a[j] < a[i]) for i in range(len(a)) for j in range(i + 1, len(a)))
