"""Endpoints of health and safety, as far as each caller sees them, and of what courts ordered about guardians."""

from typing import Any
from uuid import UUID

from rest_framework import serializers, status
from rest_framework.response import Response

from accounts.rights import Group
from core.api import ActorApiRequest, answered
from students import mutations, queries
from students.api.record import OfStudentApi

NAME, TEXT = 160, 2000


class ConditionFields(serializers.Serializer[Any]):
    """A medical condition."""

    name = serializers.CharField(max_length=NAME)
    notes = serializers.CharField(max_length=TEXT, required=False, allow_blank=True)


class MedicationFields(serializers.Serializer[Any]):
    """A medicine that the student takes."""

    name = serializers.CharField(max_length=NAME)
    dose = serializers.CharField(max_length=NAME, required=False, allow_blank=True)
    times = serializers.CharField(max_length=NAME, required=False, allow_blank=True)
    prescriber = serializers.CharField(max_length=NAME, required=False, allow_blank=True)
    is_given_at_school = serializers.BooleanField(required=False)


class AllergyFields(serializers.Serializer[Any]):
    """What the student must not meet or eat."""

    substance = serializers.CharField(max_length=NAME)
    reaction = serializers.CharField(max_length=TEXT, required=False, allow_blank=True)
    severity = serializers.ChoiceField(choices=queries.SEVERITIES, required=False)


class CourtFields(serializers.Serializer[Any]):
    """What a court ordered about a guardian, and what follows."""

    may_see_records = serializers.BooleanField(required=False)
    may_contact = serializers.BooleanField(required=False)
    may_pick_up = serializers.BooleanField(required=False)
    court_restrictions = serializers.CharField(
        max_length=TEXT, required=False, allow_blank=True, allow_null=True
    )


class ConditionOutput(ConditionFields):
    """A condition with its id."""

    id = serializers.UUIDField()


class MedicationOutput(MedicationFields):
    """A medicine with its id."""

    id = serializers.UUIDField()


class AllergyOutput(AllergyFields):
    """An allergy with its id."""

    id = serializers.UUIDField()


class CourtOutput(CourtFields):
    """What a court ordered about one guardian."""

    id = serializers.UUIDField()
    name = serializers.CharField()


class HealthApi(OfStudentApi):
    """GET and PATCH /api/v1/students/{student_id}/health/"""

    example = {"diet": "No nuts", "emergency_plan": "Use the pen in the office, then call 911."}
    group = Group.SAFETY

    class Input(serializers.Serializer[Any]):
        diet = serializers.CharField(max_length=TEXT, required=False, allow_blank=True)
        emergency_plan = serializers.CharField(max_length=TEXT, required=False, allow_blank=True)

    class Output(Input):
        allergies = AllergyOutput(many=True)
        conditions = ConditionOutput(many=True)
        medications = MedicationOutput(many=True)
        guardians = CourtOutput(many=True)

    Made = Input

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Allergies, diet and emergency plan; conditions, medications and court orders for those who see them.

        A list that the caller does not see is empty.
        """
        student = self.opened(request, student_id)
        found = queries.health_of(actor=request.actor, student=student)
        return answered(self.Output(found).data, version=student.version, topic=student.topic)

    def patch(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Write the diet or the emergency plan. Send `If-Match` with the version you have read."""
        self.locked(request, student_id)
        changes = self.parsed(request, partial=True)
        plan = mutations.set_health_plan(actor=request.actor, student_id=student_id, changes=changes)
        return self.written(request, student_id, self.Input(plan).data)


class HealthEntryListApi(OfStudentApi):
    """POST to one of the three lists; `noun` comes from the route."""

    noun: str

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Add an entry. It is added once however often it is sent with one `Idempotency-Key`."""
        self.locked(request, student_id)
        row = mutations.add_health_entry(
            actor=request.actor, student_id=student_id, noun=self.noun, **self.parsed(request)
        )
        return self.written(request, student_id, self.Output(row).data, code=status.HTTP_201_CREATED)


class HealthEntryApi(OfStudentApi):
    """PATCH and DELETE of one entry; `noun` comes from the route."""

    noun: str

    def patch(self, request: ActorApiRequest, student_id: UUID, health_id: UUID) -> Response:
        """Change an entry that still holds."""
        self.locked(request, student_id)
        row = mutations.update_health_entry(
            actor=request.actor,
            student_id=student_id,
            noun=self.noun,
            health_id=health_id,
            changes=self.parsed(request, partial=True),
        )
        return self.written(request, student_id, self.Output(row).data)

    def delete(self, request: ActorApiRequest, student_id: UUID, health_id: UUID) -> Response:
        """Say that an entry no longer holds; the record keeps it."""
        self.locked(request, student_id)
        mutations.end_health_entry(
            actor=request.actor, student_id=student_id, noun=self.noun, health_id=health_id
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


class ConditionListApi(HealthEntryListApi):
    """POST /api/v1/students/{student_id}/health/conditions/"""

    creates = True
    says = "Write down a condition."
    example = {"name": "Epilepsy", "notes": "Rests for half an hour afterwards."}
    noun = "condition"
    Input = ConditionFields
    Output = ConditionOutput


class ConditionApi(HealthEntryApi):
    """PATCH and DELETE /api/v1/students/{student_id}/health/conditions/{health_id}/"""

    example = {"notes": "Rests for an hour afterwards."}
    noun = "condition"
    Input = ConditionFields
    Output = ConditionOutput


class MedicationListApi(HealthEntryListApi):
    """POST /api/v1/students/{student_id}/health/medications/"""

    creates = True
    says = "Write down a medication."
    example = {"name": "Levetiracetam", "dose": "250 mg", "times": "noon", "is_given_at_school": True}
    noun = "medication"
    Input = MedicationFields
    Output = MedicationOutput


class MedicationApi(HealthEntryApi):
    """PATCH and DELETE /api/v1/students/{student_id}/health/medications/{health_id}/"""

    example = {"dose": "500 mg"}
    noun = "medication"
    Input = MedicationFields
    Output = MedicationOutput


class AllergyListApi(HealthEntryListApi):
    """POST /api/v1/students/{student_id}/health/allergies/"""

    creates = True
    says = "Write down an allergy."
    example = {"substance": "Peanut", "reaction": "Hives", "severity": "severe"}
    noun = "allergy"
    Input = AllergyFields
    Output = AllergyOutput


class AllergyApi(HealthEntryApi):
    """PATCH and DELETE /api/v1/students/{student_id}/health/allergies/{health_id}/"""

    example = {"severity": "moderate"}
    noun = "allergy"
    Input = AllergyFields
    Output = AllergyOutput


class CourtApi(OfStudentApi):
    """PATCH /api/v1/students/{student_id}/guardians/{guardian_id}/court/"""

    example = {"may_pick_up": False, "court_restrictions": "Order of the county court, tab 4"}
    Input = CourtFields
    Output = CourtOutput

    def patch(self, request: ActorApiRequest, student_id: UUID, guardian_id: UUID) -> Response:
        """Keep what a court ordered about a guardian. Who may not see the records loses sight at once."""
        self.locked(request, student_id)
        row = mutations.set_court_restrictions(
            actor=request.actor,
            student_id=student_id,
            guardian_id=guardian_id,
            changes=self.parsed(request, partial=True),
        )
        return self.written(request, student_id, self.Output(row).data)
