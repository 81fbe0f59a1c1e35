"""Endpoints of named views of the list of students, and of students kept at hand."""

from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import serializers, status
from rest_framework.response import Response

from casefile import mutations, queries
from casefile.forms import ListForm
from core.api import ActorApiRequest, ApiView, answered, check_version, version_of
from core.api_access import Answers

LONGEST_WORD, MOST_WORDS = 80, 20


class ViewOutput(serializers.Serializer[Any]):
    """One named view as you have it. `words` are those of the address of the list that it opens."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    words = serializers.DictField(child=serializers.CharField())
    is_shared = serializers.BooleanField()
    is_own = serializers.BooleanField()
    is_default = serializers.BooleanField()


class SavedViewListApi(ApiView):
    """GET and POST /api/v1/saved-views/"""

    answers = Answers.ALL
    creates = True
    example = {"name": "Due soon", "words": {"due": "30", "sort": "due"}}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=40)
        words = serializers.DictField(child=serializers.CharField(max_length=LONGEST_WORD))
        is_shared = serializers.BooleanField(required=False)
        is_default = serializers.BooleanField(required=False)

        def validate_words(self, words: dict[str, str]) -> dict[str, str]:
            """Only what the list's own address understands."""
            kept = ListForm(words).words()
            if unknown := sorted(set(words) - set(kept))[:MOST_WORDS]:
                names = ", ".join(name[:LONGEST_WORD] for name in unknown)
                raise serializers.ValidationError(_("The list does not understand: %s.") % names)
            return kept

    Output = ViewOutput

    def get(self, request: ActorApiRequest) -> Response:
        """Your own views of the list and those that the district shares, by name."""
        rows = queries.saved_views(actor=request.actor)
        topic = f"person.{request.actor.person_id}"
        return answered({"results": self.Output(rows, many=True).data}, topic=topic)

    def post(self, request: ActorApiRequest) -> Response:
        """Name filters, an order and columns: `words` of the list's address, such as `due`, `tag`, `sort`.

        `is_default` opens your list with it; `is_shared`, for administrators, shows it to everybody.
        """
        view = mutations.save_view(actor=request.actor, **self.parsed(request))
        response = _one(request, view.id, code=status.HTTP_201_CREATED)
        response["Location"] = reverse("api-casefile:saved-view", args=[view.id])
        return response


class SavedViewApi(ApiView):
    """GET, PATCH and DELETE /api/v1/saved-views/{view_id}/"""

    compares = ("PATCH", "DELETE")
    example = {"name": "Due this month"}

    class Input(serializers.Serializer[Any]):
        name = serializers.CharField(max_length=40)

    Output = ViewOutput

    def get(self, request: ActorApiRequest, view_id: UUID) -> Response:
        """One saved view."""
        return _one(request, view_id)

    def patch(self, request: ActorApiRequest, view_id: UUID) -> Response:
        """Rename a saved view."""
        _locked(request, view_id)
        mutations.rename_view(actor=request.actor, view_id=view_id, **self.parsed(request))
        return _one(request, view_id)

    def delete(self, request: ActorApiRequest, view_id: UUID) -> Response:
        """Put a saved view away; `POST …/restore/` brings it back."""
        _locked(request, view_id)
        mutations.delete_view(actor=request.actor, view_id=view_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


class SavedViewRestoreApi(ApiView):
    """POST /api/v1/saved-views/{view_id}/restore/"""

    Output = ViewOutput

    def post(self, request: ActorApiRequest, view_id: UUID) -> Response:
        """Bring a saved view back that you may delete."""
        mutations.restore_view(actor=request.actor, view_id=view_id)
        return _one(request, view_id)


class SavedViewDefaultApi(ApiView):
    """POST /api/v1/saved-views/{view_id}/default/"""

    Output = ViewOutput

    def post(self, request: ActorApiRequest, view_id: UUID) -> Response:
        """Let your list open with this view."""
        mutations.set_default_view(actor=request.actor, view_id=view_id)
        return _one(request, view_id)


class NoDefaultViewApi(ApiView):
    """POST /api/v1/saved-views/none/default/"""

    class Output(serializers.Serializer[Any]):
        default_id = serializers.UUIDField(allow_null=True)

    def post(self, request: ActorApiRequest) -> Response:
        """Let your list open with all students."""
        mutations.set_default_view(actor=request.actor, view_id=None)
        return answered({"default_id": None}, topic=f"person.{request.actor.person_id}")


class PinOutput(serializers.Serializer[Any]):
    """Whether you keep the student at hand."""

    is_pinned = serializers.BooleanField()


class PinApi(ApiView):
    """POST and DELETE /api/v1/students/{student_id}/pin/"""

    Output = PinOutput

    def post(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Keep a student at hand in the navigation, eight at the most (409, `too_many`)."""
        mutations.pin_student(actor=request.actor, student_id=student_id)
        return answered({"is_pinned": True}, topic=f"person.{request.actor.person_id}")

    def delete(self, request: ActorApiRequest, student_id: UUID) -> Response:
        """Take a student out of the navigation, whether or not you still see them."""
        mutations.unpin_student(actor=request.actor, student_id=student_id)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _locked(request: ActorApiRequest, view_id: UUID) -> None:
    queries.saved_view(actor=request.actor, view_id=view_id, lock=True)
    check_version(request, _one(request, view_id)["ETag"].strip('"'))


def _one(request: ActorApiRequest, view_id: UUID, *, code: int = status.HTTP_200_OK) -> Response:
    data = ViewOutput(queries.view_row(actor=request.actor, view_id=view_id)).data
    topic = f"person.{request.actor.person_id}"
    return answered(data, version=version_of(data), topic=topic, code=code)
