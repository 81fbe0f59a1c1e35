"""How far two observers of one session agree, in percent (inter-observer agreement)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from progress.arithmetic.measures import TENTH, rounded
from progress.arithmetic.raw import trials_of

LOW_AGREEMENT = Decimal(80)
"""Below it the two do not see the same thing."""

Seen = tuple[Decimal, Mapping[str, object] | None]
"""A score and its raw data."""


def total_agreement(first: Decimal, second: Decimal) -> Decimal:
    """The smaller total of the larger one, in percent; equal totals agree wholly. Source: Cooper, Heron and Heward."""
    small, large = sorted((abs(first), abs(second)))
    return rounded(Fraction(small) / Fraction(large) * 100, TENTH) if large else Decimal("100.0")


def interval_agreement(first: Sequence[bool], second: Sequence[bool]) -> Decimal:
    """Intervals or trials on which both agree, of all, in percent. Raises ValueError for none or different numbers."""
    if not first or len(first) != len(second):
        raise ValueError("two observers of the same intervals are needed")
    same = sum(mine == theirs for mine, theirs in zip(first, second, strict=True))
    return rounded(Fraction(100 * same, len(first)), TENTH)


def exact_agreement(first: Sequence[Decimal], second: Sequence[Decimal]) -> Decimal:
    """Scores that are exactly equal, of all, in percent. Raises ValueError for none or different numbers."""
    return interval_agreement([True] * len(first), [a == b for a, b in zip(first, second, strict=True)])


def agreement(method: str, first: Seen, second: Seen) -> Decimal:
    """The agreement of two observers by a method: total, interval or exact. Raises ValueError."""
    if method == "interval":
        return interval_agreement(trials_of(first[1]), trials_of(second[1]))
    if method == "exact":
        return exact_agreement([first[0]], [second[0]])
    return total_agreement(first[0], second[0])
