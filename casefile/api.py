"""Endpoints of named views of the list of students, of students kept at hand, and of printed IEPs, under /api/v1/."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.response import Response

from accounts.api.shared import version_of
from casefile import mutations, queries
from casefile.forms import ListForm
from casefile.printed_iep import LANGUAGES
from casefile.printed_iep.files import PaperFile
from core.api import ActorApiRequest, ApiView, answered, check_version, etag
from core.api_access import Answers
from core.http import exports_record, never_stored, record_opening

LONGEST_WORD, MOST_WORDS = 80, 20


class ViewOutput(serializers.Serializer[Any]):
    """One named view as you have it. `words` are those of the address of the list that it opens."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    words = serializers.DictField(child=serializers.CharField())
    is_shared = serializers.BooleanField()
    is_own = serializers.BooleanField()
    is_default = serializers.BooleanField()


class SavedViewListApi(ApiView):
    """GET and POST /api/v1/saved-views/"""

    answers = Answers.ALL
    creates = True
    example = {"name": "Due soon", "words": {"due": "30", "sort": "due"}}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=40)
        words = serializers.DictField(child=serializers.CharField(max_length=LONGEST_WORD))
        is_shared = serializers.BooleanField(required=False)
        is_default = serializers.BooleanField(required=False)

        def validate_words(self, words: dict[str, str]) -> dict[str, str]:
            """Only what the list's own address understands."""
            kept = ListForm(words).words()
            if unknown := sorted(set(words) - set(kept))[:MOST_WORDS]:
                names = ", ".join(name[:LONGEST_WORD] for name in unknown)
                raise serializers.ValidationError(_("The list does not understand: %s.") % names)
            return kept

    Output = ViewOutput

    def get(self, request: ActorApiRequest) -> Response:
        """Your own views of the list and those that the district shares, by name."""
        rows = queries.saved_views(actor=request.actor)
        topic = f"person.{request.actor.person_id}"
        return answered({"results": self.Output(rows, many=True).data}, topic=topic)

    def post(self, request: ActorApiRequest) -> Response:
        """Name filters, an order and columns: `words` of the list's address, such as `due`, `tag`, `sort`.

        `is_default` opens your list with it; `is_shared`, for administrators, shows it to everybody.
        """
        view = mutations.save_view(actor=request.actor, **self.parsed(request))
        response = _one(request, view.id, code=status.HTTP_201_CREATED)
        response["Location"] = reverse("api-casefile:saved-view", args=[view.id])
        return response


class SavedViewApi(ApiView):
    """GET, PATCH and DELETE /api/v1/saved-views/{view_id}/"""

    compares = ("PATCH", "DELETE")
    example = {"name": "Due this month"}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=40)

    Output = ViewOutput

    def get(self, request: ActorApiRequest, view_id: UUID) -> Response:
        """One view."""
        return _one(request, view_id)

    def patch(self, request: ActorApiRequest, view_id: UUID) -> Response:
        """Call a view something else."""
        _locked(request, view_id)
        mutations.rename_view(actor=request.actor, view_id=view_id, **self.parsed(request))
        return _one(request, view_id)

    def delete(self, request: ActorApiRequest, view_id: UUID) -> Response:
        """Put a view away; `POST …/restore/` brings it back."""
        _locked(request, view_id)
        mutations.delete_view(actor=request.actor, view_id=view_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SavedViewRestoreApi(ApiView):
    """POST /api/v1/saved-views/{view_id}/restore/"""

    Output = ViewOutput

    def post(self, request: ActorApiRequest, view_id: UUID) -> Response:
        """Bring a view back that you might delete."""
        mutations.restore_view(actor=request.actor, view_id=view_id)
        return _one(request, view_id)


class SavedViewDefaultApi(ApiView):
    """POST /api/v1/saved-views/{view_id}/default/"""

    Output = ViewOutput

    def post(self, request: ActorApiRequest, view_id: UUID) -> Response:
        """Let your list open with this view."""
        mutations.set_default_view(actor=request.actor, view_id=view_id)
        return _one(request, view_id)


class NoDefaultViewApi(ApiView):
    """POST /api/v1/saved-views/none/default/"""

    class Output(serializers.Serializer[Any]):
        default_id = serializers.UUIDField(allow_null=True)

    def post(self, request: ActorApiRequest) -> Response:
        """Let your list open with all students."""
        mutations.set_default_view(actor=request.actor, view_id=None)
        return answered({"default_id": None}, topic=f"person.{request.actor.person_id}")


class PinOutput(serializers.Serializer[Any]):
    """Whether you keep the student at hand."""

    is_pinned = serializers.BooleanField()


class PinApi(ApiView):
    """POST and DELETE /api/v1/students/{student_id}/pin/"""

    Output = PinOutput

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Keep a student at hand in the navigation, eight at the most (409, `too_many`)."""
        mutations.pin_student(actor=request.actor, student_id=student_id)
        return answered({"is_pinned": True}, topic=f"person.{request.actor.person_id}")

    def delete(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Take a student out of the navigation, whether or not you still see them."""
        mutations.unpin_student(actor=request.actor, student_id=student_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _locked(request: ActorApiRequest, view_id: UUID) -> None:
    queries.saved_view(actor=request.actor, view_id=view_id, lock=True)
    check_version(request, _one(request, view_id)["ETag"].strip('"'))


def _one(request: ActorApiRequest, view_id: UUID, *, code: int = status.HTTP_200_OK) -> Response:
    data = ViewOutput(queries.view_row(actor=request.actor, view_id=view_id)).data
    topic = f"person.{request.actor.person_id}"
    return answered(data, version=version_of(data), topic=topic, code=code)


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
