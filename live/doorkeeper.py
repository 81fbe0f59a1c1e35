"""Keeps the open sockets of one process honest: who may watch what is asked at every frame, and ever again.

Every two seconds one batched look (`live/standing.py`) finds whose rights may have changed; news of a person has that
person's sockets held back and looked at before anything else is told. Each socket is looked at once a minute besides.
"""

import asyncio
import json
import logging
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4
from weakref import WeakKeyDictionary

import redis.asyncio as redis
from django.db import DatabaseError, InterfaceError

from accounts.admission import Admission, actor_now
from core.actor import Actor, Hat
from core.errors import NotSignedIn, SpedError
from core.hub import Hub, Socket, in_thread
from core.models import topic as topic_name
from core.outbox import topic_versions
from core.presence import Line, Presence
from core.tenant import organization as within
from live import queries, standing
from students.standing import Ground, standings

log = logging.getLogger("live.doorkeeper")

ROUND_SECONDS = 2.0
RECHECK_SECONDS = 60.0
KEEP_SECONDS = 3.0
DRAW_SECONDS = 0.1  # who comes and goes within this time is told in one frame
AWAY_SECONDS = 300.0  # without input
MOST_SOCKETS = 10  # of one person
AWAY_ERRORS = (redis.RedisError, OSError)


@dataclass(eq=False, slots=True, kw_only=True)
class Visitor:
    """One open socket: who came in, what is watched, and on which page they are."""

    admission: Admission
    actor: Actor
    ground: Ground | None
    socket: Socket
    end: Callable[[SpedError], None]
    id: str = field(default_factory=lambda: uuid4().hex)
    facts: dict[str, Ground | None] = field(default_factory=dict)  # of watched topics
    page: str = ""
    is_away: bool = False
    input_at: float = 0.0
    shown: str | None = None  # the people last told of
    checked_at: float = field(default_factory=time.monotonic)
    is_in_doubt: bool = False
    is_checking: bool = False

    @property
    def person_id(self) -> UUID:
        """Who it is."""
        return self.admission.person_id

    @property
    def is_listed(self) -> bool:
        """Whether others may hear that they are on a page: families are told of, never told about."""
        return bool(self.page) and self.actor.hat is Hat.STAFF

    @property
    def line(self) -> Line:
        """What the list of the page says of this socket."""
        return Line(socket_id=self.id, topic=self.page, person_id=self.person_id, is_away=self.is_away)


class Doorkeeper:
    """The visitors of one process."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.presence = Presence(hub)
        self.visitors: set[Visitor] = set()
        self._pages: dict[str, set[Visitor]] = defaultdict(set)
        self._undrawn: set[str] = set()
        self._keeping = asyncio.Lock()
        hub.every(ROUND_SECONDS, self.go_round)
        hub.every(KEEP_SECONDS, self.keep)
        hub.on_connected.append(self.keep)
        hub.on_here.append(self.note)

    # --- Coming and going

    async def has_room(self, visitor: Visitor) -> bool:
        """Whether this person may open one more socket; while Redis is away, by the sockets of this process."""
        mine = sum(other.person_id == visitor.person_id for other in self.visitors)
        if mine >= MOST_SOCKETS:
            return False
        try:
            return await self.presence.claim(
                person_id=visitor.person_id, socket_id=visitor.id, most=MOST_SOCKETS
            )
        except AWAY_ERRORS:
            return True

    def enter(self, visitor: Visitor) -> None:
        """Let somebody in."""
        self.visitors.add(visitor)
        visitor.socket.on_alarm = lambda: self.doubt(visitor)
        self.hub.add(visitor.socket, alarms=[topic_name("person", visitor.person_id)])

    def leave(self, visitor: Visitor) -> None:
        """Forget somebody. Doing it twice does nothing."""
        if visitor not in self.visitors:
            return
        self.visitors.discard(visitor)
        self.hub.remove(visitor.socket)
        self._leave_page(visitor)
        self._beside(self.presence.release(person_id=visitor.person_id, socket_id=visitor.id))

    # --- What a client asks

    async def watch(self, visitor: Visitor, topics: Collection[str]) -> tuple[dict[str, str], list[str]]:
        """Begin to tell a client of topics. Returns their versions, and the topics that are refused.

        Raises NotSignedIn or NotFound when the client may be here no longer.
        """
        visitor.actor, mine, facts = await in_thread(_authorised)(visitor.admission, topics)
        if visitor not in self.visitors:
            return {}, []
        fresh = [topic for topic in topics if topic in mine]
        self.hub.watch(visitor.socket, fresh)
        visitor.facts |= {topic: facts.get(topic) for topic in fresh}
        versions = self.hub.answer(visitor.socket, await in_thread(topic_versions)(fresh)) if fresh else {}
        return versions, sorted(set(topics) - versions.keys())

    def unwatch(self, visitor: Visitor, topics: Collection[str]) -> None:
        """Tell a client of topics no longer."""
        known = [topic for topic in topics if topic in visitor.socket.topics]
        self.hub.unwatch(visitor.socket, known)
        for topic in known:
            visitor.facts.pop(topic, None)

    async def here(self, visitor: Visitor, page: str, *, is_away: bool) -> bool:
        """Put a client on the list of a page. False when the page is not theirs. Raises as `watch`."""
        if page and page not in visitor.socket.topics:
            visitor.actor, mine, facts = await in_thread(_authorised)(visitor.admission, [page])
            if page not in mine:
                return False
            visitor.facts[page] = facts.get(page)
        if visitor not in self.visitors:
            return True
        before = (visitor.page, visitor.is_away)
        if page != visitor.page:
            self._leave_page(visitor)
        visitor.page, visitor.is_away, visitor.input_at = page, is_away, time.monotonic()
        if page:
            self._pages[page].add(visitor)
            if visitor.is_listed:
                self._beside(self.presence.write([visitor.line], tell=before != (page, is_away)))
            self.note([page])
        return True

    def _leave_page(self, visitor: Visitor) -> None:
        if not visitor.page:
            return
        if visitor.is_listed:
            self._beside(self.presence.erase(visitor.line))
        self._pages[visitor.page].discard(visitor)
        if not self._pages[visitor.page]:
            del self._pages[visitor.page]
        visitor.page, visitor.shown = "", None

    # --- Rights

    def doubt(self, visitor: Visitor) -> None:
        """Look at a visitor's rights again; what changed meanwhile is told afterwards, if it may be."""
        visitor.is_in_doubt = True
        visitor.socket.hold()
        if not visitor.is_checking:
            visitor.is_checking = True
            self.hub.spawn(self._check(visitor))

    async def _check(self, visitor: Visitor) -> None:
        try:
            while visitor.is_in_doubt and visitor in self.visitors:
                visitor.is_in_doubt = False
                await self._look_again(visitor)
            visitor.socket.release()
        except SpedError:
            visitor.end(NotSignedIn())
        except (DatabaseError, InterfaceError, OSError) as error:
            visitor.is_in_doubt = True  # the next round asks again; until then nothing is told
            log.warning("rights could not be read", extra={"error": type(error).__name__})
        finally:
            visitor.is_checking = False

    async def _look_again(self, visitor: Visitor) -> None:
        asked = {*visitor.socket.topics, *([visitor.page] if visitor.page else [])}
        visitor.actor, mine, facts = await in_thread(_authorised)(visitor.admission, asked)
        visitor.checked_at = time.monotonic()
        visitor.facts |= {topic: facts.get(topic) for topic in asked & visitor.facts.keys()}
        lost = sorted(asked - mine)
        if lost:
            self.unwatch(visitor, lost)
            if visitor.page in lost:
                self._leave_page(visitor)
            visitor.socket.answer({"refused": lost})

    async def go_round(self) -> None:
        """Find everybody whose rights may have changed, and those not looked at for a minute."""
        visitors = list(self.visitors)
        if not visitors:
            return
        topics: dict[UUID, set[str]] = defaultdict(set)
        for visitor in visitors:
            topics[visitor.admission.organization_id].update(visitor.facts)
        lines, facts = await in_thread(_lines)({visitor.admission for visitor in visitors}, topics)
        oldest = time.monotonic() - RECHECK_SECONDS
        for visitor in visitors:
            line = lines[visitor.admission]
            moved = [
                topic for topic, fact in visitor.facts.items() if topic in facts and facts[topic] != fact
            ]
            if line != visitor.ground or moved or visitor.checked_at < oldest or visitor.is_in_doubt:
                visitor.ground = line
                self.doubt(visitor)

    # --- Who is here

    async def keep(self) -> None:
        """Write this process's visitors down again before they fade, and notice who is away or gone.

        One after the other: what was looked at earlier would else be written over what is newer.
        """
        async with self._keeping:
            await self._keep()

    async def _keep(self) -> None:
        silent = time.monotonic() - AWAY_SECONDS
        for visitor in self.visitors:
            if visitor.page and not visitor.is_away and visitor.input_at < silent:
                visitor.is_away = True
        visitors = list(self.visitors)
        here = [visitor.line for visitor in visitors if visitor.is_listed]
        await self.presence.keep((visitor.person_id, visitor.id) for visitor in visitors)
        await self.presence.write(here, tell=False)
        await self._take_back(visitors, here)
        self.note(self._pages)

    async def _take_back(self, visitors: Collection[Visitor], here: Collection[Line]) -> None:
        """Erase what was just written down of those who left while it was written."""
        for visitor in visitors:
            if visitor not in self.visitors:
                await self.presence.release(person_id=visitor.person_id, socket_id=visitor.id)
        still = {(visitor.id, visitor.page) for visitor in self.visitors}
        for line in here:
            if (line.socket_id, line.topic) not in still:
                await self.presence.erase(line)

    def note(self, topics: Iterable[str]) -> None:
        """Remember that who is on these pages may have changed; it is told in a moment."""
        changed = self._pages.keys() & set(topics)
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
        people = await self.presence.read(topics)
        asked = {
            (topic, visitor.actor.organization_id, visitor.actor.hat): visitor.actor
            for topic in topics
            for visitor in self._pages.get(topic, ())
        }
        named = await in_thread(_named)(asked, people)
        for topic in topics:
            for visitor in self._pages.get(topic, ()):
                known = named.get((topic, visitor.actor.organization_id, visitor.actor.hat), ())
                faces = [
                    {"id": str(one.id), "name": one.name, "colour": one.colour, "away": people[topic][one.id]}
                    for one in known
                    if one.id != visitor.person_id
                ]
                text = json.dumps(faces[: queries.MOST_PRESENT])
                if text != visitor.shown:
                    visitor.shown = text
                    visitor.socket.present(topic, text)

    def _beside(self, work: Awaitable[None]) -> None:
        """Do something in Redis without waiting; while it is away nothing is done."""

        async def quietly() -> None:
            try:
                await work
            except AWAY_ERRORS as error:
                log.info("presence waits for redis", extra={"error": type(error).__name__})

        self.hub.spawn(quietly())


def _authorised(
    admission: Admission, topics: Iterable[str]
) -> tuple[Actor, frozenset[str], dict[str, Ground]]:
    """The actor of now, which of the topics are theirs, and on what that rests (read first, so no change is missed)."""
    names = list(topics)
    actor = actor_now(admission=admission)
    facts = standing.facts({actor.organization_id: names})
    with within(actor.organization_id):
        return actor, queries.watchable(actor=actor, topics=names), facts


def _lines(
    admissions: Collection[Admission], topics: dict[UUID, set[str]]
) -> tuple[dict[Admission, Ground], dict[str, Ground]]:
    return standings(admissions), standing.facts(topics)


def _named(
    asked: dict[tuple[str, UUID, Hat], Actor], people: dict[str, dict[UUID, bool]]
) -> dict[tuple[str, UUID, Hat], tuple[queries.Present, ...]]:
    """The names on each page as the staff and as the families of a district may know them."""
    found: dict[Any, tuple[queries.Present, ...]] = {}
    for (topic, organization_id, hat), actor in asked.items():
        with within(organization_id):
            found[topic, organization_id, hat] = queries.present(
                actor=actor, topic=topic, person_ids=people[topic].keys()
            )
    return found


_doorkeepers: "WeakKeyDictionary[Hub, Doorkeeper]" = WeakKeyDictionary()


def doorkeeper(hub: Hub) -> Doorkeeper:
    """The doorkeeper of a hub."""
    if hub not in _doorkeepers:
        _doorkeepers[hub] = Doorkeeper(hub)
    return _doorkeepers[hub]
