"""Pages of a decision on a goal: made with its reason, taken back while that is harmless."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Conflict, Invalid, NotAllowed, NotFound, SpedError
from core.http import ActorRequest, form_errors, opens_record, page, say, see_other
from core.registry import lent
from progress import mutations, queries
from progress.decision_forms import DecisionForm

SAID = {
    "continue": _("Decided: keep going."),
    "change": _("Decided: the instruction changes. The chart has its line."),
    "raise": _("The proposal is an amendment of the IEP now. The signed goal stays until it is agreed to."),
    "lower": _("The proposal is an amendment of the IEP now. The signed goal stays until it is agreed to."),
}


@require_http_methods(["GET", "POST"])
@opens_record
def decide(request: ActorRequest, student_id: UUID, goal_id: UUID) -> HttpResponse:
    """The verdict, and what the team makes of it."""
    today = request.actor.today
    found = queries.goal_progress(actor=request.actor, goal_id=goal_id, today=today)
    if found.student_id != student_id:
        raise NotFound
    panel = queries.decision_panel(actor=request.actor, page=found, today=today)
    if not panel.may_decide:
        raise NotAllowed
    first = {"choice": panel.suggested_choice, "phase_starts_on": today}
    form = DecisionForm(request.POST or None, initial=first)
    status = 200
    if request.method == "POST":
        status = Invalid.status
        if form.is_valid():
            try:
                return _decided(request, found, form)
            except SpedError as error:
                if not isinstance(error, Invalid | Conflict):
                    raise
                status = error.status
                form_errors(form, error)
    frame = lent("casefile.student_frame")(request, student_id=student_id, tab="goals")
    context = {**frame, "goal": found, "panel": panel, "form": form}
    return page(request, "progress/decide.html", context, status=status)


@require_POST
def take_back_decision(request: ActorRequest, decision_id: UUID) -> HttpResponse:
    """Take back one's own decision of today."""
    gone = mutations.take_back_decision(
        actor=request.actor, decision_id=decision_id, today=request.actor.today
    )
    say(request, _("The decision was taken back."))
    return see_other(_goal_url(gone.student_id, gone.goal_id))


def _decided(request: ActorRequest, found: queries.GoalProgress, form: DecisionForm) -> HttpResponse:
    values = dict(form.cleaned_data)
    is_change = values["choice"] == "change"
    if not is_change:
        values |= {"phase_label": "", "phase_detail": "", "phase_starts_on": None}
    if values["choice"] not in {"raise", "lower"}:
        values |= {"target": None, "target_on": None}
    made = mutations.decide(actor=request.actor, goal_id=found.goal_id, today=request.actor.today, **values)
    undo = "" if made.amendment_id else reverse("progress:take-back-decision", args=[made.id])
    say(request, SAID[made.choice], undo_url=undo)
    if made.amendment_id:
        return see_other(reverse("ieps:iep", args=[made.amendment_id]))
    return see_other(_goal_url(found.student_id, found.goal_id))


def _goal_url(student_id: UUID, goal_id: UUID) -> str:
    return f"{reverse('casefile:goals', args=[student_id])}?goal={goal_id}"
