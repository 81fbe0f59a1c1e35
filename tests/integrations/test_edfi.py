"""Ed-Fi districts applied to a real database: case files, programs, results, and what contradicts itself."""

import hashlib
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
from integrations.tasks import advance, look_at
from students.models import ExternalId, ProgramEnrollment, RosterEntry, Student
from students.mutations import refer_from_roster
from tests.factories.students import ExternalIdFactory
from tests.integrations.districts import (
    FULL,
    assessment,
    assigned,
    descriptor,
    disability,
    interchange,
    level,
    placed,
    program,
    pupil,
    school,
    score,
    small_district,
    special,
    tag,
    uri,
    zipped_district,
)
from tests.integrations.rosters import small_1_1, zipped


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """Kept files go where the test can look at them."""
    settings.STORAGE_URL = (tmp_path / "files").as_uri()
    return tmp_path / "files" / "imports"


def start(actor, content, kind="edfi"):
    data = content if isinstance(content, bytes) else zipped(content)
    digest = hashlib.sha256(data).hexdigest()
    file = look_at(io.BytesIO(data), name="ed-fi.zip", digest=digest, actor=actor, kind=kind)
    return mutations.start_import(actor=actor, file=file, now=now())


def run(cast, content=None, **replaced):
    """Import a district to its end. Returns its summary."""
    made = start(cast.ada.actor, content if content is not None else small_district(**replaced))
    advance(actor=cast.ada.actor, run_id=made.id)
    return queries.import_summary(actor=cast.ada.actor, run_id=made.id)


def counts(summary):
    totals = summary.totals
    return (totals.created, totals.updated, totals.unchanged, totals.refused)


def programs(*elements):
    return {"StudentProgram": interchange("StudentProgram", *elements)}


def said(summary, *, about=None):
    """Code, file, line and element of every finding about a row."""
    rows = ImportFinding.objects.filter(roster_import_id=summary.id).exclude(line=0).order_by("position")
    return [(row.code, row.file, row.line, row.column) for row in rows if about in {None, row.code}]


def kit():
    return Student.objects.get(family_name="Marrow")


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
    made = start(cast.ada.actor, small_district())
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


UNSOUND = {
    "end before begin": (program("502", begin="2025-08-25", end="2025-08-01"), "end_left_out", "EndDate"),
    "hours contradict": (
        special("502", tag("SpecialEducationHoursPerWeek", "30"), tag("SchoolHoursPerWeek", "5")),
        "hours_contradict",
        "SpecialEducationHoursPerWeek",
    ),
    "hours impossible": (
        special("502", tag("SchoolHoursPerWeek", "900")),
        "number_left_out",
        "SchoolHoursPerWeek",
    ),
    "disability unknown": (special("502", disability("Moon sickness")), "disability_unknown", "Disability"),
    "setting unknown": (
        special("502", tag("SpecialEducationSetting", uri("SpecialEducationSetting", "On a boat"))),
        "setting_unknown",
        "SpecialEducationSetting",
    ),
    "eligible of nothing": (
        special("502", tag("IdeaEligibility", "1")),
        "eligible_without_disability",
        "IdeaEligibility",
    ),
    "one of many": (
        special("502", tag("MultiplyDisabled", "1"), disability("Deafness")),
        "one_disability",
        "MultiplyDisabled",
    ),
    "same order": (
        special("502", disability("Deafness", "1"), disability("Autism", "1")),
        "disability_order",
        "Disability",
    ),
    "no date of exit": (
        special("502", tag("SpecialEducationExitReason", uri("SpecialEducationExitReason", "Other"))),
        "exit_without_date",
        "SpecialEducationExitReason",
    ),
    "exit before begin": (
        special("502", tag("SpecialEducationExitDate", "2025-08-01")),
        "exit_before_begin",
        "SpecialEducationExitDate",
    ),
    "two exits": (
        special("502", tag("SpecialEducationExitDate", "2025-10-01"), end="2025-11-01"),
        "exit_differs",
        "SpecialEducationExitDate",
    ),
    "evaluation tomorrow": (
        special("502", tag("LastEvaluationDate", "2090-01-01")),
        "date_in_future",
        "LastEvaluationDate",
    ),
    "no date": (special("502", tag("IEPBeginDate", "soon")), "date_left_out", "IEPBeginDate"),
    "neither yes nor no": (special("502", tag("MedicallyFragile", "maybe")), "yes_or_no", "MedicallyFragile"),
}


@pytest.mark.parametrize("case", UNSOUND)
def test_contradiction_is_loaded_as_far_as_it_is_sound_and_named(cast, case):
    element, code, column = UNSOUND[case]

    found = run(cast, **programs(program("501"), element))

    name = element[1 : element.index(">")]
    assert said(found) == [(code, "StudentProgram.xml", 4, f"{name}/{column}")]
    assert found.totals.refused == 0
    assert RosterRecord.objects.filter(noun="programs", owner="502").count() == 1


def test_disability_that_is_no_category_is_kept_in_words_and_opens_a_file_not_marked_eligible(cast):
    run(cast, **programs(special("501", tag("IdeaEligibility", "1"), disability("Moon sickness"))))

    assert ProgramEnrollment.objects.get().disability_labels == ("Moon sickness",)
    assert (kit().disability, kit().eligibility) == ("", "referred")


def test_who_left_special_education_is_marked_as_exited(cast):
    run(cast, **programs(special("501", *FULL, end="2025-10-03")))

    assert kit().eligibility == "exited"


def test_reasons_that_do_not_go_with_an_age_are_named(cast):
    reason = tag("ReasonExited", uri("ReasonExited", "Reached maximum age"))

    found = run(cast, **programs(program("501", reason, end="2025-10-03")))

    assert said(found) == [
        ("exit_at_age", "StudentProgram.xml", 3, "ReasonExited"),
    ]


REFUSED = {
    "student unknown": (
        {"StudentProgram": interchange("StudentProgram", program("999"))},
        ("student_unknown", "StudentProgram.xml", 3, "StudentReference"),
    ),
    "no begin": (
        {"StudentProgram": interchange("StudentProgram", program("501", begin=""))},
        ("element_missing", "StudentProgram.xml", 3, "StudentProgramAssociation/BeginDate"),
    ),
    "no name": (
        {
            "Student": interchange(
                "Student", pupil("501", "", "Marrow"), pupil("502", "B", "T"), pupil("503", "W", "A")
            )
        },
        ("element_missing", "Student.xml", 3, "Student/Name/FirstName"),
    ),
    "school that does not exist": (
        {"StudentEnrollment": interchange("StudentEnrollment", placed("501", "S9"))},
        ("school_unknown", "StudentEnrollment.xml", 3, "SchoolReference"),
    ),
    "unknown staff": (
        {"StaffAssociation": interchange("StaffAssociation", assigned("777", "S1"))},
        ("staff_unknown", "StaffAssociation.xml", 3, "StaffReference"),
    ),
    "key twice": (
        {"EducationOrganization": interchange("EducationOrganization", school(), school(name="Elsewhere"))},
        ("same_key", "EducationOrganization.xml", 4, ""),
    ),
    "result without a day": (
        {"StudentAssessment": interchange("StudentAssessment", assessment("501", "A-1", score("1"), on=""))},
        ("element_missing", "StudentAssessment.xml", 3, "StudentAssessment/AdministrationDate"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_row_that_belongs_nowhere_is_refused_with_file_line_and_reason(cast, case):
    replaced, expected = REFUSED[case]

    found = run(cast, **replaced)

    refusals = ImportFinding.objects.filter(roster_import_id=found.id, severity="refusal")
    assert expected in [(row.code, row.file, row.line, row.column) for row in refusals]
    refused = ImportRow.objects.filter(roster_import_id=found.id, outcome="refused").values_list(
        "file", "line"
    )
    assert expected[1:3] in list(refused)
    assert found.state == "done"


def test_same_element_twice_is_taken_once(cast):
    found = run(cast, **programs(program("501"), program("501")))

    assert said(found) == [("same_again", "StudentProgram.xml", 4, "")]
    assert (found.totals.refused, RosterRecord.objects.filter(noun="programs").count()) == (0, 1)


RESULTS = {
    "outside its year": (
        assessment("501", "A-1", score("1"), tag("SchoolYear", "2025-2026")),
        "outside_school_year",
    ),
    "level of another subject": (
        assessment("501", "A-1", score("1"), level("Met", "Math level")),
        "level_subject",
    ),
    "no number": (assessment("501", "A-1", score("many")), "score_not_number"),
    "no score": (assessment("501", "A-1"), "no_score"),
}


@pytest.mark.parametrize("case", RESULTS)
def test_contradicting_result_is_kept_and_named(cast, case):
    element, code = RESULTS[case]

    found = run(cast, StudentAssessment=interchange("StudentAssessment", element))

    assert [row[0] for row in said(found)] == [code]
    assert AssessmentResult.objects.count() == 1


def test_descriptors_of_the_district_are_resolved_by_their_short_description(cast):
    files = small_district(**programs(special("501", disability("D-07"), disability("D-99"))))
    files["descriptors/Disability.xml"] = interchange(
        "Descriptors",
        descriptor("Disability", "D-07", "Deafness"),
        descriptor("Disability", "D-08", "Autism"),
    )

    found = run(cast, files)

    assert [row.get("code") for row in ProgramEnrollment.objects.get().disabilities] == ["DEAF", None]
    assert [row[0] for row in said(found)] == ["descriptor_unknown", "disability_unknown"]


def test_what_nobody_needs_is_counted_and_not_kept(cast, files):
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
    kept = b"".join(path.read_bytes() for path in files.glob("*.zip"))
    with zipfile.ZipFile(io.BytesIO(kept)) as archive:
        assert b"never-kept" not in b"".join(archive.read(name) for name in archive.namelist())


def test_same_pupil_of_two_sources_stays_two_entries(cast):
    made = start(cast.ada.actor, small_1_1(), kind="oneroster")
    advance(actor=cast.ada.actor, run_id=made.id)

    run(cast)

    assert set(RosterEntry.objects.values_list("source", flat=True)) == {"oneroster", "edfi"}
    assert zipped_district() == zipped_district()
