"""Who is on which page: ids in Redis that fade by themselves. Names are looked up for each who asks, with their rights.

Every process writes its own sockets down again before they fade; what a killed process leaves behind is gone after
`FADES_SECONDS`. While Redis is away nobody is shown; everything else goes on.
"""

import json
import time
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings

from core.hub import Hub

FADES_SECONDS = 10
COLOURS = 6  # p1 to p6 of the style sheet
KEEP_SECONDS = 60  # of a whole list, after its last line was written


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One socket on one page."""

    socket_id: str
    topic: str
    person_id: UUID
    is_away: bool


class Presence:
    """The lists in Redis, written by this process for its own sockets of one kind and read by all."""

    def __init__(self, hub: Hub, *, kind: str = "sockets") -> None:
        self._hub = hub
        self._kind = kind

    async def write(self, lines: Collection[Line], *, tell: bool) -> None:
        """Put lines on the lists; `tell` the other processes that they differ. Raises redis.RedisError."""
        if not lines:
            return
        until = time.time() + FADES_SECONDS
        async with self._hub.redis.pipeline(transaction=False) as pipe:
            for line in lines:
                value = json.dumps([str(line.person_id), line.is_away, until])
                pipe.hset(_page(line.topic), line.socket_id, value)
                pipe.expire(_page(line.topic), KEEP_SECONDS)
            await pipe.execute()
        if tell:
            await self._tell({line.topic for line in lines})

    async def erase(self, line: Line) -> None:
        """Take a line off its list and tell everybody. Raises redis.RedisError."""
        await self._hub.redis.hdel(_page(line.topic), line.socket_id)
        await self._tell({line.topic})

    async def read(self, topics: Collection[str]) -> dict[str, dict[UUID, bool]]:
        """Who is on each page, and whether away on every one of their sockets there. Raises redis.RedisError."""
        asked = list(topics)
        async with self._hub.redis.pipeline(transaction=False) as pipe:
            for topic in asked:
                pipe.hgetall(_page(topic))
            lists = await pipe.execute()
        return {topic: _people(found.values()) for topic, found in zip(asked, lists, strict=True)}

    async def claim(self, *, person_id: UUID, socket_id: str, most: int) -> bool:
        """Count a socket as one of a person's, of all processes. False when they have `most` already."""
        key, now = self._sockets(person_id), time.time()
        async with self._hub.redis.pipeline(transaction=True) as pipe:
            pipe.zremrangebyscore(key, 0, now)
            pipe.zadd(key, {socket_id: now + FADES_SECONDS})
            pipe.zcard(key)
            pipe.expire(key, KEEP_SECONDS)
            count = (await pipe.execute())[2]
        if count <= most:
            return True
        await self.release(person_id=person_id, socket_id=socket_id)
        return False

    async def keep(self, sockets: Iterable[tuple[UUID, str]]) -> None:
        """Keep this process's sockets counted. Raises redis.RedisError."""
        until = time.time() + FADES_SECONDS
        of_person: dict[UUID, dict[str, float]] = defaultdict(dict)
        for person_id, socket_id in sockets:
            of_person[person_id][socket_id] = until
        async with self._hub.redis.pipeline(transaction=False) as pipe:
            for person_id, mine in of_person.items():
                pipe.zadd(self._sockets(person_id), mine)
                pipe.expire(self._sockets(person_id), KEEP_SECONDS)
            await pipe.execute()

    async def release(self, *, person_id: UUID, socket_id: str) -> None:
        """Count a socket no longer. Raises redis.RedisError."""
        await self._hub.redis.zrem(self._sockets(person_id), socket_id)

    def _sockets(self, person_id: UUID) -> str:
        return f"{settings.LIVE_PREFIX}{self._kind}:{person_id}"

    async def _tell(self, topics: Collection[str]) -> None:
        await self._hub.publish({"here": sorted(topics)})


def _people(values: Iterable[str]) -> dict[UUID, bool]:
    now = time.time()
    found: dict[UUID, bool] = {}
    for value in values:
        person, is_away, until = json.loads(value)
        if until > now:
            person_id = UUID(person)
            found[person_id] = is_away and found.get(person_id, True)
    return found


def _page(topic: str) -> str:
    return f"{settings.LIVE_PREFIX}here:{topic}"


def colour(person_id: UUID) -> int:
    """The colour of a person, 1 to 6, everywhere and always the same."""
    return person_id.int % COLOURS + 1
