"""Elements of SVG. All go through `tag`, which escapes attributes and text, so nothing typed becomes markup."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from xml.sax.saxutils import escape, quoteattr

# A halo in the colour of the paper keeps words readable where a line runs behind them.
HALO: Final[dict[str, str | float | None]] = {
    "stroke": "var(--surface)",
    "stroke_width": 4,
    "stroke_linejoin": "round",
    "paint_order": "stroke",
}
# Rough width of a character relative to the font size: enough to keep labels inside the picture.
CHARACTER = 0.56


class Markup(str):
    """SVG made by `tag` alone."""

    __slots__ = ()


# Not allowed in XML, so not in a picture that is also a file.
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tag(name: str, *children: str, **attributes: str | float | None) -> Markup:
    """One element. Underscores in attribute names become hyphens; None leaves the attribute out."""
    head = [name]
    for key, value in attributes.items():
        if value is not None:
            written = _quoted(value) if isinstance(value, str) else f'"{number(value)}"'
            head.append(f"{_hyphened(key)}={written}")
    body = "".join(
        child if isinstance(child, Markup) else escape(_NOT_XML.sub("", child)) for child in children
    )
    return Markup(f"<{' '.join(head)}>{body}</{name}>" if body else f"<{' '.join(head)}/>")


@lru_cache(maxsize=1024)  # a picture repeats few colours and sizes in hundreds of places
def _quoted(value: str) -> str:
    return quoteattr(_NOT_XML.sub("", value))


@lru_cache(maxsize=128)
def _hyphened(key: str) -> str:
    return key.rstrip("_").replace("_", "-")


def number(value: float) -> str:
    """A number as SVG writes it: no more digits than needed."""
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def path(points: Iterable[tuple[float, float]]) -> str:
    """The `d` of a path through some places."""
    return "M" + "L".join(f"{number(float(x))},{number(float(y))}" for x, y in points)


def text(
    words: str, x: float, y: float, *, fill: str = "ink-3", halo: bool = False, **more: str | float | None
) -> Markup:
    """Words at a place."""
    around = HALO if halo else {}
    return tag("text", words, x=x, y=y, fill=f"var(--{fill})", **around, **more)


def beside(words: str, place: tuple[float, float], *, fill: str, above: bool, falls: bool) -> Markup:
    """Words next to a slanting line, on the side where they do not cross it."""
    x, y = place
    right = above is falls
    return text(
        words,
        x + (8 if right else -8),
        y + (-8 if above else 19),
        fill=fill,
        text_anchor="start" if right else "end",
        halo=True,
    )
