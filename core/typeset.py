"""Documents as PDF/UA-1, by typst, with fonts of our own so that they look the same on every machine.

A character that no font has would end the compilation. It is replaced, and named to whoever made the document: a name
silently changed in a legal document is wrong.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
import typst
from django.conf import settings

log = structlog.get_logger("core.typeset")
MISSING = re.compile(r"the text `?\"(.+?)\"`? could not be displayed", re.DOTALL)
MOST_TRIES = 200
PLAIN = 0x024F  # the last of Latin Extended-B: Noto Sans has all of them
BOX = "\u25a1"


class CannotPrint(Exception):
    """The document does not compile for a reason that is not a character."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A document, and the characters of it that no font has."""

    data: bytes
    unprintable: tuple[str, ...]


def by_code_point(sign: str) -> str:
    """A character as its code point in brackets."""
    return f"[U+{ord(sign):04X}]"


def as_box(_sign: str) -> str:
    """A character as an empty box."""
    return BOX


@lru_cache(maxsize=4)
def _fonts(folder: str) -> typst.Fonts:
    """The fonts of a folder, found once; each is read when a text first needs it."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[folder])


def typeset(
    template: Path,
    document: Mapping[str, Any],
    *,
    instead: Callable[[str], str] = as_box,
    made_at: datetime | None = None,
) -> Printed:
    """Compile a template with data; `instead` says what stands for a character without a glyph. Raises CannotPrint."""
    text = json.dumps(document, ensure_ascii=False)
    missing: list[str] = []
    fonts = _fonts(str(Path(settings.BASE_DIR) / "static" / "dist" / "fonts-pdf"))
    for _try in range(MOST_TRIES):
        try:
            data = typst.compile(
                str(template),
                format="pdf",
                font_paths=fonts,
                sys_inputs={"data": text},
                pdf_standards=["ua-1"],
                timestamp=int(made_at.timestamp()) if made_at else None,
            )
        except typst.TypstError as error:
            found = MISSING.search(str(error))
            lacking = [sign for sign in found.group(1) if sign in text and ord(sign) > PLAIN] if found else []
            if not lacking:
                raise CannotPrint(str(error)[:200]) from error
            for sign in lacking:
                text = text.replace(sign, instead(sign))
                missing += [sign] if sign not in missing else []
        else:
            if missing:
                log.info(
                    "characters not in the fonts", code_points=[f"U+{ord(sign):04X}" for sign in missing]
                )
            return Printed(bytes(data), tuple(missing))
    raise CannotPrint("too many characters are missing")
