"""Who may be at a text: asked when they come, and ever again while they are there; and who is there, told to all.

Every two seconds one batched look (`students/standing.py`) finds whose rights may have changed; each is looked at once
a minute besides (R45). Who is there stands in Redis alone, by ids that fade (`core/presence.py`).
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

from django.db import DatabaseError, InterfaceError

from accounts.admission import Admission, actor_now, admit, origin_of
from coediting import queries
from coediting.frames import people_frame
from coediting.post import AWAY_ERRORS
from coediting.room import Room
from coediting.rooms import Rooms
from coediting.rules import may_edit_text
from coediting.seats import Seat
from core.actor import Actor, Hat, system_actor
from core.errors import NotAllowed, NotFound, NotSignedIn, SpedError
from core.http import record_opening
from core.hub import Hub, in_thread
from core.presence import Line, Presence, colour
from core.tenant import organization as within
from students.standing import Ground, standings

log = logging.getLogger("coediting.door")

ROUND_SECONDS = 2.0
RECHECK_SECONDS = 60.0
KEEP_SECONDS = 3.0
DRAW_SECONDS = 0.1
MOST_SOCKETS = 10  # of one person


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """Who comes to a text, on what that rests, and what they may do there."""

    admission: Admission
    actor: Actor
    ground: Ground | None
    fact: Ground | None
    text_id: UUID
    may_edit: bool


@dataclass(eq=False, slots=True, kw_only=True)
class Visitor:
    """Somebody at a text."""

    arrival: Arrival
    seat: Seat
    room: Room
    end: Callable[[SpedError], None]
    id: str = field(default_factory=lambda: uuid4().hex)
    ground: Ground | None = None
    fact: Ground | None = None
    checked_at: float = field(default_factory=time.monotonic)
    is_checking: bool = False

    @property
    def person_id(self) -> UUID:
        """Who it is."""
        return self.arrival.admission.person_id

    @property
    def is_listed(self) -> bool:
        """Whether others may hear that they are here: families are told of, never told about."""
        return self.arrival.actor.hat is Hat.STAFF

    @property
    def line(self) -> Line:
        """What the list of the text says of this socket."""
        return Line(socket_id=self.id, topic=self.room.topic, person_id=self.person_id, is_away=False)


class Door:
    """The visitors of all texts of one process."""

    def __init__(self, hub: Hub, rooms: Rooms) -> None:
        self.hub = hub
        self.rooms = rooms
        self.presence = Presence(hub, kind="text-sockets")
        self.visitors: set[Visitor] = set()
        self._undrawn: set[str] = set()
        hub.every(ROUND_SECONDS, self.go_round)
        hub.every(KEEP_SECONDS, self.keep)
        hub.on_connected.append(self.keep)
        hub.on_here.append(self.note)

    # --- Coming and going

    async def has_room(self, person_id: UUID, socket_id: str) -> bool:
        """Whether this person may open one more text; while Redis is away, by the sockets of this process."""
        if sum(other.person_id == person_id for other in self.visitors) >= MOST_SOCKETS:
            return False
        try:
            return await self.presence.claim(person_id=person_id, socket_id=socket_id, most=MOST_SOCKETS)
        except AWAY_ERRORS:
            return True

    def enter(self, visitor: Visitor) -> None:
        """Let somebody in."""
        self.visitors.add(visitor)
        if visitor.is_listed:
            self._beside(self.presence.write([visitor.line], tell=True))
        self.note([visitor.room.topic])

    def leave(self, visitor: Visitor) -> None:
        """Forget somebody. Doing it twice does nothing."""
        if visitor not in self.visitors:
            return
        self.visitors.discard(visitor)
        self.rooms.leave(visitor.room, visitor.seat)
        if visitor.is_listed:
            self._beside(self.presence.erase(visitor.line))
        self._beside(self.presence.release(person_id=visitor.person_id, socket_id=visitor.id))

    # --- Rights

    async def go_round(self) -> None:
        """Find everybody whose rights may have changed, and those not looked at for a minute."""
        visitors = list(self.visitors)
        if not visitors:
            return
        texts: dict[UUID, set[UUID]] = defaultdict(set)
        for visitor in visitors:
            texts[visitor.arrival.admission.organization_id].add(visitor.room.id)
        lines, facts = await in_thread(_lines)({one.arrival.admission for one in visitors}, texts)
        oldest = time.monotonic() - RECHECK_SECONDS
        for visitor in visitors:
            line, fact = lines[visitor.arrival.admission], facts.get(visitor.room.id)
            has_moved = line != visitor.ground or fact != visitor.fact or visitor.checked_at < oldest
            if has_moved and not visitor.is_checking:
                visitor.is_checking = True
                self.hub.spawn(self._look_again(visitor, line, fact))

    async def _look_again(self, visitor: Visitor, line: Ground, fact: Ground | None) -> None:
        try:
            could, seat = visitor.seat.may_edit, visitor.seat
            seat.may_edit, is_locked = await in_thread(_may_edit)(visitor.arrival.admission, visitor.room.id)
            if seat.may_edit != could and not (
                is_locked or visitor.room.desk.is_locked
            ):  # all hear of a lock
                visitor.room.tell_rights([seat])
            visitor.checked_at, visitor.ground, visitor.fact = time.monotonic(), line, fact
        except NotFound:
            visitor.end(NotAllowed())
        except SpedError:
            visitor.end(NotSignedIn())
        except (DatabaseError, InterfaceError, OSError) as error:
            log.warning("rights could not be read", extra={"error": type(error).__name__})
        finally:
            visitor.is_checking = False

    # --- Who is here

    async def keep(self) -> None:
        """Write this process's visitors down again before they fade."""
        visitors = list(self.visitors)
        await self.presence.keep((visitor.person_id, visitor.id) for visitor in visitors)
        await self.presence.write([visitor.line for visitor in visitors if visitor.is_listed], tell=False)
        for visitor in visitors:
            if visitor not in self.visitors:  # left while it was written
                await self.presence.release(person_id=visitor.person_id, socket_id=visitor.id)
                await self.presence.erase(visitor.line)
        self.note({visitor.room.topic for visitor in self.visitors})

    def note(self, topics: Collection[str]) -> None:
        """Remember that who is at these texts may have changed; it is told in a moment."""
        changed = {visitor.room.topic for visitor in self.visitors} & set(topics)
        if changed and not self._undrawn:
            self.hub.spawn(self._draw_soon())
        self._undrawn |= changed

    async def _draw_soon(self) -> None:
        await asyncio.sleep(DRAW_SECONDS)
        topics, self._undrawn = self._undrawn, set()
        try:
            await self._draw(topics)
        except (DatabaseError, InterfaceError, *AWAY_ERRORS) as error:
            log.warning("who is here could not be read", extra={"error": type(error).__name__})

    async def _draw(self, topics: Collection[str]) -> None:
        here = await self.presence.read(topics)
        actors = {visitor.room: visitor.arrival.actor for visitor in self.visitors}
        for room, actor in actors.items():
            if room.topic not in topics:
                continue
            names = await in_thread(_names)(actor, here[room.topic].keys())
            people = [
                {"id": str(person_id), "name": name, "colour": colour(person_id)}
                for person_id, name in sorted(names.items(), key=lambda item: (item[1], item[0]))
            ]
            if people != room.people:
                room.people = people
                for seat in room.seats:
                    if seat.version is not None:
                        seat.tell(people_frame(people))

    def _beside(self, work: Awaitable[None]) -> None:
        """Do something in Redis without waiting; while it is away nothing is done."""

        async def quietly() -> None:
            try:
                await work
            except AWAY_ERRORS as error:
                log.info("presence waits for redis", extra={"error": type(error).__name__})

        self.hub.spawn(quietly())


def arrive(scope: Mapping[str, Any], text_id: UUID) -> Arrival:
    """Who comes to a text (on what it rests is read first, so that no change is missed). Raises SpedError.

    Coming opens the record that the text belongs to, and is written down like a page of it (34 CFR 300.614).
    """
    admission = admit(scope=scope)
    ground = standings([admission])[admission]
    actor = actor_now(admission=admission, origin=origin_of(scope))
    with within(actor.organization_id):
        fact = queries.standing_of(actor=actor, text_ids=[text_id]).get(text_id)
        text = queries.visible_text(actor=actor, text_id=text_id)
        record_opening(actor=actor, student_id=text.student_id, page="text")
        may_edit = may_edit_text(actor, text)
    return Arrival(
        admission=admission, actor=actor, ground=ground, fact=fact, text_id=text_id, may_edit=may_edit
    )


def _may_edit(admission: Admission, text_id: UUID) -> tuple[bool, bool]:
    actor = actor_now(admission=admission)
    with within(actor.organization_id):
        return queries.may_edit(actor=actor, text_id=text_id)


def _lines(
    admissions: Collection[Admission], texts: Mapping[UUID, Collection[UUID]]
) -> tuple[dict[Admission, Ground], dict[UUID, Ground]]:
    facts: dict[UUID, Ground] = {}
    for organization_id, text_ids in texts.items():
        software = system_actor(organization_id=organization_id, name="Throughline")
        with within(organization_id):
            facts |= queries.standing_of(actor=software, text_ids=text_ids)
    return standings(admissions), facts


def _names(actor: Actor, person_ids: Collection[UUID]) -> dict[UUID, str]:
    with within(actor.organization_id):
        return queries.names_of(actor=actor, person_ids=person_ids)


_doors: "WeakKeyDictionary[Hub, Door]" = WeakKeyDictionary()


def door(hub: Hub, rooms: Rooms) -> Door:
    """The door of a hub's process."""
    if hub not in _doors:
        _doors[hub] = Door(hub, rooms)
    return _doors[hub]
