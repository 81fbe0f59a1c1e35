"""People, their roles and invitations."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.response import Response

from accounts import mutations, queries
from accounts.api.shared import NewestFirst, PersonPages
from accounts.reauthentication import recently_signed_in
from accounts.rights import Role
from core.api import ActorApiRequest, ApiView, answered, check_version, version_of
from core.api_access import Answers

ROLES = [role.value for role in Role]


class HeldRoleOutput(serializers.Serializer[Any]):
    """One role of one person."""

    id = serializers.UUIDField(source="membership_id")
    role = serializers.CharField()
    title = serializers.CharField()
    schools = serializers.ListField(child=serializers.CharField())
    is_district_wide = serializers.BooleanField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class PersonOutput(serializers.Serializer[Any]):
    """One person of the district."""

    id = serializers.UUIDField(source="person_id")
    name = serializers.CharField()
    email = serializers.CharField()
    is_active = serializers.BooleanField()
    has_signed_in = serializers.BooleanField()
    roles = HeldRoleOutput(many=True)


class RoleFields(serializers.Serializer[Any]):
    """A role, where it holds and from when."""

    role = serializers.ChoiceField(choices=ROLES)
    title = serializers.CharField(max_length=80, required=False, allow_blank=True)
    school_ids = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=200)
    is_district_wide = serializers.BooleanField(required=False)
    starts_on = serializers.DateField(required=False, allow_null=True)


class InvitationOutput(serializers.Serializer[Any]):
    """One invitation. Its link is in the mail alone."""

    id = serializers.UUIDField()
    email = serializers.CharField()
    given_name = serializers.CharField()
    family_name = serializers.CharField()
    role = serializers.CharField()
    title = serializers.CharField()
    school_ids = serializers.ListField(child=serializers.UUIDField())
    is_district_wide = serializers.BooleanField()
    starts_on = serializers.DateField()
    state = serializers.CharField()
    sent_at = serializers.DateTimeField(allow_null=True)
    expires_at = serializers.DateTimeField(allow_null=True)


class PersonListApi(ApiView):
    """GET and POST /api/v1/people/"""

    answers = Answers.PAGES
    creates = True
    Made = InvitationOutput
    example = {
        "email": "ines.roca@example.org",
        "given_name": "Inés",
        "family_name": "Roca",
        "role": "teacher",
        "school_ids": ["{school_id}"],
    }

    class Input(RoleFields):
        email = serializers.EmailField(max_length=254)
        given_name = serializers.CharField(max_length=80, required=False, allow_blank=True)
        family_name = serializers.CharField(max_length=80, required=False, allow_blank=True)

    Output = PersonOutput

    def get(self, request: ActorApiRequest) -> Response:
        """The people of the district with their roles, by name, in cursor pages."""
        pages = PersonPages()
        rows = queries.people_rows(actor=request.actor)
        found = pages.paginate_queryset(rows, request, view=self) or []
        shown = queries.rows_of_people(actor=request.actor, people=found)
        response = pages.get_paginated_response(PersonOutput(shown, many=True).data)
        return answered(response.data, topic=f"organization.{request.actor.organization_id}")

    @recently_signed_in
    def post(self, request: ActorApiRequest) -> Response:
        """Invite somebody by e-mail. They are of the district when they accept."""
        made = mutations.invite_person(actor=request.actor, **_role(self.parsed(request)))
        return _invited(request, made.id, status.HTTP_201_CREATED)


class PersonApi(ApiView):
    """GET and PATCH /api/v1/people/{person_id}/"""

    compares = ("PATCH",)
    example = {"is_active": False}

    class Input(serializers.Serializer[Any]):
        is_active = serializers.BooleanField()

        def validate_is_active(self, value: bool) -> bool:
            """People come back by a new role or invitation."""
            if value:
                raise serializers.ValidationError(_("Only false: whoever comes back is given a role."))
            return value

    Output = PersonOutput

    def get(self, request: ActorApiRequest, person_id: UUID) -> Response:
        """One person with every role, those that have ended too."""
        return self._answer(request, person_id)

    @recently_signed_in
    def patch(self, request: ActorApiRequest, person_id: UUID) -> Response:
        """End everything that somebody is in the district, with `is_active` false."""
        changes = self.parsed(request, partial=True)
        queries.member_person(actor=request.actor, person_id=person_id, lock=True)
        check_version(request, self._answer(request, person_id)["ETag"].strip('"'))
        if "is_active" in changes:
            mutations.deactivate_person(actor=request.actor, person_id=person_id)
        return self._answer(request, person_id)

    def _answer(self, request: ActorApiRequest, person_id: UUID) -> Response:
        data = self.Output(queries.person_row(actor=request.actor, person_id=person_id)).data
        return answered(data, version=version_of(data), topic=f"organization.{request.actor.organization_id}")


class RoleListApi(ApiView):
    """POST /api/v1/people/{person_id}/roles/"""

    creates = True
    example = {"role": "viewer", "school_ids": ["{school_id}"]}

    Input = RoleFields
    Output = HeldRoleOutput

    @recently_signed_in
    def post(self, request: ActorApiRequest, person_id: UUID) -> Response:
        """Give somebody of the district another role."""
        person = queries.member_person(actor=request.actor, person_id=person_id)
        made = mutations.add_member(actor=request.actor, person=person, **_role(self.parsed(request)))
        return answered(
            self.Output(queries.held_role(actor=request.actor, membership_id=made.id)).data,
            code=status.HTTP_201_CREATED,
        )


class RoleApi(ApiView):
    """GET and PATCH /api/v1/roles/{membership_id}/"""

    compares = ("PATCH",)
    example = {"ends_on": "{today+14}"}

    class Input(serializers.Serializer[Any]):
        ends_on = serializers.DateField(required=False, allow_null=True)

    Output = HeldRoleOutput

    def get(self, request: ActorApiRequest, membership_id: UUID) -> Response:
        """One role of somebody of the district."""
        return self._answer(request, membership_id)

    @recently_signed_in
    def patch(self, request: ActorApiRequest, membership_id: UUID) -> Response:
        """End a role from the beginning of `ends_on`, today unless given. Send `If-Match` with what you have read."""
        queries.held_membership(actor=request.actor, membership_id=membership_id, lock=True)
        check_version(request, self._answer(request, membership_id)["ETag"].strip('"'))
        mutations.end_membership(actor=request.actor, membership_id=membership_id, **self.parsed(request))
        return self._answer(request, membership_id)

    def _answer(self, request: ActorApiRequest, membership_id: UUID) -> Response:
        data = self.Output(queries.held_role(actor=request.actor, membership_id=membership_id)).data
        return answered(data, version=version_of(data), topic=f"organization.{request.actor.organization_id}")


class InvitationListApi(ApiView):
    """GET /api/v1/invitations/"""

    answers = Answers.PAGES

    Output = InvitationOutput

    def get(self, request: ActorApiRequest) -> Response:
        """The invitations of the district, the newest first, in cursor pages."""
        pages = NewestFirst()
        found = (
            pages.paginate_queryset(queries.invitation_rows(actor=request.actor), request, view=self) or []
        )
        rows = [queries.invitation_row(actor=request.actor, found=row) for row in found]
        return answered(pages.get_paginated_response(self.Output(rows, many=True).data).data)


class InvitationResendApi(ApiView):
    """POST /api/v1/invitations/{invitation_id}/resend/"""

    Output = InvitationOutput

    @recently_signed_in
    def post(self, request: ActorApiRequest, invitation_id: UUID) -> Response:
        """Send it once more, with a new link; the link before it leads nowhere."""
        mutations.resend_invitation(actor=request.actor, invitation_id=invitation_id)
        return _invited(request, invitation_id, status.HTTP_200_OK)


class InvitationRevokeApi(ApiView):
    """POST /api/v1/invitations/{invitation_id}/revoke/"""

    Output = InvitationOutput

    @recently_signed_in
    def post(self, request: ActorApiRequest, invitation_id: UUID) -> Response:
        """Withdraw an invitation that nobody accepted yet."""
        mutations.revoke_invitation(actor=request.actor, invitation_id=invitation_id)
        return _invited(request, invitation_id, status.HTTP_200_OK)


def _role(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "role": Role(given["role"]), "school_ids": tuple(given.get("school_ids", ()))}


def _invited(request: ActorApiRequest, invitation_id: UUID, code: int) -> Response:
    row = queries.invitation(actor=request.actor, invitation_id=invitation_id)
    return answered(InvitationOutput(row).data, code=code)
