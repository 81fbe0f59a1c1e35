"""Endpoints of scores under /api/v1/."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers, status
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiPages, ApiView, answered
from core.api_access import Answers
from core.http import record_opening
from progress import mutations, queries
from progress.api.shapes import PointOutput, ScoreFields, SharedPointOutput


class PointPages(ApiPages):
    """Oldest first."""

    ordering = ("measured_on", "id")  # type: ignore[assignment]  # the base names one column


class PointListApi(ApiView):
    """GET and POST /api/v1/goals/{goal_id}/points/"""

    answers = Answers.PAGES
    creates = True
    example = {"measured_on": "{today-1}", "value": "61", "note": "Two probes, the median"}

    Input = ScoreFields
    Output = PointOutput

    def get(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """The scores of a goal, oldest first, in cursor pages; those left out too, with their reason."""
        found = queries.goal_points(actor=request.actor, goal_id=goal_id)
        record_opening(actor=request.actor, student_id=found.student_id, page="api points")
        output = PointOutput if found.shows_notes else SharedPointOutput
        pages = PointPages()
        rows = pages.paginate_queryset(found.rows, request, view=self)
        response = pages.get_paginated_response(output(rows, many=True).data)
        return answered(response.data, version=found.version, topic=found.topic)

    def post(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """Record one score. Who records the goal of a data task, records that goal and no other."""
        values = self.parsed(request)
        today = request.actor.today
        point = mutations.record_progress_point(actor=request.actor, goal_id=goal_id, today=today, **values)
        return answered(PointOutput(point).data, topic=point.goal.topic, code=status.HTTP_201_CREATED)


class SessionEntry(ScoreFields):
    """One score of a session."""

    goal_id = serializers.UUIDField()


class ProgressSessionListApi(ApiView):
    """POST /api/v1/progress-sessions/"""

    creates = True
    example: ClassVar[dict[str, Any]] = {
        "entries": [
            {"goal_id": "{goal_id}", "measured_on": "{today-2}", "value": "58"},
            {"goal_id": "{goal_id}", "measured_on": "{today+1}", "value": "58"},
        ]
    }

    class Input(serializers.Serializer[Any]):
        entries = SessionEntry(many=True)

    class Output(serializers.Serializer[Any]):
        class Answer(serializers.Serializer[Any]):
            """What became of one entry: kept, or refused with a code and what to do."""

            goal_id = serializers.UUIDField(source="entry.goal_id")
            client_id = serializers.UUIDField(source="entry.client_id", allow_null=True)
            is_kept = serializers.BooleanField()
            is_repeat = serializers.BooleanField()
            point = PointOutput(allow_null=True)
            code = serializers.CharField()
            message = serializers.CharField()
            details = serializers.DictField()

        kept = serializers.IntegerField()
        answers = Answer(many=True)

    def post(self, request: ActorApiRequest) -> Response:
        """Record up to 500 scores of several students at once. Each is kept or refused for itself, in their order."""
        entries = [mutations.Entry(**entry) for entry in self.parsed(request)["entries"]]
        answers = mutations.record_session(actor=request.actor, entries=entries, today=request.actor.today)
        body = {"kept": sum(answer.is_kept for answer in answers), "answers": answers}
        return answered(self.Output(body).data, code=status.HTTP_201_CREATED)


class PointUndoApi(ApiView):
    """POST /api/v1/progress-points/{point_id}/undo/"""

    example = {"reason": "Entered for the wrong day"}

    class Input(serializers.Serializer[Any]):
        reason = serializers.CharField(max_length=300, required=False, allow_blank=True)

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        voided_at = serializers.DateTimeField()

    def post(self, request: ActorApiRequest, point_id: UUID) -> Response:
        """Take a score back that was recorded by mistake; it stays on record and no longer counts."""
        point = mutations.undo_progress_point(actor=request.actor, point_id=point_id, **self.parsed(request))
        return answered(self.Output(point).data, topic=point.goal.topic)


class PointExcludeApi(ApiView):
    """POST /api/v1/progress-points/{point_id}/exclude/"""

    example = {"reason": "Fire drill in the middle of the probe"}

    class Input(serializers.Serializer[Any]):
        reason = serializers.CharField(max_length=300)

    Output = PointOutput

    def post(self, request: ActorApiRequest, point_id: UUID) -> Response:
        """Leave a score out of every rule and line, with a reason; it stays in the list and on the chart."""
        point = mutations.exclude_point(actor=request.actor, point_id=point_id, **self.parsed(request))
        return answered(self.Output(point).data, topic=point.goal.topic)


class PointIncludeApi(ApiView):
    """POST /api/v1/progress-points/{point_id}/include/"""

    Output = PointOutput

    def post(self, request: ActorApiRequest, point_id: UUID) -> Response:
        """Count a score again that was left out."""
        point = mutations.include_point(actor=request.actor, point_id=point_id)
        return answered(self.Output(point).data, topic=point.goal.topic)
