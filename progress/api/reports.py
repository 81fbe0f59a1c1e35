"""Endpoints of progress reports under /api/v1/."""

from typing import Any, ClassVar
from uuid import UUID

from django.utils.timezone import now
from rest_framework import serializers, status
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiPages, ApiView, answered, check_version
from core.api_access import Answers
from core.errors import NotFound
from core.registry import lent
from progress import mutations, queries
from progress.reporting import Statement

STATEMENTS = [(each.value, each.value) for each in Statement]


class NewestPeriod(ApiPages):
    """The newest period first."""

    ordering = ("-first_on", "-revision")  # type: ignore[assignment]  # the base names one column


class ReportListApi(ApiView):
    """GET and POST /api/v1/students/{student_id}/progress-reports/"""

    answers = Answers.PAGES
    creates = True
    example: ClassVar[dict[str, Any]] = {"first_on": "{today-60}"}

    class Input(serializers.Serializer[Any]):
        first_on = serializers.DateField()

    class Made(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        period_name = serializers.CharField()
        first_on = serializers.DateField()
        last_on = serializers.DateField()
        due_on = serializers.DateField()
        status = serializers.CharField()
        revision = serializers.IntegerField()
        sent_on = serializers.DateField(allow_null=True)

    class Output(Made):
        written = serializers.IntegerField()
        goals = serializers.IntegerField()

    def get(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """The progress reports of a student that you may see, the newest period first. Families see those sent."""
        found = queries.student_reports(actor=request.actor, student_id=student_id, today=request.actor.today)
        lent("students.log_access")(actor=request.actor, student_id=student_id, page="api reports")
        pages = NewestPeriod()
        rows = pages.paginate_queryset(
            queries.report_rows(actor=request.actor, student_id=student_id), request, view=self
        )
        response = pages.get_paginated_response(self.Output(rows, many=True).data)
        return answered(response.data, version=found.version, topic=found.topic)

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Begin the report of the reporting period that begins on `first_on`; one that is begun is answered again."""
        report = mutations.start_report(
            actor=request.actor, student_id=student_id, today=request.actor.today, **self.parsed(request)
        )
        return answered(self.Made(report).data, topic=report.topic, code=status.HTTP_201_CREATED)


class NoteOutput(serializers.Serializer[Any]):
    """What a report says of one goal."""

    goal_id = serializers.UUIDField()
    number = serializers.IntegerField()
    statement = serializers.CharField()
    narrative = serializers.CharField()
    objection = serializers.CharField()
    suggested = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField(source="evidence.title")
    level = serializers.CharField(source="evidence.level")
    verdict = serializers.CharField(source="evidence.verdict")
    facts = serializers.ListField(
        source="evidence.facts", child=serializers.ListField(child=serializers.CharField())
    )


class ReportApi(ApiView):
    """GET and DELETE /api/v1/progress-reports/{report_id}/"""

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        student_id = serializers.UUIDField()
        period_name = serializers.CharField()
        first_on = serializers.DateField()
        last_on = serializers.DateField()
        due_on = serializers.DateField()
        data_until = serializers.DateField()
        language = serializers.CharField()
        status = serializers.CharField()
        revision = serializers.IntegerField()
        revision_reason = serializers.CharField()
        sent_at = serializers.DateTimeField(allow_null=True)
        sent_by = serializers.CharField()
        digest = serializers.CharField()
        is_intact = serializers.BooleanField()
        notes = NoteOutput(many=True)

    def get(self, request: ActorApiRequest, report_id: UUID) -> Response:
        """One report with its notes. A draft reads the data of now; a sent one says what was sent."""
        found = queries.report_page(actor=request.actor, report_id=report_id, today=request.actor.today)
        lent("students.log_access")(actor=request.actor, student_id=found.student_id, page="api report")
        return _answer(found)

    def delete(self, request: ActorApiRequest, report_id: UUID) -> Response:
        """Discard a draft; it can be begun anew."""
        mutations.discard_report(actor=request.actor, report_id=report_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ReportNoteApi(ApiView):
    """PATCH /api/v1/progress-reports/{report_id}/notes/{goal_id}/"""

    compares = ("PATCH",)
    example: ClassVar[dict[str, Any]] = {
        "statement": "some",
        "narrative": "She reads further each week.",
        "reason": "Two weeks of absence.",
    }
    Output = ReportApi.Output

    class Input(serializers.Serializer[Any]):
        statement = serializers.ChoiceField(choices=STATEMENTS, allow_blank=True)
        narrative = serializers.CharField(max_length=4000, allow_blank=True)
        reason = serializers.CharField(max_length=500, allow_blank=True)

    def patch(self, request: ActorApiRequest, report_id: UUID, goal_id: UUID) -> Response:
        """Write the note of one goal. `If-Match` is the version of the note. `objection` in the answer says what the
        data has against the statement; sending then asks for a `reason`."""
        changes = self.parsed(request, partial=True)
        actor, today = request.actor, request.actor.today
        found = queries.report_page(actor=actor, report_id=report_id, today=today)
        note = next((each for each in found.notes if each.goal_id == goal_id), None)
        if note is None:
            raise NotFound
        check_version(request, str(note.version))
        kept = {name: changes.get(name, getattr(note, name)) for name in ("statement", "narrative", "reason")}
        mutations.write_notes(
            actor=actor,
            report_id=report_id,
            notes=[mutations.NoteChange(goal_id=goal_id, version=note.version, **kept)],
            today=today,
            now=now(),
        )
        return _answer(queries.report_page(actor=actor, report_id=report_id, today=today))


class ReportSendApi(ApiView):
    """POST /api/v1/progress-reports/{report_id}/send/"""

    Output = ReportApi.Output

    def post(self, request: ActorApiRequest, report_id: UUID) -> Response:
        """Freeze a report, lock it and tell the family. Refused while a goal has no note, or a statement that the data
        contradicts no reason."""
        actor, today = request.actor, request.actor.today
        mutations.send_report(actor=actor, report_id=report_id, today=today, now=now())
        return _answer(queries.report_page(actor=actor, report_id=report_id, today=today))


class ReportCorrectApi(ApiView):
    """POST /api/v1/progress-reports/{report_id}/corrections/"""

    creates = True
    example: ClassVar[dict[str, Any]] = {"reason": "The second goal was mixed up with another."}
    Output = ReportApi.Output

    class Input(serializers.Serializer[Any]):
        reason = serializers.CharField(max_length=500)

    def post(self, request: ActorApiRequest, report_id: UUID) -> Response:
        """Begin a new revision of a report that was sent."""
        actor = request.actor
        made = mutations.correct_report(actor=actor, report_id=report_id, **self.parsed(request))
        page = queries.report_page(actor=actor, report_id=made.id, today=actor.today)
        return _answer(page, code=status.HTTP_201_CREATED)


def _answer(found: queries.ReportPage, *, code: int = status.HTTP_200_OK) -> Response:
    data = ReportApi.Output(found).data
    return answered(data, version=str(found.number), topic=found.topic, code=code)
