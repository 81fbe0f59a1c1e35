"""Scores, days and what a goal asks for: the words in which the rest of this package speaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import takewhile
from statistics import median

DAYS_A_WEEK = 7
BASELINE_POINTS = 3
"""How many first scores make the baseline when none was measured or entered."""
CENT = Decimal("0.01")
TENTH = Decimal("0.1")
THOUSANDTH = Decimal("0.001")


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
class GoalTerms:
    """What a goal asks for. `baseline` may be absent; then the first scores stand in for it."""

    direction: Direction
    target: Decimal
    target_on: date
    baseline: Decimal | None = None
    baseline_on: date | None = None


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


def in_order(points: Iterable[Measurement]) -> list[Measurement]:
    """The scores by day, on one day the baseline first, else as they came."""
    return sorted(points, key=lambda point: (point.on, not point.is_baseline))


def trailing_run(flags: Sequence[bool]) -> int:
    """How many of the last flags are set without a break."""
    return sum(1 for _ in takewhile(bool, reversed(flags)))


def rounded(value: Fraction, step: Decimal) -> Decimal:
    """An exact value to a step, halves to even."""
    return (Decimal(value.numerator) / value.denominator).quantize(step, rounding=ROUND_HALF_EVEN)
