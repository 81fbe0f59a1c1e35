"""Endpoints of the fields that a district adds to the record."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers, status
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiView, answered, check_version, version_of
from core.api_access import Answers
from students import mutations, queries

MOST_CHOICES, LONGEST_CHOICE, LAST_PLACE = 60, 80, 32_767


class FieldFields(serializers.Serializer[Any]):
    """What is said of a field. `viewers` is a group of the table of rights, `choices` are those of a list."""

    name = serializers.CharField(max_length=80)
    viewers = serializers.CharField(max_length=20, required=False)
    is_required = serializers.BooleanField(required=False)
    hint = serializers.CharField(max_length=160, required=False, allow_blank=True)
    choices = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_CHOICE), required=False, max_length=MOST_CHOICES
    )
    position = serializers.IntegerField(min_value=1, max_value=LAST_PLACE, required=False)


class FieldOutput(FieldFields):
    """One field of the district's own: a `text`, `number`, `date`, `yes_no` or `choice`."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    is_archived = serializers.SerializerMethodField()

    def get_is_archived(self, field: Any) -> bool:
        """Whether it is put away with its values."""
        return field.archived_at is not None


class FieldListApi(ApiView):
    """GET and POST /api/v1/custom-fields/"""

    answers = Answers.ALL
    creates = True
    example = {"name": "Bus stop", "kind": "choice", "choices": ["Mill Lane", "Fern Hill"]}

    class Input(FieldFields):
        kind = serializers.CharField(max_length=6)

    Output = FieldOutput

    def get(self, request: ActorApiRequest) -> Response:
        """The fields that the district adds to the record, in order; those that are put away come last."""
        rows = (
            *queries.custom_fields(actor=request.actor),
            *queries.custom_fields(actor=request.actor, is_archived=True),
        )
        data = {"results": self.Output([row.field for row in rows], many=True).data}
        return answered(data, version=version_of(data), topic=f"fields.{request.actor.organization_id}")

    def post(self, request: ActorApiRequest) -> Response:
        """Add a field to the record of every student; without a `position` it comes last."""
        field = mutations.add_custom_field(actor=request.actor, **self.parsed(request))
        response = _one(request, field, code=status.HTTP_201_CREATED)
        response["Location"] = reverse("api-students:custom-field", args=[field.id])
        return response


class FieldApi(ApiView):
    """GET, PATCH and DELETE /api/v1/custom-fields/{field_id}/"""

    compares = ("PATCH", "DELETE")
    example = {"name": "Bus stop", "hint": "Where the student gets on"}

    Input = FieldFields
    Output = FieldOutput

    def get(self, request: ActorApiRequest, field_id: UUID) -> Response:
        """One field."""
        return _one(request, queries.custom_field(actor=request.actor, field_id=field_id))

    def patch(self, request: ActorApiRequest, field_id: UUID) -> Response:
        """Change a field's name, viewers, order or list. Its kind stays, and values of before stay readable."""
        _locked(request, field_id)
        changes = self.parsed(request, partial=True)
        return _one(
            request,
            mutations.update_custom_field(actor=request.actor, field_id=field_id, changes=changes),
        )

    def delete(self, request: ActorApiRequest, field_id: UUID) -> Response:
        """Delete a field that nobody has used (409, `has_values`, otherwise)."""
        _locked(request, field_id)
        mutations.remove_custom_field(actor=request.actor, field_id=field_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class FieldArchiveApi(ApiView):
    """POST /api/v1/custom-fields/{field_id}/archive/"""

    compares = ("POST",)
    Output = FieldOutput

    def post(self, request: ActorApiRequest, field_id: UUID) -> Response:
        """Put a field away with its values."""
        _locked(request, field_id)
        return _one(request, mutations.archive_custom_field(actor=request.actor, field_id=field_id))


class FieldRestoreApi(ApiView):
    """POST /api/v1/custom-fields/{field_id}/restore/"""

    compares = ("POST",)
    Output = FieldOutput

    def post(self, request: ActorApiRequest, field_id: UUID) -> Response:
        """Take a field out again, with its values."""
        _locked(request, field_id)
        found = mutations.archive_custom_field(actor=request.actor, field_id=field_id, is_archived=False)
        return _one(request, found)


def _locked(request: ActorApiRequest, field_id: UUID) -> None:
    found = queries.custom_field(actor=request.actor, field_id=field_id, lock=True)
    check_version(request, version_of(FieldOutput(found).data))


def _one(request: ActorApiRequest, field: Any, *, code: int = status.HTTP_200_OK) -> Response:
    data = FieldOutput(field).data
    return answered(
        data, version=version_of(data), topic=f"fields.{request.actor.organization_id}", code=code
    )
