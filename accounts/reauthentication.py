"""Ask again who it is before something that a session left open must not do (R7).

Decorate what exports a record, changes a role, shows a key or destroys something:

    @recently_signed_in
    def export(request: ActorRequest, student_id: UUID) -> HttpResponse: …

It goes on a view of a page and on a method of an `ApiView`. Who has not shown for ten minutes who they are is led
to do so and comes back to the page, where the form still holds what was typed (`data-draft`); a program that uses
their session gets 403 with the code `reauthentication_required`. A bearer token is asked nothing: it has a scope.
"""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request

from core.errors import SpedError
from core.middleware import wants_json

PAGE = "/accounts/reauthenticate/"


class ReauthenticationRequired(SpedError):
    """The person signed in too long ago for this."""

    code = "reauthentication_required"
    status = 403
    message = _("Show once more that it is you, then go on.")


def is_recently_signed_in(request: HttpRequest) -> bool:
    """Whether whoever has this session showed within ten minutes who they are."""
    from_login = request.session.get("started_at", 0)
    shown = [record.get("at", 0) for record in request.session.get("account_authentication_methods", ())]
    return bool(time.time() - max([from_login, *shown]) <= settings.ACCOUNT_REAUTHENTICATION_TIMEOUT)


def recently_signed_in(view: Callable[..., Any]) -> Callable[..., Any]:
    """Let a view, or a method of an `ApiView`, run only for who showed within ten minutes who they are."""

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        request = _request_of(args)
        if getattr(request, "has_bearer_token", False) or is_recently_signed_in(request):
            return view(*args, **kwargs)
        if wants_json(request) or "HX-Request" in request.headers:
            raise ReauthenticationRequired
        return go_and_show(request)

    return run


def recently_signed_in_to_change(view: Callable[..., Any]) -> Callable[..., Any]:
    """As `recently_signed_in`, for a page that keeps itself fresh and shows no secret: reading it asks nothing."""
    asked = recently_signed_in(view)

    @wraps(view)
    def run(*args: Any, **kwargs: Any) -> Any:
        return (view if _request_of(args).method in {"GET", "HEAD"} else asked)(*args, **kwargs)

    return run


def go_and_show(request: HttpRequest) -> HttpResponse:
    """Lead to the page that asks again who it is, and from there back to the page that was open."""
    return HttpResponseRedirect(f"{PAGE}?{urlencode({'next': _back(request)})}")


def _request_of(args: tuple[Any, ...]) -> HttpRequest:
    given = args[0] if isinstance(args[0], HttpRequest | Request) else args[1]
    found: HttpRequest = given._request if isinstance(given, Request) else given
    return found


def _back(request: HttpRequest) -> str:
    """The page itself, or for a form the page it stood on."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    came_from = request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure()):
        parts = urlsplit(came_from)
        return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return request.path
