"""What the points of goals come to, read for thousands of goals at a time: no model is built for a point or a summary.

`progress.summing` writes it down.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby, starmap
from operator import attrgetter
from typing import Any, NamedTuple, cast
from uuid import UUID

from django.db.models import BooleanField, Case, F, Q, TextField, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf

from core.actor import Actor
from ieps.models import Goal
from progress import arithmetic
from progress.arithmetic import Counts, DecisionRule, MasteryBy, Measurement, trials_of
from progress.models import MasteryLevel, ProgressPoint
from progress.queries import NO_COURSE, Course, courses, decision_rule, terms_of


class Counted(NamedTuple):
    """A point as it is read. It has whatever a `Measurement` has, so that arithmetic takes it as one."""

    lineage: str
    goal_id: str
    id: str
    """Ids are text: of millions, only those that a verdict rests on are wanted as such."""
    on: date
    value: Decimal
    is_baseline: bool
    is_excluded: bool
    recorded_by_name: str
    setting: str = ""
    by: str = ""
    is_mastered: bool = False
    raw: object = None
    trials: tuple[bool, ...] = ()
    second: Decimal | None = None


class Summed(NamedTuple):
    """A row of `GoalSummary`, not saved. `rule_points` are text."""

    goal_id: UUID
    student_id: UUID
    status: str
    current_value: Decimal | None
    last_on: date | None
    last_by_name: str
    percent_of_way: Decimal | None
    trend_per_week: Decimal | None
    in_a_row_below: int
    in_a_row_at_or_above: int
    spark: list[Decimal]
    aim_first: Decimal | None
    aim_last: Decimal | None
    points: int
    rule: str
    suggestion: str
    rule_points: list[str]
    needs_decision: bool
    mastered_on: date | None
    next_probe_on: date | None


_PLAIN = ("lineage", "of", "key", "measured_on", "value", "is_baseline", "is_left_out", "recorded_by_name")
_SEEN = ("setting", "seen_by", "is_called_mastered")
_TRUE, _FALSE = Value(value=True), Value(value=False)


def _flag(condition: Q) -> Case:
    return Case(When(condition, then=_TRUE), default=_FALSE, output_field=BooleanField())


_EXPRESSIONS: dict[str, Any] = {
    "lineage": Cast("lineage_id", TextField()),
    "of": Cast("goal_id", TextField()),
    "key": Cast("id", TextField()),
    "is_left_out": _flag(Q(excluded_at__isnull=False)),
    "seen_by": Coalesce(NullIf(F("observer_name"), Value("")), F("recorded_by_name")),
    "is_called_mastered": _flag(Q(mastery_level=MasteryLevel.MASTERED)),
}


def summaries_of(*, actor: Actor, goals: Sequence[Goal]) -> list[Summed]:
    """What the points of these goals come to as of their last measured days."""
    points = counted_points(actor=actor, goals=goals)
    known = courses(actor=actor, lineage_ids={goal.lineage_id for goal in goals})
    rule = decision_rule(actor=actor)
    return [
        summary_of(goal=goal, points=points[goal.id], course=known.get(goal.lineage_id), rule=rule)
        for goal in goals
    ]


def counted_points(*, actor: Actor, goals: Sequence[Goal]) -> Mapping[UUID, Sequence[Counted]]:
    """The points that count for each of these goals, excluded ones too, oldest first, in two statements."""
    rows = groupby(starmap(Counted, _rows(actor, goals)), attrgetter("lineage"))
    by_lineage = {lineage: list(found) for lineage, found in rows}
    theirs = Goal.objects.visible_to(actor).filter(student_id__in={goal.student_id for goal in goals})
    numbers = {str(goal_id): number for goal_id, number in theirs.values_list("id", "iep__number")}
    found = {goal.id: _counting(by_lineage.get(str(goal.lineage_id), []), goal, numbers) for goal in goals}
    if _any_trials(goals):
        return {goal.id: _with_trials(goal, found[goal.id]) for goal in goals}
    return found


def _rows(actor: Actor, goals: Sequence[Goal]) -> Iterable[Any]:
    """Points by goal and day, in the order of their index; of what few mastery rules ask about only what is asked."""
    has_trials = _any_trials(goals)
    is_seen = has_trials or any(
        goal.mastery_settings > 1 or goal.mastery_people > 1 or goal.mastery_by == MasteryBy.OBSERVER
        for goal in goals
    )
    columns = (*_PLAIN, *(_SEEN if is_seen else ()), *(("raw",) if has_trials else ()))
    rows = ProgressPoint.objects.visible_to(actor).filter(
        lineage_id__in={goal.lineage_id for goal in goals}, voided_at=None
    )
    made = rows.annotate(**{name: _EXPRESSIONS[name] for name in columns if name in _EXPRESSIONS})
    return made.order_by("lineage_id", "measured_on", "id").values_list(*columns)


def summary_of(*, goal: Goal, points: Iterable[Counted], course: Course | None, rule: DecisionRule) -> Summed:
    """What the points say as of the last measured day, so that nothing in the row depends on today."""
    counted = [point for point in points if not point.is_excluded]
    measured = cast("list[Measurement]", counted)
    if any(point.is_baseline for point in counted):
        measured = arithmetic.in_order(measured)
        counted = cast("list[Counted]", measured)
    last = next((point for point in reversed(counted) if not point.is_baseline), None) or (
        counted[-1] if counted else None
    )
    went = course or NO_COURSE
    found = arithmetic.summary(
        measured,
        terms_of(goal),
        last.on if last else goal.baseline_on,
        rule=rule,
        changes=went.changes,
        decided_on=went.decided_on,
        reopened_on=went.reopened_on,
    )
    return Summed(
        goal_id=goal.id,
        student_id=goal.student_id,
        status=found.status.value,
        current_value=found.current,
        last_on=found.last_on,
        last_by_name=last.recorded_by_name if last else "",
        percent_of_way=found.percent_of_way,
        trend_per_week=found.trend_per_week,
        in_a_row_below=found.in_a_row_below,
        in_a_row_at_or_above=found.in_a_row_at_or_above,
        spark=list(found.last_values),
        aim_first=_to_four_places(found.aim_first),
        aim_last=_to_four_places(found.aim_last),
        points=len(counted),
        rule=found.verdict.rule.value if last else "",
        suggestion=found.verdict.suggestion.value if last else "",
        rule_points=[str(point.id) for point in found.verdict.points],
        needs_decision=found.verdict.needs_decision,
        mastered_on=found.mastered_on,
        next_probe_on=_next_probe_on(goal, found),
    )


def _any_trials(goals: Iterable[Goal]) -> bool:
    return any(goal.mastery_counts == Counts.TRIAL for goal in goals)


def _with_trials(goal: Goal, points: Iterable[Counted]) -> list[Counted]:
    """Single trials from the raw data of the points, where the goal's rule counts them."""
    is_asked = goal.mastery_counts == Counts.TRIAL
    return [
        point._replace(
            raw=None, trials=trials_of(point.raw) if is_asked and isinstance(point.raw, dict) else ()
        )
        for point in points
    ]


def _counting(points: list[Counted], goal: Goal, numbers: Mapping[str, int]) -> Sequence[Counted]:
    """The same choice as `queries.points_of`; `numbers` are those of the goals' IEPs."""
    own, since = str(goal.id), goal.baseline_on
    found_for = {point.goal_id for point in points}
    later = {goal_id for goal_id in found_for if numbers[goal_id] > numbers[own]}
    if found_for <= {own} and points and points[0].on >= since:
        return points
    return [
        point
        for point in points
        if (point.goal_id == own if point.is_baseline else point.on >= since) and point.goal_id not in later
    ]


def _next_probe_on(goal: Goal, found: arithmetic.GoalSummary) -> date | None:
    """When the schedule asks for the next probe; after mastery the one of maintenance, if there is any."""
    if found.last_on is None:
        return None
    if found.mastered_on is not None:
        days = goal.maintenance_days
        return found.last_on + timedelta(days=days) if days else None
    return found.last_on + timedelta(days=-(-goal.probe_days // goal.probe_times))


def _to_four_places(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.0001"))
