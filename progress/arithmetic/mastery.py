"""When a goal counts as mastered: so many of so many at the criterion, across settings and people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate, compress, takewhile
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


class _Trials(NamedTuple):
    """Trials in their order: the score that each belongs to, and whether it is at the criterion."""

    points: Sequence[Measurement]
    hits: Sequence[bool]


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
    if sum(trials.hits) < rule.hits:
        return None
    hits = list(accumulate(trials.hits, initial=0))
    for end in range(rule.of, len(hits), step):
        if hits[end] - hits[end - rule.of] < rule.hits:
            continue
        window = trials.points[end - rule.of : end]
        if _is_met(window, trials.hits[end - rule.of : end], rule):
            return Mastery(on=window[-1].on, points=tuple(dict.fromkeys(window)))
    return None


def toward_mastery(
    scores: Sequence[Measurement], rule: MasteryRule, line: Aimline, *, since: date | None = None
) -> Toward:
    """How far the latest trials, or the present block of them, are."""
    known = [point for point in scores if not point.is_excluded and (since is None or point.on >= since)]
    if rule.by is MasteryBy.OBSERVER:
        return Toward(hits=sum(point.is_mastered for point in known[-1:]), of=1)
    hits = _trials(known, rule, line).hits
    if rule.window is Window.BLOCK:
        found = sum(hits[len(hits) - len(hits) % rule.of :])
    elif rule.hits == rule.of:
        found = sum(1 for _hit in takewhile(bool, reversed(hits)))
    else:
        found = sum(hits[-rule.of :])
    return Toward(hits=min(found, rule.of), of=rule.of)


def is_hit(point: Measurement, rule: MasteryRule, line: Aimline) -> bool:
    """Whether one score is at the criterion."""
    criterion = line.target if rule.value is None else rule.value
    return not is_short(point.value, of=criterion, direction=line.direction)


def _trials(scores: Sequence[Measurement], rule: MasteryRule, line: Aimline) -> _Trials:
    if rule.counts is Counts.DAY:
        scores = list({score.on: score for score in scores}.values())
    if rule.counts is Counts.TRIAL:
        single = [(point, hit) for point in scores for hit in point.trials or (is_hit(point, rule, line),)]
        return _Trials([point for point, _hit in single], [hit for _point, hit in single])
    criterion = line.target if rule.value is None else rule.value
    if line.direction is Direction.DECREASE:
        return _Trials(scores, [point.value <= criterion for point in scores])
    return _Trials(scores, [point.value >= criterion for point in scores])


def _is_met(window: Sequence[Measurement], hits_of: Sequence[bool], rule: MasteryRule) -> bool:
    """Whether the hits of a window, enough of them, come from enough settings and people."""
    if rule.settings <= 1 and rule.people <= 1:
        return True
    hits = list(compress(window, hits_of))
    settings = {point.setting for point in hits if point.setting}
    people = {point.by for point in hits if point.by}
    return (rule.settings <= 1 or len(settings) >= rule.settings) and (
        rule.people <= 1 or len(people) >= rule.people
    )
