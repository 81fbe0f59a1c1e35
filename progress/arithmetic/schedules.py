"""Probes that were due and not taken. A time without school is no missing data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

MOST_MISSED = 60
_LATE = 3
"""A probe counts for its day when it comes within a third of the time between two, and a day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Missed:
    """A day about which a probe was due, and why there was none, where the calendar says so."""

    on: date
    reason: str = ""


def missed_probes(
    measured: Iterable[date], *, every_days: int, until: date, no_school: Mapping[date, str]
) -> tuple[Missed, ...]:
    """Where probes are missing between the scores and up to `until`, when one is due so often.

    A due day near a day without school carries its name; gaps in which no day has a score for longer than a probe's
    time and a third are missing.
    """
    days: Sequence[date] = sorted({day for day in measured if day <= until})
    if not days:
        return ()
    slack = every_days // _LATE + 1
    found: list[Missed] = []
    for before, after in pairwise([*days, until + timedelta(days=slack)]):
        due = before + timedelta(days=every_days)
        while due + timedelta(days=slack) < after and len(found) < MOST_MISSED:
            found.append(Missed(on=due, reason=_reason(due, slack, no_school)))
            due += timedelta(days=every_days)
    return tuple(found)


def _reason(due: date, slack: int, no_school: Mapping[date, str]) -> str:
    near = (due + timedelta(days=step * side) for step in range(slack + 1) for side in (1, -1))
    return next((no_school[day] for day in near if day in no_school), "")
