"""Work that follows news: a new IEP's goals go on with the points of those they continue."""

from __future__ import annotations

from core.mutation import audit, mutation
from core.tenant import organization
from ieps.models import Iep
from progress.models import GoalSummary
from tests.progress.conftest import TODAY, make_goal, make_iep, record


@mutation
def activate(*, actor, iep):
    """What `ieps` does on the day, as far as it matters here."""
    audit(actor, "ieps.iep.activated", iep)


def test_an_activated_iep_gets_the_summaries_of_its_goals(committed_cast, deliver):
    cast = committed_cast
    with organization(cast.district.id):
        goal = make_goal(make_iep(cast.student))
        record(cast.sam.actor, goal, 64)
        Iep.objects.filter(id=goal.iep_id).update(status=Iep.Status.SUPERSEDED)
        following = make_goal(
            make_iep(cast.student, number=2, effective_on=TODAY, meeting_on=TODAY), lineage_id=goal.lineage_id
        )
        activate(actor=cast.casey.actor, iep=following.iep)

    deliver()

    with organization(cast.district.id):
        assert GoalSummary.objects.get(goal=following).current_value == 64
