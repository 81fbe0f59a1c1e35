"""Endpoints of roster imports."""

import hashlib
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers, status
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiPages, ApiView, answered
from core.api_access import Answers
from integrations import mutations, queries
from integrations.forms import MOST_MEGABYTES, FindingQuery, ReportForm, RowQuery
from integrations.kinds import CHOICES
from integrations.tasks import receive


class CountsOutput(serializers.Serializer[Any]):
    file = serializers.CharField()
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    left = serializers.IntegerField()
    refused = serializers.IntegerField()
    warnings = serializers.IntegerField()


class ImportOutput(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    file_name = serializers.CharField()
    roster_version = serializers.CharField()
    state = serializers.CharField()
    failure = serializers.CharField()
    percent = serializers.IntegerField()
    total_lines = serializers.IntegerField()
    done_lines = serializers.IntegerField()
    files = CountsOutput(many=True)
    totals = CountsOutput()
    started_by = serializers.CharField()
    started_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


class ImportPages(ApiPages):
    """Newest first."""

    ordering = "-id"


class LinePages(ApiPages):
    """File by file, line by line."""

    ordering = ("position", "id")  # type: ignore[assignment]  # the base names one column


class ImportListApi(ApiView):
    """GET and POST /api/v1/imports/"""

    answers = Answers.PAGES
    creates = True
    example = {"kind": "oneroster", "file": "@roster.zip"}

    parser_classes = (MultiPartParser,)  # type: ignore[assignment]  # a file is no JSON

    class Input(serializers.Serializer[Any]):
        kind = serializers.ChoiceField(choices=CHOICES, default="oneroster")
        file = serializers.FileField(max_length=200)

        def validate_file(self, file: Any) -> Any:
            """Refuse what no roster needs before it is opened."""
            if file.size > MOST_MEGABYTES * 1_000_000:
                raise serializers.ValidationError(_("This file is larger than 40 MB."))
            return file

    Output = ImportOutput

    def content(self, request: Any) -> bytes:
        """A file is told by its hash: its body may be larger than what is held in memory."""
        total = hashlib.sha256()
        for name in sorted(request.FILES):
            for chunk in request.FILES[name].chunks():
                total.update(chunk)
            request.FILES[name].seek(0)
        return total.digest()

    def get(self, request: ActorApiRequest) -> Response:
        """Imports of the district, newest first, in cursor pages."""
        pages = ImportPages()
        rows = pages.paginate_queryset(queries.import_list(actor=request.actor), request, view=self)
        found = [queries.summary_in_list(row) for row in rows or ()]
        return pages.get_paginated_response(ImportOutput(found, many=True).data)

    def post(self, request: ActorApiRequest) -> Response:
        """Send a zip of OneRoster or Ed-Fi files as `file`; the answer is the import that has begun."""
        sent = self.parsed(request)
        file = sent["file"]
        run_id = receive(file.file, actor=request.actor, name=file.name, kind=sent["kind"])
        found = queries.import_summary(actor=request.actor, run_id=run_id)
        response = answered(
            ImportOutput(found).data, version=found.version, topic=found.topic, code=status.HTTP_201_CREATED
        )
        response["Location"] = f"/api/v1/imports/{run_id}/"
        return response


class ImportApi(ApiView):
    """GET /api/v1/imports/{run_id}/"""

    Output = ImportOutput

    def get(self, request: ActorApiRequest, run_id: UUID) -> Response:
        """One import with its counts."""
        found = queries.import_summary(actor=request.actor, run_id=run_id)
        return answered(ImportOutput(found).data, version=found.version, topic=found.topic)


class ImportCancelApi(ApiView):
    """POST /api/v1/imports/{run_id}/cancel/"""

    class Input(serializers.Serializer[Any]):
        """Nothing is sent."""

    Output = ImportOutput

    def post(self, request: ActorApiRequest, run_id: UUID) -> Response:
        """Stop an import; what was applied stays."""
        self.parsed(request)
        mutations.cancel_import(actor=request.actor, run_id=run_id, now=timezone.now())
        found = queries.import_summary(actor=request.actor, run_id=run_id)
        return answered(ImportOutput(found).data, version=found.version, topic=found.topic)


class FindingListApi(ApiView):
    """GET /api/v1/imports/{run_id}/findings/"""

    answers = Answers.PAGES
    Query = FindingQuery

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        file = serializers.CharField()
        line = serializers.IntegerField()
        column = serializers.CharField()
        code = serializers.CharField()
        severity = serializers.CharField()
        reason = serializers.CharField()

    def get(self, request: ActorApiRequest, run_id: UUID) -> Response:
        """Findings, file by file and line by line, in cursor pages. `severity` and `noun` narrow them."""
        asked = ReportForm(request.query_params).chosen()
        rows = queries.finding_rows(
            actor=request.actor, run_id=run_id, severity=asked["severity"], noun=asked["noun"]
        )
        pages = LinePages()
        some = pages.paginate_queryset(rows, request, view=self) or ()
        found = [queries.finding_line(row) for row in some]
        return pages.get_paginated_response(self.Output(found, many=True).data)


class RowListApi(ApiView):
    """GET /api/v1/imports/{run_id}/rows/"""

    answers = Answers.PAGES
    Query = RowQuery

    class Output(serializers.Serializer[Any]):
        id = serializers.UUIDField()
        file = serializers.CharField()
        line = serializers.IntegerField()
        sourced_id = serializers.CharField()
        outcome = serializers.CharField()

    def get(self, request: ActorApiRequest, run_id: UUID) -> Response:
        """What each line came to, in cursor pages. `outcome` and `noun` narrow them."""
        asked = ReportForm(request.query_params).chosen()
        rows = queries.row_rows(
            actor=request.actor, run_id=run_id, outcome=asked["outcome"], noun=asked["noun"]
        )
        pages = LinePages()
        some = pages.paginate_queryset(rows, request, view=self) or ()
        found = [queries.row_line(row) for row in some]
        return pages.get_paginated_response(self.Output(found, many=True).data)
