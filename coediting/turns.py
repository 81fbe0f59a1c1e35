"""When the open texts of a process have their turn: all at which something waits, together.

A turn reads what was missed, puts what waits into order and commits it (`Rooms`). A commit costs nearly the same
whether it carries one change or a hundred, so a turn waits a moment for those whom the last one answered: most write
again at once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Iterable

from django.db import DatabaseError, InterfaceError

from coediting.room import Room

log = logging.getLogger("coediting.turns")

GATHER_SECONDS = (
    0.005  # since an answer: a hundred people write again within it, a single one is waited for less long
)
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.05, 2.0  # after a turn that failed
DATABASE_AWAY = (DatabaseError, InterfaceError, OSError)


class Turns:
    """Gives the texts at which something waits to `turn`, one turn after the other."""

    def __init__(self, turn: Callable[[Collection[Room]], Awaitable[None]]) -> None:
        self._turn = turn
        self._waiting: set[Room] = set()
        self._wake = asyncio.Event()
        self._answered: set[str] = set()  # who was, and has not written since
        self._answered_at = 0.0
        self._all_wrote = asyncio.Event()
        self._pause = 0.0

    def touch(self, room: Room) -> None:
        """Something waits at a text."""
        self._waiting.add(room)
        self._wake.set()

    def wrote(self, room: Room, author_id: str) -> None:
        """A change waits at a text."""
        self._answered.discard(author_id)
        if not self._answered:
            self._all_wrote.set()
        self.touch(room)

    def answered(self, author_ids: Iterable[str]) -> None:
        """What these wrote was committed, and they are told."""
        self._answered.update(author_ids)
        self._answered_at = asyncio.get_running_loop().time()

    async def run(self) -> None:
        """Take turns for ever. After one that failed nobody knows what was committed: its texts are read again."""
        while True:
            await self._wake.wait()
            await self._gather()
            self._wake.clear()
            rooms, self._waiting = self._waiting, set()
            try:
                await self._turn(rooms)
            except DATABASE_AWAY as error:
                log.warning("the database is away", extra={"error": type(error).__name__})
                await self._rest(rooms)
            except Exception:
                log.exception("a turn failed")
                await self._rest(rooms)
            else:
                self._pause = 0.0

    async def _gather(self) -> None:
        loop = asyncio.get_running_loop()
        left = self._answered_at + GATHER_SECONDS - loop.time()
        if self._answered and left > 0:
            self._all_wrote.clear()
            timer = loop.call_later(left, self._all_wrote.set)
            await self._all_wrote.wait()
            timer.cancel()
        self._answered.clear()

    async def _rest(self, rooms: Collection[Room]) -> None:
        for room in rooms:
            room.is_stale = True
        self._waiting.update(rooms)
        self._pause = min(max(self._pause * 2, FIRST_PAUSE_SECONDS), LONGEST_PAUSE_SECONDS)
        await asyncio.sleep(self._pause)
        self._wake.set()
