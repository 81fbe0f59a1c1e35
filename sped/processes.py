"""Processes that a command starts: on which port, as whom, and how they end with it.

They know no server: `embedded` has PostgreSQL and Redis, `run` the parts of the application.
"""

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
# Where nothing tells a child that its parent died, this small process waits for it.
GUARD = "import os, sys; sys.stdin.read(); os.kill(int(sys.argv[1]), int(sys.argv[2]))"


@dataclass(frozen=True, slots=True)
class Identity:
    """As whom a child runs: what to put before its command, and the user to become."""

    prefix: tuple[str, ...] = ()
    user: str | None = None

    @property
    def uid(self) -> int:
        """Who owns what it writes, as this process sees it."""
        return pwd.getpwnam(self.user).pw_uid if self.user else os.geteuid()


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ends_with_parent(how: signal.Signals) -> Callable[[], None] | None:
    """What a child does before it begins, so that it ends when its parent does. Linux only."""
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, int(how))
        if os.getppid() != parent:
            os._exit(1)

    return ask


def guard(pid: int, how: signal.Signals) -> "subprocess.Popen[bytes]":
    """Where the kernel does not tell: a process that signals `pid` when this one, and its end of a pipe, is gone."""
    command = [sys.executable, "-c", GUARD, str(pid), str(int(how))]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)


def dismiss(watcher: "subprocess.Popen[bytes]") -> None:
    """End a guard whose charge has ended."""
    watcher.kill()
    if watcher.stdin is not None:
        watcher.stdin.close()
    watcher.wait()


def becoming(user: str | None) -> dict[str, Any]:
    """Arguments of subprocess for another user, without root's groups."""
    return {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}


def runs(command: Sequence[str], user: str | None = None) -> bool:
    """Whether a command succeeds, as this user."""
    try:
        done = subprocess.run(
            list(command),
            cwd="/",
            env=plain_environment(),
            capture_output=True,
            check=False,
            **becoming(user),
        )
    except (OSError, KeyError):
        return False
    return done.returncode == 0


def own(folder: Path, uid: int) -> None:
    """Give a data directory to the user that a server runs as, if it is not theirs already."""
    if folder.stat().st_uid == uid:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, uid, -1, follow_symlinks=False)


def plain_environment() -> dict[str, str]:
    """What a server needs to know of the environment: the way to its programs."""
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}
