"""Endpoints of the whole record: contact, addresses, emergency contacts, languages, About me."""

from typing import Any
from uuid import UUID

from rest_framework import serializers, status
from rest_framework.response import Response

from accounts.rights import Group
from core.api import ActorApiRequest, ApiView, answered, check_version
from core.api_access import Answers
from students import mutations, queries
from students.api.files import PhoneFields


class OfStudentApi(ApiView):
    """A part of a student's record. Every part has the version of the student, for `ETag` and `If-Match`."""

    compares = ("POST", "PATCH", "DELETE")

    group: Group

    def opened(self, request: ActorApiRequest, student_id: UUID) -> Any:
        """The student, opened for reading and written down. Raises NotFound."""
        student, tied = queries.opened_student(actor=request.actor, student_id=student_id)
        queries.require_sight(tied, self.group)
        mutations.log_access(actor=request.actor, student_id=student_id, page="api-record")
        return student

    def locked(self, request: ActorApiRequest, student_id: UUID) -> Any:
        """The student, held until the change is made, in the version that the caller has read.

        Raises NotFound, PreconditionFailed.
        """
        student = queries.visible_student(actor=request.actor, student_id=student_id, lock=True)
        check_version(request, student.version)
        return student

    def written(self, request: ActorApiRequest, student_id: UUID, data: Any, *, code: int = 200) -> Response:
        """What was changed, with the new version of the student."""
        student = queries.visible_student(actor=request.actor, student_id=student_id)
        return answered(data, version=student.version, topic=student.topic, code=code)


class ContactApi(OfStudentApi):
    """GET and PATCH /api/v1/students/{student_id}/contact/"""

    group = Group.GUARDIANS
    example = {"phone": "555 0177"}

    class Input(serializers.Serializer[Any]):
        phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
        email = serializers.EmailField(required=False, allow_blank=True)

    Output = Input

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """The student's own telephone and e-mail address."""
        student = self.opened(request, student_id)
        return answered(self.Output(student).data, version=student.version, topic=student.topic)

    def patch(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Change the student's own telephone or e-mail address."""
        self.locked(request, student_id)
        changes = self.parsed(request, partial=True)
        student = mutations.set_contact(actor=request.actor, student_id=student_id, changes=changes)
        return self.written(request, student_id, self.Output(student).data)


class LanguagesApi(OfStudentApi):
    """GET and PATCH /api/v1/students/{student_id}/languages/"""

    group = Group.RECORD
    example = {
        "home_language": "Spanish",
        "english_learner": "current",
        "english_learner_since": "{today-400}",
    }

    class Input(serializers.Serializer[Any]):
        home_language = serializers.CharField(max_length=40, required=False, allow_blank=True)
        preferred_language = serializers.CharField(max_length=40, required=False, allow_blank=True)
        needs_interpreter = serializers.BooleanField(required=False)
        english_learner = serializers.CharField(max_length=8, required=False, allow_blank=True)
        english_learner_since = serializers.DateField(required=False, allow_null=True)
        english_learner_until = serializers.DateField(required=False, allow_null=True)

    Output = Input

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """The languages, the interpreter, and the standing as an English learner (no, current, former)."""
        student = self.opened(request, student_id)
        return answered(self.Output(student).data, version=student.version, topic=student.topic)

    def patch(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Change the languages."""
        self.locked(request, student_id)
        changes = self.parsed(request, partial=True)
        student = mutations.update_languages(actor=request.actor, student_id=student_id, changes=changes)
        return self.written(request, student_id, self.Output(student).data)


class ProfileApi(OfStudentApi):
    """GET and PATCH /api/v1/students/{student_id}/profile/"""

    group = Group.PROFILE
    example = {"modes": ["speech", "pictures"], "what_helps": "A quiet place to begin the day"}

    class Input(serializers.Serializer[Any]):
        modes = serializers.ListField(
            child=serializers.ChoiceField(choices=queries.MODES), required=False, max_length=20
        )
        communication = serializers.CharField(max_length=4000, required=False, allow_blank=True)
        what_helps = serializers.CharField(max_length=4000, required=False, allow_blank=True)
        what_to_avoid = serializers.CharField(max_length=4000, required=False, allow_blank=True)
        strengths = serializers.CharField(max_length=4000, required=False, allow_blank=True)
        interests = serializers.CharField(max_length=4000, required=False, allow_blank=True)
        motivators = serializers.CharField(max_length=4000, required=False, allow_blank=True)
        routines = serializers.CharField(max_length=4000, required=False, allow_blank=True)
        culture = serializers.CharField(max_length=4000, required=False, allow_blank=True)

    Output = Input

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """The page "About me"."""
        student = self.opened(request, student_id)
        profile = queries.profile_of(actor=request.actor, student=student)
        return answered(self.Output(profile).data, version=student.version, topic=student.topic)

    def patch(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Write on the page "About me". Send `If-Match` with the version you have read."""
        self.locked(request, student_id)
        changes = self.parsed(request, partial=True)
        profile = mutations.update_profile(actor=request.actor, student_id=student_id, changes=changes)
        return self.written(request, student_id, self.Output(profile).data)


class AddressListApi(OfStudentApi):
    """GET and POST /api/v1/students/{student_id}/addresses/"""

    answers = Answers.ALL
    creates = True
    example = {"kind": "mailing", "street": "14 Larch Road", "city": "Larkspur", "postal_code": "94939"}

    group = Group.GUARDIANS

    class Input(serializers.Serializer[Any]):
        kind = serializers.CharField(max_length=9, required=False)
        street = serializers.CharField(max_length=160)
        unit = serializers.CharField(max_length=60, required=False, allow_blank=True)
        city = serializers.CharField(max_length=80)
        region = serializers.CharField(max_length=40, required=False, allow_blank=True)
        postal_code = serializers.CharField(max_length=20, required=False, allow_blank=True)
        starts_on = serializers.DateField(required=False)
        ends_on = serializers.DateField(required=False, allow_null=True)

    class Output(Input):
        id = serializers.UUIDField()

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Every address, those of before too."""
        student = self.opened(request, student_id)
        rows = queries.addresses_of(actor=request.actor, student=student)
        data = {"results": self.Output(rows, many=True).data}
        return answered(data, version=student.version, topic=student.topic)

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Add an address: home, mailing or temporary."""
        self.locked(request, student_id)
        row = mutations.add_address(actor=request.actor, student_id=student_id, **self.parsed(request))
        return self.written(request, student_id, self.Output(row).data, code=status.HTTP_201_CREATED)


class AddressApi(OfStudentApi):
    """PATCH and DELETE /api/v1/students/{student_id}/addresses/{address_id}/"""

    group = Group.GUARDIANS
    Input = AddressListApi.Input
    Output = AddressListApi.Output
    example = {"unit": "Apartment 3"}

    def patch(self, request: ActorApiRequest, student_id: UUID, address_id: UUID) -> Response:
        """Change or end an address."""
        self.locked(request, student_id)
        row = mutations.update_address(
            actor=request.actor,
            student_id=student_id,
            address_id=address_id,
            changes=self.parsed(request, partial=True),
        )
        return self.written(request, student_id, self.Output(row).data)

    def delete(self, request: ActorApiRequest, student_id: UUID, address_id: UUID) -> Response:
        """Take away an address that was entered by mistake."""
        self.locked(request, student_id)
        mutations.remove_address(actor=request.actor, student_id=student_id, address_id=address_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class EmergencyContactListApi(OfStudentApi):
    """GET and POST /api/v1/students/{student_id}/emergency-contacts/"""

    answers = Answers.ALL
    creates = True
    example = {"name": "Teo Marsh", "relationship": "Uncle", "phone": "555 0163", "may_pick_up": True}

    group = Group.GUARDIANS

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=120)
        relationship = serializers.CharField(max_length=60)
        phone = serializers.CharField(max_length=40)
        phone_kind = serializers.CharField(max_length=6, required=False)
        other_phones = PhoneFields(many=True, required=False)
        may_pick_up = serializers.BooleanField(required=False)
        language = serializers.CharField(max_length=40, required=False, allow_blank=True)

    class Output(Input):
        id = serializers.UUIDField()
        position = serializers.IntegerField()

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Who is called in an emergency, in order."""
        student = self.opened(request, student_id)
        rows = queries.emergency_of(actor=request.actor, student=student)
        data = {"results": self.Output(rows, many=True).data}
        return answered(data, version=student.version, topic=student.topic)

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Add somebody who is called in an emergency, after the others."""
        self.locked(request, student_id)
        row = mutations.add_emergency_contact(
            actor=request.actor, student_id=student_id, **self.parsed(request)
        )
        return self.written(request, student_id, self.Output(row).data, code=status.HTTP_201_CREATED)


class EmergencyContactApi(OfStudentApi):
    """PATCH and DELETE /api/v1/students/{student_id}/emergency-contacts/{contact_id}/"""

    group = Group.GUARDIANS
    Input = EmergencyContactListApi.Input
    Output = EmergencyContactListApi.Output
    example = {"phone": "555 0164"}

    def patch(self, request: ActorApiRequest, student_id: UUID, contact_id: UUID) -> Response:
        """Change what is known of an emergency contact."""
        self.locked(request, student_id)
        row = mutations.update_emergency_contact(
            actor=request.actor,
            student_id=student_id,
            contact_id=contact_id,
            changes=self.parsed(request, partial=True),
        )
        return self.written(request, student_id, self.Output(row).data)

    def delete(self, request: ActorApiRequest, student_id: UUID, contact_id: UUID) -> Response:
        """Call somebody no longer."""
        self.locked(request, student_id)
        mutations.remove_emergency_contact(actor=request.actor, student_id=student_id, contact_id=contact_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class EmergencyContactEarlierApi(OfStudentApi):
    """POST /api/v1/students/{student_id}/emergency-contacts/{contact_id}/call-earlier/"""

    group = Group.GUARDIANS
    Output = EmergencyContactListApi.Output

    def post(self, request: ActorApiRequest, student_id: UUID, contact_id: UUID) -> Response:
        """Call somebody before the one who stands above; who is called first stays first."""
        self.locked(request, student_id)
        row = mutations.call_earlier(actor=request.actor, student_id=student_id, contact_id=contact_id)
        return self.written(request, student_id, self.Output(row).data)
