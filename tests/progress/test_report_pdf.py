"""A progress report as a PDF; and that a report of many goals is read as often as one of few."""

import hashlib
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now
from pypdf import PdfReader

from accounts import mutations as people
from casefile.queries import report_file
from core.errors import NotFound
from core.models import AuditEntry
from core.once import reading_once
from progress import mutations, queries
from progress.mutations import NoteChange
from tests.progress.conftest import TODAY, make_goal, make_iep, record
from tests.progress.test_reports import QUARTER, YEAR, start


@pytest.fixture
def report(cast):
    """A draft on one measured goal."""
    people.add_school_year(actor=cast.ada.actor, school_id=None, year=YEAR)
    goal = make_goal(make_iep(cast.student))
    for week in range(8):
        record(cast.casey.actor, goal, 49 + 3 * week, date(2025, 9, 12) + timedelta(weeks=week))
    return start(cast.casey.actor, cast.student.id)


def send(cast, report):
    changes = [
        NoteChange(
            goal_id=note.goal_id, version=note.version, statement="sufficient", narrative="Reads on her own."
        )
        for note in queries.notes_of(actor=cast.casey.actor, report=report)
    ]
    mutations.write_notes(
        actor=cast.casey.actor, report_id=report.id, notes=changes, today=TODAY, now=now(), language=""
    )
    return mutations.send_report(actor=cast.casey.actor, report_id=report.id, today=TODAY, now=now())


def pdf(player, report, language="en", today=TODAY):
    return report_file(
        actor=player.actor,
        student_id=report.student_id,
        report_id=report.id,
        language=language,
        today=today,
    )


def words_of(data):
    """The words of a PDF, whatever the lines they stand on."""
    return " ".join(" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages)


def test_a_sent_report_is_a_tagged_document_with_its_chart_described(cast, report):
    send(cast, report)
    found = pdf(cast.mina, report)
    reader = PdfReader(io.BytesIO(found.data))
    root = reader.trailer["/Root"]
    said = words_of(found.data)

    assert root["/MarkInfo"]["/Marked"] and "/StructTreeRoot" in root
    assert str(root["/Lang"]).startswith("en")
    assert b"pdfuaid" in reader.xmp_metadata.stream.get_data()
    assert "Quarter 1" in said and "Reads on her own." in said and "Sufficient progress" in said
    assert "8 times" in said
    assert queries.report_page(
        actor=cast.mina.actor, report_id=report.id, today=TODAY
    ).digest in said.replace(" ", "")
    assert "DRAFT" not in said
    assert b"/Alt" in found.data or "/Alt" in str(reader.trailer["/Root"]["/StructTreeRoot"])
    assert found.digest == hashlib.sha256(found.data).hexdigest()


def test_a_sent_report_comes_out_the_same_whatever_is_recorded_later(cast, report):
    send(cast, report)
    before = pdf(cast.mina, report)
    goal_id = queries.notes_of(actor=cast.casey.actor, report=report)[0].goal_id
    mutations.record_progress_point(
        actor=cast.casey.actor,
        goal_id=goal_id,
        measured_on=date(2025, 10, 20),
        value=Decimal(12),
        today=TODAY,
    )
    later = pdf(cast.mina, report, today=TODAY + timedelta(days=30))

    assert later.data == before.data


def test_labels_are_in_the_language_asked_for(cast, report):
    english, spanish = (pdf(cast.casey, report, language) for language in ("en", "es"))

    assert "DRAFT, NOT SENT" in words_of(english.data)
    assert str(PdfReader(io.BytesIO(spanish.data)).trailer["/Root"]["/Lang"]).startswith("es")
    with pytest.raises(NotFound):
        pdf(cast.casey, report, "fr")


def test_who_does_not_see_a_report_gets_no_document(cast, client, report):
    path = f"/d/larkspur/students/{cast.student.id}/reports/{report.id}/report-en.pdf"
    client.force_login(cast.mina.user)
    assert client.get(path).status_code == 404  # a family reads it once it was sent
    send(cast, report)
    client.force_login(cast.omar.user)
    assert client.get(path).status_code == 404
    client.force_login(cast.mina.user)
    answer = client.get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["X-Document-SHA256"] == hashlib.sha256(answer.content).hexdigest()
    assert AuditEntry.objects.filter(verb__startswith="students.", values__format="pdf").exists()
    page = client.get(f"/d/larkspur/students/{cast.student.id}/reports/{report.id}/").content.decode()
    assert path in page


def test_a_report_of_four_goals_is_read_as_often_as_one_of_one(cast, report):
    def asked(first_on):
        made = start(cast.casey.actor, cast.student.id, first_on)
        with reading_once(), CaptureQueriesContext(connection) as found:
            page = queries.report_page(actor=cast.casey.actor, report_id=made.id, today=TODAY)
        return len(page.notes), len(found)

    one = asked(QUARTER.first_on)
    iep = queries.notes_of(actor=cast.casey.actor, report=report)[0].goal.iep
    for number in (2, 3, 4):
        goal = make_goal(iep, number=number, title=f"Goal {number}")
        for week in range(6):
            record(cast.casey.actor, goal, 50 + week, date(2025, 9, 12) + timedelta(weeks=week))
        mutations.start_phase(
            actor=cast.casey.actor,
            goal_id=goal.id,
            starts_on=date(2025, 9, 20 + number),
            label="Pairs",
            reason="",
            today=TODAY,
        )
    mutations.discard_report(actor=cast.casey.actor, report_id=report.id)
    four = asked(QUARTER.first_on)

    assert (one[0], four[0]) == (1, 4)
    assert four[1] == one[1]


def test_several_goals_read_together_are_the_same_as_each_by_itself(cast, report):
    iep = queries.notes_of(actor=cast.casey.actor, report=report)[0].goal.iep
    second = make_goal(iep, number=2, baseline_value=None)
    record(cast.casey.actor, second, 60, date(2025, 10, 3))
    record(cast.casey.actor, second, 58, date(2025, 9, 1), is_baseline=True)
    ids = [goal.id for goal in iep.goals.all()]

    together = queries.goals_progress(actor=cast.casey.actor, student=cast.student, goal_ids=ids, today=TODAY)

    assert set(together) == set(ids)
    for goal_id, page in together.items():
        alone = queries.goal_progress(actor=cast.casey.actor, goal_id=goal_id, today=TODAY)
        assert page == alone
