"""Work on progress that follows news from below, and what the clock does at night."""

from datetime import date
from uuid import UUID

from celery import shared_task
from django.utils.timezone import now

from accounts.actors import actor_of_software, software_actors
from accounts.queries import organization_of
from core.actor import Actor, Kind
from core.queue import task
from core.tenant import organization
from progress import mutations

EVALUATOR = "Throughline"  # as the audit names it


@task(name="progress.summarise_iep")
def summarise_iep(*, actor: Actor, record_id: str) -> None:
    """An IEP has come into force: its goals go on with the points of those they continue. Twice changes nothing."""
    with organization(actor.organization_id):
        mutations.summarise_iep(actor=actor, iep_id=UUID(record_id))


@task(name="progress.follow_rule")
def follow_rule(*, actor: Actor, record_id: str) -> None:
    """The district has another decision rule: every goal is evaluated again. Twice changes nothing."""
    software = actor_of_software(
        kind=Kind.SYSTEM, organization_id=UUID(record_id), name=EVALUATOR, origin=actor.origin
    )
    evaluate_district(actor=software, today=software.today)


PARTS = 2  # as many workers as an installation has at the least; `sped/celery.py` runs each
NIGHT_HOUR = 2  # in the district's own time: nobody records then, and the new day has begun


@shared_task(name="progress.evaluate_due")
def evaluate_due(part: int = 0) -> None:
    """Look at a part of the goals of each district once a day, at night there.

    Run for each part every few minutes, so that workers share them; killed, it goes on.
    """
    for actor in software_actors(name=EVALUATOR):
        if _hour_of(actor) >= NIGHT_HOUR:
            evaluate_part(actor=actor, today=actor.today, part=part)


def evaluate_district(*, actor: Actor, today: date) -> int:
    """Look at the goals that were not looked at today. Returns how many verdicts changed."""
    return sum(evaluate_part(actor=actor, today=today, part=part) for part in range(PARTS))


def evaluate_part(*, actor: Actor, today: date, part: int) -> int:
    """Look at a part of them, batch by batch. Returns how many verdicts changed."""
    changed = 0
    while True:
        with organization(actor.organization_id):
            found = mutations.evaluate_batch(actor=actor, today=today, part=part, parts=PARTS)
        changed += found.changed
        if found.is_finished:
            return changed


def _hour_of(actor: Actor) -> int:
    with organization(actor.organization_id):
        return now().astimezone(organization_of(actor=actor).zone).hour
