"""Goal attainment scaling: several goals of unlike measure in one score."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from progress.arithmetic.measures import TENTH, rounded

RHO = Fraction(3, 10)
"""How much the goals of one person are taken to go together. Source: Kiresuk and Sherman 1968."""


def attainment_score(goals: Sequence[tuple[int, int]]) -> Decimal | None:
    """The T-score of goals as (level from -2 to 2, weight), to a tenth; 50 is as expected. None without goals.

    T = 50 + 10 sum(w x) / sqrt((1 - rho) sum(w^2) + rho (sum w)^2). Source: Kiresuk and Sherman 1968.
    Raises ValueError for another level or a weight under 1.
    """
    if not goals:
        return None
    if any(not -2 <= level <= 2 or weight < 1 for level, weight in goals):  # noqa: PLR2004
        raise ValueError("a level from -2 to 2 and a weight of 1 or more are needed")
    total = sum(weight * level for level, weight in goals)
    squares = sum(weight * weight for _level, weight in goals)
    weights = sum(weight for _level, weight in goals)
    spread = (1 - RHO) * squares + RHO * weights * weights
    return rounded(Fraction(50 + 10 * total / math.sqrt(spread)), TENTH)


SPREAD = 10
"""The standard deviation of a T-score; 50 is as expected."""


class Attained(StrEnum):
    """What a T-score means, in steps of half a standard deviation about what was expected."""

    MUCH_LESS = "much_less"
    LESS = "less"
    EXPECTED = "expected"
    MORE = "more"
    MUCH_MORE = "much_more"


def attained(score: Decimal) -> Attained:
    """What a T-score means: within 5 of 50 as expected, within 15 more or less, beyond that much more or much less."""
    away = score - 50
    if abs(away) * 2 <= SPREAD:
        return Attained.EXPECTED
    if abs(away) * 2 <= 3 * SPREAD:
        return Attained.MORE if away > 0 else Attained.LESS
    return Attained.MUCH_MORE if away > 0 else Attained.MUCH_LESS


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """A goal's level on a day."""

    key: Hashable
    """Which goal."""
    on: date
    level: int
    weight: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The T-score of all goals rated so far, on a day on which one was rated."""

    on: date
    score: Decimal
    levels: Mapping[Hashable, int]
    """The latest level of each goal."""


def standings(ratings: Iterable[Rated]) -> tuple[Standing, ...]:
    """How the T-score went, oldest day first: each goal counts with its latest level up to that day."""
    levels: dict[Hashable, Rated] = {}
    found: dict[date, Standing] = {}
    for rated in sorted(ratings, key=lambda each: each.on):
        levels[rated.key] = rated
        score = attainment_score([(each.level, each.weight) for each in levels.values()])
        if score is not None:
            kept = {key: each.level for key, each in levels.items()}
            found[rated.on] = Standing(on=rated.on, score=score, levels=kept)
    return tuple(found.values())
