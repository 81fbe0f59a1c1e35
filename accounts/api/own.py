"""How pages look and read to oneself, and tokens for other programs."""

from typing import Any

from rest_framework import serializers, status
from rest_framework.response import Response

from accounts import mutations, queries
from accounts.api.access import TokenListApi
from accounts.forms import NEWS
from accounts.reauthentication import recently_signed_in
from accounts.rights import Role
from core.api import ActorApiRequest, ApiView, answered, check_version, version_of

KINDS = [kind for kind, _label in NEWS]
PROGRAM_ROLES = sorted(role.value for role in mutations.FOR_PROGRAMS)


class PreferencesApi(ApiView):
    """GET and PATCH /api/v1/preferences/"""

    compares = ("PATCH",)
    example = {"theme": "night", "start_page": "caseload"}

    class Input(serializers.Serializer[Any]):
        theme = serializers.CharField(max_length=6)
        font = serializers.CharField(max_length=12)
        language = serializers.CharField(max_length=10)
        has_single_keys = serializers.BooleanField()
        start_page = serializers.CharField(max_length=8)
        quiet_in_app = serializers.ListField(
            child=serializers.ChoiceField(choices=KINDS), max_length=len(KINDS)
        )
        quiet_by_email = serializers.ListField(
            child=serializers.ChoiceField(choices=KINDS), max_length=len(KINDS)
        )

    Output = Input

    def get(self, request: ActorApiRequest) -> Response:
        """How pages look and read to you, and which news you do not want."""
        return self._answer(request)

    def patch(self, request: ActorApiRequest) -> Response:
        """Change your own preferences. Send `If-Match` with the version you have read."""
        changes = self.parsed(request, partial=True)
        before = queries.own_person(actor=request.actor, lock=True)
        check_version(request, version_of(self.Output(before).data))
        mutations.set_preferences(actor=request.actor, changes=changes)
        return self._answer(request)

    def _answer(self, request: ActorApiRequest) -> Response:
        data = self.Output(queries.own_person(actor=request.actor)).data
        return answered(data, version=version_of(data), topic=f"person.{request.actor.person_id}")


class ProgramTokenApi(ApiView):
    """POST /api/v1/program-tokens/"""

    creates = True
    example = {"name": "Bus planner", "role": "viewer", "days": 90, "is_read_only": True}

    class Input(TokenListApi.Input):
        role = serializers.ChoiceField(choices=PROGRAM_ROLES)

    Output = TokenListApi.Made

    @recently_signed_in
    def post(self, request: ActorApiRequest) -> Response:
        """Make a token for another program, with a role of its own. `token` is shown in this answer only."""
        given = self.parsed(request)
        text = mutations.issue_program_token(
            actor=request.actor, **{"is_read_only": True, **given, "role": Role(given["role"])}
        )
        row = TokenListApi.Output(queries.token_of_text(actor=request.actor, text=text)).data
        return answered({**row, "token": text}, code=status.HTTP_201_CREATED)
