"""What the clock does for signing in."""

from celery import shared_task
from django.utils import timezone

from accounts.actors import software_actors
from accounts.sessions import sweep_sessions
from core.api import forget_keys
from core.limits import sweep_attempts


@shared_task(name="accounts.sweep")
def sweep() -> None:
    """Forget sessions that have ended, attempts that no longer count, and old idempotency keys.

    A second run changes nothing.
    """
    sweep_sessions()
    sweep_attempts()
    for actor in software_actors(name="Throughline"):
        forget_keys(organization_id=actor.organization_id, now=timezone.now())
