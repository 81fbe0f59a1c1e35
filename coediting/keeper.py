"""Which open texts are stored whole, and when. The log says everything already; this saves reading it again.

A text of which much is written goes into its row with the commit of what was written (`Room.load`). Here its words are
told to the app that owns it and to the pages that show it: those of several texts of an organisation together.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Mapping
from operator import attrgetter
from uuid import UUID

from coediting import errands
from coediting.desk import Whole
from coediting.room import Room
from coediting.turns import DATABASE_AWAY
from core.hub import Hub, in_thread

log = logging.getLogger("coediting.keeper")

MOST_KEEPING = 20  # texts at a time, in one transaction: those beside it are not kept waiting long


class Keeper:
    """Has the words of the texts that this process owns kept, first those kept longest ago."""

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
        self._ready: dict[UUID, dict[Room, tuple[int, Whole | None]]] = defaultdict(dict)
        self._keeping: set[Room] = set()

    def is_keeping(self, room: Room) -> bool:
        """Whether a text is being kept just now."""
        return room in self._keeping

    def choose(self) -> None:
        """Wish for texts to be kept; each is ready in its next turn, with what it commits or when it is at rest."""
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

    def at_rest(self, room: Room) -> None:
        """Keep a text of which nothing is in flight, if that was wished for."""
        if room.is_wanted_whole:
            self._take(room, Whole(room.desk.head, room.whole()))

    def committed(self, room: Room, version: int) -> None:
        """The row of a text has it whole as it is at a version: tell its words, if that was wished for."""
        room.stored(version, asyncio.get_running_loop().time())
        if room.is_wanted_whole:
            self._take(room, None)

    def _take(self, room: Room, whole: Whole | None) -> None:
        room.is_wanted_whole = False
        self._keeping.add(room)
        self._ready[room.organization_id][room] = (room.desk.head, whole)

    def start(self) -> None:
        """Keep what is ready, each organisation's in one transaction."""
        ready, self._ready = self._ready, defaultdict(dict)
        for organization_id, mine in ready.items():
            self._hub.spawn(self._keep(organization_id, mine))

    async def _keep(self, organization_id: UUID, mine: Mapping[Room, tuple[int, Whole | None]]) -> None:
        try:
            wholes = {room.id: whole for room, (_version, whole) in mine.items()}
            left = await in_thread(errands.keep)(organization_id, wholes)
        except DATABASE_AWAY as error:
            log.warning("texts are kept later", extra={"error": type(error).__name__})
        else:
            now = asyncio.get_running_loop().time()
            for room, (version, whole) in mine.items():
                if room.id in left:
                    room.kept_at = now
                else:
                    room.kept(version, now, is_at_rest=whole is not None)
            asyncio.get_running_loop().call_soon(self.choose)
        finally:
            self._keeping.difference_update(mine)
