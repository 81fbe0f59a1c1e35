"""Pages of consents."""

from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Conflict, Invalid, NotAllowed
from core.http import ActorRequest, form_errors, opens_record, page, say, see_other
from core.registry import lent
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
    return _page(request, "documents/consents.html", found, form)


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
    return _page(request, "documents/revoke.html", found, form)


def _page(request: ActorRequest, template: str, found: queries.ConsentPage, form: Form) -> HttpResponse:
    """A page under the tab "IEP" of a student, in the frame that the student's other pages have."""
    frame = lent("casefile.student_frame")(request, student_id=found.student_id, tab="iep")
    return page(request, template, {**frame, "page": found, "form": form}, status=422 if form.errors else 200)
