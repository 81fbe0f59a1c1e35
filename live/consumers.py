"""`/ws/live/`: tells an open page which of its topics changed. It never carries student data."""

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError, InterfaceError
from django.utils.translation import gettext_lazy as _

from accounts.admission import Admission, actor_now, admit, is_own_page
from core.actor import Actor
from core.errors import NotSignedIn, SpedError
from core.hub import Socket, hub, in_thread
from core.middleware import Unavailable
from live import frames
from live.doorkeeper import Visitor, doorkeeper
from students.standing import Ground, standings

log = logging.getLogger("live.consumers")

FRAMES_A_SECOND = 20
LAST_WORD_SECONDS = 30.0  # how long a client that takes nothing is given to hear why it is dropped
CLOSE_TRY_LATER = 1013
CLOSE_SIGNED_OUT = 4401


class LiveConsumer(AsyncWebsocketConsumer):
    """One socket. The hub tells it what changed; the doorkeeper says what it may know."""

    channel_layer_alias = ""  # none: news comes through the hub

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.visitor: Visitor | None = None
        self._writer: asyncio.Task[None] | None = None
        self._task = asyncio.current_task()
        self._has_ended = False
        self._frames, self._counted_at = float(FRAMES_A_SECOND), time.monotonic()
        try:
            await super().__call__(scope, receive, send)
        except asyncio.CancelledError:
            if not self._has_ended:
                raise
        finally:
            self._forget()

    async def dispatch(self, message: Any) -> None:
        """Hand a message to its handler. No connection to the database is kept between two."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def connect(self) -> None:
        """Let in whoever may come in; refuse everybody else before the socket opens."""
        if not is_own_page(self.scope):
            await self.close()
            return
        try:
            admission, line, actor = await in_thread(_enter)(self.scope)
        except SpedError:
            await self.close()
            return
        except (DatabaseError, InterfaceError):
            await self._try_later()
        doors = doorkeeper(hub())
        socket = Socket(self._send_text, gave_up=lambda: self.end(frames.TooSlow()))
        visitor = Visitor(admission=admission, actor=actor, ground=line, socket=socket, end=self.end)
        has_room = await doors.has_room(visitor)
        await self.accept()
        if not has_room:
            self.end(frames.TooMany(_("You have too many pages open. Close some of them.")))
            return
        self.visitor = visitor
        doors.enter(visitor)
        self._writer = asyncio.create_task(self._write())

    async def disconnect(self, code: int) -> None:
        """Forget the socket."""
        self._forget()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Do what one frame asks for; a refusal is said, then the socket closes."""
        if self.visitor is None or self._has_ended:
            return
        try:
            self._count()
            await self._answer(self.visitor, frames.parse(text_data))
        except SpedError as error:
            self.end(error if hasattr(error, "close_code") else NotSignedIn())
        except (DatabaseError, InterfaceError):
            self.end(Unavailable())

    async def _answer(self, visitor: Visitor, frame: frames.Frame) -> None:
        doors = doorkeeper(hub())
        doors.unwatch(visitor, frame.unwatch)
        refused: list[str] = []
        if frame.watch is not None:
            if len(visitor.socket.topics.union(frame.watch)) > frames.MOST_TOPICS:
                raise frames.TooMany(_("A page watches at most 50 topics."))
            versions, refused = await doors.watch(visitor, frame.watch)
            if versions or not refused:
                visitor.socket.answer({"changed": versions})
        if frame.here is not None and not await doors.here(visitor, frame.here, is_away=frame.is_away):
            refused = sorted({*refused, frame.here})
        if refused:
            visitor.socket.answer({"refused": refused})

    def _count(self) -> None:
        """Allow 20 frames a second, and a burst of as many. Raises TooMany."""
        now = time.monotonic()
        self._frames = min(FRAMES_A_SECOND, self._frames + (now - self._counted_at) * FRAMES_A_SECOND) - 1
        self._counted_at = now
        if self._frames < 0:
            raise frames.TooMany

    # --- Ending

    def end(self, error: SpedError) -> None:
        """Say why, then close. Whatever else was to be said is dropped."""
        if self._has_ended:
            return
        self._has_ended = True
        self._forget()
        hub().spawn(self._last_word(error))

    async def _last_word(self, error: SpedError) -> None:
        code = getattr(
            error, "close_code", CLOSE_SIGNED_OUT if error.status == NotSignedIn.status else CLOSE_TRY_LATER
        )
        try:
            async with asyncio.timeout(LAST_WORD_SECONDS):
                await self._send_text(json.dumps({"error": error.as_dict()}))
                await self.close(code)
        except (TimeoutError, OSError, RuntimeError):
            if self._task is not None:
                self._task.cancel()

    async def _write(self) -> None:
        try:
            assert self.visitor is not None
            await self.visitor.socket.write()
        except (OSError, RuntimeError) as error:
            log.info("a socket went away", extra={"error": type(error).__name__})

    async def _send_text(self, text: str) -> None:
        await self.base_send({"type": "websocket.send", "text": text})  # type: ignore[arg-type]  # wants `bytes` too

    def _forget(self) -> None:
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None
        if self.visitor is not None:
            doorkeeper(hub()).leave(self.visitor)

    async def _try_later(self) -> None:
        """Answer the handshake with 503: the database is away, which says nothing about who is asking."""
        if "websocket.http.response" in (self.scope.get("extensions") or {}):
            answer: Any = self.base_send
            await answer({"type": "websocket.http.response.start", "status": 503, "headers": []})
            await answer({"type": "websocket.http.response.body", "body": b""})
        else:
            await self.close()
        raise StopConsumer


def _enter(scope: Mapping[str, Any]) -> tuple[Admission, Ground, Actor]:
    """Who comes in, on what that rests (read first, so that no change is missed), and what they are here."""
    admission = admit(scope=scope)
    line = standings([admission])[admission]
    return admission, line, actor_now(admission=admission)
