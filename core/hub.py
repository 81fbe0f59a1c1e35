"""News between processes and open sockets: one Redis subscription a process, frames to the sockets that it serves.

A push is a hint. Versions in PostgreSQL are the truth: the hub reads those of every watched topic again when Redis
comes back and every `SWEEP_SECONDS` besides, so a push that was lost costs a moment and nothing else. A frame is
encoded once; each socket keeps only the newest version of each topic that it has not been told, so a slow one costs
no more memory than a quick one. On the bus travel names of topics and versions, no content.
"""

import asyncio
import contextlib
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Mapping
from functools import lru_cache, partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import redis.asyncio as redis
from channels.db import database_sync_to_async
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from core.metrics import SOCKETS
from core.outbox import live_channel, topic_versions

log = logging.getLogger("core.hub")

Result = TypeVar("Result")

SWEEP_SECONDS = 2.0  # a lost push is found out after this long
QUIET_SECONDS = 5.0  # without a word from Redis, ask whether it is there
FIRST_WAIT_SECONDS = 0.1
LONGEST_WAIT_SECONDS = 2.0
SLOW_SECONDS = 10.0  # a socket that takes nothing for this long is given up
MOST_ANSWERS = 64  # frames a socket may owe its client

in_thread = partial(database_sync_to_async, thread_sensitive=False)


class Socket:
    """One open socket: what it watches and what it has not been told yet. `write` sends, one frame at a time."""

    __slots__ = (
        "_answers",
        "_changed",
        "_present",
        "_send",
        "_wake",
        "alarms",
        "gave_up",
        "is_held",
        "on_alarm",
        "sending_since",
        "topics",
        "unanswered",
    )

    def __init__(
        self,
        send: Callable[[str], Awaitable[None]],
        *,
        gave_up: Callable[[], None],
        on_alarm: Callable[[], None] = lambda: None,
    ) -> None:
        self._send = send
        self.gave_up = gave_up
        self.on_alarm = on_alarm
        self.topics: set[str] = set()
        self.unanswered: set[str] = set()
        self.alarms: set[str] = set()
        self.is_held = False
        self.sending_since: float | None = None
        self._changed: dict[str, int] = {}
        self._present: dict[str, str] = {}
        self._answers: deque[str] = deque()
        self._wake = asyncio.Event()

    def changed(self, topic: str, version: int) -> None:
        """Tell the client of a version, instead of any older one that it has not been told.

        What it has asked for and was not answered yet is told by the answer.
        """
        if topic not in self.unanswered:
            self._changed[topic] = version
            self._wake.set()

    def present(self, topic: str, people: str) -> None:
        """Tell the client who is on a page, as JSON, instead of any older list."""
        self._present[topic] = people
        self._wake.set()

    def answer(self, frame: Mapping[str, Any]) -> None:
        """Send a frame of this client's own, after those before it."""
        if len(self._answers) >= MOST_ANSWERS:
            self.gave_up()
            return
        self._answers.append(json.dumps(frame))
        self._wake.set()

    def hold(self) -> None:
        """Tell nothing that changed until `release`: the rights of the client are being read again."""
        self.is_held = True

    def release(self) -> None:
        """Go on telling what changed."""
        self.is_held = False
        self._wake.set()

    def forget(self, topics: Iterable[str]) -> None:
        """Drop what the client has not been told of these topics."""
        for topic in topics:
            self._changed.pop(topic, None)
            self._present.pop(topic, None)

    async def write(self) -> None:
        """Send what there is to send, until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            await self._wake.wait()
            self._wake.clear()
            while (text := self._next()) is not None:
                self.sending_since = loop.time()
                await self._send(text)
                self.sending_since = None

    def _next(self) -> str | None:
        if self._answers:
            return self._answers.popleft()
        if self.is_held:
            return None
        if self._changed:
            news, self._changed = tuple(self._changed.items()), {}
            return _changed_frame(news)
        if self._present:
            topic, people = self._present.popitem()
            return f'{{"present": {{{json.dumps(topic)}: {people}}}}}'
        return None


@lru_cache(maxsize=512)
def _changed_frame(news: tuple[tuple[str, int], ...]) -> str:
    """A frame of versions. Sockets that watch the same topics share it."""
    return json.dumps({"changed": {topic: str(version) for topic, version in news}})


class _Topic:
    """A topic that is watched in this process: the newest version heard of, and by whom it is watched."""

    __slots__ = ("sockets", "version")

    def __init__(self) -> None:
        self.version = -1
        self.sockets: set[Socket] = set()


class Hub:
    """The sockets of one process and its one ear on Redis. All of it runs in one event loop."""

    def __init__(self) -> None:
        self.redis = redis.Redis.from_url(
            settings.REDIS_URL,
            socket_timeout=2,
            socket_connect_timeout=2,
            retry=Retry(
                NoBackoff(), 1
            ),  # the first try may meet a connection that died with an earlier Redis
            decode_responses=True,
        )
        self.is_connected = False
        self.on_connected: list[Callable[[], Awaitable[None]]] = []
        self.on_here: list[Callable[[list[str]], None]] = []
        self.on_changed: list[Callable[[Collection[str]], None]] = []
        self._sockets: set[Socket] = set()
        self._topics: dict[str, _Topic] = {}
        self._alarms: dict[str, set[Socket]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self._resync = asyncio.Event()

    def start(self) -> None:
        """Listen, and keep listening through every restart of Redis. Starting twice does nothing."""
        if not self._tasks:
            self.spawn(self._listen())
            self.spawn(self._sweep())
            self.every(1.0, self._find_slow)

    async def stop(self) -> None:
        """Stop everything that was started here."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.redis.aclose()

    def spawn(self, work: Coroutine[Any, Any, Result]) -> "asyncio.Task[Result]":
        """Run something beside the sockets, until it ends or the hub stops."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def every(self, seconds: float, work: Callable[[], Awaitable[None]]) -> None:
        """Run something again and again, with a pause between; a failure is logged and the next turn comes."""

        async def turns() -> None:
            while True:
                await asyncio.sleep(seconds)
                try:
                    await work()
                except (redis.RedisError, DatabaseError, InterfaceError, OSError) as error:
                    log.warning("a round was skipped", extra={"error": type(error).__name__})
                except Exception:
                    log.exception("a round failed")

        self.spawn(turns())

    # --- Sockets

    def add(self, socket: Socket, *, alarms: Iterable[str] = ()) -> None:
        """Serve a socket. News of `alarms` holds it back and calls its `on_alarm` before anything else is told."""
        self._sockets.add(socket)
        SOCKETS.set(len(self._sockets))
        for topic in alarms:
            socket.alarms.add(topic)
            self._alarms.setdefault(topic, set()).add(socket)

    def remove(self, socket: Socket) -> None:
        """Forget a socket."""
        self._sockets.discard(socket)
        SOCKETS.set(len(self._sockets))
        self.unwatch(socket, list(socket.topics))
        for topic in socket.alarms:
            listening = self._alarms.get(topic, set())
            listening.discard(socket)
            if not listening:
                self._alarms.pop(topic, None)
        socket.alarms.clear()

    def watch(self, socket: Socket, topics: Iterable[str]) -> None:
        """Listen first, then read, then `answer`. No change falls between."""
        for name in topics:
            if name not in socket.topics:
                socket.topics.add(name)
                socket.unanswered.add(name)
            self._topics.setdefault(name, _Topic()).sockets.add(socket)

    def unwatch(self, socket: Socket, topics: Collection[str]) -> None:
        """Stop telling a socket of topics, and forget what it was not told yet."""
        for name in topics:
            socket.topics.discard(name)
            socket.unanswered.discard(name)
            topic = self._topics.get(name)
            if topic is not None:
                topic.sockets.discard(socket)
                if not topic.sockets:
                    del self._topics[name]
        socket.forget(topics)

    def answer(self, socket: Socket, read: Mapping[str, str]) -> dict[str, str]:
        """Versions for the topics that a socket still watches: those just read, or what was pushed meanwhile."""
        for name, text in read.items():
            self._heard(name, int(text))
        mine = [name for name in read if name in socket.topics]
        socket.unanswered.difference_update(mine)
        socket.forget(mine)
        return {name: str(self._topics[name].version) for name in mine}

    # --- News

    async def publish(self, message: Mapping[str, Any]) -> None:
        """Say something to the hubs of all processes. Raises redis.RedisError."""
        await self.redis.publish(live_channel(), json.dumps(message))

    async def _listen(self) -> None:
        wait = FIRST_WAIT_SECONDS
        while True:
            try:
                async with self.redis.pubsub() as ear:
                    await ear.subscribe(live_channel())
                    await self._hear_all(ear)
            except (redis.RedisError, OSError) as error:
                wait = FIRST_WAIT_SECONDS if self.is_connected else min(wait * 2, LONGEST_WAIT_SECONDS)
                if self.is_connected:
                    log.warning("redis is away", extra={"error": type(error).__name__})
                self.is_connected = False
            except Exception:
                log.exception("the hub stopped listening")
                wait = LONGEST_WAIT_SECONDS
            await asyncio.sleep(wait)

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
                self._hear(message["data"])
            elif message["type"] == "subscribe":
                self.is_connected = True
                self._resync.set()
                for callback in self.on_connected:
                    self.spawn(_quietly(callback))

    def _hear(self, text: str) -> None:
        """Take one message off the bus. What cannot be read is left lying: the sweep finds what it meant."""
        try:
            message = json.loads(text)
            changed = {str(topic): int(version) for topic, version in message.get("changed", {}).items()}
            here = [str(topic) for topic in message.get("here", [])]
        except (ValueError, TypeError, AttributeError, RecursionError):
            log.warning("a message on the bus could not be read")
            return
        for topic in self._alarms.keys() & changed.keys():
            for socket in tuple(self._alarms[topic]):
                socket.hold()
                socket.on_alarm()
        for topic, version in changed.items():
            self._heard(topic, version)
        for told in self.on_changed:
            told(changed)
        if here:
            for listener in self.on_here:
                listener(here)

    def _heard(self, name: str, version: int) -> None:
        topic = self._topics.get(name)
        if topic is None or version <= topic.version:
            return
        topic.version = version
        for socket in topic.sockets:
            socket.changed(name, version)

    # --- The truth

    async def _sweep(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._resync.wait(), SWEEP_SECONDS)
            self._resync.clear()
            try:
                await self.resync()
            except (DatabaseError, InterfaceError, OSError) as error:
                log.warning("the database is away", extra={"error": type(error).__name__})
            except Exception:
                log.exception("the sweep failed")

    async def resync(self) -> None:
        """Compare every watched topic with PostgreSQL and tell its watchers what they missed."""
        before = {name: topic.version for name, topic in self._topics.items()}
        if not before:
            return
        read = await in_thread(topic_versions)(before)
        for name, text in read.items():
            topic, version = self._topics.get(name), int(text)
            if topic is None:
                continue
            if version < topic.version == before[name]:
                topic.version = -1  # the database was put back to an earlier day
            self._heard(name, version)

    async def _find_slow(self) -> None:
        now = asyncio.get_running_loop().time()
        for socket in tuple(self._sockets):
            if socket.sending_since is not None and now - socket.sending_since > SLOW_SECONDS:
                socket.gave_up()


async def _quietly(work: Callable[[], Awaitable[None]]) -> None:
    try:
        await work()
    except (redis.RedisError, OSError) as error:
        log.warning("redis is away", extra={"error": type(error).__name__})


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, Hub]" = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of this process (of this event loop), listening."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    _hubs[loop].start()
    return _hubs[loop]


async def stop() -> None:
    """Stop the hub of this process, if it has one."""
    found = _hubs.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.stop()
