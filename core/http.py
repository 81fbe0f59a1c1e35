"""How errors and actors meet HTTP pages. `core/api.py` is the same for JSON."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import nullcontext
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.contrib import messages
from django.core.handlers.asgi import ASGIRequest
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django_htmx.middleware import HtmxDetails

from core.actor import Actor
from core.errors import Invalid, SpedError
from core.once import reading_once
from core.registry import lent


class ActorRequest(HttpRequest):
    """A request inside an organisation: somebody is signed in and belongs to it."""

    actor: Actor
    htmx: HtmxDetails
    request_id: str


def streamed(
    request: HttpRequest, lines: Iterator[str], *, name: str, content_type: str
) -> StreamingHttpResponse:
    """A file that is written while it is sent. Nothing of it stays in a cache, and it is as long as it likes."""
    is_async = isinstance(request, ASGIRequest)
    content = _in_turn(lines) if is_async else lines
    response = StreamingHttpResponse(content, content_type=f"{content_type}; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


async def _in_turn(lines: Iterator[str]) -> AsyncIterator[str]:
    while (line := await sync_to_async(lambda: next(lines, None))()) is not None:
        yield line


def see_other(url: str) -> HttpResponse:
    """Go and look: the answer to a form that did its work."""
    response = HttpResponseRedirect(url)
    response.status_code = 303
    return response


def page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    *,
    status: int = 200,
) -> HttpResponse:
    """Render a page of the record; nothing of it stays in a cache."""
    return never_stored(render(request, template, context or {}, status=status))


def never_stored(response: HttpResponse) -> HttpResponse:
    """An answer with something of a record in it: no browser and no proxy keeps it."""
    response["Cache-Control"] = "no-store"
    return response


def form_errors(form: BaseForm, error: SpedError) -> None:
    """Put a mutation's refusal beside the fields it is about, or above the form."""
    if not isinstance(error, Invalid):
        form.add_error(None, str(error.text))
        return
    for name, texts in error.fields.items():
        for text in texts:
            form.add_error(name if name in form.fields else None, text)


def form_page(
    request: HttpRequest,
    form: BaseForm,
    save: Callable[[], str],
    template: str,
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show a form; when it was sent and holds, save and go on; when it was refused, show it with what was typed."""
    status = 200
    if request.method == "POST":
        status = Invalid.status
        if form.is_valid():
            try:
                return see_other(save())
            except SpedError as error:
                if error.status in {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND}:
                    raise
                status = error.status
                form_errors(form, error)
    return page(request, template, {"form": form, **(context or {})}, status=status)


def say(request: HttpRequest, text: str | Promise, *, undo_url: str = "") -> None:
    """A short message on the next page; with `undo_url` it offers to take the act back."""
    messages.success(request, str(text), extra_tags=f"undo={undo_url}" if undo_url else "")


def opens_record(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view that opens a student's record says so in the record of access (34 CFR 300.614).

    The view takes `student_id`. What it answers with 400 or more was not opened; a change has its own audit entry.
    """

    @wraps(view)
    def run(request: ActorRequest, student_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
        is_reading = request.method in {"GET", "HEAD"}
        with reading_once() if is_reading else nullcontext():
            response = view(request, student_id, *args, **kwargs)
        if is_reading and response.status_code < HTTPStatus.BAD_REQUEST:
            record_opening(actor=request.actor, student_id=student_id, page=view.__name__)
        return response

    run.opens_record = True  # type: ignore[attr-defined]  # read by tests/test_house.py
    return run


def record_opening(*, actor: Actor, student_id: UUID, page: str) -> None:
    """Write down that a student's record was opened, unless that is known to be written."""
    if not lent("students.has_opened")(actor=actor, student_id=student_id):
        lent("students.log_access")(actor=actor, student_id=student_id, page=page)


def exports_record(file_format: str) -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view that hands out a part of a student's record as a file writes that down, each time (34 CFR 99.32).

    The view takes `student_id`. What it answers with 300 or more was not handed out.
    """

    def wrap(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def run(request: ActorRequest, student_id: UUID, *args: Any, **kwargs: Any) -> HttpResponse:
            response = view(request, student_id, *args, **kwargs)
            if response.status_code < HTTPStatus.MULTIPLE_CHOICES:
                lent("students.log_export")(
                    actor=request.actor, student_id=student_id, what=view.__name__, file_format=file_format
                )
            return response

        run.opens_record = True  # type: ignore[attr-defined]  # read by tests/test_house.py
        return run

    return wrap
