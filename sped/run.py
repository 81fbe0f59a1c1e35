"""`make run`: servers where none are configured, migrations, a demonstration, then web, worker, beat and relay.

They are one group: what ends by itself is started again, and all of it ends with this process, even when that or the
`make` above it is killed.
"""

import contextlib
import errno
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import redis

from sped.embedded import LOCAL, CannotStart, Servers
from sped.environment import Environment
from sped.processes import dismiss, ends_with_parent, guard

ROOT = Path(__file__).resolve().parent.parent
TICK_SECONDS = 0.2
STOP_SECONDS = 8.0
READY_SECONDS = 60.0
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 30.0
STEADY_SECONDS = 60.0  # a process that ran this long has earned a short pause again
FAILURES_BEFORE_STOP = 5
PARTS: dict[str, list[str]] = {
    "web": ["-m", "sped.web"],
    "relay": ["manage.py", "relay"],
    "worker": [
        "-m",
        "celery",
        "-A",
        "sped",
        "worker",
        "-c",
        "2",
        "--without-gossip",
        "--without-mingle",
        "-l",
        "warning",
    ],
    "beat": ["-m", "celery", "-A", "sped", "beat", "--pidfile=", "-l", "warning"],
}
ENVIRONMENT_OF = {
    "web": {"WEB_PROCESSES": "2"},
    "worker": {"DATABASE_POOL_SIZE": "2", "STATEMENT_TIMEOUT_MS": "60000"},
    "relay": {"DATABASE_POOL_SIZE": "2"},
    "beat": {"DATABASE_POOL_SIZE": "1"},
}


@dataclass
class Part:
    """One process of the group."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    child: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    due_at: float = 0.0
    failures: int = 0
    guard: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        """Begin, in a session of its own: Ctrl-C is for the group, and is passed on in order."""
        with self.log.open("ab") as log:
            self.child = subprocess.Popen(
                [sys.executable, *self.command],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=ends_with_parent(signal.SIGTERM),  # noqa: PLW1509  # calls prctl and nothing else
            )
        if sys.platform != "linux":
            self.guard = guard(self.child.pid, signal.SIGTERM)
        self.started_at = time.monotonic()

    def look(self) -> None:
        """Start it again when it has ended: at once the first time, later and later after that."""
        now = time.monotonic()
        if self.child is None:
            if now >= self.due_at:
                self.start()
            return
        if self.child.poll() is None:
            return
        code, ran = self.child.returncode, now - self.started_at
        self.forget()
        self.failures = 1 if ran > STEADY_SECONDS else self.failures + 1
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (self.failures - 1), LONGEST_PAUSE_SECONDS)
        self.due_at = now + pause
        say(f"{self.name} ended ({code}); starting it again in {pause:g} s. Its log: {shown(self.log)}")
        if self.failures == FAILURES_BEFORE_STOP:
            say(tail(self.log))

    def forget(self) -> None:
        """Let go of a process that has ended."""
        if self.child is not None:
            self.child.wait()
        if self.guard is not None:
            dismiss(self.guard)
        self.child = self.guard = None

    def tell(self, how: signal.Signals) -> None:
        """Send a signal to the process and what it has started."""
        if self.child is not None and self.child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                if how == signal.SIGKILL:
                    os.killpg(self.child.pid, how)
                else:
                    self.child.send_signal(how)


class Group:
    """Everything that `make run` has started."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self.servers = Servers(LOCAL / "run", is_lasting=True)
        self.parts: list[Part] = []
        self.addresses_file = LOCAL / "run" / "servers.json"
        self.parent = os.getppid()
        self.is_stopping = False

    def run(self) -> None:
        """Start in order, supervise, and stop in order. Raises CannotStart."""
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, self._ask_to_stop)
        self.servers.hold()
        try:
            check_port(self.port)
            environment = self._start_servers()
            migrate(environment)
            is_demonstration = asks_for_demonstration(environment)
            if is_demonstration and not has_organization(environment):
                load_demonstration(environment)
            self._start_parts(environment)
            sign_ins = demonstration_sign_ins(environment) if is_demonstration else ""
            self._wait_until_ready()
            if not self._should_stop():
                greet(self.url, sign_ins)
            while not self._should_stop():
                for part in self.parts:
                    part.look()
                if (server := self.servers.died()) is not None:
                    raise CannotStart(
                        f"{server} has ended by itself. Its log: {shown(LOCAL / 'run' / 'log')}"
                    )
                time.sleep(TICK_SECONDS)
        finally:
            self.stop()

    def stop(self) -> None:
        """First what uses the servers, then the servers."""
        self.is_stopping = True
        for part in self.parts:
            part.tell(signal.SIGTERM)
        until = time.monotonic() + STOP_SECONDS
        while time.monotonic() < until and any(
            part.child and part.child.poll() is None for part in self.parts
        ):
            time.sleep(0.05)
        for part in self.parts:
            part.tell(signal.SIGKILL)
            part.forget()
        self.addresses_file.unlink(missing_ok=True)
        self.servers.stop()

    def _start_servers(self) -> dict[str, str]:
        """The environment of every part: the configured servers, or our own."""
        told = Environment.read(ROOT / ".env")
        database, bus = told.text("DATABASE_URL"), told.text("REDIS_URL")
        if database:
            check_postgres(database)
        if bus:
            check_redis(bus)
        addresses = self.servers.start(postgres=not database, with_redis=not bus)
        found = {name: value for name, value in addresses.environment().items() if value}
        self.addresses_file.unlink(missing_ok=True)
        self.addresses_file.touch(mode=0o600)
        self.addresses_file.write_text(json.dumps(found))
        return {**os.environ, **found, "PORT": str(self.port), "PYTHONUNBUFFERED": "1"}

    def _start_parts(self, environment: Mapping[str, str]) -> None:
        logs = LOCAL / "run" / "log"
        logs.mkdir(parents=True, exist_ok=True)  # servers of somebody else's made none
        for name, command in PARTS.items():
            schedule = ["--schedule", str(LOCAL / "run" / "beat")] if name == "beat" else []
            log = logs / f"{name}.log"
            log.write_bytes(b"")
            part = Part(name, [*command, *schedule], {**environment, **ENVIRONMENT_OF[name]}, log)
            self.parts.append(part)
            part.start()

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + READY_SECONDS
        while not self._should_stop():
            if answers(f"{self.url}/livez"):
                return
            for part in self.parts:
                if part.name == "web" and part.child and part.child.poll() is not None:
                    raise CannotStart(f"the web server did not start:\n{tail(part.log)}")
            if time.monotonic() > until:
                raise CannotStart(
                    f"the web server does not answer at {self.url}. Its log: {shown(LOCAL / 'run' / 'log')}"
                )
            time.sleep(0.05)

    def _should_stop(self) -> bool:
        """Asked to, or the `make` above us is gone."""
        return self.is_stopping or os.getppid() != self.parent

    def _ask_to_stop(self, number: int, frame: object) -> None:
        self.is_stopping = True


def check_port(port: int) -> None:
    """Raises CannotStart when somebody listens there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                other = f"PORT={port + 1} make run"
                raise CannotStart(
                    f"port {port} is in use. Stop what listens there, or take another: {other}"
                ) from error
            raise CannotStart(f"port {port} cannot be used: {error.strerror}.") from error


def check_postgres(url: str) -> None:
    """Raises CannotStart when the configured PostgreSQL does not answer."""
    parts = urlsplit(url)
    try:
        with psycopg.connect(url, connect_timeout=5) as database:
            said = database.execute(
                "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
            ).fetchone()
    except psycopg.Error as error:
        reason = str(error).strip().splitlines()[-1]
        raise CannotStart(
            f"PostgreSQL at {parts.hostname}:{parts.port or 5432} (DATABASE_URL) does not answer: {reason}\n"
            "Start it or correct DATABASE_URL; without DATABASE_URL, make run starts a PostgreSQL of its own."
        ) from error
    if said and said[0]:
        say(
            f"WARNING: the role {parts.username} of DATABASE_URL passes through row-level security, so nothing but our "
            "own code keeps districts apart. deploy/roles.sh shows the two roles to use."
        )


def check_redis(url: str) -> None:
    """Raises CannotStart when the configured Redis does not answer."""
    parts = urlsplit(url)
    try:
        with redis.Redis.from_url(url, socket_timeout=5, socket_connect_timeout=5) as client:
            client.ping()
    except (redis.RedisError, ValueError) as error:
        raise CannotStart(
            f"Redis at {parts.hostname}:{parts.port or 6379} (REDIS_URL) does not answer: {error}\n"
            "Start it or correct REDIS_URL; without REDIS_URL, make run starts a Redis of its own."
        ) from error


def migrate(environment: Mapping[str, str]) -> None:
    """Bring the tables up to date, as their owner."""
    command(environment, "migrate", "--verbosity", "0", complaint="the migrations failed")


def load_demonstration(environment: Mapping[str, str]) -> None:
    """Fill an empty database."""
    say("Loading the demonstration district …")
    command(environment, "load_demo", complaint="the demonstration district could not be loaded")
    command(environment, "gather_statistics", complaint="the new tables could not be looked at")


def asks_for_demonstration(environment: Mapping[str, str]) -> bool:
    """Whether this is an installation for looking around. Asked of the settings, in a process of its own."""
    script = "from sped import settings; print(settings.IS_DEMONSTRATION or settings.DEBUG)"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotStart((done.stderr.strip().splitlines() or ["the settings cannot be read"])[-1])
    return done.stdout.strip() == "True"


def has_organization(environment: Mapping[str, str]) -> bool:
    """Whether anybody has begun to use this database."""
    url = environment.get("DATABASE_URL") or Environment.read(ROOT / ".env").text("DATABASE_URL")
    with psycopg.connect(url) as database:
        found = database.execute("SELECT EXISTS (SELECT 1 FROM accounts_organization)").fetchone()
    return bool(found and found[0])


def demonstration_sign_ins(environment: Mapping[str, str]) -> str:
    """Who may sign in to the demonstration, as lines to print."""
    return command(environment, "load_demo", "--print-signins", complaint="the sign-ins could not be read")


def command(environment: Mapping[str, str], *words: str, complaint: str) -> str:
    """Run one management command to its end. Raises CannotStart with what it said."""
    done = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CannotStart(f"{complaint}:\n{(done.stdout + done.stderr).strip()[-4000:]}")
    return done.stdout.strip()


def answers(url: str) -> bool:
    """Whether anything answers at this address."""
    try:
        with urllib.request.urlopen(url, timeout=2):  # noqa: S310  # our own address
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def greet(url: str, sign_ins: str) -> None:
    """Say where to go and as whom."""
    lines = ["", f"  Throughline is at {url}", ""]
    if sign_ins:
        lines += [*(f"  {line}" for line in sign_ins.splitlines()), ""]
    lines += [f"  Logs: {shown(LOCAL / 'run' / 'log')}. Ctrl-C stops everything.", ""]
    sys.stdout.write("\n".join(lines))
    sys.stdout.flush()


def tail(log: Path) -> str:
    """The end of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:])


def shown(path: Path) -> str:
    """A path as it is shown: from the checkout."""
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)


def say(words: str) -> None:
    """Tell the person at the terminal."""
    sys.stderr.write(f"{words}\n")
    sys.stderr.flush()


def main() -> None:
    """Run the group; end with one clear message when it cannot start."""
    port = Environment.read(ROOT / ".env").text("PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) < 65_536:  # noqa: PLR2004
        sys.exit(f"make run: PORT must be a number from 1 to 65535; it is {port!r}.")
    try:
        Group(int(port)).run()
    except CannotStart as error:
        sys.exit(f"make run: {error}")


if __name__ == "__main__":
    main()
