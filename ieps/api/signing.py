"""Endpoints of signatures, amendments and what they change."""

from typing import Any
from uuid import UUID

from rest_framework import serializers, status
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiView, answered
from documents.signing import Hand
from ieps import mutations, queries
from ieps.api.answers import iep_answer, opened
from ieps.api.shapes import HandInput, IepOutput, SignatureOutput

MEANINGS = ["agrees", "disagrees", "participated"]
WAYS = ["agreement", "meeting"]


class MadeSignature(serializers.Serializer[Any]):
    """A signature that was just made."""

    id = serializers.UUIDField()
    meaning = serializers.CharField()
    method = serializers.CharField()
    signed_on = serializers.DateField()
    digest = serializers.CharField()


class SignatureListApi(ApiView):
    """GET and POST /api/v1/ieps/{iep_id}/signatures/"""

    creates = True
    example = {"meaning": "participated", "method": "typed", "name": "Casey Cast"}

    class Input(HandInput):
        meaning = serializers.ChoiceField(choices=MEANINGS)
        comment = serializers.CharField(max_length=2000, allow_blank=True, required=False)

    class Output(serializers.Serializer[Any]):
        digest = serializers.CharField()
        signatures = SignatureOutput(many=True)

    Made = MadeSignature

    def get(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Who signed, and the SHA-256 of the text as it is now, which a signature is given with as `digest`."""
        panel = queries.signing_panel(actor=request.actor, iep_id=iep_id)
        opened(request, panel.student_id)
        return answered(self.Output(panel).data, topic=f"iep.{iep_id}")

    def post(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Sign as a member of the team: `agrees`, `disagrees` or `participated`."""
        given = self.parsed(request)
        meaning, comment = given.pop("meaning"), given.pop("comment", "")
        row = mutations.sign_iep(
            actor=request.actor, iep_id=iep_id, meaning=meaning, comment=comment, hand=Hand(**given)
        )
        return answered(self.Made(row).data, topic=f"iep.{iep_id}", code=status.HTTP_201_CREATED)


class PaperSignatureApi(ApiView):
    """POST /api/v1/ieps/{iep_id}/paper-signatures/"""

    creates = True
    example = {
        "guardian_id": "{guardian_id}",
        "meaning": "agrees",
        "signed_on": "{today-1}",
        "paper_reference": "Cabinet 2, folder 14",
    }

    class Input(serializers.Serializer[Any]):
        guardian_id = serializers.UUIDField()
        meaning = serializers.ChoiceField(choices=MEANINGS)
        signed_on = serializers.DateField()
        paper_reference = serializers.CharField(max_length=200)
        comment = serializers.CharField(max_length=2000, allow_blank=True, required=False)
        digest = serializers.CharField(max_length=64, allow_blank=True, required=False)

    Output = MadeSignature

    def post(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Write down what a parent signed on paper; to an amendment without a meeting it is the agreement."""
        row = mutations.record_parent_signature(actor=request.actor, iep_id=iep_id, **self.parsed(request))
        return answered(self.Output(row).data, topic=f"iep.{iep_id}", code=status.HTTP_201_CREATED)


class AmendmentListApi(ApiView):
    """POST /api/v1/ieps/{iep_id}/amendments/"""

    creates = True
    example = {"reason": "The target is reached earlier than planned.", "way": "agreement"}

    class Input(serializers.Serializer[Any]):
        class GoalChange(serializers.Serializer[Any]):
            """Which goal of the IEP in effect is proposed to ask for what."""

            goal_id = serializers.UUIDField()
            target_value = serializers.DecimalField(max_digits=9, decimal_places=2, required=False)
            target_on = serializers.DateField(required=False)

        reason = serializers.CharField(max_length=2000)
        way = serializers.ChoiceField(choices=WAYS, required=False)
        goal_change = GoalChange(required=False, allow_null=True)

    Output = IepOutput

    def post(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Propose an amendment of the IEP in effect: an open copy, in which the change is written. With `goal_change`
        the copy of that goal asks for another target or day already; the signed goal stays as it is."""
        iep = mutations.propose_amendment(
            actor=request.actor, iep_id=iep_id, today=request.actor.today, **self.parsed(request)
        )
        return iep_answer(iep, code=status.HTTP_201_CREATED)


class PieceOutput(serializers.Serializer[Any]):
    """Some words: `same`, `added`, `removed` or `formatted`."""

    kind = serializers.CharField()
    text = serializers.CharField()


class ChangedFieldOutput(serializers.Serializer[Any]):
    """One field before and after."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # our field, not DRF's own `label`
    before = serializers.CharField()
    after = serializers.CharField()
    pieces = PieceOutput(many=True)


class ChangedPartOutput(serializers.Serializer[Any]):
    """A goal, service or accommodation that was `added`, `removed` or `changed`."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    title = serializers.CharField()
    changed = ChangedFieldOutput(many=True, source="fields")


class ChangedSectionOutput(serializers.Serializer[Any]):
    """One section with what differs in it."""

    id = serializers.CharField()
    changed = ChangedFieldOutput(many=True, source="fields")
    parts = ChangedPartOutput(many=True)


class DifferencesApi(ApiView):
    """GET /api/v1/ieps/{iep_id}/differences/"""

    class Output(serializers.Serializer[Any]):
        iep_id = serializers.UUIDField()
        base_id = serializers.UUIDField()
        count = serializers.IntegerField()
        sections = ChangedSectionOutput(many=True)

    def get(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """What an amendment changes of the IEP in effect, or an IEP of the one before it."""
        found = queries.iep_differences(actor=request.actor, iep_id=iep_id)
        opened(request, found.student_id)
        return answered(self.Output(found).data, version=found.version, topic=found.topic)
