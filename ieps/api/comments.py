"""Endpoints of comments beside an IEP."""

from collections.abc import Callable
from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers, status
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiPages, ApiView, answered, check_version
from core.api_access import Answers
from ieps import mutations, queries
from ieps.api.answers import opened, paged


class CommentPages(ApiPages):
    """As they were said."""

    ordering = ("created_at", "id")  # type: ignore[assignment]  # the base names one column


class CommentInput(serializers.Serializer[Any]):
    """What somebody says, and whom they mention."""

    body = serializers.CharField(max_length=2000)
    mentioned = serializers.ListField(child=serializers.UUIDField(), required=False, max_length=50)


class CommentOutput(serializers.Serializer[Any]):
    """One comment; an answer names its thread. Places are UTF-16 units of version `text_version` of the text."""

    id = serializers.UUIDField()
    iep_id = serializers.UUIDField()
    thread_id = serializers.UUIDField(allow_null=True)
    field = serializers.CharField()
    text_id = serializers.UUIDField(allow_null=True)
    text_version = serializers.IntegerField()
    start = serializers.IntegerField()
    length = serializers.IntegerField()
    quote = serializers.CharField()
    body = serializers.CharField()
    by = serializers.CharField(source="person.name")
    mentioned = serializers.ListField(child=serializers.UUIDField())
    created_at = serializers.DateTimeField()
    edited_at = serializers.DateTimeField(allow_null=True)
    struck_at = serializers.DateTimeField(allow_null=True)
    resolved_at = serializers.DateTimeField(allow_null=True)
    version = serializers.IntegerField()


def comment_answer(comment: Any, code: int = status.HTTP_200_OK) -> Response:
    """A comment, with its version and the topic of its IEP."""
    data = CommentOutput(comment).data
    return answered(data, version=comment.version, topic=f"iep.{comment.iep_id}", code=code)


class CommentListApi(ApiView):
    """GET and POST /api/v1/ieps/{iep_id}/comments/"""

    answers = Answers.PAGES
    creates = True
    example = {"field": "present_levels", "body": "Which passage was it?"}

    class Input(CommentInput):
        field = serializers.CharField(max_length=40)
        start = serializers.IntegerField(min_value=0, required=False)
        length = serializers.IntegerField(min_value=0, required=False)
        text_version = serializers.IntegerField(min_value=0, required=False)

    Output = CommentOutput

    def get(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """What was said beside an IEP, oldest first."""
        rows = queries.comment_rows(actor=request.actor, iep_id=iep_id)
        opened(request, queries.visible_iep(actor=request.actor, iep_id=iep_id).student_id)
        return paged(self, request, CommentPages(), rows, f"iep.{iep_id}")

    def post(self, request: ActorApiRequest, iep_id: UUID) -> Response:
        """Comment on a passage of a narrative, or on all of it without a length."""
        comment = mutations.add_comment(actor=request.actor, iep_id=iep_id, **self.parsed(request))
        return comment_answer(comment, status.HTTP_201_CREATED)


class CommentApi(ApiView):
    """GET and PATCH /api/v1/comments/{comment_id}/"""

    compares = ("PATCH",)
    example = {"body": "Which passage was it, and on which day?"}

    Input = CommentInput
    Output = CommentOutput

    def get(self, request: ActorApiRequest, comment_id: UUID) -> Response:
        """One comment."""
        comment = queries.visible_comment(actor=request.actor, comment_id=comment_id)
        opened(request, comment.student_id)
        return comment_answer(comment)

    def patch(self, request: ActorApiRequest, comment_id: UUID) -> Response:
        """Change the words of one's own comment."""
        check_version(request, queries.visible_comment(actor=request.actor, comment_id=comment_id).version)
        found = mutations.edit_comment(actor=request.actor, comment_id=comment_id, **self.parsed(request))
        return comment_answer(found)


class CommentAnswerListApi(ApiView):
    """POST /api/v1/comments/{comment_id}/answers/"""

    creates = True
    example = {"body": "The one of the fall screening."}

    Input = CommentInput
    Output = CommentOutput

    def post(self, request: ActorApiRequest, comment_id: UUID) -> Response:
        """Answer a comment; a settled thread is open again."""
        found = mutations.answer_comment(actor=request.actor, comment_id=comment_id, **self.parsed(request))
        return comment_answer(found, status.HTTP_201_CREATED)


class CommentActApi(ApiView):
    """An act upon a comment, as a POST without a body."""

    Output = CommentOutput
    act: ClassVar[Callable[..., Any]]

    def post(self, request: ActorApiRequest, comment_id: UUID) -> Response:
        """Do it; doing it again changes nothing."""
        return comment_answer(type(self).act(actor=request.actor, comment_id=comment_id))


class CommentResolveApi(CommentActApi):
    """POST /api/v1/comments/{comment_id}/resolve/"""

    says = "Settle a thread."
    act = staticmethod(mutations.resolve_comment)


class CommentReopenApi(CommentActApi):
    """POST /api/v1/comments/{comment_id}/reopen/"""

    says = "Take a settled thread up again."
    act = staticmethod(mutations.reopen_comment)


class CommentStrikeApi(CommentActApi):
    """POST /api/v1/comments/{comment_id}/strike/"""

    says = "Strike out one's own comment."
    act = staticmethod(mutations.strike_comment)
