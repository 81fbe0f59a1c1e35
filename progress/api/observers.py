"""Endpoints of inter-observer agreement: sessions that two people saw, and how far they saw the same."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers, status
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiView, answered
from core.http import record_opening
from progress import mutations, queries


class AgreementOutput(serializers.Serializer[Any]):
    """How far two observers agree, in percent; `each` (trial by trial) and `kappa` where single trials are known."""

    total = serializers.DecimalField(max_digits=4, decimal_places=1)
    each = serializers.DecimalField(max_digits=4, decimal_places=1, allow_null=True)
    kappa = serializers.DecimalField(max_digits=4, decimal_places=2, allow_null=True)
    apart = serializers.ListField(child=serializers.IntegerField())
    is_low = serializers.BooleanField()


class GoalAgreementApi(ApiView):
    """GET /api/v1/goals/{goal_id}/agreement/"""

    class Output(serializers.Serializer[Any]):
        class Session(serializers.Serializer[Any]):
            """One session as two people saw it. `apart` counts the trials on which they differ from 1."""

            id = serializers.UUIDField()
            point_id = serializers.UUIDField()
            measured_on = serializers.DateField()
            first = serializers.DecimalField(max_digits=9, decimal_places=2)
            first_by = serializers.CharField()
            second = serializers.DecimalField(max_digits=9, decimal_places=2)
            second_by = serializers.CharField()
            agreement = AgreementOutput(source="found")
            trials = serializers.IntegerField()

        class ToSee(serializers.Serializer[Any]):
            """A session of somebody else to which you may add what you saw; their score is not told."""

            point_id = serializers.UUIDField()
            measured_on = serializers.DateField()
            recorded_by = serializers.CharField(source="by")
            trials = serializers.IntegerField()

        goal_id = serializers.UUIDField(source="goal.goal_id")
        student_id = serializers.UUIDField(source="goal.student_id")
        sessions = serializers.IntegerField()
        seen_twice = serializers.IntegerField()
        share = serializers.IntegerField(allow_null=True)
        mean = serializers.DecimalField(max_digits=4, decimal_places=1, allow_null=True)
        is_low = serializers.BooleanField()
        is_seldom = serializers.BooleanField()
        may_record = serializers.BooleanField()
        observations = Session(source="rows", many=True)
        to_see = ToSee(many=True)

    def get(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """How far two observers of the same sessions agree (inter-observer agreement), newest session first.

        `share` is how many of the `sessions` two people saw, in percent; `is_seldom` says that it is too little,
        `is_low` that the observers do not see the same. For those who record the goal or read the whole IEP.
        """
        found = queries.agreement_page(actor=request.actor, goal_id=goal_id)
        record_opening(actor=request.actor, student_id=found.goal.student_id, page="api agreement")
        return answered(self.Output(found).data, version=found.version, topic=found.topic)


class SecondObservationApi(ApiView):
    """GET and POST /api/v1/progress-points/{point_id}/second-observation/"""

    creates = True
    example: ClassVar[dict[str, Any]] = {"value": "60"}

    class Input(serializers.Serializer[Any]):
        value = serializers.DecimalField(max_digits=9, decimal_places=2, required=False)
        raw = serializers.DictField(required=False)

    class Output(serializers.Serializer[Any]):
        goal_id = serializers.UUIDField(source="goal.goal_id")
        point_id = serializers.UUIDField()
        measured_on = serializers.DateField()
        setting = serializers.CharField()
        recorded_by = serializers.CharField(source="by")
        unit = serializers.CharField(source="goal.unit")
        scale = serializers.CharField(source="goal.scale")
        method = serializers.CharField()
        kind = serializers.CharField()
        count = serializers.IntegerField()
        seconds = serializers.FloatField(allow_null=True)

    class Made(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        point_id = serializers.UUIDField()
        value = serializers.DecimalField(max_digits=9, decimal_places=2)
        raw = serializers.DictField(allow_null=True)
        method = serializers.CharField()
        agreement = serializers.DecimalField(max_digits=4, decimal_places=1)
        observed_by = serializers.CharField(source="observer_name")

    def get(self, request: ActorApiRequest, point_id: UUID) -> Response:
        """The session of a score for its second observer. What the first one saw is not told: it would lead the eye.

        Where `kind` is `trials`, `steps` or `intervals`, send `raw` with as many of them as `count` says.
        """
        found = queries.second_act(actor=request.actor, point_id=point_id)
        record_opening(actor=request.actor, student_id=found.goal.student_id, page="api second observer")
        return answered(self.Output(found).data, topic=f"goal.{found.goal.goal_id}")

    def post(self, request: ActorApiRequest, point_id: UUID) -> Response:
        """Add what you saw of a session that somebody else recorded; sent again, it replaces what you said before.

        `value` or `raw`, as for a score. Who recorded the score is refused (409, `same_observer`).
        """
        values = self.parsed(request)
        asked = queries.second_act(actor=request.actor, point_id=point_id)
        made = mutations.record_second_observation(
            actor=request.actor, point_id=point_id, method=asked.method, **values
        )
        topic = f"goal.{asked.goal.goal_id}"
        return answered(self.Made(made).data, topic=topic, code=status.HTTP_201_CREATED)
