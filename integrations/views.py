"""Pages of roster imports: choose a file, watch it come in, read what became of each line."""

import csv
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from core.errors import Conflict, Invalid
from core.http import ActorRequest, form_errors, page, say, see_other
from integrations import mutations, queries
from integrations.choices import OUTCOMES, SEVERITIES, Choices, files_of
from integrations.forms import ReportForm, RosterForm
from integrations.tasks import receive

ACTIVE = "roster"
# What a spreadsheet takes for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@require_safe
def imports(request: ActorRequest) -> HttpResponse:
    """GET /imports/: choose a file; earlier imports, newest first."""
    return _imports(request, RosterForm(), status=200)


@require_POST
def start(request: ActorRequest) -> HttpResponse:
    """POST /imports/new/: begin an import and go to its page."""
    form = RosterForm(request.POST, request.FILES)
    if form.is_valid():
        file, kind = form.cleaned_data["file"], form.cleaned_data["kind"]
        try:
            run_id = receive(file.file, actor=request.actor, name=file.name, kind=kind)
        except (Invalid, Conflict) as error:
            form_errors(form, error)
        else:
            return see_other(reverse("integrations:import", args=[run_id]))
    return _imports(request, form, status=Invalid.status)


@require_safe
def roster_import(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """GET /imports/<id>/: how far it got, and what became of each line."""
    found = queries.import_summary(actor=request.actor, run_id=run_id)
    asked = ReportForm(request.GET).chosen()
    shows_rows = request.GET.get("show") == "rows"
    context: dict[str, Any] = {"run": found, "active": ACTIVE, "shows_rows": shows_rows}
    narrowed = [("noun", _("File"), files_of(found.kind))]
    if shows_rows:
        report = queries.rows(
            actor=request.actor,
            run_id=run_id,
            outcome=asked["outcome"],
            noun=asked["noun"],
            after=asked["after"],
        )
        context["rows"] = report.rows
        narrowed.insert(0, ("outcome", _("Outcome"), OUTCOMES))
        next_after = report.next_after
    else:
        notes = queries.findings(
            actor=request.actor,
            run_id=run_id,
            severity=asked["severity"],
            noun=asked["noun"],
            after=asked["after"],
        )
        context["findings"] = notes.findings
        narrowed.insert(0, ("severity", _("Severity"), SEVERITIES))
        next_after = notes.next_after
    context |= _report_tabs(run_id, "rows" if shows_rows else "findings")
    context |= _narrowing(asked, narrowed, {"show": "rows"} if shows_rows else {}, next_after)
    return page(request, "integrations/import.html", context)


def _report_tabs(run_id: UUID, current: str) -> dict[str, Any]:
    here = reverse("integrations:import", args=[run_id])
    tabs = [
        {"id": "findings", "label": _("Findings"), "url": here},
        {"id": "rows", "label": _("Rows"), "url": f"{here}?show=rows"},
    ]
    return {"tab": current, "tabs": tabs}


def _narrowing(
    asked: Mapping[str, str],
    narrowed: Sequence[tuple[str, str, Choices]],
    kept: Mapping[str, str],
    next_after: str,
) -> dict[str, Any]:
    """The filters above a report, and the addresses of its first and its next page, which keep them."""
    chosen = {name: asked[name] for name, _label, _choices in narrowed if asked[name]}
    held = {**kept, **chosen}
    return {
        "filters": [
            {
                "name": name,
                "label": label,
                "value": asked[name],
                "options": [{"value": value, "label": words} for value, words in choices],
            }
            for name, label, choices in narrowed
        ],
        "kept": kept,
        "is_narrowed": bool(chosen),
        "next_query": urlencode({**held, "after": next_after}) if next_after else "",
        "first_query": urlencode(held) if asked["after"] else "",
        "is_later_page": bool(asked["after"]),
    }


@require_http_methods(["GET", "POST"])
def cancel(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """GET asks once more; POST /imports/<id>/cancel/ stops the import."""
    if request.method == "POST":
        mutations.cancel_import(actor=request.actor, run_id=run_id, now=timezone.now())
        say(request, _("The import was cancelled. Rows applied before stay."))
        return see_other(reverse("integrations:import", args=[run_id]))
    found = queries.import_summary(actor=request.actor, run_id=run_id)
    return page(request, "integrations/cancel.html", {"run": found, "active": ACTIVE})


@require_http_methods(["GET", "POST"])
def repeat(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """GET asks once more; POST /imports/<id>/repeat/ applies the same file again and goes to the new import."""
    if request.method == "POST":
        again = mutations.repeat_import(actor=request.actor, run_id=run_id, now=timezone.now())
        return see_other(reverse("integrations:import", args=[again.id]))
    found = queries.import_summary(actor=request.actor, run_id=run_id)
    return page(request, "integrations/repeat.html", {"run": found, "active": ACTIVE})


@require_GET
def findings_csv(request: ActorRequest, run_id: UUID) -> HttpResponse:
    """GET /imports/<id>/findings.csv: every finding, for a spreadsheet; no cell is taken for a formula."""
    found = queries.import_summary(actor=request.actor, run_id=run_id)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="findings-{found.started_at:%Y-%m-%d-%H%M}.csv"'
    response["Cache-Control"] = "no-store"
    writer = csv.writer(response)
    writer.writerow([_("File"), _("Line"), _("Column"), _("Severity"), _("Reason")])
    for note in queries.every_finding(actor=request.actor, run_id=run_id):
        cells = (note.file, note.line or "", note.column, note.severity_label, note.reason)
        writer.writerow([_plain(str(cell)) for cell in cells])
    return response


def _imports(request: ActorRequest, form: RosterForm, *, status: int) -> HttpResponse:
    found = queries.imports(actor=request.actor)
    return page(
        request, "integrations/imports.html", {"form": form, "list": found, "active": ACTIVE}, status=status
    )


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
