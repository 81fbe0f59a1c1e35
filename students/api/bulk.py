"""Endpoints of acts upon many students at once, and of taking them back."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiView, answered
from core.errors import Invalid
from students import mutations
from students.mutations import Many
from students.steps import MOST_AT_ONCE, told

ACTIONS: Mapping[str, tuple[Callable[..., Any], tuple[str, ...], tuple[str, ...]]] = {
    "assign_case_manager": (mutations.assign_case_manager, ("person_id",), ("starts_on", "note")),
    "name_substitute": (mutations.name_substitute, ("person_id", "starts_on", "ends_on"), ("note",)),
    "add_tag": (mutations.tag_students, ("label",), ()),
    "remove_tag": (mutations.untag_students, ("label",), ()),
    "archive": (mutations.archive_students, ("reason",), ()),
    "restore": (mutations.restore_students, (), ()),
}


class BulkResult(serializers.Serializer[Any]):
    """What became of one student: `done`, `unchanged`, `refused` (with `why`), `taken_back` or `left`."""

    id = serializers.UUIDField()
    outcome = serializers.CharField()
    why = serializers.CharField(allow_blank=True)


class BulkOutput(serializers.Serializer[Any]):
    """The result of an act. `undo_id` takes it back until `undo_until`."""

    undo_id = serializers.UUIDField()
    undo_until = serializers.DateTimeField()
    results = BulkResult(many=True)


class StudentBulkApi(ApiView):
    """POST /api/v1/students/bulk/"""

    example = {"action": "add_tag", "ids": ["{student_id}"], "label": "Reading lab"}

    class Input(serializers.Serializer[Any]):
        action = serializers.ChoiceField(choices=tuple(ACTIONS))
        ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_AT_ONCE)
        person_id = serializers.UUIDField(required=False)
        starts_on = serializers.DateField(required=False)
        ends_on = serializers.DateField(required=False)
        note = serializers.CharField(required=False, allow_blank=True, max_length=500)
        label = serializers.CharField(required=False, max_length=40)  # type: ignore[assignment]  # its name here
        reason = serializers.CharField(required=False, max_length=300)
        all_or_nothing = serializers.BooleanField(required=False)

    Output = BulkOutput

    def post(self, request: ActorApiRequest) -> Response:
        """Do one thing to up to 200 students; each is done, unchanged or refused by your own right to it.

        Send `Idempotency-Key`. With `all_or_nothing` one refusal changes nothing (409, `not_all`).
        """
        given = self.parsed(request)
        act, needed, optional = ACTIONS[given["action"]]
        missing = [name for name in needed if name not in given]
        strange = set(given) - {"action", "ids", "all_or_nothing", *needed, *optional}
        if missing or strange:
            wrong = {name: [_("This action needs it.")] for name in missing}
            raise Invalid(
                fields=wrong | {name: [_("This action does not take it.")] for name in sorted(strange)}
            )
        details = {name: given[name] for name in (*needed, *optional) if name in given}
        many = Many(ids=given["ids"], is_whole=given.get("all_or_nothing", False))
        return _result(act(actor=request.actor, many=many, **details))


class UndoApi(ApiView):
    """POST /api/v1/undo/{undo_id}/"""

    Output = BulkOutput

    def post(self, request: ActorApiRequest, undo_id: UUID) -> Response:
        """Take back what you did, but for what was changed again since; for a day."""
        return _result(mutations.take_back(actor=request.actor, undo_id=undo_id))


def _result(undo: Any) -> Response:
    data = {"undo_id": undo.id, "undo_until": undo.until, "results": told(undo.steps)}
    return answered(BulkOutput(data).data)
