"""Pages of roster imports."""

import csv
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from core.models import AuditEntry, Job
from integrations import queries
from integrations.models import RosterImport
from integrations.tasks import advance
from tests.integrations.rosters import ENROLLMENTS, SECRET, USERS_1_1, small_1_1, small_1_2, table, zipped

pytestmark = pytest.mark.usefixtures("kept")


def upload(content, name="roster.zip"):
    data = content if isinstance(content, bytes) else zipped(content)
    return SimpleUploadedFile(name, data, content_type="application/zip")


def send(player, content, name="roster.zip"):
    return player.client().post(player.url("/imports/new/"), {"file": upload(content, name)})


def finished(cast, content):
    """An import that was sent by page and applied to its end."""
    response = send(cast.ada, content)
    assert response.status_code == 303, response.content.decode()
    run = RosterImport.objects.order_by("-started_at").first()
    advance(actor=cast.ada.actor, run_id=run.id)
    return run


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_sent_roster_is_promised_and_its_page_shown(cast):
    response = send(cast.ada, small_1_1())

    run = RosterImport.objects.get()
    assert response.status_code == 303
    assert response["Location"] == cast.ada.url(f"/imports/{run.id}/")
    assert Job.objects.get().arguments == {"run_id": str(run.id)}
    page = cast.ada.client().get(response["Location"])
    assert page.status_code == 200
    assert f'data-live="import.{run.id}"' in page.content.decode()
    assert "Waiting to start" in text(page)


def test_finished_import_says_what_became_of_each_line(cast):
    run = finished(cast, small_1_1(users=table(USERS_1_1, "K1,,,S9,student,,Kit,Marrow,,,4,", "K2,short")))
    client, here = cast.ada.client(), cast.ada.url(f"/imports/{run.id}/")

    page = client.get(here)
    rows = client.get(f"{here}?show=rows&outcome=refused")

    assert "4 rows created, 0 updated, 0 unchanged, 0 marked as left, 2 refused." in text(page)
    assert "This line has 2 columns; the header has 12." in text(page)
    assert "users.csv 3" in text(page)
    assert "enrollments.csv 2" in text(rows)
    assert "Created" in text(rows)
    assert SECRET not in page.content.decode() + rows.content.decode()


def test_second_run_by_page_says_that_nothing_changed(cast):
    first = finished(cast, small_1_1())
    client = cast.ada.client()

    response = client.post(cast.ada.url(f"/imports/{first.id}/repeat/"))

    assert response.status_code == 303
    again = RosterImport.objects.exclude(id=first.id).get()
    advance(actor=cast.ada.actor, run_id=again.id)
    page = client.get(cast.ada.url(f"/imports/{again.id}/"))
    assert "Nothing changed: 8 rows unchanged, 0 refused." in text(page)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"sourcedId,name", "This is not a zip file"),
        (b"", "This file is empty"),
        (zipped({"readme.txt": "x"}), "There is no OneRoster file in this zip"),
        (zipped(small_1_1(users=b"x" * 40_000_000)), "unpacks to more than 100 times its size"),
        (None, "Choose a file."),
    ],
    ids=["no zip", "empty", "no roster", "bomb", "nothing"],
)
def test_file_that_is_no_roster_is_refused_beside_the_field(cast, content, said, kept):
    data = {} if content is None else {"file": upload(content)}

    response = cast.ada.client().post(cast.ada.url("/imports/new/"), data)

    assert response.status_code == 422
    assert said in text(response)
    assert "data-error-summary" in response.content.decode()
    assert 'aria-invalid="true"' in response.content.decode()
    assert not RosterImport.objects.exists()
    assert not kept.exists() or not list(kept.iterdir())


def test_other_roster_while_one_runs_is_refused_in_words(cast, kept):
    send(cast.ada, small_1_1())

    response = send(cast.ada, small_1_2())

    assert response.status_code == 422
    assert "Another import is still running" in text(response)
    assert len(list(kept.iterdir())) == 1


def test_running_import_can_be_cancelled(cast):
    send(cast.ada, small_1_1())
    run = RosterImport.objects.get()
    client, here = cast.ada.client(), cast.ada.url(f"/imports/{run.id}/")

    assert "Cancel this import?" in text(client.get(f"{here}cancel/"))
    response = client.post(f"{here}cancel/")

    assert response.status_code == 303
    assert "Cancelled" in text(client.get(here))
    advance(actor=cast.ada.actor, run_id=run.id)
    run.refresh_from_db()
    assert (run.state, run.done_lines) == ("cancelled", 0)


def test_list_shows_imports_newest_first(cast):
    for name, content in (("first.zip", small_1_1()), ("second.zip", small_1_2())):
        send(cast.ada, content, name)
        advance(actor=cast.ada.actor, run_id=RosterImport.objects.get(file_name=name).id)

    said = text(cast.ada.client().get(cast.ada.url("/imports/")))

    assert said.index("second.zip") < said.index("first.zip")


def test_findings_file_holds_no_formula(cast):
    run = finished(
        cast,
        small_1_1(
            users=table(
                USERS_1_1.replace("userIds", "x").replace("username", "=HYPERLINK(1)"),
                "K1,,,S1,student,,K,M,,,4,",
            ),
            enrollments=table(ENROLLMENTS),
        ),
    )

    response = cast.ada.client().get(cast.ada.url(f"/imports/{run.id}/findings.csv"))

    lines = list(csv.reader(io.StringIO(response.content.decode())))
    assert lines[0] == ["File", "Line", "Column", "Severity", "Reason"]
    assert lines[1][:4] == ["users.csv", "1", "'=HYPERLINK(1)", "Warning"]
    assert response["Content-Disposition"].startswith("attachment")


def test_report_pages_lead_to_the_next(cast):
    users = [f"K{n},,,S9,student,,Kit,Marrow,,,4," for n in range(60)]
    run = finished(cast, small_1_1(users=table(USERS_1_1, *users), enrollments=table(ENROLLMENTS)))
    client, here = cast.ada.client(), cast.ada.url(f"/imports/{run.id}/")

    first = client.get(f"{here}?severity=warning").content.decode()
    link = re.search(r'id="next-page" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = client.get(link).content.decode()

    assert first.count('id="finding-') == queries.PAGE
    assert second.count('id="finding-') == 61 - queries.PAGE
    assert 'id="next-page"' not in second


@pytest.mark.parametrize(
    "query",
    [
        "?after=x",
        "?after=9-9",
        "?severity=loud",
        "?outcome=%00",
        "?noun=../x",
        "?show=&after=" + "9" * 79,
        "?after=1-" + "f" * 32,
    ],
)
def test_nonsense_in_the_address_is_no_error(cast, query):
    run = finished(cast, small_1_1())

    assert cast.ada.client().get(cast.ada.url(f"/imports/{run.id}/{query}")).status_code in {200, 400}


@pytest.mark.parametrize("outsider", ["casey", "cory", "fin", "mina", "otto"])
def test_imports_do_not_exist_for_others(cast, outsider):
    run = finished(cast, small_1_1())
    player = getattr(cast, outsider)
    client = player.client()

    for path in ("", "cancel/", "repeat/", "findings.csv"):
        assert client.get(player.url(f"/imports/{run.id}/{path}")).status_code == 404
    assert client.post(player.url(f"/imports/{run.id}/cancel/")).status_code == 404
    assert client.get(player.url("/imports/")).status_code == 404
    assert client.post(player.url("/imports/new/"), {"file": upload(small_1_1())}).status_code == 403
    assert RosterImport.objects.count() == 1


def test_refused_attempt_is_written_down(cast):
    send(cast.casey, small_1_1())

    assert AuditEntry.objects.filter(
        verb="accounts.act.refused", actor_person_id=cast.casey.person.id
    ).exists()


def test_pages_ask_the_database_equally_often_at_one_and_three_imports(cast):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    client = cast.ada.client()
    client.get(cast.ada.url("/imports/"))  # the first page of a session costs more
    for wanted in (1, 3):
        while RosterImport.objects.count() < wanted:
            finished(cast, small_1_1())
        with CaptureQueriesContext(
            connection,
        ) as captured:
            client.get(cast.ada.url("/imports/"))
        counts.append(len(captured))
    assert counts[0] == counts[1]
