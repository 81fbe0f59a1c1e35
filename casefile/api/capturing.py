"""Endpoints of recording in the classroom: one's groups, what one was asked to record, and data sheets of goals."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.response import Response

from casefile import mutations, queries
from core.api import ActorApiRequest, ApiView, answered, check_version, version_of
from core.api_access import Answers
from core.http import record_opening
from students.mutations import log_list_access

MOST_GOALS, MOST_STEPS, MOST_LEVELS = 60, 40, 10


class DataGroupOutput(serializers.Serializer[Any]):
    """One of your groups, with those of its goals that are in force and yours to record today."""

    class Goal(serializers.Serializer[Any]):
        """A goal that is recorded in the group."""

        goal_id = serializers.UUIDField()
        student_id = serializers.UUIDField()
        student = serializers.CharField()
        title = serializers.CharField()

    id = serializers.UUIDField()
    name = serializers.CharField()
    goals = Goal(many=True)


class DataGroupFields(serializers.Serializer[Any]):
    """A group's name, and the goals that are recorded in it: those of your students, or of your data tasks."""

    name = serializers.CharField(max_length=40)
    goal_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_GOALS)


class DataGroupListApi(ApiView):
    """GET and POST /api/v1/data-groups/"""

    answers = Answers.ALL
    creates = True
    example: ClassVar[dict[str, Any]] = {"name": "Reading B", "goal_ids": ["{goal_id}"]}

    Input = DataGroupFields
    Output = DataGroupOutput

    def get(self, request: ActorApiRequest) -> Response:
        """Your own groups of students whom you record at one time, by name."""
        rows = queries.told_groups(actor=request.actor, today=request.actor.today)
        students = {goal.student_id for row in rows for goal in row.goals}
        log_list_access(actor=request.actor, student_ids=students, page="api data groups")
        return answered({"results": self.Output(rows, many=True).data}, topic=_own_topic(request))

    def post(self, request: ActorApiRequest) -> Response:
        """Make a group of your own, 30 at the most (409, `too_many`)."""
        group_id = _saved(request, self.parsed(request))
        response = _group(request, group_id, code=status.HTTP_201_CREATED)
        response["Location"] = reverse("api-casefile:data-group", args=[group_id])
        return response


class DataGroupApi(ApiView):
    """GET, PATCH and DELETE /api/v1/data-groups/{group_id}/"""

    compares = ("PATCH", "DELETE")
    example: ClassVar[dict[str, Any]] = {"name": "Reading C"}

    Input = DataGroupFields
    Output = DataGroupOutput

    def get(self, request: ActorApiRequest, group_id: UUID) -> Response:
        """One of your groups."""
        return _group(request, group_id)

    def patch(self, request: ActorApiRequest, group_id: UUID) -> Response:
        """Rename a group, or choose its goals anew; `goal_ids` replaces all of them."""
        values = self.parsed(request, partial=True)
        _locked(request, group_id)
        _saved(request, values, group_id)
        return _group(request, group_id)

    def delete(self, request: ActorApiRequest, group_id: UUID) -> Response:
        """Put a group away; `POST …/restore/` brings it back."""
        _locked(request, group_id)
        mutations.delete_data_group(actor=request.actor, group_id=group_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class DataGroupRestoreApi(ApiView):
    """POST /api/v1/data-groups/{group_id}/restore/"""

    Output = DataGroupOutput

    def post(self, request: ActorApiRequest, group_id: UUID) -> Response:
        """Bring a group of yours back."""
        mutations.restore_data_group(actor=request.actor, group_id=group_id)
        return _group(request, group_id)


class OwnDataTaskListApi(ApiView):
    """GET /api/v1/data-tasks/"""

    answers = Answers.ALL

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        goal_id = serializers.UUIDField()
        student_id = serializers.UUIDField()
        student = serializers.CharField()
        title = serializers.CharField()
        unit = serializers.CharField()
        instructions = serializers.CharField()
        assigned_by = serializers.CharField()
        last_on = serializers.DateField(allow_null=True)
        is_due = serializers.BooleanField()

    def get(self, request: ActorApiRequest) -> Response:
        """What you were asked to record, what is due first; data tasks of others are nobody else's to see here."""
        rows = queries.data_tasks(actor=request.actor, today=request.actor.today)
        students = {row.student_id for row in rows}
        log_list_access(actor=request.actor, student_ids=students, page="api data tasks")
        return answered({"results": self.Output(rows, many=True).data}, topic=_own_topic(request))


class RubricLevel(serializers.Serializer[Any]):
    """One level of a rubric: its title, and what is seen at it."""

    value = serializers.IntegerField(min_value=1, max_value=MOST_LEVELS)
    title = serializers.CharField(max_length=60)
    words = serializers.CharField(max_length=200, allow_blank=True)


class DataSheetApi(ApiView):
    """GET and PUT /api/v1/goals/{goal_id}/data-sheet/"""

    compares = ("PUT",)
    example: ClassVar[dict[str, Any]] = {
        "steps": ["Opens the book", "Finds the page", "Reads the title"],
        "levels": [],
        "trials": 10,
        "seconds": 60,
    }

    class Input(serializers.Serializer[Any]):
        steps = serializers.ListField(
            child=serializers.CharField(max_length=120), max_length=MOST_STEPS, required=False
        )
        levels = RubricLevel(
            many=True,
            max_length=MOST_LEVELS,  # type: ignore[call-arg]  # the list takes it
            required=False,
        )
        trials = serializers.IntegerField(min_value=1, max_value=100, required=False)
        seconds = serializers.IntegerField(min_value=5, max_value=3600, required=False)

        def validate_levels(self, levels: list[dict[str, Any]]) -> list[dict[str, Any]]:
            """Each level once, lowest first."""
            if len({level["value"] for level in levels}) < len(levels):
                raise serializers.ValidationError(_("Each level has a number of its own."))
            return sorted(levels, key=lambda level: int(level["value"]))

    class Output(serializers.Serializer[Any]):
        goal_id = serializers.UUIDField()
        student_id = serializers.UUIDField()
        scale = serializers.CharField()
        steps = serializers.ListField(child=serializers.CharField())
        levels = RubricLevel(many=True)
        trials = serializers.IntegerField()
        seconds = serializers.IntegerField()

    def get(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """How a goal is recorded: steps of its task analysis, levels of its rubric, trials each time, seconds.

        For those who write the goal or choose what to record of it; who is only asked reads it in their data task.
        """
        found = queries.data_sheet(actor=request.actor, goal_id=goal_id)
        record_opening(actor=request.actor, student_id=found.student_id, page="api data sheet")
        return self._answer(found)

    def put(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """Say how a goal is recorded, wholly.

        What is left out is as where nobody has said it: no steps, no levels, 10 trials, 60 seconds.
        """
        values = self.parsed(request)
        before = queries.data_sheet(actor=request.actor, goal_id=goal_id, lock=True)
        check_version(request, version_of(self.Output(before).data))
        mutations.save_data_sheet(actor=request.actor, goal_id=goal_id, **values)
        return self._answer(queries.data_sheet(actor=request.actor, goal_id=goal_id))

    def _answer(self, found: queries.ToldSheet) -> Response:
        data = self.Output(found).data
        return answered(data, version=version_of(data), topic=f"goal.{found.goal_id}")


def _own_topic(request: ActorApiRequest) -> str:
    return f"person.{request.actor.person_id}"


def _saved(request: ActorApiRequest, values: Mapping[str, Any], group_id: UUID | None = None) -> UUID:
    chosen = queries.group_to_save(
        actor=request.actor, today=request.actor.today, group_id=group_id, **values
    )
    group = mutations.save_data_group(
        actor=request.actor,
        today=request.actor.today,
        group_id=group_id,
        name=chosen.name,
        lineage_ids=chosen.lineage_ids,
    )
    return group.id


def _locked(request: ActorApiRequest, group_id: UUID) -> None:
    queries.data_group(actor=request.actor, group_id=group_id, lock=True)
    check_version(request, version_of(DataGroupOutput(_told(request, group_id)).data))


def _told(request: ActorApiRequest, group_id: UUID) -> queries.ToldGroup:
    return queries.told_group(actor=request.actor, group_id=group_id, today=request.actor.today)


def _group(request: ActorApiRequest, group_id: UUID, *, code: int = status.HTTP_200_OK) -> Response:
    found = _told(request, group_id)
    students = {goal.student_id for goal in found.goals}
    log_list_access(actor=request.actor, student_ids=students, page="api data group")
    data = DataGroupOutput(found).data
    return answered(data, version=version_of(data), topic=_own_topic(request), code=code)
