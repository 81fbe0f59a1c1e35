"""What is done for texts beside the typing: their earlier stages are kept, their sittings go into the audit, and what a

killed process left is stored whole.
"""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from accounts.actors import software_actors
from coediting import mutations, queries
from coediting.keeping import SNAPSHOT
from core.actor import Actor
from core.queue import task
from core.tenant import organization


@task(name=SNAPSHOT)
def snapshot(*, actor: Actor, text_id: UUID) -> None:
    """Keep the stages of a text that are due, each in a transaction of its own: a second run keeps what is missing."""
    is_due = True
    while is_due:
        with organization(actor.organization_id):
            is_due = mutations.take_snapshot(actor=actor, text_id=text_id)


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
