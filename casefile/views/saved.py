"""Named views of the list, students at hand, a list taken along, and the command palette."""

from collections.abc import Mapping
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.reauthentication import recently_signed_in
from casefile import mutations, queries
from casefile.commands import options
from casefile.export import csv_lines
from casefile.forms import ListForm, NameForm, PaletteForm, ViewForm
from casefile.rules import may_share_views
from casefile.views.pages import typed_words
from core.http import ActorRequest, form_page, page, say, see_other, streamed

either = require_http_methods(["GET", "POST"])


@require_GET
def views(request: ActorRequest) -> HttpResponse:
    """GET /caseload/views/: the views that one has, to rename, delete, or open the list with."""
    found = queries.saved_views(actor=request.actor)
    return page(request, "casefile/views.html", {"views": found, "active": "caseload"})


@either
def new_view(request: ActorRequest) -> HttpResponse:
    """GET and POST /caseload/views/new/?…: name the filters, the order and the columns of the address."""
    words = ListForm(request.GET).words()
    may_share = may_share_views(request.actor)
    form = ViewForm(request.POST or None, may_share=may_share)

    def save() -> str:
        mutations.save_view(actor=request.actor, words=words, **form.cleaned_data)
        say(request, _("The view is saved."))
        return view_url(words)

    return form_page(request, form, save, "casefile/view_new.html", {"active": "caseload", "words": words})


@either
def rename_view(request: ActorRequest, view_id: UUID) -> HttpResponse:
    """GET and POST /caseload/views/…/: call a view something else."""
    view = queries.saved_view(actor=request.actor, view_id=view_id)
    form = NameForm(request.POST or None, initial={"name": view.name})

    def save() -> str:
        mutations.rename_view(actor=request.actor, view_id=view_id, **form.cleaned_data)
        say(request, _("Saved."))
        return reverse("casefile:views")

    return form_page(request, form, save, "casefile/view_rename.html", {"view": view, "active": "caseload"})


@require_POST
def delete_view(request: ActorRequest, view_id: UUID) -> HttpResponse:
    """POST /caseload/views/…/delete/"""
    mutations.delete_view(actor=request.actor, view_id=view_id)
    say(request, _("The view is deleted."), undo_url=reverse("casefile:restore-view", args=[view_id]))
    return see_other(reverse("casefile:views"))


@require_POST
def restore_view(request: ActorRequest, view_id: UUID) -> HttpResponse:
    """POST /caseload/views/…/restore/"""
    mutations.restore_view(actor=request.actor, view_id=view_id)
    say(request, _("The view is back."))
    return see_other(reverse("casefile:views"))


@require_POST
def default_view(request: ActorRequest, view_id: UUID) -> HttpResponse:
    """POST /caseload/views/…/default/: open the list with this view."""
    mutations.set_default_view(actor=request.actor, view_id=view_id)
    say(request, _("Your caseload opens with this view now."))
    return see_other(reverse("casefile:views"))


@require_POST
def no_default_view(request: ActorRequest) -> HttpResponse:
    """POST /caseload/views/none/default/: open the list with all students."""
    mutations.set_default_view(actor=request.actor, view_id=None)
    say(request, _("Your caseload opens with all students now."))
    return see_other(reverse("casefile:views"))


@require_POST
def pin(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """POST /students/…/pin/: keep a student at hand."""
    mutations.pin_student(actor=request.actor, student_id=student_id)
    say(request, _("Pinned."), undo_url=reverse("casefile:unpin", args=[student_id]))
    return see_other(_back(request, student_id))


@require_POST
def unpin(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """POST /students/…/unpin/"""
    mutations.unpin_student(actor=request.actor, student_id=student_id)
    say(request, _("Unpinned."), undo_url=reverse("casefile:pin", args=[student_id]))
    return see_other(_back(request, student_id))


@require_POST
@recently_signed_in
def export(request: ActorRequest) -> HttpResponseBase:
    """POST /caseload/export/: the narrowed list as a file for a spreadsheet."""
    filters = ListForm(request.POST).filters(words=typed_words(request))
    today = request.actor.today
    ids = mutations.export_list(actor=request.actor, filters=filters, today=today)
    lines = csv_lines(actor=request.actor, ids=ids, today=today)
    return streamed(request, lines, name=f"students-{today:%Y-%m-%d}.csv", content_type="text/csv")


@require_POST
def palette(request: ActorRequest) -> HttpResponse:
    """POST /palette/: where to go and what to do, for what was typed; in the body, so that no address or log has it."""
    form = PaletteForm(request.POST)
    typed = form.cleaned_data["q"] if form.is_valid() else ""
    found = queries.found_students(actor=request.actor, text=typed)
    readings = queries.quick_readings(actor=request.actor, text=typed, today=request.actor.today)
    lines = options(request=request, typed=typed, students=found, readings=readings)
    context = {"groups": lines, "typed": typed}
    return page(request, "casefile/_palette.html", context)


def view_url(words: Mapping[str, str]) -> str:
    """The address of the list with the words of a view."""
    return f"{reverse('casefile:caseload')}?{urlencode(words) if words else 'view=all'}"


def _back(request: ActorRequest, student_id: UUID) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return wanted
    return reverse("casefile:student", args=[student_id])
