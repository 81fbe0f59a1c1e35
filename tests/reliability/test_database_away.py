"""PostgreSQL restarted under requests, and away: at most 503, never 500, nothing acknowledged lost, back at once."""

import json
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unittest import mock
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from django.conf import settings
from django.db import connections

from accounts.actors import new_token, token_digest
from bench.proxy import Proxy
from core.models import IdempotencyKey
from core.tenant import organization
from sped import embedded, provisioning
from students.models import Student
from tests.conftest import clone, fingerprint
from tests.factories.accounts import PASSWORD, ApiTokenFactory
from tests.reliability.conftest import all_is_done, in_threads, say, wait_for
from tests.reliability.scale import IS_FULL, figures, in_time, scaled

RECOVERY_SECONDS = 2.0
PATIENCE_SECONDS = 6.5  # all that a request waits in vain (5.3 s), and its own work
COVERED_SECONDS = (
    5.0  # an absence that a request waits out; a longer one is told, and its share of 503 is no promise
)
CLIENTS, LOAD_SECONDS = scaled((4, 3), (8, 20))
SILENT_SECONDS = scaled(12.0, 60.0)
STORMS = scaled(10, 500)


@dataclass
class Postgres:
    """A PostgreSQL of this module's own, which loses no commit (fsync is on), always on the same port."""

    servers: embedded.Servers
    addresses: embedded.Addresses
    proxy: Proxy  # what the site reaches it through

    def crash(self) -> None:
        """Stop at once, as `pg_ctl -m immediate`: connections break, nothing is tidied up."""
        _, child, _how = self.servers._children[0]
        child.send_signal(signal.SIGQUIT)
        child.wait(10)
        self.servers._children.clear()
        connections["default"].close()
        connections["default"].close_pool()

    def come_back(self) -> None:
        """Start again, recover, and wait until it takes connections."""
        port = urlsplit(self.addresses.admin).port
        with mock.patch.object(embedded, "free_port", return_value=port):
            self.servers._start_postgres()


def bring_template(source: str, target: str, name: str) -> None:
    """Copy the migrated template from one server to another: a few seconds, where to migrate takes twenty."""
    tools, draft = embedded.postgres_binaries(), f"{name}_draft"
    with psycopg.connect(target, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {draft}")
        dump = subprocess.run(
            [tools / "pg_dump", "-Fc", "-Z0", f"{source.rpartition('/')[0]}/{name}"],
            check=True,
            capture_output=True,
        )
        into = f"{target.rpartition('/')[0]}/{draft}"
        restore = [tools / "pg_restore", "--exit-on-error", "-d", into]
        subprocess.run(restore, input=dump.stdout, check=True)
        admin.execute(f"ALTER DATABASE {draft} OWNER TO {provisioning.OWNER}")
        admin.execute(f"ALTER DATABASE {draft} RENAME TO {name}")


@pytest.fixture(scope="module")
def postgres(django_db_setup, django_db_blocker, site) -> Iterator[Postgres]:
    """The tests of this module, and the site that they break, use a PostgreSQL of their own."""
    servers = embedded.first_free("test-away", is_lasting=True)
    addresses = servers.start(with_redis=False)
    own, default = urlsplit(addresses.app), connections["default"].settings_dict
    usual = {name: default[name] for name in ("HOST", "PORT", "USER", "PASSWORD")}
    usual_admin = settings.ADMIN_URL
    told = {"ADMIN_URL": addresses.admin, "OWNER_URL": addresses.owner}
    proxy = Proxy(own.port)
    through = addresses.app.replace(f":{own.port}/", f":{proxy.port}/")
    site.told |= {f"TEST_{name}": value for name, value in {**told, "APP_URL": through}.items()}
    with django_db_blocker.unblock(), mock.patch.multiple(settings, **told):
        connections["default"].close()
        connections["default"].close_pool()
        default |= {
            "HOST": own.hostname,
            "PORT": str(own.port),
            "USER": own.username,
            "PASSWORD": own.password,
        }
        with psycopg.connect(addresses.admin, autocommit=True) as admin:
            template = f"template_{fingerprint()}"
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [template]).fetchone():
                bring_template(usual_admin, addresses.admin, template)
            clone(admin, template, settings.TEST_DATABASE)
        yield Postgres(servers, addresses, proxy)
        connections["default"].close()
        connections["default"].close_pool()
        default |= usual
    site.kill(*(part for part in list(site.children) if part != "redis"))
    proxy.close()
    servers.stop()


@pytest.fixture
def running(postgres, site, transactional_db):
    """All parts are up."""
    site.start(*(name for name in ("web", "relay", "worker") if name not in site.children))
    wait_for(lambda: is_ready(site), what="readiness")
    return site


def is_ready(site):
    with httpx.Client(base_url=site.url, trust_env=False) as client:
        return client.get("/readyz").status_code == 200


@pytest.fixture
def program(committed_cast):
    """The headers of a program that acts for Ada."""
    cast, token = committed_cast, new_token()
    with organization(cast.district.id):
        ApiTokenFactory(organization=cast.district, person=cast.ada.person, digest=token_digest(token))
    return {"Authorization": f"Bearer {token}"}


def test_restart_under_load_is_at_most_a_503_and_loses_nothing(
    running, postgres, visit, committed_cast, program
):
    """R65, F3: writers and readers at work while PostgreSQL stops at once and comes back."""
    cast, acknowledged, stop = committed_cast, {}, threading.Event()
    writers = [visit(running, **program) for _ in range(CLIENTS // 2)]
    readers = [visit(running, cast.ada) for _ in range(CLIENTS // 2)]
    pages = ["/d/larkspur/caseload/", f"/d/larkspur/students/{cast.student.id}/", "/d/larkspur/people/"]

    def work(number):
        turn = 0
        while not stop.is_set():
            turn += 1
            if number % 2:
                readers[number // 2].get(pages[turn % len(pages)])
                continue
            name = f"c{number}n{turn}"
            body = {"given_name": name, "family_name": "Crashproof", "school_id": str(cast.school.id)}
            answer = None
            while answer is None or answer.status == 503:
                answer = writers[number // 2].ask(
                    "POST", "/api/v1/students/", json=body, headers={"Idempotency-Key": name}
                )
            if answer.status == 201:
                acknowledged[name] = json.loads(answer.text)["id"]

    load = threading.Thread(target=in_threads, args=(CLIENTS, work))
    load.start()
    began = time.monotonic()
    until = began + in_time(RECOVERY_SECONDS)
    while len(acknowledged) < CLIENTS and time.monotonic() < until:
        time.sleep(0.1)
    went = time.monotonic()
    postgres.crash()
    time.sleep(0.7)
    postgres.come_back()
    back = time.monotonic()
    time.sleep(LOAD_SECONDS)
    stop.set()
    load.join()

    seen = [answer for visitor in (*writers, *readers) for answer in visitor.seen]
    bad = [answer for answer in seen if answer.status >= 400 or answer.status == 0]
    last = max((answer.at - back for answer in bad), default=0.0)
    statuses = dict(Counter(answer.status for answer in seen))
    slowest = max(answer.seconds for answer in seen)
    say(
        f"away {back - went:.1f} s; {statuses}; last 503 {last:.2f} s after it is back; slowest {slowest:.2f} s"
    )
    is_covered = back - went <= COVERED_SECONDS
    figures(
        "F3",
        load=f"{CLIENTS} clients at {len(seen) / (seen[-1].at - began):.0f} requests/s, away {back - went:.1f} s"
        + (
            ""
            if is_covered
            else f", longer than the {COVERED_SECONDS:.0f} s that are waited out: no share promised"
        ),
        found=f"{len(bad)} of {len(seen)} answered 503, none 500; last {last:.2f} s after the return; "
        f"slowest {slowest:.2f} s",
    )
    if IS_FULL and is_covered:  # a busy machine restarts PostgreSQL more slowly than a request waits
        assert len(bad) <= len(seen) / 100
    assert {answer.status for answer in seen} <= {200, 201, 503}
    assert all(answer.headers["Retry-After"] for answer in bad)
    assert last <= in_time(RECOVERY_SECONDS)
    assert [answer for answer in seen if answer.at < went and answer.status == 201]
    assert [answer for answer in seen if answer.at > back and answer.status == 201]
    with organization(cast.district.id):
        kept = dict(Student.objects.filter(family_name="Crashproof").values_list("given_name", "id"))
        assert Student.objects.filter(family_name="Crashproof").count() == len(kept)
        assert {name: str(kept[name]) for name in kept} == acknowledged
        assert IdempotencyKey.objects.count() == len(kept)
    wait_for(all_is_done, what="the relay")
    assert running.lives("relay") and running.lives("worker")
    wait_for(lambda: is_ready(running), what="readiness")


def test_without_a_database_everything_says_503_and_when_to_try_again(
    running, postgres, visit, committed_cast, program
):
    """R65, R66: pages, sign-in, the API and readiness, with and without a session; the process itself is alive."""
    cast = committed_cast
    ada, anybody, robot = visit(running, cast.ada), visit(running), visit(running, **program)
    assert ada.get("/d/larkspur/caseload/").status == 200
    postgres.crash()
    try:
        signed_in = {"X-Organization": "larkspur"}
        login = {"login": "ada@example.org", "password": PASSWORD}
        requests = [
            lambda: ada.get("/d/larkspur/caseload/"),
            lambda: ada.get("/"),
            lambda: ada.get("/styleguide/"),
            lambda: ada.get("/api/v1/students/", headers=signed_in),
            lambda: ada.get("/d/larkspur/caseload/", headers={"HX-Request": "true"}),
            lambda: ada.post("/d/larkspur/people/new/", {"email": "x@example.org"}),
            lambda: anybody.post("/accounts/login/", login),
            lambda: robot.get("/api/v1/students/"),
        ]
        asked = []
        in_threads(len(requests), lambda number: asked.append(requests[number]()))
        assert [answer.status for answer in asked] == [503] * len(asked)
        assert all(answer.headers["Retry-After"] == "2" for answer in asked)
        assert all(
            json.loads(answer.text)["code"] == "unavailable" for answer in asked if "/api/" in answer.path
        )
        assert "Traceback" not in "".join(answer.text for answer in asked)
        assert anybody.get("/livez").status == 200
        assert ada.get("/livez").status == 200
        ready = anybody.get("/readyz")
        parts = json.loads(ready.text)["parts"]
        assert ready.status == 503
        assert (parts["database"]["ok"], parts["redis"]["ok"], parts["disk"]["ok"]) == (False, True, True)
        slowest = max(answer.seconds for answer in [*asked, ready])
    finally:
        postgres.come_back()
    back = time.monotonic()
    wait_for(lambda: ada.get("/d/larkspur/caseload/").status == 200, 60, "recovery")
    say(
        f"without a database: slowest {slowest:.2f} s; a page {time.monotonic() - back:.2f} s after the return"
    )
    assert slowest <= in_time(PATIENCE_SECONDS)
    assert time.monotonic() - back <= in_time(RECOVERY_SECONDS)


def threads_of(site):
    """How many threads the web server has, all its processes together."""
    pids = [site.children["web"].pid]
    for pid in pids:
        pids += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return sum(len(list(Path(f"/proc/{pid}/task").iterdir())) for pid in pids)


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
def test_silent_database_is_a_503_in_six_seconds_and_costs_no_thread(
    running, postgres, visit, committed_cast, program
):
    """R65, F5: PostgreSQL neither answers nor hangs up."""
    cast, stop = committed_cast, threading.Event()
    visitors = [
        visit(running, cast.ada) if number % 2 else visit(running, **program) for number in range(CLIENTS)
    ]
    pages = ["/d/larkspur/caseload/", "/api/v1/students/"]

    def work(number):
        while not stop.is_set():
            visitors[number].get(pages[(number + 1) % 2])
            time.sleep(0.05)

    def settle():
        time.sleep(1.0)
        return threads_of(running)

    load = threading.Thread(target=in_threads, args=(CLIENTS, work))
    load.start()
    before = settle()
    postgres.proxy.switch("silent")
    went = time.monotonic()
    try:
        time.sleep(SILENT_SECONDS)
        during = threads_of(running)
    finally:
        postgres.proxy.switch("pass")
    back = time.monotonic()
    time.sleep(LOAD_SECONDS)
    stop.set()
    load.join()
    after = settle()

    seen = [answer for visitor in visitors for answer in visitor.seen]
    bad = [answer for answer in seen if answer.status != 200]
    slowest = max(answer.seconds for answer in seen)
    last = max(answer.at - back for answer in bad)
    say(
        f"silent {back - went:.0f} s: {dict(Counter(answer.status for answer in seen))}, slowest {slowest:.2f} s, last "
        f"503 {last:.2f} s after the return, threads {before} / {during} / {after}"
    )
    figures(
        "F5",
        load=f"{CLIENTS} clients, PostgreSQL silent for {back - went:.0f} s",
        found=f"each answer within {slowest:.2f} s, {len(bad)} times 503, none 500; last 503 {max(last, 0):.2f} s "
        f"after the return; threads {before} before, {during} meanwhile, {after} after",
    )
    assert not [answer for answer in seen if answer.status not in {200, 503}]
    assert [answer for answer in seen if answer.status == 503]
    assert [answer for answer in seen if answer.at > back + 1 and answer.status == 200]
    assert slowest <= in_time(PATIENCE_SECONDS) and last <= in_time(RECOVERY_SECONDS)
    assert after <= before + CLIENTS


@pytest.fixture
def hasty(postgres):
    """PostgreSQL looks for a deadlock after a second of waiting: a storm would be nothing but those seconds."""

    def look_after(seconds):
        with psycopg.connect(postgres.addresses.admin, autocommit=True) as admin:
            admin.execute(f"ALTER SYSTEM SET deadlock_timeout = '{seconds}s'")
            admin.execute("SELECT pg_reload_conf()")

    look_after(0.1)
    yield
    look_after(1)


def test_storm_of_deadlocks_is_answered_without_a_defect(running, hasty, visit, committed_cast, program):
    """F18: pairs of writers who lock two case files in opposite order, in a process of the application."""
    cast = committed_cast
    writers = [visit(running, **program, **{"X-Order": order}) for order in ("there", "back") * 2]

    def work(number):
        for turn in range(STORMS):
            body = {
                "given_name": f"w{number}t{turn}",
                "family_name": "Stormproof",
                "school_id": str(cast.school.id),
            }
            writers[number].ask("POST", "/api/v1/students/", json=body)

    began = time.monotonic()
    in_threads(len(writers), work)
    seconds = time.monotonic() - began

    seen = [answer for writer in writers for answer in writer.seen]
    found = dict(Counter(answer.status for answer in seen))
    tried = sum(int(answer.headers.get("X-Collisions", 3)) for answer in seen)
    say(f"storm: {found}, {tried} transactions begun anew")
    figures(
        "F18",
        load=f"{len(seen)} creates in {seconds:.0f} s by four writers who lock two rows in opposite order",
        found=f"{found.get(201, 0)} done, {found.get(409, 0)} refused with 409, none 500; "
        f"{tried} transactions were undone by the database and begun anew",
    )
    assert set(found) <= {201, 409} and tried > 0
    assert found[201] > found.get(409, 0)
    with organization(cast.district.id):
        assert Student.objects.filter(family_name="Stormproof").count() == found[201]
