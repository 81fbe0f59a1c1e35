"""What contradicts itself or belongs nowhere in an Ed-Fi district: kept as far as it is sound, and named."""

import pytest

from assessments.models import AssessmentResult
from integrations.models import ImportFinding, ImportRow, RosterRecord
from students.models import ProgramEnrollment
from tests.integrations.districts import (
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
)
from tests.integrations.districts_read import programs, run, said

pytestmark = pytest.mark.usefixtures("kept")

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
