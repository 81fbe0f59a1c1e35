"""Endpoints of how a goal goes: its status and verdict, phases, decisions, its state, and who records it."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers, status
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiView, answered, check_version
from core.api_access import Answers
from core.http import record_opening
from progress import mutations, queries
from progress.api.shapes import DataTaskOutput, DecisionOutput, PhaseOutput

CHOICES = ("continue", "change", "raise", "lower")
STATES = ("open", "maintenance", "met")
ACTS = {
    "met": mutations.close_goal,
    "maintenance": mutations.move_to_maintenance,
    "open": mutations.reopen_goal,
}


class OfGoalListApi(ApiView):
    """All rows of one kind about a goal."""

    answers = Answers.ALL
    creates = True

    def listed(self, request: ActorApiRequest, found: queries.OfGoal, page: str) -> Response:
        """The rows, with the goal's version; that its student was opened is written down."""
        record_opening(actor=request.actor, student_id=found.student_id, page=page)
        rows = self.Output(found.rows, many=True).data
        return answered({"results": rows}, version=found.version, topic=found.topic)


class GoalProgressApi(ApiView):
    """GET /api/v1/goals/{goal_id}/progress/"""

    class Output(serializers.Serializer[Any]):
        class Verdict(serializers.Serializer[Any]):
            """Which rule fired, on which scores, and what it suggests."""

            rule = serializers.CharField()
            suggestion = serializers.CharField()
            needs_decision = serializers.BooleanField()
            points = serializers.ListField(child=serializers.UUIDField())
            words = serializers.CharField()
            suggested = serializers.CharField()

        goal_id = serializers.UUIDField()
        student_id = serializers.UUIDField()
        status = serializers.CharField()
        state = serializers.CharField()
        mastered_on = serializers.DateField(allow_null=True)
        unit = serializers.CharField()
        direction = serializers.CharField()
        baseline = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True)
        target = serializers.DecimalField(max_digits=9, decimal_places=2)
        target_on = serializers.DateField()
        current = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True)
        last_on = serializers.DateField(allow_null=True)
        percent_of_way = serializers.DecimalField(max_digits=6, decimal_places=1, allow_null=True)
        trend_per_week = serializers.DecimalField(max_digits=14, decimal_places=2, allow_null=True)
        reached_on = serializers.DateField(allow_null=True)
        points = serializers.IntegerField()
        missed = serializers.IntegerField()
        may_record = serializers.BooleanField()
        may_decide = serializers.BooleanField()
        verdict = Verdict()

    def get(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """How a goal goes: status, current level, trend, projection, and the verdict with its rule and scores."""
        found = queries.goal_status(actor=request.actor, goal_id=goal_id, today=request.actor.today)
        record_opening(actor=request.actor, student_id=found.student_id, page="api progress")
        return answered(self.Output(found).data, version=found.version, topic=found.topic)


class PhaseListApi(OfGoalListApi):
    """GET and POST /api/v1/goals/{goal_id}/phases/"""

    example = {"label": "Repeated reading", "detail": "Daily, in a pair", "starts_on": "{today-7}"}

    class Input(serializers.Serializer[Any]):
        label = serializers.CharField(max_length=60)  # type: ignore[assignment]  # our field, not DRF's own
        starts_on = serializers.DateField()
        detail = serializers.CharField(max_length=120, allow_blank=True, required=False)
        reason = serializers.CharField(max_length=500, allow_blank=True, required=False)

    Output = PhaseOutput

    def get(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """What was tried for a goal, oldest first."""
        found = queries.goal_phases(actor=request.actor, goal_id=goal_id)
        return self.listed(request, found, "api phases")

    def post(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """Mark a change of instruction from a day on; the phase before it ends."""
        values, today = self.parsed(request), request.actor.today
        phase = mutations.start_phase(actor=request.actor, goal_id=goal_id, today=today, **values)
        return answered(self.Output(phase).data, topic=f"goal.{goal_id}", code=status.HTTP_201_CREATED)


class PhaseApi(ApiView):
    """PATCH /api/v1/phases/{phase_id}/"""

    compares = ("PATCH",)
    example = {"label": "Repeated reading with a recording"}

    class Input(serializers.Serializer[Any]):
        label = serializers.CharField(max_length=60)  # type: ignore[assignment]  # our field, not DRF's own
        detail = serializers.CharField(max_length=120, allow_blank=True)
        reason = serializers.CharField(max_length=500, allow_blank=True)

    Output = PhaseOutput

    def patch(self, request: ActorApiRequest, phase_id: UUID) -> Response:
        """Say otherwise what is tried; its days stay. `If-Match` is the `ETag` of the goal's phases."""
        values = self.parsed(request, partial=True)
        found, version = queries.phase_to_change(actor=request.actor, phase_id=phase_id)
        check_version(request, version)
        kept = {name: values.get(name, getattr(found, name)) for name in ("label", "detail", "reason")}
        phase = mutations.rename_phase(actor=request.actor, phase_id=phase_id, **kept)
        return answered(self.Output(phase).data, topic=phase.goal.topic)


class PhaseEndApi(ApiView):
    """POST /api/v1/phases/{phase_id}/end/"""

    example = {"ends_on": "{today+1}"}

    class Input(serializers.Serializer[Any]):
        ends_on = serializers.DateField()

    Output = PhaseOutput

    def post(self, request: ActorApiRequest, phase_id: UUID) -> Response:
        """End what was tried; `ends_on` is the first day without it."""
        phase = mutations.end_phase(
            actor=request.actor, phase_id=phase_id, today=request.actor.today, **self.parsed(request)
        )
        return answered(self.Output(phase).data, topic=phase.goal.topic)


class DecisionListApi(OfGoalListApi):
    """GET and POST /api/v1/goals/{goal_id}/decisions/"""

    example = {
        "choice": "change",
        "reason": "Four scores in a row lie below.",
        "phase_label": "Smaller group",
    }

    class Input(serializers.Serializer[Any]):
        choice = serializers.ChoiceField(choices=CHOICES)
        reason = serializers.CharField(max_length=500)
        phase_label = serializers.CharField(max_length=60, allow_blank=True, required=False)
        phase_detail = serializers.CharField(max_length=120, allow_blank=True, required=False)
        phase_starts_on = serializers.DateField(allow_null=True, required=False)
        target = serializers.DecimalField(max_digits=9, decimal_places=2, allow_null=True, required=False)
        target_on = serializers.DateField(allow_null=True, required=False)

    Output = DecisionOutput

    def get(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """What was decided on a goal, newest first."""
        found = queries.goal_decisions(actor=request.actor, goal_id=goal_id)
        return self.listed(request, found, "api decisions")

    def post(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """Keep going, change instruction (a phase begins), or propose to raise or lower the goal: that opens an
        amendment of the IEP (34 CFR 300.324(a)(4)) and never changes the signed goal."""
        made = mutations.decide(
            actor=request.actor, goal_id=goal_id, today=request.actor.today, **self.parsed(request)
        )
        row = queries.decision_row(actor=request.actor, decision=made)
        return answered(self.Output(row).data, topic=f"goal.{goal_id}", code=status.HTTP_201_CREATED)


class DecisionTakeBackApi(ApiView):
    """POST /api/v1/decisions/{decision_id}/take-back/"""

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        goal_id = serializers.UUIDField()

    def post(self, request: ActorApiRequest, decision_id: UUID) -> Response:
        """Take back one's own decision of today on which nothing rests."""
        gone = mutations.take_back_decision(
            actor=request.actor, decision_id=decision_id, today=request.actor.today
        )
        said = {"id": decision_id, "goal_id": gone.goal_id}
        return answered(self.Output(said).data, topic=f"goal.{gone.goal_id}")


class GoalStateApi(ApiView):
    """POST /api/v1/goals/{goal_id}/state/"""

    example = {"state": "maintenance", "reason": "She reads like this in every class."}

    class Input(serializers.Serializer[Any]):
        state = serializers.ChoiceField(choices=STATES)
        reason = serializers.CharField(max_length=500)

    class Output(serializers.Serializer[Any]):
        goal_id = serializers.UUIDField()
        state = serializers.CharField(source="status")
        mastered_on = serializers.DateField(allow_null=True)
        reason = serializers.CharField()
        changed_on = serializers.DateField(allow_null=True)
        changed_by = serializers.CharField(source="changed_by_name")

    def post(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """Say that a goal is `met`, goes on with probes now and then (`maintenance`), or is `open` again."""
        values = self.parsed(request)
        state = ACTS[values["state"]](
            actor=request.actor, goal_id=goal_id, reason=values["reason"], today=request.actor.today
        )
        return answered(self.Output(state).data, topic=f"goal.{goal_id}")


class DataTaskListApi(OfGoalListApi):
    """GET and POST /api/v1/goals/{goal_id}/data-tasks/"""

    example: ClassVar[dict[str, Any]] = {
        "person_id": "{teammate_id}",
        "instructions": "Ten cards at the window table",
        "starts_on": "{today}",
        "trials": 10,
    }

    class Input(serializers.Serializer[Any]):
        person_id = serializers.UUIDField()
        starts_on = serializers.DateField()
        ends_on = serializers.DateField(allow_null=True, required=False)
        instructions = serializers.CharField(max_length=2000, allow_blank=True, required=False)
        trials = serializers.IntegerField(min_value=1, max_value=100, allow_null=True, required=False)

    Output = DataTaskOutput

    def get(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """Who is asked to record a goal, today or later: of others for whoever decides on it, else one's own."""
        found = queries.goal_data_tasks(actor=request.actor, goal_id=goal_id)
        return self.listed(request, found, "api data tasks")

    def post(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """Ask somebody of the team to record a goal; who is asked already, is asked as is said now."""
        task = mutations.assign_data_task(actor=request.actor, goal_id=goal_id, **self.parsed(request))
        return answered(self.Output(task).data, topic=f"goal.{goal_id}", code=status.HTTP_201_CREATED)


class DataTaskEndApi(ApiView):
    """POST /api/v1/data-tasks/{task_id}/end/"""

    Output = DataTaskOutput

    def post(self, request: ActorApiRequest, task_id: UUID) -> Response:
        """No longer ask somebody to record a goal, from today on."""
        task = mutations.end_data_task(actor=request.actor, task_id=task_id, today=request.actor.today)
        return answered(self.Output(task).data, topic=task.goal.topic)
