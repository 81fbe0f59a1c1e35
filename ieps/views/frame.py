"""What every page of an IEP shares: its surroundings, and how a refusal comes back beside what was typed."""

from collections.abc import Callable
from typing import Any, TypeVar

from django import forms
from django.http import HttpRequest, HttpResponse

from core.errors import Conflict, Invalid
from core.http import form_errors, page
from ieps.editing import EditConflict
from ieps.forms import DraftForm

Saved = TypeVar("Saved")


def framed(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page under "IEPs"; when a live region asks for itself, the same page without its surroundings."""
    base = "ieps/_bare.html" if request.headers.get("X-Live") else "shell.html"
    return page(request, template, {"active": "ieps", "base": base, **context}, status=status)


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
