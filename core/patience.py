"""How long one request waits in vain for the database, all its waits together (R65, F5).

Work is not counted, however long it takes: only waiting for a connection, a statement that nobody answered, and
attempts that came to nothing. One after the other, waits that are bounded each by itself would add up.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

LEAST_SECONDS = 0.05


@dataclass(slots=True)
class Patience:
    """What one request has left to wait, and whether the database has answered it."""

    budget: float
    most_unanswered: float = float("inf")  # of the budget, until the database has answered once
    spent: float = 0.0
    was_answered: bool = False
    _since: float | None = None

    @property
    def left(self) -> float:
        """Seconds, never none at all: a wait of no time could not even find what is there."""
        waits = 0.0 if self._since is None else time.monotonic() - self._since
        most = self.budget if self.was_answered else min(self.budget, self.most_unanswered)
        return max(LEAST_SECONDS, most - self.spent - waits)

    def waited(self, seconds: float) -> None:
        """Nobody answered for so long. Inside of `waiting` that is counted already."""
        if self._since is None:
            self.spent += seconds

    def came_to_nothing(self, seconds: float) -> None:
        """All that the request has done since it came, so long ago, was in vain."""
        self.spent = max(self.spent, seconds)

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Inside, nothing is done but wait: all of it counts, and once."""
        self._since = time.monotonic()
        try:
            yield
        finally:
            self.spent, self._since = self.spent + time.monotonic() - self._since, None


_of_request: ContextVar[Patience | None] = ContextVar("patience", default=None)


@contextmanager
def patient_for(seconds: float, *, most_unanswered: float = float("inf")) -> Iterator[Patience]:
    """Inside, whatever waits for the database shares so many seconds; fewer as long as it has answered nothing."""
    patience = Patience(seconds, most_unanswered)
    token = _of_request.set(patience)
    try:
        yield patience
    finally:
        _of_request.reset(token)


def patience_of_request() -> Patience | None:
    """That of the request in hand; None outside of requests."""
    return _of_request.get()
