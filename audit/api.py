"""Endpoints of the audit under /api/v1/."""

from typing import Any
from uuid import UUID

from rest_framework import serializers, status
from rest_framework.response import Response

from audit import mutations, queries
from audit.forms import AuditQuery
from core.api import ActorApiRequest, ApiPages, ApiView, answered
from core.api_access import Answers
from core.errors import Invalid
from students.queries import one_of, visible_student


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


class DisclosureFields(serializers.Serializer[Any]):
    """A request for the record by a party outside the district, and what it was given (34 CFR 99.32(a))."""

    party = serializers.CharField(max_length=160)
    asked_on = serializers.DateField()
    purpose = serializers.CharField(max_length=300)
    interest = serializers.CharField(max_length=300)
    disclosed_on = serializers.DateField(required=False, allow_null=True)
    what = serializers.CharField(max_length=400, required=False, allow_blank=True)
    basis = serializers.CharField(max_length=20, required=False, allow_blank=True)
    redisclosure = serializers.CharField(max_length=300, required=False, allow_blank=True)


class DisclosureOutput(DisclosureFields):
    """One request or disclosure."""

    id = serializers.UUIDField()
    recorded_by = serializers.CharField()


class DisclosureListApi(ApiView):
    """GET and POST /api/v1/students/{student_id}/disclosures/"""

    answers = Answers.ALL
    creates = True
    example = {
        "party": "Dr. Amal Reyes, Fern Hill Clinic",
        "asked_on": "{today-2}",
        "purpose": "An evaluation of hearing",
        "interest": "Treats the student",
        "disclosed_on": "{today}",
        "what": "The evaluation of last spring",
        "basis": "consent",
    }

    Input = DisclosureFields
    Output = DisclosureOutput

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Who outside the district asked for the record and what they were given, newest first."""
        rows = queries.disclosures_of(actor=request.actor, student_id=student_id)
        return answered({"results": self.Output(rows, many=True).data}, topic=f"student.{student_id}")

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Write down a request or a disclosure; without `disclosed_on` nothing was disclosed."""
        visible_student(actor=request.actor, student_id=student_id, lock=True)
        made = mutations.record_disclosure(
            actor=request.actor, student_id=student_id, today=request.actor.today, **self.parsed(request)
        )
        rows = queries.disclosures_of(actor=request.actor, student_id=student_id)
        data = self.Output(one_of(rows, id=made.id)).data
        return answered(data, topic=f"student.{student_id}", code=status.HTTP_201_CREATED)


class AccessRecordApi(ApiView):
    """GET /api/v1/students/{student_id}/access-record/"""

    answers = Answers.PAGES

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
        data["disclosures"] = DisclosureOutput(outside, many=True).data
        return answered(data, topic=f"student.{student_id}")
