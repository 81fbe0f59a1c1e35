"""Letters between the web processes about open texts: who owns which, what is proposed, what was committed.

All of it goes over Redis, sealed: words of a text never lie open there. A letter that is lost costs time and nothing
else: proposals are sent again until they are answered, and what was committed is read from the log. While Redis is
away every process works alone, fenced by the versions in PostgreSQL.
"""

import asyncio
import json
import logging
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID, uuid4

import redis.asyncio as redis
from django.conf import settings
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from core.crypto import CannotOpen, Place
from core.encrypted import NOWHERE, ring

log = logging.getLogger("coediting.post")

LEASE_MS = 6_000
QUIET_SECONDS = 5.0
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.1, 2.0
AWAY_ERRORS = (redis.RedisError, OSError)

# Who owns a text. ARGV: me, milliseconds, and whom I found gone; answers the owner.
ELECT = """
local owner = redis.call('GET', KEYS[1])
if not owner or owner == ARGV[1] or owner == ARGV[3] then
    redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
    return ARGV[1]
end
return owner
"""
# Keep what is mine; answers, for each text, who owns it now.
RENEW = """
local owners = {}
for index, key in ipairs(KEYS) do
    local owner = redis.call('GET', key)
    if not owner or owner == ARGV[1] then
        redis.call('SET', key, ARGV[1], 'PX', ARGV[2])
        owner = ARGV[1]
    end
    owners[index] = owner
end
return owners
"""
GIVE_UP = "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0"

Letter = dict[str, Any]


class Post:
    """The letters of one process, in order for each addressee."""

    def __init__(self, *, hear: Callable[[str, Letter], None], gone: Callable[[str], None]) -> None:
        self.me = UUID(
            int=uuid4().int >> 32 << 32 | os.getpid()
        ).hex  # who looks into Redis sees whose a text is
        self.is_connected = False
        self.on_connected: Callable[[], None] = lambda: None
        self._hear = hear
        self._gone = gone
        self._letters: dict[str, list[Letter]] = defaultdict(list)
        self._wake = asyncio.Event()
        self.redis = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=2,
            socket_connect_timeout=2,
            retry=Retry(NoBackoff(), 1),
        )

    # --- Who owns a text

    async def elect(self, text_id: UUID, *, instead_of: str = "") -> str:
        """Own a text if nobody does, or nobody but who is gone. Returns the owner. Raises redis.RedisError."""
        found: Any = await self.redis.eval(ELECT, 1, _lease(text_id), self.me, LEASE_MS, instead_of)
        return str(found, "ascii")

    async def renew(self, text_ids: Collection[UUID]) -> dict[UUID, str]:
        """Go on owning texts. Returns the owner of each. Raises redis.RedisError."""
        ids = list(text_ids)
        if not ids:
            return {}
        found: Any = await self.redis.eval(RENEW, len(ids), *map(_lease, ids), self.me, LEASE_MS)
        return {text_id: str(owner, "ascii") for text_id, owner in zip(ids, found, strict=True)}

    async def give_up(self, text_id: UUID) -> None:
        """Own a text no longer. Raises redis.RedisError."""
        await self.redis.eval(GIVE_UP, 1, _lease(text_id), self.me)

    # --- Letters

    def send(self, to: str, letter: Letter) -> None:
        """Send a letter soon, with others to the same process."""
        self._letters[to].append(letter)
        self._wake.set()

    async def write(self) -> None:
        """Send what there is to send, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            letters, self._letters = self._letters, defaultdict(list)
            for to, mine in letters.items():
                try:
                    if not await self.redis.publish(_box(to), self._sealed(to, mine)):
                        self._gone(to)
                except AWAY_ERRORS as error:
                    log.info("letters wait for redis", extra={"error": type(error).__name__})

    async def listen(self) -> None:
        """Hear, and keep hearing through every restart of Redis, until cancelled."""
        wait = FIRST_WAIT_SECONDS
        while True:
            try:
                async with self.redis.pubsub() as ear:
                    await ear.subscribe(_box(self.me))
                    await self._hear_all(ear)
            except AWAY_ERRORS as error:
                wait = FIRST_WAIT_SECONDS if self.is_connected else min(wait * 2, LONGEST_WAIT_SECONDS)
                if self.is_connected:
                    log.warning("redis is away", extra={"error": type(error).__name__})
            except Exception:
                log.exception("the post stopped listening")
                wait = LONGEST_WAIT_SECONDS
            self.is_connected = False
            await asyncio.sleep(wait)

    async def close(self) -> None:
        """Let go of Redis."""
        await self.redis.aclose()

    async def _hear_all(self, ear: Any) -> None:
        is_asked = False
        while True:
            message = await ear.get_message(timeout=QUIET_SECONDS)
            if message is None and is_asked:
                raise redis.ConnectionError
            if message is None:
                await ear.ping()
                is_asked = True
                continue
            is_asked = False
            if message["type"] == "message":
                self._open(message["data"])
            elif message["type"] == "subscribe":
                self.is_connected = True
                self.on_connected()

    def _open(self, sealed: bytes) -> None:
        try:
            content: Mapping[str, Any] = json.loads(ring().open(sealed, _place(self.me)))
        except (CannotOpen, ValueError):
            log.warning("a letter could not be opened")
            return
        for letter in content["letters"]:
            self._hear(content["from"], letter)

    def _sealed(self, to: str, letters: list[Letter]) -> bytes:
        content = json.dumps({"from": self.me, "letters": letters}, separators=(",", ":"))
        return ring().seal(content.encode(), _place(to))


def _place(process: str) -> Place:
    return Place(column="coediting.post", organization_id=NOWHERE, row_id=UUID(process))


def _box(process: str) -> str:
    return f"{settings.LIVE_PREFIX}texts:{process}"


def _lease(text_id: UUID) -> str:
    return f"{settings.LIVE_PREFIX}text:{text_id}"
