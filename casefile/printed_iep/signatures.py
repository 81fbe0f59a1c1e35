"""The signatures of an IEP as a paper of their own: those given after its PDF was kept too (docs/adr/0030)."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from casefile.printed_iep import LANGUAGES
from casefile.printed_iep.document import Block, document_of
from casefile.printed_iep.files import TEMPLATE, PaperFile, file_name
from core.actor import Actor
from core.errors import NotFound
from core.typeset import typeset
from documents.models import GeneratedFile
from documents.papers import SignatureView
from ieps.queries import signing_panel


def signatures_of_iep(*, actor: Actor, iep_id: UUID, language: str) -> PaperFile:
    """Who signed an IEP up to now, each with the SHA-256 of the text that was signed, as a PDF. Raises NotFound."""
    if language not in LANGUAGES:
        raise NotFound
    written = document_of(actor=actor, iep_id=iep_id, language=language)
    panel = signing_panel(actor=actor, iep_id=iep_id)
    with translation.override(language):
        day = date_format(localtime(), "DATETIME_FORMAT")
        sections = [_everybody(panel.signatures, language), _files(actor, iep_id, written.digest, language)]
        content: dict[str, Any] = {
            **written.content,
            "title": _("Signatures under the Individualized Education Program"),
            "lines": [
                *written.content["lines"],
                _("The signatures that were recorded until %(day)s") % {"day": day},
            ],
            "sections": [section for section in sections if section["blocks"]],
        }
    made = typeset(TEMPLATE, content)
    return PaperFile(
        name=file_name(written.iep, language, "pdf").replace("iep-", "signatures-", 1),
        content_type="application/pdf",
        data=made.data,
        student_id=written.iep.student_id,
        unprintable=tuple(made.unprintable),
    )


def _everybody(rows: tuple[SignatureView, ...], language: str) -> Block:
    head = [_("Name"), _("Meaning"), _("Signed on"), _("Fingerprint (SHA-256) of the text that was signed")]
    cells = [
        [
            _said(f"{row.name}, {_(row.role)}" if row.role else row.name, language),
            _said(_meaning(row), language),
            _said(" · ".join(_when(row)), language),
            _said(_in_pieces(row.digest), language),
        ]
        for row in rows
    ]
    table = {"kind": "table", "head": head, "rows": cells, "widths": [1.2, 1, 1.3, 1.8]}
    return {
        "heading": _("Every signature, in the order of recording"),
        "citation": "",
        "blocks": [table] if cells else [],
    }


def _meaning(row: SignatureView) -> str:
    if row.withdrawn_on is not None:
        return _("%(meaning)s; taken back") % {"meaning": row.meaning_label}
    return (
        str(row.meaning_label)
        if row.is_current
        else _("%(meaning)s, to an earlier text") % {"meaning": row.meaning_label}
    )


def _when(row: SignatureView) -> Iterator[str]:
    yield date_format(row.signed_on)
    yield str(row.method_label)
    if row.paper_reference:
        yield row.paper_reference
    yield _("recorded by %(name)s") % {"name": row.recorded_by}


def _files(actor: Actor, iep_id: UUID, digest: str, language: str) -> Block:
    """The PDFs that are kept of this text: what was printed with the signatures of its day."""
    rows = GeneratedFile.objects.defer("content").filter(
        organization_id=actor.organization_id, subject_id=iep_id, kind=GeneratedFile.Kind.PDF, shows=digest
    )
    cells = [
        [
            _said(row.language, language),
            _said(date_format(localtime(row.created_at), "DATETIME_FORMAT"), language),
            _said(_in_pieces(row.digest), language),
        ]
        for row in rows.order_by("language")
    ]
    head = [_("Language"), _("Kept since"), _("Fingerprint (SHA-256) of the file")]
    table = {"kind": "table", "head": head, "rows": cells, "widths": [0.6, 1.2, 2.6]}
    return {
        "heading": _("The document that they belong to"),
        "citation": "",
        "blocks": [table] if cells else [],
    }


def _in_pieces(digest: str) -> str:
    """A fingerprint with room for line breaks."""
    return " ".join(digest[at : at + 16] for at in range(0, len(digest), 16))


def _said(words: str, language: str) -> dict[str, str]:
    return {"t": words, "lang": language}
