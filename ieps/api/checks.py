"""Endpoints of what an IEP still lacks, and of who agreed to it."""

from typing import Any
from uuid import UUID

from rest_framework import serializers, status
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiView, answered
from core.api_access import Answers
from core.errors import NotAllowed
from ieps import mutations, queries
from ieps.api.answers import opened


class RequirementOutput(serializers.Serializer[Any]):
    """One thing that the law asks for, and whether it is there. `section` is where it is written."""

    code = serializers.CharField()
    section = serializers.CharField()
    text = serializers.CharField()
    citation = serializers.CharField()
    is_met = serializers.BooleanField()


class GoalHintOutput(serializers.Serializer[Any]):
    """What a goal lacks to be measurable; it keeps nobody from approving."""

    goal_id = serializers.UUIDField()
    number = serializers.IntegerField()
    text = serializers.CharField()


class BlockerOutput(serializers.Serializer[Any]):
    """Why an approved IEP is not in effect yet."""

    code = serializers.CharField()
    text = serializers.CharField()
    citation = serializers.CharField(allow_blank=True)
    waits_until = serializers.DateField(allow_null=True)


class IepCheckListApi(ApiView):
    """GET /api/v1/ieps/{iep_id}/checks/"""

    class Output(serializers.Serializer[Any]):
        percent_complete = serializers.IntegerField()
        requirements = RequirementOutput(many=True)
        hints = GoalHintOutput(many=True)
        blockers = BlockerOutput(many=True)

    def get(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """What 34 CFR 300.320 asks of an IEP and which of it is there; what its goals lack; why it is not in effect."""
        page = queries.iep_page(actor=request.actor, iep_id=iep_id, today=request.actor.today)
        if not (page.may_write or page.may_review):
            raise NotAllowed
        opened(request, page.student_id)
        hints = [{"goal_id": goal.id, "number": goal.number, "text": text} for goal, text in page.hints]
        found = {
            "percent_complete": page.percent_complete,
            "requirements": page.requirements,
            "hints": hints,
            "blockers": page.blockers,
        }
        return answered(self.Output(found).data, version=page.version, topic=page.topic)


class WordOutput(serializers.Serializer[Any]):
    """The newest word of one reviewer; `decision` is empty while they said nothing."""

    person_id = serializers.UUIDField()
    name = serializers.CharField()
    part = serializers.CharField(allow_blank=True)
    decision = serializers.CharField(allow_blank=True)
    comment = serializers.CharField(allow_blank=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    is_current = serializers.BooleanField()


class IepWordListApi(ApiView):
    """GET and POST /api/v1/ieps/{iep_id}/words/"""

    answers = Answers.ALL
    creates = True
    example = {"decision": "approved"}

    class Input(serializers.Serializer[Any]):
        decision = serializers.CharField()
        comment = serializers.CharField(max_length=2000, allow_blank=True, required=False)

    Output = WordOutput

    class Made(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        decision = serializers.CharField()
        iep_version = serializers.IntegerField()
        decided_at = serializers.DateTimeField()

    def get(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """What each reviewer of the team said last; `is_current` when it is about the text as it is now."""
        page = queries.iep_page(actor=request.actor, iep_id=iep_id, today=request.actor.today)
        opened(request, page.student_id)
        rows = self.Output(page.words, many=True).data
        return answered({"results": rows}, version=page.version, topic=page.topic)

    def post(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Agree to an IEP in review (`approved`), or ask for changes (`changes`, with a comment)."""
        word = mutations.record_approval(actor=request.actor, iep_id=iep_id, **self.parsed(request))
        return answered(self.Made(word).data, topic=f"iep.{iep_id}", code=status.HTTP_201_CREATED)
