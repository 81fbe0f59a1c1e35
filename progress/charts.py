"""Charts drawn as SVG on the server: one picture for page, print and PDF, in both themes. Pure, about a millisecond.

Colours are CSS variables in presentation attributes, never styles. Words come in already translated. Every element goes
through `_tag`, which escapes attributes and text, so nothing that somebody typed can become markup.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from itertools import pairwise
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from progress.arithmetic import (
    TREND_POINTS,
    Aimline,
    Direction,
    Measurement,
    Trend,
    in_order,
    ordinary_least_squares,
)

PROJECTION_POINTS = 5
"""A trend of fewer scores is not drawn into the future."""
LONGEST_JOIN_DAYS = 21
"""Scores further apart are not joined by a line."""
_NARROW_AHEAD_DAYS = 52
_BAND_AFTER_DAYS = 2
_MANY_POINTS = 60

# A halo in the colour of the paper keeps words readable where a line runs behind them.
_HALO: Final[dict[str, str | float | None]] = {
    "stroke": "var(--surface)",
    "stroke_width": 4,
    "stroke_linejoin": "round",
    "paint_order": "stroke",
}
# Rough width of a character relative to the font size: enough to keep labels inside the picture.
_CHARACTER = 0.56


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


class _Markup(str):
    """SVG made by `_tag` alone."""

    __slots__ = ()


# Not allowed in XML, so not in a picture that is also a file.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _tag(name: str, *children: str, **attributes: str | float | None) -> _Markup:
    """One element. Underscores in attribute names become hyphens; None leaves the attribute out."""
    head = [name]
    for key, value in attributes.items():
        if value is not None:
            written = _NOT_XML.sub("", value) if isinstance(value, str) else _number(value)
            head.append(f"{key.rstrip('_').replace('_', '-')}={quoteattr(written)}")
    body = "".join(
        child if isinstance(child, _Markup) else escape(_NOT_XML.sub("", child)) for child in children
    )
    return _Markup(f"<{' '.join(head)}>{body}</{name}>" if body else f"<{' '.join(head)}/>")


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def _path(points: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_number(float(x))},{_number(float(y))}" for x, y in points)


@dataclass(frozen=True, slots=True)
class _Scale:
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
        return self.left + (self.right - self.left) * (day - self.first).days / (self.last - self.first).days

    def y(self, value: Decimal | float) -> float:
        share = (float(value) - self.low) / (self.high - self.low)
        return self.bottom - (self.bottom - self.top) * share

    def shows(self, day: date) -> bool:
        return self.first <= day <= self.last


@lru_cache(maxsize=512)  # the same picture for everybody who watches a goal
def progress_chart(data: ChartData, *, width: Width, labels: ChartLabels) -> str:
    """The progress-monitoring chart of one goal as SVG.

    Source: the chart grammar of the design: baseline, grid, goal, aimline, phases, trend, scores, in that order.
    """
    points = tuple(in_order(data.points))
    scale = _scale(data, points, width)
    shown = [point for point in points if scale.shows(point.on)]
    key = f"{data.key}-{width.name.lower()}"
    marks = [
        _baseline_band(data, points, scale, labels),
        *_axes(scale, labels),
        *_goal(data, shown, scale, labels),
        *_aimline(data, shown, scale, labels),
        *_phases(data, scale),
        *_trends(data, points, scale, labels),
        *_data_lines(data, shown, scale),
        *_dots(data, shown, scale, labels),
    ]
    return _tag(
        "svg",
        _tag("title", labels.title, id=f"{key}-t"),
        _tag("desc", labels.description, id=f"{key}-d"),
        *(mark for mark in marks if mark is not None),
        **{
            "class": "plot",
            "aria-labelledby": f"{key}-t {key}-d",
            "viewBox": f"0 0 {width.value[0]} {width.value[1]}",
        },
        width=width.value[0],
        height=width.value[1],
        role="img",
        direction="ltr",
        font_size=12,
        text_anchor="middle",
        fill="none",
    )


def _scale(data: ChartData, points: Sequence[Measurement], width: Width) -> _Scale:
    first, last = _days(data, points, width)
    low, high, ticks = _values(data, points)
    pixels_x, pixels_y = width.value
    wide = width is Width.WIDE
    top = (46 if wide else 58) if data.phases else 30
    return _Scale(
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


def _text(
    words: str, x: float, y: float, *, fill: str = "ink-3", halo: bool = False, **more: str | float | None
) -> _Markup:
    around = _HALO if halo else {}
    return _tag("text", words, x=x, y=y, fill=f"var(--{fill})", **around, **more)


def _baseline_band(
    data: ChartData, points: Sequence[Measurement], scale: _Scale, labels: ChartLabels
) -> _Markup | None:
    if data.aimline is None:
        return None
    ends = [data.aimline.start_on, *(point.on for point in points if point.is_baseline)]
    until = min(max(ends) + timedelta(days=_BAND_AFTER_DAYS), scale.last)
    if until <= scale.first:
        return None
    left, right = scale.left, scale.x(until)
    band = _tag(
        "rect",
        x=left,
        y=scale.top,
        width=right - left,
        height=scale.bottom - scale.top,
        fill="var(--c-band)",
    )
    return _tag("g", band, _text(labels.baseline, left + 4, scale.bottom - 8, text_anchor="start"))


def _axes(scale: _Scale, labels: ChartLabels) -> list[_Markup]:
    lines = [
        _tag("path", d=f"M{_number(scale.left)},{_number(y)}H{_number(scale.right)}")
        for y in (scale.y(tick) for tick in scale.ticks)
    ]
    numbers = [
        _tag("text", _tick(tick, labels), x=scale.left - 9, y=scale.y(tick) + 4) for tick in scale.ticks
    ]
    months = [
        _tag("text", labels.months[day.month - 1], x=scale.x(day), y=scale.bottom + 19)
        for day in _month_starts(scale)
    ]
    return [
        _tag("g", *lines, stroke="var(--line)"),
        _tag("g", *numbers, fill="var(--ink-3)", text_anchor="end"),
        _tag("g", *months, fill="var(--ink-3)"),
        _text(labels.unit, 2, 12, text_anchor="start"),
    ]


def _tick(value: float, labels: ChartLabels) -> str:
    written = _number(round(value, 2) + 0.0)
    return written.replace("-", "−").replace(".", labels.decimal_point)


def _month_starts(scale: _Scale) -> list[date]:
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


def _goal(data: ChartData, shown: Sequence[Measurement], scale: _Scale, labels: ChartLabels) -> list[_Markup]:
    y = scale.y(data.target)
    line = _tag(
        "path",
        d=f"M{_number(scale.left)},{_number(y)}H{_number(scale.right)}",
        stroke="var(--c-goal)",
        stroke_width=1.5,
        stroke_dasharray="1 4",
        stroke_linecap="round",
    )
    if not scale.is_narrow:
        side = scale.right + 8
        return [
            line,
            _text(
                labels.goal, side, y - 3, fill="c-goal", font_size=13, font_weight=650, text_anchor="start"
            ),
            _text(labels.goal_by, side, y + 13, text_anchor="start"),
        ]
    # The end of a falling aimline lies above the line, so the words go below it where there is room.
    below = _falls(data) and scale.bottom - y > 20  # noqa: PLR2004
    y += 15 if below else -5
    length = len(labels.goal_short) * 12 * _CHARACTER
    is_taken = any(
        scale.x(point.on) > scale.right - length - 12 and abs(scale.y(point.value) - y + 4) < 16  # noqa: PLR2004
        for point in shown
    )
    x, anchor = (scale.left + 6, "start") if is_taken else (scale.right - 2, "end")
    words = _text(labels.goal_short, x, y, fill="c-goal", font_weight=650, text_anchor=anchor, halo=True)
    return [line, words]


def _aimline(
    data: ChartData, shown: Sequence[Measurement], scale: _Scale, labels: ChartLabels
) -> list[_Markup]:
    line = data.aimline
    if line is None or line.start_on >= line.target_on:
        return [_star(data, scale)] if scale.shows(data.target_on) else []
    first, last = max(line.start_on, scale.first), min(line.target_on, scale.last)
    if first >= last:
        return []
    start, end = line.at(first), line.at(last)
    dashes = _tag(
        "path",
        d=_path([(scale.x(first), scale.y(start or 0)), (scale.x(last), scale.y(end or 0))]),
        stroke="var(--c-aim)",
        stroke_width=1.75,
        stroke_dasharray="6 5",
    )
    share = 0.74 if scale.is_narrow else 0.72
    named = max(first, min(last, scale.first + (scale.last - scale.first) * share))
    if shown and not _falls(data) and 0 <= scale.x(shown[-1].on) - scale.x(named) < 130:  # noqa: PLR2004
        # The words of the last score stand there.
        named = max(first, named - (scale.last - scale.first) * 0.4)
    place = (scale.x(named), scale.y(line.at(named) or 0))
    near = [point for point in shown if abs(scale.x(point.on) - place[0]) < 70] or shown[-1:]  # noqa: PLR2004
    are_behind = sum(line.falls_short(point) for point in near) * 2 > len(near)
    above = are_behind is not _falls(data)
    name = _beside(labels.aimline, place, fill="ink-2", above=above, falls=_falls(data))
    star = [_star(data, scale)] if scale.shows(data.target_on) else []
    return [dashes, *star, name]


def _falls(data: ChartData) -> bool:
    return data.direction is Direction.DECREASE


def _beside(words: str, place: tuple[float, float], *, fill: str, above: bool, falls: bool) -> _Markup:
    """Words next to a slanting line, on the side where they do not cross it."""
    x, y = place
    right = above is falls
    return _text(
        words,
        x + (8 if right else -8),
        y + (-8 if above else 19),
        fill=fill,
        text_anchor="start" if right else "end",
        halo=True,
    )


def _star(data: ChartData, scale: _Scale) -> _Markup:
    x, y = scale.x(data.target_on), scale.y(data.target)
    corners = []
    for i in range(10):
        radius, turn = (9.5 if i % 2 == 0 else 3.8), math.pi * i / 5
        corners.append((x + radius * math.sin(turn), y - radius * math.cos(turn)))
    return _tag(
        "path", d=_path(corners) + "Z", fill="var(--c-goal)", stroke="var(--surface)", stroke_width=1.5
    )


def _phases(data: ChartData, scale: _Scale) -> list[_Markup]:
    marks = []
    scored = [point.on for point in data.points if not point.is_baseline]
    for phase in data.phases:
        is_change = bool(scored) and min(scored) < phase.on
        if not scale.shows(phase.on):
            continue
        x = scale.x(phase.on)
        marks.append(
            _tag(
                "path",
                d=f"M{_number(x)},{_number(scale.top)}V{_number(scale.bottom)}",
                stroke="var(--c-phase)",
                stroke_width=1.75 if is_change else 1,
            )
        )
        lines = phase.label.split("\n")
        marks += [
            _text(
                words,
                x + 5,
                scale.top - 8 - 14 * (len(lines) - 1 - i),
                fill="ink-2",
                font_weight=600,
                text_anchor="start",
            )
            for i, words in enumerate(lines)
        ]
    return marks


def _by_phase(data: ChartData, points: Iterable[Measurement]) -> list[list[Measurement]]:
    """Scores between changes of instruction; the baseline is a phase of its own."""
    changes = sorted(phase.on for phase in data.phases)
    groups: dict[int, list[Measurement]] = {}
    for point in points:
        number = -1 if point.is_baseline else sum(change <= point.on for change in changes)
        groups.setdefault(number, []).append(point)
    return [groups[number] for number in sorted(groups)]


def _trends(
    data: ChartData, points: Sequence[Measurement], scale: _Scale, labels: ChartLabels
) -> list[_Markup]:
    marks: list[_Markup] = []
    groups = _by_phase(data, (point for point in points if not point.is_baseline))
    for number, group in enumerate(groups, start=1):
        trend = ordinary_least_squares(group) if len(group) >= TREND_POINTS else None
        first, last = max(group[0].on, scale.first), min(group[-1].on, scale.last)
        if trend is None or first >= last:
            continue
        is_present = number == len(groups)
        marks.append(
            _tag(
                "path",
                d=_path((scale.x(day), scale.y(trend.at(day))) for day in (first, last)),
                stroke="var(--c-trend)",
                stroke_width=3,
                stroke_opacity=0.7 if is_present else 0.55,
            )
        )
        if is_present and labels.pace and len(group) >= PROJECTION_POINTS:
            marks += _projection(data, trend, last, scale, labels)
    return marks


def _projection(
    data: ChartData, trend: Trend, last: date, scale: _Scale, labels: ChartLabels
) -> list[_Markup]:
    """The trend drawn on, dotted, until it meets the goal or the edge of the picture."""
    until = scale.last - timedelta(days=10)
    if trend.slope:
        days = (data.target - trend.at(last)) / Decimal(float(trend.slope))
        if 0 < days < (until - last).days:
            until = last + timedelta(days=round(days))
    if until <= last:
        return []
    top, bottom = scale.y(trend.at(until)), scale.bottom
    if not scale.top - 1 <= top <= bottom + 1:
        return []
    line = _tag(
        "path",
        d=_path([(scale.x(last), scale.y(trend.at(last))), (scale.x(until), top)]),
        stroke="var(--c-trend)",
        stroke_width=1.5,
        stroke_dasharray="2 5",
        stroke_linecap="round",
    )
    if scale.is_narrow:
        return [line]
    return [line, _pace(data, trend, (last, until), scale, labels)]


def _pace(
    data: ChartData, trend: Trend, days: tuple[date, date], scale: _Scale, labels: ChartLabels
) -> _Markup:
    """The words of the projection: where it meets the goal, else beside it, away from the aimline."""
    last, until = days
    length = len(labels.pace) * 12 * _CHARACTER
    x, y = scale.x(until), scale.y(trend.at(until))
    if abs(y - scale.y(data.target)) < 6:  # noqa: PLR2004
        outside = 16 if _falls(data) else -8
        inside = -10 if _falls(data) else 22
        has_room = x + length < scale.right - 150
        x = min(x - 2, scale.right - length - 16)
        return _text(
            labels.pace,
            x,
            y + (inside if has_room else outside),
            fill="c-trend",
            text_anchor="start",
            halo=True,
        )
    middle = last + (until - last) / 2
    expected = data.aimline.at(middle) if data.aimline else None
    above = expected is None or trend.at(middle) >= expected
    place = (scale.x(middle), scale.y(trend.at(middle)))
    return _beside(labels.pace, place, fill="c-trend", above=above, falls=_falls(data))


def _data_lines(data: ChartData, shown: Sequence[Measurement], scale: _Scale) -> list[_Markup]:
    """Joins scores of one phase that are not further apart than three weeks. Baseline scores stay single."""
    runs: list[list[Measurement]] = []
    for group in _by_phase(data, (point for point in shown if not point.is_baseline)):
        run = group[:1]
        for before, point in pairwise(group):
            if (point.on - before.on).days > LONGEST_JOIN_DAYS:
                runs.append(run)
                run = []
            run.append(point)
        runs.append(run)
    paths = [
        _tag("path", d=_path((scale.x(point.on), scale.y(point.value)) for point in run))
        for run in runs
        if len(run) > 1
    ]
    return (
        [_tag("g", *paths, stroke="var(--c-data)", stroke_width=1.5, stroke_linejoin="round")]
        if paths
        else []
    )


def _dots(data: ChartData, shown: Sequence[Measurement], scale: _Scale, labels: ChartLabels) -> list[_Markup]:
    squares = [
        _tag("rect", x=scale.x(point.on) - 3.5, y=scale.y(point.value) - 3.5, width=7, height=7)
        for point in shown
        if point.is_baseline
    ]
    scores = [point for point in shown if not point.is_baseline]
    radius = 4 if len(scores) <= _MANY_POINTS else 3
    circles = [
        _tag("circle", cx=scale.x(point.on), cy=scale.y(point.value), r=radius) for point in scores[:-1]
    ]
    marks = []
    if squares:
        marks.append(_tag("g", *squares, fill="var(--surface)", stroke="var(--c-data)", stroke_width=1.75))
    if circles:
        marks.append(_tag("g", *circles, fill="var(--c-data)", stroke="var(--surface)", stroke_width=1.25))
    return [*marks, *_last_dot(data, scores, scale, labels)] if scores else marks


def _last_dot(
    data: ChartData, scores: Sequence[Measurement], scale: _Scale, labels: ChartLabels
) -> list[_Markup]:
    """The last score with its ring; its words stand in the corner beside it that the scores leave free."""
    x, y = scale.x(scores[-1].on), scale.y(scores[-1].value)
    dot = _tag("circle", cx=x, cy=y, r=6, fill="var(--c-data)", stroke="var(--live)", stroke_width=2.5)
    if not labels.latest:
        return [dot]
    length = len(labels.latest) * 13 * _CHARACTER
    edge = scale.right + (16 if scale.is_narrow else 100)
    line = list(_along([(scale.x(point.on), scale.y(point.value)) for point in scores[-30:]]))
    below_first = (True, False) if _falls(data) else (False, True)
    places = [(below, left) for left in (True, False) for below in below_first]

    def taken(place: tuple[bool, bool]) -> int:
        below, left = place
        start, end = (x - 8 - length, x - 8) if left else (x + 10, x + 10 + length)
        middle = y + 15 if below else y - 16
        out = start < scale.left or end > edge or middle > scale.bottom - 4 or middle < 16  # noqa: PLR2004
        return sum(start < px < end and abs(py - middle) < 13 for px, py in line) + 100 * out  # noqa: PLR2004

    below, left = min(places, key=taken)
    words = _text(
        labels.latest,
        x + (-8 if left else 10),
        y + 20 if below else y - 11,
        fill="ink",
        font_size=13,
        font_weight=680,
        text_anchor="end" if left else "start",
        halo=True,
    )
    return [dot, words]


def _along(places: Sequence[tuple[float, float]]) -> Iterable[tuple[float, float]]:
    """The places and some between them, as a line joins them."""
    yield from places[-1:]
    for (x, y), (next_x, next_y) in pairwise(places):
        for part in (0, 0.25, 0.5, 0.75):
            yield x + (next_x - x) * part, y + (next_y - y) * part


_STATUS_COLOUR = {"on_track": "ok", "met": "brand", "watch": "watch", "decide": "act", "no_data": "ink-3"}


@lru_cache(maxsize=4096)  # the same line in every list
def sparkline(
    values: tuple[Decimal | None, ...],
    aim_from: Decimal | None,
    aim_to: Decimal | None,
    status: str,
    *,
    width: int,
    height: int,
    label: str,
) -> str:
    """The last scores as a small line with the aimline behind and the status as the shape of its end.

    None among `values` leaves a gap. Without a `label` the picture is hidden from screen readers: words are beside it.
    """
    known = [float(value) for value in values if value is not None]
    aims = [float(aim) for aim in (aim_from, aim_to) if aim is not None]
    low, high = min([*known, *aims], default=0.0), max([*known, *aims], default=1.0)
    pad, step = 6.0, (width - 12) / max(len(values) - 1, 1)

    def y(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.5
        return height - pad - (height - 2 * pad) * share

    marks: list[_Markup] = []
    if len(aims) == 2:  # noqa: PLR2004
        marks.append(
            _tag(
                "path",
                d=_path([(pad, y(aims[0])), (width - pad, y(aims[1]))]),
                stroke="var(--c-aim)",
                stroke_width=1.25,
                stroke_dasharray="3 3",
            )
        )
    run: list[tuple[float, float]] = []
    runs = [run]
    for i, value in enumerate(values):
        if value is None:
            run = []
            runs.append(run)
        else:
            run.append((pad + step * i, y(float(value))))
    paths = [_tag("path", d=_path(run)) for run in runs if len(run) > 1]
    if paths:
        marks.append(_tag("g", *paths, stroke="var(--c-data)", stroke_width=1.5, stroke_linejoin="round"))
    ends = [place for run in runs for place in run]
    marks.append(_glyph(status, *(ends[-1] if ends else (width - pad, height / 2))))
    hidden = {"aria-hidden": "true"} if not label else {"role": "img", "aria-label": label}
    return _tag(
        "svg",
        *marks,
        **{"class": "spark", "viewBox": f"0 0 {width} {height}", **hidden},
        width=width,
        height=height,
        direction="ltr",
        fill="none",
    )


def _glyph(status: str, x: float, y: float) -> _Markup:
    """The shape of a status; colour only repeats it."""
    colour = f"var(--{_STATUS_COLOUR.get(status, 'ink-3')})"
    if status == "watch":
        return _tag(
            "path", d=_path([(x, y - 4.5), (x + 4.5, y + 3.5), (x - 4.5, y + 3.5)]) + "Z", fill=colour
        )
    if status == "decide":
        return _tag("path", d=_path([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)]) + "Z", fill=colour)
    if status == "met":
        check = _path([(x - 2.6, y + 0.2), (x - 0.7, y + 2), (x + 2.7, y - 2)])
        return _tag(
            "g",
            _tag("circle", cx=x, cy=y, r=5.2, fill=colour),
            _tag("path", d=check, stroke="var(--surface)", stroke_width=1.5),
        )
    if status == "on_track":
        return _tag("circle", cx=x, cy=y, r=4, fill=colour)
    return _tag("circle", cx=x, cy=y, r=3.5, stroke=colour, stroke_width=1.5, stroke_dasharray="2 2")
