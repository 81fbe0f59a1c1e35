"""Charts drawn as SVG on the server: one picture for page, print and PDF, in both themes. Pure, about a millisecond.

Colours are CSS variables in presentation attributes, never styles. Words come in already translated.
"""

from __future__ import annotations

from functools import lru_cache

from progress.arithmetic import in_order
from progress.charts.data import ChartData, ChartLabels, LeftOut, MissedProbe, Period, PhaseChange, Width
from progress.charts.frames import axes, baseline_band, periods
from progress.charts.lines import PROJECTION_POINTS, aimlines, goal_line, mastered_mark, trends
from progress.charts.marks import tag
from progress.charts.phases import phase_lines
from progress.charts.points import (
    LONGEST_JOIN_DAYS,
    data_lines,
    dots,
    excluded_dots,
    excluded_words,
    fired_marks,
    missed_marks,
)
from progress.charts.scales import scale_of
from progress.charts.sparks import sparkline

__all__ = [
    "LONGEST_JOIN_DAYS",
    "PROJECTION_POINTS",
    "ChartData",
    "ChartLabels",
    "LeftOut",
    "MissedProbe",
    "Period",
    "PhaseChange",
    "Width",
    "progress_chart",
    "sparkline",
]


@lru_cache(maxsize=512)  # the same picture for everybody who watches a goal
def progress_chart(data: ChartData, *, width: Width, labels: ChartLabels) -> str:
    """The progress-monitoring chart of one goal as SVG.

    Source: the chart grammar of the design: periods, baseline, grid, phases, goal, aimline, trend, scores, what they
    fired, in that order.
    """
    measured = tuple(in_order(data.points))
    points = tuple(point for point in measured if not point.is_excluded)
    scale = scale_of(data, points, width)
    shown = [point for point in points if scale.shows(point.on)]
    excluded = [point for point in measured if point.is_excluded and scale.shows(point.on)]
    key = f"{data.key}-{width.name.lower()}"
    marks = [
        *periods(data, points, scale, labels),
        baseline_band(data, points, scale, labels),
        *axes(scale, labels),
        *phase_lines(data, scale),
        *goal_line(data, shown, scale, labels),
        *aimlines(data, shown, scale, labels),
        *trends(data, points, scale, labels),
        *data_lines(data, shown, scale),
        *excluded_dots(excluded, scale),
        *dots(data, shown, scale, labels),
        *excluded_words(data, excluded, shown, scale),
        *missed_marks(data, scale),
        *fired_marks(data, shown, scale, labels),
        *mastered_mark(data, shown, scale, labels),
    ]
    return tag(
        "svg",
        tag("title", labels.title, id=f"{key}-t"),
        tag("desc", labels.description, id=f"{key}-d"),
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
