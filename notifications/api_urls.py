"""Addresses of the endpoints of messages, under /api/v1/."""

from django.urls import path

from notifications import api

app_name = "api-notifications"

urlpatterns = [
    path("messages/", api.MessageListApi.as_view(), name="messages"),
    path("messages/read/", api.MessagesReadApi.as_view(), name="read-messages"),
    path("messages/<uuid:message_id>/", api.MessageApi.as_view(), name="message"),
    path("outbox/", api.OutboxApi.as_view(), name="outbox"),
]
