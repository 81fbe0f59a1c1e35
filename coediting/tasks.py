"""What is done for texts by the clock: the lines of the audit, and what a killed process left to be stored whole."""

from celery import shared_task
from django.utils import timezone

from accounts.actors import software_actors
from coediting import mutations, queries
from core.tenant import organization


@shared_task(name="coediting.sweep")
def sweep() -> None:
    """Write down the sittings that are over, and store whole the texts whose owner was killed before it could.

    Run by the clock. A second run changes nothing.
    """
    for actor in software_actors(name="Throughline"):
        with organization(actor.organization_id):
            waiting = queries.written_on(actor=actor)
        for text_id in waiting:
            with organization(actor.organization_id):
                mutations.catch_up(actor=actor, text_id=text_id)
            with organization(actor.organization_id):
                mutations.write_down_sittings(actor=actor, text_id=text_id, now=timezone.now())
