"""Signing an IEP: approving it, the team's signatures, a parent's on paper, taking one back."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import NotAllowed
from core.http import ActorRequest, opens_record, say, see_other
from ieps import mutations, queries
from ieps.forms_signing import ApproveForm, PaperForm, SignForm, TakeBackForm
from ieps.views.frame import done, framed

either = require_http_methods(["GET", "POST"])


@either
def approve(request: ActorRequest, iep_id: UUID) -> HttpResponse:
    """GET, POST /ieps/…/approve/: approve and sign."""
    found = queries.iep_page(actor=request.actor, iep_id=iep_id, today=request.actor.today)
    return approve_of(request, found.student_id, found)


@opens_record
def approve_of(request: ActorRequest, _student_id: UUID, found: queries.IepPage) -> HttpResponse:
    """The page of an approval, written down as opened."""
    if not found.may_approve:
        raise NotAllowed
    back = reverse("ieps:iep", args=[found.iep_id])
    panel = queries.signing_panel(actor=request.actor, iep_id=found.iep_id)
    form = ApproveForm(request.POST if request.method == "POST" else None, initial={"digest": panel.digest})
    answer, status = done(
        request,
        form,
        lambda: mutations.approve_iep(actor=request.actor, iep_id=found.iep_id, hand=form.hand()),
        _("The IEP is approved."),
        back,
    )
    if request.method == "GET" and not found.may_approve_now:
        answer = see_other(back)
    context = {"page": found, "panel": panel, "form": form, "is_approval": True}
    return answer or framed(request, "ieps/sign.html", context, status=status)


@either
def sign(request: ActorRequest, iep_id: UUID) -> HttpResponse:
    """GET, POST /ieps/…/sign/: sign as a member of the team."""
    found = queries.iep_page(actor=request.actor, iep_id=iep_id, today=request.actor.today)
    return sign_of(request, found.student_id, found)


@opens_record
def sign_of(request: ActorRequest, _student_id: UUID, found: queries.IepPage) -> HttpResponse:
    """The form of a signature, written down as opened."""
    if not found.may_review:
        raise NotAllowed
    back = reverse("ieps:iep", args=[found.iep_id])
    panel = queries.signing_panel(actor=request.actor, iep_id=found.iep_id)
    form = SignForm(request.POST if request.method == "POST" else None, initial={"digest": panel.digest})
    answer, status = done(
        request,
        form,
        lambda: mutations.sign_iep(
            actor=request.actor,
            iep_id=found.iep_id,
            meaning=form.cleaned_data["meaning"],
            comment=form.cleaned_data["comment"],
            hand=form.hand(),
        ),
        _("Your signature is recorded."),
        back,
    )
    if request.method == "GET" and not panel.may_sign:
        answer = see_other(back)
    context = {"page": found, "panel": panel, "form": form, "is_approval": False}
    return answer or framed(request, "ieps/sign.html", context, status=status)


@either
def paper(request: ActorRequest, iep_id: UUID) -> HttpResponse:
    """GET, POST /ieps/…/paper/: write down what a parent signed on paper."""
    found = queries.iep_page(actor=request.actor, iep_id=iep_id, today=request.actor.today)
    return paper_of(request, found.student_id, found)


@opens_record
def paper_of(request: ActorRequest, _student_id: UUID, found: queries.IepPage) -> HttpResponse:
    """The form of a parent's signature, written down as opened."""
    if not found.may_approve:
        raise NotAllowed
    back = reverse("ieps:iep", args=[found.iep_id])
    panel = queries.signing_panel(actor=request.actor, iep_id=found.iep_id)
    form = PaperForm(
        request.POST if request.method == "POST" else None,
        guardians=panel.guardians,
        initial={"digest": panel.digest},
    )
    answer, status = done(
        request,
        form,
        lambda: mutations.record_parent_signature(
            actor=request.actor, iep_id=found.iep_id, **form.cleaned_data
        ),
        _("The parent's signature is recorded."),
        back,
    )
    if request.method == "GET" and not panel.may_record_paper:
        answer = see_other(back)
    context = {"page": found, "panel": panel, "form": form}
    return answer or framed(request, "ieps/paper.html", context, status=status)


@either
def take_back(request: ActorRequest, signature_id: UUID) -> HttpResponse:
    """GET, POST /ieps/signatures/…/take-back/: take a signature back; both stay in the record."""
    signature = queries.visible_signature(actor=request.actor, signature_id=signature_id)
    found = queries.iep_page(actor=request.actor, iep_id=signature.subject_id, today=request.actor.today)
    return take_back_of(request, found.student_id, found, signature_id)


@opens_record
def take_back_of(
    request: ActorRequest, _student_id: UUID, found: queries.IepPage, signature_id: UUID
) -> HttpResponse:
    """The form of a withdrawal, written down as opened."""
    panel = queries.signing_panel(actor=request.actor, iep_id=found.iep_id)
    row = next((row for row in panel.signatures if row.signature_id == signature_id), None)
    if row is None or not panel.may_take_back(row):
        raise NotAllowed
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    answer, status = done(
        request,
        form,
        lambda: mutations.withdraw_signature(
            actor=request.actor, signature_id=signature_id, **form.cleaned_data
        ),
        _("The signature is taken back. Both stay in the record."),
        reverse("ieps:iep", args=[found.iep_id]),
    )
    context = {"page": found, "row": row, "form": form}
    return answer or framed(request, "ieps/take_back.html", context, status=status)


@require_GET
def verify(request: ActorRequest, iep_id: UUID) -> HttpResponse:
    """GET /ieps/…/verify/: whether everything is as it was signed, computed now."""
    found = queries.verified_iep(actor=request.actor, iep_id=iep_id)
    return verify_of(request, found.student_id, found)


@opens_record
def verify_of(request: ActorRequest, _student_id: UUID, found: queries.VerifiedIep) -> HttpResponse:
    """The page of a check, written down as opened."""
    return framed(request, "ieps/verify.html", {"checked": found})


@require_http_methods(["POST"])
def language(request: ActorRequest, iep_id: UUID) -> HttpResponse:
    """POST /ieps/…/language/: say in which language the draft is written."""
    language = request.POST.get("language", "")
    mutations.set_language(actor=request.actor, iep_id=iep_id, language=language)
    say(request, _("Saved."))
    return see_other(reverse("casefile:papers", args=[iep_id]))
