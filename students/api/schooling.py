"""Endpoints of school history and of the district's own fields."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers, status
from rest_framework.response import Response

from accounts.rights import Group
from core.api import ActorApiRequest, answered
from core.api_access import Answers
from students import mutations, queries
from students.api.record import OfStudentApi


class MoveOutput(serializers.Serializer[Any]):
    """A transfer or an exit: planned (pending), done, canceled or taken back (undone)."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    state = serializers.CharField()
    on = serializers.DateField()
    from_school_id = serializers.UUIDField()
    to_school_id = serializers.UUIDField(allow_null=True)
    grade = serializers.CharField()
    reason = serializers.CharField()
    destination = serializers.CharField()


class EnrollmentListApi(OfStudentApi):
    """GET and POST /api/v1/students/{student_id}/enrollments/"""

    answers = Answers.ALL
    creates = True
    example = {"school_name": "Fern Hill School", "starts_on": "{today-700}", "ends_on": "{today-500}"}

    group = Group.SCHOOLING

    class Input(serializers.Serializer[Any]):
        school_name = serializers.CharField(max_length=120)
        grade = serializers.CharField(max_length=2, required=False, allow_blank=True)
        starts_on = serializers.DateField()
        ends_on = serializers.DateField()
        entry_reason = serializers.CharField(max_length=12, required=False)

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField(allow_null=True)
        school = serializers.CharField()
        grade = serializers.CharField()
        starts_on = serializers.DateField(allow_null=True)
        ends_on = serializers.DateField(allow_null=True)
        entry = serializers.CharField()
        ending = serializers.CharField()
        is_earlier = serializers.BooleanField()

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """The schools where the student is and was, the newest first; `is_earlier` are those outside the district."""
        student = self.opened(request, student_id)
        rows = queries.schooling_of(actor=request.actor, student=student)
        data = {"results": self.Output(rows, many=True).data}
        return answered(data, version=student.version, topic=student.topic)

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Write down a school outside the district where the student was before."""
        self.locked(request, student_id)
        row = mutations.add_earlier_school(actor=request.actor, student_id=student_id, **self.parsed(request))
        data = {
            "id": row.id,
            "school": row.school_name,
            "grade": row.get_grade_display(),
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
            "entry": row.get_entry_reason_display(),
            "ending": row.get_ending_display(),
            "is_earlier": True,
        }
        return self.written(request, student_id, self.Output(data).data, code=status.HTTP_201_CREATED)


class EnrollmentApi(OfStudentApi):
    """DELETE /api/v1/students/{student_id}/enrollments/{enrollment_id}/"""

    group = Group.SCHOOLING

    def delete(self, request: ActorApiRequest, student_id: UUID, enrollment_id: UUID) -> Response:
        """Take away an earlier school outside the district that was entered by mistake.

        Schools of the district are history: they stay (404).
        """
        self.locked(request, student_id)
        mutations.remove_earlier_school(
            actor=request.actor, student_id=student_id, enrollment_id=enrollment_id
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class TransferApi(OfStudentApi):
    """POST /api/v1/students/{student_id}/transfer/"""

    creates = True
    example = {"school_id": "{other_school_id}", "on": "{today}"}

    group = Group.SCHOOLING

    class Input(serializers.Serializer[Any]):
        school_id = serializers.UUIDField()
        on = serializers.DateField(required=False)
        grade = serializers.CharField(max_length=2, required=False, allow_blank=True)
        ends_parts = serializers.BooleanField(required=False)

    Output = MoveOutput

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Move the student to another school of the district; on a day to come it happens by itself."""
        student = self.locked(request, student_id)
        move = mutations.transfer_student(actor=request.actor, student_id=student_id, **self.parsed(request))
        return answered(self.Output(move).data, topic=student.topic, code=status.HTTP_201_CREATED)


class ExitApi(OfStudentApi):
    """POST /api/v1/students/{student_id}/exit/"""

    creates = True
    example = {"reason": "moved", "destination": "Fern Hill Unified"}

    group = Group.SCHOOLING

    class Input(serializers.Serializer[Any]):
        reason = serializers.CharField(max_length=12)
        on = serializers.DateField(required=False)
        destination = serializers.CharField(max_length=160, required=False, allow_blank=True)

    Output = MoveOutput

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Enter that the student leaves, with the category of exit of section 618 of IDEA."""
        student = self.locked(request, student_id)
        move = mutations.exit_student(actor=request.actor, student_id=student_id, **self.parsed(request))
        return answered(self.Output(move).data, topic=student.topic, code=status.HTTP_201_CREATED)


class ReturnApi(OfStudentApi):
    """POST /api/v1/students/{student_id}/return/"""

    creates = True
    example = {"school_id": "{school_id}", "grade": "05"}

    group = Group.SCHOOLING

    class Input(serializers.Serializer[Any]):
        school_id = serializers.UUIDField()
        grade = serializers.CharField(max_length=2, allow_blank=True)
        on = serializers.DateField(required=False)
        entry_reason = serializers.CharField(max_length=12, required=False)

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        school_id = serializers.UUIDField()
        grade = serializers.CharField()
        starts_on = serializers.DateField()

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Enter that a student who had left came back."""
        student = self.locked(request, student_id)
        row = mutations.reenter_student(actor=request.actor, student_id=student_id, **self.parsed(request))
        return answered(self.Output(row).data, topic=student.topic, code=status.HTTP_201_CREATED)


class MoveApi(OfStudentApi):
    """POST /api/v1/students/{student_id}/moves/{move_id}/take-back/"""

    group = Group.SCHOOLING

    class Input(serializers.Serializer[Any]):
        """Nothing is sent."""

    Output = MoveOutput

    def post(self, request: ActorApiRequest, student_id: UUID, move_id: UUID) -> Response:
        """Cancel a transfer or an exit that is planned, or take back an exit that was a mistake."""
        self.locked(request, student_id)
        self.parsed(request)
        move = mutations.take_back_move(actor=request.actor, student_id=student_id, move_id=move_id)
        return self.written(request, student_id, self.Output(move).data)


class RecordsRequestListApi(OfStudentApi):
    """GET and POST /api/v1/students/{student_id}/records-requests/"""

    answers = Answers.ALL
    creates = True
    example = {"direction": "to_us", "party": "Fern Hill Unified", "asked_on": "{today}"}

    group = Group.SCHOOLING

    class Input(serializers.Serializer[Any]):
        direction = serializers.CharField(max_length=5, required=False)
        party = serializers.CharField(max_length=160)
        contact = serializers.CharField(max_length=160, required=False, allow_blank=True)
        asked_on = serializers.DateField(required=False)
        sent_on = serializers.DateField(required=False, allow_null=True)

    class Output(Input):
        id = serializers.UUIDField()

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Who asked for the records (34 CFR 300.323(g)), those that wait first."""
        student = self.opened(request, student_id)
        rows = queries.records_requests_of(actor=request.actor, student=student)
        data = {"results": self.Output(rows, many=True).data}
        return answered(data, version=student.version, topic=student.topic)

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Write down that records were asked for: to_us when they ask this district, by_us when it asks them."""
        self.locked(request, student_id)
        row = mutations.add_records_request(
            actor=request.actor, student_id=student_id, **self.parsed(request)
        )
        return self.written(request, student_id, self.Output(row).data, code=status.HTTP_201_CREATED)


class RecordsRequestApi(OfStudentApi):
    """PATCH /api/v1/students/{student_id}/records-requests/{request_id}/"""

    group = Group.SCHOOLING
    Input = RecordsRequestListApi.Input
    Output = RecordsRequestListApi.Output
    example = {"sent_on": "{today}"}

    def patch(self, request: ActorApiRequest, student_id: UUID, request_id: UUID) -> Response:
        """Change a request, or enter the day on which the records were sent."""
        self.locked(request, student_id)
        row = mutations.update_records_request(
            actor=request.actor,
            student_id=student_id,
            request_id=request_id,
            changes=self.parsed(request, partial=True),
        )
        return self.written(request, student_id, self.Output(row).data)


@extend_schema_field({"type": ["string", "number", "boolean"]})
class PlainValue(serializers.Field[Any, Any, Any, Any]):
    """A text, a number, yes or no, or nothing."""

    def to_internal_value(self, data: Any) -> Any:
        """The value as it was sent, when it is one of these. Raises ValidationError."""
        if data is not None and not isinstance(data, str | int | float | bool):
            raise serializers.ValidationError(_("Send a text, a number, true, false or null."))
        return data

    def to_representation(self, value: Any) -> Any:
        """As it is."""
        return value


class CustomFieldsApi(OfStudentApi):
    """GET and PATCH /api/v1/students/{student_id}/custom-fields/"""

    answers = Answers.ALL
    example = {"values": {"{field_id}": "14"}}

    group = Group.IDENTITY

    class Input(serializers.Serializer[Any]):
        values = serializers.DictField(child=PlainValue(allow_null=True))

    class Output(serializers.Serializer[Any]):
        field_id = serializers.UUIDField(source="field.id")
        name = serializers.CharField(source="field.name")
        kind = serializers.CharField(source="field.kind")
        choices = serializers.ListField(source="field.choices", child=serializers.CharField())
        is_required = serializers.BooleanField(source="field.is_required")
        value = serializers.CharField(allow_blank=True)

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """The fields that the district adds to the record, as far as you see them, with their values."""
        student = self.opened(request, student_id)
        return answered(self._listed(request, student_id), version=student.version, topic=student.topic)

    def patch(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Set values by the ids of their fields; null empties one. Days are written 2026-05-31, yes and no as such."""
        self.locked(request, student_id)
        values = self.parsed(request)["values"]
        mutations.set_custom_values(actor=request.actor, student_id=student_id, values=values)
        return self.written(request, student_id, self._listed(request, student_id))

    def _listed(self, request: ActorApiRequest, student_id: UUID) -> dict[str, Any]:
        found = queries.fields_page(actor=request.actor, student_id=student_id)
        return {"results": self.Output(found.rows, many=True).data}
