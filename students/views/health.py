"""Pages of health and safety."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import NotFound
from core.http import ActorRequest, opens_record, see_other
from students import forms, mutations, queries
from students.queries.files import editable_student, one_of
from students.rules import may_write_court, may_write_health
from students.views.files import either
from students.views.record import edited, framed, said, shown


@require_safe
@opens_record
def health(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Allergies, emergency plan, diet; conditions and medications; what courts ordered."""
    frame = framed(request, student_id)
    return shown(request, frame, "health", queries.health_page(actor=request.actor, student_id=student_id))


@either
@opens_record
def add_health(request: ActorRequest, student_id: UUID, noun: str) -> HttpResponse:
    """Add a condition, a medication or an allergy."""
    heading = _headings(noun)[0]
    student = editable_student(actor=request.actor, student_id=student_id, rule=may_write_health, lock=False)
    form = forms.HEALTH_FORMS[noun](request.POST or None)

    def save() -> str:
        mutations.add_health_entry(actor=request.actor, student_id=student_id, noun=noun, **form.cleaned_data)
        return said(request, "health", student_id)

    return edited(request, form, save, student, "health", heading)


@either
@opens_record
def edit_health(request: ActorRequest, student_id: UUID, noun: str, health_id: UUID) -> HttpResponse:
    """Change a condition, a medication or an allergy, or say that it no longer holds."""
    heading = _headings(noun)[1]
    student = editable_student(actor=request.actor, student_id=student_id, rule=may_write_health, lock=False)
    row = queries.health_entry(actor=request.actor, student=student, noun=noun, health_id=health_id)
    form = forms.HEALTH_FORMS[noun](request.POST or None, instance=row)

    def save() -> str:
        changes = form.cleaned_data
        mutations.update_health_entry(
            actor=request.actor,
            student_id=student_id,
            noun=noun,
            health_id=health_id,
            changes=changes,
            expected_version=form.cleaned_data["version"],
        )
        return said(request, "health", student_id)

    end = reverse("students:end-health", args=[student_id, noun, health_id])
    return edited(request, form, save, student, "health", heading, remove_url=end)


@require_POST
def end_health(request: ActorRequest, student_id: UUID, noun: str, health_id: UUID) -> HttpResponse:
    """Say that a condition, a medication or an allergy no longer holds."""
    mutations.end_health_entry(actor=request.actor, student_id=student_id, noun=noun, health_id=health_id)
    return see_other(said(request, "health", student_id))


@either
@opens_record
def edit_health_plan(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Write the diet and what to do in an emergency."""
    student = editable_student(actor=request.actor, student_id=student_id, rule=may_write_health, lock=False)
    plan = queries.health_plan_of(actor=request.actor, student=student)
    form = forms.HealthPlanForm(request.POST or None, instance=plan)

    def save() -> str:
        mutations.set_health_plan(
            actor=request.actor,
            student_id=student_id,
            changes=form.cleaned_data,
            expected_version=form.cleaned_data["version"],
        )
        return said(request, "health", student_id)

    return edited(request, form, save, student, "health", _("Diet and emergency plan"))


@either
@opens_record
def edit_court(request: ActorRequest, student_id: UUID, guardian_id: UUID) -> HttpResponse:
    """Keep what a court ordered about a guardian."""
    student = editable_student(actor=request.actor, student_id=student_id, rule=may_write_court, lock=False)
    row = one_of(queries.guardians_of(actor=request.actor, student=student), id=guardian_id)
    form = forms.CourtForm(request.POST or None, instance=row)

    def save() -> str:
        mutations.set_court_restrictions(
            actor=request.actor,
            student_id=student_id,
            guardian_id=guardian_id,
            changes=form.cleaned_data,
            expected_version=form.cleaned_data["version"],
        )
        return said(request, "health", student_id)

    return edited(request, form, save, student, "health", _("Court orders: %(name)s") % {"name": row.name})


def _headings(noun: str) -> tuple[str, str]:
    known = {
        "condition": (_("Add a condition"), _("Condition")),
        "medication": (_("Add a medication"), _("Medication")),
        "allergy": (_("Add an allergy"), _("Allergy")),
    }
    if noun not in known:
        raise NotFound
    return known[noun]
