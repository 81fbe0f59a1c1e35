"""The web process: pages and the API by HTTP, news by socket, and what starts and stops with the process."""

import asyncio
import gc
import os
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sped.settings")

import django

django.setup(set_prefix=False)  # before anything that imports a model

from asgiref.sync import sync_to_async  # noqa: E402
from django.conf import settings  # noqa: E402
from django.core.handlers.asgi import ASGIHandler  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.http.response import HttpResponseBase  # noqa: E402
from django.urls import get_resolver  # noqa: E402

from coediting.consumers import text_socket  # noqa: E402
from core import hub  # noqa: E402
from live.consumers import LiveConsumer  # noqa: E402
from sped.middleware import HEALTH  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

FOR_SOCKETS = 2  # connections to the database that pages leave free
PATIENCE_SECONDS = 10.0  # in the queue for a page
SETTLED_AFTER_SECONDS = 5.0  # not before: a start must be quick
GARBAGE_AFTER = 20_000  # new objects, some pages; Python's 700 make a page look for garbage twenty times
SWITCH_SECONDS = 0.002


class Pages(ASGIHandler):
    """Pages and the API, as many at a time as there are connections to the database; the others wait their turn.

    A change that hundreds of open pages show makes them all ask at once. Together they would only wait for each
    other, and give up.
    """

    def __init__(self) -> None:
        super().__init__()
        pool = settings.DATABASES["default"].get("OPTIONS", {}).get("pool", {})
        self.turns = asyncio.Semaphore(max(2, pool.get("max_size", 10) - FOR_SOCKETS))

    def load_middleware(self, is_async: bool = True) -> None:  # Django's own signature
        """Middleware and views are all synchronous: one step into a thread and one out of it, not four."""
        super().load_middleware(is_async=False)

    async def answered(self, request: HttpRequest) -> HttpResponseBase:
        """The answer of the middleware and the view, in a thread."""
        return await sync_to_async(self.get_response)(request)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """The answer to one request, when its turn comes; 503 when that takes too long. Health never waits."""
        if request.path_info in HEALTH:
            return await self.answered(request)
        came = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self.turns.acquire()
        except TimeoutError:
            request.has_waited_too_long = True  # type: ignore[attr-defined]  # answered by `TurnMiddleware`
            return await self.answered(request)
        request.waited_seconds = time.monotonic() - came  # type: ignore[attr-defined]  # asked by `core.again`
        try:
            return await self.answered(request)
        finally:
            self.turns.release()


pages: Any = Pages()
LIVE: Any = LiveConsumer.as_asgi()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Hand a connection to the part that knows its kind."""
    if scope["type"] == "http":
        await pages(scope, receive, send)
    elif scope["type"] == "websocket":
        await socket_of(scope["path"])(scope, receive, send)
    elif scope["type"] == "lifespan":
        await lifespan(receive, send)


def socket_of(path: str) -> Any:
    """The part that serves sockets on an address."""
    if path.startswith("/ws/texts/"):
        return text_socket
    return LIVE if path == "/ws/live/" else nothing_here


async def nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a socket on any other address."""
    await receive()
    await send({"type": "websocket.close"})


def settle() -> None:
    """Read in the addresses of pages, then leave the program itself out of every search for garbage.

    It is 200,000 objects that never go away, and looking through them stops all requests for a tenth of a second.
    """
    for table in (settings.ROOT_URLCONF, "sped.urls_district"):
        _ = get_resolver(table).url_patterns
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, 10, 20)


def share_the_processor() -> None:
    """Let a thread go on soon after PostgreSQL has answered it, whatever another computes.

    With Python's 5 ms a page of thirty statements waits up to 150 ms for one page that is being drawn beside it. But
    changing places costs as well: less takes more of the processors, and more lets hundreds of open pages wait.
    """
    sys.setswitchinterval(SWITCH_SECONDS)


async def lifespan(receive: Receive, send: Send) -> None:
    """Start the hub with the server and stop it at its end."""
    share_the_processor()
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            hub.hub()
            asyncio.get_running_loop().call_later(SETTLED_AFTER_SECONDS, settle)
        else:
            await hub.stop()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
