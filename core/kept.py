"""A short memory of one process: what may be a few seconds old, or what equal readers share.

Never for a right. Whoever comes while a value is being read waits for it instead of reading it again.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")
MOST_KEPT = 1_000


@dataclass(slots=True)
class _Kept:
    until: float = 0.0
    value: Any = None
    reading: Lock = field(default_factory=Lock)


_all: OrderedDict[Hashable, _Kept] = OrderedDict()
_lock = Lock()


def kept(key: Hashable, *, seconds: float, read: Callable[[], T]) -> T:
    """What `read` gave for `key` at most `seconds` ago in this process. What `read` raises is not kept."""
    entry = _entry(key)
    with entry.reading:
        if entry.until < time.monotonic():
            entry.value = read()
            entry.until = time.monotonic() + seconds
        found: T = entry.value
        return found


def forget_all() -> None:
    """Begin anew: for tests."""
    with _lock:
        _all.clear()


def _entry(key: Hashable) -> _Kept:
    with _lock:
        entry = _all.setdefault(key, _Kept())
        _all.move_to_end(key)
        if len(_all) > MOST_KEPT:
            _all.popitem(last=False)
        return entry
