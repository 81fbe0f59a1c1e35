"""A district that begins: what its administrator does first, and what nobody is told that is not so."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from accounts.calendars import SchoolYear
from accounts.mutations import add_school_year
from casefile.queries import my_day
from students.models import Student


@pytest.fixture
def empty(cast):
    """The district without a student."""
    Student.objects.filter(organization_id=cast.district.id).update(archived_at=now())
    return cast


def steps(player):
    actor = player.acting()
    return my_day(actor=actor, today=actor.today).beginning


def test_administrator_is_led_through_the_first_steps(empty, text):
    found = steps(empty.ada)
    assert (found.has_schools, found.has_calendar, found.has_colleagues) == (True, False, True)

    words = text(empty.ada, "/")
    assert "Your district begins here." in words
    for step in ("Import a roster", "Enter the school year", "Invite somebody", "Open the first case file"):
        assert step in words
    assert (words.count("Done:"), words.count("To do:")) == (2, 2)


def test_step_that_was_taken_is_marked(empty):
    today = empty.ada.actor.today
    year = SchoolYear(
        name="This year", first_on=today - timedelta(days=60), last_on=today + timedelta(days=200)
    )
    add_school_year(actor=empty.ada.actor, school_id=None, year=year)

    assert steps(empty.ada).has_calendar


def test_steps_end_with_the_first_student(cast, text):
    assert steps(cast.ada) is None
    assert "First steps" not in text(cast.ada, "/")


def test_who_does_not_keep_the_district_is_not_asked_to(empty, text):
    assert steps(empty.cory) is None
    words = text(empty.cory, "/")
    assert "First steps" not in words
    assert "Students will appear here" in words


def test_empty_list_says_where_students_come_from(empty, text):
    assert "opens a case file" in text(empty.ada, "/caseload/")
    assert "puts you on their team" in text(empty.casey, "/caseload/")


def test_without_reporting_periods_nobody_is_told_that_all_reports_were_sent(cast, text):
    words = text(cast.ada, "/reports/")

    assert "No progress report has a due date yet." in words
    assert "is with its family" not in words
    assert "Nothing is owed" not in words
    to_calendar = f'<a class="link" href="{cast.ada.url("/calendars/")}">'
    assert to_calendar in words
    assert to_calendar not in text(cast.casey, "/reports/")
