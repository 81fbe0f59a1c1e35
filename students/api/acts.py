"""Endpoints of acts upon one case file: tags, ids of other systems, archive, the end of a guardian's rights."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.response import Response

from accounts.rights import Group
from core.api import ActorApiRequest, answered
from core.api_access import Answers
from students import mutations, queries
from students.api.files import GuardianListApi, IdentityOutput
from students.api.record import OfStudentApi


class TagsOutput(serializers.Serializer[Any]):
    """Every tag of the student."""

    tags = serializers.ListField(child=serializers.CharField())


class TagInput(serializers.Serializer[Any]):
    """One tag."""

    label = serializers.CharField(max_length=40)  # type: ignore[assignment]  # its name here, not DRF's own


class TagListApi(OfStudentApi):
    """GET and POST /api/v1/students/{student_id}/tags/"""

    group = Group.RECORD
    example = {"label": "Reading lab"}

    Input = TagInput
    Output = TagsOutput

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """The words by which the district finds the student again."""
        student = self.opened(request, student_id)
        tags = queries.tags_of(actor=request.actor, student=student)
        return answered({"tags": list(tags)}, version=student.version, topic=student.topic)

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Put a tag on the student; one that is there already changes nothing."""
        student = self.locked(request, student_id)
        mutations.add_tag(actor=request.actor, student_id=student_id, **self.parsed(request))
        return self.written(request, student_id, _tags(request, student))


class TagRemoveApi(OfStudentApi):
    """POST /api/v1/students/{student_id}/tags/remove/"""

    group = Group.RECORD
    example = {"label": "Reading lab"}

    Input = TagInput
    Output = TagsOutput

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Take a tag off the student; one that is not there changes nothing."""
        student = self.locked(request, student_id)
        mutations.remove_tag(actor=request.actor, student_id=student_id, **self.parsed(request))
        return self.written(request, student_id, _tags(request, student))


class ExternalIdListApi(OfStudentApi):
    """GET and POST /api/v1/students/{student_id}/external-ids/"""

    answers = Answers.ALL
    group = Group.RECORD
    example = {"kind": "sis", "value": "SIS-20417"}

    class Input(serializers.Serializer[Any]):
        kind = serializers.CharField(max_length=20)
        value = serializers.CharField(max_length=80, allow_blank=True)

    class Output(serializers.Serializer[Any]):
        kind = serializers.CharField()
        value = serializers.CharField()

    class Made(serializers.Serializer[Any]):
        external_ids = serializers.DictField(child=serializers.CharField())

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """What other systems call the student, one id of a kind; encrypted ones for who sees the health section."""
        student = self.opened(request, student_id)
        ids = queries.ids_of(actor=request.actor, student=student)
        data = {"results": [{"kind": kind, "value": value} for kind, value in ids.items()]}
        return answered(data, version=student.version, topic=student.topic)

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Set the id of a kind, in place of the one before; an empty value removes it."""
        student = self.locked(request, student_id)
        mutations.set_external_id(actor=request.actor, student_id=student_id, **self.parsed(request))
        data = {"external_ids": queries.ids_of(actor=request.actor, student=student)}
        return self.written(request, student_id, data)


class ArchiveApi(OfStudentApi):
    """POST /api/v1/students/{student_id}/archive/"""

    group = Group.IDENTITY
    example = {"reason": "Moved out of the district"}

    class Input(serializers.Serializer[Any]):
        reason = serializers.CharField(max_length=300)

    Output = IdentityOutput

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Put a case file away; only administrators see it then, and nothing in it can be changed."""
        self.locked(request, student_id)
        found = mutations.archive_student(actor=request.actor, student_id=student_id, **self.parsed(request))
        return answered(self.Output(found).data, version=found.version, topic=found.topic)


class RestoreApi(OfStudentApi):
    """POST /api/v1/students/{student_id}/restore/"""

    group = Group.IDENTITY
    Output = IdentityOutput

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Take an archived case file out again, as it was."""
        self.locked(request, student_id)
        found = mutations.restore_student(actor=request.actor, student_id=student_id)
        return answered(self.Output(found).data, version=found.version, topic=found.topic)


class GuardianEndApi(OfStudentApi):
    """POST /api/v1/students/{student_id}/guardians/{guardian_id}/end/"""

    group = Group.GUARDIANS
    example = {"ends_on": "{today}"}

    class Input(serializers.Serializer[Any]):
        ends_on = serializers.DateField(required=False)

    class Output(GuardianListApi.Output):
        undo_id = serializers.UUIDField(allow_null=True)

    def post(self, request: ActorApiRequest, student_id: UUID, guardian_id: UUID) -> Response:
        """End what a parent may see and decide from the beginning of `ends_on`, today unless given.

        `undo_id` takes it back for a day (`POST /api/v1/undo/{undo_id}/`).
        """
        self.locked(request, student_id)
        guardian = mutations.end_guardian(
            actor=request.actor, student_id=student_id, guardian_id=guardian_id, **self.parsed(request)
        )
        undo_id = queries.newest_undo(actor=request.actor, record_id=guardian_id)
        data = {**GuardianListApi.Output(guardian).data, "undo_id": str(undo_id) if undo_id else None}
        return self.written(request, student_id, data)


class GuardianInviteApi(OfStudentApi):
    """POST /api/v1/students/{student_id}/guardians/{guardian_id}/invite/"""

    group = Group.GUARDIANS
    Output = GuardianListApi.Output

    def post(self, request: ActorApiRequest, student_id: UUID, guardian_id: UUID) -> Response:
        """Invite a parent by e-mail; what the school shares is shared once they accept. Again, it is sent again."""
        self.locked(request, student_id)
        guardian = mutations.invite_guardian(
            actor=request.actor, student_id=student_id, guardian_id=guardian_id
        )
        return self.written(request, student_id, self.Output(guardian).data)


def _tags(request: ActorApiRequest, student: Any) -> dict[str, list[str]]:
    return {"tags": list(queries.tags_of(actor=request.actor, student=student))}
