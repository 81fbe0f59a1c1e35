"""Many requests at once: each gets its turn and its answer; who waits too long is told so, and health never waits."""

import asyncio
import gc
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse

from sped import asgi
from sped.middleware import TurnMiddleware
from tests.reliability.scale import in_time
from tests.sped.test_web import fetch


def test_hundred_requests_at_once_are_all_answered(server, committed_cast, session_cookie):
    cookie = f"session={session_cookie(committed_cast.casey.person)}"
    address = server.page(committed_cast.casey.url("/caseload/"))

    with ThreadPoolExecutor(100) as crowd:
        statuses = list(crowd.map(lambda _: fetch(address, Cookie=cookie)[0], range(100)))

    assert statuses == [200] * 100


def asked(path):
    request = HttpRequest()
    request.method, request.path, request.path_info = "GET", path, path
    return request


@pytest.fixture
def busy(monkeypatch):
    """A handler whose turns are all taken, and which answers at once when one is free."""
    monkeypatch.setattr(asgi, "PATIENCE_SECONDS", 0.05)
    pages = asgi.Pages()
    pages.turns = asyncio.Semaphore(1)

    async def answer(self, request):
        return await sync_to_async(TurnMiddleware(lambda _: HttpResponse("here")))(request)

    monkeypatch.setattr(asgi.Pages, "answered", answer)
    return pages


async def test_who_waits_too_long_is_told_to_try_again(busy):
    await busy.turns.acquire()
    began = time.monotonic()

    refused = await busy.get_response_async(asked("/api/v1/students/"))
    busy.turns.release()
    served = await busy.get_response_async(asked("/api/v1/students/"))

    assert (refused.status_code, refused["Retry-After"]) == (503, "2")
    assert time.monotonic() - began < in_time(1)
    assert served.content == b"here"
    assert not busy.turns.locked()


async def test_health_does_not_wait_for_a_turn(busy):
    await busy.turns.acquire()

    assert (await busy.get_response_async(asked("/livez"))).content == b"here"


async def test_turn_is_given_back_after_an_error(busy, monkeypatch):
    async def fail(self, request):
        raise RuntimeError

    monkeypatch.setattr(asgi.Pages, "answered", fail)
    with pytest.raises(RuntimeError):
        await busy.get_response_async(asked("/"))

    assert not busy.turns.locked()


def test_garbage_is_not_looked_for_in_the_program_itself():
    """A search through it would stop every request."""
    gc.unfreeze()
    asgi.settle()

    try:
        assert gc.get_freeze_count() > 50_000
        assert not any(found is asgi.pages for found in gc.get_objects())
    finally:
        gc.unfreeze()
