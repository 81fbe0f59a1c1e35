"""Endpoints of the audit under /api/v1/."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.response import Response

from audit import queries
from audit.forms import AuditQuery
from core.api import ActorApiRequest, ApiPages, ApiView, answered
from core.api_access import Answers
from core.errors import Invalid


class EntryPages(ApiPages):
    """Newest first."""

    ordering = ("-at", "-id")  # type: ignore[assignment]  # the base names one column


class AuditListApi(ApiView):
    """GET /api/v1/audit/"""

    answers = Answers.PAGES
    Query = AuditQuery

    class Output(serializers.Serializer[Any]):
        id = serializers.IntegerField()
        at = serializers.DateTimeField()
        verb = serializers.CharField()
        actor_kind = serializers.CharField()
        actor_id = serializers.UUIDField(source="actor_person_id", allow_null=True)
        actor_name = serializers.CharField()
        student_id = serializers.UUIDField(allow_null=True)
        record_type = serializers.CharField()
        record_id = serializers.UUIDField(allow_null=True)
        values = serializers.DictField()
        reason = serializers.CharField()
        request_id = serializers.CharField()
        ip = serializers.CharField(allow_null=True)
        user_agent = serializers.CharField()

    def get(self, request: ActorApiRequest) -> Response:
        """Who changed and who opened what, newest first, in cursor pages.

        Narrow by `who` and `student` (ids), `did` (opened, changed, refused), `kind`, `since`, `until` and `request`.
        """
        form = AuditQuery(request.query_params)
        if not form.is_valid():
            raise Invalid(
                fields={name: [str(text) for text in errors] for name, errors in form.errors.items()}
            )
        pages = EntryPages()
        rows = queries.entries_of(actor=request.actor, filters=form.filters())
        found = pages.paginate_queryset(rows, request, view=self)
        return answered(pages.get_paginated_response(self.Output(found, many=True).data).data)


class AccessRecordApi(ApiView):
    """GET /api/v1/students/{student_id}/access-record/"""

    answers = Answers.PAGES

    class DisclosureOutput(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        party = serializers.CharField()
        asked_on = serializers.DateField()
        disclosed_on = serializers.DateField(allow_null=True)
        what = serializers.CharField()
        purpose = serializers.CharField()
        interest = serializers.CharField()
        basis = serializers.CharField()
        redisclosure = serializers.CharField()
        recorded_by = serializers.CharField()

    class Beside(serializers.Serializer[Any]):
        disclosures = serializers.ListField(child=serializers.DictField())

    class Output(serializers.Serializer[Any]):
        id = serializers.IntegerField()
        at = serializers.DateTimeField()
        party = serializers.CharField(source="actor_name")
        kind = serializers.CharField(source="actor_kind")
        verb = serializers.CharField()
        interest = serializers.SerializerMethodField()
        purpose = serializers.SerializerMethodField()

        def get_interest(self, entry: Any) -> list[str]:
            """The roles held, and what tied them to the student."""
            return list(entry.values.get("interest", []))

        def get_purpose(self, entry: Any) -> str:
            """What was opened or taken."""
            return str(entry.values.get("page") or entry.values.get("what") or "")

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """A student's record of access: `disclosures` to outside parties, and who opened it in cursor pages."""
        pages = EntryPages()
        rows = queries.accesses_of(actor=request.actor, student_id=student_id)
        outside = queries.disclosures_of(actor=request.actor, student_id=student_id)
        found = pages.paginate_queryset(rows, request, view=self)
        data = pages.get_paginated_response(self.Output(found, many=True).data).data
        data["disclosures"] = self.DisclosureOutput(outside, many=True).data
        return answered(data, topic=f"student.{student_id}")
