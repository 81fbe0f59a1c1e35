"""Try a request again when the database lost its transaction through nobody's fault, and say at once when it is away.

Two transactions that wait for each other, or a server that restarts under a request, end in an error after which
nothing has happened: the request is repeated as it came (R65). What may have happened is repeated only when repeating
it does nothing twice: a reading request, or one with an `Idempotency-Key`. Once a request has waited in vain, others
are told so without waiting, but one each second, which finds out whether the database is back.
"""

import copy
import io
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from core.errors import SpedError
from core.middleware import Collision, Unavailable, error_response
from core.patience import Patience, patient_for
from core.tenant import noting_commits

GetResponse = Callable[[HttpRequest], HttpResponse]
READING = {"GET", "HEAD", "OPTIONS"}
IN_ONE_TRANSACTION = ("/d/", "/api/v1/")
HEALTH = {"/livez", "/readyz", "/metrics"}
MOST_COLLISIONS = 3
MOST_ABSENCES = 2
LEAST_SECONDS = 0.5  # with less to wait, an attempt is not worth its beginning
LONG_SECONDS = 2.0  # who has waited this long in vain has found out that the database is away
PROBE_SECONDS = 1.0
PROBE_PATIENCE = 3.0


@dataclass
class Absence:
    """Whether the database is known to be away. One in each process."""

    is_known: bool = False
    next_probe: float = 0.0

    def tells_to_go(self, waited: float = 0.0) -> bool:
        """Whether a request need not even try. One a second may, if it has not `waited` for its turn already."""
        now = time.monotonic()
        if not self.is_known:
            return False
        if now < self.next_probe or waited > PROBE_SECONDS:
            return True
        self.next_probe = now + PROBE_SECONDS
        return False

    def note(self, response: HttpResponse, patience: Patience) -> None:
        """Learn from an answer: waiting in vain is what others are spared, until the database has answered one."""
        if not isinstance(refusal_of(response), Unavailable):
            self.is_known = self.is_known and not patience.was_answered
        elif patience.spent > LONG_SECONDS:
            self.is_known, self.next_probe = True, time.monotonic() + PROBE_SECONDS


absence = Absence()


@dataclass
class Tries:
    """How often one request was tried, and whether it may be once more."""

    is_repeatable: bool
    patience: Patience
    began: float = field(default_factory=time.monotonic)
    collisions: int = 0
    absences: int = 0
    commits: list[bool] = field(default_factory=list)
    is_granted: bool = False

    def allow(self, request: HttpRequest, error: SpedError | None) -> bool:
        """Whether to begin anew after this error. Once said, it stays so: no page of the error was made."""
        self.is_granted = self.is_granted or self._may(request, error)
        return self.is_granted

    def _may(self, request: HttpRequest, error: SpedError | None) -> bool:
        if not self.is_repeatable:
            return False
        if self.commits and request.method not in READING and "Idempotency-Key" not in request.headers:
            return False
        if isinstance(error, Collision):
            return self.collisions < MOST_COLLISIONS
        if not isinstance(error, Unavailable) or self.absences >= MOST_ABSENCES:
            return False
        self.patience.came_to_nothing(time.monotonic() - self.began)
        return self.patience.left >= LEAST_SECONDS

    def count(self, error: SpedError | None) -> None:
        """Wait a little, not as long as whoever collided with this one."""
        if isinstance(error, Collision):
            self.collisions += 1
            time.sleep(random.uniform(0.01, 0.05) * self.collisions)  # noqa: S311  # keeps two apart, guards nothing
        else:
            self.absences += 1
            time.sleep(0.05)
        self.commits.clear()
        self.is_granted = False


class AgainMiddleware:
    """Repeat what the database lost. Each attempt gets the request as it came."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in HEALTH:
            return self.get_response(request)
        if absence.tells_to_go(getattr(request, "waited_seconds", 0.0)):
            return error_response(request, Unavailable())
        most = PROBE_PATIENCE if absence.is_known else settings.SECONDS_IN_VAIN
        with patient_for(settings.SECONDS_IN_VAIN, most_unanswered=most) as patience:
            response = self._answer(request, patience)
        absence.note(response, patience)
        return response

    def _answer(self, request: HttpRequest, patience: Patience) -> HttpResponse:
        tries = Tries(is_repeatable=can_be_repeated(request), patience=patience)
        while True:
            attempt = copy_of(request)
            attempt.tries = tries  # type: ignore[attr-defined]  # asked by `ErrorMiddleware`
            with noting_commits(tries.commits):
                response = self.get_response(attempt)
            error = refusal_of(response)
            if error is None or not tries.allow(attempt, error):
                break
            response.close()
            tries.count(error)
        request.__dict__.update(attempt.__dict__)
        return response


def refusal_of(response: HttpResponse) -> SpedError | None:
    """What an answer refuses with, if it does."""
    error = getattr(response, "sped_error", None) or getattr(response, "refusal", None)
    return error if isinstance(error, SpedError) else None


def can_be_repeated(request: HttpRequest) -> bool:
    """Whether the whole request is at hand, and all that it changes is one transaction. Keeps its body."""
    if request.method in READING:
        return True
    if not request.path_info.startswith(IN_ONE_TRANSACTION):
        return False
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
        return False
    return isinstance(request.body, bytes)


def copy_of(request: HttpRequest) -> HttpRequest:
    """The request as it came, its body unread."""
    attempt = copy.copy(request)
    if hasattr(request, "_body"):
        attempt._stream = io.BytesIO(request.body)  # where Django reads it from
    return attempt
