"""A short memory of one process: what may be a few seconds old, what equal readers share, what nothing has changed.

Never for a right. Whoever comes while a value is being read waits for it instead of reading it again.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock
from typing import Any, TypeVar

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.utils.translation import get_language

from core.actor import Actor, Origin
from core.outbox import stamp
from core.patience import patience_of_request

T = TypeVar("T")
MOST_KEPT = 500  # up to some hundred kilobytes each


@dataclass(slots=True)
class _Kept:
    until: float = 0.0
    value: Any = None
    reading: Lock = field(default_factory=Lock)
    failed_at: float = 0.0
    failure: Exception | None = None


_all: OrderedDict[Hashable, _Kept] = OrderedDict()
_lock = Lock()


def kept(key: Hashable, *, seconds: float, read: Callable[[], T]) -> T:
    """What `read` gave for `key` at most `seconds` ago in this process. What `read` raises is not kept.

    But whoever waited for a reading that the database did not answer hears so at once, and has waited in vain: one
    after the other each would wait as long again, and then as long to undo its own transaction.
    """
    entry, came = _entry(key), time.monotonic()
    with entry.reading:
        if entry.failure is not None and entry.failed_at > came:
            if patience := patience_of_request():
                patience.waited(time.monotonic() - came)
            raise entry.failure
        if entry.until < time.monotonic():
            try:
                entry.value = read()
            except (OperationalError, InterfaceError) as error:
                entry.failed_at, entry.failure = time.monotonic(), type(error)(*error.args)
                raise
            entry.until, entry.failure = time.monotonic() + seconds, None
        found: T = entry.value
        return found


def kept_until_news(
    *, actor: Actor, topics: Sequence[str], key: Hashable, read: Callable[[tuple[str, ...]], T]
) -> T:
    """What `read` gave for `key` and this reader since the last commit that these topics tell of.

    `read` gets the versions of the topics, read before the content. `key` holds whatever else it depends on; the
    reader's rights, name, day and language are added here. So it is for pages whose topics tell of all they show,
    to readers whose rights change with them or with the actor. While news waits, that of the own transaction too,
    everything is read anew. A bound in seconds remains, for what is written past all mutations.
    """
    now = stamp(topics)
    seconds = settings.KEPT_UNTIL_NEWS_SECONDS
    if now.has_waiting or not seconds:
        return read(now.versions)
    reader = (replace(actor, origin=Origin()), get_language())
    return kept((key, reader, tuple(topics), now), seconds=seconds, read=lambda: read(now.versions))


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
