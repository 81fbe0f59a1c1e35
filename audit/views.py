"""Pages of the audit: the list, its file, the check of the chain, and a student's record of access."""

import csv
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from audit import mutations, queries
from audit.forms import DID, KINDS, AuditForm, DisclosureForm, FindForm, PlaceForm
from audit.templatetags.audit import details, did_words
from casefile.context import student_frame
from core.dates import day_in_record
from core.errors import Invalid, NotAllowed
from core.http import ActorRequest, form_errors, opens_record, page, say, see_other
from students.mutations import log_print

ACTIVE = "audit"
MOST_ROWS = 20_000
# What a spreadsheet takes for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_GET
def entries(request: ActorRequest) -> HttpResponse:
    """GET /audit/: who changed and who opened what, narrowed by its address."""
    form = AuditForm(request.GET)
    filters = form.filters()
    found = queries.audit_page(actor=request.actor, filters=filters, place=form.place())
    return _list(request, found, FindForm())


@require_POST
def find(request: ActorRequest) -> HttpResponse:
    """POST /audit/find/: people and students of a name; posted, so that no name stands in an address."""
    form = FindForm(request.POST)
    filters = queries.Filters()
    if form.is_valid():
        named = queries.found(actor=request.actor, words=form.cleaned_data["words"])
        return page(request, "audit/found.html", {"found": named, "form": form, "active": ACTIVE})
    found = queries.audit_page(actor=request.actor, filters=filters, place=PlaceForm({}).place())
    return _list(request, found, form, status=422)


@require_GET
def entries_csv(request: ActorRequest) -> HttpResponse:
    """GET /audit/entries.csv: the narrowed list for a spreadsheet, the newest 20,000; no cell is a formula."""
    filters = AuditForm(request.GET).filters()
    rows = list(queries.every_entry(actor=request.actor, filters=filters, most=MOST_ROWS))
    mutations.log_list_export(actor=request.actor, filters=filters.kept(), rows=len(rows))
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    response["Cache-Control"] = "no-store"
    response.write("\ufeff")  # so that spreadsheets read accents
    writer = csv.writer(response)
    heads = (
        _("When"),
        _("Who"),
        _("Did"),
        _("Act"),
        _("Student"),
        _("Student id"),
        _("Record"),
        _("Record id"),
    )
    writer.writerow([*heads, _("Details"), _("Reason"), _("Address"), _("Program"), _("Request")])
    for row in rows:
        told = "; ".join(f"{label}: {text}" for label, text in details(row))
        ids = (row.student_id or "", row.record_type, row.record_id or "")
        act = (row.at.isoformat(), row.by, did_words(row), row.verb, row.student_name)
        writer.writerow(
            [
                cell(str(text))
                for text in (*act, *ids, told, row.reason, row.ip, row.user_agent, row.request_id)
            ]
        )
    return response


def cell(text: str) -> str:
    """Text that no spreadsheet runs (OWASP, CSV injection)."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text


@require_POST
def verify(request: ActorRequest) -> HttpResponse:
    """POST /audit/verify/: have a worker check the chain."""
    mutations.request_check(actor=request.actor)
    return see_other(f"{reverse('audit:entries')}#chain")


@require_GET
@opens_record
def access_record(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """GET /students/…/access-record/: who opened the record, and to whom it was disclosed."""
    found = queries.access_record(
        actor=request.actor, student_id=student_id, place=PlaceForm(request.GET).place()
    )
    frame = student_frame(request, student_id=student_id, tab="access")
    return page(request, "audit/access_record.html", {**frame, "page": found})


@require_http_methods(["GET", "POST"])
@opens_record
def add_disclosure(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """GET, POST /students/…/access-record/add/: write down a request or disclosure."""
    found = queries.access_record(actor=request.actor, student_id=student_id, place=PlaceForm({}).place())
    if not found.may_record:
        raise NotAllowed(details={"rule": "may_record_disclosures"})
    form = DisclosureForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            mutations.record_disclosure(
                actor=request.actor, student_id=student_id, today=request.actor.today, **form.cleaned_data
            )
        except Invalid as error:
            form_errors(form, error)
        else:
            say(request, _("The record of access has a new line."))
            return see_other(reverse("audit:access-record", args=[student_id]))
    frame = student_frame(request, student_id=student_id, tab="access")
    context = {**frame, "page": found, "form": form}
    return page(request, "audit/add_disclosure.html", context, status=422 if form.errors else 200)


@require_POST
def printed(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """POST /students/…/printed/: the browser says that a page of the record was printed."""
    name = request.POST.get("page", "")[:40]
    log_print(actor=request.actor, student_id=student_id, page=name if name.isidentifier() else "page")
    return HttpResponse(status=204)


def _list(
    request: ActorRequest, found: queries.AuditPage, form: FindForm, *, status: int = 200
) -> HttpResponse:
    filters = found.filters
    context = {
        "audit": found,
        "find_form": form,
        "controls": _controls(filters),
        "hidden": {
            name: filters.kept()[name] for name in ("who", "student", "request") if name in filters.kept()
        },
        "sentence": sentence(found),
        "topic": f"organization.{request.actor.organization_id}",
        "version": queries.version(actor=request.actor),
        "check": queries.newest_check(actor=request.actor),
        "active": ACTIVE,
    }
    return page(request, "audit/entries.html", context, status=status)


def _controls(filters: queries.Filters) -> list[dict[str, Any]]:
    return [
        {
            "name": name,
            "label": label,
            "value": value,
            "options": [{"value": key, "label": text} for key, text in options],
        }
        for name, label, value, options in (
            ("did", _("Acts"), filters.did, DID),
            ("kind", _("About"), filters.kind, KINDS),
        )
    ]


def sentence(found: queries.AuditPage) -> str:
    """What the list shows, in a sentence."""
    filters = found.filters
    did = {
        "": pgettext("audit", "Everything that {who} did"),
        "changed": pgettext("audit", "Everything that {who} changed"),
        "opened": pgettext("audit", "Everything that {who} opened"),
        "refused": pgettext("audit", "Everything that {who} was refused"),
    }[filters.did]
    who = found.who_name or (_("this person") if filters.who else _("anybody"))
    said = did.format(who=who)
    if filters.student:
        said += " " + pgettext("audit", "with the record of {student}").format(
            student=found.student_name or _("this student")
        )
    if filters.since:
        said += " " + pgettext("audit", "from {day}").format(day=day_in_record(filters.since))
    if filters.until:
        said += " " + pgettext("audit", "up to {day}").format(day=day_in_record(filters.until))
    if filters.request:
        said += " " + pgettext("audit", "in one request")
    return f"{said}."
