"""Goal attainment scaling: several goals of unlike measure in one score."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
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
