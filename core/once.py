"""While one page is read, what was read already is not asked for again.

A page is put together from queries that do not know of each other, and each begins with the same student and the same
rights. Only reading is remembered, only inside `reading_once`, and nothing outlives the page: a change never sees it.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_read: ContextVar[dict[Hashable, Any] | None] = ContextVar("read_on_this_page", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Inside, `once` answers a repeated question from what it was answered before."""
    token = _read.set({})
    try:
        yield
    finally:
        _read.reset(token)


def once(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` gives, asked once for each key of a page; outside a page, asked each time."""
    known = _read.get()
    if known is None:
        return read()
    if key not in known:
        known[key] = read()
    found: T = known[key]
    return found
