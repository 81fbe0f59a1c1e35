"""Endpoints of goal attainment scaling: what each level of a goal looks like, and which one was reached."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers, status
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiView, answered, check_version, version_of
from core.http import record_opening
from progress import mutations, queries

LONGEST = 300


class AttainmentLevels(serializers.Serializer[Any]):
    """What would be seen at each level, from −2 to +2."""

    much_less = serializers.CharField(max_length=LONGEST)
    less = serializers.CharField(max_length=LONGEST)
    expected = serializers.CharField(max_length=LONGEST)
    more = serializers.CharField(max_length=LONGEST)
    much_more = serializers.CharField(max_length=LONGEST)


class RatingOutput(serializers.Serializer[Any]):
    """Which level a goal had reached on a day, from −2 to +2. What was seen is for the team: `note`."""

    rated_on = serializers.DateField()
    level = serializers.IntegerField()
    rated_by = serializers.CharField(source="by")
    note = serializers.CharField()


class ScaledGoalOutput(serializers.Serializer[Any]):
    """A goal with its levels (null while nobody has said them) and its ratings, newest first.

    `is_scored`: the goal is measured on this scale, so its scores are its ratings.
    """

    goal_id = serializers.UUIDField()
    number = serializers.IntegerField()
    title = serializers.CharField()
    weight = serializers.IntegerField()
    levels = AttainmentLevels(source="words", allow_null=True)
    ratings = RatingOutput(many=True)
    is_scored = serializers.BooleanField()
    may_set = serializers.BooleanField()
    may_rate = serializers.BooleanField()


class AttainmentApi(ApiView):
    """GET /api/v1/students/{student_id}/attainment/"""

    class Output(serializers.Serializer[Any]):
        class Day(serializers.Serializer[Any]):
            """The T-score after the ratings of one day."""

            on = serializers.DateField()
            score = serializers.DecimalField(max_digits=5, decimal_places=1)

        student_id = serializers.UUIDField()
        goals = ScaledGoalOutput(many=True)
        score = serializers.DecimalField(max_digits=5, decimal_places=1, allow_null=True)
        attained = serializers.CharField(allow_null=True)
        rated = serializers.IntegerField()
        is_whole = serializers.BooleanField()
        history = Day(many=True)

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """How far a student got on the goals in force by goal attainment scaling: levels, ratings, the T-score.

        `score` is the T-score of the `rated` goals that count; `attained` is what it means. `is_whole` is false for
        whoever sees only the goals that they were asked to record. `history` has the last days, the newest first.
        """
        found = queries.attainment_page(actor=request.actor, student_id=student_id)
        return answered(self.Output(found).data, version=found.version, topic=found.topic)


class GoalAttainmentApi(ApiView):
    """GET and PUT /api/v1/goals/{goal_id}/attainment/"""

    compares = ("PUT",)
    example: ClassVar[dict[str, Any]] = {
        "levels": {
            "much_less": "Reads 40 words a minute",
            "less": "Reads 48 words a minute",
            "expected": "Reads 92 words a minute",
            "more": "Reads 100 words a minute",
            "much_more": "Reads 110 words a minute",
        },
        "weight": 1,
    }

    class Input(serializers.Serializer[Any]):
        levels = AttainmentLevels()
        weight = serializers.IntegerField(min_value=1, max_value=10, required=False)

    Output = ScaledGoalOutput

    def get(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """The levels of goal attainment of one goal, and its ratings, newest first."""
        found = queries.goal_attainment(actor=request.actor, goal_id=goal_id)
        record_opening(actor=request.actor, student_id=found.student_id, page="api attainment")
        return _answer(found)

    def put(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """Say what would be seen at each level of a goal in force, and how much the goal weighs among the others."""
        values = self.parsed(request)
        before = queries.goal_attainment(actor=request.actor, goal_id=goal_id, lock=True)
        check_version(request, version_of(self.Output(before.goal).data))
        mutations.set_attainment_scale(actor=request.actor, goal_id=goal_id, **values)
        return _answer(queries.goal_attainment(actor=request.actor, goal_id=goal_id))


class AttainmentRatingListApi(ApiView):
    """POST /api/v1/goals/{goal_id}/attainment/ratings/"""

    creates = True
    example: ClassVar[dict[str, Any]] = {
        "level": 0,
        "rated_on": "{today-1}",
        "note": "92 words in two probes of three",
    }

    class Input(serializers.Serializer[Any]):
        level = serializers.IntegerField(min_value=-2, max_value=2)
        rated_on = serializers.DateField()
        note = serializers.CharField(max_length=LONGEST, allow_blank=True, required=False)

    class Output(RatingOutput):
        rated_by = serializers.CharField(source="rated_by_name")

    def post(self, request: ActorApiRequest, goal_id: UUID) -> Response:
        """Say which level a goal had reached on a day; a second rating of that day replaces the first."""
        rating = mutations.rate_attainment(
            actor=request.actor, goal_id=goal_id, today=request.actor.today, **self.parsed(request)
        )
        return answered(self.Output(rating).data, topic=f"goal.{goal_id}", code=status.HTTP_201_CREATED)


def _answer(found: queries.GoalAttainment) -> Response:
    data = ScaledGoalOutput(found.goal).data
    return answered(data, version=version_of(data), topic=found.topic)
