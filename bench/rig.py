"""The servers that measurements run against, and what they cost: processor time of every process, from /proc."""

import contextlib
import os
import platform
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sped.embedded import LOCAL, Servers
from sped.processes import free_port

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 180
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Rig:
    """A running group: where it answers, its environment, and its processes by part."""

    url: str
    admin: str
    environment: dict[str, str]
    parts: dict[str, list[int]]
    children: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def cpu_ms(self) -> dict[str, float]:
        """Processor milliseconds so far of each part with all its descendants."""
        tree = _children_of()
        return {part: sum(_tree_ms(pid, tree) for pid in pids) for part, pids in self.parts.items()}

    @contextlib.contextmanager
    def costing(self, into: dict[str, float]) -> Iterator[None]:
        """Fill `into` with the processor milliseconds that each part spends inside the block."""
        before = self.cpu_ms()
        yield
        into.update({part: value - before[part] for part, value in self.cpu_ms().items()})


@contextlib.contextmanager
def running(*, web_processes: int = 2, settings: dict[str, str] | None = None) -> Iterator[Rig]:
    """PostgreSQL (durable), Redis, web, relay and worker, as an installation has them; stopped at the end."""
    servers = Servers(LOCAL / "bench", is_lasting=True)
    addresses = servers.start()
    port = free_port()
    environment = {
        **os.environ,
        **addresses.environment(),
        "PORT": str(port),
        "WEB_PROCESSES": str(web_processes),
        "LIVE_PREFIX": "bench:",
        "PYTHONPATH": str(ROOT),
        "DJANGO_SETTINGS_MODULE": "sped.settings",
        **(settings or {}),
    }
    os.environ.update(
        {name: environment[name] for name in environment if os.environ.get(name) != environment[name]}
    )
    rig = Rig(url=f"http://127.0.0.1:{port}", admin=addresses.admin, environment=environment, parts={})
    try:
        _run(rig, ["manage.py", "migrate", "-v0"])
        rig.parts = {
            "postgresql": [child.pid for name, child, _ in servers._children if name == "postgresql"],
            "redis": [child.pid for name, child, _ in servers._children if name == "redis"],
            "web": [_start(rig, ["-m", "sped.web"])],
            "relay": [_start(rig, ["manage.py", "relay"])],
            "worker": [_start(rig, ["-m", "celery", "-A", "sped", "worker", "-c", "1", "-l", "error"])],
        }
        _wait_until_ready(rig)
        yield rig
    finally:
        for child in rig.children:
            child.terminate()
        for child in rig.children:
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(10)
            child.kill()
        servers.stop()


def manage(rig: Rig, *words: str) -> None:
    """Run a management command against the rig. Raises CalledProcessError."""
    _run(rig, ["manage.py", *words])


def machine() -> str:
    """What this was measured on, for the table's caption."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.strip()
    version = platform.python_version()
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()}, Python {version}, commit {commit}"


def percentile(values: list[float], share: float) -> float:
    """The value that `share` of the values do not exceed; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _run(rig: Rig, command: list[str]) -> None:
    subprocess.run([sys.executable, *command], cwd=ROOT, env=rig.environment, check=True)


def _start(rig: Rig, command: list[str]) -> int:
    child = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=rig.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    rig.children.append(child)
    return child.pid


def _wait_until_ready(rig: Rig) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{rig.url}/readyz", timeout=2) as answer:
            if answer.status == 200:  # noqa: PLR2004
                return
        time.sleep(0.2)
    raise RuntimeError(f"not ready within {READY_SECONDS} s")


def _children_of() -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                found.setdefault(parent, []).append(int(entry.name))
    return found


def _tree_ms(pid: int, tree: dict[int, list[int]]) -> float:
    """Time of a process, of its ended children, and of those still alive below it."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    own = sum(int(word) for word in words[11:15]) * 1000 / TICKS
    return own + sum(_tree_ms(child, tree) for child in tree.get(pid, []))
