"""Dates as rosters write them: ISO, instants, day and month in either order when the file shows which."""

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum

ISO = re.compile(r"([0-9]{4})([-/]?)([0-9]{1,2})\2([0-9]{1,2})(?:[T ][0-9:.,]+ ?(?:Z|[+-][0-9:]{2,6})?)?\Z")
SLASHED = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})(?:[T ][0-9:.]+ ?(?:[AaPp][Mm])?)?\Z")
EARLIEST_YEAR = 1900
LATEST_YEAR = 2100
MOST_MONTHS = 12


class Order(StrEnum):
    """Which comes first in dates such as 1/05/2023."""

    UNKNOWN = "unknown"
    DAY_FIRST = "day first"
    MONTH_FIRST = "month first"
    BOTH = "both ways"


class DateRefused(ValueError):
    """A text that is no date, or could be two. `code` says which."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def order_of(texts: Iterable[str]) -> Order:
    """What the dates of one file say about their order: only a number above 12 says anything."""
    found = Order.UNKNOWN
    for text in texts:
        match = SLASHED.match(text)
        if match is None:
            continue
        first, second = int(match[1]), int(match[3])
        if first > MOST_MONTHS >= second:
            seen = Order.DAY_FIRST
        elif second > MOST_MONTHS >= first:
            seen = Order.MONTH_FIRST
        else:
            continue
        if found is Order.UNKNOWN:
            found = seen
        elif found is not seen:
            return Order.BOTH
    return found


def parse(text: str, order: Order) -> date:
    """A calendar day. An instant gives the day it is written with; no zone is applied. Raises DateRefused."""
    if match := ISO.match(text):
        return _day(int(match[1]), int(match[3]), int(match[4]))
    match = SLASHED.match(text)
    if match is None:
        raise DateRefused("date_unreadable")
    first, second, year = int(match[1]), int(match[3]), int(match[4])
    if first == second:
        return _day(year, first, second)
    if first > MOST_MONTHS:
        return _day(year, second, first)
    if second > MOST_MONTHS:
        return _day(year, first, second)
    if order is Order.DAY_FIRST:
        return _day(year, second, first)
    if order is Order.MONTH_FIRST:
        return _day(year, first, second)
    raise DateRefused("date_conflict" if order is Order.BOTH else "date_ambiguous")


def _day(year: int, month: int, day: int) -> date:
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        raise DateRefused("date_out_of_range")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise DateRefused("date_impossible") from error
