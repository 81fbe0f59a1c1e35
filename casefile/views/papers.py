"""The IEP to take along: a page of choices, the PDF, HTML, JSON."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from casefile import mutations, queries
from casefile.printed_iep.files import PaperFile
from core.http import ActorRequest, exports_record, never_stored, opens_record, page


@require_safe
def papers(request: ActorRequest, iep_id: UUID) -> HttpResponse:
    """GET /ieps/…/papers/: in which language and form to print or download an IEP."""
    found = queries.iep_papers(actor=request.actor, iep_id=iep_id)
    return papers_of(request, found.student_id, found)


@opens_record
def papers_of(request: ActorRequest, _student_id: UUID, found: queries.IepPapers) -> HttpResponse:
    """The page, written down as opened."""
    return page(request, "casefile/papers.html", {"papers": found, "active": "ieps"})


@require_safe
def iep_pdf(request: ActorRequest, iep_id: UUID, language: str) -> HttpResponse:
    """GET /ieps/…/iep-en.pdf: the IEP as a form, in English or Spanish; that of an approved one is kept."""
    found = mutations.take_iep_pdf(actor=request.actor, iep_id=iep_id, language=language)
    return _handed_out["pdf"](request, found.student_id, found)


@require_safe
def iep_file(request: ActorRequest, iep_id: UUID, ending: str, language: str = "en") -> HttpResponse:
    """GET /ieps/…/iep-en.html, /ieps/…/iep.json"""
    found = queries.iep_file(actor=request.actor, iep_id=iep_id, ending=ending, language=language)
    return _handed_out[ending](request, found.student_id, found)


@require_safe
def iep_signatures(request: ActorRequest, iep_id: UUID, language: str) -> HttpResponse:
    """GET /ieps/…/signatures-en.pdf: who signed up to now, those after the IEP's PDF was kept too."""
    found = queries.iep_signatures(actor=request.actor, iep_id=iep_id, language=language)
    return _handed_out["pdf"](request, found.student_id, found)


@require_safe
def report_pdf(request: ActorRequest, student_id: UUID, report_id: UUID, language: str) -> HttpResponse:
    """GET /students/…/reports/…/report-en.pdf: a progress report, in English or Spanish."""
    found = queries.report_file(
        actor=request.actor,
        student_id=student_id,
        report_id=report_id,
        language=language,
        today=request.actor.today,
    )
    return _handed_out["report"](request, student_id, found)


def report_document(request: ActorRequest, student_id: UUID, found: PaperFile) -> HttpResponse:
    """A progress report, written down as handed out."""
    return iep_document(request, student_id, found)


def iep_document(_request: ActorRequest, _student_id: UUID, found: PaperFile) -> HttpResponse:
    """A file, written down as handed out."""
    response = HttpResponse(found.data, content_type=found.content_type)
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response["X-Content-Type-Options"] = "nosniff"
    if found.digest:
        response["X-Document-SHA256"] = found.digest
    if found.unprintable:
        response["X-Unprintable"] = " ".join(f"U+{ord(sign):04X}" for sign in found.unprintable)
    return never_stored(response)


_handed_out: dict[str, Callable[..., HttpResponse]] = {
    **{ending: exports_record(ending)(iep_document) for ending in ("pdf", "html", "json")},
    "report": exports_record("pdf")(report_document),
}
