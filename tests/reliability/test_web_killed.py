"""The web server killed under writes, and stopped with care: what was acknowledged stays, a retry repeats nothing."""

import json
import signal
import socket
import threading
import time

import psycopg
import pytest

from accounts.actors import new_token, token_digest
from core.models import AuditEntry, IdempotencyKey
from core.tenant import organization
from students.models import Student
from tests.conftest import admin_url
from tests.factories.accounts import ApiTokenFactory
from tests.reliability.conftest import in_threads, say, wait_for
from tests.reliability.scale import figures, scaled

CLIENTS, CREATES, KILLS = scaled((4, 50, 2), (8, 125, 3))
BACK_SECONDS = 5.0


@pytest.fixture
def web(site, transactional_db):
    """The web server alone, running."""
    site.start("web")
    yield site
    site.kill(*(name for name in list(site.children) if name != "redis"))


@pytest.fixture
def program(committed_cast):
    """The headers of a program that acts for Ada."""
    cast, token = committed_cast, new_token()
    with organization(cast.district.id):
        ApiTokenFactory(organization=cast.district, person=cast.ada.person, digest=token_digest(token))
    return {"Authorization": f"Bearer {token}"}


def create(visitor, cast, name):
    """Open a case file, again and again with the same key until the answer arrives."""
    body = {"given_name": name, "family_name": "Crashproof", "school_id": str(cast.school.id)}
    tries = 0
    while True:
        tries += 1
        answer = visitor.ask(
            "POST", "/api/v1/students/", json=body, headers={"Idempotency-Key": f"key-{name}"}
        )
        if answer.status == 201:
            return json.loads(answer.text)["id"]
        assert answer.status in {0, 409, 503}, answer
        assert tries < 200
        time.sleep(0.1)


def test_killed_web_server_loses_nothing_acknowledged_and_repeats_nothing_retried(
    web, visit, committed_cast, program
):
    """F1: creates by several clients at once, `kill -9` in the middle of them again and again."""
    cast, acknowledged = committed_cast, {}
    visitors = [visit(web, **program) for _ in range(CLIENTS)]

    def write(number):
        for turn in range(CREATES):
            name = f"c{number}n{turn}"
            acknowledged[name] = create(visitors[number], cast, name)

    writer = threading.Thread(target=in_threads, args=(CLIENTS, write))
    writer.start()
    backs = []
    for number in range(1, KILLS + 1):
        least = CLIENTS * CREATES * number // (KILLS + 2)
        wait_for(lambda least=least: len(acknowledged) >= least or not writer.is_alive(), 120)
        began = time.monotonic()
        web.kill("web")
        web.start("web")
        backs.append(time.monotonic() - began)
    writer.join()

    broken = sum(answer.status == 0 for visitor in visitors for answer in visitor.seen)
    say(
        f"{len(acknowledged)} creates, {broken} broken requests, back after {[round(back, 1) for back in backs]} s"
    )
    figures(
        "F1",
        load=f"{CLIENTS * CREATES} creates by {CLIENTS} clients, {KILLS} kills",
        found=f"{len(acknowledged)} acknowledged, {broken} requests broke and were repeated, "
        f"back after {max(backs):.1f} s at most",
    )
    assert broken > 0 and len(acknowledged) == CLIENTS * CREATES
    with organization(cast.district.id):
        kept = dict(Student.objects.filter(family_name="Crashproof").values_list("given_name", "id"))
        assert Student.objects.filter(family_name="Crashproof").count() == len(kept) == CLIENTS * CREATES
        assert {name: str(kept[name]) for name in kept} == acknowledged
        added = AuditEntry.objects.filter(verb="students.student.added", record_id__in=kept.values())
        assert added.count() == CLIENTS * CREATES
        assert IdempotencyKey.objects.count() == CLIENTS * CREATES
    assert not [answer for visitor in visitors for answer in visitor.seen if answer.status == 500]


def test_server_that_is_told_to_stop_finishes_what_it_has_begun(web, visit, committed_cast):
    """R66: a request waits for a lock when the signal comes; it is answered, nobody new gets in, the process ends."""
    cast = committed_cast
    ada = visit(web, cast.ada)
    path = f"/d/larkspur/students/{cast.student.id}/edit/tags/add/"
    assert ada.post(path, {"label": "warm"}).status == 303

    with organization(cast.district.id):
        Student.objects.select_for_update().get(id=cast.student.id)
        asked = threading.Thread(target=ada.post, args=(path, {"label": "drained"}))
        asked.start()
        wait_for(is_somebody_waiting, 5, "the request")
        child = web.children["web"]
        child.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert child.poll() is None
        with (
            pytest.raises(ConnectionRefusedError),
            socket.create_connection(("127.0.0.1", web.port), timeout=1),
        ):
            pass
    asked.join()
    began = time.monotonic()
    child.wait(10)

    say(
        f"drained in {ada.seen[-1].seconds:.2f} s, ended {time.monotonic() - began:.2f} s later with {child.returncode}"
    )
    assert ada.seen[-1].status == 303
    assert child.returncode in {0, -signal.SIGTERM}
    with organization(cast.district.id):
        assert set(cast.student.tags.values_list("label", flat=True)) == {"warm", "drained"}


def is_somebody_waiting():
    """Whether another connection waits for a lock."""
    with psycopg.connect(admin_url(), autocommit=True) as administrator:
        waiting = administrator.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        ).fetchone()
    return waiting is not None and waiting[0] > 0
