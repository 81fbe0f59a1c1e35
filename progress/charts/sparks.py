"""The last scores of a goal as a small line, for cards and lists."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from progress.charts.marks import Markup, path, tag

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

    marks: list[Markup] = []
    if len(aims) == 2:  # noqa: PLR2004
        marks.append(
            tag(
                "path",
                d=path([(pad, y(aims[0])), (width - pad, y(aims[1]))]),
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
    paths = [tag("path", d=path(run)) for run in runs if len(run) > 1]
    if paths:
        marks.append(tag("g", *paths, stroke="var(--c-data)", stroke_width=1.5, stroke_linejoin="round"))
    ends = [place for run in runs for place in run]
    marks.append(_glyph(status, *(ends[-1] if ends else (width - pad, height / 2))))
    hidden = {"aria-hidden": "true"} if not label else {"role": "img", "aria-label": label}
    return tag(
        "svg",
        *marks,
        **{"class": "spark", "viewBox": f"0 0 {width} {height}", **hidden},
        width=width,
        height=height,
        direction="ltr",
        fill="none",
    )


def _glyph(status: str, x: float, y: float) -> Markup:
    """The shape of a status; colour only repeats it."""
    colour = f"var(--{_STATUS_COLOUR.get(status, 'ink-3')})"
    if status == "watch":
        return tag("path", d=path([(x, y - 4.5), (x + 4.5, y + 3.5), (x - 4.5, y + 3.5)]) + "Z", fill=colour)
    if status == "decide":
        return tag("path", d=path([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)]) + "Z", fill=colour)
    if status == "met":
        check = path([(x - 2.6, y + 0.2), (x - 0.7, y + 2), (x + 2.7, y - 2)])
        return tag(
            "g",
            tag("circle", cx=x, cy=y, r=5.2, fill=colour),
            tag("path", d=check, stroke="var(--surface)", stroke_width=1.5),
        )
    if status == "on_track":
        return tag("circle", cx=x, cy=y, r=4, fill=colour)
    return tag("circle", cx=x, cy=y, r=3.5, stroke=colour, stroke_width=1.5, stroke_dasharray="2 2")
