"""School years of the demonstration: the one of today, and the one before it."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from accounts import calendars
from accounts.calendars import DaysOff as Off
from accounts.calendars import Period, next_year
from accounts.models import DaysOff, ReportingPeriod, SchoolYear

if TYPE_CHECKING:
    from casefile.demo.build import District


def _off(label: str, first: date, last: date | None = None) -> Off:
    return Off(first_on=first, last_on=last or first, label=label)


def _period(name: str, first: date, last: date, due: date) -> Period:
    return Period(name=name, first_on=first, last_on=last, reports_due_on=due)


LARKSPUR = calendars.SchoolYear(
    name="2026-27",
    first_on=date(2026, 8, 19),
    last_on=date(2027, 6, 4),
    days_off=(
        _off("Labor Day", date(2026, 9, 7)),
        _off("Staff learning day", date(2026, 10, 9)),
        _off("Veterans Day", date(2026, 11, 11)),
        _off("Thanksgiving", date(2026, 11, 25), date(2026, 11, 27)),
        _off("Winter break", date(2026, 12, 21), date(2027, 1, 1)),
        _off("Martin Luther King Jr. Day", date(2027, 1, 18)),
        _off("Presidents' Day", date(2027, 2, 15)),
        _off("Staff learning day", date(2027, 3, 12)),
        _off("Spring break", date(2027, 3, 29), date(2027, 4, 2)),
        _off("Memorial Day", date(2027, 5, 31)),
    ),
    periods=(
        _period("Quarter 1", date(2026, 8, 19), date(2026, 11, 6), date(2026, 11, 24)),
        _period("Quarter 2", date(2026, 11, 9), date(2027, 1, 22), date(2027, 2, 5)),
        _period("Quarter 3", date(2027, 1, 25), date(2027, 4, 9), date(2027, 4, 23)),
        _period("Quarter 4", date(2027, 4, 12), date(2027, 6, 4), date(2027, 6, 11)),
    ),
)
# High school counts in semesters.
SEMESTERS = (
    _period("Semester 1", date(2026, 8, 19), date(2027, 1, 22), date(2027, 2, 5)),
    _period("Semester 2", date(2027, 1, 25), date(2027, 6, 4), date(2027, 6, 11)),
)


def year_of(year: calendars.SchoolYear, today: date) -> calendars.SchoolYear:
    """The year carried to the one of today, or to the one that begins next."""
    while year.last_on + timedelta(days=14) < today:
        year = next_year(year)
    return year


def year_before(year: calendars.SchoolYear) -> calendars.SchoolYear:
    """The same year 52 weeks earlier."""
    back = timedelta(weeks=-52)
    begins = (year.first_on + back).year
    return calendars.SchoolYear(
        name=f"{begins}-{(begins + 1) % 100:02d}",
        first_on=year.first_on + back,
        last_on=year.last_on + back,
        days_off=tuple(_off(span.label, span.first_on + back, span.last_on + back) for span in year.days_off),
        periods=tuple(
            _period(each.name, each.first_on + back, each.last_on + back, each.reports_due_on + back)
            for each in year.periods
        ),
    )


def write_calendar(district: "District", high_school: str = "") -> None:
    """The school years of a district; its high school, when it has one, has periods of its own."""
    now = year_of(LARKSPUR, district.today)
    _write(district, year_before(now), None)
    _write(district, now, None)
    if high_school:
        own = calendars.SchoolYear(
            name=LARKSPUR.name,
            first_on=LARKSPUR.first_on,
            last_on=LARKSPUR.last_on,
            days_off=LARKSPUR.days_off,
            periods=SEMESTERS,
        )
        _write(district, year_of(own, district.today), high_school)


def _write(district: "District", year: calendars.SchoolYear, school: str | None) -> None:
    row = district.own(
        SchoolYear,
        school=district.schools[school] if school else None,
        name=year.name,
        first_on=year.first_on,
        last_on=year.last_on,
    )
    for span in year.days_off:
        district.own(DaysOff, school_year=row, first_on=span.first_on, last_on=span.last_on, label=span.label)
    for period in year.periods:
        district.own(
            ReportingPeriod,
            school_year=row,
            name=period.name,
            first_on=period.first_on,
            last_on=period.last_on,
            reports_due_on=period.reports_due_on,
        )
