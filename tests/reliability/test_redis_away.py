"""Redis killed, or a black hole: pages work, nobody waits, and all that was promised meanwhile is done afterwards."""

import json
import time

import pytest

from accounts.models import Membership
from core.models import AuditEntry, Job, OutboxEvent
from core.queue import enqueue
from core.tenant import organization
from notifications.models import Message
from tests.factories.accounts import PASSWORD
from tests.reliability.conftest import SLOWEST_SECONDS, all_is_done, say, wait_for
from tests.reliability.scale import figures, in_time, scaled

WRITES, AWAY_SECONDS = scaled((25, 5.0), (500, 300.0))


@pytest.fixture
def running(site, transactional_db):
    """All parts are up, and have seen Redis."""
    absent = [name for name in ("web", "relay", "worker") if name not in site.children]
    site.start(*absent)
    return site


def invite(visitor, number):
    fields = {
        "email": f"new{number}@example.org",
        "given_name": "New",
        "family_name": f"Colleague{number}",
        "role": "viewer",
        "title": "",
    }
    return visitor.post("/d/larkspur/people/new/", fields | {"is_district_wide": "on"})


def promise(cast):
    """One job that no news goes before."""
    with organization(cast.district.id):
        membership = Membership.objects.get(person=cast.vic.person)
    enqueue("notifications.invite", actor=cast.ada.actor, record_id=membership.id)


def times_relay_waited(site):
    return (site.folder / "relay.log").read_text().count("relay waits")


@pytest.mark.parametrize("how", ["killed", "silent"])
def test_writes_go_on_without_redis_and_every_job_is_done_once_afterwards(
    running, visit, committed_cast, how
):
    """R51, R53, R67, F4: pages, sign-in, readiness and the catching up."""
    ada, anybody = visit(running, committed_cast.ada), visit(running)
    assert ada.get("/d/larkspur/caseload/").status == 200
    began = time.monotonic()

    before = times_relay_waited(running)
    running.redis_goes(how)
    promise(committed_cast)  # no news waits before it: the relay must live through waking nobody
    wait_for(lambda: times_relay_waited(running) > before, what="a relay that cannot wake anybody")
    for number in range(WRITES):
        assert invite(ada, number).status == 303
        assert ada.get(f"/d/larkspur/students/{committed_cast.student.id}/").status == 200
    wrong = anybody.post("/accounts/login/", {"login": "paula@example.org", "password": "not this one"})
    right = anybody.post("/accounts/login/", {"login": "paula@example.org", "password": PASSWORD})
    assert (wrong.status, right.status) == (200, 302)
    assert anybody.get("/d/larkspur/caseload/").status == 200
    assert anybody.get("/livez").status == 200
    ready = anybody.get("/readyz")
    assert ready.status == 503 and json.loads(ready.text)["parts"]["redis"]["ok"] is False
    assert json.loads(ready.text)["parts"]["database"]["ok"] is True
    time.sleep(max(0.0, AWAY_SECONDS - (time.monotonic() - began)))
    assert OutboxEvent.objects.filter(delivered_at=None).exists()

    running.redis_returns(how)
    caught_up = wait_for(all_is_done, scaled(45, 300), what="catching up")

    seen = [*ada.seen, *anybody.seen]
    slowest = max(answer.seconds for answer in seen)
    say(f"{how}: slowest of {len(seen)} requests {slowest:.2f} s, caught up in {caught_up:.1f} s")
    figures(
        "F4",
        load=f"Redis {how} for {AWAY_SECONDS:.0f} s at least, {WRITES} writes",
        found=f"slowest of {len(seen)} requests {slowest:.2f} s; all jobs done {caught_up:.1f} s after the return",
    )
    assert slowest <= in_time(SLOWEST_SECONDS)
    assert not [answer for answer in seen if answer.status >= 500 and answer.path != "/readyz"]
    with organization(committed_cast.district.id):
        assert Message.objects.filter(kind="invitation").count() == WRITES + 1
        assert AuditEntry.objects.filter(verb="notifications.message.queued").count() == WRITES + 1
    done = Job.objects.filter(name__in=("notifications.invite", "notifications.send_invitation"))
    assert done.filter(state=Job.State.DONE).count() == WRITES + 1
    assert running.lives("relay") and running.lives("worker") and running.lives("web")
    wait_for(lambda: visit(running).get("/readyz").status == 200, what="readiness")
