"""`/metrics`: who may read it, what it counts, and that it tells of nobody."""

import re
import urllib.request

import pytest
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from core.models import Job, OutboxEvent
from core.mutation import publish

TOKEN = "collect-me-if-you-can"


def read(text):
    """Every sample by name and labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.mark.parametrize(
    ("address", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.1.2.3", {}, 404),
        ("", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "10.1.2.3"}, 404),
        ("127.0.0.1", {"Forwarded": "for=10.1.2.3"}, 404),
        ("10.1.2.3", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("10.1.2.3", {"Authorization": f"Bearer {TOKEN}x"}, 404),
        ("10.1.2.3", {"Authorization": "Bearer "}, 404),
        ("10.1.2.3", {"Authorization": f"Basic {TOKEN}"}, 404),
    ],
)
def test_metrics_are_for_this_machine_and_for_who_has_the_token(db, settings, address, headers, status):
    settings.METRICS_TOKENS = [TOKEN]

    answer = Client(REMOTE_ADDR=address).get("/metrics", headers=headers)

    assert answer.status_code == status


def test_without_a_token_no_token_opens_metrics(db, settings):
    settings.METRICS_TOKENS = []

    assert (
        Client(REMOTE_ADDR="10.1.2.3").get("/metrics", headers={"Authorization": "Bearer "}).status_code
        == 404
    )


def test_refusal_of_metrics_is_that_of_an_address_that_leads_nowhere(db):
    client = Client(REMOTE_ADDR="10.1.2.3")
    differing = rb"[0-9a-f-]{36}|csrf-token\" content=\"[^\"]+\"|nonce=\"[^\"]+\"|/(metrics|nothing)"
    words = [re.sub(differing, b"", client.get(path).content) for path in ("/metrics", "/nothing")]

    assert words[0] == words[1]


def test_requests_are_counted_by_the_template_of_their_route(cast):
    def counted():
        found = read(Client().get("/metrics").content.decode())
        labels = [("method", "GET"), ("route", "/d/<slug>/students/<uuid:student_id>/"), ("status", "200")]
        return (
            found.get(("http_requests_total", *labels), 0),
            found.get(("http_request_seconds_count", labels[1]), 0),
            found.get(("sql_statements_total", labels[1]), 0),
        )

    before = counted()
    assert cast.casey.client().get(cast.casey.url(f"/students/{cast.student.id}/")).status_code == 200
    after = counted()

    assert (after[0] - before[0], after[1] - before[1]) == (1, 1)
    assert 5 < after[2] - before[2] < 60


def test_what_waits_is_counted(cast):
    before = read(Client().get("/metrics").content.decode())
    publish(cast.casey.actor, "core.thing.done", cast.student)
    Job.objects.create(organization_id=cast.district.id, name="x", actor={}, state=Job.State.PARKED)

    found = read(Client().get("/metrics").content.decode())

    assert found["outbox_waiting",] == before["outbox_waiting",] + 1 == OutboxEvent.objects.count()
    assert found["outbox_oldest_seconds",] >= 0
    assert found["jobs", ("state", "parked")] == before["jobs", ("state", "parked")] + 1
    assert found["audit_unsealed_entries",] >= 0 and found["database_up",] == 1


def test_labels_tell_of_nobody(cast):
    """R28: routes are templates; what is made up is one row, however often."""
    client = cast.ada.client(raise_request_exception=False)
    for number in range(3):
        client.get(f"/d/larkspur/{cast.student.given_name}-{number}/")
        client.get(f"/nowhere-{number}/?name=canary")
        client.generic(f"METHOD{number}", "/")
    client.get(cast.ada.url(f"/students/{cast.student.id}/"))

    text = Client().get("/metrics").content.decode()

    for word in (str(cast.student.id), "larkspur", "canary", "nowhere", "METHOD", cast.student.given_name):
        assert word not in text
    assert 'route="unmatched"' in text


def test_processes_are_added_up(tmp_path):
    """Two processes count; whichever is asked tells the sum, and a gauge of one that has ended is forgotten."""
    import os
    import subprocess
    import sys

    script = (
        "import django; django.setup(); from core import metrics as m\n"
        "m.REQUESTS.labels('GET', '/', 200).inc(); m.SOCKETS.set(3)\n"
        "import sys\n"
        "if len(sys.argv) > 1:\n"
        "    from prometheus_client import CollectorRegistry, generate_latest\n"
        "    r = CollectorRegistry(); m.MultiProcessCollector(r); print(generate_latest(r).decode())\n"
    )
    told = {
        **os.environ,
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "sped.settings_test",
    }
    subprocess.run([sys.executable, "-c", script], env=told, check=True)
    done = subprocess.run(
        [sys.executable, "-c", script, "say"], env=told, check=True, capture_output=True, text=True
    )

    found = read(done.stdout)
    assert found["http_requests_total", ("method", "GET"), ("route", "/"), ("status", "200")] == 2


def test_running_server_counts_its_sockets_and_connections(server):
    with urllib.request.urlopen(server.page("/metrics"), timeout=10) as answer:
        found = read(answer.read().decode())

    assert found["database_up",] == 1
    assert found["live_sockets",] == 0
