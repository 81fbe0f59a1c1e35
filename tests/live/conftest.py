"""Tabs: open live sockets as a page has them. Groups: web servers and a relay on a Redis of their own, to be killed."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from core.outbox import topic_versions
from core.tenant import organization
from ieps.models import Goal, Iep
from sped import embedded, processes
from tests.conftest import ROOT, wait_until_alive
from tests.reliability.scale import in_time

PATIENCE = in_time(10)


class Tab:
    """One open live socket."""

    def __init__(self, socket: Any) -> None:
        self.socket = socket
        self.known: dict[str, str] = {}
        self.frames: list[dict[str, Any]] = []

    def say(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def hear(self, timeout: float = PATIENCE) -> dict[str, Any]:
        """The next frame. Raises TimeoutError or ConnectionClosed."""
        frame = json.loads(self.socket.recv(timeout=timeout))
        self.known |= frame.get("changed", {})
        self.frames.append(frame)
        return frame

    def hear_of(self, word: str, timeout: float = PATIENCE) -> Any:
        """What the next frame with this word says; others are passed over."""
        until = time.monotonic() + timeout
        while True:
            frame = self.hear(max(0.01, until - time.monotonic()))
            if word in frame:
                return frame[word]

    def hear_any(self) -> dict[str, Any]:
        """The first frame of an answer, or nothing when the frame asked for nothing."""
        try:
            return self.hear(0.3)
        except TimeoutError:
            return {}

    def watch(self, *topics: str) -> dict[str, str]:
        """Watch topics that are this person's."""
        self.say(watch=list(topics))
        return self.hear_of("changed")

    def silent_for(self, seconds: float) -> bool:
        try:
            self.hear(seconds)
        except TimeoutError:
            return True
        return False

    def until_true(self, topics: list[str], timeout: float = PATIENCE) -> None:
        """Listen until the tab knows the versions of PostgreSQL."""
        until = time.monotonic() + timeout
        while (truth := topic_versions(topics)) != {topic: self.known.get(topic) for topic in topics}:
            if time.monotonic() > until:
                pytest.fail(f"stale: knows {self.known}, the database says {truth}")
            try:
                self.hear(0.1)
            except TimeoutError:
                continue

    def closed(self, timeout: float = PATIENCE) -> tuple[int, dict[str, Any] | None]:
        """Wait for the end: its code, and the error said before it."""
        until = time.monotonic() + timeout
        try:
            while True:
                self.hear(max(0.01, until - time.monotonic()))
        except ConnectionClosed as end:
            errors = [frame["error"] for frame in self.frames if "error" in frame]
            return end.rcvd.code if end.rcvd else 1006, errors[-1] if errors else None


@pytest.fixture
def open_tab(session_cookie: Callable[[Any], str]) -> Iterator[Callable[..., Tab]]:
    """Call it with a web server and a player of the cast: a live socket, signed in."""

    def make(
        web: Any, player: Any = None, *, cookie: str | None = None, headers: Any = None, **more: Any
    ) -> Tab:
        if player is not None and cookie is None and headers is None:
            cookie = session_cookie(player.person)
        slug = more.pop("slug", player.organization.slug if player else "larkspur")
        query = f"?organization={slug}" + "".join(
            f"&{name}={value}" for name, value in more.pop("query", {}).items()
        )
        sent = dict(headers or {})
        if cookie:
            sent["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={cookie}"
        options = {
            "origin": web.url,
            "open_timeout": PATIENCE,
            "close_timeout": 1,
            "compression": None,
            **more,
        }
        address = f"{web.ws_url}/ws/live/{query}"
        return Tab(opened.enter_context(connect(address, additional_headers=sent, **options)))

    with ExitStack() as opened:
        yield make


@dataclass
class Web:
    """One web server of a group."""

    url: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def ws_url(self) -> str:
        return self.url.replace("http", "ws", 1)


@dataclass
class Group:
    """Servers started for one test: a Redis that may be killed, web servers, relays."""

    folder: Path
    redis_port: int = field(default_factory=processes.free_port)
    bus_port: int | None = None  # what the web servers are told, when something stands between
    children: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def start_redis(self) -> None:
        """Start an empty Redis, always on the same port."""
        command = [embedded.redis_binary(), "--port", str(self.redis_port), "--bind", "127.0.0.1"]
        self._start("redis", [*command, "--save", "", "--databases", "64"])
        until = time.monotonic() + PATIENCE
        with redis.Redis(port=self.redis_port) as client:
            while time.monotonic() < until:
                try:
                    client.ping()
                except redis.ConnectionError:
                    time.sleep(0.02)
                else:
                    return
        pytest.fail("redis did not start")

    def start_web(self) -> Web:
        port = processes.free_port()
        url, name = f"http://127.0.0.1:{port}", f"web{port}"
        self._start(
            name,
            [sys.executable, "-m", "sped.web"],
            PORT=str(port),
            TEST_REDIS_URL=f"redis://127.0.0.1:{self.bus_port or self.redis_port}/0",
        )
        web = Web(url=url, process=self.children[name], log=self.folder / f"{name}.log")
        wait_until_alive(f"{url}/livez", web.process, web.log)
        return web

    def start_relay(self, name: str = "relay", **environment: str) -> None:
        self._start(
            name,
            [sys.executable, "manage.py", "relay"],
            TEST_REDIS_URL=f"redis://127.0.0.1:{self.redis_port}/0",
            **environment,
        )

    def kill(self, name: str) -> None:
        """Kill a child as if the power failed."""
        self.children[name].send_signal(signal.SIGKILL)
        self.children[name].wait()

    def _start(self, name: str, command: list[str], **environment: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, "DJANGO_SETTINGS_MODULE": "sped.settings_test", **environment},
                stdout=log,
                stderr=log,
                preexec_fn=processes.ends_with_parent(signal.SIGTERM),  # noqa: PLW1509
            )

    def stop(self) -> None:
        for child in self.children.values():
            child.kill()
            child.wait()


@pytest.fixture
def group(transactional_db: None, tmp_path: Path) -> Iterator[Group]:
    """Servers of this test's own, on the test's database."""
    made = Group(tmp_path)
    yield made
    made.stop()


@pytest.fixture
def goal(committed_cast: Any) -> Goal:
    """A goal of the IEP in force of the student whom the cast is about, committed."""
    student = committed_cast.student
    with organization(committed_cast.district.id):
        return make_goal(student)


def make_goal(student: Any, *, status: str = Iep.Status.ACTIVE, number: int = 1) -> Goal:
    """A goal in an IEP of its own."""
    own = {"organization_id": student.organization_id, "student": student}
    iep = Iep.objects.create(
        **own,
        number=number,
        kind=Iep.Kind.ANNUAL,
        status=status,
        meeting_on=date(2025, 8, 28),
        effective_on=date(2025, 9, 2),
        expires_on=date(2026, 9, 1),
    )
    return Goal.objects.create(
        **own,
        iep=iep,
        number=1,
        domain=Goal.Domain.READING,
        title="Reading fluency",
        statement="Given a grade 4 passage, reads 92 words correct per minute.",
        scale=Goal.Scale.RATE,
        unit="words a minute",
        baseline_value=Decimal(48),
        baseline_on=date(2025, 9, 5),
        target_value=Decimal(92),
        target_on=date(2026, 6, 5),
        evaluation_method="Oral reading probes",
        frequency="once a week",
    )
