"""Pages of whole records: a copy to take along; how long records stay, holds, destructions, certificates."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.reauthentication import recently_signed_in
from core.errors import Conflict, Invalid
from core.http import ActorRequest, form_errors, never_stored, opens_record, page, say, see_other
from core.registry import lent
from records import forms, mutations, queries
from records.document import certificate_document
from records.pdf import printed

either = require_http_methods(["GET", "HEAD", "POST"])


@either
@recently_signed_in
@opens_record
def export(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """GET, POST /students/…/export/: ask for a copy of the whole record; one's copies of the last day."""
    form = forms.ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            mutations.request_export(actor=request.actor, student_id=student_id, **form.cleaned_data)
        except (Invalid, Conflict) as error:
            form_errors(form, error)
        else:
            say(request, _("The copy is being written. You may leave this page."))
            return see_other(reverse("records:export", args=[student_id]))
    found = queries.export_page(actor=request.actor, student_id=student_id)
    return _of_student(request, "records/export.html", found, form)


@require_safe
@recently_signed_in
def download(request: ActorRequest, export_id: UUID) -> HttpResponse:
    """GET /exports/…/record.zip: the file; written down each time."""
    if request.method == "HEAD":
        queries.own_export_row(actor=request.actor, export_id=export_id)
        return _file(b"", "application/zip", "record.zip")
    found, data = mutations.fetch_export(actor=request.actor, export_id=export_id, now=timezone.now())
    return _file(data, "application/zip", f"record-{found.created_at:%Y-%m-%d}.zip")


@either
def policy(request: ActorRequest) -> HttpResponse:
    """GET, POST /retention/: how long the district keeps what."""
    found = queries.policy_page(actor=request.actor)
    kept = {**found.years, "waiting_days": found.waiting_days, "keeps_minimum": found.keeps_minimum}
    form = forms.PolicyForm(request.POST if request.method == "POST" else None, initial=kept)
    if request.method == "POST" and form.is_valid():
        try:
            mutations.set_policy(actor=request.actor, now=timezone.now(), **form.given())
        except Invalid as error:
            form_errors(form, error)
        else:
            say(request, _("Saved."))
            return see_other(reverse("records:policy"))
    context = {"policy": found, "form": form, "active": "district"}
    return page(request, "records/policy.html", context, status=422 if form.errors else 200)


@require_safe
def due(request: ActorRequest) -> HttpResponse:
    """GET /retention/due/: whose time has passed, what waits, what is held, what was destroyed."""
    found = queries.retention_page(actor=request.actor)
    return page(request, "records/due.html", {"page": found, "active": "district"})


@either
@opens_record
def retention(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """GET, POST /students/…/retention/: how long the record stays; a new hold."""
    form = forms.HoldForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            mutations.place_hold(
                actor=request.actor, student_id=student_id, today=request.actor.today, **form.cleaned_data
            )
        except Invalid as error:
            form_errors(form, error)
        else:
            say(request, _("The record is held."))
            return see_other(reverse("records:retention", args=[student_id]))
    found = queries.student_retention(actor=request.actor, student_id=student_id)
    return _of_student(request, "records/retention.html", found, form)


@require_POST
def lift_hold(request: ActorRequest, hold_id: UUID) -> HttpResponse:
    """POST /holds/…/lift/: let go of a record."""
    hold = mutations.lift_hold(actor=request.actor, hold_id=hold_id, now=timezone.now())
    say(request, _("The hold is lifted."))
    return see_other(reverse("records:retention", args=[hold.student_id]))


@either
@recently_signed_in
@opens_record
def destroy(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """GET, POST /students/…/destroy/: announce the destruction of a record."""
    form = forms.DestructionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            made = mutations.start_destruction(
                actor=request.actor, student_id=student_id, today=request.actor.today, **form.cleaned_data
            )
        except (Invalid, Conflict) as error:
            form_errors(form, error)
        else:
            say(request, _("The destruction is announced. Until its day it can be called off."))
            return see_other(reverse("records:certificate", args=[made.id]))
    found = queries.student_retention(actor=request.actor, student_id=student_id)
    return _of_student(request, "records/destroy.html", found, form)


@require_POST
def cancel(request: ActorRequest, destruction_id: UUID) -> HttpResponse:
    """POST /destructions/…/cancel/: call it off before its day."""
    mutations.cancel_destruction(actor=request.actor, destruction_id=destruction_id, now=timezone.now())
    say(request, _("The destruction is called off. The record stays."))
    return see_other(reverse("records:certificate", args=[destruction_id]))


@require_safe
def certificate(request: ActorRequest, destruction_id: UUID) -> HttpResponse:
    """GET /destructions/…/: a destruction that waits, or its certificate."""
    found = queries.certificate(actor=request.actor, destruction_id=destruction_id)
    minimum = queries.permanent_record(actor=request.actor, student_id=found.student_id)
    context = {"row": found, "minimum": minimum, "active": "district"}
    return page(request, "records/certificate.html", context)


@require_safe
def certificate_pdf(request: ActorRequest, destruction_id: UUID) -> HttpResponse:
    """GET /destructions/…/certificate.pdf"""
    found = queries.finished_certificate(actor=request.actor, destruction_id=destruction_id)
    data = printed(certificate_document(actor=request.actor, row=found)).data
    return _file(data, "application/pdf", "certificate-of-destruction.pdf")


def _file(data: bytes, content_type: str, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return never_stored(response)


def _of_student(request: ActorRequest, template: str, found: Any, form: Any) -> HttpResponse:
    """A page in the frame that the student's other pages have."""
    frame = lent("casefile.student_frame")(request, student_id=found.student_id, tab="")
    return page(request, template, {**frame, "page": found, "form": form}, status=422 if form.errors else 200)
