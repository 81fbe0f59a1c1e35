"""The decision rule: what the scores of the present phase ask of the team, and on which scores that rests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from accounts.calendars import Calendar, day_before
from progress.arithmetic.aimlines import Aimline
from progress.arithmetic.mastery import Mastery, is_hit, mastery
from progress.arithmetic.measures import (
    MasteryRule,
    Measurement,
    Status,
    run_at_end,
)
from progress.arithmetic.trends import Trend, ordinary_least_squares

PROBES_TO_LOSE = 2
"""So many scores in a row short of the criterion after mastery say that the skill is not kept."""


class Rule(StrEnum):
    """Which rule a verdict rests on."""

    NONE = ""
    MASTERY = "mastery"
    NOT_KEPT = "not_kept"
    QUIET = "quiet"
    RUN_BELOW = "run_below"
    TREND_FLAT = "trend_flat"
    RUN_ABOVE = "run_above"
    TREND_STEEP = "trend_steep"
    RUN_WATCH = "run_watch"


class Suggestion(StrEnum):
    """What a verdict suggests. The team decides."""

    CONTINUE = "continue"
    WATCH = "watch"
    CHANGE = "change"
    RAISE = "raise"
    MEASURE = "measure"
    CLOSE = "close"
    REOPEN = "reopen"


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
    quiet_days: int = 15
    """No score within so many school days means that nothing is known."""
    above: int = 4
    """So many scores in a row beyond the aimline suggest to raise the goal."""


STANDARD_RULE = DecisionRule()


class Runs(NamedTuple):
    """How many of the last scores, without a break, lie short of the aimline, not short of it, and beyond it."""

    below: int
    at_or_above: int
    above: int


def runs_of(scores: Sequence[Measurement], line: Aimline) -> Runs:
    """The runs at the end of scores, each score looked at once and none before they break."""
    below = at_or_above = above = 0
    for point in reversed(scores):
        side = line.side(point)
        if side < 0:
            if at_or_above:
                break
            below += 1
        elif below:
            break
        else:
            above += side > 0 and above == at_or_above
            at_or_above += 1
    return Runs(below, at_or_above, above)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the scores say on one day: a status, the rule that fired, what it suggests, and the scores it rests on."""

    status: Status
    rule: Rule
    suggestion: Suggestion
    points: tuple[Measurement, ...] = ()
    trend_per_day: Fraction | None = None
    aim_per_day: Fraction | None = None

    @property
    def needs_decision(self) -> bool:
        """Whether the team is asked."""
        return self.status is Status.DECIDE


_ON_TRACK = Verdict(status=Status.ON_TRACK, rule=Rule.NONE, suggestion=Suggestion.CONTINUE)
NOTHING_KNOWN = Verdict(status=Status.NO_DATA, rule=Rule.QUIET, suggestion=Suggestion.MEASURE)


def verdict(  # noqa: PLR0911  # one answer for each rule, in the order in which they are asked
    scores: Sequence[Measurement],
    line: Aimline,
    *,
    today: date,
    rule: DecisionRule = STANDARD_RULE,
    mastery_rule: MasteryRule | None = None,
    met: Mastery | None = None,
    decided_on: date | None = None,
    calendar: Calendar = (),
    runs: Runs | None = None,
    trend: Trend | None = None,
) -> Verdict:
    """What the scores of the present phase (oldest first, without baseline and excluded ones) say today.

    In this order: the goal was mastered (`met`): mastered, unless the last scores since then fell short of the
    criterion again. No score within the quiet days: nothing is known. Enough in a row short of the aimline, or, from
    enough scores on, the last one short and the trend flatter than the aimline: change instruction. Enough in a row
    beyond the aimline, or the last one beyond and the trend steeper: consider raising the goal. Some in a row short:
    watch. A flat trend ahead of the aimline asks for nothing: among students who keep exactly to their aimline, chance
    alone makes half of all trends the flatter. Scores up to the last decision (`decided_on`) have had their answer.
    `runs` and `trend` are those of these very scores, where they are known already.
    """
    # A score of today is never too long ago, so that the calendar is not asked.
    is_quiet = not scores or (scores[-1].on < today and scores[-1].on <= quiet_on(today, rule, calendar))
    if met is not None:
        later = _after_mastery(scores, line, mastery_rule or MasteryRule(), met)
        return NOTHING_KNOWN if is_quiet and later.needs_decision else later
    if is_quiet:
        return NOTHING_KNOWN
    if decided_on is None:
        fresh, known = scores, trend
    else:
        fresh, runs, known = [point for point in scores if point.on > decided_on], None, None
    below, _at_or_above, above = runs or runs_of(fresh, line)
    if below >= rule.below:
        return _fired(Status.DECIDE, Rule.RUN_BELOW, Suggestion.CHANGE, fresh[-below:])
    if (below or above) and len(fresh) >= rule.trend_points:
        found = _by_trend(fresh, line, known or ordinary_least_squares(fresh), is_behind=below > 0)
        if found is not None and below:
            return found
    else:
        found = None
    if above >= rule.above:
        return _fired(Status.ON_TRACK, Rule.RUN_ABOVE, Suggestion.RAISE, fresh[-above:])
    if found is not None:
        return found
    if below >= rule.watch:
        return _fired(Status.WATCH, Rule.RUN_WATCH, Suggestion.WATCH, fresh[-below:])
    return _ON_TRACK


def status_of(
    scores: Sequence[Measurement],
    line: Aimline,
    *,
    today: date,
    rule: DecisionRule = STANDARD_RULE,
    mastery_rule: MasteryRule | None = None,
) -> Status:
    """What the scores of one phase (oldest first, without baseline) say today, as a status."""
    criterion = mastery_rule or MasteryRule()
    met = mastery(scores, criterion, line)
    return verdict(scores, line, today=today, rule=rule, mastery_rule=criterion, met=met).status


def quiet_on(today: date, rule: DecisionRule = STANDARD_RULE, calendar: Calendar = ()) -> date:
    """The latest day whose score is too long ago: more school days came since than the rule lets pass.

    Days without school by the calendar of the student's school are not missing data. Without one, Monday to Friday
    count.
    """
    return day_before(calendar, today, rule.quiet_days + 1)


def as_of(status: Status, last_on: date | None, quiet: date) -> Status:
    """What a status found on the last measured day means later; `quiet` is `quiet_on` of that later day."""
    if status is Status.MET or last_on is None or last_on > quiet:
        return status
    return Status.NO_DATA


def _after_mastery(
    scores: Sequence[Measurement], line: Aimline, criterion: MasteryRule, met: Mastery
) -> Verdict:
    later = [point for point in scores if point.on > met.on]
    short = run_at_end(later, lambda point: not is_hit(point, criterion, line))
    if short >= PROBES_TO_LOSE:
        return _fired(Status.DECIDE, Rule.NOT_KEPT, Suggestion.REOPEN, later[-short:])
    return _fired(Status.MET, Rule.MASTERY, Suggestion.CLOSE, met.points)


def _by_trend(
    fresh: Sequence[Measurement], line: Aimline, trend: Trend | None, *, is_behind: bool
) -> Verdict | None:
    if trend is None:
        return None
    fired = {"points": tuple(fresh), "trend_per_day": trend.slope, "aim_per_day": line.per_day}
    if is_behind and trend.is_flatter_than(line):
        return Verdict(
            status=Status.DECIDE,
            rule=Rule.TREND_FLAT,
            suggestion=Suggestion.CHANGE,
            **fired,  # type: ignore[arg-type]
        )
    if not is_behind and trend.is_steeper_than(line):
        return Verdict(
            status=Status.ON_TRACK,
            rule=Rule.TREND_STEEP,
            suggestion=Suggestion.RAISE,
            **fired,  # type: ignore[arg-type]
        )
    return None


def _fired(status: Status, rule: Rule, suggestion: Suggestion, points: Sequence[Measurement]) -> Verdict:
    return Verdict(status=status, rule=rule, suggestion=suggestion, points=tuple(points))
