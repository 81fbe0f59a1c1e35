"""The acts of an IEP's life: to review, a word, a draft again, approved, in effect, given up. Each page asks first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from core.errors import NotAllowed
from core.http import ActorRequest, opens_record, say, see_other
from ieps import mutations, queries
from ieps.forms import EmptyForm, WordForm
from ieps.views.frame import framed, tried

Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One act: what it is called, what it means, who is asked, what is said when it is done."""

    title: Words
    text: Words
    button: Words
    done: Words
    may: Callable[[queries.IepPage], bool]
    do: Callable[..., Any]
    is_dated: bool = False
    kind: str = "btn-primary"


ACTS: Mapping[str, Act] = {
    "send": Act(
        title=_("Send to review"),
        text=_(
            "The team reads the IEP and says whether they agree. It is not edited meanwhile; you can take it back."
        ),
        button=_("Send to review"),
        done=_("The team can read it now."),
        may=lambda page: page.may_send,
        do=mutations.send_to_review,
    ),
    "return": Act(
        title=_("Make it a draft again"),
        text=_("The IEP can be edited again. What reviewers said about this version no longer counts."),
        button=_("Make it a draft again"),
        done=_("It is a draft again."),
        may=lambda page: page.may_return,
        do=mutations.return_to_draft,
    ),
    "activate": Act(
        title=_("Put the IEP into effect"),
        text=_("From now on this IEP is the one in effect. The one before it becomes part of the record."),
        button=_("Put it into effect"),
        done=_("The IEP is in effect."),
        may=lambda page: page.may_approve,
        do=mutations.activate_iep,
        is_dated=True,
    ),
    "discard": Act(
        title=_("Discard this IEP"),
        text=_(
            "Nobody can go on with it. It stays in the record as discarded, and another one can be started."
        ),
        button=_("Discard it"),
        done=_("The IEP was discarded."),
        may=lambda page: page.may_discard,
        do=mutations.discard_draft,
        kind="btn-danger",
    ),
}


@require_http_methods(["GET", "POST"])
def act(request: ActorRequest, iep_id: UUID, name: str) -> HttpResponse:
    """GET, POST /ieps/…/<act>/: say what it means; do it."""
    found = queries.iep_page(actor=request.actor, iep_id=iep_id, today=request.actor.today)
    return do_act(request, found.student_id, found, name)


@opens_record
def do_act(request: ActorRequest, student_id: UUID, found: queries.IepPage, name: str) -> HttpResponse:
    """The page of an act, written down as opened."""
    what = ACTS[name]
    form, status = EmptyForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST":
        dated = {"today": request.actor.today} if what.is_dated else {}
        done, status = tried(form, lambda: what.do(actor=request.actor, iep_id=found.iep_id, **dated))
        if done is not None:
            waits = name == "activate" and done.status == "approved"
            say(request, _("It waits and takes effect by itself on its day.") if waits else what.done)
            to = ("ieps:student", student_id) if name == "discard" else ("ieps:iep", found.iep_id)
            return see_other(reverse(to[0], args=[to[1]]))
        found = queries.iep_page(actor=request.actor, iep_id=found.iep_id, today=request.actor.today)
    elif not (found.may_write or found.may_approve):
        raise NotAllowed
    elif not what.may(found):
        return see_other(reverse("ieps:iep", args=[found.iep_id]))
    context = {"page": found, "act": what, "name": name, "form": form}
    return framed(request, "ieps/act.html", context, status=status)


@require_http_methods(["GET", "POST"])
def review(request: ActorRequest, iep_id: UUID) -> HttpResponse:
    """GET, POST /ieps/…/review/: agree, or ask for changes."""
    found = queries.iep_page(actor=request.actor, iep_id=iep_id, today=request.actor.today)
    return say_word(request, found.student_id, found)


@opens_record
def say_word(request: ActorRequest, _student_id: UUID, found: queries.IepPage) -> HttpResponse:
    """The form of a reviewer's word, written down as opened."""
    if not found.may_review:
        raise NotAllowed
    form, status = WordForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and form.is_valid():
        word, status = tried(
            form,
            lambda: mutations.record_approval(actor=request.actor, iep_id=found.iep_id, **form.cleaned_data),
        )
        if word is not None:
            say(request, _("The team sees what you said."))
            return see_other(reverse("ieps:iep", args=[found.iep_id]))
    elif request.method == "POST":
        status = 422
    elif not found.may_say:
        return see_other(reverse("ieps:iep", args=[found.iep_id]))
    return framed(request, "ieps/review.html", {"page": found, "form": form}, status=status)
