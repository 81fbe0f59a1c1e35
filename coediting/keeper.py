"""Which open texts are stored whole, and when. The log says everything already; this saves reading it again."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from operator import attrgetter
from uuid import UUID

from django.db import DatabaseError, InterfaceError

from coediting import errands
from coediting.models import Ops
from coediting.room import Room
from core.hub import Hub, in_thread

log = logging.getLogger("coediting.keeper")

MOST_KEEPING = 2  # texts stored whole at a time: commits need threads and connections too
DATABASE_AWAY = (DatabaseError, InterfaceError, OSError)


class Keeper:
    """Has the texts that this process owns stored whole, a few at a time, first those stored longest ago."""

    def __init__(
        self,
        hub: Hub,
        rooms: Mapping[UUID, Room],
        *,
        is_mine: Callable[[Room], bool],
        touch: Callable[[Room], None],
    ) -> None:
        self._hub = hub
        self._rooms = rooms
        self._is_mine = is_mine
        self._touch = touch
        self._keeping: set[Room] = set()

    def is_keeping(self, room: Room) -> bool:
        """Whether a text is being stored just now."""
        return room in self._keeping

    def choose(self) -> None:
        """Wish for texts to be stored whole; each is, in its next turn, when nothing of it is in flight."""
        now = asyncio.get_running_loop().time()
        busy = len(self._keeping) + sum(room.is_wanted_whole for room in self._rooms.values())
        due = [room for room in self._rooms.values() if self._is_due(room, now)]
        due.sort(key=attrgetter("kept_at"))
        for room in due[: max(0, MOST_KEEPING - busy)]:
            room.is_wanted_whole = True
            self._touch(room)

    def _is_due(self, room: Room, now: float) -> bool:
        is_free = room not in self._keeping and not room.is_wanted_whole
        return is_free and self._is_mine(room) and room.wants_keeping(now)

    def begin(self, room: Room) -> None:
        """Store a text as it is now, if that was wished for. Nothing of it is in flight."""
        if room.is_wanted_whole:
            room.is_wanted_whole = False
            self._keeping.add(room)
            self._hub.spawn(self._keep(room, room.desk.head, room.whole()))

    async def _keep(self, room: Room, version: int, ops: Ops) -> None:
        try:
            await in_thread(errands.keep)(room.organization_id, room.id, version, ops)
            room.kept(version, asyncio.get_running_loop().time())
        except DATABASE_AWAY as error:
            log.warning("a text is kept later", extra={"error": type(error).__name__})
        else:
            asyncio.get_running_loop().call_soon(self.choose)
        finally:
            self._keeping.discard(room)
