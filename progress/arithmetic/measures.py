"""Scores, days and what a goal asks for: the words in which the rest of this package speaks."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import takewhile
from operator import attrgetter
from statistics import median

DAYS_A_WEEK = 7
BASELINE_POINTS = 3
"""How many first scores make the baseline when none was measured or entered."""
CENT = Decimal("0.01")
TENTH = Decimal("0.1")
THOUSANDTH = Decimal("0.001")
_DAY, _IS_BASELINE = attrgetter("on"), attrgetter("is_baseline")


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
    id: Hashable = None
    """What the caller knows it by; a verdict names the scores on which it rests."""
    second: Decimal | None = None
    """The other measure of the same probe."""
    setting: str = ""
    by: str = ""
    """Who saw it."""
    is_mastered: bool = False
    """Whether the observer called the skill mastered."""
    trials: tuple[bool, ...] = ()
    """Single trials in their order, hit or not."""
    is_excluded: bool = False
    """Shown, and counted nowhere."""


class MasteryBy(StrEnum):
    """What has to be seen before a goal counts as mastered."""

    SCORES = "scores"
    OBSERVER = "observer"


class Counts(StrEnum):
    """What counts as one trial of a mastery rule."""

    SCORE = "score"
    DAY = "day"
    TRIAL = "trial"


class Window(StrEnum):
    """Of which trials so many are taken together: the last ones at any time, or one block after another."""

    MOVING = "moving"
    BLOCK = "block"


@dataclass(frozen=True, slots=True, kw_only=True)
class MasteryRule:
    """So many of so many at the criterion: 4 of 5, or, where both are equal, so many in a row."""

    by: MasteryBy = MasteryBy.SCORES
    value: Decimal | None = None
    """The criterion of one score; None is the target."""
    hits: int = 1
    of: int = 1
    counts: Counts = Counts.SCORE
    window: Window = Window.MOVING
    settings: int = 1
    """The hits come from so many settings at least."""
    people: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalTerms:
    """What a goal asks for. `baseline` may be absent; then the first scores stand in for it."""

    direction: Direction
    target: Decimal
    target_on: date
    baseline: Decimal | None = None
    baseline_on: date | None = None
    mastery: MasteryRule = MasteryRule()


def is_short(value: Decimal, *, of: Decimal, direction: Direction) -> bool:
    """Whether `value` has not come as far as `of` in the goal's direction."""
    return value > of if direction is Direction.DECREASE else value < of


def median_baseline(points: Iterable[Measurement]) -> tuple[date, Decimal] | None:
    """Last day and median of the baseline scores, else of the first three scores; None without any score."""
    ordered = [point for point in in_order(points) if not point.is_excluded]
    baseline = [point for point in ordered if point.is_baseline] or ordered[:BASELINE_POINTS]
    if not baseline:
        return None
    return baseline[-1].on, median(point.value for point in baseline)


def in_order(points: Iterable[Measurement]) -> list[Measurement]:
    """The scores by day, on one day the baseline first, else as they came."""
    ordered = sorted(points, key=_DAY)
    if any(map(_IS_BASELINE, ordered)):
        ordered.sort(key=lambda point: (point.on, not point.is_baseline))
    return ordered


def run_at_end(points: Sequence[Measurement], holds: Callable[[Measurement], bool]) -> int:
    """For how many of the last scores something holds without a break; what lies before is not looked at."""
    return sum(1 for _ in takewhile(holds, reversed(points)))


def rounded(value: Fraction, step: Decimal) -> Decimal:
    """An exact value to a step, halves to even."""
    return (Decimal(value.numerator) / value.denominator).quantize(step, rounding=ROUND_HALF_EVEN)
