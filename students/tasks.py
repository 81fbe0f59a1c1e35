"""What follows from changes elsewhere. A second run of each only tells again."""

import logging
from uuid import UUID

from celery import shared_task

from accounts.actors import software_actors
from core.actor import Actor
from core.errors import SpedError
from core.queue import task
from core.tenant import organization
from students import mutations, queries

log = logging.getLogger("students.tasks")


@task(name="students.tell_of_school")
def tell_of_school(*, actor: Actor, record_id: str) -> None:
    """Tell the pages of a school's students that it was renamed, closed or opened."""
    with organization(actor.organization_id):
        mutations.tell_of_school(actor=actor, school_id=UUID(record_id))


@shared_task(name="students.move_due")
def move_due() -> None:
    """Carry out, district by district, the transfers and exits whose day has come there. Run every few minutes."""
    for actor in software_actors(name="Throughline"):
        move_waiting(actor=actor)


def move_waiting(*, actor: Actor) -> int:
    """Try each planned move of one district in a transaction of its own. Returns how many were tried with success.

    One that something keeps back goes on waiting. A second run changes nothing.
    """
    with organization(actor.organization_id):
        waiting = queries.moves_due(actor=actor)
    done = 0
    for student_id, move_id in waiting:
        try:
            with organization(actor.organization_id):
                mutations.complete_move(actor=actor, student_id=student_id, move_id=move_id)
        except SpedError as error:
            log.info("a move waits", extra={"move": str(move_id), "reason": error.code})
        else:
            done += 1
    return done
