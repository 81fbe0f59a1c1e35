"""Pages of school history: transfers, exits, returns, earlier schools, requests for records."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.errors import SpedError
from core.http import ActorRequest, opens_record, say, see_other
from students import forms, mutations, queries
from students.queries.files import editable_student, one_of
from students.rules import may_write_schooling
from students.views.files import either
from students.views.record import edited, framed, said, shown


@require_safe
@opens_record
def schools(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Where the student went to school, what is planned, who asked for records."""
    frame = framed(request, student_id)
    found = queries.schooling_page(actor=request.actor, student_id=student_id)
    return shown(request, frame, "schools", found)


@either
@opens_record
def transfer(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Move the student to another school of the district, today or on a day to come."""
    student = editable_student(
        actor=request.actor, student_id=student_id, rule=may_write_schooling, lock=False
    )
    form = forms.TransferForm(
        request.POST or None,
        schools=queries.open_schools(actor=request.actor, student=student),
        initial={"on": request.actor.today, "grade": student.grade},
    )

    def save() -> str:
        given = dict(form.cleaned_data)
        mutations.transfer_student(
            actor=request.actor, student_id=student_id, school_id=UUID(given.pop("school")), **given
        )
        return _seen(request, student_id)

    return edited(request, form, save, student, "schools", _("Transfer to another school"))


@either
@opens_record
def leave(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Enter that the student leaves."""
    student = editable_student(
        actor=request.actor, student_id=student_id, rule=may_write_schooling, lock=False
    )
    form = forms.ExitForm(request.POST or None, initial={"on": request.actor.today})

    def save() -> str:
        move = mutations.exit_student(actor=request.actor, student_id=student_id, **form.cleaned_data)
        if move.state == "done":
            undo = reverse("students:undo-exit", args=[student_id, move.id])
            say(request, _("The exit is entered. The case file stays as it is."), undo_url=undo)
        else:
            say(request, _("The exit is planned."))
        return reverse("students:schools", args=[student_id])

    intro = _("The case file stays; the student leaves the lists of those who are enrolled.")
    return edited(request, form, save, student, "schools", _("Exit"), intro=intro)


@either
@opens_record
def come_back(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Enter that a student who had left is back."""
    student = editable_student(
        actor=request.actor, student_id=student_id, rule=may_write_schooling, lock=False
    )
    schools = (student.school, *queries.open_schools(actor=request.actor, student=student))
    form = forms.ReentryForm(
        request.POST or None,
        schools=schools,
        initial={"on": request.actor.today, "grade": student.grade, "school": str(student.school_id)},
    )

    def save() -> str:
        given = dict(form.cleaned_data)
        mutations.reenter_student(
            actor=request.actor, student_id=student_id, school_id=UUID(given.pop("school")), **given
        )
        return said(request, "schools", student_id)

    return edited(request, form, save, student, "schools", _("Back in the district"))


@require_POST
def cancel_move(request: ActorRequest, student_id: UUID, move_id: UUID) -> HttpResponse:
    """Give up a transfer or an exit that is planned."""
    mutations.cancel_move(actor=request.actor, student_id=student_id, move_id=move_id)
    return see_other(said(request, "schools", student_id))


@require_POST
def undo_exit(request: ActorRequest, student_id: UUID, move_id: UUID) -> HttpResponse:
    """Take back an exit that was a mistake."""
    mutations.undo_exit(actor=request.actor, student_id=student_id, move_id=move_id)
    say(request, _("The exit is taken back."))
    return see_other(reverse("students:schools", args=[student_id]))


@either
@opens_record
def add_earlier(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Write down a school where the student was before."""
    student = editable_student(
        actor=request.actor, student_id=student_id, rule=may_write_schooling, lock=False
    )
    form = forms.EarlierSchoolForm(request.POST or None)

    def save() -> str:
        mutations.add_earlier_school(actor=request.actor, student_id=student_id, **form.cleaned_data)
        return said(request, "schools", student_id)

    return edited(request, form, save, student, "schools", _("Add an earlier school"))


@require_POST
def remove_earlier(request: ActorRequest, student_id: UUID, enrollment_id: UUID) -> HttpResponse:
    """Take away an earlier school that was entered by mistake."""
    mutations.remove_earlier_school(actor=request.actor, student_id=student_id, enrollment_id=enrollment_id)
    return see_other(said(request, "schools", student_id))


@either
@opens_record
def add_request(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Write down who asked for the records."""
    student = editable_student(
        actor=request.actor, student_id=student_id, rule=may_write_schooling, lock=False
    )
    form = forms.RecordsRequestForm(request.POST or None, initial={"asked_on": request.actor.today})

    def save() -> str:
        mutations.add_records_request(actor=request.actor, student_id=student_id, **form.cleaned_data)
        return said(request, "schools", student_id)

    return edited(request, form, save, student, "schools", _("Add a request for records"))


@either
@opens_record
def edit_request(request: ActorRequest, student_id: UUID, request_id: UUID) -> HttpResponse:
    """Change a request for records, or enter the day on which they were sent."""
    student = editable_student(
        actor=request.actor, student_id=student_id, rule=may_write_schooling, lock=False
    )
    row = one_of(queries.records_requests_of(actor=request.actor, student=student), id=request_id)
    form = forms.RecordsRequestForm(request.POST or None, instance=row)

    def save() -> str:
        mutations.update_records_request(
            actor=request.actor,
            student_id=student_id,
            request_id=request_id,
            changes=form.cleaned_data,
            expected_version=form.cleaned_data["version"],
        )
        return said(request, "schools", student_id)

    return edited(request, form, save, student, "schools", _("Request for records"))


def _seen(request: ActorRequest, student_id: UUID) -> str:
    """Where to go on after a transfer: the student may be out of sight of who moved them."""
    say(request, _("Saved."))
    try:
        queries.visible_student(actor=request.actor, student_id=student_id)
    except SpedError:
        return reverse("casefile:caseload")
    return reverse("students:schools", args=[student_id])
