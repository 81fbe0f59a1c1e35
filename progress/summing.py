"""The summaries of goals, written in the transaction of every change to what they rest on; and mastery, which follows.

What calls here accounts for its change; mastery accounts for itself. `rebuild_summaries` makes the same rows from
nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db.models import TextField
from django.db.models.functions import Cast

from core.actor import Actor
from core.mutation import audit_all
from ieps.models import Goal, Iep
from progress import arithmetic
from progress.arithmetic import (
    Counts,
    DecisionRule,
    Measurement,
    Rule,
    Status,
    Suggestion,
    as_of,
    trials_of,
)
from progress.models import GoalState, GoalSummary, MasteryLevel, ProgressPoint
from progress.queries import (
    NO_COURSE,
    Course,
    courses,
    decision_rule,
    goals_that_count,
    terms_of,
)

SUMMARY_FIELDS = (
    "student",
    "status",
    "current_value",
    "last_on",
    "last_by_name",
    "percent_of_way",
    "trend_per_week",
    "in_a_row_below",
    "in_a_row_at_or_above",
    "spark",
    "aim_first",
    "aim_last",
    "points",
    "rule",
    "suggestion",
    "rule_points",
    "needs_decision",
    "mastered_on",
    "next_probe_on",
)
_SUMMARY_COLUMNS = tuple("student_id" if name == "student" else name for name in SUMMARY_FIELDS)
STATE_FIELDS = (
    "goal",
    "status",
    "mastered_on",
    "is_by_hand",
    "changed_on",
    "changed_by_name",
    "reason",
    "verdict",
    "verdict_on",
)
QUIET_VERDICT = f"{Status.NO_DATA}:{Rule.QUIET}:{Suggestion.MEASURE}"

USUAL_VERDICT = f"{Status.ON_TRACK}:{Rule.NONE}:{Suggestion.CONTINUE}"
# As text: of millions of ids, only those that a verdict rests on are wanted as such.
_IDS = {
    name: Cast(column, TextField())
    for name, column in (("lineage", "lineage_id"), ("of", "goal_id"), ("key", "id"))
}
_COLUMNS = (
    "lineage",
    "of",
    "key",
    "measured_on",
    "value",
    "is_baseline",
    "recorded_by_name",
    "observer_name",
    "setting",
    "mastery_level",
    "excluded_at",
)


class Counted(NamedTuple):
    """What a summary needs of a point; millions of them are read at a time, so no model is built for each."""

    goal_id: str
    id: str
    measured_on: date
    value: Decimal
    is_baseline: bool
    recorded_by_name: str
    observer_name: str
    setting: str
    mastery_level: str
    excluded_at: object
    raw: object = None


def summarise_goals(*, actor: Actor, goals: Sequence[Goal], today: date) -> None:
    """Write the summaries anew for which the points of these goals count, and let mastery follow.

    The goals have their IEP.
    """
    counting = goals_that_count(actor=actor, goals=goals)
    found = summaries_of(actor=actor, goals=counting)
    store(found)
    follow_mastery(actor=actor, goals=counting, summaries=found, today=today)


def summaries_of(*, actor: Actor, goals: Sequence[Goal]) -> list[GoalSummary]:
    """What the points of these goals come to as of their last measured days, not saved."""
    points = counted_points(actor=actor, goals=goals)
    known = courses(actor=actor, lineage_ids={goal.lineage_id for goal in goals})
    rule = decision_rule(actor=actor)
    return [
        summary_of(
            actor=actor, goal=goal, points=points[goal.id], course=known.get(goal.lineage_id), rule=rule
        )
        for goal in goals
    ]


def counted_points(*, actor: Actor, goals: Sequence[Goal]) -> Mapping[UUID, list[Counted]]:
    """The points that count for each of these goals, oldest first, in two statements."""
    by_lineage: dict[str, list[Counted]] = defaultdict(list)
    lineages = {goal.lineage_id for goal in goals}
    rows = (
        ProgressPoint.objects.visible_to(actor)
        .filter(lineage_id__in=lineages, voided_at=None)
        .annotate(**_IDS)
    )
    has_trials = any(goal.mastery_counts == Goal.MasteryCounts.TRIAL for goal in goals)
    columns = (*_COLUMNS, "raw") if has_trials else _COLUMNS
    for lineage_id, *values in rows.order_by("measured_on", "id").values_list(*columns):
        by_lineage[lineage_id].append(Counted(*values))
    theirs = Goal.objects.visible_to(actor).filter(student_id__in={goal.student_id for goal in goals})
    numbers = {str(goal_id): number for goal_id, number in theirs.values_list("id", "iep__number")}
    return {goal.id: _counting(by_lineage.get(str(goal.lineage_id), []), goal, numbers) for goal in goals}


def summary_of(
    *, actor: Actor, goal: Goal, points: Iterable[Counted], course: Course | None, rule: DecisionRule
) -> GoalSummary:
    """What the points say as of the last measured day, so that nothing in the row depends on today."""
    ordered = sorted(points, key=lambda point: (point.measured_on, not point.is_baseline))
    counted = [point for point in ordered if point.excluded_at is None]
    told = [point for point in counted if not point.is_baseline] or counted
    last = told[-1] if told else None
    day = last.measured_on if last else goal.baseline_on
    went = course or NO_COURSE
    found = arithmetic.summary(
        measurements_of(goal=goal, points=counted),
        terms_of(goal),
        day,
        rule=rule,
        changes=went.changes,
        decided_on=went.decided_on,
        reopened_on=went.reopened_on,
    )
    return GoalSummary(
        organization_id=actor.organization_id,
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
        rule_points=[UUID(str(point.id)) for point in found.verdict.points],
        needs_decision=found.verdict.needs_decision,
        mastered_on=found.mastered_on,
        next_probe_on=_next_probe_on(goal, found),
    )


def measurements_of(*, goal: Goal, points: Iterable[Counted]) -> list[Measurement]:
    """Points as arithmetic takes them, with what this goal's mastery rule asks about."""
    with_trials = goal.mastery_counts == Counts.TRIAL
    return [
        Measurement(
            on=point.measured_on,
            value=point.value,
            is_baseline=point.is_baseline,
            id=point.id,
            setting=point.setting,
            by=point.observer_name or point.recorded_by_name,
            is_mastered=point.mastery_level == MasteryLevel.MASTERED,
            trials=trials_of(point.raw) if with_trials and isinstance(point.raw, dict) else (),
            is_excluded=point.excluded_at is not None,
        )
        for point in points
    ]


def store(summaries: Iterable[GoalSummary]) -> None:
    """Write these rows, whether they exist already or not."""
    GoalSummary.objects.bulk_create(
        summaries, update_conflicts=True, unique_fields=["goal"], update_fields=SUMMARY_FIELDS
    )


def follow_mastery(
    *, actor: Actor, goals: Sequence[Goal], summaries: Sequence[GoalSummary], today: date
) -> int:
    """Let the state of goals in force follow from their summaries, each change accounted for. Returns how many.

    What a person set stays. The date of mastery is that of the score with which the rule was met.
    """
    in_force = {goal.id: goal for goal in goals if goal.iep.status == Iep.Status.ACTIVE}
    found = {row.goal_id: row for row in summaries if row.goal_id in in_force}
    states = goal_states(actor=actor, lineages=[goal.lineage_id for goal in in_force.values()])
    before = _goals_before(actor, states.values(), in_force)
    changed: list[GoalState] = []
    acts: list[_Act] = []
    for goal_id, summary in sorted(found.items()):
        goal = in_force[goal_id]
        state = states.get(goal.lineage_id)
        if state is None and summary.mastered_on is None:
            continue
        state = state or new_state(actor=actor, goal=goal)
        if _stays(state, goal, before.get(state.goal_id)):
            continue
        was = (state.status, state.mastered_on)
        if _follow(actor, goal, summary, state, today):
            changed.append(state)
            if was != (state.status, state.mastered_on):
                acts.append(_Act(goal, state, was[0]))
    store_states(changed)
    _account_for(actor, acts)
    return len(acts)


def store_states(states: Iterable[GoalState]) -> None:
    """Write these rows, whether they exist already or not."""
    GoalState.objects.bulk_create(
        states,
        update_conflicts=True,
        unique_fields=["organization", "lineage_id"],
        update_fields=STATE_FIELDS,
    )


def goal_states(*, actor: Actor, lineages: Collection[UUID]) -> dict[UUID, GoalState]:
    """How far goals are, by lineage; none for one that nothing happened to."""
    rows = GoalState.objects.filter(organization_id=actor.organization_id, lineage_id__in=lineages)
    return {row.lineage_id: row for row in rows}


def new_state(*, actor: Actor, goal: Goal) -> GoalState:
    """The state of a goal that has none yet, not saved: open."""
    return GoalState(
        organization_id=actor.organization_id,
        student_id=goal.student_id,
        goal=goal,
        lineage_id=goal.lineage_id,
    )


class _Act(NamedTuple):
    """A goal whose state followed its scores, and the status it had."""

    goal: Goal
    state: GoalState
    was: str


def _account_for(actor: Actor, acts: Sequence[_Act]) -> None:
    if not acts:
        return
    topics = Goal.topics_of([act.goal for act in acts])
    for verb, is_mastered in (("progress.goal.mastered", True), ("progress.goal.mastery_withdrawn", False)):
        mine = [act for act in acts if (act.state.mastered_on is not None) is is_mastered]
        values = [
            (goal, {"mastered_on": state.mastered_on, "status": state.status, "was": was})
            for goal, state, was in mine
        ]
        if values:
            audit_all(actor, verb, values, topics=lambda goal: topics[goal.id])


def _goals_before(
    actor: Actor, states: Collection[GoalState], goals: Mapping[UUID, Goal]
) -> Mapping[UUID, Goal]:
    """The goals that states set by a person were found for, of earlier IEPs too."""
    ids = {state.goal_id for state in states if state.is_by_hand} - goals.keys()
    return {**goals, **Goal.objects.visible_to(actor).in_bulk(ids)} if ids else goals


def _stays(state: GoalState, goal: Goal, before: Goal | None) -> bool:
    """Whether a person set the state, for a goal that asks the same."""
    return state.is_by_hand and (state.goal_id == goal.id or _asks_the_same(goal, before))


def _follow(actor: Actor, goal: Goal, summary: GoalSummary, state: GoalState, today: date) -> bool:
    """Let a state follow; says whether anything in it changed."""
    mastered = summary.mastered_on is not None
    wanted = _after_mastery(goal) if mastered else GoalState.Status.OPEN
    is_same = (state.status, state.mastered_on, state.goal_id) == (wanted, summary.mastered_on, goal.id)
    if is_same and not state._state.adding:
        return False
    state.goal = goal
    state.status, state.mastered_on = wanted, summary.mastered_on
    state.is_by_hand = False
    state.changed_on, state.changed_by_name, state.reason = today, actor.name[:120], ""
    return True


def _after_mastery(goal: Goal) -> GoalState.Status:
    """A goal with probes after mastery goes on with them, another closes."""
    return GoalState.Status.MAINTENANCE if goal.maintenance_days else GoalState.Status.MET


def _asks_the_same(goal: Goal, before: Goal | None) -> bool:
    return before is not None and all(
        getattr(before, name) == getattr(goal, name)
        for name in (
            "target_value",
            "direction",
            "scale",
            "mastery_by",
            "mastery_value",
            "mastery_hits",
            "mastery_of",
        )
    )


def rewrite(*, actor: Actor, goals: Sequence[Goal]) -> int:
    """Write summaries that differ from what the points say. Returns how many."""
    return store_changed(summaries_of(actor=actor, goals=goals))


def store_changed(summaries: Sequence[GoalSummary]) -> int:
    """Write those of these rows that are not stored already, or say something else. Returns how many."""
    goals = [summary.goal_id for summary in summaries]
    stored = GoalSummary.objects.filter(goal__in=goals).values_list("goal_id", *_SUMMARY_COLUMNS)
    known = {goal_id: values for goal_id, *values in stored}
    wrong = [
        summary
        for summary in summaries
        if known.get(summary.goal_id) != [getattr(summary, name) for name in _SUMMARY_COLUMNS]
    ]
    store(wrong)
    return len(wrong)


def _counting(points: Sequence[Counted], goal: Goal, numbers: Mapping[str, int]) -> list[Counted]:
    """The same choice as `queries.points_of`; `numbers` are those of the goals' IEPs."""
    own, since = str(goal.id), goal.baseline_on
    later = {goal_id for goal_id in {point.goal_id for point in points} if numbers[goal_id] > numbers[own]}
    return [
        point
        for point in points
        if (point.goal_id == own if point.is_baseline else point.measured_on >= since)
        and point.goal_id not in later
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


def verdict_of(summary: GoalSummary, quiet: date) -> str:
    """Status, rule and suggestion of a summary on a day, as a state keeps them; `quiet` is `quiet_on` of that day."""
    status = as_of(Status(summary.status), summary.last_on, quiet)
    if status is Status.NO_DATA:
        return QUIET_VERDICT
    return f"{status}:{summary.rule}:{summary.suggestion}"
