"""When a goal counts as mastered: so many of so many at the criterion, across settings and people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate
from typing import NamedTuple

from progress.arithmetic.aimlines import Aimline, percent_of_way
from progress.arithmetic.measures import (
    Counts,
    Direction,
    MasteryBy,
    MasteryRule,
    Measurement,
    Window,
    is_short,
)

ENOUGH_OF_WAY = Decimal(80)
"""What the observer calls mastered counts from so many percent of the way on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mastery:
    """The first day on which the rule was met, and the scores that met it."""

    on: date
    points: tuple[Measurement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Toward:
    """How many of the latest trials are at the criterion, of how many that the rule asks for."""

    hits: int
    of: int


class _Trial(NamedTuple):
    point: Measurement
    is_hit: bool


def mastery(
    scores: Sequence[Measurement], rule: MasteryRule, line: Aimline, *, since: date | None = None
) -> Mastery | None:
    """The first time that the scores (oldest first, without baseline) met the rule; only those from `since` on."""
    known = [point for point in scores if not point.is_excluded and (since is None or point.on >= since)]
    if rule.by is MasteryBy.OBSERVER:
        seen = (p for p in known if p.is_mastered and percent_of_way(p.value, line) >= ENOUGH_OF_WAY)
        first = next(seen, None)
        return Mastery(on=first.on, points=(first,)) if first else None
    trials = _trials(known, rule, line)
    step = rule.of if rule.window is Window.BLOCK else 1
    hits = list(accumulate((trial.is_hit for trial in trials), initial=0))
    for end in range(rule.of, len(trials) + 1, step):
        if hits[end] - hits[end - rule.of] < rule.hits:
            continue
        window = trials[end - rule.of : end]
        if _is_met(window, rule):
            return Mastery(on=window[-1].point.on, points=tuple(dict.fromkeys(each.point for each in window)))
    return None


def toward_mastery(
    scores: Sequence[Measurement], rule: MasteryRule, line: Aimline, *, since: date | None = None
) -> Toward:
    """How far the latest trials, or the present block of them, are."""
    known = [point for point in scores if not point.is_excluded and (since is None or point.on >= since)]
    if rule.by is MasteryBy.OBSERVER:
        return Toward(hits=sum(point.is_mastered for point in known[-1:]), of=1)
    trials = _trials(known, rule, line)
    if rule.window is Window.BLOCK:
        window = trials[len(trials) - len(trials) % rule.of :]
    elif rule.hits == rule.of:
        misses = [place for place, trial in enumerate(trials) if not trial.is_hit]
        window = trials[misses[-1] + 1 :] if misses else trials
    else:
        window = trials[-rule.of :]
    return Toward(hits=min(sum(trial.is_hit for trial in window), rule.of), of=rule.of)


def is_hit(point: Measurement, rule: MasteryRule, line: Aimline) -> bool:
    """Whether one score is at the criterion."""
    criterion = line.target if rule.value is None else rule.value
    return not is_short(point.value, of=criterion, direction=line.direction)


def _trials(scores: Sequence[Measurement], rule: MasteryRule, line: Aimline) -> list[_Trial]:
    if rule.counts is Counts.DAY:
        scores = list({score.on: score for score in scores}.values())
    if rule.counts is Counts.TRIAL:
        return [
            _Trial(point, hit) for point in scores for hit in point.trials or (is_hit(point, rule, line),)
        ]
    criterion = line.target if rule.value is None else rule.value
    if line.direction is Direction.DECREASE:
        return [_Trial(point, point.value <= criterion) for point in scores]
    return [_Trial(point, point.value >= criterion) for point in scores]


def _is_met(window: Sequence[_Trial], rule: MasteryRule) -> bool:
    """Whether the hits of a window, enough of them, come from enough settings and people."""
    hits = [trial.point for trial in window if trial.is_hit]
    settings = {point.setting for point in hits if point.setting}
    people = {point.by for point in hits if point.by}
    return (rule.settings <= 1 or len(settings) >= rule.settings) and (
        rule.people <= 1 or len(people) >= rule.people
    )
