"""`/livez` and `/readyz`: each part is named, and a part that fails is said without a word of why it fails inside."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from core import health
from core.models import Heartbeat, OutboxEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def relay():
    return Heartbeat.objects.create(name="relay", at=timezone.now())


def ready(client):
    answer = client.get("/readyz")
    return answer.status_code, json.loads(answer.content)


def test_process_is_alive_whatever_else_is(client, settings, django_assert_num_queries):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    with django_assert_num_queries(0):
        answer = client.get("/livez")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert client.post("/livez").status_code == 405


def test_everything_is_ready(client, relay):
    status, body = ready(client)

    assert (status, body["status"]) == (200, "ok")
    assert {name: part["ok"] for name, part in body["parts"].items()} == {
        "database": True,
        "redis": True,
        "migrations": True,
        "relay": True,
        "disk": True,
    }
    assert all(part["ms"] >= 0 for part in body["parts"].values())


def only(body, name):
    return [other for other, part in body["parts"].items() if not part["ok"]] == [name]


def test_redis_that_is_away_is_named(client, relay, settings):
    settings.REDIS_URL = "redis://:a-password@127.0.0.1:1/0"

    status, body = ready(client)

    assert (status, body["status"]) == (503, "unavailable")
    assert only(body, "redis")
    assert body["parts"]["redis"]["error"] == "ConnectionError"
    assert "password" not in json.dumps(body)


@pytest.mark.parametrize("silent", ["never seen", "silent for long"])
def test_relay_that_does_not_beat_is_named(client, silent):
    if silent == "silent for long":
        Heartbeat.objects.create(
            name="relay", at=timezone.now() - timedelta(seconds=health.RELAY_SECONDS + 1)
        )

    status, body = ready(client)

    assert status == 503 and only(body, "relay")


def test_news_that_does_not_get_out_is_the_relays_fault(client, relay, cast):
    OutboxEvent.objects.create(
        organization_id=cast.district.id,
        verb="tests.record.touched",
        topics=[],
        created_at=timezone.now() - timedelta(minutes=2),
    )

    status, body = ready(client)

    assert status == 503 and only(body, "relay")
    assert body["parts"]["relay"]["oldest_waiting_seconds"] >= 120


def test_migration_that_was_not_run_is_named(client, relay, monkeypatch):
    monkeypatch.setattr(
        health.MigrationExecutor, "migration_plan", lambda self, targets: [("0099_more", False)]
    )

    status, body = ready(client)

    assert status == 503 and only(body, "migrations")
    assert body["parts"]["migrations"]["waiting"] == 1


def test_full_disk_is_named(client, relay, monkeypatch):
    monkeypatch.setattr(health, "LEAST_FREE_BYTES", 10**18)

    status, body = ready(client)

    assert status == 503 and only(body, "disk")


def test_database_that_is_away_is_named(client, relay, monkeypatch):
    def away():
        raise health.DatabaseError("could not connect to host db.internal")

    monkeypatch.setitem(health.CHECKS, "database", away)

    status, body = ready(client)

    assert status == 503
    assert [name for name, part in body["parts"].items() if not part["ok"]] == [
        "database",
        "migrations",
        "relay",
    ]
    assert "internal" not in json.dumps(body)
