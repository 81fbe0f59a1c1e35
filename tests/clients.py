"""Clients of the tests: all share one chain of middleware, and a visitor signs in once for many requests.

An answer has `.context` and `.templates` only in a test that says `@pytest.mark.usefixtures("keeps_contexts")`: to
keep a copy of the context of each part of each page would cost more than drawing some of them.
"""

from __future__ import annotations

from http import HTTPStatus
from http.cookies import SimpleCookie
from typing import Any

import pytest
from django.conf import settings
from django.core.signals import setting_changed
from django.template.base import Template
from django.test import Client
from django.test.client import ClientHandler
from django.test.utils import _TestState, instrumented_test_render

SIGN_IN = "/accounts/login/"

_chains: dict[type[ClientHandler], dict[str, Any]] = {}
_load_middleware = ClientHandler.load_middleware


def _load_or_share(handler: ClientHandler, is_async: bool = False) -> None:
    """Take over the chain of the first client: each would look at every static file of the application again."""
    kept = _chains.get(type(handler))
    if kept is None:
        _load_middleware(handler, is_async)
        kept = {name: value for name, value in vars(handler).items() if "middleware" in name}
        _chains[type(handler)] = kept
    vars(handler).update(kept)


def _begin_anew(**_kwargs: Any) -> None:
    _chains.clear()  # a middleware may have read the setting when it was made


ClientHandler.load_middleware = _load_or_share  # type: ignore[method-assign]
setting_changed.connect(_begin_anew)


@pytest.fixture(scope="session", autouse=True)
def _forget_contexts(django_test_environment: None) -> None:
    """Draw pages as the application does."""
    Template._render = _TestState.saved_data.template_render  # type: ignore[attr-defined]


@pytest.fixture
def keeps_contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw pages as Django's own tests do: an answer knows its templates and their contexts."""
    monkeypatch.setattr(Template, "_render", instrumented_test_render)


class Visitor:
    """A person's client, or nobody's, for many requests; each is sent with the cookies of who has just signed in.

    Whom a request signed out (signing out, ending sessions, another password) is signed in again for the next one; a
    request that was answered as nobody's is sent once more.
    """

    def __init__(self, person: Any = None, *, slug: str = "larkspur") -> None:
        self.person = person
        self.client = Client(headers={"X-Organization": slug}, raise_request_exception=False)
        self._sign_in()

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """The answer to a request. `generic` posts a body of any kind."""
        answer = self._send(method, path, more)
        if self.person and _asks_to_sign_in(answer):
            self._sign_in()
            answer = self._send(method, path, more)
        if self.person and self._has_another_session(answer):
            self._sign_in()
        return answer

    def _send(self, method: str, path: str, more: dict[str, Any]) -> Any:
        self.client.cookies = self.cookies.copy()
        if method == "generic":
            return self.client.generic("POST", path, more["body"], more["kind"])
        return getattr(self.client, method)(path, **more)

    def _sign_in(self) -> None:
        self.client.cookies = SimpleCookie()
        if self.person:
            self.client.force_login(self.person)
        self.cookies = self.client.cookies.copy()

    def _has_another_session(self, answer: Any) -> bool:
        name = settings.SESSION_COOKIE_NAME
        return name in answer.cookies and answer.cookies[name].value != self.cookies[name].value


def _asks_to_sign_in(answer: Any) -> bool:
    if answer.status_code in {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER}:
        return str(answer["Location"]).startswith(SIGN_IN)
    return bool(answer.status_code == HTTPStatus.UNAUTHORIZED)
