"""What `ieps.measurable` finds in a goal, in words for who writes it: five findings, five tiles."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.dates import day_in_record
from ieps.measurable import Finding, Part, Reason, Words, lint
from ieps.models import Goal

DAYS_A_WEEK = 7
LARGEST = 10**9  # beyond it no score is meant
SENTENCES: Mapping[tuple[Part, Reason], str | Promise] = {
    (Part.CONDITION, Reason.MISSING): gettext_lazy("Say under which conditions: given what, when, where"),
    (Part.BEHAVIOR, Reason.MISSING): gettext_lazy("Say what the student will do"),
    (Part.CRITERION, Reason.MISSING): gettext_lazy("Say how well: a number, a percent, so many of so many"),
    (Part.CRITERION, Reason.NO_CONSISTENCY): gettext_lazy(
        "Say how often it must be met, such as on 4 of 5 probes"
    ),
    (Part.CRITERION, Reason.DIFFERS): gettext_lazy("The sentence and the target say different numbers"),
    (Part.METHOD, Reason.MISSING): gettext_lazy("Say how progress is measured"),
    (Part.METHOD, Reason.NO_FREQUENCY): gettext_lazy("Say how often progress is measured"),
    (Part.DATE, Reason.MISSING): gettext_lazy("Say by when"),
    (Part.DATE, Reason.DIFFERS): gettext_lazy("The sentence and the date of the goal say different days"),
    (Part.DATE, Reason.TOO_FAR): gettext_lazy("An annual goal is to be reached within a year"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One of the five tests of a good goal; `tone` is `ok` or `watch`."""

    name: str
    tone: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalCheck:
    """How measurable a goal is: what is missing, in words with the field to write it in; and the tiles."""

    missing: tuple[tuple[str, str], ...]
    tiles: tuple[Tile, ...]

    @property
    def met_count(self) -> int:
        """How many of the five tests are met."""
        return sum(tile.tone == "ok" for tile in self.tiles)


def check_goal(goal: Goal, *, starts_on: date | None) -> GoalCheck:
    """Look at a goal as it is stored; `starts_on` is the day on which its IEP takes effect."""
    words = Words(
        statement=goal.statement,
        conditions=goal.conditions,
        accuracy=goal.accuracy,
        target_value=goal.target_value,
        evaluation_method=goal.evaluation_method,
        frequency=goal.frequency,
        target_on=goal.target_on,
    )
    area = str(Goal.Domain(goal.domain).label) if goal.domain in Goal.Domain.values else ""
    pace = _pace(goal.baseline_value, goal.target_value, goal.baseline_on, goal.target_on)
    return _checked(words, starts_on=starts_on, area=area, pace=pace, unit=goal.unit)


def check_typed(typed: Mapping[str, Any], *, starts_on: date | None) -> GoalCheck:
    """Look at a goal as it is being typed: what is no number or date yet counts as not written."""
    target_on = _day(typed.get("target_on"))
    target = _number(typed.get("target_value"))
    words = Words(
        statement=str(typed.get("statement", "")),
        conditions=str(typed.get("conditions", "")),
        accuracy=str(typed.get("accuracy", "")),
        target_value=target,
        evaluation_method=str(typed.get("evaluation_method", "")),
        frequency=str(typed.get("frequency", "")),
        target_on=target_on,
    )
    domain = str(typed.get("domain", ""))
    area = str(Goal.Domain(domain).label) if domain in Goal.Domain.values else ""
    pace = _pace(_number(typed.get("baseline_value")), target, _day(typed.get("baseline_on")), target_on)
    return _checked(words, starts_on=starts_on, area=area, pace=pace, unit=str(typed.get("unit", "")))


def _checked(
    words: Words, *, starts_on: date | None, area: str, pace: Decimal | None, unit: str
) -> GoalCheck:
    found = {finding.part: finding for finding in lint(words, starts_on=starts_on)}
    missing = tuple((in_words(finding), finding.field) for finding in found.values() if not finding.is_met)
    return GoalCheck(
        missing=missing,
        tiles=(
            _tile(
                _("Specific"), _("Condition and behavior named"), found[Part.CONDITION], found[Part.BEHAVIOR]
            ),
            _tile(
                _("Measurable"),
                _("How well, how often, measured how"),
                found[Part.CRITERION],
                found[Part.METHOD],
            ),
            Tile(
                name=_("Achievable"),
                tone="watch" if pace is None else "ok",
                text=_("Write the baseline and the target")
                if pace is None
                else _("%(pace)s %(unit)s a week") % {"pace": _signed(pace), "unit": unit},
            ),
            Tile(name=_("Relevant"), tone="ok" if area else "watch", text=area or _("Choose the area")),
            _tile(_("Time-bound"), _by(words.target_on, found[Part.DATE]), found[Part.DATE]),
        ),
    )


def in_words(finding: Finding) -> str:
    """What is the matter with a part of a goal, as a sentence that says what to do."""
    if finding.reason is Reason.VAGUE:
        return _("“%(said)s” cannot be seen or counted: say what the student will do") % {
            "said": finding.said
        }
    return str(SENTENCES[finding.part, finding.reason])


def _tile(name: str, met: str, *findings: Finding) -> Tile:
    open_one = next((finding for finding in findings if not finding.is_met), None)
    return Tile(name=name, tone="watch" if open_one else "ok", text=in_words(open_one) if open_one else met)


def _by(day: date | None, finding: Finding) -> str:
    return str(day_in_record(day)) if day else finding.said


def _pace(
    first: Decimal | None, last: Decimal | None, start: date | None, end: date | None
) -> Decimal | None:
    if first is None or last is None or start is None or end is None or end <= start or first == last:
        return None
    return ((last - first) * DAYS_A_WEEK / (end - start).days).quantize(Decimal("0.01"))


def _signed(pace: Decimal) -> str:
    return f"{'+' if pace > 0 else '−'}{abs(pace).normalize():f}"


def _number(typed: Any) -> Decimal | None:
    try:
        number = Decimal(str(typed or "").strip())
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number) < LARGEST else None


def _day(typed: Any) -> date | None:
    try:
        return date.fromisoformat(str(typed or "").strip())
    except ValueError:
        return None
