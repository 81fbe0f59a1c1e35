"""Open pages as browsers keep them, in a process of their own: sockets that listen, pages that refetch what changed."""

import asyncio
import json
import multiprocessing
import random
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection

import httpx

from bench.ears import Ear, listen

MOST_JITTER_SECONDS = 0.1
OPENED_AT_ONCE = 20
PATIENCE_SECONDS = 60
GONE_SECONDS = 3  # until the server has seen that nobody is there any more
RETRY_SECONDS = 1.0  # then twice as long each time, as `live.js` does
FAILED = "failed"  # noted instead of a topic: a refetch that was answered with an error
REGION = re.compile(r'data-live="([^"]+)" data-live-version="([^"]+)"')
Heard = tuple[
    str, str, float
]  # what, which version, when (monotonic seconds, the same clock in all processes)


@dataclass(slots=True)
class Tab:
    """One open page: whose, which address it refetches (none: it only listens), and what it watches."""

    cookie: str
    slug: str
    address: str = ""
    topics: list[str] = field(default_factory=list)


class Tabs:
    """Many tabs in another process. `heard` brings back what each was told and when."""

    def __init__(self, url: str, tabs: list[Tab]) -> None:
        context = multiprocessing.get_context("spawn")
        self._here, there = context.Pipe()
        self.process = context.Process(target=_live, args=(url, tabs, there), daemon=True)
        self.process.start()
        there.close()
        self.opened = self._here.recv()

    def heard(self) -> list[Heard]:
        """Close every tab. For a listening tab its topics; for a page its address and topic, each time it was fresh."""
        self._here.send("close")
        found: list[Heard] = self._here.recv()
        self.process.join()
        time.sleep(GONE_SECONDS)
        return found


def _live(url: str, tabs: list[Tab], parent: Connection) -> None:
    asyncio.run(_all(url, tabs, parent))


async def _all(url: str, tabs: list[Tab], parent: Connection) -> None:
    heard: list[Heard] = []
    gate = asyncio.Semaphore(OPENED_AT_ONCE)
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS, limits=limits) as client:
        pages = [Page(tab, client, heard.append) for tab in tabs]
        await asyncio.gather(*(page.open(url, gate) for page in pages))
        heard.clear()
        parent.send(len(pages))
        await asyncio.get_running_loop().run_in_executor(None, parent.recv)
        for page in pages:
            page.close()
    parent.send(heard)


class Page:
    """One tab at work."""

    def __init__(self, tab: Tab, client: httpx.AsyncClient, note: Callable[[Heard], None]) -> None:
        self.tab, self.client, self.note = tab, client, note
        self.told: dict[str, str] = {}
        self.shown: dict[str, str] = {}
        self.took = MOST_JITTER_SECONDS
        self.answered: asyncio.Future[None] | None = None
        self.work: asyncio.Task[None] | None = None
        self.ear: Ear | None = None

    async def open(self, url: str, gate: asyncio.Semaphore) -> None:
        """Load the page, then watch what it shows. Raises RuntimeError when some of it may not be watched."""
        async with gate:
            if self.tab.address:
                self.shown = await self.fetch()
                self.tab.topics = sorted(self.shown)
            self.answered = asyncio.get_running_loop().create_future()
            path = f"/ws/live/?organization={self.tab.slug}"
            self.ear = await listen(url, path, self.tab.cookie, self.hear)
            self.ear.say({"watch": self.tab.topics})
            await asyncio.wait_for(self.answered, PATIENCE_SECONDS)

    def hear(self, text: bytes, now: float) -> None:
        """Take one frame."""
        frame = json.loads(text)
        if self.answered is not None and not self.answered.done():
            if sorted(frame.get("changed", ())) == sorted(self.tab.topics):
                self.answered.set_result(None)
            else:
                self.answered.set_exception(RuntimeError(f"not allowed to watch: {frame}"))
        changed: dict[str, str] = frame.get("changed", {})
        self.told |= changed
        if not self.tab.address:
            for topic, version in changed.items():
                self.note((topic, version, now))
        elif self.is_stale() and (self.work is None or self.work.done()):
            self.work = asyncio.create_task(self.refresh())

    def is_stale(self) -> bool:
        """Whether the page shows another version than it was told of."""
        return any(self.shown.get(topic) != version for topic, version in self.told.items())

    async def refresh(self) -> None:
        """Fetch until the page shows what it was told of, one request at a time."""
        failures = 0
        while self.is_stale():
            await asyncio.sleep(random.random() * min(MOST_JITTER_SECONDS, self.took / 4))
            wanted, before = dict(self.told), self.shown
            try:
                self.shown = await self.fetch() | wanted
            except (httpx.HTTPError, RuntimeError):
                self.note((FAILED, self.tab.address, time.monotonic()))
                await asyncio.sleep(RETRY_SECONDS * 2**failures)
                failures += 1
                continue
            for topic, version in wanted.items():
                if before.get(topic) != version:
                    self.note((f"{self.tab.address} {topic}", version, time.monotonic()))

    async def fetch(self) -> dict[str, str]:
        """Ask for the page as `live.js` does. The versions that its regions show."""
        headers = {"Cookie": f"session={self.tab.cookie}", "X-Live": "1", "HX-Request": "true"}
        began = time.monotonic()
        answer = await self.client.get(self.tab.address, headers=headers)
        self.took = time.monotonic() - began
        if answer.status_code != httpx.codes.OK:
            raise RuntimeError(f"{self.tab.address} answered {answer.status_code}")
        found: dict[str, str] = {}
        for topics, versions in REGION.findall(answer.text):
            found |= dict(zip(topics.split(), versions.split(), strict=False))
        return found

    def close(self) -> None:
        """Leave."""
        if self.work is not None:
            self.work.cancel()
        if self.ear is not None:
            self.ear.transport.abort()
