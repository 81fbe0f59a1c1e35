"""Endpoints of acts while an IEP is written: what was taken out and comes back, the order of goals, the plan of an
amendment, the language, signatures that are taken back, and whether all is as it was signed."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiPages, ApiView, answered, check_version, version_of
from core.api_access import Answers
from core.errors import NotFound
from ieps import mutations, queries
from ieps.api.answers import iep_answer, opened, paged
from ieps.api.programs import IepActApi
from ieps.api.shapes import IepOutput
from ieps.api.signing import WAYS, MadeSignature

STEPS = {"up": -1, "down": 1}


class RemovedPages(ApiPages):
    """What was taken out last comes first."""

    ordering = ("-removed_at", "-id")  # type: ignore[assignment]  # the base names one column


class RemovedPartListApi(ApiView):
    """GET /api/v1/ieps/{iep_id}/removed-parts/"""

    answers = Answers.PAGES

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        kind = serializers.CharField()
        part_id = serializers.UUIDField()
        removed_at = serializers.DateTimeField()

    def get(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """The goals, services and accommodations that were taken out of a draft and can be put back."""
        rows = queries.removed_rows(actor=request.actor, iep_id=iep_id)
        opened(request, queries.visible_iep(actor=request.actor, iep_id=iep_id).student_id)
        return paged(self, request, RemovedPages(), rows, f"iep.{iep_id}")


class RemovedPartRestoreApi(ApiView):
    """POST /api/v1/removed-parts/{removed_id}/restore/"""

    Output = IepOutput

    def post(self, request: ActorApiRequest, removed_id: UUID) -> Response:
        """Put back what was taken out of a draft, with its id; a goal comes last."""
        return iep_answer(mutations.restore_part(actor=request.actor, removed_id=removed_id))


class GoalMoveApi(ApiView):
    """POST /api/v1/goals/{goal_id}/move/"""

    compares = ("POST",)
    example = {"direction": "down"}

    class Input(serializers.Serializer[Any]):
        direction = serializers.ChoiceField(choices=tuple(STEPS))

    Output = IepOutput

    def post(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """Move a draft's goal up or down among the others; at the end it stays. `If-Match` is the IEP's."""
        iep_id = queries.visible_goal(actor=request.actor, goal_id=goal_id).iep_id
        check_version(request, queries.visible_iep(actor=request.actor, iep_id=iep_id).version)
        by = STEPS[self.parsed(request)["direction"]]
        return iep_answer(mutations.move_goal(actor=request.actor, goal_id=goal_id, by=by))


class ServiceDatesApi(IepActApi):
    """POST /api/v1/ieps/{iep_id}/services/dates/"""

    says = "Let all services of a draft begin and end with the IEP."
    act = staticmethod(mutations.date_services)
    is_dated = True


class LanguageApi(ApiView):
    """POST /api/v1/ieps/{iep_id}/language/"""

    compares = ("POST",)
    example = {"language": "es"}

    class Input(serializers.Serializer[Any]):
        language = serializers.CharField(max_length=12)

    Output = IepOutput

    def post(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Say in which language a draft is written, for documents and voices."""
        check_version(request, queries.visible_iep(actor=request.actor, iep_id=iep_id).version)
        return iep_answer(mutations.set_language(actor=request.actor, iep_id=iep_id, **self.parsed(request)))


class AmendmentOutput(serializers.Serializer[Any]):
    """Why an amendment is proposed, how it is decided, and the revised copy that a parent asked for."""

    base_id = serializers.UUIDField()
    reason = serializers.CharField()
    way = serializers.CharField()
    met_on = serializers.DateField(allow_null=True)
    copy_asked_on = serializers.DateField(allow_null=True)
    copy_given_on = serializers.DateField(allow_null=True)


class AmendmentApi(ApiView):
    """GET and PUT /api/v1/ieps/{iep_id}/amendment/"""

    compares = ("PUT",)
    example = {
        "reason": "The target is reached earlier than planned.",
        "way": "meeting",
        "met_on": "{today}",
    }

    class Input(serializers.Serializer[Any]):
        reason = serializers.CharField(max_length=2000)
        way = serializers.ChoiceField(choices=WAYS)
        met_on = serializers.DateField(required=False, allow_null=True)

    Output = AmendmentOutput

    def get(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Why an amendment is proposed and how it is decided; 404 for an IEP that amends none."""
        response = _amendment(request, iep_id)
        opened(request, queries.visible_iep(actor=request.actor, iep_id=iep_id).student_id)
        return response

    def put(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Say why an open amendment is proposed and how it is decided; for a meeting, its day."""
        queries.visible_iep(actor=request.actor, iep_id=iep_id, lock=True)
        check_version(request, _amendment(request, iep_id)["ETag"].strip('"'))
        mutations.plan_amendment(
            actor=request.actor, iep_id=iep_id, today=request.actor.today, **self.parsed(request)
        )
        return _amendment(request, iep_id)


class RevisedCopyApi(ApiView):
    """POST /api/v1/ieps/{iep_id}/revised-copy/"""

    compares = ("POST",)
    example = {"asked_on": "{today-2}", "given_on": "{today}"}

    class Input(serializers.Serializer[Any]):
        asked_on = serializers.DateField()
        given_on = serializers.DateField(required=False, allow_null=True, default=None)

    Output = AmendmentOutput

    def post(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Write down that a parent asked for a copy of the amended IEP, and when it was given (300.324(a)(6))."""
        queries.visible_iep(actor=request.actor, iep_id=iep_id, lock=True)
        check_version(request, _amendment(request, iep_id)["ETag"].strip('"'))
        mutations.record_revised_copy(
            actor=request.actor, iep_id=iep_id, today=request.actor.today, **self.parsed(request)
        )
        return _amendment(request, iep_id)


class SignatureTakeBackApi(ApiView):
    """POST /api/v1/signatures/{signature_id}/take-back/"""

    creates = True
    example = {"comment": "Signed on the wrong page."}

    class Input(serializers.Serializer[Any]):
        comment = serializers.CharField(max_length=2000, allow_blank=True, required=False)

    Output = MadeSignature

    def post(self, request: ActorApiRequest, signature_id: UUID) -> Response:
        """Take back a signature of one's own, or write down that a parent took theirs back; both rows stay."""
        row = mutations.withdraw_signature(
            actor=request.actor, signature_id=signature_id, **self.parsed(request)
        )
        return answered(self.Output(row).data, topic=f"iep.{row.subject_id}", code=201)


class FindingOutput(serializers.Serializer[Any]):
    """Something that is not as it was signed."""

    code = serializers.CharField()
    text = serializers.CharField()
    place = serializers.CharField()


class VerifiedOutput(serializers.Serializer[Any]):
    """One signed version; `is_earlier` when the draft was changed and signed again since."""

    digest = serializers.CharField()
    signed_at = serializers.DateTimeField()
    signers = serializers.ListField(child=serializers.CharField())
    is_earlier = serializers.BooleanField()
    holds = serializers.BooleanField()
    findings = FindingOutput(many=True)


class VerificationApi(ApiView):
    """GET /api/v1/ieps/{iep_id}/verification/"""

    class Output(serializers.Serializer[Any]):
        iep_id = serializers.UUIDField()
        holds = serializers.BooleanField()
        versions = VerifiedOutput(many=True)

    def get(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Whether everything is as it was signed: the hashes of the signed versions, computed now."""
        found = queries.verified_iep(actor=request.actor, iep_id=iep_id)
        opened(request, found.student_id)
        return answered(self.Output(found).data, version=found.version, topic=found.topic)


def _amendment(request: ActorApiRequest, iep_id: UUID) -> Response:
    found = queries.signing_panel(actor=request.actor, iep_id=iep_id).amendment
    if found is None:
        raise NotFound
    data = AmendmentOutput(found).data
    return answered(data, version=version_of(data), topic=f"iep.{iep_id}")
