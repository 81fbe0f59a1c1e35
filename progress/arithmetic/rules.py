"""The decision rule: what the scores of the present phase ask of the team."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from progress.arithmetic.aimlines import Aimline
from progress.arithmetic.measures import Measurement, Status, is_short, trailing_run
from progress.arithmetic.trends import ordinary_least_squares


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRule:
    """When scores ask the team for a decision. A district may set its own numbers.

    Source: the four-point and trend rules of curriculum-based measurement.
    """

    below: int = 4
    """So many scores in a row short of the aimline ask for a decision."""
    watch: int = 2
    """So many ask for attention."""
    trend_points: int = 8
    """From so many scores on, a trend flatter than the aimline asks for a decision."""
    quiet_days: int = 21
    """No score within so many days means that nothing is known."""


STANDARD_RULE = DecisionRule()


def status_of(
    scores: Sequence[Measurement], line: Aimline, *, today: date, rule: DecisionRule = STANDARD_RULE
) -> Status:
    """What the scores of the present phase (oldest first, without baseline) say today.

    In this order: the last score reaches the target: met. No score within the quiet days: no data. Enough in a row
    short of the aimline, or, from enough scores on, the last one short and the trend flatter than the aimline:
    decide. Some in a row short: watch. A flat trend ahead of the aimline asks for nothing: among students who
    keep exactly to their aimline, chance alone makes half of all trends the flatter.
    """
    if not scores:
        return Status.NO_DATA
    last = scores[-1]
    if not is_short(last.value, of=line.target, direction=line.direction):
        return Status.MET
    if (today - last.on).days > rule.quiet_days:
        return Status.NO_DATA
    below = trailing_run([line.falls_short(point) for point in scores])
    if below >= rule.below:
        return Status.DECIDE
    if below and len(scores) >= rule.trend_points:
        trend = ordinary_least_squares(scores)
        if trend and trend.is_flatter_than(line):
            return Status.DECIDE
    return Status.WATCH if below >= rule.watch else Status.ON_TRACK


def as_of(status: Status, last_on: date | None, today: date, *, rule: DecisionRule = STANDARD_RULE) -> Status:
    """What a status found on the last measured day means on a later day: nothing is known after quiet days."""
    if status is Status.MET or last_on is None or (today - last_on).days <= rule.quiet_days:
        return status
    return Status.NO_DATA
