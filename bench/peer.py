"""djangochannelsrestframework beside ours: the same PostgreSQL, the same Redis, two processes, 500 sockets."""

import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable

import psycopg

from bench.ears import Ear, listen
from bench.rig import ROOT, Rig, percentile
from sped.embedded import LOCAL
from sped.processes import free_port

VERSION = "1.3.0"
SOCKETS = 500
OPENED_AT_ONCE = 20
SETTLE_SECONDS = 5.0
READY_SECONDS = 30
# Its groups are named after the module of the consumer, so the writer imports it by the same name.
WRITER = (
    "import json, sys; from bench.peer_app import write; print(json.dumps(write(*map(float, sys.argv[1:]))))"
)


def fan_out(rig: Rig, *, per_second: float, seconds: float) -> None:
    """The row of `bench.live.fan_out`, measured on the peer."""
    environment = {
        **rig.environment,
        "PEER_DATABASE_URL": _database(rig),
        "PYTHONPATH": f"{ROOT}:{_installed()}",
    }
    port = free_port()
    command = [
        "-m",
        "uvicorn",
        "bench.peer_app:application",
        "--workers",
        "2",
        "--port",
        str(port),
        "--log-level",
        "error",
    ]
    server = subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment)
    rig.parts["peer"] = [server.pid]
    try:
        spent: dict[str, float] = {}
        waits, opened, expected = asyncio.run(
            _measure(
                rig,
                f"http://127.0.0.1:{port}",
                environment,
                per_second=per_second,
                seconds=seconds,
                spent=spent,
            )
        )
    finally:
        server.terminate()
        server.wait(10)
        del rig.parts["peer"]
    figures = " / ".join(f"{percentile(waits, share) * 1000:.0f}" for share in (0.5, 0.95, 0.99))
    cost = sum(spent.get(part, 0.0) for part in ("peer", "postgresql", "redis")) / max(1, len(waits))
    print(
        f"| djangochannelsrestframework {VERSION}: commit → {opened} sockets, {per_second:g} writes/s | "
        f"{len(waits):,} of {expected:,} frames | {figures} ms (p50/p95/p99) | CPU {cost:.3f} ms a frame |"
    )


async def _measure(
    rig: Rig,
    url: str,
    environment: dict[str, str],
    *,
    per_second: float,
    seconds: float,
    spent: dict[str, float],
) -> tuple[list[float], int, int]:
    heard: list[tuple[int, float]] = []

    def note(body: bytes, when: float) -> None:
        frame = json.loads(body)
        if "number" in frame:
            heard.append((frame["number"], when))

    ears = await _open(url, note)
    await asyncio.sleep(SETTLE_SECONDS)
    with rig.costing(spent):
        writer = await asyncio.create_subprocess_exec(
            sys.executable, "-c", WRITER, str(per_second), str(seconds),
            cwd=ROOT, env=environment, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        said, _ = await writer.communicate()
        await asyncio.sleep(SETTLE_SECONDS)
    moments = json.loads(said)
    for ear in ears:
        ear.transport.close()
    return [when - moments[number] for number, when in heard], len(ears), len(moments) * len(ears)


async def _open(url: str, note: Callable[[bytes, float], None]) -> list[Ear]:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError, RuntimeError):
            (await listen(url, "/rows/", "", note)).transport.close()
            break
        await asyncio.sleep(0.3)
    gate = asyncio.Semaphore(OPENED_AT_ONCE)

    async def one() -> Ear:
        async with gate:
            ear = await listen(url, "/rows/", "", note)
            ear.say({"action": "subscribe", "request_id": 1})
            return ear

    return await asyncio.gather(*(one() for _ in range(SOCKETS)))


def _database(rig: Rig) -> str:
    """A database of the peer's own on the rig's server."""
    with (
        psycopg.connect(rig.admin, autocommit=True) as server,
        contextlib.suppress(psycopg.errors.DuplicateDatabase),
    ):
        server.execute("CREATE DATABASE peer")
    return f"{rig.admin.rpartition('/')[0]}/peer"


def _installed() -> str:
    """The peer's package, kept apart from ours, from its own hashed lock."""
    target = LOCAL / "bench" / f"peer-{VERSION}"
    if not target.exists():
        lock = ROOT / "requirements" / "peer.txt"
        subprocess.run(
            [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--require-hashes",
             "--target", str(target), "-r", str(lock)],
            env=os.environ, check=True,
        )  # fmt: skip
    return str(target)
