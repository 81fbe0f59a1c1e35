"""School days, counted: pure functions over the school years of a school. They read nothing and know no today.

A day outside of every school year that is known is counted by its weekday alone, so that a district that has not
entered a calendar yet still gets answers, and a gap over a summer is not taken for missing data once it has.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

MONDAY_TO_FRIDAY = frozenset({1, 2, 3, 4, 5})
LONGEST_YEAR_DAYS = 400
_DAY = timedelta(days=1)
_MOST_STEPS = 4000
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SPANISH_MONTHS = ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic")


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOff:
    """Days without school, both ends included: a holiday, a break, a closure."""

    first_on: date
    last_on: date
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A reporting period, both ends included, and the day on which its progress reports are due."""

    name: str
    first_on: date
    last_on: date
    reports_due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SchoolYear:
    """One school year of one school. `weekdays` are ISO numbers, Monday 1."""

    first_on: date
    last_on: date
    weekdays: frozenset[int] = MONDAY_TO_FRIDAY
    days_off: tuple[DaysOff, ...] = ()
    periods: tuple[Period, ...] = ()
    name: str = ""

    def has(self, day: date) -> bool:
        """Whether the day lies in this year."""
        return self.first_on <= day <= self.last_on

    def off(self, day: date) -> DaysOff | None:
        """The days off that a day belongs to."""
        return next((span for span in self.days_off if span.first_on <= day <= span.last_on), None)


Calendar = tuple[SchoolYear, ...]


class Trouble(StrEnum):
    """What is wrong with a school year."""

    ENDS_BEFORE_IT_BEGINS = "ends_before_it_begins"
    TOO_LONG = "too_long"
    NO_WEEKDAY = "no_weekday"
    DAY_OFF_OUTSIDE = "day_off_outside"
    DAY_OFF_BACKWARDS = "day_off_backwards"
    PERIOD_OUTSIDE = "period_outside"
    PERIOD_BACKWARDS = "period_backwards"
    PERIODS_OVERLAP = "periods_overlap"
    REPORT_BEFORE_END = "report_before_end"


def is_school_day(calendar: Calendar, day: date) -> bool:
    """Whether there is school on a day."""
    year = _year_of(calendar, day)
    if year is None:
        return not calendar_knows(calendar, day) and day.isoweekday() in MONDAY_TO_FRIDAY
    return day.isoweekday() in year.weekdays and year.off(day) is None


def calendar_knows(calendar: Calendar, day: date) -> bool:
    """Whether a day lies between the first and the last day that the calendar tells of: in a year, or a summer between
    two."""
    if not calendar:
        return False
    return min(year.first_on for year in calendar) <= day <= max(year.last_on for year in calendar)


def school_days(calendar: Calendar, after: date, until: date) -> int:
    """How many school days come after one day, up to and with another. None, when `until` is not later."""
    return sum(1 for day in _days(after + _DAY, until) if is_school_day(calendar, day))


def day_before(calendar: Calendar, today: date, number: int) -> date:
    """The latest day since which at least `number` school days have passed: `school_days(day, today) >= number`.

    So that a list can ask the database with one date for each school instead of counting for each goal.
    """
    left, day = number, today
    for _step in range(_MOST_STEPS):
        if left <= 0:
            return day
        if is_school_day(calendar, day):
            left -= 1
        day -= _DAY
    return day


def no_school(calendar: Calendar, first: date, last: date) -> tuple[tuple[date, str], ...]:
    """The weekdays without school from one day to another, with what they are called; a summer has no name."""
    found = []
    for day in _days(first, last):
        year = _year_of(calendar, day)
        span = year.off(day) if year else None
        if year is not None and span is not None and day.isoweekday() in year.weekdays:
            found.append((day, span.label))
    return tuple(found)


def periods_of(calendar: Calendar) -> tuple[Period, ...]:
    """Every reporting period, oldest first."""
    every = (period for year in calendar for period in year.periods)
    return tuple(sorted(every, key=lambda period: (period.first_on, period.name)))


def next_year(year: SchoolYear) -> SchoolYear:
    """The same year 52 weeks later, so that each day keeps its weekday; somebody then corrects what moved."""
    on = timedelta(weeks=52)
    if (year.first_on + on).year == year.first_on.year:  # where 364 days do not leave the year
        on = timedelta(weeks=53)
    return SchoolYear(
        name=_next_name(year.name, year.first_on + on),
        first_on=year.first_on + on,
        last_on=year.last_on + on,
        weekdays=year.weekdays,
        days_off=tuple(
            DaysOff(first_on=span.first_on + on, last_on=span.last_on + on, label=span.label)
            for span in year.days_off
        ),
        periods=tuple(
            Period(
                name=period.name,
                first_on=period.first_on + on,
                last_on=period.last_on + on,
                reports_due_on=period.reports_due_on + on,
            )
            for period in year.periods
        ),
    )


def troubles(year: SchoolYear) -> tuple[Trouble, ...]:
    """What is wrong with a school year, in the order in which it is to be mended."""
    found: list[Trouble] = []
    if year.last_on <= year.first_on:
        return (Trouble.ENDS_BEFORE_IT_BEGINS,)
    if (year.last_on - year.first_on).days > LONGEST_YEAR_DAYS:
        return (Trouble.TOO_LONG,)
    if not year.weekdays:
        found.append(Trouble.NO_WEEKDAY)
    if any(span.last_on < span.first_on for span in year.days_off):
        found.append(Trouble.DAY_OFF_BACKWARDS)
    elif not all(year.has(span.first_on) and year.has(span.last_on) for span in year.days_off):
        found.append(Trouble.DAY_OFF_OUTSIDE)
    return (*found, *_period_troubles(year))


def parse_days_off(text: str, *, day_first: bool = False) -> tuple[tuple[DaysOff, ...], tuple[str, ...]]:
    """Days off as people paste them, one a line, and the lines that could not be read.

    "Nov 11, 2026 Veterans Day", "11/23/2026 - 11/27/2026: Fall break", "2026-12-21 to 2027-01-01 Winter break".
    """
    spans: list[DaysOff] = []
    refused: list[str] = []
    for line in text.splitlines():
        stripped = re.sub(r"\s+", " ", line).strip(" \t,;•*")
        if not stripped:
            continue
        span = _parse_span(stripped, day_first=day_first)
        if span is None or span.last_on < span.first_on:
            refused.append(stripped[:80])
        else:
            spans.append(span)
    return tuple(sorted(set(spans), key=lambda span: (span.first_on, span.last_on))), tuple(refused)


def written_days_off(spans: Iterable[DaysOff]) -> str:
    """Days off as the form shows them again, so that what is read is what was written."""
    lines = []
    for span in spans:
        days = span.first_on.isoformat()
        if span.last_on != span.first_on:
            days = f"{days} - {span.last_on.isoformat()}"
        lines.append(f"{days} {span.label}".strip())
    return "\n".join(lines)


def _year_of(calendar: Calendar, day: date) -> SchoolYear | None:
    return next((year for year in calendar if year.has(day)), None)


def _days(first: date, last: date) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day += _DAY


def _period_troubles(year: SchoolYear) -> Iterator[Trouble]:
    periods = sorted(year.periods, key=lambda period: period.first_on)
    if any(period.last_on < period.first_on for period in periods):
        yield Trouble.PERIOD_BACKWARDS
        return
    if not all(year.has(period.first_on) and year.has(period.last_on) for period in periods):
        yield Trouble.PERIOD_OUTSIDE
    if any(later.first_on <= earlier.last_on for earlier, later in pairwise(periods)):
        yield Trouble.PERIODS_OVERLAP
    if any(period.reports_due_on < period.first_on for period in periods):
        yield Trouble.REPORT_BEFORE_END


def _next_name(name: str, first_on: date) -> str:
    """ "2026-27" becomes "2027-28"; a name of another kind becomes one of this kind."""
    found = re.fullmatch(r"(\d{4})([-–/])(\d{2}|\d{4})", name.strip())
    if not found:
        return f"{first_on.year}-{(first_on.year + 1) % 100:02d}"
    first, dash, second = found.groups()
    width = 10 ** len(second)
    return f"{int(first) + 1}{dash}{(int(second) + 1) % width:0{len(second)}d}"


_NUMBERS = r"\d{4}-\d{1,2}-\d{1,2}|\d{1,2}[/.]\d{1,2}[/.]\d{4}"
_WORDS = r"[^\W\d_]{3,10}\.? \d{1,2},? \d{4}|\d{1,2} (?:de )?[^\W\d_]{3,10}\.?,? (?:de )?\d{4}"
_A_DAY = rf"(?:{_NUMBERS}|{_WORDS})"
_SPAN = re.compile(
    rf"^({_A_DAY})(?:\s*(?:-|–|—|to|until|through|a|al|hasta)\s*({_A_DAY}))?\s*[:,;–—-]?\s*(.*)$",
    re.IGNORECASE,
)


def _parse_span(line: str, *, day_first: bool) -> DaysOff | None:
    found = _SPAN.match(line)
    if not found:
        return None
    first = _parse_day(found.group(1), day_first=day_first)
    last = _parse_day(found.group(2), day_first=day_first) if found.group(2) else first
    if first is None or last is None:
        return None
    return DaysOff(first_on=first, last_on=last, label=found.group(3).strip()[:80])


def _parse_day(text: str, *, day_first: bool) -> date | None:
    numbers = [int(part) for part in re.findall(r"\d+", text)]
    try:
        if "-" in text:
            return date(*numbers)
        if len(numbers) == 3:  # noqa: PLR2004  # month, day and year
            first, second, year = numbers
            return date(year, second, first) if day_first else date(year, first, second)
        day, year = numbers
        word = re.sub(r"[\d,.]|\bde\b", " ", text.lower()).split()[0][:3]
        month = next(names.index(word) + 1 for names in (_MONTHS, _SPANISH_MONTHS) if word in names)
        return date(year, month, day)
    except (ValueError, StopIteration, IndexError, TypeError):
        return None
