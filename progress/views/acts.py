"""Pages on which somebody acts on a goal: marks a change, leaves a score out, closes or opens the goal."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from core.errors import Invalid, NotFound, SpedError
from core.http import ActorRequest, form_errors, opens_record, page, say, see_other
from progress import mutations, queries
from progress.forms import ChangeForm, ExcludeForm, PhaseForm, StateForm
from progress.queries import RecordContext


@require_http_methods(["GET", "POST"])
@opens_record
def change(request: ActorRequest, student_id: UUID, goal_id: UUID) -> HttpResponse:
    """Mark a change of instruction: a phase begins."""
    found = queries.goal_act(actor=request.actor, goal_id=goal_id)
    _check(found.goal, student_id)
    today = request.actor.today
    form = ChangeForm(request.POST or None, initial={"starts_on": today})
    words = (_("Mark a change of instruction"), _("Mark the change"), _("The change is marked."))
    return _act(
        request,
        found.goal,
        form,
        words,
        lambda values: mutations.start_phase(actor=request.actor, goal_id=goal_id, today=today, **values),
    )


@require_http_methods(["GET", "POST"])
@opens_record
def phase(request: ActorRequest, student_id: UUID, phase_id: UUID) -> HttpResponse:
    """Say otherwise what is tried, or when it ended."""
    found = queries.phase_act(actor=request.actor, phase_id=phase_id)
    _check(found.goal, student_id)
    shown = {"label": found.label, "detail": found.detail, "ends_on": found.ends_on}
    form = PhaseForm(request.POST or None, initial=shown)
    words = (_("What we tried"), _("Save"), _("Saved."))

    def save(values: dict[str, Any]) -> None:
        mutations.rename_phase(
            actor=request.actor, phase_id=phase_id, label=values["label"], detail=values["detail"]
        )
        if values["ends_on"]:
            mutations.end_phase(
                actor=request.actor,
                phase_id=phase_id,
                ends_on=values["ends_on"],
                today=request.actor.today,
            )

    return _act(request, found.goal, form, words, save)


@require_http_methods(["GET", "POST"])
@opens_record
def exclude(request: ActorRequest, student_id: UUID, point_id: UUID) -> HttpResponse:
    """Leave a score out with a reason, or count it again."""
    found = queries.point_act(actor=request.actor, point_id=point_id)
    _check(found.goal, student_id)
    if found.is_excluded:
        words = (_("Count this score again"), _("Count it again"), _("The score counts again."))
        return _act(
            request,
            found.goal,
            forms.Form(request.POST if request.method == "POST" else None),
            words,
            lambda _values: mutations.include_point(actor=request.actor, point_id=point_id),
            lead=found.reason,
        )
    words = (_("Leave this score out"), _("Leave it out"), _("The score is left out."))
    return _act(
        request,
        found.goal,
        ExcludeForm(request.POST or None),
        words,
        lambda values: mutations.exclude_point(actor=request.actor, point_id=point_id, **values),
        lead=_("It stays on the chart, hollow, and no rule or line counts it."),
    )


@require_http_methods(["GET", "POST"])
@opens_record
def state(request: ActorRequest, student_id: UUID, goal_id: UUID) -> HttpResponse:
    """Say that a goal is met, or kept up with probes, or worked on again."""
    found = queries.goal_act(actor=request.actor, goal_id=goal_id)
    _check(found.goal, student_id)
    form = StateForm(request.POST or None, initial={"state": found.state})
    words = (_("Close or reopen the goal"), _("Save"), _("Saved."))

    def save(values: dict[str, Any]) -> None:
        act = {
            "met": mutations.close_goal,
            "maintenance": mutations.move_to_maintenance,
            "open": mutations.reopen_goal,
        }[values["state"]]
        act(actor=request.actor, goal_id=goal_id, reason=values["reason"], today=request.actor.today)

    return _act(request, found.goal, form, words, save)


def _check(goal: RecordContext, student_id: UUID) -> None:
    if goal.student_id != student_id:
        raise NotFound


def _act(  # noqa: PLR0917  # the parts of one page
    request: ActorRequest,
    goal: RecordContext,
    form: forms.Form,
    words: tuple[str, str, str],
    save: Callable[[dict[str, Any]], object],
    lead: str = "",
) -> HttpResponse:
    """One form, one act; a refusal shows the form again, with what was typed."""
    title, button, said = words
    if request.method == "POST" and form.is_valid():
        try:
            save(form.cleaned_data)
        except SpedError as error:
            form_errors(form, error)
        else:
            say(request, said)
            return see_other(reverse("progress:goal", args=[goal.student_id, goal.goal_id]))
    status = Invalid.status if request.method == "POST" else 200
    shown = {"goal": goal, "form": form, "title": title, "button": button, "lead": lead}
    return page(request, "progress/act.html", shown, status=status)
