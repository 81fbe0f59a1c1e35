"""Servers to be killed, and clients that note how each request went.

| fixture | gives |
|---|---|
| `site` | a module's own Redis behind a proxy, and its web server, relay and worker on the test's database |
| `visit` | call it with a player and a `site`: a signed-in client that keeps `.seen`, one `Answer` a request |
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from django.conf import settings
from django.db import close_old_connections

from bench.proxy import Proxy
from core.models import Job, OutboxEvent
from sped import embedded, processes
from sped.run import ENVIRONMENT_OF, PARTS
from tests.conftest import ROOT, wait_until_alive

PATIENCE = 45.0
CSRF_TOKEN = "c" * 32  # a page's form and its cookie need only agree
SLOWEST_SECONDS = 3.0  # R51, R53: no request takes longer, whatever is away


@dataclass
class Site:
    """One installation that a test may break."""

    folder: Path
    told: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=processes.free_port)
    redis_port: int = field(default_factory=processes.free_port)
    children: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.proxy = Proxy(self.redis_port)
        self.url = f"http://127.0.0.1:{self.port}"

    def start_redis(self) -> None:
        """Start an empty Redis, always on the same port."""
        self._spawn(
            "redis",
            [
                embedded.redis_binary(),
                *f"--port {self.redis_port} --bind 127.0.0.1 --databases 64 --save".split(),
                "",
            ],
        )
        address = f"redis://127.0.0.1:{self.redis_port}/0"
        until = time.monotonic() + PATIENCE
        while not embedded.answers(address):
            assert time.monotonic() < until, "redis did not start"
            time.sleep(0.02)

    def start(self, *names: str, **more: str) -> None:
        """Start parts of the application as `make run` does, and wait for the web server."""
        for name in names:
            command = list(PARTS[name.partition(" ")[0]])
            if name.startswith("worker"):
                command += ["-I", "tests.reliability.work"]
            told = {**ENVIRONMENT_OF[name.partition(" ")[0]], "WEB_PROCESSES": "1", **more}
            self._spawn(name, [sys.executable, *command], **told)
        if "web" in names:
            wait_until_alive(f"{self.url}/livez", self.children["web"], self.folder / "web.log")

    def run(self, *command: str, **more: str) -> None:
        """Start something else in the environment of the application."""
        self._spawn(command[-1], [sys.executable, *command], **more)

    def kill(self, *names: str, how: signal.Signals = signal.SIGKILL) -> None:
        """`kill -9` a part with everything that it has started."""
        for name in names:
            child = self.children.pop(name)
            if child.poll() is None:
                os.killpg(child.pid, how)
            child.wait(15)

    def lives(self, name: str) -> bool:
        """Whether a part has not ended."""
        return self.children[name].poll() is None

    def redis_goes(self, how: str) -> None:
        """Redis is killed, or it falls silent without hanging up."""
        if how == "killed":
            self.kill("redis")
        else:
            self.proxy.switch("silent")

    def redis_returns(self, how: str) -> None:
        """An empty Redis is there, or the old one answers again."""
        if how == "killed":
            self.start_redis()
        else:
            self.proxy.switch("pass")

    def stop(self) -> None:
        """End everything."""
        for name in list(self.children):
            self.kill(name)
        self.proxy.close()

    def _spawn(self, name: str, command: list[str], **more: str) -> None:
        told = {
            "DJANGO_SETTINGS_MODULE": "tests.reliability.settings",
            "PORT": str(self.port),
            "TEST_REDIS_URL": f"redis://127.0.0.1:{self.proxy.port}/0",
            "PYTHONWARNINGS": "default",
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            self.children[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **told, **self.told, **more},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=processes.ends_with_parent(signal.SIGTERM),  # noqa: PLW1509
            )


@pytest.fixture(scope="module")
def site(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Servers of this module's own, on the test's database. What a test starts, it must be able to miss."""
    made = Site(tmp_path_factory.mktemp("site"))
    made.start_redis()
    yield made
    made.stop()


@dataclass(frozen=True)
class Answer:
    """How one request went. `status` 0: the connection broke."""

    method: str
    path: str
    status: int
    seconds: float
    at: float
    headers: Any = field(repr=False)
    text: str = field(repr=False)


class Visitor:
    """A signed-in person's client, over real HTTP."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.seen: list[Answer] = []

    def get(self, path: str, **more: Any) -> Answer:
        return self.ask("GET", path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Answer:
        """Post a form as a page does."""
        headers = {"X-CSRFToken": CSRF_TOKEN, **more.pop("headers", {})}
        return self.ask("POST", path, data=data, headers=headers, **more)

    def ask(self, method: str, path: str, **more: Any) -> Answer:
        began = time.monotonic()
        try:
            response = self.client.request(method, path, **more)
            status, headers, text = response.status_code, response.headers, response.text
        except httpx.TransportError as error:
            status, headers, text = 0, {}, type(error).__name__
        now = time.monotonic()
        answer = Answer(method, path, status, now - began, now, headers, text)
        self.seen.append(answer)
        return answer

    @property
    def slowest(self) -> float:
        return max(answer.seconds for answer in self.seen)


@pytest.fixture
def visit(session_cookie: Callable[[Any], str]) -> Iterator[Callable[..., Visitor]]:
    """Call it with a site and a player: their browser. Without a player: nobody's."""

    def make(site: Site, player: Any = None, **headers: str) -> Visitor:
        cookies = {settings.CSRF_COOKIE_NAME: CSRF_TOKEN}
        if player:
            cookies[settings.SESSION_COOKIE_NAME] = session_cookie(player.person)
        client = httpx.Client(
            base_url=site.url, timeout=20, cookies=cookies, headers=headers, trust_env=False
        )
        return Visitor(opened.enter_context(client))

    with ExitStack() as opened:
        yield make


def wait_for(is_so: Callable[[], bool], seconds: float = PATIENCE, what: str = "it") -> float:
    """Wait until something is so. Returns how many seconds that took."""
    began = time.monotonic()
    while not is_so():
        assert time.monotonic() - began < seconds, f"{what} took more than {seconds} s"
        time.sleep(0.05)
    return time.monotonic() - began


def say(figures: str) -> None:
    """Tell what was measured (`pytest -s`)."""
    sys.stdout.write(f"{figures}\n")


def all_is_done() -> bool:
    """Whether no news waits and no job does."""
    return (
        not OutboxEvent.objects.filter(delivered_at=None).exists()
        and not Job.objects.filter(state=Job.State.WAITING).exists()
    )


def in_threads(count: int, work: Callable[[int], None]) -> None:
    """Do something so many times at once; an error in one is an error of the test."""
    errors: list[BaseException] = []

    def run(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            errors.append(error)
        finally:
            close_old_connections()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
