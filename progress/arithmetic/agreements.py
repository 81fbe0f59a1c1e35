"""How far two observers of one session agree, in percent (inter-observer agreement)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from progress.arithmetic.measures import CENT, TENTH, rounded
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


def kappa(first: Sequence[bool], second: Sequence[bool]) -> Decimal | None:
    """Agreement beyond chance, from -1 to 1, to a hundredth: (po - pe) / (1 - pe).

    None where chance alone makes both agree wholly, because each of them saw only one kind. Source: Cohen 1960.
    Raises ValueError for none or different numbers.
    """
    if not first or len(first) != len(second):
        raise ValueError("two observers of the same intervals are needed")
    n = len(first)
    same = Fraction(sum(mine == theirs for mine, theirs in zip(first, second, strict=True)), n)
    mine, theirs = Fraction(sum(first), n), Fraction(sum(second), n)
    chance = mine * theirs + (1 - mine) * (1 - theirs)
    return None if chance == 1 else rounded((same - chance) / (1 - chance), CENT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Every way of finding how far two observers of one session agree; None where the session has no single trials."""

    total: Decimal
    each: Decimal | None
    """Trial by trial, or interval by interval."""
    kappa: Decimal | None
    apart: tuple[int, ...]
    """The trials on which they differ, counted from 1."""

    @property
    def told(self) -> Decimal:
        """The strictest one there is: two totals may be equal by chance."""
        return self.total if self.each is None else self.each

    @property
    def is_low(self) -> bool:
        """Whether the two do not see the same thing."""
        return self.told < LOW_AGREEMENT


def compared(first: Seen, second: Seen, *, is_level: bool = False) -> Agreement:
    """How far two observers of one session agree, in every way that their data allows; levels are equal or not."""
    mine, theirs = trials_of(first[1]), trials_of(second[1])
    is_single = bool(mine) and len(mine) == len(theirs)
    pairs = zip(mine, theirs, strict=True) if is_single else ()
    return Agreement(
        total=exact_agreement([first[0]], [second[0]]) if is_level else total_agreement(first[0], second[0]),
        each=interval_agreement(mine, theirs) if is_single else None,
        kappa=kappa(mine, theirs) if is_single else None,
        apart=tuple(number for number, (one, other) in enumerate(pairs, start=1) if one != other),
    )


def mean_agreement(found: Sequence[Decimal]) -> Decimal | None:
    """The mean of several sessions, to a tenth; None of none."""
    return rounded(Fraction(sum(found)) / len(found), TENTH) if found else None
