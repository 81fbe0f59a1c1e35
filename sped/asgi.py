"""The web process: pages and the API by HTTP, news by socket, and what starts and stops with the process."""

import os
from collections.abc import Awaitable, Callable
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sped.settings")

from django.core.asgi import get_asgi_application

# Before anything that imports a model.
pages: Any = get_asgi_application()

from core import hub  # noqa: E402
from live.consumers import LiveConsumer  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

SOCKETS: dict[str, Any] = {"/ws/live/": LiveConsumer.as_asgi()}


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Hand a connection to the part that knows its kind."""
    if scope["type"] == "http":
        await pages(scope, receive, send)
    elif scope["type"] == "websocket":
        await SOCKETS.get(scope["path"], nothing_here)(scope, receive, send)
    elif scope["type"] == "lifespan":
        await lifespan(receive, send)


async def nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    """Refuse a socket on any other address."""
    await receive()
    await send({"type": "websocket.close"})


async def lifespan(receive: Receive, send: Send) -> None:
    """Start the hub with the server and stop it at its end."""
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            hub.hub()
        else:
            await hub.stop()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
