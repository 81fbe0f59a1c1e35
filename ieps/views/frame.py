"""What every page of an IEP shares: its surroundings, and how a refusal comes back beside what was typed."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise

from core.errors import Conflict, Invalid
from core.http import ActorRequest, form_errors, page, say, see_other
from core.registry import lent
from ieps.editing import EditConflict
from ieps.forms import DraftForm
from ieps.queries import IepPage

Saved = TypeVar("Saved")


def framed(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page under "IEPs"; for a live region or a form in place, the same page without its surroundings."""
    is_live = "X-Live" in request.headers
    is_bare = is_live or "HX-Request" in request.headers
    base = "ieps/_bare.html" if is_bare else "shell.html"
    context = {"active": "ieps", "base": base, "is_live": is_live, "is_bare": is_bare, **context}
    return page(request, template, context, status=status)


def may_leave(request: HttpRequest, found: IepPage) -> bool:
    """Whether who asks for a form of an IEP that is no draft is led to the IEP. Nobody who typed in it already is."""
    return not found.is_draft and request.method != "POST" and "X-Live" not in request.headers


def of_student(
    request: ActorRequest, student_id: UUID, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page under the tab "IEP" of a student, in the frame that the student's other pages have."""
    frame = lent("casefile.student_frame")(request, student_id=student_id, tab="iep")
    return page(request, template, {**frame, **context}, status=status)


def done(
    request: ActorRequest,
    form: forms.Form,
    act: Callable[[], Saved],
    words: str | Promise,
    to: str | Callable[[Saved], str],
) -> tuple[HttpResponse | None, int]:
    """What a form of an act answers: the way back, with `words`, once it is done; else with what its page is answered.

    `to` is an address, or says it of what was done.
    """
    if request.method != "POST":
        return None, 200
    if not form.is_valid():
        return None, Invalid.status
    result, status = tried(form, act)
    if result is None:
        return None, status
    say(request, words)
    return see_other(to(result) if callable(to) else to), status


def tried(form: forms.Form, act: Callable[[], Saved]) -> tuple[Saved | None, int]:
    """Do it; a refusal goes into the form, with the status that the page is answered with."""
    try:
        return act(), 200
    except EditConflict as error:
        if isinstance(form, DraftForm):
            form.show_both(error)
        return None, error.status
    except (Invalid, Conflict) as error:
        form_errors(form, error)
        return None, Invalid.status
