"""What the clock does for signing in."""

from celery import shared_task

from accounts.sessions import sweep_sessions
from core.limits import sweep_attempts


@shared_task(name="accounts.sweep")
def sweep() -> None:
    """Forget sessions that have ended and attempts that no longer count. A second run changes nothing."""
    sweep_sessions()
    sweep_attempts()
