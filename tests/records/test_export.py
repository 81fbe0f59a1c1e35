"""One student's whole record leaves: complete, safe to open, for whom it may, and written down (R7, R21)."""

import csv
import io
import json
import zipfile

import pytest
from django.utils import timezone
from pypdf import PdfReader

from core.errors import NotAllowed, NotFound
from core.models import AuditEntry, Job
from core.registry import lent_as
from records import mutations, queries, tasks
from records.models import RecordExport
from records.pdf import printed
from records.store import EXPORTS
from students.models import Allergy, Student
from tests.records.conftest import CANARY, filled


@pytest.fixture
def student(cast):
    return filled(cast)


def written(player, student, **more):
    actor = player.acting()
    made = mutations.request_export(actor=actor, student_id=student.id, reason="A request", **more)
    tasks.write_export(actor=actor, export_id=str(made.id))
    _row, data = mutations.fetch_export(actor=actor, export_id=made.id, now=timezone.now())
    return zipfile.ZipFile(io.BytesIO(data))


def record_of(archive):
    return json.loads(archive.read("record.json"))


def test_administrator_takes_everything_along_with_encrypted_fields_opened(cast, student):
    archive = written(cast.ada, student)

    record = record_of(archive)
    assert (record["format"], record["version"], record["is_shared_part"]) == ("throughline-record", 1, False)
    decided = {part.name for parts in lent_as("parts_of_record") for part in parts() if not part.left_out}
    assert set(record["tables"]) == decided | {"audit.record_of_access"}
    assert not [name for name in decided if not record["tables"][name]]
    assert record["tables"]["students.allergy"][0]["substance"] == CANARY
    assert record["tables"]["students.externalid"][0].keys() >= {"secret", "value"}
    assert "photo_key" not in json.dumps(record) and "secret_index" not in json.dumps(record)
    assert {f"tables/{name}.csv" for name in record["tables"]} <= set(archive.namelist())
    assert archive.read("files/photo.jpg")[:2] == b"\xff\xd8"
    assert "files/photo.jpg" in [file["path"] for file in record["files"]]


def test_tables_are_safe_from_formulas_and_read_by_spreadsheets(cast, student):
    Allergy.objects.filter(student=student).delete()
    Allergy.objects.create(organization=cast.district, student=student, substance="=1+1", reaction="Grün")

    data = written(cast.ada, student).read("tables/students.allergy.csv")

    assert data.startswith(b"\xef\xbb\xbf")
    row = next(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))
    assert (row["substance"], row["reaction"]) == ("'=1+1", "Grün")


def test_document_reads_with_headings_and_charts_and_names_what_it_cannot_print(cast, student):
    Student.objects.filter(id=student.id).update(given_name="\U0001e900 Mei", preferred_name="")

    archive = written(cast.ada, student)

    reader = PdfReader(io.BytesIO(archive.read("record.pdf")))
    words = "\n".join(page.extract_text() for page in reader.pages)
    assert "[U+1E900] Mei" in words and "Larkspur Unified" in words and "Record of access" in words
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"] and reader.trailer["/Root"]["/Lang"]
    assert "\U0001e900" in record_of(archive)["unprintable_in_pdf"]
    assert RecordExport.objects.latest("created_at").unprintable == ["\U0001e900"]


def test_words_in_the_record_are_never_run_by_the_document(cast, student):
    evil = '#panic("run") $x$ *b* `"` \\ [U'
    document = {
        "title": evil,
        "author": evil,
        "district": evil,
        "lang": "en",
        "footer": evil,
        "lines": [evil],
    }
    facts = {"level": 1, "heading": evil, "blocks": [{"kind": "facts", "items": [[evil, evil]]}]}

    data = printed({**document, "sections": [facts]}).data

    assert "#panic" in PdfReader(io.BytesIO(data)).pages[0].extract_text()


def test_parent_takes_the_shared_part_of_their_own_child_along(cast, student):
    archive = written(cast.mina, student)

    record = record_of(archive)
    assert record["is_shared_part"] is True
    assert {"ieps.iep", "ieps.goal", "progress.progresspoint", "students.profile"} <= set(record["tables"])
    assert not {"students.guardian", "students.condition", "ieps.removedpart"} & set(record["tables"])
    assert {row["status"] for row in record["tables"]["ieps.iep"]} <= {"approved", "active", "superseded"}
    assert "birth_on" not in record["tables"]["students.student"][0]
    assert all("note" not in row for row in record["tables"]["progress.progresspoint"])


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("paula", NotAllowed),
        ("gina", NotAllowed),
        ("sam", NotAllowed),
        ("cory", NotAllowed),
        ("vic", NotAllowed),
        ("fin", NotAllowed),
        ("omar", NotFound),
        ("otto", NotFound),
    ],
)
def test_others_take_nothing_along(cast, who, error):
    with pytest.raises(error):
        mutations.request_export(
            actor=getattr(cast, who).acting(), student_id=cast.student.id, reason="Curious"
        )


def test_case_manager_may_and_asking_twice_begins_one(cast):
    first = mutations.request_export(actor=cast.casey.actor, student_id=cast.student.id, reason="A move")
    again = mutations.request_export(actor=cast.casey.actor, student_id=cast.student.id, reason="A move")

    assert first.id == again.id
    assert Job.objects.filter(name="records.write_export").count() == 1


def test_nobody_fetches_what_another_asked_for(cast, student):
    made = mutations.request_export(actor=cast.ada.acting(), student_id=student.id, reason="A request")
    tasks.write_export(actor=cast.ada.acting(), export_id=str(made.id))

    for who in ("casey", "mina", "omar"):
        with pytest.raises(NotFound):
            mutations.fetch_export(actor=getattr(cast, who).acting(), export_id=made.id, now=timezone.now())


def test_each_download_is_in_the_record_of_access(cast, student):
    written(cast.ada, student)

    entry = AuditEntry.objects.get(verb="students.record.exported", student_id=student.id)
    assert (entry.values["what"], entry.values["format"]) == ("whole record", "zip")
    assert AuditEntry.objects.filter(verb="records.export.requested", student_id=student.id).exists()


def test_file_is_gone_after_its_day(cast, student, storage):
    written(cast.ada, student)
    export = RecordExport.objects.get(state="done")
    RecordExport.objects.filter(id=export.id).update(expires_at=timezone.now())

    with pytest.raises(mutations.NoFile):
        mutations.fetch_export(actor=cast.ada.acting(), export_id=export.id, now=timezone.now())
    tasks.expire(actor=cast.ada.actor)

    export.refresh_from_db()
    assert (export.state, export.file_key) == ("expired", "")


def test_what_a_crash_left_behind_is_swept(storage):
    kept, left = EXPORTS.keep(b"kept"), EXPORTS.keep(b"left")

    assert EXPORTS.sweep(keys={kept}, before=timezone.now().timestamp() + 60) == 1

    assert EXPORTS.kept(kept) == b"kept"
    with pytest.raises(NotFound):
        EXPORTS.kept(left)


def test_page_asks_for_a_recent_sign_in_and_a_reason(cast):
    client = cast.ada.client()
    url = cast.ada.url(f"/students/{cast.student.id}/export/")

    session = client.session
    session["started_at"] = timezone.now().timestamp() - 3600
    session.save()
    assert client.get(url).status_code == 302  # to show who it is
    session["started_at"] = timezone.now().timestamp()
    session.save()
    assert client.get(url).status_code == 200
    refused = client.post(url, {"reason": ""})
    assert refused.status_code == 422 and b"error-summary" in refused.content
    assert client.post(url, {"reason": "A request"}).status_code == 303
    assert b"A request" in client.get(url).content


def test_api_asks_waits_and_hands_out(cast, student):
    client = cast.ada.client()
    session = client.session
    session["started_at"] = timezone.now().timestamp()
    session.save()
    made = client.post(
        f"/api/v1/students/{student.id}/exports/", {"reason": "A request"}, content_type="application/json"
    )
    assert made.status_code == 201 and made.json()["state"] == "waiting"
    assert client.get(f"/api/v1/exports/{made.json()['id']}/file/").status_code == 409

    tasks.write_export(actor=cast.ada.acting(), export_id=made.json()["id"])

    assert client.get(f"/api/v1/exports/{made.json()['id']}/").json()["state"] == "done"
    file = client.get(f"/api/v1/exports/{made.json()['id']}/file/")
    assert file["Content-Type"] == "application/zip" and file["Cache-Control"] == "no-store"


def test_copies_are_ones_own(cast, student):
    written(cast.ada, student)

    assert len(queries.export_page(actor=cast.ada.acting(), student_id=student.id).rows) == 1
    assert queries.export_page(actor=cast.casey.acting(), student_id=student.id).rows[0].state == "waiting"
