"""What the pages need on which somebody acts on a goal, one of its scores or its phases."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.actor import Actor
from core.errors import NotAllowed
from ieps.models import Goal
from progress.models import GoalState
from progress.queries.course import opened_phase, state_of
from progress.queries.points import RecordContext, context_of, opened_goal, opened_point
from progress.rules import may_decide


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalAct:
    """A goal that somebody decides on."""

    goal: RecordContext
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointAct:
    """A score that is left out, or counted again."""

    goal: RecordContext
    value: Decimal
    measured_on: date
    is_excluded: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseAct:
    """A phase that is named otherwise or ended."""

    goal: RecordContext
    label: str
    detail: str
    ends_on: date | None


def goal_act(*, actor: Actor, goal_id: UUID) -> GoalAct:
    """A goal for whoever decides on it. Raises NotFound, NotAllowed."""
    goal, _access = opened_goal(actor=actor, goal_id=goal_id)
    _require(actor, goal)
    state = state_of(actor=actor, goal=goal)
    return GoalAct(goal=context_of(goal), state=state.status if state else GoalState.Status.OPEN.value)


def point_act(*, actor: Actor, point_id: UUID) -> PointAct:
    """A score for whoever decides on its goal. Raises NotFound, NotAllowed."""
    point = opened_point(actor=actor, point_id=point_id)
    _require(actor, point.goal)
    return PointAct(
        goal=context_of(point.goal),
        value=point.value,
        measured_on=point.measured_on,
        is_excluded=point.excluded_at is not None,
        reason=point.exclude_reason,
    )


def phase_act(*, actor: Actor, phase_id: UUID) -> PhaseAct:
    """A phase for whoever decides on its goal. Raises NotFound, NotAllowed."""
    phase = opened_phase(actor=actor, phase_id=phase_id)
    _require(actor, phase.goal)
    return PhaseAct(
        goal=context_of(phase.goal), label=phase.label, detail=phase.detail, ends_on=phase.ends_on
    )


def _require(actor: Actor, goal: Goal) -> None:
    if not may_decide(actor, goal):
        raise NotAllowed
