"""How days are written: in the order that the district chose, with the month as a word of the reader's language.

Spanish puts the day before the month whichever of the two is chosen, as its spelling asks for. A file for another
program always has ISO 8601, and never comes through here.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date
from functools import lru_cache, wraps

from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext

MONTH_FIRST, DAY_FIRST, ISO = "mdy", "dmy", "iso"
_order: ContextVar[str] = ContextVar("date_order", default=MONTH_FIRST)


@contextmanager
def dates_written(order: str) -> Iterator[None]:
    """Inside, days are written in this order: `mdy`, `dmy` or `iso`."""
    token = _order.set(order)
    try:
        yield
    finally:
        _order.reset(token)


def date_order() -> str:
    """The order of now: part of the key of whatever keeps drawn days."""
    return _order.get()


def _kept(write: Callable[[date], str]) -> Callable[[date], str]:
    """Writes each day once for each language and order: a page names the same few days again and again."""
    known = lru_cache(maxsize=1024)(lambda day, _language, _order: write(day))

    @wraps(write)
    def written(day: date) -> str:
        return known(day, get_language(), _order.get())

    return written


@_kept
def day_in_record(day: date) -> str:
    """A day as records write it: "Nov 19, 2025", "19 Nov 2025", "2025-11-19"."""
    return _written(day, pgettext("day in a record", "M j, Y"), "j M Y", "Y-m-d")


@_kept
def day_nearby(day: date) -> str:
    """A day of this year with its weekday: "Wed, Nov 19", "Wed, 19 Nov", "Wed 2025-11-19"."""
    return _written(day, pgettext("day nearby", "D, M j"), "D, j M", "D Y-m-d")


@_kept
def short_day(day: date) -> str:
    """A day where there is little room: "Nov 19", "19 Nov", "2025-11-19"."""
    return _written(day, pgettext("day nearby, without weekday", "M j"), "j M", "Y-m-d")


@_kept
def month_in_record(day: date) -> str:
    """A month with its year: "Nov 2025", "2025-11"."""
    layout = pgettext("month in a record", "M Y")
    return _written(day, layout, layout, "Y-m")


@_kept
def day_in_full(day: date) -> str:
    """A day in full, without its year: "Wednesday, November 19", "Wednesday, 19 November"."""
    return _written(day, pgettext("today in full", "l, F j"), "l, j F", "l Y-m-d")


def _written(day: date, month_first: str, day_first: str, iso: str) -> str:
    own = month_first  # in other languages than English the translator has put the day first already
    if (get_language() or "en").startswith("en"):
        own = day_first if _order.get() == DAY_FIRST else month_first
    return date_format(day, iso if _order.get() == ISO else own)
