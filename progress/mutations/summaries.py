"""Summaries for goals that come into force, and made anew from nothing."""

from collections.abc import Sequence
from uuid import UUID

from accounts.models import Organization
from core.actor import Actor
from core.mutation import audit, mutation, unchanged
from ieps.models import Goal, Iep
from progress.counting import summaries_of
from progress.summing import follow_mastery, rewrite, store_changed


@mutation
def summarise_iep(*, actor: Actor, iep_id: UUID) -> int:
    """Give the goals of an IEP that has come into force their summaries. Returns how many rows changed."""
    goals = list(
        Goal.objects.visible_to(actor)
        .filter(iep_id=iep_id, iep__status=Iep.Status.ACTIVE)
        .select_related("student", "iep")
    )
    found = summaries_of(actor=actor, goals=goals)
    changed = len(store_changed(actor=actor, summaries=found))
    followed = follow_mastery(actor=actor, goals=goals, summaries=found, today=actor.today)
    if not changed:
        if not followed:
            unchanged(actor)
        return 0
    audit(actor, "progress.summaries.rebuilt", goals[0].iep, goals=changed)
    return changed


@mutation
def rebuild_summaries(*, actor: Actor, goal_ids: Sequence[UUID]) -> int:
    """Compute the summaries of some goals anew from their points. Returns how many rows were wrong or missing."""
    goals = list(Goal.objects.visible_to(actor).filter(id__in=goal_ids))
    changed = rewrite(actor=actor, goals=goals)
    if not changed:
        unchanged(actor)
        return 0
    organization = Organization.objects.get(id=actor.organization_id)
    audit(actor, "progress.summaries.rebuilt", organization, goals=changed)
    return changed
