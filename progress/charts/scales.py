"""Days and scores to pixels: the same wherever a chart of the goal is drawn."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from progress.arithmetic import Measurement
from progress.charts.data import ChartData, Width

_NARROW_AHEAD_DAYS = 52


@dataclass(frozen=True, slots=True)
class Scale:
    """Days and scores to pixels."""

    first: date
    last: date
    low: float
    high: float
    ticks: tuple[float, ...]
    left: float
    right: float
    top: float
    bottom: float
    is_narrow: bool

    def x(self, day: date) -> float:
        """Where a day is."""
        return self.left + (self.right - self.left) * (day - self.first).days / (self.last - self.first).days

    def y(self, value: Decimal | float) -> float:
        """Where a score is."""
        share = (float(value) - self.low) / (self.high - self.low)
        return self.bottom - (self.bottom - self.top) * share

    def shows(self, day: date) -> bool:
        """Whether a day is in the picture."""
        return self.first <= day <= self.last


def scale_of(data: ChartData, points: Sequence[Measurement], width: Width) -> Scale:
    """The scale of a chart: days from just before the baseline, scores from just below it."""
    first, last = _days(data, points, width)
    low, high, ticks = _values(data, points)
    pixels_x, pixels_y = width.value
    wide = width is Width.WIDE
    top = (46 if wide else 58) if data.phases else 30
    return Scale(
        first=first,
        last=last,
        low=low,
        high=high,
        ticks=ticks,
        left=38,
        right=pixels_x - (118 if wide else 20),
        top=top,
        bottom=pixels_y - 30,
        is_narrow=not wide,
    )


def _days(data: ChartData, points: Sequence[Measurement], width: Width) -> tuple[date, date]:
    """From just before the baseline to just after the goal; a narrow chart ends some weeks after the last score."""
    measured = [point.on for point in points]
    starts = [*measured[:1], *([data.aimline.start_on] if data.aimline else [])] or [data.target_on]
    first = min(starts) - timedelta(days=4)
    if data.aimline:
        first = min(first, data.aimline.start_on - timedelta(days=7))
    last = max(data.target_on, *measured[-1:], first + timedelta(days=28)) + timedelta(days=2)
    if data.since is not None and data.since < last - timedelta(days=14):
        first = max(first, data.since)
    if (width is Width.NARROW or data.since is not None) and measured:
        ahead = _NARROW_AHEAD_DAYS if data.since is None else 7
        last = min(last, max(measured[-1] + timedelta(days=ahead), first + timedelta(days=84)))
    return first, last


def _values(data: ChartData, points: Sequence[Measurement]) -> tuple[float, float, tuple[float, ...]]:
    """From just below the baseline to just above the goal; a score outside widens it by whole steps of the grid."""
    measured = [float(point.value) for point in points]
    if data.is_percent and all(0 <= value <= 100 for value in measured):  # noqa: PLR2004
        return 0, 100, (0, 20, 40, 60, 80, 100)
    ends = [float(data.target)] + ([float(data.aimline.start)] if data.aimline else measured[:1])
    span = max(ends) - min(ends)
    if span:
        low, high = min(ends) - span * 0.1, max(ends) + span * 0.09
    else:
        span = max(abs(ends[0]) * 0.5, 1.0)
        low, high = ends[0] - span, ends[0] + span * 0.3
    if min([*ends, *measured]) >= 0:
        low = max(low, 0.0) if low > max(ends) / 4 else 0.0
    low, high = min([low, *measured]), max([high, *measured])
    step = _step(low, high)
    low = math.floor(low / step + 1e-9) * step
    if measured and max(measured) >= high:
        high = math.ceil(max(measured) / step + 0.1) * step
    count = math.floor((high - low) / step + 1e-9)
    return low, high, tuple(low + step * i for i in range(count + 1))


def _step(low: float, high: float) -> float:
    """The roundest distance between grid lines that gives five or six of them."""
    size = 10.0 ** math.floor(math.log10((high - low) / 5))
    best: tuple[float, float, float] | None = None
    for rank, mantissa in enumerate((1.0, 2.0, 5.0, 10.0, 2.5, 4.0, 3.0)):
        step = size * mantissa
        lines = math.floor(high / step + 1e-9) - math.floor(low / step + 1e-9) + 1
        off = 0 if 5 <= lines <= 6 else min(abs(lines - 5), abs(lines - 6))  # noqa: PLR2004
        splits_units = step > 1 and step != math.floor(step)
        candidate = (off + (0.5 if splits_units else 0), float(rank), step)
        best = candidate if best is None else min(best, candidate)
    return best[2] if best else size
