"""How long a connection to PostgreSQL waits for a word, and how soon the pool looks whether a lost server is back."""

import time
from typing import Any, ClassVar

import psycopg
from psycopg import errors
from psycopg_pool.base import AttemptWithBackoff

from core.patience import patience_of_request

# The pool waits 1, 2, 4 … seconds between two looks and has no setting for it; a restart takes half a second, and who
# waits for 5 s must not miss its end by a second.
AttemptWithBackoff.INITIAL_DELAY, AttemptWithBackoff.DELAY_BACKOFF = 0.15, 1.1


class PatientConnection(psycopg.Connection[Any]):
    """A connection that gives up on a server that says nothing at all, not even that a statement took too long.

    A network that swallows what is sent would otherwise hold the thread for as long as the system pleases (R65, F5).
    """

    silence_seconds: ClassVar[float]

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """As psycopg waits, but never longer than a statement may take, nor than the request has left to wait."""
        patience, began = patience_of_request(), time.monotonic()
        most = self.silence_seconds if patience is None else min(self.silence_seconds, patience.left)
        try:
            return super().wait(gen, interval, most if timeout is None else timeout)
        except errors._WaitTimeout as error:
            if timeout is not None:
                raise
            if patience is not None:
                patience.waited(time.monotonic() - began)
            self.pgconn.finish()
            raise errors.OperationalError("the server has not answered") from error


def patient(statement_timeout_ms: int) -> type[PatientConnection]:
    """The kind of connection for a process whose statements have this limit."""
    seconds = silence_seconds(statement_timeout_ms)
    return type("PatientConnection", (PatientConnection,), {"silence_seconds": seconds})


def silence_seconds(statement_timeout_ms: int) -> float:
    """After how much silence a server is away, which would have said by now that a statement took too long."""
    return statement_timeout_ms / 1000 + 0.3
