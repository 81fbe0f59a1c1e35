"""Work on progress that follows news from below, and what the clock does at night."""

from datetime import date
from uuid import UUID

from celery import shared_task
from django.utils.timezone import now

from accounts.actors import software_actors
from accounts.queries import organization_of
from core.actor import Actor
from core.queue import task
from core.tenant import organization
from progress import mutations


@task(name="progress.summarise_iep")
def summarise_iep(*, actor: Actor, record_id: str) -> None:
    """An IEP has come into force: its goals go on with the points of those they continue. Twice changes nothing."""
    with organization(actor.organization_id):
        mutations.summarise_iep(actor=actor, iep_id=UUID(record_id))


NIGHT_HOUR = 2  # in the district's own time: nobody records then, and the new day has begun


@shared_task(name="progress.evaluate_due")
def evaluate_due() -> None:
    """Look at every goal of each district once a day, at night there. Run every few minutes; killed, it goes on."""
    for actor in software_actors(name="Throughline"):
        if _hour_of(actor) >= NIGHT_HOUR:
            evaluate_district(actor=actor, today=actor.today)


def evaluate_district(*, actor: Actor, today: date) -> int:
    """Look at the goals that were not looked at today, batch by batch. Returns how many verdicts changed."""
    changed = 0
    while True:
        with organization(actor.organization_id):
            found = mutations.evaluate_batch(actor=actor, today=today)
        changed += found.changed
        if found.is_finished:
            return changed


def _hour_of(actor: Actor) -> int:
    with organization(actor.organization_id):
        return now().astimezone(organization_of(actor=actor).zone).hour
