"""Endpoints of programs and assessment results under /api/v1/. They are read here; imports bring them."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.response import Response

from assessments import queries
from core.api import ActorApiRequest, ApiPages, ApiView, answered
from core.api_access import Answers
from core.outbox import topic_version
from students.mutations import log_access
from students.queries import program_enrollments


class ProgramPages(ApiPages):
    """Newest first."""

    ordering = ("-begins_on", "id")  # type: ignore[assignment]  # the base names one column


class ResultPages(ApiPages):
    """Newest first."""

    ordering = ("-administered_on", "id")  # type: ignore[assignment]  # the base names one column


class ProgramListApi(ApiView):
    """GET /api/v1/students/{student_id}/programs/"""

    answers = Answers.PAGES

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        source = serializers.CharField()  # type: ignore[assignment]  # the base has a word of that name
        sourced_id = serializers.CharField()
        is_special_education = serializers.BooleanField()
        name = serializers.CharField()
        type = serializers.CharField()
        begins_on = serializers.DateField()
        ends_on = serializers.DateField(allow_null=True)
        exit_reason = serializers.CharField()
        idea_eligible = serializers.BooleanField(allow_null=True)
        iep_begins_on = serializers.DateField(allow_null=True)
        iep_ends_on = serializers.DateField(allow_null=True)
        iep_reviewed_on = serializers.DateField(allow_null=True)
        evaluated_on = serializers.DateField(allow_null=True)
        setting = serializers.CharField()
        setting_words = serializers.CharField()
        school_hours = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
        special_hours = serializers.DecimalField(max_digits=5, decimal_places=2, allow_null=True)
        is_medically_fragile = serializers.BooleanField(allow_null=True)
        has_multiple_disabilities = serializers.BooleanField(allow_null=True)
        exited_on = serializers.DateField(allow_null=True)
        special_exit_reason = serializers.CharField()
        disabilities = serializers.ListField(child=serializers.DictField())
        services = serializers.ListField(child=serializers.DictField())

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """The programs of a student, newest first, in cursor pages. None of them is an IEP."""
        rows = program_enrollments(actor=request.actor, student_id=student_id)
        return _listed(self, request, student_id, pages=ProgramPages(), rows=rows)


class ResultListApi(ApiView):
    """GET /api/v1/students/{student_id}/assessments/"""

    answers = Answers.PAGES

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        source = serializers.CharField()  # type: ignore[assignment]  # the base has a word of that name
        sourced_id = serializers.CharField()
        title = serializers.CharField()
        administered_on = serializers.DateField()
        school_year = serializers.CharField()
        grade = serializers.CharField()
        scores = serializers.ListField(child=serializers.DictField())
        levels = serializers.ListField(child=serializers.DictField())
        parts = serializers.ListField(child=serializers.DictField())
        accommodations = serializers.ListField(child=serializers.CharField())
        language = serializers.CharField()
        reason_not_tested = serializers.CharField()

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """What a student reached in state and district assessments, newest first, in cursor pages."""
        rows = queries.results(actor=request.actor, student_id=student_id)
        return _listed(self, request, student_id, pages=ResultPages(), rows=rows)


def _listed(
    view: "ProgramListApi | ResultListApi",
    request: ActorApiRequest,
    student_id: UUID,
    *,
    pages: ApiPages,
    rows: Any,
) -> Response:
    log_access(actor=request.actor, student_id=student_id, page="api-student")
    name = f"student.{student_id}"
    version = topic_version(name)
    found: Any = pages.paginate_queryset(rows, request, view=view)
    response = pages.get_paginated_response(view.Output(found, many=True).data)
    return answered(response.data, version=version, topic=name)
