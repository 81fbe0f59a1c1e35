"""Pages of progress: one goal in full, a new score, a score taken back, the scores as a file."""

import csv
import re
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import Invalid, NotFound, SpedError
from core.http import ActorRequest, exports_record, form_errors, opens_record, page, say, see_other
from progress import mutations, queries
from progress.forms import RecordPointForm, UndoForm
from progress.templatetags.progress import score

# What a spreadsheet takes for a formula.
_FORMULA = re.compile(r"^[\s]*[=+\-@\t\r]")
HEADS = (
    gettext_lazy("Date"),
    gettext_lazy("Score"),
    gettext_lazy("Second measure"),
    gettext_lazy("Unit"),
    gettext_lazy("Aimline"),
    gettext_lazy("Difference"),
    gettext_lazy("Baseline"),
    gettext_lazy("Phase"),
    gettext_lazy("Setting"),
    gettext_lazy("Where and how"),
    gettext_lazy("Note"),
    gettext_lazy("Left out"),
    gettext_lazy("Why it was left out"),
    gettext_lazy("Observed by"),
    gettext_lazy("Recorded by"),
)
"""The columns of the file of scores."""


@require_GET
@opens_record
def goal(request: ActorRequest, student_id: UUID, goal_id: UUID) -> HttpResponse:
    """One goal with chart, table and form."""
    return page(request, "progress/goal.html", goal_context(request, student_id=student_id, goal_id=goal_id))


def goal_context(request: ActorRequest, *, student_id: UUID, goal_id: UUID) -> dict[str, Any]:
    """What `_goal_detail.html` and `_record_form.html` need; other pages show them too. Raises NotFound, NotAllowed.

    Live regions hold no form, so a page that only refreshes them goes without.
    """
    today = request.actor.today
    weeks = queries.RECENT_WEEKS if request.GET.get("weeks") else None
    opened = queries.goal_page(
        actor=request.actor,
        student_id=student_id,
        goal_id=goal_id,
        today=today,
        weeks=weeks,
        shows_all="all" in request.GET,
    )
    here = request.get_full_path()
    shown = {"goal": opened.progress, "panel": opened.panel, "query": request.GET, "region_url": here}
    if "X-Live" in request.headers:
        return shown
    form = RecordPointForm(unit=opened.progress.unit, initial={"measured_on": today, "next": here})
    return {**shown, "form": form}


@require_http_methods(["GET", "POST"])
@opens_record
def record(request: ActorRequest, student_id: UUID, goal_id: UUID) -> HttpResponse:
    """Add a score. A refusal shows the form again, with what was typed."""
    today = request.actor.today
    context = queries.record_context(actor=request.actor, goal_id=goal_id)
    if context.student_id != student_id:
        raise NotFound
    form = RecordPointForm(request.POST or None, unit=context.unit, initial={"measured_on": today})
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        back = _back(request, values.pop("next"), student_id, goal_id)
        try:
            point = mutations.record_progress_point(
                actor=request.actor, goal_id=goal_id, today=today, **values
            )
        except SpedError as error:
            if isinstance(error, mutations.SameProbe):
                form.offer_another_probe()
            form_errors(form, error)
        else:
            said = _("Saved: {score} {unit}").format(
                score=score(point.value, context.scale), unit=context.unit
            )
            say(request, said, undo_url=reverse("progress:undo", args=[point.id]))
            return see_other(back)
    status = Invalid.status if request.method == "POST" else 200
    return page(request, "progress/record.html", {"goal": context, "form": form}, status=status)


@require_POST
def undo(request: ActorRequest, point_id: UUID) -> HttpResponse:
    """Take a score back and return to its goal."""
    form = UndoForm(request.POST)
    form.is_valid()
    reason = form.cleaned_data.get("reason", "")
    point = mutations.undo_progress_point(actor=request.actor, point_id=point_id, reason=reason)
    say(request, _("The score was taken back."))
    wanted = form.cleaned_data.get("next", "")
    return see_other(_back(request, wanted, point.student_id, point.goal_id))


@require_GET
@exports_record("csv")
def scores_csv(request: ActorRequest, student_id: UUID, goal_id: UUID) -> HttpResponse:
    """The table of scores as a file for a spreadsheet; no cell of text is taken for a formula."""
    found = queries.goal_progress(actor=request.actor, goal_id=goal_id, today=request.actor.today)
    if found.student_id != student_id:
        raise NotFound
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="scores-goal-{found.number}.csv"'
    response["Cache-Control"] = "no-store"
    response.write("\ufeff")  # so that spreadsheets read accents
    writer = csv.writer(response)
    writer.writerow([cell(str(head)) for head in HEADS])
    for row in reversed(found.rows):
        writer.writerow(_csv_row(row, found.unit))
    return response


def _csv_row(row: queries.PointRow, unit: str) -> list[object]:
    """One score as `HEADS` says; numbers as they are, words so that nothing runs."""
    numbers = (
        row.value,
        "" if row.second is None else row.second,
        cell(unit),
        "" if row.aim is None else round(row.aim, 1),
        "" if row.difference is None else row.difference,
    )
    words = (
        _("yes") if row.is_baseline else "",
        row.phase,
        row.setting,
        row.context,
        row.note,
        _("yes") if row.is_excluded else "",
        row.exclude_reason,
        row.observed_by,
        row.recorded_by,
    )
    return [row.measured_on.isoformat(), *numbers, *(cell(text) for text in words)]


def cell(text: str) -> str:
    """Text that no spreadsheet runs (OWASP, CSV injection)."""
    return f"'{text}" if _FORMULA.match(text) else text


def _back(request: ActorRequest, wanted: str, student_id: UUID, goal_id: UUID) -> str:
    """Where the form came from, when that is a page of ours; else the goal."""
    if wanted and url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return reverse("progress:goal", args=[student_id, goal_id])
