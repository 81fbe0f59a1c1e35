"""What a new score has to be: the checks that every way of recording shares, and the row that comes of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor, Kind
from core.dates import day_in_record
from core.errors import Conflict, Invalid
from ieps.models import LARGEST_SCORE, SMALLEST_SCORE, Goal, Iep
from progress.arithmetic import BadRaw, RawProblem, Scored, score_of
from progress.models import ProgressPoint
from progress.queries import prompt_keys

LONGEST_BASELINE_DAYS = 365
"""How long before the goal's baseline date a baseline score may lie."""
WRONG_CLOCK_SECONDS = 12 * 3600
"""A device whose clock differs by more may have put the score on a wrong day."""
LARGEST_VALUE = Decimal("9999999.99")
"""What the column holds."""


class MeasuredInTheFuture(Invalid):
    """A score dated after today."""

    code = "measured_in_the_future"


class MeasuredTooEarly(Invalid):
    """A score dated before the goal's baseline."""

    code = "measured_before_the_baseline"


class OutsideTheScale(Invalid):
    """A score that the goal's scale does not have."""

    code = "outside_the_scale"


class UnitMismatch(Invalid):
    """A score in another unit than the goal's."""

    code = "unit_mismatch"


class RawDoesNotFit(Invalid):
    """Trials, counts or times that make no score of this goal."""

    code = "raw_does_not_fit"


class ClockIsWrong(Invalid):
    """A device whose clock is wrong by so much that the day of the score may be wrong."""

    code = "clock_is_wrong"


class GoalNotInForce(Conflict):
    """A score for a goal of a draft or of a past IEP."""

    code = "goal_not_in_force"
    message = gettext_lazy(
        "Scores are recorded for goals of the IEP in force. This goal belongs to a draft or to a past IEP."
    )


class AlreadyRecorded(Conflict):
    """The same entry was sent before, with another score."""

    code = "already_recorded"
    message = gettext_lazy(
        "This entry was already saved, with another score. Look at the newest scores, then enter it anew."
    )


class SameProbe(Conflict):
    """The same score of the same day was recorded a moment ago, maybe by somebody else."""

    code = "same_probe"
    message = gettext_lazy(
        "This score of this day is recorded already. If it is another probe with the same score, say so and save again."
    )


_RAW_WORDS = {
    RawProblem.SHAPE: gettext_lazy("This is not what this goal is measured by."),
    RawProblem.EMPTY: gettext_lazy("Nothing was recorded yet."),
    RawProblem.RANGE: gettext_lazy("A number is too small or too large."),
    RawProblem.PROMPT: gettext_lazy("Choose a prompt of your district's list."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One score as somebody took it. Either `value` or `raw` is given; with both, they agree."""

    goal_id: UUID
    measured_on: date
    value: Decimal | None = None
    raw: Mapping[str, object] | None = None
    """What was tapped, counted or timed (`progress.arithmetic.raw`)."""
    second_value: Decimal | None = None
    unit: str = ""
    """When given, it is the goal's own."""
    is_baseline: bool = False
    mastery_level: str = ""
    setting: str = ""
    minutes: int | None = None
    context: str = ""
    note: str = ""
    antecedent: str = ""
    behavior: str = ""
    consequence: str = ""
    observer_id: UUID | None = None
    observer_name: str = ""
    client_id: UUID | None = None
    session_id: UUID | None = None
    captured_at: datetime | None = None
    """By the device's clock."""
    device_now: datetime | None = None
    """The device's clock when it sent."""
    is_day_confirmed: bool = False
    """The day is right although the clock is not."""
    is_another_probe: bool = False
    """It is another probe of the day although the score is the same."""


def new_point(
    *, actor: Actor, goal: Goal, entry: Entry, today: date, prompts: Sequence[str] | None = None
) -> ProgressPoint:
    """The row of an entry, checked and not saved. `goal` has its IEP and student.

    `prompts` are the keys of the district's prompts, asked for when raw data need them and they are not given.

    Raises GoalNotInForce, UnitMismatch, MeasuredInTheFuture, MeasuredTooEarly, ClockIsWrong, RawDoesNotFit,
    OutsideTheScale, ValidationError.
    """
    if goal.iep.status != Iep.Status.ACTIVE:
        raise GoalNotInForce
    if entry.unit and entry.unit.strip().casefold() != goal.unit.casefold():
        raise UnitMismatch(
            fields={"unit": [_("This goal is measured in %(unit)s.") % {"unit": goal.unit}]},
        )
    offset = _clock_offset(entry)
    check_day(goal=goal, entry=entry, today=today, offset=offset)
    scored = _scored(actor, goal, entry, prompts)
    check_value(goal=goal, value=scored.value)
    if scored.second is not None and not 0 <= scored.second <= 100:  # noqa: PLR2004
        raise OutsideTheScale(fields={"second_value": [_("Enter a number from 0 to 100.")]})
    point = ProgressPoint(
        organization_id=actor.organization_id,
        student=goal.student,
        goal=goal,
        lineage_id=goal.lineage_id,
        measured_on=entry.measured_on,
        value=scored.value,
        second_value=scored.second,
        raw=dict(entry.raw) if entry.raw is not None else None,
        is_baseline=entry.is_baseline,
        mastery_level=entry.mastery_level,
        setting=entry.setting.strip(),
        minutes=entry.minutes,
        context=entry.context.strip(),
        note=entry.note.strip(),
        antecedent=entry.antecedent.strip(),
        behavior=entry.behavior.strip(),
        consequence=entry.consequence.strip(),
        observer_id=entry.observer_id,
        observer_name=entry.observer_name.strip(),
        recorded_by_id=actor.person_id if actor.kind is Kind.PERSON else None,
        recorded_by_name=actor.name[:120],
        client_id=entry.client_id,
        session_id=entry.session_id,
        captured_at=entry.captured_at,
        clock_offset=offset,
    )
    point.clean_fields(exclude=["organization", "student", "goal", "recorded_by", "observer", "raw"])
    return point


def recorded(point: ProgressPoint) -> dict[str, Any]:
    """What the audit keeps of a new point."""
    return {
        "goal_id": point.goal_id,
        "measured_on": point.measured_on,
        "value": point.value,
        "is_baseline": point.is_baseline,
        "has_note": bool(point.note),
    }


def is_same(*, point: ProgressPoint, entry: Entry) -> bool:
    """Whether a stored point is this entry, sent again."""
    same_value = entry.value is None or point.value == entry.value
    same_raw = entry.raw is None or point.raw == entry.raw
    return (
        (point.goal_id, point.measured_on) == (entry.goal_id, entry.measured_on) and same_value and same_raw
    )


def check_day(*, goal: Goal, entry: Entry, today: date, offset: int | None = None) -> None:
    """Refuse a day after today or before the goal, and one that a wrong clock gave. Raises Invalid."""
    measured_on = entry.measured_on
    if offset is not None and abs(offset) > WRONG_CLOCK_SECONDS and not entry.is_day_confirmed:
        wrong_by = timedelta(seconds=abs(offset))
        text = _(
            "The clock of this device is off by %(time)s. Check the day of this score, then save it again."
        )
        raise ClockIsWrong(
            fields={"measured_on": [text % {"time": _days_and_hours(wrong_by)}]},
        )
    if measured_on > today:
        text = _("Choose a date on or before today, %(day)s.") % {"day": day_in_record(today)}
        raise MeasuredInTheFuture(fields={"measured_on": [str(text)]})
    early = LONGEST_BASELINE_DAYS if entry.is_baseline else 0
    earliest = goal.baseline_on - timedelta(days=early)
    if measured_on < earliest:
        text = _("Choose a date on or after %(day)s: this goal starts with the baseline of that day.") % {
            "day": day_in_record(earliest)
        }
        raise MeasuredTooEarly(fields={"measured_on": [str(text)]})


def check_value(*, goal: Goal, value: Decimal) -> None:
    """Refuse a number that the goal's scale does not have. Raises OutsideTheScale."""
    if not value.is_finite():
        raise OutsideTheScale(fields={"value": [_("Enter a number.")]})
    smallest = SMALLEST_SCORE.get(goal.scale, Decimal(0))
    largest = LARGEST_SCORE.get(goal.scale)
    if value < smallest or value > (LARGEST_VALUE if largest is None else largest):
        text = (
            _("Enter 0 or more.")
            if largest is None
            else _("Enter a number from %(least)s to %(n)s.") % {"least": smallest, "n": largest}
        )
        raise OutsideTheScale(fields={"value": [text]})


def _scored(actor: Actor, goal: Goal, entry: Entry, prompts: Sequence[str] | None) -> Scored:
    """The score that was entered, or the one that follows from the raw data; where both are given, they agree."""
    if entry.raw is None:
        if entry.value is None:
            raise OutsideTheScale(fields={"value": [_("Enter a number.")]})
        return Scored(value=entry.value, second=entry.second_value)
    try:
        keys = prompt_keys(actor=actor) if prompts is None else prompts
        scored = score_of(goal.scale, entry.raw, prompts=keys)
    except BadRaw as error:
        raise RawDoesNotFit(fields={"raw": [str(_RAW_WORDS[error.problem])]}) from error
    if entry.value is not None and entry.value != scored.value:
        text = _("The score does not follow from what was recorded: %(score)s does.") % {
            "score": scored.value
        }
        raise RawDoesNotFit(fields={"value": [text]})
    return Scored(
        value=scored.value, second=scored.second if scored.second is not None else entry.second_value
    )


def _clock_offset(entry: Entry) -> int | None:
    """How many seconds the device's clock is behind ours."""
    if entry.device_now is None:
        return None
    seconds = (now() - entry.device_now).total_seconds()
    return max(-(2**31), min(2**31 - 1, round(seconds)))


def _days_and_hours(time: timedelta) -> str:
    if time.days:
        return _("%(n)s days") % {"n": time.days}
    return _("%(n)s hours") % {"n": time.seconds // 3600}
