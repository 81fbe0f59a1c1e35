"""Endpoints of whole records under /api/v1/."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from rest_framework import serializers, status
from rest_framework.response import Response

from accounts.reauthentication import recently_signed_in
from core.api import ActorApiRequest, ApiView, answered, check_version, version_of
from core.api_access import Answers
from core.http import never_stored
from records import mutations, queries
from records.classes import MOST_YEARS
from students.queries import one_of, visible_student


class ExportOutput(serializers.Serializer[Any]):
    """One copy of a record."""

    id = serializers.UUIDField()
    student_id = serializers.UUIDField()
    state = serializers.CharField()
    percent = serializers.IntegerField()
    reason = serializers.CharField()
    size = serializers.IntegerField()
    counts = serializers.DictField()
    unprintable = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(allow_null=True)
    has_file = serializers.BooleanField()


class ExportListApi(ApiView):
    """GET, POST /api/v1/students/{student_id}/exports/"""

    class Input(serializers.Serializer[Any]):
        reason = serializers.CharField(max_length=300)

    answers = Answers.ALL
    creates = True
    Output = ExportOutput
    example = {"reason": "The family moves and asks for a copy"}

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """One's own copies of a student's record, newest first."""
        found = queries.export_page(actor=request.actor, student_id=student_id)
        data = {"results": ExportOutput(found.rows, many=True).data}
        return answered(data, version=found.version, topic=found.topic)

    @recently_signed_in
    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Ask for a copy of the whole record; a worker writes it. Read it again until `state` is `done`."""
        made = mutations.request_export(actor=request.actor, student_id=student_id, **self.parsed(request))
        found = queries.own_export_row(actor=request.actor, export_id=made.id)
        return answered(ExportOutput(found).data, topic=found.topic, code=status.HTTP_201_CREATED)


class ExportApi(ApiView):
    """GET /api/v1/exports/{export_id}/"""

    Output = ExportOutput

    def get(self, request: ActorApiRequest, export_id: UUID) -> Response:
        """How far a copy is."""
        found = queries.own_export_row(actor=request.actor, export_id=export_id)
        return answered(ExportOutput(found).data, topic=found.topic)


class ExportFileApi(ApiView):
    """GET /api/v1/exports/{export_id}/file/: a zip, so it is told in docs/record-export.md, not in the schema."""

    schema = None

    @recently_signed_in
    def get(self, request: ActorApiRequest, export_id: UUID) -> HttpResponse:
        """The copy itself, a zip; written down each time (34 CFR 99.32)."""
        _found, data = mutations.fetch_export(actor=request.actor, export_id=export_id, now=timezone.now())
        response = HttpResponse(data, content_type="application/zip")
        response["Content-Disposition"] = 'attachment; filename="record.zip"'
        return never_stored(response)


class YearsFields(serializers.Serializer[Any]):
    """Years for which each class of records is kept."""

    record = serializers.IntegerField(min_value=0, max_value=MOST_YEARS)
    roster = serializers.IntegerField(min_value=0, max_value=MOST_YEARS)
    messages = serializers.IntegerField(min_value=0, max_value=MOST_YEARS)
    imports = serializers.IntegerField(min_value=0, max_value=MOST_YEARS)


class PolicyFields(serializers.Serializer[Any]):
    """How long the district keeps what, and how a record is destroyed."""

    years = YearsFields()
    waiting_days = serializers.IntegerField(min_value=0, max_value=365)
    keeps_minimum = serializers.BooleanField()


class PolicyApi(ApiView):
    """GET and PUT /api/v1/retention/"""

    compares = ("PUT",)
    example = {
        "years": {"record": 7, "roster": 1, "messages": 3, "imports": 1},
        "waiting_days": 45,
        "keeps_minimum": True,
    }

    Input = PolicyFields

    class Output(PolicyFields):
        changed_at = serializers.DateTimeField(allow_null=True)
        changed_by = serializers.CharField()

    def get(self, request: ActorApiRequest) -> Response:
        """How long the district keeps records, and the days between the notice to the parents and a destruction."""
        return self._answer(request)

    def put(self, request: ActorApiRequest) -> Response:
        """Change how long the district keeps records, all of it at once; nothing is kept for less than the law asks."""
        check_version(request, self._answer(request)["ETag"].strip('"'))
        given = self.parsed(request)
        mutations.set_policy(actor=request.actor, now=timezone.now(), **given)
        return self._answer(request)

    def _answer(self, request: ActorApiRequest) -> Response:
        data = self.Output(queries.policy_page(actor=request.actor)).data
        return answered(data, version=version_of(data), topic=f"organization.{request.actor.organization_id}")


class HoldOutput(serializers.Serializer[Any]):
    """One legal hold: while it is in force, the record is not destroyed."""

    id = serializers.UUIDField()
    student_id = serializers.UUIDField()
    reason = serializers.CharField()
    until = serializers.DateField(allow_null=True)
    placed_by = serializers.CharField()
    placed_at = serializers.DateTimeField()
    lifted_by = serializers.CharField()
    lifted_at = serializers.DateTimeField(allow_null=True)
    is_in_force = serializers.BooleanField()


class DestructionOutput(serializers.Serializer[Any]):
    """One destruction: `waiting`, `canceled` or `destroyed`. When it is done, this is its certificate."""

    id = serializers.UUIDField()
    student_id = serializers.UUIDField()
    state = serializers.CharField()
    rule_years = serializers.IntegerField(allow_null=True)
    asked_by = serializers.CharField()
    noticed_on = serializers.DateField()
    notices = serializers.IntegerField()
    due_on = serializers.DateField()
    canceled_at = serializers.DateTimeField(allow_null=True)
    canceled_by = serializers.CharField()
    destroyed_at = serializers.DateTimeField(allow_null=True)
    rows = serializers.IntegerField()
    files_removed = serializers.IntegerField()
    is_finished = serializers.BooleanField()


class DueStudentOutput(serializers.Serializer[Any]):
    """A student whose time has passed."""

    student_id = serializers.UUIDField()
    left_on = serializers.DateField()
    due_since = serializers.DateField()
    is_held = serializers.BooleanField()


class DueApi(ApiView):
    """GET /api/v1/retention/due/"""

    class Output(serializers.Serializer[Any]):
        due = DueStudentOutput(many=True)
        has_more = serializers.BooleanField()
        waiting = DestructionOutput(many=True)
        holds = HoldOutput(many=True)
        destroyed = DestructionOutput(many=True)

    def get(self, request: ActorApiRequest) -> Response:
        """Whose time has passed, what waits for its day, what is held, what was destroyed: 100 of each, by id."""
        found = queries.retention_page(actor=request.actor)
        return answered(self.Output(found).data, version=found.version, topic=found.topic)


class HoldListApi(ApiView):
    """GET and POST /api/v1/students/{student_id}/holds/"""

    answers = Answers.ALL
    creates = True
    example = {"reason": "A complaint is open", "until": "{today+90}"}

    class Input(serializers.Serializer[Any]):
        reason = serializers.CharField(max_length=300)
        until = serializers.DateField(required=False, allow_null=True, default=None)

    Output = HoldOutput

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """What holds the record back from destruction, and what did."""
        found = queries.student_retention(actor=request.actor, student_id=student_id)
        data = {"results": self.Output(found.holds, many=True).data}
        return answered(data, version=found.version, topic=found.topic)

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Hold a record back from destruction; without a day, until somebody lifts it."""
        visible_student(actor=request.actor, student_id=student_id, lock=True)
        made = mutations.place_hold(
            actor=request.actor, student_id=student_id, today=request.actor.today, **self.parsed(request)
        )
        return _hold(request, student_id, made.id, code=status.HTTP_201_CREATED)


class HoldLiftApi(ApiView):
    """POST /api/v1/holds/{hold_id}/lift/"""

    Output = HoldOutput

    def post(self, request: ActorApiRequest, hold_id: UUID) -> Response:
        """Let go of a record."""
        hold = mutations.lift_hold(actor=request.actor, hold_id=hold_id, now=timezone.now())
        return _hold(request, hold.student_id, hold.id)


class DestructionApi(ApiView):
    """GET /api/v1/destructions/{destruction_id}/"""

    Output = DestructionOutput

    def get(self, request: ActorApiRequest, destruction_id: UUID) -> Response:
        """A destruction that waits, or its certificate. It is announced on a page only (docs/api.md)."""
        found = queries.certificate(actor=request.actor, destruction_id=destruction_id)
        return answered(self.Output(found).data, topic=f"organization.{request.actor.organization_id}")


class DestructionCancelApi(ApiView):
    """POST /api/v1/destructions/{destruction_id}/cancel/"""

    Output = DestructionOutput

    def post(self, request: ActorApiRequest, destruction_id: UUID) -> Response:
        """Call a destruction off before its day: the record stays."""
        mutations.cancel_destruction(actor=request.actor, destruction_id=destruction_id, now=timezone.now())
        found = queries.certificate(actor=request.actor, destruction_id=destruction_id)
        return answered(self.Output(found).data, topic=f"organization.{request.actor.organization_id}")


def _hold(
    request: ActorApiRequest, student_id: UUID, hold_id: UUID, *, code: int = status.HTTP_200_OK
) -> Response:
    page = queries.student_retention(actor=request.actor, student_id=student_id)
    return answered(HoldOutput(one_of(page.holds, id=hold_id)).data, topic=page.topic, code=code)
