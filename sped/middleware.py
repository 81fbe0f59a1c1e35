"""What surrounds every answer whatever it is about: static files, security headers, the age of a session."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.signals import user_logged_out
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware

from accounts.sessions import note_place
from core.middleware import Unavailable, error_response

GetResponse = Callable[[HttpRequest], HttpResponse]
# A page that refreshes itself is not somebody at work: `live.js` marks its own requests.
BACKGROUND_HEADER = "X-Live"
SEEN_EVERY_SECONDS = 60
ALWAYS = {
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
HEALTH = {
    "/livez",
    "/readyz",
    "/metrics",
}  # answered without a look at who is asking: that may be what is broken


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # untyped
    """WhiteNoise that reads the file at once: under ASGI its own answer leaves the file open."""

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        body = b""
        if found.file is not None:
            with found.file as file:
                body = file.read()
        response = HttpResponse(body, status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        return response


class SecurityHeadersMiddleware:
    """What every answer forbids, whatever it is about; the content security policy is django-csp's.

    Nothing stays in a cache unless the answer says so itself, as files of the front end do: pages and answers of the
    API hold records. Who signs out leaves nothing in the browser (R29), but for scores that could not be sent yet:
    those stay sealed, and the page has thrown everything else and the key away before (docs/adr/0028). Cookies are
    left alone: the header would clear those of the whole domain.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response.setdefault(name, value)
        if getattr(request, "has_signed_out", False):
            keeps = getattr(request, "keeps_unsent", False)
            response["Clear-Site-Data"] = '"cache"' if keeps else '"cache", "storage"'
        return response


@receiver(user_logged_out)
def note_signing_out(request: HttpRequest | None, **_kwargs: Any) -> None:
    """Remember it until the answer leaves."""
    if request is not None:
        request.has_signed_out = True  # type: ignore[attr-defined]  # read by `SecurityHeadersMiddleware`
        request.keeps_unsent = request.POST.get("keeps_unsent") == "1"  # type: ignore[attr-defined]


class TurnMiddleware:
    """Refuse a request that waited too long for its turn (`sped.asgi`), with the headers of every other answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if getattr(request, "has_waited_too_long", False):
            return error_response(request, Unavailable())
        return self.get_response(request)


class SessionAgeMiddleware:
    """End a session after 30 minutes without work (R5); its cookie ends it after 12 hours.

    The instant is written once a minute at most, so that a page costs no write.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info in HEALTH or not request.user.is_authenticated:
            return self.get_response(request)
        now = int(time.time())
        started, seen = request.session.get("started_at", now), request.session.get("seen_at", now)
        if now - seen > settings.SESSION_IDLE_SECONDS or now - started > settings.SESSION_COOKIE_AGE:
            request.session.flush()  # this one alone; signing out ends all of them
            request.user = AnonymousUser()
        elif "seen_at" not in request.session or (
            now - seen >= SEEN_EVERY_SECONDS and is_somebody_at_work(request)
        ):
            request.session["started_at"], request.session["seen_at"] = started, now
            note_place(request)
        return self.get_response(request)


def is_somebody_at_work(request: HttpRequest) -> bool:
    """Whether a person asked, and not an open page by itself."""
    return request.method != "HEAD" and BACKGROUND_HEADER not in request.headers
