"""What happens outside requests for signing in: by the clock, and when a provider is tested."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from accounts import mutations, queries
from accounts.actors import software_actors
from accounts.mutations.sign_in import TEST
from accounts.providers import outcome_of_asking
from accounts.sessions import sweep_sessions
from core.actor import Actor
from core.api import forget_keys
from core.limits import sweep_attempts
from core.queue import task
from core.tenant import organization


@shared_task(name="accounts.sweep")
def sweep() -> None:
    """Forget sessions that have ended, attempts that no longer count, and old idempotency keys.

    A second run changes nothing.
    """
    sweep_sessions()
    sweep_attempts()
    for actor in software_actors(name="Throughline"):
        forget_keys(organization_id=actor.organization_id, now=timezone.now())


@task(name=TEST)
def test_provider(*, actor: Actor, record_id: str) -> None:
    """Ask the district's provider what it says of itself, and keep what came of it.

    A second run asks again and changes nothing when the answer is the same.
    """
    with organization(actor.organization_id):
        issuer = queries.identity_provider(actor=actor).issuer
    if not issuer:
        return
    outcome = outcome_of_asking(issuer)
    with organization(actor.organization_id):
        mutations.note_provider_test(
            actor=actor, provider_id=UUID(str(record_id)), issuer=issuer, outcome=outcome
        )
