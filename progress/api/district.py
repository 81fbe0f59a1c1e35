"""Endpoints of what a district sets for monitoring: its prompts from least to most help, and its decision rule."""

from typing import Any, ClassVar

from rest_framework import serializers
from rest_framework.response import Response

from accounts.queries import settings_of
from core.api import ActorApiRequest, ApiView, answered, check_version, version_of
from core.api_access import Answers
from progress import mutations, queries


class PromptLevelListApi(ApiView):
    """GET and PUT /api/v1/prompt-levels/"""

    answers = Answers.ALL
    compares = ("PUT",)
    example: ClassVar[dict[str, Any]] = {
        "levels": [
            {"key": "independent", "name": "Independent", "hint": "No help"},
            {"key": "gesture", "name": "Gesture", "hint": "Point or look"},
            {"name": "Picture card", "hint": "The card of the step"},
            {"key": "full_physical", "name": "Full physical", "hint": "Hand over hand"},
        ]
    }

    class Input(serializers.Serializer[Any]):
        class Level(serializers.Serializer[Any]):
            """One prompt; with its `key` it stays the prompt that scores refer to, without one it is new."""

            key = serializers.CharField(max_length=36, required=False)
            name = serializers.CharField(max_length=40)
            hint = serializers.CharField(max_length=60, allow_blank=True, required=False)

        levels = Level(many=True)

    class Output(serializers.Serializer[Any]):
        key = serializers.CharField()
        name = serializers.CharField()
        hint = serializers.CharField()
        position = serializers.IntegerField()
        independence = serializers.DecimalField(max_digits=5, decimal_places=2)

    def get(self, request: ActorApiRequest) -> Response:
        """The district's hierarchy of prompts, least help first.

        Scores name a prompt by its `key` (`p:gesture`); `independence` is what it leaves to the student, in percent.
        """
        return self._answer(request)

    def put(self, request: ActorApiRequest) -> Response:
        """Put the district's prompts in this order, least help first: 2 to 15, each with a name of its own.

        What is left out is gone for new scores; scores keep the independence that they were recorded with.
        """
        levels = self.parsed(request)["levels"]
        settings_of(actor=request.actor, lock=True)
        check_version(request, version_of(self._listed(request)))
        mutations.set_prompt_levels(actor=request.actor, levels=levels)
        return self._answer(request)

    def _listed(self, request: ActorApiRequest) -> dict[str, Any]:
        return {"results": self.Output(queries.prompt_levels(actor=request.actor), many=True).data}

    def _answer(self, request: ActorApiRequest) -> Response:
        data = self._listed(request)
        return answered(data, version=version_of(data), topic=_watched(request))


class DecisionRuleApi(ApiView):
    """GET and PATCH /api/v1/decision-rule/"""

    compares = ("PATCH",)
    example: ClassVar[dict[str, Any]] = {"below": 3, "quiet_days": 20}

    class Input(serializers.Serializer[Any]):
        below = serializers.IntegerField(min_value=2, max_value=10)
        above = serializers.IntegerField(min_value=2, max_value=10)
        watch = serializers.IntegerField(min_value=1, max_value=9)
        trend_points = serializers.IntegerField(min_value=4, max_value=30)
        quiet_days = serializers.IntegerField(min_value=3, max_value=90)
        mastery_hits = serializers.IntegerField(min_value=1, max_value=100)
        mastery_of = serializers.IntegerField(min_value=1, max_value=100)

    class Output(Input):
        is_standard = serializers.BooleanField()

    def get(self, request: ActorApiRequest) -> Response:
        """The numbers by which the district's goals are judged, and of mastery for goals to come.

        `below`, `above`, `watch`: so many scores in a row short of or beyond the aimline. `is_standard`: the district
        has not set its own.
        """
        return self._answer(request)

    def patch(self, request: ActorApiRequest) -> Response:
        """Set numbers of the district's decision rule; the status of every goal follows in the night."""
        values = self.parsed(request, partial=True)
        settings_of(actor=request.actor, lock=True)
        check_version(request, version_of(self._said(request)))
        mutations.set_decision_rule(actor=request.actor, values=values)
        return self._answer(request)

    def _said(self, request: ActorApiRequest) -> dict[str, Any]:
        found = queries.rule_page(actor=request.actor)
        return dict(self.Output({**found.values, "is_standard": found.is_standard}).data)

    def _answer(self, request: ActorApiRequest) -> Response:
        data = self._said(request)
        return answered(data, version=version_of(data), topic=_watched(request))


def _watched(request: ActorApiRequest) -> str:
    return f"organization.{request.actor.organization_id}"
