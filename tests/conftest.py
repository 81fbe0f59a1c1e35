"""The harness of the tests: real PostgreSQL, Redis, web server, relay, worker and browser. The cast is below them.

Run: `make test`, or `.venv/bin/python -m pytest tests/<app> -q` (add `-n 2` to share between two processes).

| fixture | gives |
|---|---|
| `db`, `transactional_db`, `@pytest.mark.django_db` | pytest-django's own; the application's role, behind the wall |
| `administrator` | a psycopg connection of the superuser to the test's database: looks behind the wall |
| `bus` | a redis client of the worker's own Redis number |
| `demonstration` | the demonstration districts, committed: a copy of those that the run built once |
| `deliver` | call it after a commit: relays the outbox and runs waiting jobs in this process |
| `celery_worker` | a real Celery worker in a thread |
| `server` | real uvicorn, relay and worker on the test's database: `.url`, `.ws_url`, `.page("/path")` |
| `browser` | Chromium, one for a module |
| `new_page` | call `new_page(person=None, path=None, **context_options)`: a page of a fresh context, signed in |
| `session_cookie` | call it with a person: the session cookie's value, for a client of any kind |

Playwright keeps an event loop running: a module uses `browser` or has `async def` tests, never both.
A page that logs an error fails its test.
A test that uses `server` commits for real; the database is wiped after it by the superuser, since the application
may neither truncate nor change the audit.
"""

import contextlib
import gc
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar

import psycopg
import pytest
import redis
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.core.management import call_command
from django.db import connections
from django.test import TransactionTestCase
from hypothesis import settings as hypothesis
from psycopg import sql

from sped import processes, provisioning

pytest_plugins = ["tests.clients", "tests.cast", "tests.demonstration", "tests.order"]

ROOT = Path(__file__).resolve().parent.parent
BROWSER_NAMES = (  # those without windows first: they take a quarter less time
    "chromium-headless-shell", "chrome-headless-shell",
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
)  # fmt: skip
TEMPLATE_LOCK = 4_711
READY_SECONDS = 150
SLOW_PAGE = 30_000  # milliseconds; a loaded machine
GARBAGE_AFTER = (
    50_000  # new objects: what is in a circle is looked for seldom, as in the web server (`sped.asgi`)
)
# Names of the cast and of the demonstration, addresses, passwords, tokens: whatever a test does, no server logs them.
PERSONAL = re.compile(
    r"Quillfeather|Abbott|Okafor|Rivera|Whitfield|@\w+\.example|@example\.org|plums and|larkspur-meadow|\btl_[\w-]{30}"
)
# What a page may log although the test is in order.
EXPECTED_CONSOLE = ("Failed to load resource",)

reference_tables: set[str] = set()

# The same examples each time in `make test`; new ones, and many, in `make soak`.
hypothesis.register_profile("house", deadline=None, derandomize=True, database=None)
hypothesis.register_profile("soak", deadline=None, max_examples=3_000, database=None, print_blob=True)
hypothesis.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


# --- The database: a template, made once for each set of migrations; a clone of it for each worker


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment: None, django_db_blocker: Any) -> Iterator[None]:
    """Clone the worker's database from the migrated template, and use it as the application's role."""
    with django_db_blocker.unblock(), psycopg.connect(settings.ADMIN_URL, autocommit=True) as admin:
        name = f"template_{fingerprint()}"
        admin.execute("SELECT pg_advisory_lock(%s)", [TEMPLATE_LOCK])
        try:
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                make_template(admin, name)
            clone(admin, name, settings.TEST_DATABASE)
        finally:
            admin.execute("SELECT pg_advisory_unlock(%s)", [TEMPLATE_LOCK])
    with psycopg.connect(admin_url(), autocommit=True) as database:
        reference_tables.update(table for table in tables(database) if has_rows(database, table))
    yield
    with django_db_blocker.unblock():
        connections["default"].close()
        connections["default"].close_pool()


def fingerprint() -> str:
    """One word for everything that shapes the database."""
    total = hashlib.sha256()
    for path in sorted(
        [*ROOT.glob("*/migrations/*.py"), ROOT / "core" / "rls.py", ROOT / "requirements" / "dev.txt"]
    ):
        total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()[:20]


def make_template(admin: "psycopg.Connection[Any]", name: str) -> None:
    """Migrate an empty database as the owner of its tables, then keep it for cloning."""
    for (old,) in admin.execute(
        "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%'"
    ).fetchall():
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(old)))
    draft = f"{name}_new"
    provisioning.make_database(admin, draft)
    connection = connections["default"]
    kept = dict(connection.settings_dict)
    owner = psycopg.conninfo.conninfo_to_dict(settings.OWNER_URL)
    options = {key: value for key, value in kept["OPTIONS"].items() if key not in {"pool", "options"}}
    connection.close()
    connection.close_pool()
    try:
        connection.settings_dict |= {
            "NAME": draft,
            "USER": owner["user"],
            "PASSWORD": owner["password"],
            "OPTIONS": options,
        }
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        connection.close()
        connection.settings_dict |= kept
    admin.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name))
    )


def clone(admin: "psycopg.Connection[Any]", template: str, name: str) -> None:
    """A fresh database like the template, without what an earlier run left."""
    admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
    admin.execute(
        sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(provisioning.OWNER), sql.Identifier(template)
        )
    )


def admin_url() -> str:
    """The superuser's address of the worker's database."""
    return f"{settings.ADMIN_URL.rpartition('/')[0]}/{settings.TEST_DATABASE}"


def tables(database: "psycopg.Connection[Any]") -> list[str]:
    """Every table of the application."""
    rows = database.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
    ).fetchall()
    return [table for (table,) in rows]


def has_rows(database: "psycopg.Connection[Any]", table: str) -> bool:
    """Whether a table has any row."""
    found = database.execute(
        sql.SQL("SELECT EXISTS (SELECT 1 FROM {})").format(sql.Identifier(table))
    ).fetchone()
    return bool(found and found[0])


def wipe() -> None:
    """Empty every table but those that migrations fill, whatever triggers and keys say."""
    with psycopg.connect(admin_url(), autocommit=True) as database:
        wiped = [sql.Identifier(table) for table in tables(database) if table not in reference_tables]
        statements = sql.SQL(";").join(sql.SQL("DELETE FROM {}").format(table) for table in wiped)
        for attempt in range(5):  # a server may still be storing what was written in the test
            with contextlib.suppress(psycopg.errors.DeadlockDetected):
                database.execute(sql.SQL("SET session_replication_role = replica;") + statements)
                break
            time.sleep(attempt)
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        client.flushdb()


def _wipe_after_test(_case: TransactionTestCase) -> None:
    wipe()


# Django truncates, which the application's role may not.
TransactionTestCase._fixture_teardown = _wipe_after_test  # type: ignore[method-assign]


@pytest.fixture
def administrator(db: None) -> Iterator["psycopg.Connection[Any]"]:
    """The superuser in the worker's database. Sees what is committed only."""
    with psycopg.connect(admin_url(), autocommit=True) as connection:
        yield connection


@pytest.fixture
def bus() -> Iterator["redis.Redis"]:
    """The worker's own Redis."""
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        yield client


# --- Work outside the request


@pytest.fixture
def deliver(bus: "redis.Redis") -> Callable[[], int]:
    """Relay what waits and run the jobs, until nothing is left. Returns how many jobs ran."""
    from core import outbox, queue
    from core.models import Job
    from sped.celery import app

    app.loader.import_default_modules()

    def run() -> int:
        count = 0
        while outbox.deliver(bus).events or Job.objects.filter(state=Job.State.WAITING, attempts=0).exists():
            Job.objects.filter(state=Job.State.WAITING).update(run_after="2000-01-01T00:00Z")
            for job_id in queue.due_jobs():
                queue.run_job(job_id)
                count += 1
        return count

    return run


@pytest.fixture
def celery_worker(transactional_db: None) -> Iterator[Any]:
    """A real worker on the worker's own Redis, in a thread."""
    from celery.contrib.testing.worker import start_worker

    from sped.celery import app

    with start_worker(app, pool="solo", perform_ping_check=False) as worker:
        yield worker


# --- The server: the same processes as `make run`


class Server:
    """A running Throughline. Its relay and worker run only while a test uses it: others bring their own."""

    commands: ClassVar[dict[str, list[str]]] = {
        "web": ["-m", "sped.web"],
        "relay": ["manage.py", "relay"],
        "worker": [
            "-m",
            "celery",
            "-A",
            "sped",
            "worker",
            "--pool=solo",
            "--loglevel=warning",
            "--without-mingle",
        ],
    }

    def __init__(self, logs: Path) -> None:
        self.logs = logs
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def ws_url(self) -> str:
        """The address for sockets."""
        return self.url.replace("http", "ws", 1)

    def page(self, path: str) -> str:
        """The address of a page."""
        return f"{self.url}{path}"

    def start(self) -> None:
        """Start what is not running, and wait until it works."""
        absent = [
            name
            for name in self.commands
            if name not in self.processes or self.processes[name].poll() is not None
        ]
        for name in absent:
            self.processes[name] = self._spawn(name)
        if "web" in absent:
            wait_until_alive(f"{self.url}/livez", self.processes["web"], self.logs / "web.log")
        if "relay" in absent:
            wait_until(self._is_beating, self.processes["relay"], self.logs / "relay.log")

    def stop(self, *names: str) -> None:
        """Stop some of the processes, even those that a test has halted."""
        children = [self.processes.pop(name) for name in names if name in self.processes]
        for child in children:
            child.send_signal(signal.SIGCONT)
            child.terminate()
        for child in children:
            try:
                child.wait(10)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def _spawn(self, name: str) -> "subprocess.Popen[bytes]":
        told = {
            "DJANGO_SETTINGS_MODULE": "sped.settings_test",
            "PORT": str(self.port),
            "PYTHONWARNINGS": "default",
        }
        with (self.logs / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *self.commands[name]],
                cwd=ROOT,
                env={**os.environ, **told},
                stdout=log,
                stderr=log,
                preexec_fn=processes.ends_with_parent(signal.SIGTERM),  # noqa: PLW1509
            )

    def _is_beating(self) -> bool:
        with psycopg.connect(admin_url(), autocommit=True) as database:
            return has_rows(database, "core_heartbeat")


def wait_until_alive(url: str, child: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait until a web process answers anything at all."""

    def is_answering() -> bool:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return True
        except urllib.error.HTTPError as error:
            error.close()
            return True
        except OSError:
            return False

    wait_until(is_answering, child, log)


def wait_until(is_ready: Callable[[], bool], child: "subprocess.Popen[bytes]", log: Path) -> None:
    """Wait for a process to be ready, and fail with its log when it is not."""
    until = time.monotonic() + READY_SECONDS
    while not is_ready():
        if time.monotonic() > until or child.poll() is not None:
            pytest.fail(f"{log.stem} did not start:\n{log.read_text()[-4000:]}")
        time.sleep(0.05)


running: list[Server] = []


@pytest.fixture(scope="session")
def _server_of_session(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"))
    running.append(made)
    yield made
    running.clear()
    made.stop(*made.commands)
    assert not personal_in(made.logs), "personal data in the logs of the servers (R28)"


def personal_in(folder: Path) -> set[str]:
    """What stands in logs of what tests write about people: names, addresses, passwords, tokens."""
    logs = [path.read_text(errors="replace") for path in folder.glob("*.log")]
    return {found for log in logs for found in PERSONAL.findall(log)}


@pytest.fixture
def server(_server_of_session: Server, transactional_db: None) -> Server:
    """The running application, on committed data that is wiped after the test."""
    _server_of_session.start()
    return _server_of_session


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Silence relay and worker for a test that does not use the server: they would take its work away."""
    if running and "server" not in getattr(item, "fixturenames", ()) and "relay" in running[0].processes:
        running[0].stop("relay", "worker")
        wipe()


@pytest.fixture
def session_cookie(transactional_db: None) -> Callable[[Any], str]:
    """Make a session for a person, as signing in does."""

    def make(person: Any) -> str:
        from accounts.session_store import SessionStore

        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.create()
        return str(session.session_key)

    return make


# --- The browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium. For a module, since Playwright keeps an event loop running that later tests would trip over."""
    from playwright.sync_api import expect, sync_playwright

    if os.environ.get("BROWSER_TESTS") == "skip":
        pytest.skip("BROWSER_TESTS=skip")
    expect.set_options(timeout=SLOW_PAGE)
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            found = browser_path() or playwright.chromium.executable_path
            if not Path(found).exists():
                pytest.fail("NO BROWSER: install chromium, set CHROMIUM, or say BROWSER_TESTS=skip.")
            chromium = playwright.chromium.launch(executable_path=found)
            yield chromium
            chromium.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def browser_path() -> str | None:
    """CHROMIUM, else a browser of the PATH, else None for Playwright's own."""
    named = os.environ.get("CHROMIUM")
    return named or next((found for name in BROWSER_NAMES if (found := shutil.which(name))), None)


@pytest.fixture
def new_page(
    browser: Any, server: Server, session_cookie: Callable[[Any], str]
) -> Iterator[Callable[..., Any]]:
    """Open a page in a context of its own, signed in as somebody or nobody. Errors of the page fail the test."""
    contexts, complaints = [], []

    def note(message: Any) -> None:
        if message.type == "error" and not message.text.startswith(EXPECTED_CONSOLE):
            complaints.append(message.text)

    def open_page(person: Any = None, path: str | None = None, **options: Any) -> Any:
        context = browser.new_context(**{"base_url": server.url, "locale": "en-US", **options})
        contexts.append(context)
        context.set_default_timeout(SLOW_PAGE)
        if person is not None:
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": session_cookie(person), "url": server.url}])
        page = context.new_page()
        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        if path is not None:
            page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not complaints, f"the page complained: {complaints}"


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: the collector need not look through it again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_AFTER, 10, 20)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs a browser."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
