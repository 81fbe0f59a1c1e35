"""Goals of a draft: add, change, order, take out."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import Invalid
from core.mutation import audit, mutation, require, unchanged
from core.registry import lent
from ieps.editing import check_person, locked_draft, touch
from ieps.models import LARGEST_SCORE, SMALLEST_SCORE, Goal, Iep, RemovedPart
from ieps.parts import add_part, next_goal_number, remove_part, update_part
from ieps.queries import visible_goal
from ieps.rules import may_write_goal

GOAL_FIELDS = (
    "domain",
    "title",
    "statement",
    "scale",
    "unit",
    "direction",
    "baseline_value",
    "baseline_on",
    "baseline_context",
    "target_value",
    "target_on",
    "accuracy",
    "conditions",
    "mastery_by",
    "mastery_value",
    "mastery_hits",
    "mastery_of",
    "mastery_counts",
    "mastery_window",
    "mastery_settings",
    "mastery_people",
    "maintenance_days",
    "probe_times",
    "probe_days",
    "benchmarks",
    "evaluation_method",
    "frequency",
    "responsible_id",
)


@mutation
def add_goal(*, actor: Actor, iep_id: UUID, values: Mapping[str, Any], today: date) -> Goal:
    """Add a measurable annual goal at the end of a draft's goals; `values` are those of `GOAL_FIELDS`.

    Source: 34 CFR 300.320(a)(2). Raises NotFound, NotAllowed, NotADraft, Invalid.
    """
    iep = locked_draft(actor=actor, iep_id=iep_id)
    goal = Goal(organization_id=actor.organization_id, iep=iep, student=iep.student)
    goal.number = next_goal_number(iep)
    goal.mastery_hits, goal.mastery_of = lent("progress.mastery_standard")(actor=actor)
    return add_part(
        actor=actor,
        iep=iep,
        part=goal,
        values=values,
        known=GOAL_FIELDS,
        check=lambda: _check_goal(actor, goal, today),
        verb="ieps.goal.added",
    )


@mutation
def update_goal(
    *,
    actor: Actor,
    goal_id: UUID,
    values: Mapping[str, Any],
    today: date,
    expected_version: int | None = None,
    read: Mapping[str, Any] | None = None,
) -> Goal:
    """Change columns of a draft's goal. `expected_version` is the goal's version when the writer read it, `read` its
    values then.

    Raises NotFound, NotAllowed, NotADraft, EditConflict (with both texts), Invalid.
    """
    require(actor, may_write_goal, goal := visible_goal(actor=actor, goal_id=goal_id))
    iep = locked_draft(actor=actor, iep_id=goal.iep_id)
    goal = visible_goal(actor=actor, goal_id=goal_id, lock=True)
    return update_part(
        actor=actor,
        iep=iep,
        part=goal,
        values=values,
        known=GOAL_FIELDS,
        check=lambda: _check_goal(actor, goal, today),
        verb="ieps.goal.changed",
        expected_version=expected_version,
        read=read,
    )


@mutation
def remove_goal(*, actor: Actor, goal_id: UUID) -> RemovedPart:
    """Take a goal out of a draft; `restore_part` puts it back.

    Raises NotFound, NotAllowed, NotADraft, HasMeasurements.
    """
    require(actor, may_write_goal, goal := visible_goal(actor=actor, goal_id=goal_id))
    iep = locked_draft(actor=actor, iep_id=goal.iep_id)
    goal = visible_goal(actor=actor, goal_id=goal_id, lock=True)
    removed = remove_part(
        actor=actor, iep=iep, part=goal, kind=RemovedPart.Kind.GOAL, verb="ieps.goal.removed"
    )
    _renumber(list(iep.goals.order_by("number")))
    return removed


@mutation
def reorder_goals(*, actor: Actor, iep_id: UUID, goal_ids: Sequence[UUID]) -> Iep:
    """Put a draft's goals in this order; all of them are named, once each.

    Raises NotFound, NotAllowed, NotADraft, Invalid.
    """
    iep = locked_draft(actor=actor, iep_id=iep_id)
    goals = {goal.id: goal for goal in iep.goals.all()}
    if len(goal_ids) != len(goals) or set(goal_ids) != set(goals):
        raise Invalid(_("Name every goal of the IEP once."))
    if not _renumber([goals[goal_id] for goal_id in goal_ids]):
        unchanged(actor)
        return iep
    touch(actor=actor, iep=iep)
    audit(actor, "ieps.goals.reordered", iep, order=list(goal_ids))
    return iep


@mutation
def move_goal(*, actor: Actor, goal_id: UUID, by: int) -> Iep:
    """Move a draft's goal up (`by` negative) or down among the others; at the end it stays.

    Raises NotFound, NotAllowed, NotADraft.
    """
    require(actor, may_write_goal, goal := visible_goal(actor=actor, goal_id=goal_id))
    iep = locked_draft(actor=actor, iep_id=goal.iep_id)
    order = list(iep.goals.order_by("number").values_list("id", flat=True))
    place = order.index(goal_id)
    order.insert(max(0, min(len(order) - 1, place + by)), order.pop(place))
    return reorder_goals(actor=actor, iep_id=iep.id, goal_ids=order)


def _renumber(goals: list[Goal]) -> bool:
    """Number goals from 1 in this order; the constraint is checked at the end of the transaction."""
    moved = []
    for number, goal in enumerate(goals, start=1):
        if goal.number != number:
            goal.number = number
            moved.append(goal)
    for goal in moved:
        goal.save(update_fields=["number"])
    return bool(moved)


def _check_goal(actor: Actor, goal: Goal, today: date) -> None:
    """Refuse a goal that could not be measured: values off the scale, a target that is not beyond the baseline."""
    found: dict[str, list[str]] = {}
    for name in ("baseline_value", "target_value", "mastery_value"):
        words = _off_the_scale(goal, getattr(goal, name))
        if words:
            found[name] = [words]
    if goal.baseline_on > today:
        found["baseline_on"] = [_("A baseline is measured before it is written down: not after today.")]
    if goal.target_on <= goal.baseline_on:
        found["target_on"] = [_("The goal is to be reached after the baseline was measured.")]
    if not found.get("target_value") and not _is_beyond(goal):
        found["target_value"] = [
            _("The target must be above the baseline.")
            if goal.direction == Goal.Direction.INCREASE
            else _("The target must be below the baseline.")
        ]
    if goal.mastery_hits > goal.mastery_of:
        found["mastery_hits"] = [_("So many of fewer cannot be met: at most %(n)s.") % {"n": goal.mastery_of}]
    if found:
        raise Invalid(fields=found)
    check_person(actor=actor, name="responsible_id", person_id=goal.responsible_id)


def _off_the_scale(goal: Goal, value: Decimal | None) -> str:
    """Words for a value that the scale does not have; empty for one that it has, and for none."""
    smallest, largest = SMALLEST_SCORE.get(goal.scale, Decimal(0)), LARGEST_SCORE.get(goal.scale)
    if value is None or (value >= smallest and (largest is None or value <= largest)):
        return ""
    if largest is None:
        return _("Enter a value of 0 or more.")
    return _("Enter a value from %(smallest)s to %(largest)s.") % {"smallest": smallest, "largest": largest}


def _is_beyond(goal: Goal) -> bool:
    """Whether the target asks for more than the baseline; a baseline that is yet to be measured asks for nothing."""
    if goal.baseline_value is None:
        return True
    if goal.direction == Goal.Direction.INCREASE:
        return goal.target_value > goal.baseline_value
    return goal.target_value < goal.baseline_value
