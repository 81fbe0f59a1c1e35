"""Everything a card, a list or a note says about a goal."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from accounts.calendars import Calendar
from progress.arithmetic.aimlines import Aimline, aimline, percent_of_way
from progress.arithmetic.mastery import Toward, mastery, toward_mastery
from progress.arithmetic.measures import TENTH, GoalTerms, Measurement, Status, in_order
from progress.arithmetic.rules import NOTHING_KNOWN, STANDARD_RULE, DecisionRule, Verdict, runs_of, verdict
from progress.arithmetic.trends import TREND_POINTS, ordinary_least_squares

SPARK_VALUES = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalSummary:
    """What the scores say about a goal on one day. Values are in the goal's unit."""

    status: Status
    current: Decimal | None
    last_on: date | None
    percent_of_way: Decimal | None
    """From baseline (0) to target (100), to a tenth, never outside."""
    trend_per_week: Decimal | None
    """In the present phase, from four scores on."""
    in_a_row_below: int
    in_a_row_at_or_above: int
    """"Below" and "above" as for an increasing goal; mirrored for one that decreases."""
    last_values: tuple[Decimal, ...]
    """At most eight, oldest first."""
    aim_first: Decimal | None
    """The aimline on the day of the first of `last_values`."""
    aim_last: Decimal | None
    """The aimline on `last_on`."""
    aim_today: Decimal | None
    difference: Decimal | None
    """`current` minus `aim_last`, to a tenth."""
    verdict: Verdict
    mastered_on: date | None
    toward: Toward
    """How many of the latest scores are at the criterion of mastery."""


def summary(
    points: Iterable[Measurement],
    goal: GoalTerms,
    today: date,
    *,
    rule: DecisionRule = STANDARD_RULE,
    changes: Sequence[date] = (),
    decided_on: date | None = None,
    reopened_on: date | None = None,
    calendar: Calendar = (),
) -> GoalSummary:
    """Everything a card, a list or a note says about a goal on `today`. Scores after that day are left out.

    `changes` are the days on which instruction changed: the trend and the decision rule look only at scores from
    the last of them on. Scores up to `decided_on` have had the team's answer. Mastery is looked for from `reopened_on`.
    `calendar` is that of the student's school: days without school are not missing data.
    """
    known = [point for point in in_order(points) if point.on <= today and not point.is_excluded]
    line = aimline(goal, known)
    scores = [point for point in known if not point.is_baseline]
    if line is None or not known:
        return _nothing_known(line, today, goal)
    since = max((day for day in changes if day <= today), default=date.min)
    phase = [point for point in scores if point.on >= since]
    runs = runs_of(phase, line)
    trend = ordinary_least_squares(phase) if len(phase) >= TREND_POINTS else None
    last = (scores or known)[-1]
    recent = [point for point in known if point.on <= last.on][-SPARK_VALUES:]
    aim_last = line.at(last.on)
    met = mastery(scores, goal.mastery, line, since=reopened_on)
    found = verdict(
        scores if met else phase or scores[-1:],
        line,
        today=today,
        rule=rule,
        mastery_rule=goal.mastery,
        met=met,
        decided_on=decided_on,
        calendar=calendar,
        runs=runs if phase else None,
        trend=trend,
    )
    return GoalSummary(
        status=found.status,
        current=last.value,
        last_on=last.on,
        percent_of_way=percent_of_way(last.value, line),
        trend_per_week=trend.per_week if trend else None,
        in_a_row_below=runs.below,
        in_a_row_at_or_above=runs.at_or_above,
        last_values=tuple(point.value for point in recent),
        aim_first=line.at(recent[0].on),
        aim_last=aim_last,
        aim_today=line.at(today),
        difference=None if aim_last is None else (last.value - aim_last).quantize(TENTH),
        verdict=found,
        mastered_on=met.on if met else None,
        toward=toward_mastery(scores, goal.mastery, line, since=reopened_on),
    )


def _nothing_known(line: Aimline | None, today: date, goal: GoalTerms) -> GoalSummary:
    return GoalSummary(
        status=Status.NO_DATA,
        current=None,
        last_on=None,
        percent_of_way=None,
        trend_per_week=None,
        in_a_row_below=0,
        in_a_row_at_or_above=0,
        last_values=(),
        aim_first=None,
        aim_last=None,
        aim_today=line.at(today) if line else None,
        difference=None,
        verdict=NOTHING_KNOWN,
        mastered_on=None,
        toward=Toward(hits=0, of=goal.mastery.of),
    )
