"""A drawn signature as lines, never as a picture: checked when it comes in, drawn again as an SVG path. Pure."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

WIDTH, HEIGHT = 1000, 300
MOST_STROKES = 80
MOST_POINTS = 6_000
SHORTEST_PATH = 60
"""In units of the field: less is a slip of the pen."""

Strokes = list[list[list[int]]]


def read_strokes(value: Any) -> Strokes | None:
    """Lines of points inside the field, `[[[x, y], …], …]`, whole numbers. None for what is no signature."""
    if not isinstance(value, list) or not 0 < len(value) <= MOST_STROKES:
        return None
    if sum(len(line) if isinstance(line, list) else MOST_POINTS + 1 for line in value) > MOST_POINTS:
        return None
    for line in value:
        if not line or not all(_is_point(point) for point in line):
            return None
    return value if length(value) >= SHORTEST_PATH else None


def length(strokes: Strokes) -> int:
    """How far the pen went, horizontally and vertically together."""
    return sum(
        abs(after[0] - before[0]) + abs(after[1] - before[1])
        for line in strokes
        for before, after in pairwise(line)
    )


def as_path(strokes: Strokes) -> str:
    """The lines as the `d` of an SVG path."""
    return " ".join(_line(line) for line in strokes)


def as_svg(strokes: Strokes, ink: str = "#133b49") -> str:
    """The lines as a picture of their own."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f'<path d="{as_path(strokes)}" fill="none" stroke="{ink}" stroke-width="6" '
        'stroke-linecap="round" stroke-linejoin="round"/></svg>'
    )


def _line(line: Sequence[Sequence[int]]) -> str:
    first, *rest = line
    if not rest:  # a dot
        rest = [[first[0] + 1, first[1]]]
    return f"M{first[0]} {first[1]}" + "".join(f"L{x} {y}" for x, y in rest)


def _is_point(point: Any) -> bool:
    if not isinstance(point, list) or len(point) != 2:  # noqa: PLR2004  # x and y
        return False
    x, y = point
    return type(x) is int and type(y) is int and 0 <= x <= WIDTH and 0 <= y <= HEIGHT
