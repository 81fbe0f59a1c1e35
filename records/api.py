"""Endpoints of whole records under /api/v1/."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from rest_framework import serializers, status
from rest_framework.response import Response

from accounts.reauthentication import recently_signed_in
from core.api import ActorApiRequest, ApiView, answered
from core.api_access import Answers
from core.http import never_stored
from records import mutations, queries


class ExportOutput(serializers.Serializer[Any]):
    """One copy of a record."""

    id = serializers.UUIDField()
    student_id = serializers.UUIDField()
    state = serializers.CharField()
    percent = serializers.IntegerField()
    reason = serializers.CharField()
    size = serializers.IntegerField()
    counts = serializers.DictField()
    unprintable = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    has_file = serializers.BooleanField()


class ExportListApi(ApiView):
    """GET, POST /api/v1/students/{student_id}/exports/"""

    class Input(serializers.Serializer[Any]):
        reason = serializers.CharField(max_length=300)

    answers = Answers.ALL
    creates = True
    Output = ExportOutput
    example = {"reason": "The family moves and asks for a copy"}

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """One's own copies of a student's record, newest first."""
        found = queries.export_page(actor=request.actor, student_id=student_id)
        data = {"results": ExportOutput(found.rows, many=True).data}
        return answered(data, version=found.version, topic=found.topic)

    @recently_signed_in
    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Ask for a copy of the whole record; a worker writes it. Read it again until `state` is `done`."""
        made = mutations.request_export(actor=request.actor, student_id=student_id, **self.parsed(request))
        found = queries.own_export_row(actor=request.actor, export_id=made.id)
        return answered(ExportOutput(found).data, topic=found.topic, code=status.HTTP_201_CREATED)


class ExportApi(ApiView):
    """GET /api/v1/exports/{export_id}/"""

    Output = ExportOutput

    def get(self, request: ActorApiRequest, export_id: UUID) -> Response:
        """How far a copy is."""
        found = queries.own_export_row(actor=request.actor, export_id=export_id)
        return answered(ExportOutput(found).data, topic=found.topic)


class ExportFileApi(ApiView):
    """GET /api/v1/exports/{export_id}/file/: a zip, so it is told in docs/record-export.md, not in the schema."""

    schema = None

    @recently_signed_in
    def get(self, request: ActorApiRequest, export_id: UUID) -> HttpResponse:
        """The copy itself, a zip; written down each time (34 CFR 99.32)."""
        _found, data = mutations.fetch_export(actor=request.actor, export_id=export_id, now=timezone.now())
        response = HttpResponse(data, content_type="application/zip")
        response["Content-Disposition"] = 'attachment; filename="record.zip"'
        return never_stored(response)
