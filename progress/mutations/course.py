"""What is tried for a goal and what is decided on its data."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor, Kind
from core.dates import day_in_record
from core.errors import Conflict, Invalid
from core.mutation import audit, mutation, require, unchanged
from ieps.models import Goal, Iep
from ieps.mutations import propose_amendment
from progress.models import Decision, GoalSummary, Phase
from progress.queries import opened_goal, opened_phase, phases_of
from progress.rules import may_decide
from progress.summing import summarise_goals
from students.queries import refuse_archived


class PhaseThere(Conflict):
    """A phase of this goal begins on that day already."""

    code = "phase_there"
    message = gettext_lazy("A change of instruction is marked on this day already.")


class GoalClosed(Conflict):
    """Nothing is decided for a goal of a draft or of a past IEP."""

    code = "goal_not_in_force"
    message = gettext_lazy("Only goals of the IEP in force are decided on.")


@mutation
def start_phase(
    *,
    actor: Actor,
    goal_id: UUID,
    starts_on: date,
    label: str,
    today: date,
    detail: str = "",
    reason: str = "",
) -> Phase:
    """Mark a change of instruction: from this day on scores belong to a new phase. The one before it ends.

    Raises NotFound, NotAllowed, Archived, GoalClosed, PhaseThere, Invalid.
    """
    goal = _decidable(actor, goal_id)
    phase = _new_phase(
        actor, goal, starts_on=starts_on, label=label, today=today, detail=detail, reason=reason
    )
    summarise_goals(actor=actor, goals=[goal], today=today)
    audit(actor, "progress.phase.started", phase, goal_id=goal.id, starts_on=starts_on)
    return phase


@mutation
def rename_phase(
    *, actor: Actor, phase_id: UUID, label: str, detail: str = "", reason: str | None = None
) -> Phase:
    """Say otherwise what is tried; its days stay. Raises NotFound, NotAllowed, Archived, Invalid."""
    phase = opened_phase(actor=actor, phase_id=phase_id)
    _require_decider(actor, phase.goal)
    wanted = {"label": label.strip(), "detail": detail.strip()}
    if reason is not None:
        wanted["reason"] = reason.strip()
    changed = [name for name, value in wanted.items() if getattr(phase, name) != value]
    if not changed:
        unchanged(actor)
        return phase
    for name in changed:
        setattr(phase, name, wanted[name])
    phase.clean_fields(exclude=["organization", "student", "goal"])
    phase.save(update_fields=changed)
    audit(actor, "progress.phase.renamed", phase, goal_id=phase.goal_id, fields=changed)
    return phase


@mutation
def end_phase(*, actor: Actor, phase_id: UUID, ends_on: date, today: date) -> Phase:
    """End what was tried; `ends_on` is the first day without it. Raises NotFound, NotAllowed, Archived, Invalid."""
    phase = opened_phase(actor=actor, phase_id=phase_id)
    _require_decider(actor, phase.goal)
    if phase.ends_on == ends_on:
        unchanged(actor)
        return phase
    if ends_on <= phase.starts_on:
        text = _("Choose a date after %(day)s, when it began.") % {"day": day_in_record(phase.starts_on)}
        raise Invalid(fields={"ends_on": [text]})
    later = [row for row in phases_of(actor=actor, goal=phase.goal) if row.starts_on > phase.starts_on]
    if later and ends_on > later[0].starts_on:
        text = _("Choose a date up to %(day)s, when the next change begins.")
        raise Invalid(fields={"ends_on": [text % {"day": day_in_record(later[0].starts_on)}]})
    phase.ends_on = ends_on
    phase.save(update_fields=["ends_on"])
    summarise_goals(actor=actor, goals=[phase.goal], today=today)
    audit(actor, "progress.phase.ended", phase, goal_id=phase.goal_id, ends_on=ends_on)
    return phase


@mutation
def decide(
    *,
    actor: Actor,
    goal_id: UUID,
    choice: str,
    reason: str,
    today: date,
    phase_label: str = "",
    phase_detail: str = "",
    phase_starts_on: date | None = None,
    target: Decimal | None = None,
    target_on: date | None = None,
) -> Decision:
    """Decide on a goal: keep going, change instruction (a phase begins), or propose another target.

    A proposal opens an amendment of the IEP in force, never an edit of it. The decision keeps which rule asked for it,
    on which points. Source: 34 CFR 300.324(a)(4), (b)(1)(ii)(A).
    Raises NotFound, NotAllowed, Archived, GoalClosed, PhaseThere, Invalid, and what `propose_amendment` raises.
    """
    goal = _decidable(actor, goal_id)
    if choice not in Decision.Choice.values:
        raise Invalid(fields={"choice": [_("Choose what is decided.")]})
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why, in a sentence that the family may read.")]})
    summary = GoalSummary.objects.filter(organization_id=actor.organization_id, goal=goal).first()
    decision = Decision(
        organization_id=actor.organization_id,
        student_id=goal.student_id,
        goal=goal,
        lineage_id=goal.lineage_id,
        choice=choice,
        reason=reason.strip(),
        decided_on=today,
        decided_by_id=actor.person_id if actor.kind is Kind.PERSON else None,
        decided_by_name=actor.name[:120],
        rule=summary.rule if summary else "",
        suggestion=summary.suggestion if summary else "",
        points=list(summary.rule_points) if summary else [],
    )
    if choice == Decision.Choice.CHANGE:
        decision.phase = _new_phase(
            actor,
            goal,
            starts_on=phase_starts_on or today,
            label=phase_label,
            today=today,
            detail=phase_detail,
            reason=reason,
        )
    elif choice in {Decision.Choice.RAISE, Decision.Choice.LOWER}:
        _propose(actor, goal, decision, target=target, target_on=target_on, today=today)
    decision.clean_fields(
        exclude=["organization", "student", "goal", "decided_by", "phase", "points", "amendment_id"]
    )
    decision.save(force_insert=True)
    summarise_goals(actor=actor, goals=[goal], today=today)
    audit(
        actor,
        "progress.goal.decided",
        decision,
        goal_id=goal.id,
        choice=choice,
        rule=decision.rule,
        points=len(decision.points),
        proposed_target=decision.proposed_target,
        amendment_id=decision.amendment_id,
    )
    return decision


def _decidable(actor: Actor, goal_id: UUID) -> Goal:
    goal, _access = opened_goal(actor=actor, goal_id=goal_id, lock=True)
    _require_decider(actor, goal)
    if goal.iep.status != Iep.Status.ACTIVE:
        raise GoalClosed
    return goal


def _require_decider(actor: Actor, goal: Goal) -> None:
    require(actor, may_decide, goal)
    refuse_archived(actor=actor, student_id=goal.student_id)


def _new_phase(
    actor: Actor, goal: Goal, *, starts_on: date, label: str, today: date, detail: str, reason: str
) -> Phase:
    found: dict[str, Sequence[str]] = {}
    if not label.strip():
        found["label"] = [_("Say what is tried now, in a few words.")]
    if starts_on < goal.baseline_on:
        text = _("Choose a date on or after %(day)s: this goal starts with the baseline of that day.")
        found["starts_on"] = [text % {"day": day_in_record(goal.baseline_on)}]
    if starts_on > goal.target_on:
        found["starts_on"] = [_("Choose a date before the goal is to be reached.")]
    if found:
        raise Invalid(fields=found)
    others = phases_of(actor=actor, goal=goal)
    if any(other.starts_on == starts_on for other in others):
        raise PhaseThere
    before = next((other for other in reversed(others) if other.starts_on < starts_on), None)
    after = next((other for other in others if other.starts_on > starts_on), None)
    if before is not None and (before.ends_on is None or before.ends_on > starts_on):
        before.ends_on = starts_on
        before.save(update_fields=["ends_on"])
    phase = Phase(
        organization_id=actor.organization_id,
        student_id=goal.student_id,
        goal=goal,
        lineage_id=goal.lineage_id,
        label=label.strip(),
        detail=detail.strip(),
        reason=reason.strip()[:500],
        starts_on=starts_on,
        ends_on=after.starts_on if after else None,
        started_by_name=actor.name[:120],
    )
    phase.clean_fields(exclude=["organization", "student", "goal"])
    phase.save(force_insert=True)
    return phase


def _propose(
    actor: Actor,
    goal: Goal,
    decision: Decision,
    *,
    target: Decimal | None,
    target_on: date | None,
    today: date,
) -> None:
    if target is None or not target.is_finite():
        raise Invalid(fields={"target": [_("Enter the target that is proposed.")]})
    is_more = target > goal.target_value
    toward = is_more == (goal.direction == Goal.Direction.INCREASE)
    if target == goal.target_value or toward is not (decision.choice == Decision.Choice.RAISE):
        text = (
            _("A raised goal asks for more than %(target)s.")
            if decision.choice == Decision.Choice.RAISE
            else _("A lowered goal asks for less than %(target)s.")
        )
        raise Invalid(fields={"target": [text % {"target": f"{goal.target_value.normalize():f}"}]})
    decision.proposed_target, decision.proposed_target_on = target, target_on
    change: dict[str, Any] = {"goal_id": goal.id, "target_value": target}
    if target_on is not None:
        change["target_on"] = target_on
    amendment = propose_amendment(
        actor=actor, iep_id=goal.iep_id, reason=decision.reason, today=today, goal_change=change
    )
    decision.amendment_id = amendment.id
