"""Endpoints of consents under /api/v1/."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers, status
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiView, answered, check_version, version_of
from core.api_access import Answers
from documents import mutations, queries
from students.mutations import log_access
from students.queries import one_of, visible_student


class ConsentOutput(serializers.Serializer[Any]):
    """One consent (34 CFR 300.9): for `evaluation`, `services` or `reevaluation`."""

    id = serializers.UUIDField(source="consent_id")
    kind = serializers.CharField()
    guardian_id = serializers.UUIDField()
    guardian_name = serializers.CharField()
    given_on = serializers.DateField()
    paper_reference = serializers.CharField()
    revoked_on = serializers.DateField(allow_null=True)


class ConsentListApi(ApiView):
    """GET and POST /api/v1/students/{student_id}/consents/"""

    answers = Answers.ALL
    creates = True
    example = {
        "kind": "reevaluation",
        "guardian_id": "{guardian_id}",
        "given_on": "{today-1}",
        "paper_reference": "Cabinet 2, folder 14",
    }

    class Input(serializers.Serializer[Any]):
        kind = serializers.CharField(max_length=12)
        guardian_id = serializers.UUIDField()
        given_on = serializers.DateField()
        paper_reference = serializers.CharField(max_length=200)

    Output = ConsentOutput

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """What the parents consented to, newest first, and what they revoked."""
        found = queries.consents_page(actor=request.actor, student_id=student_id)
        data = {"results": self.Output(found.rows, many=True).data}
        return answered(data, version=found.version, topic=found.topic)

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Write down a parent's written consent, with its day and where the signed paper is kept.

        One consent of a kind is in force at a time (409, `consent_in_force`).
        """
        visible_student(actor=request.actor, student_id=student_id, lock=True)
        made = mutations.record_consent(
            actor=request.actor, student_id=student_id, today=request.actor.today, **self.parsed(request)
        )
        response = _one(request, student_id, made.id, code=status.HTTP_201_CREATED)
        response["Location"] = reverse("api-documents:consent", args=[made.id])
        return response


class ConsentApi(ApiView):
    """GET /api/v1/consents/{consent_id}/"""

    Output = ConsentOutput

    def get(self, request: ActorApiRequest, consent_id: UUID) -> Response:
        """One consent."""
        found = queries.visible_consent(actor=request.actor, consent_id=consent_id)
        response = _one(request, found.student_id, consent_id)
        log_access(actor=request.actor, student_id=found.student_id, page="api consent")
        return response


class ConsentRevokeApi(ApiView):
    """POST /api/v1/consents/{consent_id}/revoke/"""

    compares = ("POST",)
    example = {"revoked_on": "{today}"}

    class Input(serializers.Serializer[Any]):
        revoked_on = serializers.DateField()

    Output = ConsentOutput

    def post(self, request: ActorApiRequest, consent_id: UUID) -> Response:
        """Write down that a parent revoked a consent in writing; what was done before stays allowed."""
        student_id = queries.visible_consent(actor=request.actor, consent_id=consent_id).student_id
        visible_student(actor=request.actor, student_id=student_id, lock=True)
        check_version(request, _one(request, student_id, consent_id)["ETag"].strip('"'))
        mutations.revoke_consent(
            actor=request.actor, consent_id=consent_id, today=request.actor.today, **self.parsed(request)
        )
        return _one(request, student_id, consent_id)


def _one(
    request: ActorApiRequest, student_id: UUID, consent_id: UUID, *, code: int = status.HTTP_200_OK
) -> Response:
    page = queries.consents_page(actor=request.actor, student_id=student_id)
    data = ConsentOutput(one_of(page.rows, consent_id=consent_id)).data
    return answered(data, version=version_of(data), topic=page.topic, code=code)
