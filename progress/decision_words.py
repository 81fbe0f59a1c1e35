"""Verdicts and decisions in words: which rule, on which scores, what it suggests. In the language of now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from core.dates import day_in_record, short_day
from progress.arithmetic import Direction, Measurement, Rule, Suggestion
from progress.templatetags.progress import score

if TYPE_CHECKING:
    from progress.queries import GoalProgress

MOST_NAMED = 5
"""So many scores are named one by one; of more, the first and the last."""
SUGGESTIONS = {
    Suggestion.CONTINUE: _("Keep going."),
    Suggestion.WATCH: _("Watch the next scores."),
    Suggestion.CHANGE: _("Change the instruction."),
    Suggestion.RAISE: _("Consider raising the goal."),
    Suggestion.MEASURE: _("Measure before anything is decided."),
    Suggestion.CLOSE: _("Close the goal, or keep it with maintenance probes."),
    Suggestion.REOPEN: _("Open the goal again."),
}
_RULES = {
    Rule.MASTERY: _("The mastery rule of the goal is met."),
    Rule.NOT_KEPT: _("The latest probes after mastery are short of the criterion."),
    Rule.QUIET: _("There is no recent score, so nothing can be said."),
    Rule.TREND_FLAT: _("The trend of {n} scores is flatter than the aimline."),
    Rule.TREND_STEEP: _("The trend of {n} scores is steeper than the aimline."),
}
# What is chosen on the form when somebody follows the suggestion.
CHOICE_OF = {
    Suggestion.CHANGE.value: "change",
    Suggestion.RAISE.value: "raise",
    Suggestion.CONTINUE.value: "continue",
}


def suggestion_words(page: GoalProgress) -> str:
    """What the verdict suggests, as one short sentence."""
    return str(SUGGESTIONS[page.summary.verdict.suggestion])


def verdict_words(page: GoalProgress) -> str:
    """Which rule fired, and on which scores."""
    found = page.summary.verdict
    rule = _rule_words(found.rule, len(found.points), falls=page.direction is Direction.DECREASE)
    named = _points_words(found.points, page.scale)
    return f"{rule} {named}".strip()


def _rule_words(rule: Rule, number: int, *, falls: bool) -> str:
    if rule in {Rule.RUN_BELOW, Rule.RUN_WATCH}:
        words = (
            ngettext(
                "{n} score in a row is above the aimline.",
                "{n} scores in a row are above the aimline.",
                number,
            )
            if falls
            else ngettext(
                "{n} score in a row is below the aimline.",
                "{n} scores in a row are below the aimline.",
                number,
            )
        )
    elif rule is Rule.RUN_ABOVE:
        words = ngettext(
            "{n} score in a row is better than the aimline.",
            "{n} scores in a row are better than the aimline.",
            number,
        )
    else:
        words = str(_RULES.get(rule, _("No rule asks for a decision.")))
    return words.format(n=number)


def _points_words(points: tuple[Measurement, ...], scale: str) -> str:
    if not points:
        return ""
    if len(points) > MOST_NAMED:
        return gettext("From {first} to {last}.").format(
            first=day_in_record(points[0].on), last=day_in_record(points[-1].on)
        )
    named = ", ".join(f"{short_day(point.on)}: {score(point.value, scale)}" for point in points)
    return gettext("These are: {scores}.").format(scores=named)
