"""The record and its certificates as PDF/UA-1 (`core/typeset.py`); `records/document.typ` says the document's shape."""

from pathlib import Path
from typing import Any

from core.typeset import CannotPrint, Printed, by_code_point, typeset

__all__ = ["CannotPrint", "Printed", "printed"]
TEMPLATE = Path(__file__).with_name("document.typ")


def printed(document: dict[str, Any]) -> Printed:
    """Compile a document. Raises CannotPrint."""
    return typeset(TEMPLATE, document, instead=by_code_point)
