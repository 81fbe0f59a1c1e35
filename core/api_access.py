"""Who calls an endpoint, and how its body is read.

Apart from `core.api`, because the settings of the REST framework name these before its views exist.
"""

import json
from collections.abc import Mapping
from enum import StrEnum
from math import isfinite
from typing import IO, Any

from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.parsers import JSONParser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from core.errors import NotSignedIn, SpedError

DEEPEST_JSON = 32
PAGE, LARGEST_PAGE = 50, 200  # rows


class Answers(StrEnum):
    """What a GET answers: one `Output`, all of them as `results`, or cursor pages of them."""

    ONE = "one"
    ALL = "all"
    PAGES = "pages"


class Unreadable(SpedError):
    """The body is not JSON, is nested too deep, says a name twice, or has what no record keeps."""

    code = "unreadable"
    message = _("The body could not be read as JSON.")


class ActorAuthentication(BaseAuthentication):
    """The middleware has found who is calling; a session (not a token) must also show its CSRF token."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        actor = getattr(request._request, "actor", None)
        if actor is None:
            return None
        if not getattr(request._request, "has_bearer_token", False):
            SessionAuthentication().enforce_csrf(request)
        return (request._request.user, actor)

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class HasActor(BasePermission):
    """Somebody is acting in an organisation."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if request.auth is None:
            raise NotSignedIn
        return True


class StrictJSONParser(JSONParser):
    """JSON that means one thing and that PostgreSQL can keep.

    At most 32 deep, no NUL, no lone surrogates, no NaN, no number too large to hold, no name twice in one object.
    """

    strict = True

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            data = json.loads(
                stream.read().decode("utf-8"),
                parse_constant=_refuse_constant,
                parse_float=_finite,
                object_pairs_hook=_once_each,
            )
        except (ValueError, RecursionError) as error:
            raise Unreadable from error
        _check_json(data, 1)
        return data


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError(text[:20])
    return number


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name comes twice")
    return found


def _check_json(value: Any, depth: int) -> None:
    if depth > DEEPEST_JSON:
        raise Unreadable
    if isinstance(value, str):
        _check_text(value)
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check_text(key)
            _check_json(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check_json(inner, depth + 1)


def _check_text(text: str) -> None:
    if "\x00" in text or any("\ud800" <= character <= "\udfff" for character in text):
        raise Unreadable
