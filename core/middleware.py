"""What surrounds every request: an id, and one place where refusals become pages."""

import re
from collections.abc import Callable, Iterable
from http import HTTPStatus

import structlog
from django.core.exceptions import ValidationError
from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import get_script_prefix, set_script_prefix
from django.utils.translation import gettext_lazy as _
from psycopg.errors import (
    DeadlockDetected,
    IdleInTransactionSessionTimeout,
    LockNotAvailable,
    SerializationFailure,
)

from core.errors import Conflict, Invalid, NotAllowed, NotFound, SpedError, from_validation_error
from core.ids import uuid7
from core.registry import lent
from core.tenant import organization

GetResponse = Callable[[HttpRequest], HttpResponse]
REQUEST_ID = re.compile(r"^[A-Za-z0-9._-]{8,64}$")
log = structlog.get_logger("core.http")
RETRY_AFTER_SECONDS = "2"


class Unavailable(SpedError):
    """The database is away for a moment."""

    code = "unavailable"
    status = 503
    message = _("The system is not reachable for a moment. Nothing was lost; try again in a few seconds.")


class Collision(Conflict):
    """Two transactions waited for each other, and this one was undone: it can be tried again (`core.again`)."""


class Held(Conflict):
    """Another transaction has held what this one needs for longer than a request waits."""

    message = _("Somebody else is changing this at the moment. Nothing was lost; try again in a few seconds.")


class BadRequest(SpedError):
    """The request cannot be read at all."""

    code = "bad_request"
    message = _("This request could not be read.")


class RequestIdMiddleware:
    """Give each request an id, in the log, in the audit and in the answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request_id = given if REQUEST_ID.match(given) else str(uuid7())
        request.request_id = request_id  # type: ignore[attr-defined]  # `ActorRequest` has it
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        response = self.get_response(request)
        response["X-Request-Id"] = request_id
        route = getattr(request.resolver_match, "route", "")
        log.info("request", method=request.method, route=route, status=response.status_code)
        return response


class ErrorMiddleware:
    """Turn a refusal into the right page or JSON, after the transaction of the request was rolled back."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        prefix = get_script_prefix()
        try:
            return self._answer(request)
        finally:
            set_script_prefix(prefix)  # a district's pages, and their errors, are mounted under its own

    def _answer(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or any("\x00" in text for text in _query_texts(request)):
            return error_response(request, BadRequest())
        response = self.get_response(request)
        error = getattr(response, "sped_error", None)
        if not isinstance(error, SpedError):
            return response
        tries = getattr(request, "tries", None)
        if tries is not None and tries.allow(request, error):
            return response  # it is begun anew: a page about it would be for nobody
        if isinstance(error, NotAllowed | NotFound):
            lent("accounts.log_refusal")(request=request, error=error)
        answer = error_response(request, error)
        if "Retry-After" in response:
            answer["Retry-After"] = response["Retry-After"]
        return answer

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """A refusal leaves as an empty answer that carries it; `__call__` fills it in outside the transaction."""
        error = as_refusal(exception)
        if error is None:
            return None
        response = HttpResponse(status=error.status)
        response.sped_error = error  # type: ignore[attr-defined]  # read in `__call__`
        return response


def as_refusal(exception: Exception) -> SpedError | None:
    """The refusal that an exception stands for, or None when it is a defect."""
    if isinstance(exception, SpedError):
        return exception
    if isinstance(exception, ValidationError):
        return from_validation_error(exception)
    if isinstance(exception, DatabaseError | InterfaceError):
        return _of_database(exception)
    return None


def _of_database(exception: Exception) -> SpedError | None:
    """What the database said no to. Values and rows should have been refused in better words before: it is noted."""
    if isinstance(exception.__cause__, DeadlockDetected | SerializationFailure):
        return Collision()
    if isinstance(exception.__cause__, LockNotAvailable):
        return Held()
    if isinstance(exception, OperationalError | InterfaceError) or isinstance(
        exception.__cause__, IdleInTransactionSessionTimeout
    ):
        return Unavailable()
    if isinstance(exception, DataError | IntegrityError):
        log.warning("refused by the database", error=type(exception.__cause__).__name__)
        return Invalid() if isinstance(exception, DataError) else Conflict()
    return None


def _query_texts(request: HttpRequest) -> Iterable[str]:
    for name, values in request.GET.lists():
        yield name
        yield from values


def wants_json(request: HttpRequest) -> bool:
    """Whether the caller is a program."""
    return request.path.startswith("/api/") or request.headers.get("Accept", "").startswith(
        "application/json"
    )


def error_response(request: HttpRequest, error: SpedError) -> HttpResponse:
    """One refusal as a page or as JSON, the same words and code in both."""
    response: HttpResponse
    if wants_json(request):
        response = JsonResponse(error.as_dict(), status=error.status)
    elif isinstance(error, Unavailable):  # a page that reads nothing of the database
        response = HttpResponse(
            render_to_string("errors/error.html", {"error": error.as_dict(), "request": request}),
            status=error.status,
        )
    else:
        response = _error_page(request, error)
    response["Cache-Control"] = "no-store"
    if error.status == HTTPStatus.UNAUTHORIZED:
        response["WWW-Authenticate"] = "Bearer"
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = RETRY_AFTER_SECONDS
    if isinstance(error, Collision | Unavailable):
        response.refusal = error  # type: ignore[attr-defined]  # read by `core.again`
    return response


def _error_page(request: HttpRequest, error: SpedError) -> HttpResponse:
    """A refusal with the navigation around it for a member of the district, without it for everybody else."""
    template = {403: "errors/403.html", 404: "errors/404.html"}.get(error.status, "errors/error.html")
    context = {"error": error.as_dict(), "home": get_script_prefix()}
    if hasattr(request, "actor") and hasattr(request, "organization") and "HX-Request" not in request.headers:
        try:
            with organization(request.organization.id):
                return render(request, template, {**context, "is_inside": True}, status=error.status)
        except (DatabaseError, InterfaceError):
            log.warning("error page without its surroundings")
    return render(request, template, context, status=error.status)
