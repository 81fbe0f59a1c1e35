"""Endpoints of IEPs."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers, status
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiPages, ApiView, check_version
from core.api_access import Answers
from documents.signing import Hand
from ieps import mutations, queries
from ieps.api.answers import expected, iep_answer, opened, paged
from ieps.api.shapes import HandInput, IepFields, IepOutput


class IepPages(ApiPages):
    """Newest first."""

    ordering = "-number"


class StudentIepListApi(ApiView):
    """GET and POST /api/v1/students/{student_id}/ieps/"""

    answers = Answers.PAGES
    creates = True
    example = {"copy": True}

    class Input(serializers.Serializer[Any]):
        copy = serializers.BooleanField(required=False, default=False)

    Output = IepOutput

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """The IEPs of a student that the caller may read, newest first."""
        rows = queries.ieps_of_student(actor=request.actor, student_id=student_id)
        opened(request, student_id)
        return paged(self, request, IepPages(), rows, f"student.{student_id}")

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Start a draft; with `copy` goals, services, accommodations and texts of the IEP in force go along."""
        iep = mutations.create_iep(
            actor=request.actor, student_id=student_id, today=request.actor.today, **self.parsed(request)
        )
        return iep_answer(iep, code=status.HTTP_201_CREATED)


class IepApi(ApiView):
    """GET and PATCH /api/v1/ieps/{iep_id}/"""

    compares = ("PATCH",)
    example = {"strengths": "Listens well and asks good questions", "is_english_learner": True}

    Input = IepFields
    Output = IepOutput

    def get(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """One version of an IEP, with the ids of its shared texts: join them to write along."""
        iep = queries.visible_iep(actor=request.actor, iep_id=iep_id)
        opened(request, iep.student_id)
        return iep_answer(iep, texts=queries.text_ids(actor=request.actor, iep_id=iep_id))

    def patch(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Change columns of a draft: all that are sent, or none."""
        version = queries.visible_iep(actor=request.actor, iep_id=iep_id).version
        check_version(request, version)
        iep = mutations.update_iep(
            actor=request.actor,
            iep_id=iep_id,
            values=self.parsed(request, partial=True),
            today=request.actor.today,
            expected_version=expected(request, version),
        )
        return iep_answer(iep)


class IepActApi(ApiView):
    """An act of an IEP's life, as a POST without a body."""

    compares = ("POST",)

    Output = IepOutput
    act: ClassVar[Callable[..., Any]]
    is_dated: ClassVar[bool] = False

    def post(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Do it, if the IEP is where it may be done. With `If-Match` only on the version that was read."""
        version = queries.visible_iep(actor=request.actor, iep_id=iep_id).version
        check_version(request, version)
        dated = {"today": request.actor.today} if self.is_dated else {}
        return iep_answer(type(self).act(actor=request.actor, iep_id=iep_id, **dated))


class IepSubmitApi(IepActApi):
    """POST /api/v1/ieps/{iep_id}/submit/"""

    says = "Send a complete draft to review."
    act = staticmethod(mutations.send_to_review)


class IepReturnApi(IepActApi):
    """POST /api/v1/ieps/{iep_id}/return/"""

    says = "Take an IEP in review back to draft."
    act = staticmethod(mutations.return_to_draft)


class IepApproveApi(ApiView):
    """POST /api/v1/ieps/{iep_id}/approve/"""

    compares = ("POST",)
    example = {"method": "typed", "name": "Casey Cast"}

    Input = HandInput
    Output = IepOutput

    def post(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Approve and sign an IEP in review, in one's own name; `digest` refuses any other text than the one read."""
        version = queries.visible_iep(actor=request.actor, iep_id=iep_id).version
        check_version(request, version)
        hand = Hand(**self.parsed(request))
        return iep_answer(mutations.approve_iep(actor=request.actor, iep_id=iep_id, hand=hand))


class IepActivateApi(IepActApi):
    """POST /api/v1/ieps/{iep_id}/activate/"""

    says = "Bring an approved IEP into force, or let it wait for its day."
    act = staticmethod(mutations.activate_iep)
    is_dated = True


class IepDiscardApi(IepActApi):
    """POST /api/v1/ieps/{iep_id}/discard/"""

    says = "Give up an open IEP: discard a draft, or withdraw an amendment that is not in effect."
    act = staticmethod(mutations.discard_draft)
