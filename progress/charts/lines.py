"""Lines through the picture: the goal, its aimline, the trend of each phase and its projection."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from progress.arithmetic import (
    TREND_POINTS,
    Aimline,
    Direction,
    Measurement,
    Trend,
    ordinary_least_squares,
    projections,
)
from progress.charts.data import ChartData, ChartLabels
from progress.charts.marks import CHARACTER, Markup, beside, number, path, tag, text
from progress.charts.points import grouped
from progress.charts.scales import Scale

_BAND_STEPS = 6
PROJECTION_POINTS = 5
"""A trend of fewer scores is not drawn into the future."""


def goal_line(
    data: ChartData, shown: Sequence[Measurement], scale: Scale, labels: ChartLabels
) -> list[Markup]:
    """The score to be reached, dotted across the picture, with its words."""
    y = scale.y(data.target)
    line = tag(
        "path",
        d=f"M{number(scale.left)},{number(y)}H{number(scale.right)}",
        stroke="var(--c-goal)",
        stroke_width=1.5,
        stroke_dasharray="1 4",
        stroke_linecap="round",
    )
    if not scale.is_narrow:
        side = scale.right + 8
        return [
            line,
            text(labels.goal, side, y - 3, fill="c-goal", font_size=13, font_weight=650, text_anchor="start"),
            text(labels.goal_by, side, y + 13, text_anchor="start"),
        ]
    # The end of a falling aimline lies above the line, so the words go below it where there is room.
    below = _falls(data) and scale.bottom - y > 20  # noqa: PLR2004
    y += 15 if below else -5
    length = len(labels.goal_short) * 12 * CHARACTER
    is_taken = any(
        scale.x(point.on) > scale.right - length - 12 and abs(scale.y(point.value) - y + 4) < 16  # noqa: PLR2004
        for point in shown
    )
    x, anchor = (scale.left + 6, "start") if is_taken else (scale.right - 2, "end")
    words = text(labels.goal_short, x, y, fill="c-goal", font_weight=650, text_anchor=anchor, halo=True)
    return [line, words]


def aimlines(
    data: ChartData, shown: Sequence[Measurement], scale: Scale, labels: ChartLabels
) -> list[Markup]:
    """The way that is asked for, dashed; what earlier IEPs asked for stays, lighter."""
    old = [mark for line in data.old_aimlines for mark in _dashes(line, scale, opacity=0.45)]
    return [*old, *_aimline(data, shown, scale, labels)]


def _dashes(line: Aimline, scale: Scale, *, opacity: float | None = None) -> list[Markup]:
    first, last = max(line.start_on, scale.first), min(line.target_on, scale.last)
    if first >= last:
        return []
    places = [(scale.x(day), scale.y(line.at(day) or 0)) for day in (first, last)]
    return [
        tag(
            "path",
            d=path(places),
            stroke="var(--c-aim)",
            stroke_width=1.75,
            stroke_dasharray="6 5",
            stroke_opacity=opacity,
        )
    ]


def _aimline(
    data: ChartData, shown: Sequence[Measurement], scale: Scale, labels: ChartLabels
) -> list[Markup]:
    line = data.aimline
    if line is None or line.start_on >= line.target_on:
        return [_star(data, scale)] if scale.shows(data.target_on) else []
    first, last = max(line.start_on, scale.first), min(line.target_on, scale.last)
    if first >= last:
        return []
    share = 0.74 if scale.is_narrow else 0.72
    named = max(first, min(last, scale.first + (scale.last - scale.first) * share))
    if shown and not _falls(data) and 0 <= scale.x(shown[-1].on) - scale.x(named) < 130:  # noqa: PLR2004
        # The words of the last score stand there.
        named = max(first, named - (scale.last - scale.first) * 0.4)
    place = (scale.x(named), scale.y(line.at(named) or 0))
    near = [point for point in shown if abs(scale.x(point.on) - place[0]) < 70] or shown[-1:]  # noqa: PLR2004
    are_behind = sum(line.falls_short(point) for point in near) * 2 > len(near)
    above = are_behind is not _falls(data)
    name = beside(labels.aimline, place, fill="ink-2", above=above, falls=_falls(data))
    star = [_star(data, scale)] if scale.shows(data.target_on) else []
    return [*_dashes(line, scale), *star, name]


def _falls(data: ChartData) -> bool:
    return data.direction is Direction.DECREASE


def _star(data: ChartData, scale: Scale) -> Markup:
    x, y = scale.x(data.target_on), scale.y(data.target)
    corners = []
    for i in range(10):
        radius, turn = (9.5 if i % 2 == 0 else 3.8), math.pi * i / 5
        corners.append((x + radius * math.sin(turn), y - radius * math.cos(turn)))
    return tag("path", d=path(corners) + "Z", fill="var(--c-goal)", stroke="var(--surface)", stroke_width=1.5)


def trends(data: ChartData, points: Sequence[Measurement], scale: Scale, labels: ChartLabels) -> list[Markup]:
    """The trend of each phase for itself, and that of the present one drawn on."""
    marks: list[Markup] = []
    groups = grouped(data, [point for point in points if not point.is_baseline])
    for place, group in enumerate(groups, start=1):
        trend = ordinary_least_squares(group) if len(group) >= TREND_POINTS else None
        first, last = max(group[0].on, scale.first), min(group[-1].on, scale.last)
        if trend is None or first >= last:
            continue
        is_present = place == len(groups)
        marks.append(
            tag(
                "path",
                d=path((scale.x(day), scale.y(trend.at(day))) for day in (first, last)),
                stroke="var(--c-trend)",
                stroke_width=3,
                stroke_opacity=0.7 if is_present else 0.55,
            )
        )
        if is_present and labels.pace and len(group) >= PROJECTION_POINTS:
            marks += _projection(data, trend, last, group, scale, labels)
    return marks


def _projection(  # noqa: PLR0917  # a mark takes the picture and what is drawn
    data: ChartData,
    trend: Trend,
    last: date,
    group: Sequence[Measurement],
    scale: Scale,
    labels: ChartLabels,
) -> list[Markup]:
    """The trend drawn on, dotted, until it meets the goal or the edge, in the band of its 95 % interval."""
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
    line = tag(
        "path",
        d=path([(scale.x(last), scale.y(trend.at(last))), (scale.x(until), top)]),
        stroke="var(--c-trend)",
        stroke_width=1.5,
        stroke_dasharray="2 5",
        stroke_linecap="round",
    )
    band = _interval(group, last, until, scale)
    if scale.is_narrow:
        return [*band, line]
    return [*band, line, _pace(data, trend, (last, until), scale, labels)]


def _interval(group: Sequence[Measurement], last: date, until: date, scale: Scale) -> list[Markup]:
    """Where single new scores would lie, cut off at the edges of the picture."""
    days = [last + (until - last) * part / _BAND_STEPS for part in range(_BAND_STEPS + 1)]
    known = projections(group, days)
    if not known:
        return []

    def inside(value: Decimal) -> float:
        return min(max(scale.y(value), scale.top), scale.bottom)

    upper = [(scale.x(each.on), inside(each.high)) for each in known]
    lower = [(scale.x(each.on), inside(each.low)) for each in reversed(known)]
    return [tag("path", d=path([*upper, *lower]) + "Z", fill="var(--c-trend)", fill_opacity=0.1)]


def _pace(
    data: ChartData, trend: Trend, days: tuple[date, date], scale: Scale, labels: ChartLabels
) -> Markup:
    """The words of the projection: where it meets the goal, else beside it, away from the aimline."""
    last, until = days
    length = len(labels.pace) * 12 * CHARACTER
    x, y = scale.x(until), scale.y(trend.at(until))
    if abs(y - scale.y(data.target)) < 6:  # noqa: PLR2004
        outside = 16 if _falls(data) else -8
        inside = -10 if _falls(data) else 22
        has_room = x + length < scale.right - 150
        x = min(x - 2, scale.right - length - 16)
        return text(
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
    return beside(labels.pace, place, fill="c-trend", above=above, falls=_falls(data))


def mastered_mark(
    data: ChartData, shown: Sequence[Measurement], scale: Scale, labels: ChartLabels
) -> list[Markup]:
    """A check on the goal line at the day on which the goal was mastered, and the words."""
    if data.mastered_on is None or not scale.shows(data.mastered_on):
        return []
    x, y = scale.x(data.mastered_on), scale.y(data.target)
    check = path([(x - 4.2, y + 0.4), (x - 1.2, y + 3.4), (x + 4.4, y - 3.2)])
    marks = [
        tag("circle", cx=x, cy=y, r=8.5, fill="var(--c-goal)", stroke="var(--surface)", stroke_width=1.5),
        tag("path", d=check, stroke="var(--surface)", stroke_width=2),
    ]
    length = len(labels.mastered) * 12 * CHARACTER
    is_left = x + 14 + length > scale.right
    if labels.mastered and (not scale.is_narrow or x - length > scale.left):
        marks.append(
            text(
                labels.mastered,
                x + (-14 if is_left else 14),
                y + (22 if _falls(data) else -12),
                fill="c-goal",
                font_weight=650,
                text_anchor="end" if is_left else "start",
                halo=True,
            )
        )
    return marks
