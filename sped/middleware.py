"""What surrounds every answer whatever it is about: static files, security headers, the age of a session."""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware

GetResponse = Callable[[HttpRequest], HttpResponse]
# A page that refreshes itself is not somebody at work: `live.js` marks its own requests.
BACKGROUND_HEADER = "X-Live"
SEEN_EVERY_SECONDS = 60
HEALTH = {"/livez", "/readyz"}  # answered without a look at who is asking: that may be what is broken


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
    """The content security policy and its neighbours, on every answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = "; ".join(f"{name} {value}" for name, value in settings.CONTENT_SECURITY_POLICY.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Content-Security-Policy", self.policy)
        response.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response


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
            logout(request)
        elif "seen_at" not in request.session or (
            now - seen >= SEEN_EVERY_SECONDS and is_somebody_at_work(request)
        ):
            request.session["started_at"], request.session["seen_at"] = started, now
        return self.get_response(request)


def is_somebody_at_work(request: HttpRequest) -> bool:
    """Whether a person asked, and not an open page by itself."""
    return request.method != "HEAD" and BACKGROUND_HEADER not in request.headers
