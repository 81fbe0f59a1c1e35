"""A decision taken back, while that is harmless."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.errors import Conflict
from core.mutation import audit, mutation, require
from progress.models import Decision, Phase
from progress.queries import is_harmless, opened_decision
from progress.rules import may_decide
from progress.summing import summarise_goals
from students.queries import refuse_archived


class DecisionStands(Conflict):
    """Something rests on the decision already, or it is somebody else's, or of another day."""

    code = "decision_stands"
    message = gettext_lazy(
        "This decision can no longer be taken back: it is not of today, or something rests on it. "
        "Decide anew instead."
    )


@mutation
def take_back_decision(*, actor: Actor, decision_id: UUID, today: date) -> Decision:
    """Take back one's own decision of today on which nothing rests; the phase that it began goes too.

    The audit keeps both acts. Raises NotFound, NotAllowed, Archived, DecisionStands.
    """
    decision = opened_decision(actor=actor, decision_id=decision_id)
    require(actor, may_decide, decision.goal)
    refuse_archived(actor=actor, student_id=decision.student_id)
    if not is_harmless(actor=actor, decision=decision, today=today):
        raise DecisionStands
    goal, phase = decision.goal, decision.phase
    audit(
        actor,
        "progress.decision.taken_back",
        decision,
        goal_id=goal.id,
        choice=decision.choice,
        decided_on=decision.decided_on,
        phase_id=phase.id if phase else None,
    )
    Decision.objects.filter(organization_id=actor.organization_id, id=decision.id).delete()
    if phase is not None:
        own = Phase.objects.filter(organization_id=actor.organization_id, lineage_id=decision.lineage_id)
        own.filter(ends_on=phase.starts_on).update(ends_on=phase.ends_on)
        own.filter(id=phase.id).delete()
    summarise_goals(actor=actor, goals=[goal], today=today)
    return decision
