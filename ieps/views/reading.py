"""Reading: a student's IEPs, one IEP, the IEP at a glance, the open drafts."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from core.http import ActorRequest, opens_record, say, see_other
from ieps import mutations, queries
from ieps.forms import EmptyForm, NewIepForm
from ieps.views.frame import framed, of_student, tried


@require_GET
def drafts(request: ActorRequest) -> HttpResponse:
    """GET /ieps/: the open IEPs of those on whose team I am."""
    return framed(request, "ieps/drafts.html", {"list": queries.draft_list(actor=request.actor)})


@require_GET
@opens_record
def student(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """GET /students/…/iep/: the IEP in effect, and every version before and after it."""
    found = queries.iep_list(actor=request.actor, student_id=student_id)
    shown = (
        queries.iep_page(actor=request.actor, iep_id=found.active_id, today=request.actor.today)
        if found.active_id
        else None
    )
    return of_student(request, student_id, "ieps/student.html", {"list": found, "page": shown})


@require_http_methods(["GET", "POST"])
@opens_record
def new(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """GET, POST /students/…/iep/new/: start a draft."""
    found = queries.new_iep(actor=request.actor, student_id=student_id)
    form = NewIepForm(request.POST) if request.method == "POST" else NewIepForm()
    if found.active_id is None:
        del form.fields["copy"]
    status = 200
    if request.method == "POST" and form.is_valid():
        iep, status = tried(
            form,
            lambda: mutations.create_iep(
                actor=request.actor,
                student_id=student_id,
                today=request.actor.today,
                copy=form.cleaned_data.get("copy", False),
            ),
        )
        if iep is not None:
            say(request, _("The draft is ready to be written."))
            return see_other(reverse("ieps:iep", args=[iep.id]))
    return of_student(request, student_id, "ieps/new.html", {"list": found, "form": form}, status=status)


@require_safe
def iep(request: ActorRequest, iep_id: UUID) -> HttpResponse:
    """GET /ieps/…/: one version of an IEP. HEAD tells a page whether its person is still signed in."""
    found = queries.iep_page(actor=request.actor, iep_id=iep_id, today=request.actor.today)
    if found.texts_missing and found.writes_together:
        mutations.prepare_texts(actor=request.actor, iep_id=iep_id)
        found = queries.iep_page(actor=request.actor, iep_id=iep_id, today=request.actor.today)
    return read_iep(request, found.student_id, found)


@opens_record
def read_iep(request: ActorRequest, _student_id: UUID, found: queries.IepPage) -> HttpResponse:
    """The page of an IEP, written down as opened."""
    signing = queries.signing_panel(actor=request.actor, iep_id=found.iep_id, is_to_be_signed=False)
    return framed(request, "ieps/iep.html", {"page": found, "signing": signing})


@require_http_methods(["GET", "POST"])
@opens_record
def glance(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """GET, POST /students/…/glance/: the IEP in a page; POST confirms having read it."""
    form, status = EmptyForm(request.POST or None), 200
    if request.method == "POST":
        reading, status = tried(
            form, lambda: mutations.confirm_glance(actor=request.actor, student_id=student_id)
        )
        if reading is not None:
            say(request, _("Thank you. The team sees that you have read it."))
            return see_other(reverse("ieps:glance", args=[student_id]))
    found = queries.iep_at_a_glance(actor=request.actor, student_id=student_id)
    return of_student(request, student_id, "ieps/glance.html", {"glance": found, "form": form}, status=status)
