"""Endpoints of printed IEPs: what may be taken along, and the files themselves."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from rest_framework import serializers
from rest_framework.response import Response

from casefile import mutations, queries
from casefile.printed_iep import LANGUAGES
from casefile.printed_iep.files import PaperFile
from core.api import ActorApiRequest, ApiView, answered, etag
from core.http import exports_record, never_stored, record_opening


class KeptPaperOutput(serializers.Serializer[Any]):
    """A PDF that is kept: in which words its labels are, the SHA-256 of its bytes, what it could not print."""

    language = serializers.CharField()
    digest = serializers.CharField()
    size = serializers.IntegerField()
    made_at = serializers.DateTimeField()
    unprintable = serializers.ListField(child=serializers.CharField())


class PapersApi(ApiView):
    """GET /api/v1/ieps/{iep_id}/papers/"""

    class Output(serializers.Serializer[Any]):
        digest = serializers.CharField()
        is_final = serializers.BooleanField()
        may_take = serializers.BooleanField()
        kept = KeptPaperOutput(many=True)
        files = serializers.DictField(child=serializers.CharField())

    def get(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """What may be taken along of an IEP: the addresses of its PDF, HTML and JSON, and the PDFs that are kept."""
        found = queries.iep_papers(actor=request.actor, iep_id=iep_id)
        record_opening(actor=request.actor, student_id=found.student_id, page="api papers")
        data = self.Output({**_plain(found), "files": _addresses(iep_id)}).data
        return answered(data, version=found.version, topic=found.topic)


class PaperPdfApi(ApiView):
    """GET /api/v1/ieps/{iep_id}/papers/iep-{language}.pdf: a PDF, so it is told in docs/api.md."""

    schema = None

    def get(self, request: ActorApiRequest, iep_id: UUID, language: str) -> HttpResponse:
        """The IEP as a form, in English or Spanish; that of an approved one is kept, and its bytes never change."""
        found = mutations.take_iep_pdf(actor=request.actor, iep_id=iep_id, language=language)
        return _handed_out["pdf"](request, found.student_id, found)


class PaperSignaturesApi(ApiView):
    """GET /api/v1/ieps/{iep_id}/papers/signatures-{language}.pdf: a PDF, so it is told in docs/api.md."""

    schema = None

    def get(self, request: ActorApiRequest, iep_id: UUID, language: str) -> HttpResponse:
        """Every signature up to now with its fingerprint; made anew each time, the kept PDF is never touched."""
        found = queries.iep_signatures(actor=request.actor, iep_id=iep_id, language=language)
        return _handed_out["pdf"](request, found.student_id, found)


class PaperFileApi(ApiView):
    """GET /api/v1/ieps/{iep_id}/papers/iep-{language}.html and iep.json: files, told in docs/api.md."""

    schema = None

    def get(self, request: ActorApiRequest, iep_id: UUID, ending: str, language: str = "en") -> HttpResponse:
        """The IEP as a page that needs nothing else, or as exactly what is signed."""
        found = queries.iep_file(actor=request.actor, iep_id=iep_id, ending=ending, language=language)
        return _handed_out[ending](request, found.student_id, found)


def iep_document(request: ActorApiRequest, _student_id: UUID, found: PaperFile) -> HttpResponse:
    """A file, written down as handed out; who has it already is told so, and handed nothing."""
    tag = etag(found.digest or sha256(found.data).hexdigest())
    response = HttpResponse(found.data, content_type=found.content_type)
    response["ETag"] = tag
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    if found.digest:
        response["X-Document-SHA256"] = found.digest
    if found.unprintable:
        response["X-Unprintable"] = " ".join(f"U+{ord(sign):04X}" for sign in found.unprintable)
    known = get_conditional_response(request._request, etag=tag, response=response)
    return never_stored(known or response)


_handed_out = {ending: exports_record(ending)(iep_document) for ending in ("pdf", "html", "json")}


def _addresses(iep_id: UUID) -> dict[str, str]:
    base = f"/api/v1/ieps/{iep_id}/papers/iep"
    pdfs = {f"pdf_{language}": f"{base}-{language}.pdf" for language in LANGUAGES}
    pages = {f"html_{language}": f"{base}-{language}.html" for language in LANGUAGES}
    lists = {
        f"signatures_{language}": f"/api/v1/ieps/{iep_id}/papers/signatures-{language}.pdf"
        for language in LANGUAGES
    }
    return {**pdfs, **pages, **lists, "json": f"{base}.json"}


def _plain(found: queries.IepPapers) -> Mapping[str, Any]:
    return {name: getattr(found, name) for name in ("digest", "is_final", "may_take", "kept")}
