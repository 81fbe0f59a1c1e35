"""Pages of messages: one's own, and what would be sent."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from core.http import ActorRequest, page, see_other
from notifications import mutations, queries
from notifications.forms import ListForm


@require_safe
def mine(request: ActorRequest) -> HttpResponse:
    """GET /messages/: what was written to the person."""
    form = ListForm(request.GET)
    form.is_valid()
    found = queries.own_messages(actor=request.actor, after=form.cleaned_data.get("after"))
    return page(request, "notifications/mine.html", {"messages_page": found, "active": "messages"})


@require_POST
def mark_read(request: ActorRequest) -> HttpResponse:
    """POST /messages/read/: the person has seen them all."""
    mutations.mark_read(actor=request.actor)
    return see_other(reverse("notifications:mine"))


@require_safe
def outbox(request: ActorRequest) -> HttpResponse:
    """GET /outbox/: what would be sent to people of this district."""
    form = ListForm(request.GET)
    form.is_valid()
    kind = form.cleaned_data.get("kind", "")
    found = queries.outbox(actor=request.actor, kind=kind, after=form.cleaned_data.get("after"))
    choices = [{"value": value, "label": label} for value, label in form.fields["kind"].choices]  # type: ignore[attr-defined]
    filters = [{"name": "kind", "label": form.fields["kind"].label, "value": kind, "options": choices}]
    context = {"messages_page": found, "filters": filters, "active": "outbox"}
    return page(request, "notifications/outbox.html", context)


@require_safe
def message(request: ActorRequest, message_id: UUID) -> HttpResponse:
    """GET /messages/<id>/: one message as it would be sent."""
    found = queries.message(actor=request.actor, message_id=message_id)
    return page(request, "notifications/message.html", {"message": found})


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """GET /mailbox/: in a demonstration, mail about accounts, so that its links can be followed."""
    response = render(request, "notifications/mailbox.html", {"mails": queries.mailbox()})
    response["Cache-Control"] = "no-store"
    return response
