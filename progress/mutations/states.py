"""How far a goal is: closed, kept up with probes, opened again."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import Invalid
from core.mutation import audit, mutation, require, unchanged
from ieps.models import Goal, Iep
from progress.models import GoalState
from progress.mutations.course import GoalClosed
from progress.queries import opened_goal, state_of
from progress.rules import may_decide
from progress.summing import summarise_goals
from students.queries import refuse_archived


@mutation
def close_goal(*, actor: Actor, goal_id: UUID, reason: str, today: date) -> GoalState:
    """Say that a goal is met although no rule says so. Raises NotFound, NotAllowed, Archived, GoalClosed, Invalid."""
    return _set(actor, goal_id, GoalState.Status.MET, reason, today)


@mutation
def move_to_maintenance(*, actor: Actor, goal_id: UUID, reason: str, today: date) -> GoalState:
    """Go on with probes now and then for a goal that is mastered.

    Raises NotFound, NotAllowed, Archived, GoalClosed, Invalid.
    """
    return _set(actor, goal_id, GoalState.Status.MAINTENANCE, reason, today)


@mutation
def reopen_goal(*, actor: Actor, goal_id: UUID, reason: str, today: date) -> GoalState:
    """Work on a goal again; mastery is looked for in scores from today on.

    Raises NotFound, NotAllowed, Archived, GoalClosed, Invalid.
    """
    return _set(actor, goal_id, GoalState.Status.OPEN, reason, today)


def _decidable(actor: Actor, goal_id: UUID) -> Goal:
    goal, _access = opened_goal(actor=actor, goal_id=goal_id, lock=True)
    require(actor, may_decide, goal)
    refuse_archived(actor=actor, student_id=goal.student_id)
    if goal.iep.status != Iep.Status.ACTIVE:
        raise GoalClosed
    return goal


def _set(actor: Actor, goal_id: UUID, status: str, reason: str, today: date) -> GoalState:
    goal = _decidable(actor, goal_id)
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why, in a sentence that the family may read.")]})
    state = state_of(actor=actor, goal=goal) or GoalState(
        organization_id=actor.organization_id, student_id=goal.student_id, lineage_id=goal.lineage_id
    )
    was = state.status
    if not state._state.adding and was == status:
        unchanged(actor)
        return state
    is_open = status == GoalState.Status.OPEN
    state.goal = goal
    state.status = status
    state.is_by_hand = not is_open
    state.changed_on, state.changed_by_name, state.reason = today, actor.name[:120], reason.strip()
    if is_open:
        state.mastered_on, state.reopened_on = None, today
    elif state.mastered_on is None:
        state.mastered_on = today
    state.clean_fields(
        exclude=["organization", "student", "goal", "mastered_on", "reopened_on", "verdict_on"]
    )
    state.save()
    summarise_goals(actor=actor, goals=[goal], today=today)
    state.refresh_from_db()
    verb = "progress.goal.reopened" if is_open else "progress.goal.closed"
    audit(actor, verb, goal, status=status, was=was, mastered_on=state.mastered_on, has_reason=True)
    return state
