"""What progress looks like in a template: charts with their words, scores in their unit, one plain sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from django import template
from django.utils.dates import MONTHS_3
from django.utils.formats import get_format, number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from core.dates import day_in_record, month_in_record, short_day
from ieps.models import PERCENT_SCALES
from progress import charts, left_out
from progress.arithmetic import TREND_POINTS, Counts, Direction, MasteryBy, Rule, Status

if TYPE_CHECKING:
    from progress.queries import GoalCard, GoalProgress, PhaseRow

register = template.Library()

PERCENT_WORDS = ("percent", "per cent", "%")
_STATUS_WORDS = {
    Status.ON_TRACK: _("On track"),
    Status.WATCH: _("Watch"),
    Status.DECIDE: _("Decide"),
    Status.MET: _("Goal met"),
    Status.NO_DATA: _("No data"),
}
_STRONG = {
    Status.ON_TRACK: _("On track."),
    Status.WATCH: _("Watch."),
    Status.DECIDE: _("Time to decide."),
    Status.MET: _("Goal met."),
    Status.NO_DATA: _("No recent data."),
}


class _Scored(Protocol):
    scale: str
    unit: str


@register.filter
def score(value: Decimal | None, scale: str = "") -> str:
    """A score as people write it: 64, 2.5, 96%, a percentage to a tenth; nothing for nothing."""
    if value is None:
        return ""
    if scale in PERCENT_SCALES:
        return f"{_figures(value.quantize(Decimal('0.1'), ROUND_HALF_UP), get_language())}%"
    return _figures(value, get_language())


@register.filter
def difference(value: Decimal | None) -> str:
    """A difference with its sign: +3.9, −0.5, 0."""
    if value is None:
        return ""
    sign = "+" if value > 0 else "−" if value < 0 else ""
    return f"{sign}{_figures(abs(value), get_language())}"


@lru_cache(maxsize=4096)  # a page writes the same few numbers again and again
def _figures(value: Decimal, _language: str | None) -> str:
    return number_format(_plain(value), use_l10n=True)


@register.filter
def whole(value: Decimal | None, scale: str = "") -> str:
    """A value of the aimline, to the unit, or to a tenth where units are coarse."""
    if value is None:
        return ""
    step = Decimal(1) if abs(value) >= 10 else Decimal("0.1")  # noqa: PLR2004 - two digits say enough
    return score(value.quantize(step), scale)


@register.simple_tag
def target_words(goal: _Scored, target: Decimal) -> str:
    """ "of 92 words a minute", "of 97% of words" """
    unit = goal.unit
    if goal.scale in PERCENT_SCALES:
        for word in PERCENT_WORDS:
            if unit.lower().startswith(word):
                unit = unit[len(word) :].strip()
    return gettext("of {target} {unit}").format(target=score(target, goal.scale), unit=unit).strip()


@register.simple_tag
def status_words(status: Status) -> str:
    """The status as a chip says it."""
    return str(_STATUS_WORDS[status])


@register.simple_tag
def progress_chart(page: GoalProgress, width: str) -> SafeString:
    """The chart of one goal; `width` is wide or narrow."""
    data = charts.ChartData(
        key=f"goal-{page.goal_id}",
        points=page.measurements,
        target=page.target,
        target_on=page.target_on,
        aimline=page.aimline,
        direction=page.direction,
        is_percent=page.scale in PERCENT_SCALES,
        since=page.since,
        phases=tuple(
            charts.PhaseChange(on=phase.starts_on, label=_phase_label(phase.label))
            for phase in reversed(page.phases)
        ),
        fired=tuple(point.id for point in page.verdict.points),
        missed=tuple(charts.MissedProbe(on=each.on, reason=each.reason) for each in page.missed),
        left_out=left_out.marks_of(page),
        mastered_on=page.mastered_on,
        periods=tuple(
            charts.Period(starts_on=first, ends_on=last, label=name) for name, first, last in page.periods
        ),
        no_school=page.no_school,
    )
    drawn = charts.progress_chart(data, width=charts.Width[width.upper()], labels=_labels(page))
    return mark_safe(drawn)  # noqa: S308  # charts escape each word


@register.simple_tag
def sparkline(card: GoalCard, width: int = 150, height: int = 44, label: str = "") -> SafeString:
    """The last scores of a goal as a small line; give a `label` where no words stand beside it."""
    drawn = charts.sparkline(
        card.spark,
        card.aim_first,
        card.aim_last,
        card.status.value,
        width=width,
        height=height,
        label=label,
    )
    return mark_safe(drawn)  # noqa: S308  # charts escape each word


@register.simple_tag
def last_words(card: GoalCard) -> str:
    """What a sparkline shows, in a sentence."""
    if card.current is None:
        return gettext("No scores yet.")
    return gettext("Latest {score}, aimline {aim}.").format(
        score=score(card.current, card.scale), aim=whole(card.aim_last, card.scale)
    )


@register.simple_tag
def second_chart(page: GoalProgress, width: str) -> SafeString:
    """The other measure of the same probes as a chart of its own: never two axes in one picture."""
    points = tuple(
        replace(point, value=point.second)
        for point in page.measurements
        if point.second is not None and not point.is_baseline
    )
    if not points:
        return SafeString()
    last = max(points, key=lambda point: point.on)
    data = charts.ChartData(
        key=f"second-{page.goal_id}",
        points=points,
        target=max(point.value for point in points),
        target_on=page.target_on,
        is_percent=True,
        since=page.since,
        no_school=page.no_school,
    )
    words = gettext("Accuracy")
    labels = replace(
        _labels(page),
        title=gettext("Goal {number}: accuracy of the same probes").format(number=page.number),
        description=gettext("The latest accuracy is {score}. All values are in the table.").format(
            score=score(last.value, "percent")
        ),
        unit=words,
        goal="",
        goal_by="",
        goal_short="",
        latest=score(last.value, "percent"),
        pace="",
        rule="",
        mastered="",
    )
    drawn = charts.progress_chart(data, width=charts.Width[width.upper()], labels=labels)
    return mark_safe(drawn)  # noqa: S308  # charts escape each word


@register.inclusion_tag("progress/_note.html")
def progress_note(page: GoalProgress) -> dict[str, Any]:
    """The verdict in plain words: what the scores say, which rule, what it suggests."""
    tone = {"ok": "ok", "met": "ok", "watch": "watch", "act": "act"}.get(page.tone, "")
    icon = {"ok": "trending-up", "watch": "eye", "act": "flag", "met": "circle-check"}.get(page.tone, "info")
    words = (_run_words(page), _trend_words(page), _suggestion_words(page), _rule_words(page))
    return {
        "tone": tone,
        "icon": icon,
        "strong": _STRONG[page.summary.status],
        "text": " ".join(part for part in words if part),
    }


def _suggestion_words(page: GoalProgress) -> str:
    """What the rule that fired suggests; nothing where it only says to go on."""
    found = page.verdict
    if found.rule is Rule.TREND_FLAT:
        return gettext("The trend of {n} scores is flatter than the aimline.").format(n=len(found.points))
    if found.rule is Rule.TREND_STEEP:
        return gettext("The trend is steeper than the aimline: consider raising the goal.")
    if found.rule is Rule.RUN_ABOVE:
        return gettext("{n} in a row beyond the aimline: consider raising the goal.").format(
            n=len(found.points)
        )
    if found.rule is Rule.NOT_KEPT:
        return gettext(
            "The last {n} scores after mastery fall short: consider opening the goal again."
        ).format(n=len(found.points))
    toward = page.summary.toward
    if found.rule is not Rule.MASTERY and toward.hits and toward.of > 1:
        return gettext("{hits} of {of} scores at the criterion of mastery so far.").format(
            hits=toward.hits, of=toward.of
        )
    return ""


@register.simple_tag
def mastery_words(page: GoalProgress) -> str:
    """The rule of mastery in a sentence."""
    rule = page.mastery
    if rule.by is MasteryBy.OBSERVER:
        return gettext("Mastered when the observer says so, at 80% of the way or more.")
    value = score(page.target if rule.value is None else rule.value, page.scale)
    what = {
        Counts.SCORE: gettext("scores"),
        Counts.DAY: gettext("days"),
        Counts.TRIAL: gettext("single trials"),
    }[rule.counts]
    if rule.hits == rule.of:
        words = gettext("Mastered at {value} in {n} {what} in a row").format(
            value=value, n=rule.of, what=what
        )
    else:
        words = gettext("Mastered at {value} in {hits} of {n} {what}").format(
            value=value, hits=rule.hits, n=rule.of, what=what
        )
    across = []
    if rule.settings > 1:
        across.append(gettext("in {n} settings").format(n=rule.settings))
    if rule.people > 1:
        across.append(gettext("with {n} people").format(n=rule.people))
    return f"{', '.join([words, *across])}."


@register.simple_tag
def phase_words(phase: PhaseRow) -> str:
    """What the scores of a phase come to, in a sentence."""
    found = phase.statistics
    if found is None:
        return gettext("No scores yet.")
    if found.trend is None:
        return ngettext("{n} score, median {median}.", "{n} scores, median {median}.", found.n).format(
            n=found.n, median=score(found.median)
        )
    return gettext("{n} scores, {trend} a week.").format(
        n=found.n, trend=difference(found.trend.per_week.quantize(Decimal("0.1")))
    )


def _phase_label(label: str) -> str:
    """On two lines where it is long."""
    if len(label) <= 18 or " " not in label:  # noqa: PLR2004 - what fits beside the next line
        return label
    middle = min(
        (place for place, letter in enumerate(label) if letter == " "),
        key=lambda place: abs(place - len(label) / 2),
    )
    return f"{label[:middle]}\n{label[middle + 1 :]}"


def _run_words(page: GoalProgress) -> str:
    found = page.summary
    falls = page.direction is Direction.DECREASE
    if found.current is None:
        return gettext("There are no scores yet.")
    if found.status is Status.MET:
        return gettext("The latest score, {score}, reaches the goal of {target}.").format(
            score=score(found.current, page.scale), target=score(page.target, page.scale)
        )
    if found.status is Status.NO_DATA and found.last_on:
        return gettext("The last score is from {day}.").format(day=day_in_record(found.last_on))
    if found.in_a_row_below:
        count = found.in_a_row_below
        words = (
            ngettext(
                "The last score is above the aimline.", "The last {n} scores are above the aimline.", count
            )
            if falls
            else ngettext(
                "The last score is below the aimline.", "The last {n} scores are below the aimline.", count
            )
        )
    else:
        count = found.in_a_row_at_or_above
        words = (
            ngettext(
                "The last score is at or below the aimline.",
                "The last {n} scores are at or below the aimline.",
                count,
            )
            if falls
            else ngettext(
                "The last score is at or above the aimline.",
                "The last {n} scores are at or above the aimline.",
                count,
            )
        )
    return words.format(n=count)


def _trend_words(page: GoalProgress) -> str:
    trend = page.summary.trend_per_week
    if trend is None or page.aimline is None:
        return ""
    return gettext("The trend is {trend} a week; the aimline asks for {aim}.").format(
        trend=difference(trend.quantize(Decimal("0.1"))),
        aim=difference(page.aimline.weekly_gain.quantize(Decimal("0.1"))),
    )


def _rule_words(page: GoalProgress) -> str:
    if page.summary.status is Status.NO_DATA:
        return gettext("Without a score in {n} school days nothing can be said.").format(
            n=page.rule.quiet_days
        )
    words = (
        gettext("Rule: {n} in a row above mean a change of instruction.")
        if page.direction is Direction.DECREASE
        else gettext("Rule: {n} in a row below mean a change of instruction.")
    )
    return words.format(n=page.rule.below)


def _fired_words(page: GoalProgress) -> str:
    """The rule as the chart names it beside the scores; nothing for a rule that all scores together fire."""
    n, falls = len(page.verdict.points), page.direction is Direction.DECREASE
    if page.verdict.rule in {Rule.RUN_BELOW, Rule.RUN_WATCH}:
        words = gettext("{n} in a row above") if falls else gettext("{n} in a row below")
        return words.format(n=n)
    if page.verdict.rule is Rule.RUN_ABOVE:
        words = gettext("{n} in a row below") if falls else gettext("{n} in a row above")
        return words.format(n=n)
    return ""


def _labels(page: GoalProgress) -> charts.ChartLabels:
    target, current = score(page.target, page.scale), page.summary.current
    goal = gettext("Goal: {target}").format(target=target)
    near = short_day(page.target_on)
    far = day_in_record(page.target_on)
    return charts.ChartLabels(
        title=gettext("Goal {number}: {title}").format(number=page.number, title=page.title),
        description=_description(page),
        unit=capfirst(page.unit),
        goal=goal,
        goal_by=gettext("by {day}").format(day=far),
        goal_short=gettext("{goal} by {day}").format(goal=goal, day=near),
        aimline=pgettext("chart", "Aimline"),
        baseline=pgettext("chart, a very short word for baseline", "Base"),
        months=tuple(capfirst(str(MONTHS_3[month])) for month in range(1, 13)),
        latest=_latest(page, current),
        pace=_pace(page),
        decimal_point=str(get_format("DECIMAL_SEPARATOR")),
        rule=_fired_words(page),
        mastered=gettext("Mastered {day}").format(day=short_day(page.mastered_on))
        if page.mastered_on
        else "",
    )


def _latest(page: GoalProgress, current: Decimal | None) -> str:
    last_on = page.summary.last_on
    if current is None or last_on is None:
        return ""
    if last_on == page.today:
        return gettext("{score} today").format(score=score(current, page.scale))
    return gettext("{score}, {day}").format(
        score=score(current, page.scale),
        day=short_day(last_on),
    )


def _pace(page: GoalProgress) -> str:
    """Words for the projection; none once the goal is met or when the trend never meets it."""
    reached: date | None = page.reached_on
    if reached is None or reached <= page.today or page.summary.status in {Status.MET, Status.NO_DATA}:
        return ""
    is_near = (reached - page.today).days < 300  # noqa: PLR2004 - after that a day needs its year
    words = short_day(reached) if is_near else month_in_record(reached)
    return gettext("If this pace holds: about {day}").format(day=words)


def _description(page: GoalProgress) -> str:
    """The picture in sentences, for those who do not see it."""
    parts = []
    if page.aimline is not None:
        words = gettext("Baseline {baseline} on {start}; the goal is {target} by {day}.").format(
            baseline=score(_plain(page.aimline.start), page.scale),
            start=day_in_record(page.aimline.start_on),
            target=score(page.target, page.scale),
            day=day_in_record(page.target_on),
        )
        parts.append(words)
    if page.summary.current is not None and page.summary.last_on is not None:
        parts.append(
            gettext("The latest score is {score} on {day}, where the aimline is at {aim}.").format(
                score=score(page.summary.current, page.scale),
                day=day_in_record(page.summary.last_on),
                aim=whole(page.summary.aim_last, page.scale) or gettext("no value yet"),
            )
        )
    scores = sum(not point.is_baseline for point in page.measurements)
    if page.summary.trend_per_week is not None and scores >= TREND_POINTS:
        parts.append(
            gettext("The trend of {n} scores is {trend} a week.").format(
                n=scores, trend=difference(page.summary.trend_per_week.quantize(Decimal("0.1")))
            )
        )
    parts += [
        gettext("From {day}: {what}. {words}").format(
            day=day_in_record(phase.starts_on), what=phase.label, words=phase_words(phase)
        )
        for phase in reversed(page.phases)
    ]
    parts += left_out.sentences_of(page)
    parts.append(gettext("All values are in the table after the chart."))
    return " ".join(parts)


def _plain(value: Decimal) -> Decimal:
    """Without zeros at the end: 64.00 is 64."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value.normalize()
