"""Endpoints of students under /api/v1/."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.urls import reverse
from rest_framework import serializers, status
from rest_framework.response import Response

from accounts.rights import Group
from core.api import ActorApiRequest, ApiPages, ApiView, answered, check_version
from core.api_access import Answers
from core.errors import Invalid
from core.outbox import topic_version
from students import mutations, queries
from students.forms import SearchForm


class StudentFields(serializers.Serializer[Any]):
    """What a program writes of a student."""

    given_name = serializers.CharField(max_length=80)
    middle_name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    family_name = serializers.CharField(max_length=80)
    preferred_name = serializers.CharField(max_length=80, required=False, allow_blank=True)
    grade = serializers.CharField(max_length=2, required=False, allow_blank=True)
    school_id = serializers.UUIDField()
    enrollment = serializers.CharField(max_length=12, required=False)
    enrolled_on = serializers.DateField(required=False, allow_null=True)
    home_language = serializers.CharField(max_length=40, required=False, allow_blank=True)
    needs_interpreter = serializers.BooleanField(required=False)
    birth_on = serializers.DateField(required=False, allow_null=True)
    disability = serializers.CharField(max_length=4, required=False, allow_blank=True)
    eligibility = serializers.CharField(max_length=12, required=False)
    eligible_on = serializers.DateField(required=False, allow_null=True)
    last_evaluation_on = serializers.DateField(required=False, allow_null=True)
    reevaluation_due_on = serializers.DateField(required=False, allow_null=True)


class IdentityOutput(serializers.Serializer[Any]):
    """What everybody who sees the student sees."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    given_name = serializers.CharField()
    middle_name = serializers.CharField()
    family_name = serializers.CharField()
    preferred_name = serializers.CharField()
    grade = serializers.CharField()
    school_id = serializers.UUIDField()
    school_name = serializers.CharField(source="school.name")
    enrollment = serializers.CharField()
    enrolled_on = serializers.DateField(allow_null=True)
    is_archived = serializers.SerializerMethodField()
    changed_at = serializers.DateTimeField()

    def get_is_archived(self, student: Any) -> bool:
        """Whether the case file is put away."""
        return student.archived_at is not None


class RecordOutput(IdentityOutput):
    """What is added for who sees the record. Another program's ids come with a single student only."""

    home_language = serializers.CharField(required=False)
    needs_interpreter = serializers.BooleanField(required=False)
    birth_on = serializers.DateField(allow_null=True, required=False)
    disability = serializers.CharField(required=False)
    eligibility = serializers.CharField(required=False)
    eligible_on = serializers.DateField(allow_null=True, required=False)
    last_evaluation_on = serializers.DateField(allow_null=True, required=False)
    reevaluation_due_on = serializers.DateField(allow_null=True, required=False)
    annual_review_on = serializers.DateField(allow_null=True, required=False)


class StudentPages(ApiPages):
    """By family name."""

    ordering = ("sort_name", "id")  # type: ignore[assignment]  # the base names one column


class StudentListApi(ApiView):
    """GET and POST /api/v1/students/"""

    answers = Answers.PAGES
    creates = True
    Query = SearchForm
    example = {"given_name": "Noor", "family_name": "Haddad", "grade": "02", "school_id": "{school_id}"}

    class Input(StudentFields):
        case_manager_id = serializers.UUIDField(required=False, allow_null=True)

    Output = RecordOutput

    def get(self, request: ActorApiRequest) -> Response:
        """The students you see, by name, in cursor pages. Narrow by `q` (name or id), `grade`, `school`, `archived`."""
        form = SearchForm(request.query_params)
        if not form.is_valid():
            raise Invalid(
                fields={name: [str(text) for text in errors] for name, errors in form.errors.items()}
            )
        given = form.cleaned_data
        grade = {"": None, "unknown": ""}.get(given["grade"], given["grade"])
        rows = queries.students_of(
            actor=request.actor,
            text=given["q"],
            grade=grade,
            school_id=given["school"],
            is_archived=given["archived"] == "true",
        )
        pages = StudentPages()
        found = pages.paginate_queryset(rows, request, view=self) or []
        seen = queries.whose_record_is_seen(actor=request.actor, students=found)
        mutations.log_list_access(actor=request.actor, student_ids=seen, page="api students")
        record, identity = (
            RecordOutput(),
            IdentityOutput(),
        )  # making one costs as much as a row
        data = [(record if row.id in seen else identity).to_representation(row) for row in found]
        response = pages.get_paginated_response(data)
        return answered(response.data, topic=f"caseload.{request.actor.person_id}")

    def post(self, request: ActorApiRequest) -> Response:
        """Open a case file."""
        student = mutations.add_student(actor=request.actor, **self.parsed(request))
        response = answered(
            RecordOutput(student).data,
            version=student.version,
            topic=student.topic,
            code=status.HTTP_201_CREATED,
        )
        response["Location"] = reverse("api-students:student", args=[student.id])
        return response


class StudentApi(ApiView):
    """GET and PATCH /api/v1/students/{student_id}/"""

    compares = ("PATCH",)
    example = {"preferred_name": "Juno", "grade": "05"}

    Input = StudentFields

    class Output(RecordOutput):
        external_ids = serializers.DictField(child=serializers.CharField(), required=False)
        tags = serializers.ListField(child=serializers.CharField(), required=False)

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """One student, as far as you see the record."""
        return _one(request, student_id)

    def patch(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Change a student. Send `If-Match` with the version you have read."""
        changes = self.parsed(request, partial=True)
        student = queries.visible_student(actor=request.actor, student_id=student_id, lock=True)
        check_version(request, student.version)
        mutations.update_student(actor=request.actor, student_id=student_id, changes=changes)
        return _one(request, student_id)


class TeamApi(ApiView):
    """GET and POST /api/v1/students/{student_id}/team/"""

    answers = Answers.ALL
    creates = True
    example = {"person_id": "{newcomer_id}", "part": "counselor"}

    class Input(serializers.Serializer[Any]):
        person_id = serializers.UUIDField()
        part = serializers.CharField(max_length=20)
        starts_on = serializers.DateField(required=False, allow_null=True)

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField(source="member_id")
        person_id = serializers.UUIDField()
        name = serializers.CharField()
        part = serializers.CharField()
        starts_on = serializers.DateField()
        ends_on = serializers.DateField(allow_null=True)

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Who is on the team today."""
        student, tied = queries.opened_student(actor=request.actor, student_id=student_id)
        queries.require_sight(tied, Group.TEAM)
        version = topic_version(student.topic)
        rows = queries.team_of(actor=request.actor, student=student)
        return answered({"results": self.Output(rows, many=True).data}, version=version, topic=student.topic)

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Put somebody on the team; the part `case_manager` takes the place of the one before."""
        member = mutations.add_team_member(actor=request.actor, student_id=student_id, **self.parsed(request))
        return answered(
            self.Output(queries.team_row(actor=request.actor, member_id=member.id)).data, code=201
        )


class TeamMemberApi(ApiView):
    """PATCH /api/v1/students/{student_id}/team/{member_id}/"""

    example = {"ends_on": "{today+7}"}

    class Input(serializers.Serializer[Any]):
        ends_on = serializers.DateField(required=False, allow_null=True)

    Output = TeamApi.Output

    def patch(self, request: ActorApiRequest, student_id: UUID, member_id: UUID) -> Response:
        """Take somebody off the team, from the beginning of `ends_on`, today unless given."""
        row = queries.team_row(actor=request.actor, member_id=member_id)
        member = mutations.end_team_member(
            actor=request.actor, student_id=student_id, member_id=member_id, **self.parsed(request)
        )
        # Who leaves the team may no longer see it, so it is not read again.
        return answered(self.Output(replace(row, ends_on=member.ends_on)).data)


class PhoneFields(serializers.Serializer[Any]):
    """A telephone after the first: its kind (mobile, home, work, other) and its number."""

    kind = serializers.CharField(max_length=6)
    number = serializers.CharField(max_length=40)


class GuardianListApi(ApiView):
    """GET and POST /api/v1/students/{student_id}/guardians/"""

    answers = Answers.ALL
    creates = True
    compares = ("POST",)
    example = {"given_name": "Amira", "family_name": "Haddad", "relationship": "mother", "phone": "555 0142"}

    class Input(serializers.Serializer[Any]):
        given_name = serializers.CharField(max_length=80)
        family_name = serializers.CharField(max_length=80)
        relationship = serializers.CharField(max_length=12)
        email = serializers.EmailField(required=False, allow_blank=True)
        phone = serializers.CharField(max_length=40, required=False, allow_blank=True)
        language = serializers.CharField(max_length=40, required=False, allow_blank=True)
        needs_interpreter = serializers.BooleanField(required=False)
        phone_kind = serializers.CharField(max_length=6, required=False)
        other_phones = PhoneFields(many=True, required=False)
        preferred_contact = serializers.CharField(max_length=7, required=False, allow_blank=True)
        address = serializers.CharField(max_length=300, required=False, allow_blank=True)
        lives_with = serializers.BooleanField(required=False)
        has_educational_rights = serializers.BooleanField(required=False)
        rights_from = serializers.DateField(required=False, allow_null=True)
        rights_until = serializers.DateField(required=False, allow_null=True)
        rights_document = serializers.CharField(max_length=120, required=False, allow_blank=True)
        starts_on = serializers.DateField(required=False, allow_null=True)

    class Output(Input):
        id = serializers.UUIDField()
        ends_on = serializers.DateField(allow_null=True)
        is_shared = serializers.SerializerMethodField()

        def get_is_shared(self, guardian: Any) -> bool:
            """Whether the parent has an account that sees the record."""
            return guardian.person_id is not None

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """The parents whose rights hold today."""
        student, tied = queries.opened_student(actor=request.actor, student_id=student_id)
        queries.require_sight(tied, Group.GUARDIANS)
        rows = queries.guardians_of(actor=request.actor, student=student)
        data = {"results": self.Output(rows, many=True).data}
        return answered(data, version=student.version, topic=student.topic)

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Add a parent."""
        student = queries.visible_student(actor=request.actor, student_id=student_id, lock=True)
        check_version(request, student.version)
        guardian = mutations.add_guardian(actor=request.actor, student_id=student_id, **self.parsed(request))
        return answered(self.Output(guardian).data, code=status.HTTP_201_CREATED)


class GuardianApi(ApiView):
    """PATCH /api/v1/students/{student_id}/guardians/{guardian_id}/"""

    compares = ("PATCH",)
    example = {"preferred_contact": "text", "needs_interpreter": True}

    class Input(GuardianListApi.Input):
        starts_on = None  # type: ignore[assignment]  # DRF's way to leave a field out

    Output = GuardianListApi.Output

    def patch(self, request: ActorApiRequest, student_id: UUID, guardian_id: UUID) -> Response:
        """Change what is known of a parent. Send `If-Match` with the version of the student you have read."""
        student = queries.visible_student(actor=request.actor, student_id=student_id, lock=True)
        check_version(request, student.version)
        guardian = mutations.update_guardian(
            actor=request.actor,
            student_id=student_id,
            guardian_id=guardian_id,
            changes=self.parsed(request, partial=True),
        )
        return answered(self.Output(guardian).data)


def _one(request: ActorApiRequest, student_id: UUID) -> Response:
    student, tied = queries.opened_student(actor=request.actor, student_id=student_id)
    if not tied.sees(Group.RECORD):
        return answered(IdentityOutput(student).data, version=student.version, topic=student.topic)
    data = {
        **RecordOutput(student).data,
        "external_ids": queries.ids_of(actor=request.actor, student=student),
        "tags": queries.tags_of(actor=request.actor, student=student),
    }
    return answered(data, version=student.version, topic=student.topic)
