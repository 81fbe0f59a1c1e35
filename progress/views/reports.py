"""Pages of progress reports: those of a student, one as it is written, as the family reads it, sent, corrected; and
who owes which by when."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core.errors import Conflict, Invalid, NotAllowed, SpedError
from core.http import ActorRequest, form_errors, opens_record, page, say, see_other
from core.registry import lent
from progress import mutations, queries
from progress.report_forms import CorrectForm, NotesForm, OwedForm, StartForm

LANGUAGES = ("en", "es")


@require_GET
@opens_record
def reports(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """The reports of a student, and the periods that have none yet."""
    found = queries.student_reports(actor=request.actor, student_id=student_id, today=request.actor.today)
    return _of_student(request, student_id, "progress/reports.html", {"page": found})


@require_POST
def start_report(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Begin the report of a period."""
    form = StartForm(request.POST)
    form.is_valid()
    first_on = form.cleaned_data.get("first_on")
    if first_on is None:
        raise mutations.NoSuchPeriod
    try:
        report = mutations.start_report(
            actor=request.actor, student_id=student_id, first_on=first_on, today=request.actor.today
        )
    except (mutations.NoSuchPeriod, mutations.NothingToReport) as error:
        say(request, str(error.text))
        return see_other(reverse("progress:reports", args=[student_id]))
    return see_other(reverse("progress:report", args=[student_id, report.id]))


@require_http_methods(["GET", "POST"])
@opens_record
def report(request: ActorRequest, student_id: UUID, report_id: UUID) -> HttpResponse:
    """One report: a page to write on while it is a draft, afterwards what was sent."""
    found = _page(request, student_id, report_id)
    if not found.may_write:
        if request.method == "POST":
            raise mutations.ReportSent if found.is_sent else NotAllowed
        template = "progress/report_sent.html" if found.is_sent else "progress/report_draft.html"
        return _of_student(request, student_id, template, {"page": found})
    form = NotesForm(request.POST or None, notes=found.notes, language=found.language)
    status = 200
    if request.method == "POST":
        status = Invalid.status
        if form.is_valid():
            try:
                return _written(request, found, form)
            except SpedError as error:
                if not isinstance(error, Invalid | mutations.NoteChanged):
                    raise
                status = error.status
                form_errors(form, error)
    return _of_student(
        request, student_id, "progress/report_draft.html", {"page": found, "form": form}, status=status
    )


def _written(request: ActorRequest, found: queries.ReportPage, form: NotesForm) -> HttpResponse:
    mutations.write_notes(
        actor=request.actor,
        report_id=found.id,
        notes=form.changes(),
        today=request.actor.today,
        now=now(),
        language=form.cleaned_data["language"],
    )
    where = [found.student_id, found.id]
    if "preview" in request.POST:
        return see_other(reverse("progress:preview-report", args=where))
    say(request, _("Saved."))
    return see_other(reverse("progress:report", args=where))


@require_GET
@opens_record
def preview_report(request: ActorRequest, student_id: UUID, report_id: UUID) -> HttpResponse:
    """A report as the family will read it, in the language of its labels."""
    wanted = request.GET.get("lang", "")
    found = _page(request, student_id, report_id)
    language = wanted if wanted in LANGUAGES else found.language
    with translation.override(language):
        found = _page(request, student_id, report_id)
    context = {"page": found, "spoken": language, "languages": LANGUAGES}
    return _of_student(request, student_id, "progress/report_preview.html", context)


@require_POST
def send_report(request: ActorRequest, student_id: UUID, report_id: UUID) -> HttpResponse:
    """Freeze, lock and send."""
    found = _page(request, student_id, report_id)
    try:
        mutations.send_report(actor=request.actor, report_id=report_id, today=request.actor.today, now=now())
    except mutations.ReportIncomplete as error:
        form = NotesForm(_unchanged(found), notes=found.notes, language=found.language)
        form.is_valid()
        form_errors(form, error)
        context = {"page": found, "form": form}
        return _of_student(request, student_id, "progress/report_draft.html", context, status=error.status)
    say(request, _("Sent. The family is told, and the report is locked."))
    return see_other(reverse("progress:report", args=[student_id, report_id]))


@require_http_methods(["GET", "POST"])
@opens_record
def correct_report(request: ActorRequest, student_id: UUID, report_id: UUID) -> HttpResponse:
    """Begin a new revision of what was sent."""
    found = _page(request, student_id, report_id)
    if not found.may_correct:
        raise Conflict if found.is_sent else NotAllowed
    form = CorrectForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = Invalid.status
        if form.is_valid():
            try:
                made = mutations.correct_report(
                    actor=request.actor, report_id=report_id, reason=form.cleaned_data["reason"]
                )
            except Invalid as error:
                form_errors(form, error)
            else:
                return see_other(reverse("progress:report", args=[student_id, made.id]))
    context = {"page": found, "form": form}
    return _of_student(request, student_id, "progress/report_correct.html", context, status=status)


@require_POST
def discard_report(request: ActorRequest, student_id: UUID, report_id: UUID) -> HttpResponse:
    """Give up a draft."""
    _page(request, student_id, report_id)
    mutations.discard_report(actor=request.actor, report_id=report_id)
    say(request, _("The draft is gone. You can begin it anew."))
    return see_other(reverse("progress:reports", args=[student_id]))


@require_GET
def owed(request: ActorRequest) -> HttpResponse:
    """Who owes which report by when."""
    form = OwedForm(request.GET)
    form.is_valid()
    chosen = form.cleaned_data
    found = queries.reports_owed(
        actor=request.actor,
        today=request.actor.today,
        is_own=chosen.get("own", False),
        school_id=chosen.get("school"),
        after=chosen.get("after"),
    )
    base = "casefile/_bare.html" if request.headers.get("X-Live") else "shell.html"
    context = {"page": found, "base": base, "active": "reports", "is_own": chosen.get("own", False)}
    return page(request, "progress/owed.html", context)


def _page(request: ActorRequest, student_id: UUID, report_id: UUID) -> queries.ReportPage:
    return queries.report_page(
        actor=request.actor, report_id=report_id, today=request.actor.today, student_id=student_id
    )


def _unchanged(found: queries.ReportPage) -> dict[str, Any]:
    """What the form of a report would send if nothing were typed."""
    data: dict[str, Any] = {"language": found.language}
    for note in found.notes:
        for part in ("statement", "narrative", "reason", "version"):
            data[f"{note.goal_id}-{part}"] = getattr(note, part)
    return data


def _of_student(
    request: ActorRequest, student_id: UUID, template: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    frame = lent("casefile.student_frame")(request, student_id=student_id, tab="reports")
    return page(request, template, {**frame, **context}, status=status)
