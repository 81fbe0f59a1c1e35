"""`/ws/texts/<id>/`: one text, written by several at once. What is said is in `coediting/frames.py`.

A plain ASGI application: at hundreds of frames a second what stands between the socket and the text is felt.
"""

import asyncio
import logging
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError

from accounts.admission import is_own_page
from coediting import frames
from coediting.door import Arrival, Door, Visitor, arrive, door
from coediting.refusals import RateLimited
from coediting.rooms import Rooms, rooms
from coediting.seats import Seat
from core.errors import NotAllowed, NotSignedIn, SpedError
from core.extensions import SAY_NOW
from core.hub import hub, in_thread
from core.middleware import Unavailable
from core.presence import colour

log = logging.getLogger("coediting.consumers")

PATH = re.compile(r"/ws/texts/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/")
CHANGES_A_SECOND = 200
CURSORS_A_SECOND = 50
PATIENCE_FRAMES = 2_000  # beyond the limit, each answered with a refusal; then the socket is closed
LAST_WORD_SECONDS = 30.0
CLOSE_NOT_YOURS = 4403
CLOSE_SIGNED_OUT = 4401
CLOSE_TRY_LATER = 1013

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Allowance:
    """So many a second, and a burst of as many."""

    __slots__ = ("_at", "_left", "_rate")

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._left, self._at = float(rate), time.monotonic()

    def spend(self) -> bool:
        """Whether there is one more."""
        now = time.monotonic()
        self._left = min(self._rate, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


async def text_socket(scope: Message, receive: Receive, send: Send) -> None:
    """Serve one socket. Whoever may not come in is refused before it opens, always with the same answer (R43)."""
    await receive()
    found = PATH.fullmatch(scope["path"])
    if found is None or not is_own_page(scope):
        await send({"type": "websocket.close"})
        return
    try:
        arrival = await in_thread(arrive)(scope, UUID(found[1]))
    except SpedError:
        await send({"type": "websocket.close"})
    except (DatabaseError, InterfaceError):
        await _try_later(scope, send)
    else:
        say_now = (scope.get("extensions") or {}).get(SAY_NOW, _not_now)
        await TextSocket(arrival, receive, send, say_now).serve()


class TextSocket:
    """One open socket of somebody who may read the text."""

    def __init__(
        self, arrival: Arrival, receive: Receive, send: Send, say_now: Callable[[str], bool]
    ) -> None:
        self._arrival = arrival
        self._receive, self._send, self._say_now = receive, send, say_now
        self._rooms: Rooms = rooms(hub())
        self._door: Door = door(hub(), self._rooms)
        self._task = asyncio.current_task()
        self._writer: asyncio.Task[None] | None = None
        self._visitor: Visitor | None = None
        self._has_ended = False
        self._changes, self._cursors = Allowance(CHANGES_A_SECOND), Allowance(CURSORS_A_SECOND)
        self._refused = 0

    async def serve(self) -> None:
        """Let the client in and do what it asks until it goes."""
        try:
            await self._enter()
            while True:
                message = await self._receive()
                if message["type"] == "websocket.disconnect":
                    return
                if not self._has_ended:
                    self._read(message.get("text"))
        except asyncio.CancelledError:
            if not self._has_ended:
                raise
        finally:
            self._forget()

    async def _enter(self) -> None:
        arrival = self._arrival
        person_id = arrival.admission.person_id
        seat = Seat(
            send=self._say,
            send_now=self._say_now,
            end=self.end,
            author_id=str(person_id),
            author_name=arrival.actor.name[:120],
            you={"id": str(person_id), "name": arrival.actor.name, "colour": colour(person_id)},
            may_edit=arrival.may_edit,
        )
        try:
            room = await self._rooms.enter(
                seat, text_id=arrival.text_id, organization_id=arrival.admission.organization_id
            )
        except (SpedError, DatabaseError, InterfaceError):
            await self._send({"type": "websocket.close"})
            return
        visitor = Visitor(
            arrival=arrival, seat=seat, room=room, end=self.end, ground=arrival.ground, fact=arrival.fact
        )
        has_room = await self._door.has_room(person_id, visitor.id)
        await self._send({"type": "websocket.accept"})
        if not has_room:
            self._rooms.leave(room, seat)
            self.end(frames.TooManySockets())
            return
        self._visitor = visitor
        self._door.enter(visitor)
        self._writer = asyncio.create_task(self._write(seat))

    # --- What the client says

    def _read(self, text: str | None) -> None:
        visitor = self._visitor
        if visitor is None:
            return
        try:
            frame = frames.parse(text)
        except frames.Refused as refused:
            if self._counts(refused.change_id):
                visitor.seat.tell(frames.error_frame(refused.error, refused.change_id))
        except SpedError as error:
            self.end(error)
        else:
            if isinstance(frame, frames.Change):
                self._change(visitor, frame)
            elif isinstance(frame, frames.Join):
                if self._counts(None):
                    self._rooms.join(visitor.room, visitor.seat, frame.version)
            elif visitor.seat.version is not None and self._cursors.spend():
                self._rooms.selections.move(
                    visitor.room, visitor.seat, frame.version, frame.index, frame.length
                )

    def _change(self, visitor: Visitor, change: frames.Change) -> None:
        if not self._counts(change.id):
            return
        if not visitor.seat.may_edit:
            visitor.seat.tell(frames.error_frame(NotAllowed(), change.id))
        elif visitor.seat.version is None:
            visitor.seat.tell(frames.error_frame(frames.NotJoined(), change.id))
        else:
            self._rooms.change(visitor.room, visitor.seat, change)

    def _counts(self, change_id: str | None) -> bool:
        """Whether the client may say one more thing; if not, it is told so, and closed when it does not stop."""
        if self._changes.spend():
            return True
        self._refused += 1
        error = RateLimited()
        if self._refused > PATIENCE_FRAMES:
            self.end(frames.Flood())
        elif self._visitor is not None:
            self._visitor.seat.tell(frames.error_frame(error, change_id))
        return False

    # --- Ending

    def end(self, error: SpedError) -> None:
        """Say why, then close. Whatever else was to be said is dropped."""
        if self._has_ended:
            return
        self._has_ended = True
        self._forget()
        hub().spawn(self._last_word(error))

    async def _last_word(self, error: SpedError) -> None:
        code = getattr(error, "close_code", None) or CODES.get(error.status, CLOSE_TRY_LATER)
        try:
            async with asyncio.timeout(LAST_WORD_SECONDS):
                await self._say(frames.error_frame(error))
                await self._send({"type": "websocket.close", "code": code})
        except (TimeoutError, OSError, RuntimeError):
            if self._task is not None:
                self._task.cancel()

    async def _write(self, seat: Seat) -> None:
        try:
            await seat.write()
        except (OSError, RuntimeError) as error:
            log.info("a socket went away", extra={"error": type(error).__name__})

    async def _say(self, text: str) -> None:
        await self._send({"type": "websocket.send", "text": text})

    def _forget(self) -> None:
        if self._writer is not None:
            self._writer.cancel()
            self._writer = None
        if self._visitor is not None:
            self._door.leave(self._visitor)


CODES = {
    NotSignedIn.status: CLOSE_SIGNED_OUT,
    NotAllowed.status: CLOSE_NOT_YOURS,
    404: CLOSE_NOT_YOURS,
    Unavailable.status: CLOSE_TRY_LATER,
}


def _not_now(_frame: str) -> bool:
    """Of a server that writes in its own time."""
    return False


async def _try_later(scope: Message, send: Send) -> None:
    """Answer the handshake with 503: the database is away, which says nothing about who is asking."""
    if "websocket.http.response" in (scope.get("extensions") or {}):
        await send({"type": "websocket.http.response.start", "status": 503, "headers": []})
        await send({"type": "websocket.http.response.body", "body": b""})
    else:
        await send({"type": "websocket.close"})
