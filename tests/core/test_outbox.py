"""From a commit to the bus: nothing is lost, whoever dies when; nothing is told that was rolled back."""

import json
import signal
import threading
import time
from datetime import timedelta
from uuid import uuid4

import pytest
import redis
from django.db import connection, connections, transaction
from django.utils import timezone

from core import outbox
from core.models import Heartbeat, Job, OutboxEvent, topic
from core.mutation import audit, mutation
from core.registry import _listeners, listen
from core.tenant import organization
from tests.reliability.scale import in_time


@pytest.fixture(autouse=True)
def still_relay(server):
    """The relay of the running server sleeps, so that this test is the only one."""
    server.processes["relay"].send_signal(signal.SIGSTOP)
    yield
    server.processes["relay"].send_signal(signal.SIGCONT)


@mutation
def touch(*, actor, record):
    audit(actor, "tests.record.touched", record)


def news(*topics):
    return OutboxEvent.objects.create(
        organization_id=uuid4(), verb="tests.record.touched", record_id=uuid4(), topics=list(topics)
    )


class Ear:
    """What is said on the bus."""

    def __init__(self, bus):
        self.sub = bus.pubsub(ignore_subscribe_messages=True)
        self.sub.subscribe(outbox.live_channel())
        self.sub.get_message(timeout=1)

    def heard(self, timeout=1.0):
        message = self.sub.get_message(timeout=timeout)
        return json.loads(message["data"]) if message else None


@pytest.fixture
def ear(bus):
    made = Ear(bus)
    yield made
    made.sub.close()


class Deaf:
    """A bus that is away."""

    def publish(self, *message):
        raise redis.ConnectionError


class Cut:
    """A relay that is killed in the middle of publishing: the frame does not leave."""

    def publish(self, *message):
        raise KeyboardInterrupt


def test_event_is_delivered_once_with_the_versions_of_its_topics(bus, ear):
    first = news("student.a", "goal.b")
    news("student.a")

    done = outbox.deliver(bus)

    assert done.events == 2
    assert done.topics == {"student.a": "1", "goal.b": "1"}
    assert ear.heard() == {"changed": done.topics}
    assert outbox.topic_versions(["student.a", "goal.b", "new.c"]) == {**done.topics, "new.c": "0"}
    assert outbox.deliver(bus).events == 0
    first.refresh_from_db()
    assert first.delivered_at is not None


def test_every_delivery_makes_another_version(bus):
    seen = set()
    for _ in range(3):
        news("student.a")
        seen.add(outbox.deliver(bus).topics["student.a"])

    assert len(seen) == 3


def test_event_of_a_transaction_that_is_rolled_back_never_was(committed_cast, bus):
    with organization(committed_cast.district.id):
        touch(actor=committed_cast.casey.actor, record=committed_cast.student)
        transaction.set_rollback(True)

    assert outbox.deliver(bus).events == 0


def test_audit_leaves_news_for_every_topic_of_the_record(committed_cast, bus):
    with organization(committed_cast.district.id):
        touch(actor=committed_cast.casey.actor, record=committed_cast.student)

    assert set(outbox.deliver(bus).topics) >= {
        committed_cast.student.topic,
        topic("school", committed_cast.school.id),
        topic("organization", committed_cast.district.id),
        topic("caseload", committed_cast.casey.person.id),
    }


@pytest.mark.parametrize("bad", [Deaf, Cut])
def test_relay_that_dies_between_claim_and_publish_leaves_it_to_the_next(bus, ear, bad):
    event = news("student.a")
    with pytest.raises((redis.RedisError, KeyboardInterrupt)):
        outbox.deliver(bad())
    assert outbox.deliver(bus).events == 0  # somebody holds it
    OutboxEvent.objects.update(claimed_at=timezone.now() - timedelta(seconds=outbox.CLAIM_SECONDS + 1))

    assert outbox.deliver(bus).events == 1

    assert ear.heard()["changed"] == outbox.topic_versions(["student.a"])
    event.refresh_from_db()
    assert event.delivered_at is not None


def test_two_relays_share_the_work_and_neither_repeats_the_other(bus):
    for number in range(60):
        news(f"student.{number % 7}")
    done, errors = [], []

    def work():
        try:
            while (one := outbox.deliver(bus, limit=5)).events:
                done.append(one.events)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    relays = [threading.Thread(target=work) for _ in range(3)]
    for relay in relays:
        relay.start()
    for relay in relays:
        relay.join()

    assert not errors
    assert sum(done) == 60
    assert not OutboxEvent.objects.filter(delivered_at=None).exists()


def test_listener_gets_one_job_an_event_however_often_it_is_delivered(bus):
    listen("tests.record.touched", "tests.note")
    try:
        event = news("student.a")
        outbox.deliver(bus)
        OutboxEvent.objects.update(delivered_at=None, claimed_at=None)
        outbox.deliver(bus)
    finally:
        _listeners.pop("tests.record.touched")

    (job,) = Job.objects.all()
    assert (job.name, job.key) == ("tests.note", f"tests.note:{event.id}")
    assert job.arguments == {"record_id": str(event.record_id)}


def test_large_backlog_is_delivered_in_few_frames(bus, ear):
    OutboxEvent.objects.bulk_create(
        OutboxEvent(organization_id=uuid4(), verb="tests.record.touched", topics=[f"student.{number % 10}"])
        for number in range(1200)
    )

    frames = 0
    while outbox.deliver(bus).events:
        frames += 1

    assert frames == 3
    assert set(outbox.topic_versions([f"student.{number}" for number in range(10)]).values()) == {"3"}


def test_old_deliveries_are_forgotten_and_waiting_news_is_kept(bus):
    news("student.a")
    outbox.deliver(bus)
    OutboxEvent.objects.update(delivered_at=timezone.now() - timedelta(days=8))
    waiting = news("student.b")

    assert outbox.prune() == 1
    assert list(OutboxEvent.objects.values_list("id", flat=True)) == [waiting.id]
    assert 0 <= outbox.oldest_waiting_seconds() < 10


def test_commit_wakes_the_relay(committed_cast):
    """The notification leaves with the commit: a relay that listens need not wait for its sweep."""
    with connection.cursor() as cursor:
        cursor.execute("LISTEN outbox")
    heard = []

    def commit():
        try:
            with organization(committed_cast.district.id):
                touch(actor=committed_cast.casey.actor, record=committed_cast.student)
        finally:
            connections.close_all()

    writer = threading.Thread(target=commit)
    began = time.monotonic()
    writer.start()
    heard = list(connection.connection.notifies(timeout=5, stop_after=1))
    writer.join()

    assert [notice.channel for notice in heard] == ["outbox"]
    assert time.monotonic() - began < in_time(2)


def test_running_relay_delivers_at_once_and_leaves_a_heartbeat(server, committed_cast, ear):
    server.processes["relay"].send_signal(signal.SIGCONT)
    with organization(committed_cast.district.id):
        touch(actor=committed_cast.casey.actor, record=committed_cast.student)

    began = time.monotonic()
    while committed_cast.student.topic not in (ear.heard(0.1) or {"changed": {}})["changed"]:
        assert time.monotonic() - began < in_time(1)
    until = time.monotonic() + 3
    while not Heartbeat.objects.filter(name="relay").exists() and time.monotonic() < until:
        time.sleep(0.1)
    assert timezone.now() - Heartbeat.objects.get(name="relay").at < timedelta(seconds=5)
