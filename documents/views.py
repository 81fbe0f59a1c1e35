"""Pages of consents."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Conflict, Invalid, NotAllowed
from core.http import ActorRequest, form_errors, opens_record, page, say, see_other
from documents import mutations, queries
from documents.forms import ConsentForm, RevocationForm


@require_http_methods(["GET", "POST"])
@opens_record
def consents(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """GET, POST /students/…/consents/: what parents consented to; write down another."""
    found = queries.consents_page(actor=request.actor, student_id=student_id)
    form = ConsentForm(request.POST if request.method == "POST" else None, guardians=found.guardians)
    if request.method == "POST" and form.is_valid():
        try:
            mutations.record_consent(
                actor=request.actor, student_id=student_id, today=request.actor.today, **form.cleaned_data
            )
        except (Invalid, Conflict) as error:
            form_errors(form, error)
        else:
            say(request, _("The consent is recorded."))
            return see_other(reverse("documents:consents", args=[student_id]))
    context = {"page": found, "form": form, "active": "caseload", "base": _base(request)}
    return page(request, "documents/consents.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def revoke(request: ActorRequest, consent_id: UUID) -> HttpResponse:
    """GET, POST /consents/…/revoke/: write down that a parent revoked a consent."""
    consent = queries.visible_consent(actor=request.actor, consent_id=consent_id)
    return revoke_of(request, consent.student_id, consent_id)


@opens_record
def revoke_of(request: ActorRequest, student_id: UUID, consent_id: UUID) -> HttpResponse:
    """The form of a revocation, written down as opened."""
    found = queries.consents_page(actor=request.actor, student_id=student_id)
    if not found.may_keep:
        raise NotAllowed
    form = RevocationForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            mutations.revoke_consent(
                actor=request.actor, consent_id=consent_id, today=request.actor.today, **form.cleaned_data
            )
        except (Invalid, Conflict) as error:
            form_errors(form, error)
        else:
            say(request, _("The revocation is recorded."))
            return see_other(reverse("documents:consents", args=[student_id]))
    context = {"page": found, "form": form, "active": "caseload", "base": _base(request)}
    return page(request, "documents/revoke.html", context, status=422 if form.errors else 200)


def _base(request: HttpRequest) -> str:
    return "documents/_bare.html" if request.headers.get("X-Live") else "shell.html"
