"""Endpoints of roster imports."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from integrations.models import RosterImport
from integrations.tasks import advance
from tests.integrations.rosters import USERS_1_1, small_1_1, small_1_2, table, zipped

pytestmark = pytest.mark.usefixtures("kept")

IMPORTS = "/api/v1/imports/"


def send(player, content, **headers):
    data = content if isinstance(content, bytes) else zipped(content)
    return player.client().post(
        IMPORTS,
        {"file": SimpleUploadedFile("roster.zip", data, content_type="application/zip")},
        headers=headers,
    )


def test_sent_roster_is_answered_with_the_import_and_its_topic(cast):
    response = send(cast.ada, small_1_1())

    run = RosterImport.objects.get()
    assert response.status_code == 201
    assert response["Location"] == f"{IMPORTS}{run.id}/"
    assert response["X-Live-Topic"] == f"import.{run.id}"
    assert response.json()["state"] == "waiting"


def test_import_findings_and_rows_can_be_read(cast):
    send(cast.ada, small_1_1(users=table(USERS_1_1, "K1,,,S9,student,,Kit,Marrow,,,4,", "K2,short")))
    run = RosterImport.objects.get()
    advance(actor=cast.ada.actor, run_id=run.id)
    client = cast.ada.client()

    found = client.get(f"{IMPORTS}{run.id}/").json()
    findings = client.get(f"{IMPORTS}{run.id}/findings/?severity=refusal&limit=1").json()
    rows = client.get(f"{IMPORTS}{run.id}/rows/?outcome=created").json()
    listed = client.get(IMPORTS).json()

    assert (found["state"], found["percent"], found["totals"]["created"], found["totals"]["refused"]) == (
        "done",
        100,
        4,
        2,
    )
    assert [(row["file"], row["line"], row["code"]) for row in findings["results"]] == [
        ("users.csv", 3, "column_count")
    ]
    more = client.get(findings["next"]).json()
    assert [(row["file"], row["code"]) for row in more["results"]] == [("enrollments.csv", "user_unknown")]
    assert [row["sourced_id"] for row in rows["results"]] == ["S1", "C1", "K1", "E2"]
    assert [row["id"] for row in listed["results"]] == [str(run.id)]


def test_repeated_key_starts_one_import(cast):
    large = small_1_1() | {"noise.csv": bytes(range(256)) * 20_000}
    first = send(cast.ada, zipped(large, 0), **{"Idempotency-Key": "one-roster"})

    second = send(cast.ada, zipped(large, 0), **{"Idempotency-Key": "one-roster"})
    other = send(cast.ada, small_1_2(), **{"Idempotency-Key": "one-roster"})

    assert (first.status_code, second.status_code, other.status_code) == (201, 201, 422)
    assert first.json()["id"] == second.json()["id"]
    assert other.json()["code"] == "idempotency_key_reused"
    assert RosterImport.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [(b"no zip", "roster_refused"), (zipped({"a.txt": "x"}), "roster_refused"), (b"", "invalid")],
)
def test_file_that_is_no_roster_is_refused_in_words(cast, content, code):
    response = send(cast.ada, content)

    assert response.status_code == 422
    assert response.json()["code"] == code
    assert list(response.json()["details"]["fields"]) == ["file"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"{}", "application/json"),
        (b"x", "multipart/form-data"),
        (
            b"--b\r\nContent-Disposition: form-data; name=file\r\n\r\nx\r\n--b--",
            "multipart/form-data; boundary=b",
        ),
        (b"", "text/plain"),
    ],
)
def test_bodies_of_another_kind_are_refused(cast, body, kind):
    for headers in ({}, {"Idempotency-Key": "k"}):
        response = cast.ada.client().generic("POST", IMPORTS, body, content_type=kind, headers=headers)

        assert response.status_code in {400, 415, 422}
        assert set(response.json()) == {"code", "message", "status", "details"}


def test_running_import_can_be_cancelled(cast):
    send(cast.ada, small_1_1())
    run = RosterImport.objects.get()

    response = cast.ada.client().post(f"{IMPORTS}{run.id}/cancel/", {}, content_type="application/json")

    assert response.json()["state"] == "cancelled"


@pytest.mark.parametrize("outsider", ["casey", "mina", "otto"])
def test_imports_do_not_exist_for_others(cast, outsider):
    send(cast.ada, small_1_1())
    run = RosterImport.objects.get()
    client = getattr(cast, outsider).client()

    for path in ("", "findings/", "rows/"):
        assert client.get(f"{IMPORTS}{run.id}/{path}").status_code == 404
    assert client.get(IMPORTS).status_code == 404
    assert client.post(f"{IMPORTS}{run.id}/cancel/", {}, content_type="application/json").status_code == 404
    assert send(getattr(cast, outsider), small_1_2()).status_code == 403


def test_list_of_imports_costs_the_same_however_long(cast):
    client = cast.ada.client()
    client.get(IMPORTS)
    costs = []
    for index in range(3):
        RosterImport.objects.create(
            organization_id=cast.district.id,
            file_name=f"{index}.zip",
            file_key="",
            file_hash="0" * 64,
            started_by_name="Ada",
            state="done",
        )
        with CaptureQueriesContext(connection) as asked:
            listed = client.get(IMPORTS).json()
        costs.append(len(asked))
        assert len(listed["results"]) == index + 1

    assert costs[0] == costs[2]
