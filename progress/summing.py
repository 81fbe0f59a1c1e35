"""The summaries of goals, written in the transaction of every change to what they rest on; and mastery, which follows.

What calls here accounts for its change; mastery accounts for itself. `rebuild_summaries` makes the same rows from
nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import TextField
from django.db.models.functions import Cast

from core.actor import Actor
from core.mutation import audit_all
from ieps.models import Goal, Iep
from progress.arithmetic import Rule, Status, Suggestion, as_of
from progress.counting import Summed, summaries_of
from progress.models import GoalState, GoalSummary
from progress.queries import goals_that_count

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
_STORED = ["points_as_text" if name == "rule_points" else name for name in Summed._fields]
QUIET_VERDICT = f"{Status.NO_DATA}:{Rule.QUIET}:{Suggestion.MEASURE}"

USUAL_VERDICT = f"{Status.ON_TRACK}:{Rule.NONE}:{Suggestion.CONTINUE}"


def summarise_goals(*, actor: Actor, goals: Sequence[Goal], today: date) -> None:
    """Write the summaries anew for which the points of these goals count, and let mastery follow.

    The goals have their IEP.
    """
    counting = goals_that_count(actor=actor, goals=goals)
    found = summaries_of(actor=actor, goals=counting)
    store(actor=actor, summaries=found)
    follow_mastery(actor=actor, goals=counting, summaries=found, today=today)


def store(*, actor: Actor, summaries: Iterable[Summed]) -> None:
    """Write these rows, whether they exist already or not."""
    rows = [
        GoalSummary(
            organization_id=actor.organization_id,
            **{**found._asdict(), "rule_points": [UUID(each) for each in found.rule_points]},
        )
        for found in summaries
    ]
    GoalSummary.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["goal"], update_fields=SUMMARY_FIELDS
    )


def follow_mastery(
    *,
    actor: Actor,
    goals: Sequence[Goal],
    summaries: Sequence[Summed],
    today: date,
    states: dict[UUID, GoalState] | None = None,
) -> int:
    """Let the state of goals in force follow from their summaries, each change accounted for. Returns how many.

    What a person set stays. The date of mastery is that of the score with which the rule was met. `states` are those
    of the goals where they are known already; new ones are added there.
    """
    in_force = {goal.id: goal for goal in goals if goal.iep.status == Iep.Status.ACTIVE}
    found = {row.goal_id: row for row in summaries if row.goal_id in in_force}
    if states is None:
        states = goal_states(actor=actor, lineages=[goal.lineage_id for goal in in_force.values()])
    before = _goals_before(actor, states.values(), in_force)
    changed: list[GoalState] = []
    acts: list[_Act] = []
    for goal_id, summary in sorted(found.items()):
        goal = in_force[goal_id]
        state = states.get(goal.lineage_id)
        if state is None and summary.mastered_on is None:
            continue
        state = states.setdefault(goal.lineage_id, state or new_state(actor=actor, goal=goal))
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


def _follow(actor: Actor, goal: Goal, summary: Summed, state: GoalState, today: date) -> bool:
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


def verdict_of(summary: Summed, quiet: date) -> str:
    """Status, rule and suggestion of a summary on a day, as a state keeps them; `quiet` is `quiet_on` of that day."""
    status = as_of(Status(summary.status), summary.last_on, quiet)
    if status is Status.NO_DATA:
        return QUIET_VERDICT
    return f"{status}:{summary.rule}:{summary.suggestion}"


def rewrite(*, actor: Actor, goals: Sequence[Goal]) -> int:
    """Write summaries that differ from what the points say. Returns how many."""
    return len(store_changed(actor=actor, summaries=summaries_of(actor=actor, goals=goals)))


def store_changed(*, actor: Actor, summaries: Sequence[Summed]) -> set[UUID]:
    """Write those of these rows that are not stored already, or say something else. Returns the goals of these."""
    rows = GoalSummary.objects.filter(goal__in=[summary.goal_id for summary in summaries])
    made = rows.annotate(points_as_text=Cast("rule_points", ArrayField(TextField())))
    known: dict[UUID, tuple[Any, ...]] = {stored[0]: stored for stored in made.values_list(*_STORED)}
    wrong = [summary for summary in summaries if known.get(summary.goal_id) != summary]
    store(actor=actor, summaries=wrong)
    return {summary.goal_id for summary in wrong}
