"""The REST twin of the text sockets: the same texts, changes and refusals (docs/coediting.md)."""

from collections.abc import Mapping
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django import forms
from rest_framework import serializers, status
from rest_framework.response import Response

from coediting import mutations, queries
from core.api import ActorApiRequest, ApiView, answered
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

        after = forms.IntegerField(min_value=0, required=False)

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
