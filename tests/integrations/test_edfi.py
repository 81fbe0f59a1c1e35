"""Ed-Fi districts applied to a real database: case files, programs, results, and what a second run changes."""

import io
import zipfile
from decimal import Decimal

import pytest
from django.utils.timezone import now

from accounts.models import School
from assessments.models import AssessmentResult
from core.models import AuditEntry
from integrations import mutations, queries
from integrations.models import ImportFinding, ImportRow, RosterRecord
from integrations.tasks import advance
from students.models import ExternalId, ProgramEnrollment, RosterEntry, Student
from students.mutations import refer_from_roster
from tests.factories.students import ExternalIdFactory
from tests.integrations import imports
from tests.integrations.districts import (
    FULL,
    assessment,
    disability,
    interchange,
    level,
    placed,
    program,
    pupil,
    score,
    small_district,
    special,
    tag,
    uri,
    zipped_district,
)
from tests.integrations.districts_read import kit, programs, run, said
from tests.integrations.rosters import small_1_1

pytestmark = pytest.mark.usefixtures("kept")


def counts(summary):
    totals = summary.totals
    return (totals.created, totals.updated, totals.unchanged, totals.refused)


def test_pupils_become_entries_and_only_special_education_opens_a_case_file(cast):
    before = Student.objects.count()

    found = run(cast)

    assert (found.state, counts(found)) == ("done", (15, 0, 0, 0))
    assert Student.objects.count() == before + 1
    assert list(
        RosterEntry.objects.filter(source="edfi")
        .order_by("sourced_id")
        .values_list("sourced_id", "part", "grade", "school__code", "student__family_name")
    ) == [
        ("staff/501", "staff", "", "S1", None),
        ("student/501", "student", "04", "S1", "Marrow"),
        ("student/502", "student", "KG", "S1", None),
        ("student/503", "student", "04", "S1", None),
    ]
    assert RosterEntry.objects.get(sourced_id="staff/501").email == "tove@alder.example"
    assert RosterEntry.objects.get(sourced_id="student/502").name == "Bo Thorne"
    assert School.objects.get(code="S1").name == "Alder Grove School"


def test_case_file_has_no_iep_no_case_manager_and_is_seen_by_administrators(cast):
    run(cast)

    student = kit()
    assert (student.disability, student.eligibility, str(student.last_evaluation_on)) == (
        "AUT",
        "eligible",
        "2025-05-02",
    )
    assert (student.archived_at, student.team.count(), student.ieps.count()) == (None, 0, 0)
    assert ExternalId.objects.get(student=student).value == "501"
    assert Student.objects.visible_to(cast.ada.actor).filter(id=student.id).exists()
    assert not Student.objects.visible_to(cast.casey.actor).filter(id=student.id).exists()


def test_special_education_program_keeps_everything_it_says(cast):
    run(cast)

    kept = ProgramEnrollment.objects.get(is_special_education=True)
    assert (kept.name, str(kept.begins_on), kept.ends_on, kept.idea_eligible) == (
        "Special Education",
        "2025-08-25",
        None,
        True,
    )
    assert [
        str(day) for day in (kept.iep_begins_on, kept.iep_ends_on, kept.iep_reviewed_on, kept.evaluated_on)
    ] == [
        "2025-09-15",
        "2026-09-14",
        "2025-09-12",
        "2025-05-02",
    ]
    assert (kept.setting, kept.school_hours, kept.special_hours) == (
        "regular_80",
        Decimal("32.00"),
        Decimal("6.50"),
    )
    assert (kept.is_medically_fragile, kept.has_multiple_disabilities) == (True, False)
    assert [(row["code"], row["order"], row["source"]) for row in kept.disabilities] == [
        ("AUT", "1", "By physician"),
        ("SLD", "2", "By physician"),
    ]
    assert kept.services == [{"name": "Social Work Services", "begin": "2025-09-15"}]


def test_other_programs_are_kept_in_brief_and_with_the_roster_until_referral(cast, deliver):
    run(cast)
    assert list(ProgramEnrollment.objects.values_list("name", "student__family_name").order_by("name")) == [
        ("Bilingual", "Marrow"),
        ("Special Education", "Marrow"),
    ]
    assert RosterRecord.objects.filter(noun="programs", owner="502").count() == 1

    entry = RosterEntry.objects.get(sourced_id="student/502")
    referred = refer_from_roster(actor=cast.ada.actor, entry_id=entry.id)
    mutations.attach_records(actor=cast.ada.actor, student_id=referred.id, now=now())

    assert referred.programs.get().name == "Bilingual"
    assert referred.assessment_results.get().scores[0]["value"] == "498"


def test_result_keeps_scores_levels_parts_and_accommodations(cast):
    inside = tag(
        "ObjectiveAssessmentReference",
        tag("ObjectiveAssessmentIdentity", tag("IdentificationCode", "Reading 4-1")),
    )
    run(
        cast,
        StudentAssessment=interchange(
            "StudentAssessment",
            assessment(
                "501",
                "A-1",
                score("512"),
                score("830L", "Lexile Measure", "Level"),
                level("Met Standard", "Reading level"),
                tag("Accommodation", uri("Accommodation", "Large print")),
                tag("WhenAssessedGradeLevel", uri("GradeLevel", "Fourth grade")),
                tag("StudentObjectiveAssessment", score("7"), inside),
                tag("SchoolYear", "2024-2025"),
            ),
        ),
    )

    kept = AssessmentResult.objects.get()
    assert (kept.title, str(kept.administered_on), kept.school_year, kept.grade) == (
        "Valley Reading Grade 4",
        "2025-04-08",
        "2024-2025",
        "04",
    )
    assert [(row["value"], row["method"]) for row in kept.scores] == [
        ("512", "Scale score"),
        ("830L", "Lexile Measure"),
    ]
    assert kept.levels == [{"level": "Met Standard", "name": "Reading level"}]
    assert (kept.parts[0]["code"], kept.parts[0]["scores"][0]["value"]) == ("Reading 4-1", "7")
    assert kept.accommodations == ["Large print"]


def test_second_run_changes_nothing(cast):
    first = run(cast)
    rows = [
        dict(model.objects.values_list("id", "changed_at"))
        for model in (RosterEntry, RosterRecord, ProgramEnrollment, AssessmentResult, Student)
    ]
    audits = AuditEntry.objects.count()

    second = run(cast)

    assert counts(second) == (0, 0, first.totals.created, 0)
    assert rows == [
        dict(model.objects.values_list("id", "changed_at"))
        for model in (RosterEntry, RosterRecord, ProgramEnrollment, AssessmentResult, Student)
    ]
    verbs = AuditEntry.objects.order_by("id").values_list("verb", flat=True)[audits:]
    assert list(verbs) == ["integrations.import.started", "integrations.import.done"]


def test_changed_program_updates_one_enrollment_and_leaves_the_case_file_to_people(cast):
    run(cast)
    changed = (*FULL[:-3], disability("Specific Learning Disability"), FULL[-1])

    found = run(cast, **programs(special("501", *changed, end="2026-02-01"), program("501"), program("502")))

    assert counts(found) == (0, 1, 14, 0)
    kept = ProgramEnrollment.objects.get(is_special_education=True)
    assert (str(kept.ends_on), [row["code"] for row in kept.disabilities]) == ("2026-02-01", ["SLD"])
    assert kit().disability == "AUT"


def test_batches_go_on_where_another_worker_stopped(cast, monkeypatch):
    monkeypatch.setattr("integrations.tasks.BATCH", 2)
    monkeypatch.setattr("integrations.tasks.LONGEST_TURN_SECONDS", 0)
    made = imports.start(cast.ada.actor, small_district(), "edfi")
    turns = 0
    while not queries.import_summary(actor=cast.ada.actor, run_id=made.id).is_finished:
        advance(actor=cast.ada.actor, run_id=made.id)
        turns += 1

    found = queries.import_summary(actor=cast.ada.actor, run_id=made.id)
    assert turns > 5
    assert (found.state, counts(found), found.done_lines) == ("done", (15, 0, 0, 0), 15)
    assert ImportRow.objects.filter(roster_import_id=made.id).count() == 15
    assert ProgramEnrollment.objects.count() == 2


def test_case_file_without_a_school_link_stands_under_school_not_known(cast):
    files = small_district()
    del files["StudentEnrollment.xml"]

    found = run(cast, files)

    assert kit().school.name == "School not known"
    notes = ImportFinding.objects.filter(roster_import_id=found.id, line=0).values_list("code", flat=True)
    assert {"no_school_link", "no_iep", "kept_with_roster"} <= set(notes)

    run(cast)

    assert kit().school.code == "S1"


def test_known_student_is_recognised_by_id_name_and_birth(cast):
    student = cast.student
    ExternalIdFactory(student=student, kind="state", value="501")
    student.birth_on = "2012-03-04"
    student.save()
    before = Student.objects.count()

    run(
        cast,
        Student=interchange(
            "Student", pupil("501", "Somebody", student.family_name.upper()), pupil("502", "B", "T")
        ),
        StudentEnrollment=interchange("StudentEnrollment", placed("501")),
    )

    assert Student.objects.count() == before
    assert student.programs.count() == 2


def test_id_of_another_student_is_named_and_no_case_file_touched(cast):
    ExternalIdFactory(student=cast.student, kind="state", value="501")
    before = Student.objects.count()

    found = run(cast)

    assert [code for code, *_ in said(found)] == ["id_of_another"]
    assert (Student.objects.count(), ProgramEnrollment.objects.count()) == (before, 0)


def test_disability_that_is_no_category_is_kept_in_words_and_opens_a_file_not_marked_eligible(cast):
    run(cast, **programs(special("501", tag("IdeaEligibility", "1"), disability("Moon sickness"))))

    assert ProgramEnrollment.objects.get().disability_labels == ("Moon sickness",)
    assert (kit().disability, kit().eligibility) == ("", "referred")


def test_who_left_special_education_is_marked_as_exited(cast):
    run(cast, **programs(special("501", *FULL, end="2025-10-03")))

    assert kit().eligibility == "exited"


def test_what_nobody_needs_is_counted_and_not_kept(cast, kept):
    found = run(
        cast,
        Student=interchange(
            "Student",
            pupil("501", "Kit", "Marrow"),
            pupil("502", "B", "T"),
            pupil("503", "W", "A"),
            tag("Person", "x"),
        ),
    )

    note = ImportFinding.objects.get(roster_import_id=found.id, code="elements_unused", file="Student.xml")
    assert (note.column, note.values["count"]) == ("Person", "1")
    whole = b"".join(path.read_bytes() for path in kept.glob("*.zip"))
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        assert b"never-kept" not in b"".join(archive.read(name) for name in archive.namelist())


def test_same_pupil_of_two_sources_stays_two_entries(cast):
    imports.run(cast.ada.actor, small_1_1())

    run(cast)

    assert set(RosterEntry.objects.values_list("source", flat=True)) == {"oneroster", "edfi"}
    assert zipped_district() == zipped_district()
