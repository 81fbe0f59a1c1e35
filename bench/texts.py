"""Shared texts beside ShareDB: the same machine, PostgreSQL and load, in one run.

An editor inserts a word somewhere in a text of 5,000 characters and waits for the acknowledgement; in the closed
loop it then inserts the next one, paced it does so five times a second. Of ours, permission checks and audit are on.
No editor writes more often than a socket of ours may (200 changes a second), and each is a person of their own. Where
that is what holds many editors of one text back, a row without the limit follows. A side that refuses a change, or does
not answer, ends its row with the reason.
"""

import asyncio
import contextlib
import json
import os
import random
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from bench.ears import Ear, listen
from bench.rig import ROOT, Rig, percentile
from sped.embedded import LOCAL
from sped.processes import free_port

SHAREDB = "7.0.0"
WORDS = ("Zo reads aloud, slowly and with care. " * 132)[:5_000]
PER_SECOND = 5
MOST_A_SECOND = 190
READY_SECONDS = 180
SETTLE_SECONDS = 6.0  # five after its start a web process of ours reads in its addresses; both sides wait
WARM_SECONDS = 1.0
LOADS = ((2, 1), (10, 1), (50, 1), (2, 50))  # editors of each text, texts
HELD_BACK = (10, 1)  # by what a socket may send: fewer wait for the answer, more for the server


@dataclass(frozen=True, slots=True)
class Load:
    """How many write, at how many texts, how, and for how long."""

    each: int
    texts: int
    is_paced: bool
    seconds: float
    is_limited: bool = True

    @property
    def pause(self) -> float:
        """Seconds from one change of an editor to the next, at the least."""
        if self.is_paced:
            return 1 / PER_SECOND
        return 1 / MOST_A_SECOND if self.is_limited else 0.0


@dataclass
class Editor:
    """One client: it knows the version that it has heard of, and what it waits for."""

    ear: Ear | None = None
    version: int = 0
    sent_at: float = 0.0
    count: int = 0
    name: str = field(default_factory=lambda: uuid4().hex[:12])
    ready: asyncio.Event = field(default_factory=asyncio.Event)
    acknowledged: asyncio.Event = field(default_factory=asyncio.Event)
    waits: list[float] = field(default_factory=list)
    refusal: str = ""

    def was_refused(self, reason: str) -> None:
        self.refusal = reason
        self.ready.set()
        self.acknowledged.set()

    def was_acknowledged(self, now: float) -> None:
        if not self.acknowledged.is_set():
            self.waits.append(now - self.sent_at)
            self.acknowledged.set()

    def ops(self) -> list[dict[str, Any]]:
        return [{"retain": random.randrange(1, len(WORDS))}, {"insert": "word "}]


class Ours(Editor):
    """An editor of Throughline."""

    def heard(self, body: bytes, now: float) -> None:
        frame = json.loads(body)
        if frame["type"] == "joined":
            self.version = frame["version"]
            self.ready.set()
        elif frame["type"] == "changes":
            self.version = frame["version"]
            wanted = f"{self.name}-{self.count}"
            if any(change["id"] == wanted for change in frame["changes"]):
                self.was_acknowledged(now)
        elif frame["type"] == "error":
            self.was_refused(frame["code"])

    def change(self) -> dict[str, Any]:
        return {
            "type": "change",
            "id": f"{self.name}-{self.count}",
            "version": self.version,
            "ops": self.ops(),
        }


class Peers(Editor):
    """An editor of ShareDB, by its protocol."""

    text = ""
    source = ""

    def heard(self, body: bytes, now: float) -> None:
        frame = json.loads(body)
        if frame.get("a") == "hs":
            self.source = frame["id"]
            assert self.ear is not None
            self.ear.say({"a": "s", "c": "texts", "d": self.text})
        elif frame.get("a") == "s":
            self.version = frame["data"]["v"]
            self.ready.set()
        elif frame.get("a") == "op":
            if "error" in frame:
                self.was_refused(str(frame["error"]))
                return
            self.version = max(self.version, frame["v"] + 1)
            if frame["src"] == self.source and frame["seq"] == self.count:
                self.was_acknowledged(now)

    def change(self) -> dict[str, Any]:
        return {
            "a": "op", "c": "texts", "d": self.text, "v": self.version, "seq": self.count, "x": {},
            "op": {"ops": self.ops()},
        }  # fmt: skip


def table(rig: Rig, *, seconds: float) -> None:
    """Print what was found, load by load, ours and the peer's one after the other."""
    print(
        "\n| texts written together | editors x texts | loop | acknowledged/s | of the peer | p50 ms | p95 ms "
        "| CPU ms a change |\n|---|---|---|---:|---:|---:|---:|---:|"
    )
    for each, texts in LOADS:
        for is_paced in (False, True):
            if is_paced and texts > 1:
                continue
            load = Load(each, texts, is_paced, seconds)
            peers = row(rig, "ShareDB 7.0.0 + sharedb-postgres 5.0.1", peer, load)
            for processes in (1, 2):
                name = f"Throughline, {processes} process{'es' if processes > 1 else ''}"
                row(rig, name, partial(ours, processes=processes), load, peers=peers)
            if (each, texts) == HELD_BACK and not is_paced:
                without = replace(load, is_limited=False)
                side = partial(ours, processes=1, module="bench.unhurried")
                row(rig, "Throughline, 1 process, no limit", side, without, peers=peers)


def row(rig: Rig, name: str, side: Any, load: Load, *, peers: float = 0.0) -> float:
    """Measure one load on one side and print it. Returns the changes acknowledged in a second."""
    spent: dict[str, float] = {}
    loop = f"{PER_SECOND}/s each" if load.is_paced else "closed"
    head = f"| {name} | {load.each} x {load.texts} | {loop} |"
    try:
        waits = asyncio.run(_measured(rig, side, load, spent))
    except (TimeoutError, RuntimeError, OSError) as error:
        print(f"{head} {type(error).__name__}: {error} | | | | |", flush=True)
        return 0.0
    cost = sum(value for part, value in spent.items() if part in {"texts", "postgresql", "redis", "relay"})
    rate = len(waits) / load.seconds
    ratio = f"{rate / peers:.1f} x" if peers else ""
    print(
        f"{head} {rate:,.0f} | {ratio} | {percentile(waits, 0.5) * 1000:.1f} | {percentile(waits, 0.95) * 1000:.1f} "
        f"| {cost / max(1, len(waits)):.2f} |",
        flush=True,
    )
    return rate


async def _measured(rig: Rig, side: Any, load: Load, spent: dict[str, float]) -> list[float]:
    async with side(rig, load.each, load.texts) as editors, asyncio.timeout(load.seconds + READY_SECONDS):
        await asyncio.gather(*(editor.ready.wait() for editor in editors))
        await asyncio.sleep(SETTLE_SECONDS)
        await _write_all(editors, load, WARM_SECONDS)
        for editor in editors:
            editor.waits.clear()
        with rig.costing(spent):
            await _write_all(editors, load, load.seconds)
        return [wait for editor in editors for wait in editor.waits]


async def _write_all(editors: list[Editor], load: Load, seconds: float) -> None:
    until = time.monotonic() + seconds
    await asyncio.gather(*(_write(editor, until, load) for editor in editors))


async def _write(editor: Editor, until: float, load: Load) -> None:
    """Write until a moment. Raises RuntimeError when a change is refused."""
    if load.is_paced:
        await asyncio.sleep(random.random() * load.pause)
    while (now := time.monotonic()) < until:
        editor.count += 1
        editor.acknowledged.clear()
        editor.sent_at = now
        assert editor.ear is not None
        if not editor.refusal:
            editor.ear.say(editor.change())  # type: ignore[attr-defined]  # both kinds have it
            await editor.acknowledged.wait()
        if editor.refusal:
            raise RuntimeError(editor.refusal)
        left = load.pause - (time.monotonic() - now)
        if left > 0:
            await asyncio.sleep(left)


# --- Ours


@contextlib.asynccontextmanager
async def ours(
    rig: Rig, each: int, texts: int, processes: int, module: str = "sped.web"
) -> AsyncIterator[list[Ours]]:
    """Web servers of this measurement's own, with editors at new texts."""
    slug, ids, cookies = await asyncio.to_thread(_prepared, texts, each * texts)
    with _server(rig, ["-m", module], {"WEB_PROCESSES": str(processes)}) as url:
        editors = []
        for number, text_id in enumerate(ids):
            for place in range(each):
                editor = Ours()
                cookie = cookies[number * each + place]
                path = f"/ws/texts/{text_id}/?organization={slug}"
                editor.ear = await listen(url, path, cookie, editor.heard)
                editor.ear.say({"type": "join"})
                editors.append(editor)
        yield editors
        for editor in editors:
            assert editor.ear is not None
            editor.ear.transport.close()


def _prepared(texts: int, people: int) -> tuple[str, list[str], list[str]]:
    """As `_drafts`, in a thread that gives its connection back: the pool would be empty after ten rows."""
    from django.db import connections  # noqa: PLC0415

    try:
        return _drafts(texts, people)
    finally:
        connections.close_all()


def _drafts(texts: int, people: int) -> tuple[str, list[str], list[str]]:
    """New texts of drafts of students of the synthetic district, and the sessions of administrators who write them."""
    from accounts.models import Organization  # noqa: PLC0415
    from bench.people import administrators  # noqa: PLC0415
    from casefile.synthetic import Size  # noqa: PLC0415
    from coediting.mutations import create_text  # noqa: PLC0415
    from core.actor import system_actor  # noqa: PLC0415
    from core.tenant import organization  # noqa: PLC0415
    from ieps.models import Iep  # noqa: PLC0415
    from ieps.texts import RULE  # noqa: PLC0415
    from students.models import Student  # noqa: PLC0415

    size = Size(students=int(os.environ.get("BENCH_STUDENTS", "100000")), seed=1)
    district = Organization.objects.get(slug=size.slug)
    cookies = [visitor.cookie for visitor in administrators(size, people)]
    actor = system_actor(organization_id=district.id, name="make bench")
    found = []
    with organization(district.id):
        for student in Student.objects.order_by("id")[:texts]:
            last = (
                Iep.objects.filter(student=student)
                .order_by("-number")
                .values_list("number", flat=True)
                .first()
            )
            iep = Iep.objects.filter(student=student, status=Iep.Status.DRAFT).first() or Iep.objects.create(
                organization_id=district.id,
                student=student,
                number=(last or 0) + 1,
                kind=Iep.Kind.ANNUAL,
                status=Iep.Status.DRAFT,
                meeting_on=date(2026, 1, 8),
            )
            text = create_text(
                actor=actor,
                student=student,
                rule=RULE,
                subject_id=iep.id,
                field=_free_field(iep),
                ops=[{"insert": WORDS}],
            )
            found.append(str(text.id))
    return district.slug, found, cookies


def _free_field(iep: Any) -> str:
    """A section of an IEP for a text of this run: that of an earlier one is removed with its log."""
    from coediting.models import Text  # noqa: PLC0415

    rows = Text.objects.filter(organization_id=iep.organization_id, subject_id=iep.id, field="present_levels")
    rows._raw_delete(rows.db)
    return "present_levels"


# --- The peer


@contextlib.asynccontextmanager
async def peer(rig: Rig, each: int, texts: int) -> AsyncIterator[list[Peers]]:
    """ShareDB on a database of its own on the same server, with editors at new texts."""
    run = uuid4().hex[:8]
    told = {
        "PEER_DATABASE_URL": _database(rig),
        "PEER_MODULES": str(_installed()),
        "PEER_RUN": run,
        "PEER_TEXTS": str(texts),
        "PEER_WORDS": WORDS,
    }
    with _server(rig, None, told) as url:
        editors = []
        for number in range(texts):
            for _ in range(each):
                editor = Peers()
                editor.text = f"{run}-{number}"
                editor.ear = await listen(url, "/", "", editor.heard)
                editor.ear.say({"a": "hs", "id": None})
                editors.append(editor)
        yield editors
        for editor in editors:
            assert editor.ear is not None
            editor.ear.transport.close()


def _database(rig: Rig) -> str:
    with (
        contextlib.suppress(psycopg.errors.DuplicateDatabase),
        psycopg.connect(rig.admin, autocommit=True) as server,
    ):
        server.execute("CREATE DATABASE sharedb")
    address = f"{rig.admin.rpartition('/')[0]}/sharedb"
    with psycopg.connect(address, autocommit=True) as database:
        if database.execute("SELECT to_regclass('ops')").fetchone() == (None,):
            schema = _installed() / "node_modules" / "sharedb-postgres" / "structure.sql"
            database.execute(schema.read_bytes())
    return address


def _installed() -> Path:
    """The peer's packages, kept apart from ours, from their own hashed lock."""
    target = LOCAL / "bench" / f"sharedb-{SHAREDB}"
    if not (target / "node_modules").exists():
        target.mkdir(parents=True, exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            (target / name).write_bytes((ROOT / "bench" / "sharedb" / name).read_bytes())
        subprocess.run(["npm", "ci", "--silent"], cwd=target, check=True)
    return target


# --- Both


@contextlib.contextmanager
def _server(rig: Rig, command: list[str] | None, told: dict[str, str]) -> Iterator[str]:
    port = free_port()
    whole = (
        [sys.executable, *command] if command else ["node", str(ROOT / "bench" / "sharedb" / "server.mjs")]
    )
    environment = {**rig.environment, **told, "PORT": str(port)}
    quiet = subprocess.DEVNULL
    child = subprocess.Popen(whole, cwd=ROOT, env=environment, stdout=quiet, stderr=quiet)
    rig.parts["texts"] = [child.pid]
    url = f"http://127.0.0.1:{port}"
    try:
        until = time.monotonic() + READY_SECONDS
        while not _answers(f"{url}/livez"):
            if time.monotonic() > until or child.poll() is not None:
                raise RuntimeError("the server did not start")
            time.sleep(0.2)
        yield url
    finally:
        child.terminate()
        child.wait(20)
        del rig.parts["texts"]


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
