"""Addresses of messages inside a district."""

from django.urls import path

from notifications import views

app_name = "notifications"

urlpatterns = [
    path("messages/", views.mine, name="mine"),
    path("messages/read/", views.mark_read, name="mark-read"),
    path("messages/<uuid:message_id>/", views.message, name="message"),
    path("outbox/", views.outbox, name="outbox"),
]
