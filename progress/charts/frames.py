"""What lies behind the scores: reporting periods, the baseline, grid and months."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta

from progress.arithmetic import Measurement
from progress.charts.data import ChartData, ChartLabels
from progress.charts.marks import CHARACTER, Markup, number, tag, text
from progress.charts.scales import Scale

_BAND_AFTER_DAYS = 2


def periods(
    data: ChartData, points: Sequence[Measurement], scale: Scale, labels: ChartLabels
) -> list[Markup]:
    """Every other reporting period as a light band with its name on top, where nothing else is written or drawn."""
    marks: list[Markup] = []
    height_of_names = _height_of_names(data, scale)
    lines = sorted(scale.x(phase.on) for phase in data.phases if scale.shows(phase.on))
    begun = scale.x(_baseline_until(data, points, scale)) if data.aimline else scale.left
    # The words of the projection stand on top too, to the right of the last score.
    is_said = bool(labels.pace and points) and not scale.is_narrow
    for place, period in enumerate(data.periods):
        first, last = max(period.starts_on, scale.first), min(period.ends_on, scale.last)
        if first >= last:
            continue
        left, right = scale.x(first), scale.x(last)
        if place % 2:
            height = scale.bottom - scale.top
            marks.append(
                tag(
                    "rect",
                    x=left,
                    y=scale.top,
                    width=right - left,
                    height=height,
                    fill="var(--c-band)",
                    fill_opacity=0.5,
                )
            )
        length = len(period.label) * 11 * CHARACTER
        start = max(left, begun)
        for line in lines:
            if start <= line < start + length + 8:
                start = line
        is_ahead = is_said and first > points[-1].on
        if right - start > length + 8 and not is_ahead:
            marks.append(text(period.label, start + 4, height_of_names, font_size=11, text_anchor="start"))
    return marks


def _baseline_until(data: ChartData, points: Sequence[Measurement], scale: Scale) -> date:
    """The end of the band of the baseline; the first day shown where it ended before."""
    begins = [data.aimline.start_on] if data.aimline else []
    ends = [*begins, *(point.on for point in points if point.is_baseline)]
    until = min(max(ends) + timedelta(days=_BAND_AFTER_DAYS), scale.last) if ends else scale.first
    return max(until, scale.first)


def _height_of_names(data: ChartData, scale: Scale) -> float:
    """Where the names of the periods stand: on top, or under the goal line where its words are in their way."""
    on_top, goal = scale.top + 12, scale.y(data.target)
    is_taken = scale.is_narrow and abs(goal - 5 - on_top) < 14  # noqa: PLR2004 - a line of words is as high
    return goal + 14 if is_taken else on_top


def baseline_band(
    data: ChartData, points: Sequence[Measurement], scale: Scale, labels: ChartLabels
) -> Markup | None:
    """The time of the baseline, shaded."""
    if data.aimline is None:
        return None
    until = _baseline_until(data, points, scale)
    if until <= scale.first:
        return None
    left, right = scale.left, scale.x(until)
    band = tag(
        "rect",
        x=left,
        y=scale.top,
        width=right - left,
        height=scale.bottom - scale.top,
        fill="var(--c-band)",
    )
    start, length = left + 4, len(labels.baseline) * 12 * CHARACTER
    if any(scale.shows(phase.on) and start <= scale.x(phase.on) < start + length for phase in data.phases):
        return band  # a line where instruction changed would go through the word
    return tag("g", band, text(labels.baseline, start, scale.bottom - 8, text_anchor="start"))


def axes(scale: Scale, labels: ChartLabels) -> list[Markup]:
    """The grid with its numbers, the months, the unit."""
    lines = [
        tag("path", d=f"M{number(scale.left)},{number(y)}H{number(scale.right)}")
        for y in (scale.y(tick) for tick in scale.ticks)
    ]
    numbers = [
        tag("text", _tick(tick, labels), x=scale.left - 9, y=scale.y(tick) + 4) for tick in scale.ticks
    ]
    months = [
        tag("text", labels.months[day.month - 1], x=scale.x(day), y=scale.bottom + 19)
        for day in _month_starts(scale)
    ]
    return [
        tag("g", *lines, stroke="var(--line)"),
        tag("g", *numbers, fill="var(--ink-3)", text_anchor="end"),
        tag("g", *months, fill="var(--ink-3)"),
        text(labels.unit, 2, 12, text_anchor="start"),
    ]


def _tick(value: float, labels: ChartLabels) -> str:
    written = number(round(value, 2) + 0.0)
    return written.replace("-", "−").replace(".", labels.decimal_point)


def _month_starts(scale: Scale) -> list[date]:
    """First days of months, thinned out when they would touch; the first day shown when there is none."""
    starts = []
    year, month = scale.first.year, scale.first.month
    while (day := date(year, month, 1)) <= scale.last:
        if day >= scale.first:
            starts.append(day)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)  # noqa: PLR2004
    room = (scale.right - scale.left) / 30
    every = max(1, math.ceil(len(starts) / room))
    return starts[::every] or [scale.first]
