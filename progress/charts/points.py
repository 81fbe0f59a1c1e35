"""The scores: joined within a phase, hollow when they do not count, ringed when a rule rests on them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from progress.arithmetic import Direction, Measurement, by_phase
from progress.charts.data import ChartData, ChartLabels, LeftOut
from progress.charts.marks import CHARACTER, Markup, number, path, tag, text
from progress.charts.scales import Scale

LONGEST_JOIN_DAYS = 21
"""Scores further apart are not joined by a line."""
_MANY_POINTS = 60
_VERY_MANY_POINTS = 240
_NOTE_SIZE = 11
_NEAR = 16


def grouped(data: ChartData, points: Sequence[Measurement]) -> list[list[Measurement]]:
    """Scores between changes of instruction; the baseline is a phase of its own."""
    return by_phase(points, [phase.on for phase in data.phases])


def data_lines(data: ChartData, shown: Sequence[Measurement], scale: Scale) -> list[Markup]:
    """Joins scores of one phase that are not further apart than three weeks. Baseline scores stay single."""
    runs: list[list[Measurement]] = []
    for group in grouped(data, [point for point in shown if not point.is_baseline]):
        run = group[:1]
        for before, point in pairwise(group):
            if _school_days_apart(data, before.on, point.on) > LONGEST_JOIN_DAYS:
                runs.append(run)
                run = []
            run.append(point)
        runs.append(run)
    paths = [
        tag("path", d=path((scale.x(point.on), scale.y(point.value)) for point in run))
        for run in runs
        if len(run) > 1
    ]
    return (
        [tag("g", *paths, stroke="var(--c-data)", stroke_width=1.5, stroke_linejoin="round")] if paths else []
    )


def _school_days_apart(data: ChartData, before: date, after: date) -> int:
    """Days between two scores, those without school left out: a long break is no gap in the data."""
    days = (after - before).days
    if days <= LONGEST_JOIN_DAYS or not data.no_school:
        return days
    return days - sum(before < day < after for day in data.no_school)


def dots(data: ChartData, shown: Sequence[Measurement], scale: Scale, labels: ChartLabels) -> list[Markup]:
    """Baseline scores as squares, the others as circles, the last one with its ring and words."""
    squares = [
        tag("rect", x=scale.x(point.on) - 3.5, y=scale.y(point.value) - 3.5, width=7, height=7)
        for point in shown
        if point.is_baseline
    ]
    scores = [point for point in shown if not point.is_baseline]
    marks = []
    if squares:
        marks.append(tag("g", *squares, fill="var(--surface)", stroke="var(--c-data)", stroke_width=1.75))
    if len(scores) > 1:
        marks.append(_circles(scores[:-1], scale))
    return [*marks, *_last_dot(data, scores, scale, labels)] if scores else marks


def _circles(scores: Sequence[Measurement], scale: Scale) -> Markup:
    """One circle a score; hundreds of them as one path of round ends."""
    places = [(scale.x(point.on), scale.y(point.value)) for point in scores]
    if len(scores) > _VERY_MANY_POINTS:
        ends = "".join(f"M{number(x)},{number(y)}h0" for x, y in places)
        return tag("path", d=ends, stroke="var(--c-data)", stroke_width=5, stroke_linecap="round")
    radius = 4 if len(scores) < _MANY_POINTS else 3
    circles = [tag("circle", cx=x, cy=y, r=radius) for x, y in places]
    return tag("g", *circles, fill="var(--c-data)", stroke="var(--surface)", stroke_width=1.25)


def excluded_dots(excluded: Sequence[Measurement], scale: Scale) -> list[Markup]:
    """Scores that do not count: hollow, joined to nothing; one off the picture stands at its edge."""
    if not excluded:
        return []
    circles = [
        tag("circle", cx=x, cy=y, r=4, stroke_dasharray="2.5 1.5")
        for x, y in (_place_left_out(point, scale) for point in excluded)
    ]
    return [tag("g", *circles, fill="var(--surface)", stroke="var(--ink-3)", stroke_width=1.5)]


def excluded_words(
    data: ChartData, excluded: Sequence[Measurement], shown: Sequence[Measurement], scale: Scale
) -> list[Markup]:
    """The mark of each score that does not count, where it covers no other and least of the scores.

    Of several that stand too close, the same mark is written once, and one without room not at all: the note below
    names its day.
    """
    told = {each.id: each for each in data.left_out}
    hollow = [_place_left_out(point, scale) for point in excluded]
    # A hollow mark that is covered is worse than a piece of line.
    crowd = sorted([*_along([(scale.x(point.on), scale.y(point.value)) for point in shown]), *3 * hollow])
    written: list[tuple[str, _Box]] = []
    marks: list[Markup] = []
    for point, place in zip(excluded, hollow, strict=True):
        found = told.get(point.id)
        if found is None:
            continue
        x, y = place
        half = len(found.mark) * _NOTE_SIZE * CHARACTER / 2
        boxes = [_Box(x + across, y + down, half) for across, down in _around(half)]
        if any(mark == found.mark and box.is_near(boxes[0]) for mark, box in written):
            continue
        free = [
            box for box in boxes if box.is_inside(scale) and not any(box.meets(o) for _mark, o in written)
        ]
        if not free:
            continue
        near = crowd[bisect_left(crowd, (x - 3 * half - 20, 0)) : bisect_left(crowd, (x + 3 * half + 20, 0))]
        best = min((sum(map(box.covers, near)), rank, box) for rank, box in enumerate(free))[2]
        written.append((found.mark, best))
        marks.append(_named(found, best))
    return marks


class _Box(NamedTuple):
    """Where a short text stands: the middle of its line, and half its width."""

    x: float
    y: float
    half: float

    def meets(self, other: _Box) -> bool:
        """Whether two texts touch."""
        return abs(self.x - other.x) < self.half + other.half + 3 and abs(self.y - other.y) < _NOTE_SIZE + 1

    def is_near(self, other: _Box) -> bool:
        """Whether one text says enough for both places."""
        return abs(self.x - other.x) < self.half + other.half + _NEAR and abs(self.y - other.y) < 2 * _NEAR

    def is_inside(self, scale: Scale) -> bool:
        """Whether the text stands inside the picture."""
        fits = scale.left <= self.x - self.half and self.x + self.half <= scale.right
        return fits and scale.top - _NOTE_SIZE <= self.y <= scale.bottom - 4

    def covers(self, place: tuple[float, float]) -> bool:
        """Whether a place of a line lies under the text."""
        return abs(place[0] - self.x) < self.half + 4 and abs(place[1] - self.y) < _NOTE_SIZE


def _around(half: float) -> Sequence[tuple[float, float]]:
    """Where words may stand around a mark: above, below, to the right, to the left."""
    return ((0, -12), (0, 13), (half + 9, 0), (-half - 9, 0))


def _named(found: LeftOut, box: _Box) -> Markup:
    words = text(found.mark, box.x, box.y + 4, fill="ink-2", font_size=_NOTE_SIZE, font_weight=650, halo=True)
    return tag("g", tag("title", found.words), words)


def _place_left_out(point: Measurement, scale: Scale) -> tuple[float, float]:
    """Where a score that does not count stands: at the edge, when it is off the picture."""
    return scale.x(point.on), min(max(scale.y(point.value), scale.top), scale.bottom)


def missed_marks(data: ChartData, scale: Scale) -> list[Markup]:
    """A cross on the axis for each probe that was due and not taken, with the reason where there is room."""
    marks: list[Markup] = []
    free_from = scale.left
    for missed in data.missed:
        if not scale.shows(missed.on):
            continue
        x, y = scale.x(missed.on), scale.bottom - 6
        cross = f"M{number(x - 4)},{number(y - 4)}l8,8m0,-8l-8,8"
        marks.append(tag("path", d=cross, stroke="var(--ink-3)", stroke_width=1.25))
        length = len(missed.reason) * 12 * CHARACTER
        if missed.reason and x - length / 2 > free_from and x + length / 2 < scale.right:
            marks.append(text(missed.reason, x, y - 9, halo=True))
            free_from = x + length / 2 + 6
    return marks


def fired_marks(
    data: ChartData, shown: Sequence[Measurement], scale: Scale, labels: ChartLabels
) -> list[Markup]:
    """Rings around the scores on which the rule rests, a bracket below or above them, and the rule in words."""
    known = set(data.fired)
    fired = [point for point in shown if point.id is not None and point.id in known]
    if not fired or not labels.rule:
        return []
    places = [(scale.x(point.on), scale.y(point.value)) for point in fired]
    rings = [tag("circle", cx=x, cy=y, r=8.5) for x, y in places] if len(fired) <= _MANY_POINTS else []
    below = data.direction is not Direction.DECREASE
    first, last = places[0][0] - 4, places[-1][0] + 4
    edge = max(y for _x, y in places) + 16 if below else min(y for _x, y in places) - 16
    tip = -6 if below else 6
    bracket = f"M{number(first)},{number(edge + tip)}v{-tip}H{number(last)}v{tip}"
    middle = (first + last) / 2
    length = len(labels.rule) * 12 * CHARACTER
    middle = min(max(middle, scale.left + length / 2 + 4), scale.right - length / 2)
    words = text(
        labels.rule,
        middle,
        edge + (17 if below else -8),
        fill="act",
        font_size=13,
        font_weight=680,
        halo=True,
    )
    marks = [tag("path", d=bracket, stroke="var(--act)", stroke_width=1.5), words]
    if rings:
        marks.insert(0, tag("g", *rings, stroke="var(--act)", stroke_width=1.75))
    return marks


def _last_dot(
    data: ChartData, scores: Sequence[Measurement], scale: Scale, labels: ChartLabels
) -> list[Markup]:
    """The last score with its ring; its words stand in the corner beside it that the scores leave free."""
    x, y = scale.x(scores[-1].on), scale.y(scores[-1].value)
    dot = tag("circle", cx=x, cy=y, r=6, fill="var(--c-data)", stroke="var(--live)", stroke_width=2.5)
    if not labels.latest:
        return [dot]
    length = len(labels.latest) * 13 * CHARACTER
    edge = scale.right + (16 if scale.is_narrow else 100)
    line = list(_along([(scale.x(point.on), scale.y(point.value)) for point in scores[-30:]]))
    below_first = (True, False) if (data.direction is Direction.DECREASE) else (False, True)
    places = [(below, left) for left in (True, False) for below in below_first]

    def taken(place: tuple[bool, bool]) -> int:
        below, left = place
        start, end = (x - 8 - length, x - 8) if left else (x + 10, x + 10 + length)
        middle = y + 15 if below else y - 16
        out = start < scale.left or end > edge or middle > scale.bottom - 4 or middle < 16  # noqa: PLR2004
        return sum(start < px < end and abs(py - middle) < 13 for px, py in line) + 100 * out  # noqa: PLR2004

    below, left = min(places, key=taken)
    words = text(
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
