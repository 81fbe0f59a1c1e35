"""What runs by the clock: approved IEPs take effect on their day."""

import logging

from celery import shared_task

from accounts.actors import software_actors
from core.actor import Actor
from core.errors import SpedError
from core.tenant import organization
from ieps import mutations, queries

log = logging.getLogger("ieps.tasks")


@shared_task(name="ieps.activate_due")
def activate_due() -> None:
    """Put into effect, district by district, the approved IEPs whose day has come there. Run every few minutes."""
    for actor in software_actors(name="Throughline"):
        activate_waiting(actor=actor)


def activate_waiting(*, actor: Actor) -> int:
    """Try each waiting IEP of one district in a transaction of its own. Returns how many took effect.

    One that something keeps back goes on waiting; its page says what. A second run changes nothing.
    """
    with organization(actor.organization_id):
        waiting = queries.ieps_waiting_for(actor=actor, today=actor.today)
    active = 0
    for iep_id in waiting:
        try:
            with organization(actor.organization_id):
                mutations.activate_iep(actor=actor, iep_id=iep_id, today=actor.today)
        except SpedError as error:
            log.info("an IEP waits", extra={"iep": str(iep_id), "reason": error.code})
        else:
            active += 1
    return active
