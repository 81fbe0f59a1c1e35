"""Progress reports in words: statements, what the data objects, and the facts of a goal. In the language of now."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from core.dates import day_in_record
from ieps.models import PERCENT_SCALES
from progress import arithmetic
from progress.arithmetic import Direction, Status
from progress.left_out import for_families
from progress.reporting import Facts, Objection, Statement, objection
from progress.templatetags.progress import PERCENT_WORDS, difference, progress_chart, progress_note, score

if TYPE_CHECKING:
    from progress.queries import GoalProgress

PROJECTED_FROM = 5
"""So many scores of the present instruction before their pace says anything about the goal's day."""
STATEMENTS = {
    Statement.MASTERED: _("The goal is mastered"),
    Statement.SUFFICIENT: _("Sufficient progress to reach the goal by its date"),
    Statement.SOME: _("Some progress, not enough yet to reach the goal by its date"),
    Statement.INSUFFICIENT: _("Insufficient progress"),
    Statement.NOT_INTRODUCED: _("Not introduced in this period"),
}
_OBJECTIONS = {
    Objection.NOT_MASTERED: _("The data does not agree: the mastery rule of this goal has not been met."),
    Objection.MISSES_TARGET: _(
        "The data does not agree: at the pace of the scores the goal is not reached by its date."
    ),
    Objection.RULE_FIRED: _("The data does not agree: the decision rule asks for a change of instruction."),
    Objection.NO_DATA: _("The data does not agree: there is no score in this period."),
    Objection.NO_GAIN: _("The data does not agree: the level is no better than the baseline."),
    Objection.ON_TRACK: _("The data does not agree: at the pace of the scores the goal is reached in time."),
    Objection.WAS_MEASURED: _("The data does not agree: there are scores in this period."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a report shows of one goal beside the words of a person."""

    title: str
    goal: str
    level: str
    verdict: str
    facts: tuple[tuple[str, str], ...]
    chart_wide: str
    chart_narrow: str


def statement_words(statement: str) -> str:
    """A statement as families read it; nothing for none."""
    return str(STATEMENTS[Statement(statement)]) if statement else ""


def objection_words(found: str) -> str:
    """What the data has against a statement, in a sentence."""
    return str(_OBJECTIONS[Objection(found)]) if found else ""


def until(page: GoalProgress, last_on: date) -> GoalProgress:
    """A goal as it was known on a day: scores after it are left out, and no score is called today's."""
    return replace(
        page,
        today=last_on + timedelta(days=1),
        measurements=tuple(point for point in page.measurements if point.on <= last_on),
        rows=tuple(row for row in page.rows if row.measured_on <= last_on),
    )


def facts_of(page: GoalProgress, first_on: date, last_on: date, *, is_mastered: bool) -> Facts:
    """What the data says of a goal at the end of a period; `page` is as of its last day."""
    scores = [point for point in page.measurements if not point.is_baseline and point.on <= last_on]
    current = page.summary.current
    better = None if current is None or page.baseline is None else current - page.baseline
    if better is not None and page.direction is Direction.DECREASE:
        better = -better
    return Facts(
        points_in_period=sum(1 for point in scores if point.on >= first_on),
        has_gained=None if better is None else better > 0,
        is_mastered=is_mastered,
        asks_for_decision=page.summary.status is Status.DECIDE,
        reaches_target=_reaches_target(page, scores),
    )


def objections_of(facts: Facts) -> dict[str, str]:
    """For each statement what the data has against it, in words; agreed statements are absent."""
    found = {each: objection(each, facts) for each in Statement}
    return {each.value: objection_words(said) for each, said in found.items() if said}


def evidence(page: GoalProgress, first_on: date) -> Evidence:
    """Numbers, sentences and chart of a goal, in the language of now."""
    note, shown = progress_note(page), for_families(page)
    return Evidence(
        title=gettext("Goal {number}: {title}").format(number=page.number, title=page.title),
        goal=page.statement,
        level=_level(page),
        verdict=f"{note['strong']} {note['text']}".strip(),
        facts=_facts(page, first_on),
        chart_wide=str(progress_chart(shown, "wide")) if page.measurements else "",
        chart_narrow=str(progress_chart(shown, "narrow")) if page.measurements else "",
    )


def apart(chart: str, key: str) -> str:
    """A chart whose ids are its own, so that several stand on one page."""
    return re.sub(r'((?:id|aria-labelledby|aria-describedby|href)="#?|url\(#)', rf"\g<1>{key}-", chart)


def _reaches_target(page: GoalProgress, scores: list[arithmetic.Measurement]) -> bool | None:
    current = page.summary.current
    if current is not None and not arithmetic.is_short(current, of=page.target, direction=page.direction):
        return True
    if len(scores) < PROJECTED_FROM:
        return None
    trend = arithmetic.ordinary_least_squares(scores)
    if trend is None:
        return None
    return not arithmetic.is_short(trend.at(page.target_on), of=page.target, direction=page.direction)


def _level(page: GoalProgress) -> str:
    current, last_on = page.summary.current, page.summary.last_on
    if current is None or last_on is None:
        return gettext("Nothing has been measured yet.")
    return gettext(
        "On {day} the level was {current} {unit}. It began at {baseline}; the goal is {target} by {by}."
    ).format(
        day=day_in_record(last_on),
        current=score(current, page.scale),
        unit=_unit(page),
        baseline=score(page.baseline, page.scale),
        target=score(page.target, page.scale),
        by=day_in_record(page.target_on),
    )


def _unit(page: GoalProgress) -> str:
    """The unit beside a written score, which has its percent sign already."""
    if page.scale not in PERCENT_SCALES:
        return page.unit
    words = page.unit
    for word in PERCENT_WORDS:
        if words.lower().startswith(word):
            words = words[len(word) :].strip()
    return words


def _facts(page: GoalProgress, first_on: date) -> tuple[tuple[str, str], ...]:
    found = page.summary
    count = sum(1 for point in page.measurements if not point.is_baseline and point.on >= first_on)
    rows = [
        (
            gettext("Measured in this period"),
            ngettext("{n} time", "{n} times", count).format(n=count),
        ),
        (gettext("Baseline"), score(page.baseline, page.scale)),
        (pgettext("of a goal", "Level"), score(found.current, page.scale)),
        (gettext("Goal"), score(page.target, page.scale)),
    ]
    if found.percent_of_way is not None:
        rows.append((gettext("Of the way to the goal"), f"{round(found.percent_of_way)}%"))
    if found.trend_per_week is not None:
        rows.append((gettext("Change a week"), difference(round(found.trend_per_week, 1))))
    return tuple((label, value) for label, value in rows if value)
