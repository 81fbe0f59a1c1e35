"""Pages of a student's team and family: who is on it, who may see the record, until when."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import SpedError
from core.http import ActorRequest, opens_record, say, see_other
from students import forms, mutations, queries
from students.views.files import either, form_page


@either
@opens_record
def edit_team(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Who is on the team: add somebody, hand over the case file."""
    found = queries.team_page(actor=request.actor, student_id=student_id)
    form = forms.TeamMemberForm(
        request.POST or None, candidates=found.candidates, initial={"starts_on": request.actor.today}
    )

    def save() -> str:
        mutations.add_team_member(
            actor=request.actor,
            student_id=student_id,
            person_id=UUID(form.cleaned_data["person"]),
            part=form.cleaned_data["part"],
            starts_on=form.cleaned_data["starts_on"],
        )
        say(request, _("The team has changed."))
        return reverse("students:team", args=[student_id])

    return form_page(
        request, form, save, "students/team.html", {"team": found, "student": found.student, "part": "team"}
    )


@either
@opens_record
def end_team_member(request: ActorRequest, student_id: UUID, member_id: UUID) -> HttpResponse:
    """Take somebody off the team, today or on another day."""
    found = queries.team_page(actor=request.actor, student_id=student_id)
    member = queries.one_of(found.members, member_id=member_id)
    form = forms.EndForm(request.POST or None, initial={"ends_on": request.actor.today})

    def save() -> str:
        mutations.end_team_member(
            actor=request.actor,
            student_id=student_id,
            member_id=member_id,
            ends_on=form.cleaned_data["ends_on"],
        )
        say(request, _("The team has changed."), undo_url=_undo_url(request, member_id))
        try:
            queries.team_page(actor=request.actor, student_id=student_id)
        except SpedError:
            return "/"
        return reverse("students:team", args=[student_id])

    context = {"student": found.student, "name": member.name, "part": "team"}
    return form_page(request, form, save, "students/end.html", context)


@either
@opens_record
def edit_guardians(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """The student's parents, and a form for another one."""
    found = queries.guardian_page(actor=request.actor, student_id=student_id)
    form = forms.GuardianForm(request.POST or None)

    def save() -> str:
        mutations.add_guardian(actor=request.actor, student_id=student_id, **form.values())
        say(request, _("Added."))
        return reverse("students:guardians", args=[student_id])

    context = {"page": found, "student": found.student, "part": "guardians"}
    return form_page(request, form, save, "students/guardians.html", context)


@either
@opens_record
def edit_guardian(request: ActorRequest, student_id: UUID, guardian_id: UUID) -> HttpResponse:
    """Change what is known of a parent."""
    found = queries.guardian_page(actor=request.actor, student_id=student_id)
    guardian = queries.one_of(found.guardians, id=guardian_id)
    form = forms.GuardianForm(request.POST or None, instance=guardian)

    def save() -> str:
        mutations.update_guardian(
            actor=request.actor,
            student_id=student_id,
            guardian_id=guardian_id,
            changes=form.values(),
            expected_version=form.cleaned_data["version"],
        )
        say(request, _("Saved."))
        return reverse("students:guardians", args=[student_id])

    context = {"student": found.student, "guardian": guardian, "part": "guardians"}
    return form_page(request, form, save, "students/guardian.html", context)


@either
@opens_record
def end_guardian(request: ActorRequest, student_id: UUID, guardian_id: UUID) -> HttpResponse:
    """End what a parent may see and decide."""
    found = queries.guardian_page(actor=request.actor, student_id=student_id)
    guardian = queries.one_of(found.guardians, id=guardian_id)
    form = forms.EndForm(request.POST or None, initial={"ends_on": request.actor.today})

    def save() -> str:
        mutations.end_guardian(
            actor=request.actor,
            student_id=student_id,
            guardian_id=guardian_id,
            ends_on=form.cleaned_data["ends_on"],
        )
        say(request, _("Saved."), undo_url=_undo_url(request, guardian_id))
        return reverse("students:guardians", args=[student_id])

    context = {"student": found.student, "name": guardian.name, "part": "guardians"}
    return form_page(request, form, save, "students/end.html", context)


@require_POST
def invite_guardian(request: ActorRequest, student_id: UUID, guardian_id: UUID) -> HttpResponse:
    """Share with a parent what the school shares."""
    mutations.invite_guardian(actor=request.actor, student_id=student_id, guardian_id=guardian_id)
    say(request, _("The invitation is among the messages to be sent."))
    return see_other(reverse("students:guardians", args=[student_id]))


def _undo_url(request: ActorRequest, record_id: UUID) -> str:
    """Where the newest act upon a part of the case file is taken back."""
    undo = queries.newest_undo(actor=request.actor, record_id=record_id)
    return reverse("casefile:take-back", args=[undo]) if undo else ""
