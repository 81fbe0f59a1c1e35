"""Endpoints of scores under /api/v1/."""

from typing import Any
from uuid import UUID

from rest_framework import serializers, status
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiPages, ApiView, answered
from core.api_access import Answers
from core.http import record_opening
from progress import mutations, queries


class PointPages(ApiPages):
    """Oldest first."""

    ordering = ("measured_on", "id")  # type: ignore[assignment]  # the base names one column


class PointListApi(ApiView):
    """GET and POST /api/v1/goals/{goal_id}/points/"""

    answers = Answers.PAGES
    creates = True
    example = {"measured_on": "{today-1}", "value": "61", "note": "Two probes, the median"}

    class Input(serializers.Serializer[Any]):
        measured_on = serializers.DateField()
        value = serializers.DecimalField(max_digits=9, decimal_places=2)
        context = serializers.CharField(  # type: ignore[assignment]  # our field, not DRF's own `context`
            max_length=120, required=False, allow_blank=True
        )
        note = serializers.CharField(max_length=2000, required=False, allow_blank=True)
        is_baseline = serializers.BooleanField(required=False)
        client_id = serializers.UUIDField(required=False, allow_null=True)

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        goal_id = serializers.UUIDField()
        measured_on = serializers.DateField()
        value = serializers.DecimalField(max_digits=9, decimal_places=2)
        is_baseline = serializers.BooleanField()
        context = serializers.CharField(required=False)  # type: ignore[assignment]  # our field, not DRF's own
        note = serializers.CharField(required=False)
        recorded_by = serializers.CharField(source="recorded_by_name")
        recorded_at = serializers.DateTimeField(source="created_at")

    class SharedOutput(Output):
        """As families read it."""

        context = None  # type: ignore[assignment]  # DRF's way to leave a field out
        note = None  # type: ignore[assignment]

    def get(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """The points of a goal, oldest first, in cursor pages."""
        found = queries.goal_points(actor=request.actor, goal_id=goal_id)
        record_opening(actor=request.actor, student_id=found.student_id, page="api points")
        output = self.Output if found.shows_notes else self.SharedOutput
        pages = PointPages()
        rows = pages.paginate_queryset(found.rows, request, view=self)
        response = pages.get_paginated_response(output(rows, many=True).data)
        return answered(response.data, version=found.version, topic=found.topic)

    def post(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """Record one point."""
        values = self.parsed(request)
        today = request.actor.today
        point = mutations.record_progress_point(actor=request.actor, goal_id=goal_id, today=today, **values)
        return answered(self.Output(point).data, topic=point.goal.topic, code=status.HTTP_201_CREATED)


class PointUndoApi(ApiView):
    """POST /api/v1/progress-points/{point_id}/undo/"""

    example = {"reason": "Entered for the wrong day"}

    class Input(serializers.Serializer[Any]):
        reason = serializers.CharField(max_length=300, required=False, allow_blank=True)

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        voided_at = serializers.DateTimeField()

    def post(self, request: ActorApiRequest, point_id: UUID) -> Response:
        """Void one point; it stays on record and no longer counts."""
        point = mutations.undo_progress_point(actor=request.actor, point_id=point_id, **self.parsed(request))
        return answered(self.Output(point).data, topic=point.goal.topic)
