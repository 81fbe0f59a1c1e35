"""What the law asks for, item by item."""

from datetime import date

import pytest

from ieps.completeness import missing, requirements, transition_applies
from ieps.sections import BY_ID, SECTIONS, a_year_after, turns
from students.models import Student
from tests.factories.ieps import GoalFactory, IepFactory, ServiceFactory


@pytest.fixture
def complete(cast):
    iep = IepFactory(student=cast.student, number=1, complete=True)
    GoalFactory(iep=iep, number=1)
    ServiceFactory(iep=iep)
    return iep


def open_codes(iep):
    iep.refresh_from_db()
    return {item.code for item in missing(iep, list(iep.goals.all()), list(iep.services.all()))}


def test_complete_iep_misses_nothing(complete):
    assert open_codes(complete) == set()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"meeting_on": None}, "meeting"),
        ({"effective_on": None}, "effective"),
        ({"expires_on": None}, "expires"),
        ({"strengths": ""}, "strengths"),
        ({"parent_concerns": ""}, "parent_concerns"),
        ({"present_levels": ""}, "present_levels"),
        ({"impact": ""}, "impact"),
        ({"is_english_learner": True}, "special_factors"),
        ({"report_schedule": ""}, "report_schedule"),
        ({"placement": ""}, "placement"),
        ({"percent_regular": None}, "percent_regular"),
        ({"nonparticipation": ""}, "nonparticipation"),
        ({"assessments": ""}, "assessments"),
        ({"takes_alternate_assessment": True, "alternate_reason": ""}, "alternate_reason"),
        ({"has_extended_year": None}, "has_extended_year"),
        ({"has_extended_year": True}, "extended_year"),
    ],
)
def test_what_is_left_out_is_named(complete, change, code):
    for name, value in change.items():
        setattr(complete, name, value)
    complete.save()

    assert code in open_codes(complete)


def test_iep_without_goal_or_service_is_incomplete(complete):
    complete.goals.all().delete()
    complete.services.all().delete()

    assert open_codes(complete) == {"goals", "services"}


def test_whole_day_in_regular_class_needs_no_explanation(complete):
    complete.percent_regular, complete.nonparticipation = 100, ""
    complete.save()

    assert open_codes(complete) == set()


def test_alternate_assessment_needs_benchmarks_for_each_goal(complete):
    complete.takes_alternate_assessment, complete.alternate_reason = True, "Works on extended standards."
    complete.save()
    assert open_codes(complete) == {"goal_1_benchmarks"}

    complete.goals.update(benchmarks="60 words by January.")
    assert open_codes(complete) == set()


def test_goal_of_last_year_and_service_outside_the_dates_are_named(complete):
    complete.goals.update(target_on=date(2025, 9, 8))
    complete.services.update(starts_on=date(2025, 9, 7))

    assert open_codes(complete) == {"goal_1_target", "service_dates"}


@pytest.mark.parametrize(("birth_on", "applies"), [(date(2010, 9, 6), True), (date(2010, 9, 7), False)])
def test_transition_is_due_in_the_iep_in_which_the_student_turns_16(complete, birth_on, applies):
    Student.objects.filter(id=complete.student_id).update(birth_on=birth_on)
    complete.student.refresh_from_db()

    assert transition_applies(complete) is applies
    due = {"transition_goals", "transition_services", "courses_of_study"}
    assert {item.code for item in requirements(complete, [], []) if item.section == "transition"} == (
        due if applies else set()
    )


def test_birth_date_that_nobody_knows_is_asked_for(complete):
    complete.student.birth_on = None

    items = requirements(complete, [], [])

    assert [item.code for item in items if item.section == "transition"] == ["birth_on"]


def test_every_requirement_has_a_citation_and_a_section(cast, draft):
    for item in requirements(draft, [], []):
        assert item.citation.startswith("34 CFR 300.")
        assert item.section in BY_ID
        assert item.anchor == f"section-{item.section}"
        assert set(item.as_dict()) == {"code", "section", "text", "citation"}


def test_no_column_is_in_two_sections():
    names = [name for section in SECTIONS for name in section.fields]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("day", "later"),
    [
        (date(2025, 8, 27), date(2026, 8, 27)),
        (date(2024, 2, 29), date(2025, 2, 28)),
        (date(2023, 2, 28), date(2024, 2, 28)),
    ],
)
def test_year_after_is_never_more_than_a_year(day, later):
    assert a_year_after(day) == later


def test_who_is_born_on_a_leap_day_turns_16_in_a_leap_year_or_on_the_first_of_march():
    assert turns(16, date(2008, 2, 29)) == date(2024, 2, 29)
    assert turns(17, date(2008, 2, 29)) == date(2025, 3, 1)
