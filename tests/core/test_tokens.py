"""The colours of both themes keep the contrast that the design promises (WCAG 2.1 AA, 1.4.3 and 1.4.11)."""

import math
import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "static" / "css" / "tokens.css").read_text(encoding="utf-8")
TEXT_ON = {
    "surface": ("ink-3", "brand", "ok", "watch", "act"),
    "canvas": ("ink-3", "brand"),
    "sunken": ("ink-2", "ink-3"),
    "brand": ("on-brand",),
    "brand-strong": ("on-brand",),
    "brand-soft": ("brand",),
    "ok-soft": ("ok",),
    "watch-soft": ("watch",),
    "act-soft": ("act",),
    "act": ("on-act",),
    "live": ("on-live",),
    "live-soft": ("ink-2",),
    **{f"p{n}": ("on-p",) for n in range(1, 7)},
}
STRONG = [("ink", "surface"), ("ink-2", "surface"), ("ink", "live-soft")]
SHAPES = [
    ("control", "surface"), ("control", "sunken"), ("focus", "surface"), ("focus", "canvas"),
    *((name, "surface") for name in ("c-data", "c-aim", "c-trend", "c-goal", "c-phase")),
]  # fmt: skip
PAIRS = [
    *((text, ground, 4.5) for ground, texts in TEXT_ON.items() for text in texts),
    *((text, ground, 7.0) for text, ground in STRONG),
    *((shape, ground, 3.0) for shape, ground in SHAPES),
]


def tokens(start: str) -> dict[str, tuple[float, float, float]]:
    block = CSS[CSS.index(start) : CSS.index("}", CSS.index(start))]
    found = re.findall(r"--([\w-]+):\s*oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);", block)
    return {name: (float(light), float(chroma), float(hue)) for name, light, chroma, hue in found}


def luminance(colour: tuple[float, float, float]) -> float:
    """Relative luminance of an OKLCH colour by way of linear sRGB."""
    light, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short
    clipped = [min(1.0, max(0.0, value)) for value in (red, green, blue)]
    return 0.2126 * clipped[0] + 0.7152 * clipped[1] + 0.0722 * clipped[2]


@pytest.mark.parametrize("theme", [':root, [data-theme="day"]', '[data-theme="night"]'], ids=["day", "night"])
@pytest.mark.parametrize(("front", "ground", "least"), PAIRS)
def test_pair_has_enough_contrast(theme, front, ground, least):
    colours = tokens(theme)
    lighter, darker = sorted((luminance(colours[front]), luminance(colours[ground])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= least
