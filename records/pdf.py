"""Documents as PDF/UA-1, by typst, with fonts of our own so that they look the same on every machine.

A character that no font has would end the compilation. It is replaced by its code point in brackets, and named to
whoever made the document: a name silently changed in a legal document is wrong.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog
import typst
from django.conf import settings

log = structlog.get_logger("records.pdf")
TEMPLATE = Path(__file__).with_name("document.typ")
MISSING = re.compile(r"the text `?\"(.+?)\"`? could not be displayed", re.DOTALL)
MOST_TRIES = 200
PLAIN = 0x024F  # the last of Latin Extended-B: Noto Sans has all of them


class CannotPrint(Exception):
    """The document does not compile for a reason that is not a character."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A document, and the characters of it that no font has."""

    data: bytes
    unprintable: tuple[str, ...]


def printed(document: dict[str, Any]) -> Printed:
    """Compile a document (`records/document.typ` says its shape). Raises CannotPrint."""
    text = json.dumps(document, ensure_ascii=False)
    missing: list[str] = []
    fonts = Path(settings.BASE_DIR) / "static" / "dist" / "fonts-pdf"
    for _try in range(MOST_TRIES):
        try:
            data = typst.compile(
                str(TEMPLATE),
                format="pdf",
                font_paths=[str(fonts)],
                ignore_system_fonts=True,
                sys_inputs={"data": text},
                pdf_standards=["ua-1"],
            )
        except typst.TypstError as error:
            found = MISSING.search(str(error))
            lacking = [sign for sign in found.group(1) if sign in text and ord(sign) > PLAIN] if found else []
            if not lacking:
                raise CannotPrint(str(error)[:200]) from error
            for sign in lacking:
                text = text.replace(sign, f"[U+{ord(sign):04X}]")
                missing += [sign] if sign not in missing else []
        else:
            if missing:
                log.info(
                    "characters not in the fonts", code_points=[f"U+{ord(sign):04X}" for sign in missing]
                )
            return Printed(bytes(data), tuple(missing))
    raise CannotPrint("too many characters are missing")
