"""Single rights, sessions and tokens."""

from typing import Any
from uuid import UUID

from rest_framework import serializers, status
from rest_framework.response import Response

from accounts import mutations, queries
from accounts.api.shared import NewestFirst, PersonPages
from accounts.forms import TokenQuery
from accounts.reauthentication import recently_signed_in
from core.api import ActorApiRequest, ApiView, answered, check_version, version_of
from core.api_access import Answers


class GrantListApi(ApiView):
    """GET and POST /api/v1/people/{person_id}/grants/"""

    answers = Answers.ALL
    creates = True
    example = {
        "right": "read_audit",
        "effect": "add",
        "reason": "Prepares the yearly audit",
        "ends_on": "{today+90}",
    }

    class Input(serializers.Serializer[Any]):
        right = serializers.CharField(max_length=24)
        effect = serializers.ChoiceField(choices=["add", "take"])
        reason = serializers.CharField(max_length=200)
        starts_on = serializers.DateField(required=False, allow_null=True)
        ends_on = serializers.DateField(required=False, allow_null=True)

    class Output(Input):
        id = serializers.UUIDField()
        person_id = serializers.UUIDField()
        given_by = serializers.CharField()

    def get(self, request: ActorApiRequest, person_id: UUID) -> Response:
        """The single rights added to somebody or taken from them."""
        queries.member_person(actor=request.actor, person_id=person_id)
        rows = queries.grants_of(actor=request.actor, person_id=person_id)
        return answered({"results": self.Output(rows, many=True).data})

    @recently_signed_in
    def post(self, request: ActorApiRequest, person_id: UUID) -> Response:
        """Add a single right to somebody, or take it from them."""
        made = mutations.add_grant(actor=request.actor, person_id=person_id, **self.parsed(request))
        row = queries.grant_row(actor=request.actor, found=made)
        return answered(self.Output(row).data, code=status.HTTP_201_CREATED)


class GrantEndApi(ApiView):
    """POST /api/v1/grants/{grant_id}/end/"""

    compares = ("POST",)
    Output = GrantListApi.Output

    @recently_signed_in
    def post(self, request: ActorApiRequest, grant_id: UUID) -> Response:
        """End a single right at once. Send `If-Match` with the version you have read."""
        before = queries.grant(actor=request.actor, grant_id=grant_id, lock=True)
        check_version(request, version_of(GrantListApi.Output(before).data))
        mutations.end_grant(actor=request.actor, grant_id=grant_id)
        return shown_grant(request, grant_id)


class GrantApi(ApiView):
    """GET /api/v1/grants/{grant_id}/"""

    Output = GrantListApi.Output

    def get(self, request: ActorApiRequest, grant_id: UUID) -> Response:
        """One single right that was added to somebody or taken from them."""
        return shown_grant(request, grant_id)


def shown_grant(request: ActorApiRequest, grant_id: UUID) -> Response:
    """A single right with its version."""
    data = GrantListApi.Output(queries.grant(actor=request.actor, grant_id=grant_id)).data
    return answered(data, version=version_of(data), topic=f"organization.{request.actor.organization_id}")


class SessionListApi(ApiView):
    """GET /api/v1/sessions/"""

    answers = Answers.PAGES

    class Output(serializers.Serializer[Any]):
        class OpenSession(serializers.Serializer[Any]):
            ip = serializers.CharField()
            user_agent = serializers.CharField()
            started_at = serializers.DateTimeField(allow_null=True)
            seen_at = serializers.DateTimeField(allow_null=True)

        person_id = serializers.UUIDField()
        name = serializers.CharField()
        sessions = OpenSession(many=True)

    def get(self, request: ActorApiRequest) -> Response:
        """Who of the district's people is signed in, from where and since when, by name, in cursor pages."""
        pages = PersonPages()
        rows = queries.people_signed_in(actor=request.actor)
        found = pages.paginate_queryset(rows, request, view=self) or []
        shown = queries.rows_of_signed_in(people=found)
        return answered(pages.get_paginated_response(self.Output(shown, many=True).data).data)


class SignOutApi(ApiView):
    """POST /api/v1/people/{person_id}/sign-out/"""

    class Output(serializers.Serializer[Any]):
        sessions_ended = serializers.IntegerField()

    @recently_signed_in
    def post(self, request: ActorApiRequest, person_id: UUID) -> Response:
        """End every session of somebody of the district, and their tokens here."""
        ended = mutations.sign_out_everywhere(actor=request.actor, person_id=person_id)
        return answered({"sessions_ended": ended})


class TokenListApi(ApiView):
    """GET and POST /api/v1/tokens/"""

    answers = Answers.PAGES
    creates = True
    Query = TokenQuery
    example = {"name": "Nightly roster check", "days": 90, "is_read_only": True}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=80)
        days = serializers.IntegerField(min_value=1, max_value=366)
        is_read_only = serializers.BooleanField(required=False)

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        name = serializers.CharField()
        hint = serializers.CharField()
        person_id = serializers.UUIDField()
        is_read_only = serializers.BooleanField()
        created_at = serializers.DateTimeField()
        expires_at = serializers.DateTimeField()
        last_used_at = serializers.DateTimeField(allow_null=True)
        revoked_at = serializers.DateTimeField(allow_null=True)

    class Made(Output):
        token = serializers.CharField()

    def get(self, request: ActorApiRequest) -> Response:
        """Your tokens of this organization, in cursor pages; all of it with `everybody=true`, for administrators."""
        is_everybodys = request.query_params.get("everybody") == "true"
        rows = queries.token_rows(actor=request.actor, is_everybodys=is_everybodys)
        pages = NewestFirst()
        found = pages.paginate_queryset(rows, request, view=self) or []
        return answered(pages.get_paginated_response(self.Output(found, many=True).data).data)

    @recently_signed_in
    def post(self, request: ActorApiRequest) -> Response:
        """Make a token of your own. `token` is shown in this answer only, and never again."""
        text = mutations.issue_token(
            actor=request.actor, person_id=request.actor.person_id, **self.parsed(request)
        )
        row = queries.token_of_text(actor=request.actor, text=text)
        return answered({**self.Output(row).data, "token": text}, code=status.HTTP_201_CREATED)


class TokenRevokeApi(ApiView):
    """POST /api/v1/tokens/{token_id}/revoke/"""

    Output = TokenListApi.Output

    def post(self, request: ActorApiRequest, token_id: UUID) -> Response:
        """End a token at once. Administrators end anybody's."""
        ended = mutations.revoke_token(actor=request.actor, token_id=token_id)
        return answered(self.Output(ended).data)
