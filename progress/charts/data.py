"""What a progress chart shows, and every word of it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum

from progress.arithmetic import Aimline, Direction, Measurement


class Width(Enum):
    """The two sizes of a chart; the style sheet shows the one that fits."""

    WIDE = (1080, 400)
    NARROW = (372, 330)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseChange:
    """A day on which instruction changed, in words for the top of the phase line (lines split at "\\n")."""

    on: date
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedProbe:
    """A day on which a probe was due and none was taken, with the reason in a word or two."""

    on: date
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """What stands beside a score that does not count: a number that a note explains, or a word or two."""

    id: Hashable
    mark: str
    words: str
    """The day, the score and why, for who points at it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """A reporting period; it ends before `ends_on`."""

    starts_on: date
    ends_on: date
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartData:
    """What a progress chart shows. Values are in the goal's unit."""

    key: str
    """Makes the ids of the picture unique on its page."""
    points: tuple[Measurement, ...]
    target: Decimal
    target_on: date
    aimline: Aimline | None = None
    direction: Direction = Direction.INCREASE
    is_percent: bool = False
    phases: tuple[PhaseChange, ...] = ()
    since: date | None = None
    """Show only from this day on (the last twelve weeks); None shows the whole year of the goal."""
    fired: tuple[Hashable, ...] = ()
    """Ids of the scores on which the rule rests."""
    missed: tuple[MissedProbe, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    """Words for the scores that do not count."""
    mastered_on: date | None = None
    periods: tuple[Period, ...] = ()
    """Reporting periods, every other one drawn as a band."""
    old_aimlines: tuple[Aimline, ...] = ()
    """What earlier IEPs asked for."""
    no_school: frozenset[date] = frozenset()
    """Days without school: a gap that they explain is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartLabels:
    """Every word of a progress chart, translated, with numbers and dates already written for the reader."""

    title: str
    description: str
    unit: str
    goal: str
    """"Goal: 92"."""
    goal_by: str
    """"by Jun 5, 2026"."""
    goal_short: str
    """"Goal: 92 by Jun 5", for the narrow chart."""
    aimline: str
    baseline: str
    """"Base": a very short word inside the band."""
    months: tuple[str, ...]
    """Twelve short names, January first."""
    latest: str = ""
    """"64 today"."""
    pace: str = ""
    """"If this pace holds: about Feb 11"; without it no trend is drawn into the future."""
    decimal_point: str = "."
    rule: str = ""
    """"4 in a row below"."""
    mastered: str = ""
    """"Mastered Nov 12"."""
