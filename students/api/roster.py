"""Endpoints of the district's roster: who is in it, and a case file for one of them."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers, status
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiPages, ApiView, answered
from core.api_access import Answers
from core.errors import Invalid
from students import mutations, queries
from students.forms import RosterQuery


class RosterPages(ApiPages):
    """By name."""

    ordering = ("sort_name", "id")  # type: ignore[assignment]  # the base names one column


class RosterListApi(ApiView):
    """GET /api/v1/roster/"""

    answers = Answers.PAGES
    Query = RosterQuery

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField(source="entry_id")
        name = serializers.CharField()
        grade = serializers.CharField(source="grade_code")
        school_id = serializers.UUIDField(allow_null=True)
        school_name = serializers.CharField()
        has_file = serializers.BooleanField()
        student_id = serializers.UUIDField(allow_null=True)

    def get(self, request: ActorApiRequest) -> Response:
        """The pupils of the roster whom you may refer, by name. `student_id` is a case file that you see."""
        form = RosterQuery(request.query_params)
        if not form.is_valid():
            raise Invalid(
                fields={name: [str(text) for text in errors] for name, errors in form.errors.items()}
            )
        pages = RosterPages()
        rows = queries.roster_rows(actor=request.actor, words=form.cleaned_data["q"])
        found = pages.paginate_queryset(rows, request, view=self) or []
        shown = queries.roster_shown(actor=request.actor, entries=found)
        return answered(pages.get_paginated_response(self.Output(shown, many=True).data).data)


class ReferApi(ApiView):
    """POST /api/v1/roster/{entry_id}/refer/"""

    creates = True

    class Output(serializers.Serializer[Any]):
        student_id = serializers.UUIDField(source="id")

    def post(self, request: ActorApiRequest, entry_id: UUID) -> Response:
        """Open a case file for a pupil of the roster, with the roster's id (409, `has_case_file`, if there is one)."""
        student = mutations.refer_from_roster(actor=request.actor, entry_id=entry_id)
        response = answered(self.Output(student).data, topic=student.topic, code=status.HTTP_201_CREATED)
        response["Location"] = reverse("api-students:student", args=[student.id])
        return response
