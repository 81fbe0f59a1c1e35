"""Pages of goal attainment scaling, and of two observers of one session."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from core.errors import Invalid, NotAllowed, NotFound, SpedError
from core.http import ActorRequest, form_errors, opens_record, page, say, see_other
from core.registry import lent
from progress import mutations, queries
from progress.forms import RatingForm, ScaleForm, SecondForm
from progress.queries import RecordContext


@require_GET
@opens_record
def attainment(request: ActorRequest, student_id: UUID) -> HttpResponse:
    """Goal attainment of a student: levels, ratings, what they come to, how it went."""
    found = queries.attainment_page(actor=request.actor, student_id=student_id)
    frame = lent("casefile.student_frame")(request, student_id=student_id, tab="goals")
    return page(request, "progress/attainment.html", {**frame, "page": found})


@require_http_methods(["GET", "POST"])
@opens_record
def attainment_levels(request: ActorRequest, student_id: UUID, goal_id: UUID) -> HttpResponse:
    """Say what each level looks like for one goal."""
    found = queries.scale_act(actor=request.actor, goal_id=goal_id)
    form = ScaleForm(request.POST or None, initial={**found.levels, "weight": found.weight})

    def save(values: dict[str, Any]) -> None:
        weight = values.pop("weight")
        mutations.set_attainment_scale(actor=request.actor, goal_id=goal_id, levels=values, weight=weight)

    words = (_("Levels of goal attainment"), _("Save the levels"), _("The levels are saved."))
    lead = _("Write what you would see, so that two people would rate the same.")
    back = reverse("progress:attainment", args=[student_id])
    return _form_page(request, student_id, found.goal, form, words, save, lead=lead, back=back)


@require_http_methods(["GET", "POST"])
@opens_record
def rate_attainment(request: ActorRequest, student_id: UUID, goal_id: UUID) -> HttpResponse:
    """Say which level a goal has reached."""
    found = queries.rating_act(actor=request.actor, goal_id=goal_id)
    today = request.actor.today
    form = RatingForm(request.POST or None, words=found.words, initial={"rated_on": today})
    words = (_("Rate the goal"), _("Save the rating"), _("The rating is saved."))
    lead = "" if found.words else _("Nobody has said yet what each level looks like.")
    return _form_page(
        request,
        student_id,
        found.goal,
        form,
        words,
        lambda values: mutations.rate_attainment(actor=request.actor, goal_id=goal_id, today=today, **values),
        lead=lead,
        back=reverse("progress:attainment", args=[student_id]),
    )


@require_GET
@opens_record
def agreement(request: ActorRequest, student_id: UUID, goal_id: UUID) -> HttpResponse:
    """How far two observers of the same sessions agree."""
    found = queries.agreement_page(actor=request.actor, goal_id=goal_id)
    if found.goal.student_id != student_id:
        raise NotFound
    frame = lent("casefile.student_frame")(request, student_id=student_id, tab="goals")
    return page(request, "progress/agreement.html", {**frame, "page": found, "goal": found.goal})


@require_http_methods(["GET", "POST"])
@opens_record
def second(request: ActorRequest, student_id: UUID, point_id: UUID) -> HttpResponse:
    """Record what a second observer saw of one session, without what the first one saw."""
    found = queries.second_act(actor=request.actor, point_id=point_id)
    form = SecondForm(request.POST or None, kind=found.kind, count=found.count, unit=found.goal.unit)

    def save(_values: dict[str, Any]) -> None:
        seen = form.seen(found.seconds)
        mutations.record_second_observation(
            actor=request.actor, point_id=point_id, method=found.method, **seen
        )

    words = (_("Second observer"), _("Save what you saw"), _("Saved. See how far the two of you agree."))
    return _form_page(
        request,
        student_id,
        found.goal,
        form,
        words,
        save,
        back=reverse("progress:agreement", args=[student_id, found.goal.goal_id]),
        session=found,
    )


def _form_page(  # noqa: PLR0917  # the parts of one page
    request: ActorRequest,
    student_id: UUID,
    goal: RecordContext,
    form: forms.Form,
    words: tuple[str, str, str],
    save: Callable[[dict[str, Any]], object],
    *,
    back: str,
    lead: str = "",
    session: queries.SecondAct | None = None,
) -> HttpResponse:
    """One form, one act; a refusal shows the form again, with what was typed."""
    if goal.student_id != student_id:
        raise NotFound
    title, button, said = words
    is_sent = request.method == "POST"
    # A form of boxes alone may be sent with none of them ticked.
    if is_sent and session is not None and session.kind:
        form.data, form.is_bound = request.POST, True
    if is_sent and form.is_valid():
        try:
            save(dict(form.cleaned_data))
        except (NotAllowed, NotFound):
            raise
        except SpedError as error:
            form_errors(form, error)
        else:
            say(request, said)
            return see_other(back)
    context = {
        "goal": goal,
        "form": form,
        "title": title,
        "button": button,
        "lead": lead,
        "back": back,
        "session": session,
    }
    return page(request, "progress/measure_act.html", context, status=Invalid.status if is_sent else 200)
