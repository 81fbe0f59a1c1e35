"""Tasks of the tests, and the application's own made slow enough to be killed in the middle. Workers include this."""

import os
import signal
import time
from typing import Any

from core.queue import TASKS, task
from notifications import tasks as _named  # noqa: F401  # names the task that is slowed down

SHORT_LEASE_SECONDS = 2
SLOW_SECONDS = float(os.environ.get("SLOW_SECONDS", "0"))


class Broken(Exception):
    """What a task of the tests fails with. Its words must not be kept."""


@task(name="tests.fail")
def fail(*, actor: Any, record_id: str) -> None:
    """Fail, each time."""
    raise Broken("Zanzibarq was late again")


@task(name="tests.kill", lease_seconds=1)
def kill(*, actor: Any, record_id: str) -> None:
    """Kill the worker, each time."""
    os.kill(os.getpid(), signal.SIGKILL)


def slow(name: str) -> None:
    """Let a task of the application wait before and after its work, on a short lease."""
    usual = TASKS[name]

    def run(**kwargs: Any) -> None:
        time.sleep(SLOW_SECONDS)
        usual(**kwargs)
        time.sleep(SLOW_SECONDS)

    run.lease_seconds = SHORT_LEASE_SECONDS  # type: ignore[attr-defined]
    TASKS[name] = run


if SLOW_SECONDS:
    slow("notifications.invite")
