"""Programs and assessment results: who sees them, on the page and by the API."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from django.utils.timezone import now

from assessments.models import AssessmentResult
from assessments.mutations import keep_results
from assessments.queries import results
from core.errors import NotAllowed, NotFound
from core.models import AuditEntry, OutboxEvent
from students.models import ProgramEnrollment
from students.mutations import keep_program_enrollments
from students.queries import program_enrollments
from tests.integrations.districts import program_row, result_row

SPECIAL = {
    "is_special_education": True,
    "idea_eligible": True,
    "setting": "regular_80",
    "school_hours": Decimal(32),
    "special_hours": Decimal("6.5"),
    "iep_begins_on": date(2025, 9, 15),
    "disabilities": [{"code": "AUT"}, {"words": "Moon sickness"}],
    "services": [{"name": "Transport"}],
}
SEES_PROGRAMS = {"casey", "sam", "ada", "cory", "vic"}
SEES_RESULTS = SEES_PROGRAMS | {"mina"}
SEES_STUDENT = SEES_RESULTS | {"paula", "gina", "fin"}
OUTSIDE = {"pat", "omar", "otto"}


def keep(actor, student, *rows):
    return keep_results(actor=actor, student_id=student.id, rows=rows, source="edfi", now=now())


def enroll(actor, student, *rows):
    return keep_program_enrollments(actor=actor, student_id=student.id, rows=rows, source="edfi", now=now())


@pytest.fixture
def record(cast):
    """A student with two programs and three results."""
    enroll(
        cast.ada.actor,
        cast.student,
        program_row(name="Special Education", begins_on=date(2025, 8, 25), **SPECIAL),
        program_row(
            name="Bilingual", begins_on=date(2025, 8, 26), ends_on=date(2026, 1, 9), exit_reason="Moved"
        ),
    )
    keep(
        cast.ada.actor,
        cast.student,
        result_row(
            title="Valley Reading",
            administered_on=date(2025, 4, 8),
            grade="04",
            scores=[{"value": "512", "method": "Scale score"}],
            levels=[{"level": "Met"}],
            accommodations=["Large print"],
            parts=[{"code": "Reading 4-1", "scores": [{"value": "7"}], "levels": []}],
        ),
        result_row(title="Valley Reading 2024", administered_on=date(2024, 4, 9), scores=[{"value": "480"}]),
        result_row(title="Valley Math", administered_on=date(2025, 4, 9), reason_not_tested="Absent"),
    )
    return cast.student


def page(cast, name, student):
    player = getattr(cast, name)
    return player.client().get(player.url(f"/students/{student.id}/programs/"))


@pytest.mark.parametrize("name", sorted(SEES_STUDENT | OUTSIDE))
def test_page_shows_each_section_to_whom_the_table_of_rights_shows_it(cast, record, name):
    response = page(cast, name, record)
    text = response.content.decode()

    if name not in SEES_RESULTS:
        assert response.status_code == (404 if name in OUTSIDE else 403)
        assert "Valley Reading" not in text and "Bilingual" not in text
        return
    assert response.status_code == 200
    assert "Valley Reading" in text and "512" in text and "Large print" in text
    assert ("Bilingual" in text) is (name in SEES_PROGRAMS)


@pytest.mark.parametrize("name", sorted(SEES_STUDENT | OUTSIDE))
def test_queries_hide_what_is_not_seen(cast, record, name):
    actor = getattr(cast, name).actor
    for query, allowed, count in ((results, SEES_RESULTS, 3), (program_enrollments, SEES_PROGRAMS, 2)):
        if name in allowed:
            assert len(query(actor=actor, student_id=record.id)) == count
        else:
            with pytest.raises(NotFound):
                query(actor=actor, student_id=record.id)


def test_page_says_everything_of_special_education_and_newest_results_first(cast, record):
    text = page(cast, "casey", record).content.decode()

    for words in (
        "Autism, Moon sickness",
        "Regular class 80% of the day or more",
        "6.50",
        "Transport",
        "No program is an IEP",
        "Not tested: Absent",
        "Reading 4-1: 7",
    ):
        assert words in text, words
    said = strip_tags(text)  # an id in an address may hold any three digits
    assert said.index("Valley Math") < said.index("512") < said.index("Valley Reading 2024")


def test_page_of_a_student_without_any_says_so(cast):
    text = page(cast, "casey", cast.student).content.decode()

    assert "No programs" in text and "No results" in text


def test_page_asks_the_same_number_of_statements_for_one_and_many(cast, record):
    page(cast, "casey", record)
    with CaptureQueriesContext(connection) as few:
        page(cast, "casey", record)
    keep(
        cast.ada.actor,
        record,
        *(result_row(title=f"More {n}", administered_on=date(2023, 1, 1)) for n in range(9)),
    )
    with CaptureQueriesContext(connection) as many:
        page(cast, "casey", record)

    assert len(many) == len(few)


def test_opened_page_is_written_down(cast, record):
    page(cast, "sam", record)

    entry = AuditEntry.objects.filter(verb="students.record.opened").latest("id")
    assert (entry.student_id, entry.actor_person_id) == (record.id, cast.sam.person.id)


def test_kept_results_wake_the_students_pages_once_and_the_same_again_changes_nothing(cast):
    row = result_row(title="Valley Reading", administered_on=date(2025, 4, 8))

    assert keep(cast.ada.actor, cast.student, row) == 1
    told = OutboxEvent.objects.filter(topics__contains=[cast.student.topic]).count()
    assert told >= 1
    assert keep(cast.ada.actor, cast.student, row) == 0

    assert OutboxEvent.objects.filter(topics__contains=[cast.student.topic]).count() == told
    assert AuditEntry.objects.filter(verb="assessments.results.kept").get().values == {
        "count": 1,
        "source": "edfi",
    }


def test_changed_row_takes_the_place_of_the_old_one(cast):
    row = {"sourced_id": "A-1", "administered_on": date(2025, 4, 8)}
    keep(cast.ada.actor, cast.student, result_row(title="Before", **row))
    enroll(cast.ada.actor, cast.student, program_row(name="P", begins_on=date(2025, 1, 1)))

    keep(cast.ada.actor, cast.student, result_row(title="After", **row))
    ended = program_row(name="P", begins_on=date(2025, 1, 1), ends_on=date(2025, 1, 1) + timedelta(days=9))
    enroll(cast.ada.actor, cast.student, ended)

    assert AssessmentResult.objects.get().title == "After"
    assert str(ProgramEnrollment.objects.get().ends_on) == "2025-01-10"


@pytest.mark.parametrize(("name", "error"), [("sam", NotAllowed), ("paula", NotAllowed), ("otto", NotFound)])
def test_nobody_else_brings_programs_or_results(cast, name, error):
    actor = getattr(cast, name).actor

    with pytest.raises(error):
        keep(actor, cast.student, result_row(title="X", administered_on=date(2025, 4, 8)))
    with pytest.raises(error):
        enroll(actor, cast.student, program_row(name="X", begins_on=date(2025, 4, 8)))

    assert not AssessmentResult.objects.exists() and not ProgramEnrollment.objects.exists()


def test_api_lists_programs_and_results_in_cursor_pages(cast, record):
    client = cast.casey.client()

    first = client.get(f"/api/v1/students/{record.id}/assessments/?limit=2").json()
    rest = client.get(first["next"]).json()
    programs = client.get(f"/api/v1/students/{record.id}/programs/")

    assert [row["title"] for row in first["results"] + rest["results"]] == [
        "Valley Math",
        "Valley Reading",
        "Valley Reading 2024",
    ]
    assert first["results"][1]["scores"] == [{"value": "512", "method": "Scale score"}]
    assert [row["name"] for row in programs.json()["results"]] == ["Bilingual", "Special Education"]
    assert programs.json()["results"][1]["special_hours"] == "6.50"
    assert programs["X-Live-Topic"] == f"student.{record.id}"


@pytest.mark.parametrize(
    ("name", "statuses"), [("mina", (404, 200)), ("paula", (404, 404)), ("omar", (404, 404))]
)
def test_api_hides_what_is_not_seen(cast, record, name, statuses):
    client = getattr(cast, name).client()

    answers = tuple(
        client.get(f"/api/v1/students/{record.id}/{part}/").status_code
        for part in ("programs", "assessments")
    )

    assert answers == statuses
