"""The REST twin of the text sockets: the same texts, changes and refusals (docs/coediting.md)."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django import forms
from rest_framework import serializers, status
from rest_framework.response import Response

from coediting import mutations, queries
from core.api import ActorApiRequest, ApiView, answered
from core.api_access import Answers
from core.errors import Invalid
from core.http import record_opening

SIMPLE = ("insert", "delete", "retain")


class TextOutput(serializers.Serializer[Any]):
    """A text at a version: its operations are one insertion after the other."""

    id = serializers.UUIDField()
    field = serializers.CharField()
    version = serializers.IntegerField()
    ops = serializers.JSONField()
    plain = serializers.CharField()
    locked = serializers.BooleanField()
    may_edit = serializers.BooleanField()


class TextApi(ApiView):
    """GET /api/v1/texts/{text_id}/"""

    Output = TextOutput

    def get(self, request: ActorApiRequest, text_id: UUID) -> Response:
        """A text as it is now. Its `version` is where the next operations begin; its socket is `/ws/texts/{id}/`."""
        state = queries.text_state(actor=request.actor, text_id=text_id)
        record_opening(actor=request.actor, student_id=state.student_id, page="api text")
        return answered(self.Output(state).data, version=state.version, topic=f"text.{text_id}")


class VersionApi(ApiView):
    """GET /api/v1/texts/{text_id}/versions/{version}/"""

    Output = TextOutput

    def get(self, request: ActorApiRequest, text_id: UUID, version: int) -> Response:
        """A text as it was at one of its versions."""
        state = queries.text_at(actor=request.actor, text_id=text_id, version=version)
        record_opening(actor=request.actor, student_id=state.student_id, page="api text version")
        return answered(self.Output(state).data)


class OperationsApi(ApiView):
    """GET and POST /api/v1/texts/{text_id}/operations/"""

    creates = True
    example: ClassVar[Mapping[str, Any]] = {
        "type": "insert",
        "position": 0,
        "content": "Reads aloud with care. ",
    }

    class Query(forms.Form):
        """From where on."""

        after = forms.IntegerField(min_value=0, required=False, help_text="What came after this version.")

    class Input(serializers.Serializer[Any]):
        """Either `ops`, made on top of `version`; or one simple operation by `type` and `position`."""

        id = serializers.CharField(max_length=64, required=False)
        version = serializers.IntegerField(min_value=0, required=False)
        ops = serializers.JSONField(required=False)
        type = serializers.ChoiceField(choices=SIMPLE, required=False)
        position = serializers.IntegerField(min_value=0, required=False)
        content = serializers.CharField(trim_whitespace=False, required=False)
        length = serializers.IntegerField(min_value=1, required=False)
        attributes = serializers.JSONField(required=False)

    class Output(serializers.Serializer[Any]):
        """The changes after a version, in order, at most 1,000; the last of them made `version`."""

        version = serializers.IntegerField()
        changes = serializers.ListField(child=serializers.DictField())

    class Made(serializers.Serializer[Any]):
        """The change as it was applied: it made `version`."""

        id = serializers.CharField()
        version = serializers.IntegerField()
        ops = serializers.JSONField()
        is_repeated = serializers.BooleanField()

    def get(self, request: ActorApiRequest, text_id: UUID) -> Response:
        """What was changed after a version (`after`, else from the beginning)."""
        form = self.Query(request.query_params)
        if not form.is_valid():
            raise Invalid(fields={name: [str(text) for text in texts] for name, texts in form.errors.items()})
        after = form.cleaned_data["after"] or 0
        student_id = queries.visible_text(actor=request.actor, text_id=text_id).student_id
        changes = queries.changes_after(actor=request.actor, text_id=text_id, version=after)
        record_opening(actor=request.actor, student_id=student_id, page="api text operations")
        rows = [
            {"id": change.id, "version": change.version, "by": change.by, "at": change.at, "ops": change.ops}
            for change in changes
        ]
        version = changes[-1].version if changes else after
        return answered(self.Output({"version": version, "changes": rows}).data)

    def post(self, request: ActorApiRequest, text_id: UUID) -> Response:
        """Change a text, once for each `id`. Without `version`, on top of what it is now."""
        given = self.parsed(request)
        made = mutations.change_text(
            actor=request.actor,
            text_id=text_id,
            version=given.get("version"),
            ops=given["ops"] if "ops" in given else _simple(given),
            change_id=given.get("id") or uuid4().hex,
        )
        code = status.HTTP_200_OK if made.is_repeated else status.HTTP_201_CREATED
        return answered(self.Made(made).data, version=made.version, topic=f"text.{text_id}", code=code)


class SittingListApi(ApiView):
    """GET /api/v1/texts/{text_id}/history/"""

    answers = Answers.ALL

    class Output(serializers.Serializer[Any]):
        """One author's work at a text without a longer pause; others may have written between."""

        by = serializers.CharField()
        by_name = serializers.CharField()
        began_at = serializers.DateTimeField()
        ended_at = serializers.DateTimeField()
        first_version = serializers.IntegerField()
        last_version = serializers.IntegerField()
        changes = serializers.IntegerField()

    def get(self, request: ActorApiRequest, text_id: UUID) -> Response:
        """Who sat at a text and when, oldest first."""
        text = queries.visible_text(actor=request.actor, text_id=text_id)
        rows = queries.history(actor=request.actor, text_id=text_id)
        record_opening(actor=request.actor, student_id=text.student_id, page="api text history")
        data = {"results": self.Output(rows, many=True).data}
        return answered(data, version=text.version, topic=f"text.{text_id}")


class AuthorListApi(ApiView):
    """GET /api/v1/texts/{text_id}/versions/{version}/authors/"""

    answers = Answers.ALL

    class Output(serializers.Serializer[Any]):
        """A run of words of one author, written in one minute."""

        text = serializers.CharField(trim_whitespace=False)
        by = serializers.CharField()
        by_name = serializers.CharField()
        at = serializers.DateTimeField()

    def get(self, request: ActorApiRequest, text_id: UUID, version: int) -> Response:
        """Whose words a version of a text is made of, in order."""
        text = queries.visible_text(actor=request.actor, text_id=text_id)
        rows = queries.authorship(actor=request.actor, text_id=text_id, version=version)
        record_opening(actor=request.actor, student_id=text.student_id, page="api text authors")
        return answered({"results": self.Output(rows, many=True).data})


class ComparisonApi(ApiView):
    """GET /api/v1/texts/{text_id}/versions/{version}/differences/"""

    class Query(forms.Form):
        """From which other version on; the one before where none is named."""

        since = forms.IntegerField(min_value=0, required=False, help_text="The version to compare with.")

    class Output(serializers.Serializer[Any]):
        """`marks` are the words in order: `same`, `insert`, `delete`, `format`; the counts are of words."""

        version = serializers.IntegerField()
        since = serializers.IntegerField(source="compared")
        inserted = serializers.IntegerField()
        deleted = serializers.IntegerField()
        marks = serializers.ListField(child=serializers.DictField())

    def get(self, request: ActorApiRequest, text_id: UUID, version: int) -> Response:
        """What is different in a version of a text from another one."""
        form = self.Query(request.query_params)
        if not form.is_valid():
            raise Invalid(fields={name: [str(text) for text in texts] for name, texts in form.errors.items()})
        since = form.cleaned_data["since"]
        found = queries.comparison(
            actor=request.actor,
            text_id=text_id,
            version=version,
            compared=max(version - 1, 0) if since is None else since,
        )
        record_opening(actor=request.actor, student_id=found.student_id, page="api text differences")
        data = {
            "version": found.version,
            "compared": found.compared,
            "inserted": found.inserted,
            "deleted": found.deleted,
            "marks": [{"kind": mark.kind, "text": mark.text} for mark in found.marks],
        }
        return answered(self.Output(data).data)


class RestoreApi(ApiView):
    """POST /api/v1/texts/{text_id}/versions/{version}/restore/"""

    class Output(serializers.Serializer[Any]):
        """The version that the text has now; `is_changed` unless it read like this already."""

        version = serializers.IntegerField()
        is_changed = serializers.BooleanField()

    def post(self, request: ActorApiRequest, text_id: UUID, version: int) -> Response:
        """Make a text read as it did at a version, by a new change."""
        made = mutations.restore_version(actor=request.actor, text_id=text_id, version=version)
        now = made.version if made else queries.visible_text(actor=request.actor, text_id=text_id).version
        data = self.Output({"version": now, "is_changed": made is not None}).data
        return answered(data, version=now, topic=f"text.{text_id}")


def _simple(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One simple operation as operations. Raises Invalid."""
    kind = given.get("type")
    needed = "content" if kind == "insert" else "length"
    missing = [name for name in ("type", "position", needed) if name not in given]
    if missing:
        raise Invalid(fields={name: ["This is needed."] for name in missing})
    op: dict[str, Any] = {str(kind): given[needed]}
    if "attributes" in given:
        op["attributes"] = given["attributes"]
    return [*([{"retain": given["position"]}] if given["position"] else []), op]
