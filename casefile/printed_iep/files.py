"""The files of an IEP: PDF by typst, HTML that stands alone, JSON of exactly what is signed."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from django.template.loader import render_to_string
from django.utils import translation

from casefile.printed_iep.document import Written, document_of, unprintable_note
from core.actor import Actor
from core.typeset import Printed, typeset
from ieps.queries import signing_panel, visible_iep
from ieps.signed import subject_of

TEMPLATE = Path(__file__).with_name("iep.typ")


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperFile:
    """A file to take along; `notes` say what of it could not be printed."""

    name: str
    content_type: str
    data: bytes
    student_id: UUID
    digest: str = ""
    unprintable: tuple[str, ...] = ()


def print_iep(written: Written) -> Printed:
    """The PDF of a document. What no font has is told on its first page too."""
    made_at = written.iep.approved_at if written.is_final else None
    first = typeset(TEMPLATE, written.content, made_at=made_at)
    if not first.unprintable:
        return first
    with translation.override(written.content["lang"]):
        lines = [*written.content["lines"], unprintable_note(first.unprintable)]
    again = typeset(TEMPLATE, {**written.content, "lines": lines}, made_at=made_at)
    return Printed(again.data, first.unprintable)


def html_of_iep(*, actor: Actor, iep_id: UUID, language: str) -> PaperFile:
    """One IEP as a page that needs nothing else: styles and charts are in it. Raises NotFound."""
    written = document_of(actor=actor, iep_id=iep_id, language=language)
    with translation.override(written.content["lang"]):
        text = render_to_string("casefile/iep_alone.html", {"paper": written.content})
    return PaperFile(
        name=file_name(written.iep, language, "html"),
        content_type="text/html; charset=utf-8",
        data=text.encode(),
        student_id=written.iep.student_id,
    )


def json_of_iep(*, actor: Actor, iep_id: UUID) -> PaperFile:
    """One IEP as plain values: exactly what is signed, its SHA-256, and who signed. Raises NotFound."""
    iep = visible_iep(actor=actor, iep_id=iep_id)
    subject = subject_of(actor=actor, iep=iep)
    panel = signing_panel(actor=actor, iep_id=iep_id)
    content: dict[str, Any] = {
        "status": iep.status,
        "sha256": subject.digest,
        "signed": subject.content,
        "signatures": [
            {
                "name": row.name,
                "role": row.role,
                "meaning": row.meaning,
                "method": row.method,
                "signed_on": row.signed_on.isoformat(),
                "sha256": row.digest,
                "withdrawn_on": row.withdrawn_on.isoformat() if row.withdrawn_on else None,
            }
            for row in panel.signatures
        ],
    }
    return PaperFile(
        name=file_name(iep, "", "json"),
        content_type="application/json",
        data=json.dumps(content, ensure_ascii=False, indent=1).encode(),
        student_id=iep.student_id,
    )


def file_name(iep: Any, language: str, ending: str) -> str:
    """The name of a file: the number of the IEP, never the name of the student."""
    return f"iep-{iep.number}{'-' + language if language else ''}.{ending}"
