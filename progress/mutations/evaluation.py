"""What the clock does with goals: every night each verdict is looked at anew, since a day without scores changes it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.timezone import now

from accounts.queries import organization_of
from core.actor import Actor
from core.models import topic
from core.mutation import audit, audit_all, mutation, unchanged
from ieps.models import Goal, Iep
from progress.models import EvaluationRun, GoalState, GoalSummary
from progress.queries import goals_to_evaluate, quiet_days
from progress.summing import (
    USUAL_VERDICT,
    follow_mastery,
    goal_states,
    new_state,
    store_changed,
    store_states,
    summaries_of,
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
def evaluate_batch(*, actor: Actor, today: date, limit: int = GOALS_AT_ONCE) -> Evaluated:
    """Look at the next goals in force of the district: decision rule, mastery, days without data. Once a day each.

    Summaries that are wrong are written anew. Each verdict that changed is audited, and the run once, at its end.
    """
    EvaluationRun.objects.bulk_create(
        [EvaluationRun(organization_id=actor.organization_id, on=today)], ignore_conflicts=True
    )
    runs = EvaluationRun.objects.select_for_update(no_key=True)
    run = runs.get(organization_id=actor.organization_id, on=today)
    unchanged(actor)  # each change accounts for itself
    if run.finished_at is not None:
        return Evaluated(goals=0, changed=0, is_finished=True)
    goals = goals_to_evaluate(actor=actor, after=run.after, limit=limit)
    if not goals:
        run.finished_at = now()
        run.save(update_fields=["finished_at"])
        district = organization_of(actor=actor)
        audit(actor, "progress.evaluation.finished", district, on=today, goals=run.goals, changed=run.changed)
        return Evaluated(goals=0, changed=0, is_finished=True)
    changed = _evaluate(actor, goals, today)
    run.after, run.goals, run.changed = goals[-1].id, run.goals + len(goals), run.changed + changed
    run.save(update_fields=["after", "goals", "changed"])
    return Evaluated(goals=len(goals), changed=changed, is_finished=False)


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
    store_changed(wanted)
    follow_mastery(actor=actor, goals=goals, summaries=wanted, today=today)
    return _keep_verdicts(actor, goals, wanted, today)


def _keep_verdicts(actor: Actor, goals: Sequence[Goal], summaries: Sequence[GoalSummary], today: date) -> int:
    """Write down the verdicts that are others than last time; the first one of a goal that is on track is no news."""
    schools = dict(
        Goal.objects.visible_to(actor)
        .filter(id__in=[goal.id for goal in goals])
        .values_list("id", "student__school_id")
    )
    quiet = quiet_days(actor=actor, today=today)
    states = goal_states(actor=actor, lineages={goal.lineage_id for goal in goals})
    by_goal = {row.goal_id: row for row in summaries}
    changed: list[GoalState] = []
    acts: list[tuple[Goal, dict[str, object]]] = []
    for goal in goals:
        verdict = verdict_of(by_goal[goal.id], quiet.at(schools[goal.id]))
        state = states.get(goal.lineage_id) or new_state(actor=actor, goal=goal)
        if state.verdict == verdict or (not state.verdict and verdict == USUAL_VERDICT):
            continue
        acts.append((goal, {"was": state.verdict, "verdict": verdict, "on": today}))
        state.verdict, state.verdict_on = verdict, today
        changed.append(state)
    store_states(changed)
    audit_all(actor, "progress.goal.verdict_changed", acts, topics=_topics)
    return len(changed)


def _topics(goal: Goal) -> tuple[str, ...]:
    """Pages of the goal and of its student; lists look at summaries, which say nothing else than before."""
    return (topic("goal", goal.id), topic("student", goal.student_id))
