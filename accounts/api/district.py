"""The organization itself: settings, schools, features."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers, status
from rest_framework.response import Response

from accounts import mutations, queries
from accounts.actors import districts_of
from core.api import ActorApiRequest, ApiView, answered, check_version, version_of
from core.api_access import Answers


class OrganizationListApi(ApiView):
    """GET /api/v1/organizations/"""

    answers = Answers.ALL

    class Output(serializers.Serializer[Any]):
        slug = serializers.CharField()
        name = serializers.CharField()

    def get(self, request: ActorApiRequest) -> Response:
        """The organizations in which you hold a role today, by name. A token sees its own."""
        here = queries.organization_of(actor=request.actor)
        rows = districts_of(request.actor.person_id)
        if getattr(request._request, "has_bearer_token", False):
            rows = tuple(row for row in rows if row.slug == here.slug)
        return answered({"results": self.Output(rows, many=True).data})


class OrganizationApi(ApiView):
    """GET and PATCH /api/v1/organization/"""

    compares = ("PATCH",)
    example = {"contact_name": "Lena Grant", "contact_phone": "555 0100"}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=120)
        timezone = serializers.CharField(max_length=60)
        currency = serializers.CharField(max_length=3)
        date_format = serializers.CharField(max_length=3)
        opens_at = serializers.TimeField()
        closes_at = serializers.TimeField()
        contact_name = serializers.CharField(max_length=120, allow_blank=True)
        contact_email = serializers.EmailField(allow_blank=True)
        contact_phone = serializers.CharField(max_length=40, allow_blank=True)

    class Output(Input):
        id = serializers.UUIDField()
        slug = serializers.CharField()

    def get(self, request: ActorApiRequest) -> Response:
        """The organization in which you act, with its settings."""
        return self._answer(queries.organization_of(actor=request.actor))

    def patch(self, request: ActorApiRequest) -> Response:
        """Change settings. Send `If-Match` with the version you have read."""
        changes = self.parsed(request, partial=True)
        before = queries.settings_of(actor=request.actor, lock=True)
        check_version(request, version_of(self.Output(before).data))
        return self._answer(mutations.update_settings(actor=request.actor, changes=changes))

    def _answer(self, found: Any) -> Response:
        data = self.Output(found).data
        return answered(data, version=version_of(data), topic=f"organization.{found.id}")


class SchoolFields(serializers.Serializer[Any]):
    """What a program writes of a school."""

    name = serializers.CharField(max_length=120)
    code = serializers.CharField(max_length=60)


class SchoolListApi(ApiView):
    """GET and POST /api/v1/schools/"""

    answers = Answers.ALL
    creates = True
    example = {"name": "Juniper Elementary", "code": "JUN"}

    Input = SchoolFields

    class Output(SchoolFields):
        id = serializers.UUIDField()
        is_active = serializers.BooleanField()

    def get(self, request: ActorApiRequest) -> Response:
        """The schools that are open, by name."""
        rows = queries.schools_of(actor=request.actor)
        return answered(
            {"results": self.Output(rows, many=True).data},
            topic=f"organization.{request.actor.organization_id}",
        )

    def post(self, request: ActorApiRequest) -> Response:
        """Add a school."""
        found = mutations.add_school(actor=request.actor, **self.parsed(request))
        data = self.Output(found).data
        response = answered(
            data, version=version_of(data), topic=f"school.{found.id}", code=status.HTTP_201_CREATED
        )
        response["Location"] = reverse("api-accounts:school", args=[found.id])
        return response


class SchoolApi(ApiView):
    """GET and PATCH /api/v1/schools/{school_id}/"""

    compares = ("PATCH",)
    example = {"name": "Juniper Primary"}

    class Input(SchoolFields):
        is_active = serializers.BooleanField()

    Output = SchoolListApi.Output

    def get(self, request: ActorApiRequest, school_id: UUID) -> Response:
        """One school."""
        return self._answer(queries.school(actor=request.actor, school_id=school_id))

    def patch(self, request: ActorApiRequest, school_id: UUID) -> Response:
        """Rename, close or reopen a school. Send `If-Match` with the version you have read."""
        changes = self.parsed(request, partial=True)
        before = queries.school(actor=request.actor, school_id=school_id, lock=True)
        now = self.Output(before).data
        check_version(request, version_of(now))
        wanted = {name: changes.get(name, now[name]) for name in ("name", "code", "is_active")}
        return self._answer(mutations.update_school(actor=request.actor, school_id=school_id, **wanted))

    def _answer(self, found: Any) -> Response:
        data = self.Output(found).data
        return answered(data, version=version_of(data), topic=f"school.{found.id}")


class FeaturesApi(ApiView):
    """GET and PATCH /api/v1/features/"""

    compares = ("PATCH",)
    example = {"csv_export": False}

    class Input(serializers.Serializer[Any]):
        family_pages = serializers.BooleanField()
        roster_imports = serializers.BooleanField()
        api_access = serializers.BooleanField()
        csv_export = serializers.BooleanField()
        command_palette = serializers.BooleanField()

    Output = Input

    def get(self, request: ActorApiRequest) -> Response:
        """Which parts of the program the organization uses."""
        return self._answer(request)

    def patch(self, request: ActorApiRequest) -> Response:
        """Turn parts on or off. Send `If-Match` with the version you have read."""
        changes = self.parsed(request, partial=True)
        queries.settings_of(actor=request.actor, lock=True)
        check_version(request, version_of(queries.features_of(actor=request.actor)))
        mutations.set_features(actor=request.actor, changes=changes)
        return self._answer(request)

    def _answer(self, request: ActorApiRequest) -> Response:
        data = queries.features_of(actor=request.actor)
        return answered(data, version=version_of(data), topic=f"organization.{request.actor.organization_id}")
