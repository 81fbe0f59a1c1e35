"""Amendments: proposing one, planning it, its differences, the revised copy for a parent."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import NotAllowed
from core.http import ActorRequest, opens_record, see_other
from ieps import mutations, queries
from ieps.forms_signing import AmendForm, CopyForm, PlanForm
from ieps.views.frame import done, framed

either = require_http_methods(["GET", "POST"])


@either
def amend(request: ActorRequest, iep_id: UUID) -> HttpResponse:
    """GET, POST /ieps/…/amend/: propose an amendment of the IEP in effect."""
    found = queries.iep_page(actor=request.actor, iep_id=iep_id, today=request.actor.today)
    return amend_of(request, found.student_id, found)


@opens_record
def amend_of(request: ActorRequest, _student_id: UUID, found: queries.IepPage) -> HttpResponse:
    """The form of a proposal, written down as opened."""
    if not found.may_write:
        raise NotAllowed
    panel = queries.signing_panel(actor=request.actor, iep_id=found.iep_id)
    form = AmendForm(request.POST if request.method == "POST" else None)
    answer, status = done(
        request,
        form,
        lambda: mutations.propose_amendment(
            actor=request.actor, iep_id=found.iep_id, today=request.actor.today, **form.cleaned_data
        ),
        _("The amendment is open. Write what is to change; its differences are marked."),
        lambda iep: reverse("ieps:iep", args=[iep.id]),
    )
    if request.method == "GET" and not panel.may_amend:
        answer = see_other(reverse("ieps:iep", args=[found.iep_id]))
    context = {"page": found, "panel": panel, "form": form}
    return answer or framed(request, "ieps/amend.html", context, status=status)


@either
def plan(request: ActorRequest, iep_id: UUID) -> HttpResponse:
    """GET, POST /ieps/…/plan/: why an amendment is proposed, how it is decided, when the team met."""
    found = queries.iep_page(actor=request.actor, iep_id=iep_id, today=request.actor.today)
    return plan_of(request, found.student_id, found)


@opens_record
def plan_of(request: ActorRequest, _student_id: UUID, found: queries.IepPage) -> HttpResponse:
    """The form of a plan, written down as opened."""
    if not found.may_write:
        raise NotAllowed
    back = reverse("ieps:iep", args=[found.iep_id])
    panel = queries.signing_panel(actor=request.actor, iep_id=found.iep_id)
    if panel.amendment is None:
        return see_other(back)
    known = {name: getattr(panel.amendment, name) for name in ("reason", "way", "met_on")}
    form = PlanForm(request.POST if request.method == "POST" else None, initial=known)
    answer, status = done(
        request,
        form,
        lambda: mutations.plan_amendment(
            actor=request.actor, iep_id=found.iep_id, today=request.actor.today, **form.cleaned_data
        ),
        _("Saved."),
        back,
    )
    context = {"page": found, "form": form, "signing": panel}
    return answer or framed(request, "ieps/plan.html", context, status=status)


@either
def revised_copy(request: ActorRequest, iep_id: UUID) -> HttpResponse:
    """GET, POST /ieps/…/copy/: a parent asked for a revised copy, and was given it."""
    found = queries.iep_page(actor=request.actor, iep_id=iep_id, today=request.actor.today)
    return copy_of(request, found.student_id, found)


@opens_record
def copy_of(request: ActorRequest, _student_id: UUID, found: queries.IepPage) -> HttpResponse:
    """The form of a revised copy, written down as opened."""
    if not found.may_write:
        raise NotAllowed
    back = reverse("ieps:iep", args=[found.iep_id])
    panel = queries.signing_panel(actor=request.actor, iep_id=found.iep_id)
    if panel.amendment is None:
        return see_other(back)
    known = {"asked_on": panel.amendment.copy_asked_on, "given_on": panel.amendment.copy_given_on}
    form = CopyForm(request.POST if request.method == "POST" else None, initial=known)
    answer, status = done(
        request,
        form,
        lambda: mutations.record_revised_copy(
            actor=request.actor, iep_id=found.iep_id, today=request.actor.today, **form.cleaned_data
        ),
        _("Saved."),
        back,
    )
    return answer or framed(request, "ieps/revised_copy.html", {"page": found, "form": form}, status=status)


@require_GET
def differences(request: ActorRequest, iep_id: UUID) -> HttpResponse:
    """GET /ieps/…/differences/: what an amendment, or the next IEP, changes of the one before."""
    found = queries.iep_differences(actor=request.actor, iep_id=iep_id)
    return differences_of(request, found.student_id, found)


@opens_record
def differences_of(request: ActorRequest, _student_id: UUID, found: queries.DifferencesPage) -> HttpResponse:
    """The differences, written down as opened."""
    return framed(request, "ieps/differences.html", {"differences": found})
