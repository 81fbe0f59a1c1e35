"""Endpoints of messages under /api/v1/: one's own, and what would be sent to people of the district."""

from typing import Any
from uuid import UUID

from rest_framework import serializers
from rest_framework.response import Response

from core.api import ActorApiRequest, ApiPages, ApiView, answered
from core.api_access import Answers
from core.errors import Invalid
from notifications import mutations, queries
from notifications.forms import OutboxQuery


class MessagePages(ApiPages):
    """The newest first."""

    ordering = ("-created_at", "-id")  # type: ignore[assignment]  # the base names one column


class MessageOutput(serializers.Serializer[Any]):
    """One message. It says that something happened, never what stands in a record; links are in the mail alone."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    to_name = serializers.CharField()
    to_email = serializers.CharField()
    subject = serializers.CharField()
    body = serializers.CharField()
    path = serializers.CharField()
    created_at = serializers.DateTimeField()
    is_read = serializers.BooleanField()
    is_sent = serializers.BooleanField()


class MessageListApi(ApiView):
    """GET /api/v1/messages/"""

    answers = Answers.PAGES
    Output = MessageOutput

    def get(self, request: ActorApiRequest) -> Response:
        """What was written to you in this district, the newest first."""
        pages = MessagePages()
        found = pages.paginate_queryset(queries.message_rows(actor=request.actor), request, view=self) or []
        return _page(request, pages, found, topic=f"person.{request.actor.person_id}")


class MessageApi(ApiView):
    """GET /api/v1/messages/{message_id}/"""

    Output = MessageOutput

    def get(self, request: ActorApiRequest, message_id: UUID) -> Response:
        """One message to you, or for administrators one that would be sent."""
        return answered(self.Output(queries.message(actor=request.actor, message_id=message_id)).data)


class MessagesReadApi(ApiView):
    """POST /api/v1/messages/read/"""

    class Output(serializers.Serializer[Any]):
        count = serializers.IntegerField()

    def post(self, request: ActorApiRequest) -> Response:
        """Say that you have seen every message to you; `count` is how many were new."""
        return answered({"count": mutations.mark_read(actor=request.actor)})


class OutboxApi(ApiView):
    """GET /api/v1/outbox/"""

    answers = Answers.PAGES
    Query = OutboxQuery
    Output = MessageOutput

    def get(self, request: ActorApiRequest) -> Response:
        """What would be sent by e-mail to people of the district, the newest first. Narrow by `kind`."""
        form = OutboxQuery(request.query_params)
        if not form.is_valid():
            raise Invalid(
                fields={name: [str(text) for text in errors] for name, errors in form.errors.items()}
            )
        pages = MessagePages()
        rows = queries.outbox_rows(actor=request.actor, kind=form.cleaned_data["kind"])
        found = pages.paginate_queryset(rows, request, view=self) or []
        return _page(request, pages, found, topic=f"organization.{request.actor.organization_id}")


def _page(request: ActorApiRequest, pages: MessagePages, found: Any, *, topic: str) -> Response:
    shown = queries.rows_of(actor=request.actor, messages=found)
    return answered(pages.get_paginated_response(MessageOutput(shown, many=True).data).data, topic=topic)
