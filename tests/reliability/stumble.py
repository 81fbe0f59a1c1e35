"""Relays that `kill -9` themselves in the middle of their work: `python -m tests.reliability.stumble <point>…`.

One process for each point, forked before anything is connected. A relay takes small batches, so that each finds some.
"""

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

import django

POINTS = ("claimed", "numbered", "published", "jobs written", "marked", "jobs offered", "worker woken")
BATCH = 20
RESEND_SECONDS = 3  # instead of 30, so that a test need not wait for it


def die(*_args: Any, **_kwargs: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def then_die(work: Callable[..., Any]) -> Callable[..., Any]:
    """Do it, if it does anything, then die."""

    def run(*args: Any, **kwargs: Any) -> Any:
        done = work(*args, **kwargs)
        if done:
            die()
        return done

    return run


def stumble(point: str) -> None:
    """Run a relay that dies at this point."""
    from django.core.management import call_command
    from django.db.models import QuerySet

    from core import outbox, queue
    from core.management.commands import relay

    queue.RESEND_SECONDS = RESEND_SECONDS
    relay.deliver = partial(outbox.deliver, limit=BATCH)
    relay.BATCH = BATCH
    if point == "claimed":
        outbox._claim = then_die(outbox._claim)
    elif point == "numbered":
        outbox._bump = then_die(outbox._bump)
    elif point == "published":
        outbox._mark_delivered = die
    elif point == "jobs written":
        QuerySet.bulk_create = then_die(QuerySet.bulk_create)
    elif point == "marked":
        outbox._mark_delivered = lambda events, mark=outbox._mark_delivered: (mark(events), die())
    elif point == "jobs offered":
        relay.due_jobs = then_die(partial(relay.due_jobs, limit=BATCH))
    elif point == "worker woken":
        usual = relay.run_job.apply_async
        relay.run_job.apply_async = lambda *args, **kwargs: (usual(*args, **kwargs), die())
    call_command("relay")


def main() -> None:
    """Fork one relay a point, and wait for the end of all."""
    django.setup()
    import core.management.commands.relay  # noqa: F401  # once, for all children

    children = []
    for point in sys.argv[1:]:
        child = os.fork()
        if child == 0:
            stumble(point)
            os._exit(0)
        children.append(child)
    ends = [os.waitpid(child, 0)[1] for child in children]
    sys.exit(0 if all(os.WTERMSIG(end) == signal.SIGKILL for end in ends) else f"some lived: {ends}")


if __name__ == "__main__":
    main()
