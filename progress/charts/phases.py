"""Lines where instruction changed, with what is tried from then on."""

from __future__ import annotations

from progress.charts.data import ChartData
from progress.charts.marks import Markup, number, tag, text
from progress.charts.scales import Scale


def phase_lines(data: ChartData, scale: Scale) -> list[Markup]:
    """A line where each phase begins, heavier where scores came before, and what is tried on top."""
    marks = []
    scored = [point.on for point in data.points if not point.is_baseline]
    for phase in data.phases:
        is_change = bool(scored) and min(scored) < phase.on
        if not scale.shows(phase.on):
            continue
        x = scale.x(phase.on)
        marks.append(
            tag(
                "path",
                d=f"M{number(x)},{number(scale.top)}V{number(scale.bottom)}",
                stroke="var(--c-phase)",
                stroke_width=1.75 if is_change else 1,
            )
        )
        lines = phase.label.split("\n")
        marks += [
            text(
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
