"""School days counted, by examples and by properties."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.calendars import (
    DaysOff,
    Period,
    SchoolYear,
    Trouble,
    calendar_knows,
    day_before,
    is_school_day,
    next_year,
    no_school,
    parse_days_off,
    school_days,
    troubles,
    written_days_off,
)

YEAR = SchoolYear(
    name="2026-27",
    first_on=date(2026, 8, 20),
    last_on=date(2027, 6, 4),
    days_off=(
        DaysOff(first_on=date(2026, 11, 11), last_on=date(2026, 11, 11), label="Veterans Day"),
        DaysOff(first_on=date(2026, 11, 23), last_on=date(2026, 11, 27), label="Fall break"),
    ),
    periods=(
        Period(
            name="Quarter 1",
            first_on=date(2026, 8, 20),
            last_on=date(2026, 10, 23),
            reports_due_on=date(2026, 11, 6),
        ),
        Period(
            name="Quarter 2",
            first_on=date(2026, 10, 26),
            last_on=date(2027, 1, 22),
            reports_due_on=date(2027, 2, 5),
        ),
    ),
)
CALENDAR = (YEAR,)
days = st.dates(date(2026, 6, 1), date(2027, 8, 31))


@st.composite
def years(draw: st.DrawFn) -> SchoolYear:
    first = draw(st.dates(date(2024, 7, 15), date(2026, 9, 15)))
    length = draw(st.integers(60, 330))
    spans = draw(st.lists(st.tuples(st.integers(0, length), st.integers(0, 12)), max_size=8))
    return SchoolYear(
        name="2026-27",
        first_on=first,
        last_on=first + timedelta(days=length),
        weekdays=frozenset(draw(st.sets(st.integers(1, 7), min_size=1))),
        days_off=tuple(
            DaysOff(
                first_on=first + timedelta(days=begin),
                last_on=first + timedelta(days=min(length, begin + more)),
            )
            for begin, more in spans
        ),
    )


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 8, 19), True),  # before the first year that is known: a weekday counts
        (date(2026, 8, 20), True),
        (date(2026, 11, 11), False),
        (date(2026, 11, 21), False),  # a Saturday
        (date(2026, 11, 23), False),
        (date(2026, 11, 30), True),
        (date(2027, 6, 4), True),
    ],
)
def test_school_day_is_a_weekday_inside_the_year_and_outside_of_breaks(day, expected):
    assert is_school_day(CALENDAR, day) is expected


def test_summer_between_two_years_has_no_school_days():
    calendar = (YEAR, next_year(YEAR))

    assert school_days(calendar, date(2027, 6, 4), date(2027, 8, 18)) == 0
    assert calendar_knows(calendar, date(2027, 7, 1)) and not calendar_knows(calendar, date(2028, 7, 1))


def test_break_is_not_counted():
    assert school_days(CALENDAR, date(2026, 11, 20), date(2026, 11, 30)) == 1
    assert school_days((), date(2026, 11, 20), date(2026, 11, 30)) == 6


def test_no_school_names_the_weekdays_off():
    named = no_school(CALENDAR, date(2026, 11, 9), date(2026, 11, 30))

    assert [(day.day, label) for day, label in named] == [
        (11, "Veterans Day"),
        *[(day, "Fall break") for day in range(23, 28)],
    ]


@given(days, days, days)
def test_school_days_add_up(a, b, c):
    first, middle, last = sorted((a, b, c))

    whole = school_days(CALENDAR, first, last)

    assert whole == school_days(CALENDAR, first, middle) + school_days(CALENDAR, middle, last)
    assert 0 <= whole <= (last - first).days


@given(years(), days, st.integers(1, 60))
def test_day_before_is_the_latest_with_enough_school_days_since(year, today, number):
    calendar = (year,)

    found = day_before(calendar, today, number)

    if (today - found).days < 3000:  # else the calendar never had so many
        assert school_days(calendar, found, today) >= number
        assert school_days(calendar, found + timedelta(days=1), today) < number


@given(years())
def test_next_year_keeps_weekdays_and_number_of_school_days(year):
    later = next_year(year)

    assert later.first_on.isoweekday() == year.first_on.isoweekday()
    assert school_days((later,), later.first_on - timedelta(days=1), later.last_on) == school_days(
        (year,), year.first_on - timedelta(days=1), year.last_on
    )
    assert troubles(later) == troubles(year)


@given(years())
def test_written_days_off_are_read_back(year):
    labelled = tuple(
        DaysOff(first_on=span.first_on, last_on=span.last_on, label="Día sin clases")
        for span in year.days_off
    )

    spans, refused = parse_days_off(written_days_off(labelled))

    assert refused == ()
    assert set(spans) == set(labelled)


@pytest.mark.parametrize(
    ("line", "first", "last", "label"),
    [
        ("Nov 11, 2026 Veterans Day", (2026, 11, 11), (2026, 11, 11), "Veterans Day"),
        ("11/23/2026 - 11/27/2026: Fall break", (2026, 11, 23), (2026, 11, 27), "Fall break"),
        ("2026-12-21 to 2027-01-01 Winter break", (2026, 12, 21), (2027, 1, 1), "Winter break"),
        (
            "• 2027-01-18\tMartin Luther King Jr. Day",
            (2027, 1, 18),
            (2027, 1, 18),
            "Martin Luther King Jr. Day",
        ),
        ("September 7, 2026 – Labor Day", (2026, 9, 7), (2026, 9, 7), "Labor Day"),
        ("5 de mayo de 2027 Feriado", (2027, 5, 5), (2027, 5, 5), "Feriado"),
        ("2027-02-15", (2027, 2, 15), (2027, 2, 15), ""),
    ],
)
def test_days_off_are_read_as_people_paste_them(line, first, last, label):
    spans, refused = parse_days_off(line)

    assert refused == ()
    assert spans == (DaysOff(first_on=date(*first), last_on=date(*last), label=label),)


def test_day_first_districts_read_days_first():
    spans, _refused = parse_days_off("03/04/2027 Fiesta", day_first=True)

    assert spans[0].first_on == date(2027, 4, 3)


@pytest.mark.parametrize(
    "line", ["Fall break", "13/45/2026 nothing", "2026-11-27 - 2026-11-23 backwards", "x" * 200]
)
def test_line_that_cannot_be_read_is_named(line):
    spans, refused = parse_days_off(f"2026-11-11 Veterans Day\n{line}")

    assert len(spans) == 1
    assert refused == (line[:80],)


@given(st.text(max_size=200))
def test_any_paste_is_read_or_refused(text):
    spans, refused = parse_days_off(text)

    lines = sum(1 for line in text.splitlines() if line.strip(" \t,;•*"))
    assert len(spans) + len(refused) <= lines


def test_troubles_are_named():
    def but(**parts):
        base = {"name": "x", "first_on": YEAR.first_on, "last_on": YEAR.last_on, "periods": YEAR.periods}
        return troubles(SchoolYear(**{**base, **parts}))

    outside = DaysOff(first_on=date(2026, 7, 1), last_on=date(2026, 7, 1))
    overlapping = Period(
        name="Q", first_on=date(2026, 10, 1), last_on=date(2026, 11, 1), reports_due_on=date(2026, 11, 9)
    )
    assert but() == ()
    assert but(last_on=date(2026, 8, 1)) == (Trouble.ENDS_BEFORE_IT_BEGINS,)
    assert but(weekdays=frozenset()) == (Trouble.NO_WEEKDAY,)
    assert but(days_off=(outside,)) == (Trouble.DAY_OFF_OUTSIDE,)
    assert but(periods=(*YEAR.periods, overlapping)) == (Trouble.PERIODS_OVERLAP,)
