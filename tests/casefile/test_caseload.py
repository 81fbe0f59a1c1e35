"""The list of students: whom each role finds in it, how it is narrowed, ordered and paged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from casefile.queries import Filters, Place, caseload
from casefile.queries.caseloads import next_due
from core.actor import Hat
from students.models import Student, Tag
from tests.factories.students import StudentFactory, TeamMemberFactory
from tests.progress.conftest import record


def names(actor, *, place=None, **filters):
    found = caseload(actor=actor, filters=Filters(**filters), place=place or Place(), today=actor.today)
    return [row.name for row in found.rows]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("casey", {"Zo Núñez-Abbott"}),
        ("sam", {"Zo Núñez-Abbott"}),
        ("gina", {"Zo Núñez-Abbott"}),
        ("paula", {"Zo Núñez-Abbott"}),
        ("ada", {"Zo Núñez-Abbott", "Tariq Okafor"}),
        ("fin", {"Zo Núñez-Abbott", "Tariq Okafor"}),
        ("cory", {"Zo Núñez-Abbott"}),
        ("vic", {"Zo Núñez-Abbott"}),
        ("omar", {"Tariq Okafor"}),
        ("pat", {"Tariq Okafor"}),
        ("mina", {"Zo Núñez-Abbott"}),
    ],
)
def test_caseload_shows_each_role_their_own_students(cast, who, seen):
    assert set(names(getattr(cast, who).actor)) == seen


def test_caseload_keeps_staff_and_parent_apart(cast):
    assert names(cast.pat.acting(Hat.STAFF)) == ["Tariq Okafor"]
    assert names(cast.pat.acting(Hat.FAMILY)) == ["Zo Núñez-Abbott"]


def test_caseload_leaves_out_archived_and_left_students_unless_asked(cast):
    StudentFactory(
        organization=cast.district, school=cast.school, archived=True, given_name="Ar", family_name="Chived"
    )
    StudentFactory(
        organization=cast.district,
        school=cast.school,
        enrollment="transferred",
        given_name="Gone",
        family_name="Away",
    )

    assert set(names(cast.ada.actor)) == {"Zo Núñez-Abbott", "Tariq Okafor"}
    assert names(cast.ada.actor, standing="left") == ["Gone Away"]
    assert names(cast.ada.actor, standing="archived") == ["Ar Chived"]
    assert names(cast.cory.actor, standing="archived") == []


def test_caseload_is_searched_by_prefixes_without_accents(cast):
    assert names(cast.ada.actor, words="nunez") == ["Zo Núñez-Abbott"]
    assert names(cast.ada.actor, words="ABB zo") == ["Zo Núñez-Abbott"]
    assert names(cast.ada.actor, words="100300") == ["Tariq Okafor"]
    assert names(cast.ada.actor, words="unez") == []
    assert names(cast.omar.actor, words="nunez") == []


def test_caseload_narrows_by_what_the_record_says(cast):
    Tag.objects.create(organization=cast.district, student=cast.student, label="Reading B")

    assert names(cast.ada.actor, grade="07") == ["Tariq Okafor"]
    assert names(cast.ada.actor, grade="unknown") == []
    assert names(cast.ada.actor, school=cast.school.id) == ["Zo Núñez-Abbott"]
    assert names(cast.ada.actor, eligibility="eligible") == ["Zo Núñez-Abbott"]
    assert names(cast.ada.actor, tag="Reading B") == ["Zo Núñez-Abbott"]


def test_filters_on_the_record_find_nothing_for_those_who_do_not_see_it(cast):
    Tag.objects.create(organization=cast.district, student=cast.student, label="Reading B")

    for who in ("paula", "gina", "fin", "mina"):
        actor = getattr(cast, who).actor
        assert names(actor, eligibility="eligible") == []
        assert names(actor, tag="Reading B") == []
        assert names(actor, due_days=3650) == []


def test_filters_on_progress_find_nothing_for_those_who_do_not_see_it(cast, scores):
    assert names(cast.casey.actor, status="on_track") == ["Zo Núñez-Abbott"]
    assert names(cast.casey.actor, status="decide") == []
    assert names(cast.gina.actor, status="on_track") == []
    assert names(cast.fin.actor, status="on_track") == []


def test_a_goal_that_was_met_stays_met(cast, goal, today):
    for days in (2, 1, 0):
        record(cast.casey.actor, goal, 90, today - timedelta(days=days), today=today)
    actor = cast.casey.actor
    later = today + timedelta(days=60)

    found = caseload(actor=actor, filters=Filters(status="met"), place=Place(), today=later)

    assert [row.main.tone for row in found.rows] == ["met"]


def test_a_status_is_no_data_three_weeks_after_the_last_score(cast, scores):
    later = cast.casey.actor.today + timedelta(days=24)  # more than 15 school days on any weekday
    actor = cast.casey.actor

    def found(status):
        filters = Filters(status=status)
        return caseload(actor=actor, filters=filters, place=Place(), today=later).rows

    assert found("on_track") == ()
    assert [row.main.tone for row in found("no_data")] == ["none"]


def test_rows_show_only_what_the_reader_may_see(cast, scores):
    def row(who):
        actor = getattr(cast, who).actor
        found = caseload(actor=actor, filters=Filters(sort="name"), place=Place(), today=actor.today)
        return next(row for row in found.rows if row.id == cast.student.id)

    casey, paula, gina, fin = row("casey"), row("paula"), row("gina"), row("fin")

    assert (casey.disability, casey.due.kind, casey.due.days) == ("SLD", "review", 20)
    assert [card.tone for card in casey.cards] == ["ok"]
    assert (paula.disability, paula.due, len(paula.cards)) == ("", None, 1)
    assert (gina.disability, gina.due, gina.cards) == ("", None, ())
    assert (fin.disability, fin.due, fin.cards) == ("", None, ())


def test_the_order_by_dates_tells_nothing_to_those_who_do_not_see_dates(cast, today):
    early = StudentFactory(organization=cast.district, school=cast.school, family_name="Zed", given_name="A")
    late = StudentFactory(organization=cast.district, school=cast.school, family_name="Able", given_name="B")
    for student, days in ((early, 1), (late, 300)):
        Student.objects.filter(id=student.id).update(annual_review_on=today + timedelta(days=days))
        TeamMemberFactory(student=student, person=cast.gina.person, part="general_education")

    found = names(cast.gina.actor, sort="due")

    assert found == ["B Able", "Zo Núñez-Abbott", "A Zed"]
    assert names(cast.ada.actor, sort="due")[0] == "A Zed"


def test_the_sooner_of_two_dates_counts(cast, today):
    student = cast.student
    student.annual_review_on, student.reevaluation_due_on = (
        today + timedelta(days=9),
        today - timedelta(days=2),
    )

    due = next_due(student, today)

    assert (due.kind, due.days, due.number, due.tone) == ("reevaluation", -2, 2, "act")


@pytest.mark.parametrize("sort", ["name", "due", "changed", "grade"])
@pytest.mark.parametrize("is_reversed", [False, True])
def test_pages_show_every_student_once_in_either_direction(cast, today, sort, is_reversed):
    for number in range(57):
        student = StudentFactory(
            organization=cast.district,
            school=cast.school,
            family_name=f"Same{number % 3}",
            given_name=f"N{number % 5}",
            grade=["PK", "KG", "03", ""][number % 4],
        )
        Student.objects.filter(id=student.id).update(
            annual_review_on=None if number % 7 == 0 else today + timedelta(days=number % 6)
        )
    actor, place, pages = cast.ada.actor, Place(), []
    filters = Filters(sort=sort, is_reversed=is_reversed)
    while True:
        found = caseload(actor=actor, filters=filters, place=place, today=today)
        pages.append([row.id for row in found.rows])
        if found.next is None:
            break
        place = Place(after=found.next)

    assert [len(page) for page in pages] == [25, 25, 9]
    assert len({row for page in pages for row in page}) == 59
    back = caseload(actor=actor, filters=filters, place=Place(before=pages[2][0]), today=today)
    assert [row.id for row in back.rows] == pages[1]
    assert (back.previous, back.next) == (pages[1][0], pages[1][-1])


def test_grades_are_ordered_as_schools_order_them(cast):
    for grade in ("10", "", "PK", "02", "KG"):
        StudentFactory(organization=cast.district, school=cast.school, family_name=f"G{grade}", grade=grade)

    found = caseload(
        actor=cast.ada.actor, filters=Filters(sort="grade"), place=Place(), today=cast.ada.actor.today
    )

    assert [row.grade for row in found.rows] == [
        "Pre-K",
        "Kindergarten",
        "Grade 2",
        "Grade 4",
        "Grade 7",
        "Grade 10",
        "Grade not known",
    ]


def test_a_place_named_by_a_stranger_begins_at_the_first_page(cast):
    assert names(cast.omar.actor, place=Place(after=cast.student.id)) == ["Tariq Okafor"]
    assert names(cast.omar.actor, place=Place(after=cast.stranger.id)) == ["Tariq Okafor"]


@pytest.mark.parametrize("who", ["ada", "casey", "cory"])
def test_the_number_of_statements_does_not_grow_with_the_list(cast, scores, who):
    from django.db import connection

    actor = getattr(cast, who).actor

    def count():
        with CaptureQueriesContext(connection) as seen:
            caseload(actor=actor, filters=Filters(), place=Place(), today=actor.today)
        return len(seen)

    few = count()
    for _ in range(30):
        student = StudentFactory(organization=cast.district, school=cast.school)
        TeamMemberFactory(student=student, person=cast.casey.person, part="special_education")

    assert count() == few


def test_long_lists_are_counted_only_so_far(cast, monkeypatch):
    monkeypatch.setattr("casefile.queries.caseloads.MOST_COUNTED", 1)

    found = caseload(actor=cast.ada.actor, filters=Filters(), place=Place(), today=cast.ada.actor.today)

    assert (found.total, found.is_counted) == (1, False)
