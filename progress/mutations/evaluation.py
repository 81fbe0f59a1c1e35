"""What the clock does with goals: every night each verdict is looked at anew, since a day without scores changes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, Sum
from django.utils.timezone import now

from accounts.models import Organization
from core.actor import Actor
from core.models import topic
from core.mutation import audit, audit_all, mutation, unchanged
from ieps.models import Goal, Iep
from progress.counting import Summed, summaries_of
from progress.models import EvaluationRun, GoalState
from progress.queries import goals_to_evaluate, quiet_days
from progress.summing import (
    USUAL_VERDICT,
    follow_mastery,
    goal_states,
    new_state,
    store_changed,
    store_states,
    verdict_of,
)

GOALS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluated:
    """What one batch came to."""

    goals: int
    changed: int
    is_finished: bool


@mutation
def evaluate_batch(
    *, actor: Actor, today: date, part: int = 0, parts: int = 1, limit: int = GOALS_AT_ONCE
) -> Evaluated:
    """Look at the next goals in force of a part of the district: decision rule, mastery, days without data.

    Each goal once a day. Summaries that are wrong are written anew. Each verdict that changed is audited, and the run
    once, when its last part ends.
    """
    mine = EvaluationRun.objects.filter(organization_id=actor.organization_id, on=today)
    EvaluationRun.objects.bulk_create(
        [EvaluationRun(organization_id=actor.organization_id, on=today, part=each) for each in range(parts)],
        ignore_conflicts=True,
    )
    unchanged(actor)  # each change accounts for itself
    run = mine.select_for_update(no_key=True).get(part=part)
    if run.finished_at is not None:
        return Evaluated(goals=0, changed=0, is_finished=True)
    goals = goals_to_evaluate(actor=actor, after=run.after, limit=limit, part=part, parts=parts)
    if not goals:
        _finish(actor, run)
        return Evaluated(goals=0, changed=0, is_finished=True)
    changed = _evaluate(actor, goals, today)
    run.after, run.goals, run.changed = goals[-1].id, run.goals + len(goals), run.changed + changed
    run.save(update_fields=["after", "goals", "changed"])
    return Evaluated(goals=len(goals), changed=changed, is_finished=False)


def _finish(actor: Actor, run: EvaluationRun) -> None:
    """End a part; whoever ends the last one writes down what all came to."""
    # Locked, so that one part ends after the other, and sees it.
    district = Organization.objects.select_for_update(no_key=True).get(id=actor.organization_id)
    run.finished_at = now()
    run.save(update_fields=["finished_at"])
    every = EvaluationRun.objects.filter(organization_id=actor.organization_id, on=run.on)
    found = every.aggregate(
        seen=Sum("goals"), others=Sum("changed"), unfinished=Count("id", filter=Q(finished_at=None))
    )
    if not found["unfinished"]:
        audit(
            actor,
            "progress.evaluation.finished",
            district,
            on=run.on,
            goals=found["seen"],
            changed=found["others"],
        )


@mutation
def evaluate_goal(*, actor: Actor, goal_id: UUID, today: date) -> int:
    """Look at one goal in force now, as the night does. Returns whether its verdict changed, 1 or 0."""
    goals = list(
        Goal.objects.visible_to(actor)
        .filter(id=goal_id, iep__status=Iep.Status.ACTIVE)
        .select_related("iep")
        .select_for_update(of=("self",), no_key=True)
    )
    unchanged(actor)
    return _evaluate(actor, goals, today)


def _evaluate(actor: Actor, goals: Sequence[Goal], today: date) -> int:
    wanted = summaries_of(actor=actor, goals=goals)
    rewritten = store_changed(actor=actor, summaries=wanted)
    states = goal_states(actor=actor, lineages={goal.lineage_id for goal in goals})
    follow_mastery(actor=actor, goals=goals, summaries=wanted, today=today, states=states)
    found = _other_verdicts(actor, goals, {row.goal_id: row for row in wanted}, states, today)
    _tell(actor, goals, found, rewritten)
    return len(found)


def _other_verdicts(
    actor: Actor,
    goals: Sequence[Goal],
    summaries: Mapping[UUID, Summed],
    states: Mapping[UUID, GoalState],
    today: date,
) -> list[tuple[Goal, dict[str, object]]]:
    """Write down the verdicts that are others than last time; the first one of a goal that is on track is no news."""
    schools = dict(
        Goal.objects.visible_to(actor)
        .filter(id__in=[goal.id for goal in goals])
        .values_list("id", "student__school_id")
    )
    quiet = quiet_days(actor=actor, today=today)
    changed: list[GoalState] = []
    acts: list[tuple[Goal, dict[str, object]]] = []
    for goal in goals:
        verdict = verdict_of(summaries[goal.id], quiet.at(schools[goal.id]))
        state = states.get(goal.lineage_id) or new_state(actor=actor, goal=goal)
        if state.verdict == verdict or (not state.verdict and verdict == USUAL_VERDICT):
            continue
        acts.append((goal, {"was": state.verdict, "verdict": verdict, "on": today}))
        state.verdict, state.verdict_on = verdict, today
        changed.append(state)
    store_states(changed)
    return acts


def _tell(
    actor: Actor, goals: Sequence[Goal], acts: list[tuple[Goal, dict[str, object]]], rewritten: set[UUID]
) -> None:
    """Pages of the goal and of its student hear of another verdict, and lists where the summary is another too.

    Lists look at summaries and at the day alone: where the summary says what it said, they show nothing else.
    """
    lists: Mapping[UUID, tuple[str, ...]] = (
        Goal.topics_of([goal for goal in goals if goal.id in rewritten]) if rewritten else {}
    )

    def topics(goal: Goal) -> tuple[str, ...]:
        return lists.get(goal.id) or (topic("goal", goal.id), topic("student", goal.student_id))

    audit_all(actor, "progress.goal.verdict_changed", acts, topics=topics)
    told = {goal.id for goal, _values in acts}
    silent: list[tuple[Goal, dict[str, object]]] = [
        (goal, {}) for goal in goals if goal.id in rewritten - told
    ]
    if silent:
        audit_all(actor, "progress.summary.rewritten", silent, topics=topics)
