"""Pages of acts upon many students: choose, look before, do, read the result, take it back."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from casefile import acts, queries
from casefile.forms import HandOverForm, ListForm, PickForm
from casefile.views.pages import typed_words
from core.errors import NotFound, SpedError
from core.http import ActorRequest, form_errors, page, say, see_other
from students.mutations import take_back as take_back_act


@require_http_methods(["GET", "POST"])
def bulk(request: ActorRequest) -> HttpResponse:
    """POST /caseload/bulk/: what an act upon the chosen students would do, with what it asks for."""
    picked = PickForm(request.POST)
    ids = picked.ids_given()
    if picked.cleaned_data.get("all"):
        filters = ListForm(request.POST).filters(words=typed_words(request))
        ids = queries.matching_ids(actor=request.actor, filters=filters, today=request.actor.today)
    act = request.POST.get("act", "")
    if request.method == "GET" or not ids or not act:
        if request.method == "POST":
            say(request, _("Choose at least one student first."))
        return see_other(reverse("casefile:caseload"))
    return _form(request, queries.selection(actor=request.actor, act=act, ids=ids), None, 200)


@require_http_methods(["GET", "POST"])
def bulk_apply(request: ActorRequest, act: str) -> HttpResponse:
    """POST /caseload/bulk/…/: do it, then show what became of it."""
    ids = PickForm(request.POST).ids_given()
    if request.method == "GET":
        return see_other(reverse("casefile:caseload"))
    found = queries.selection(actor=request.actor, act=act, ids=ids)
    form = acts.act_form(found, request.POST)
    if not form.is_valid():
        return _form(request, found, form, 422)
    try:
        undo = acts.do(actor=request.actor, act=act, ids=found.ids, given=form.cleaned_data)
    except SpedError as error:
        if error.status in {403, 404}:
            raise
        form_errors(form, error)
        return _form(request, found, form, error.status)
    result = queries.done(actor=request.actor, undo_id=undo.id)
    url = reverse("casefile:take-back", args=[undo.id]) if result.may_take_back else ""
    say(request, acts.result_words(result), undo_url=url)
    return see_other(reverse("casefile:done", args=[undo.id]))


@require_GET
def done(request: ActorRequest, undo_id: UUID) -> HttpResponse:
    """GET /done/…/: what became of an act, and for a day the button that takes it back."""
    found = queries.done(actor=request.actor, undo_id=undo_id)
    context = {"done": found, "words": acts.result_words(found), "whys": acts.WHYS, "active": "caseload"}
    context["heading"] = acts.HEADINGS.get(found.act, found.act_label)
    return page(request, "casefile/done.html", context)


@require_POST
def take_back(request: ActorRequest, undo_id: UUID) -> HttpResponse:
    """POST /done/…/undo/: restore what the act changed."""
    take_back_act(actor=request.actor, undo_id=undo_id)
    found = queries.done(actor=request.actor, undo_id=undo_id)
    say(request, acts.result_words(found))
    return see_other(reverse("casefile:done", args=[undo_id]))


@require_GET
def hand_over(request: ActorRequest) -> HttpResponse:
    """GET /caseload/hand-over/: the case files of a case manager, to choose from."""
    form = HandOverForm(request.GET)
    if not form.is_valid():
        raise NotFound
    found = queries.hand_over(actor=request.actor, person_id=form.cleaned_data["person"])
    return page(request, "casefile/hand_over.html", {"page": found, "active": "caseload"})


def _form(request: ActorRequest, found: queries.Selection, form: Any, status: int) -> HttpResponse:
    form = form or acts.act_form(found, initial={"starts_on": request.actor.today})
    context = {
        "found": found,
        "form": form,
        "heading": acts.HEADINGS[found.act],
        "button": acts.BUTTONS[found.act],
        "words": acts.preview_words(found),
        "whys": acts.WHYS,
        "active": "caseload",
    }
    return page(request, "casefile/bulk.html", context, status=status)
