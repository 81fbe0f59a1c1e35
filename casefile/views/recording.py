"""Who records a goal with which instructions; and the district's hierarchy of prompts."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casefile import queries
from casefile.forms import PromptsForm, TaskForm
from core.errors import NotFound
from core.http import ActorRequest, form_page, opens_record, say, see_other
from progress import mutations

either = require_http_methods(["GET", "HEAD", "POST"])


@either
@opens_record
def recording(request: ActorRequest, student_id: UUID, goal_id: UUID) -> HttpResponse:
    """GET and POST /students/…/goals/…/recording/: ask somebody of the team, or give new instructions."""
    found = queries.recording(actor=request.actor, goal_id=goal_id)
    if found.sheet.student_id != student_id:
        raise NotFound
    initial = {"starts_on": request.actor.today}
    form = TaskForm(request.POST or None, team=found.team, initial=initial)

    def save() -> str:
        mutations.assign_data_task(actor=request.actor, goal_id=goal_id, **form.cleaned_data)
        say(request, _("Saved."))
        return reverse("casefile:recording", args=[student_id, goal_id])

    return form_page(request, form, save, "casefile/recording.html", {"page": found, "goal": found.sheet})


@require_POST
def end_task(request: ActorRequest, task_id: UUID) -> HttpResponse:
    """POST /data-tasks/…/end/: nobody is asked any longer, from today on."""
    task = mutations.end_data_task(actor=request.actor, task_id=task_id, today=request.actor.today)
    say(request, _("The data task has ended."))
    return see_other(reverse("casefile:recording", args=[task.student_id, task.goal_id]))


@either
def prompts(request: ActorRequest) -> HttpResponse:
    """GET and POST /district/prompts/: the district's hierarchy of prompts, least help first."""
    levels = queries.district_prompts(actor=request.actor)
    lines = "\n".join(f"{one.name}: {one.hint}" if one.hint else one.name for one in levels)
    form = PromptsForm(request.POST or None, initial={"levels": lines})

    def save() -> str:
        known = {one.name: one.key for one in levels}
        mutations.set_prompt_levels(actor=request.actor, levels=form.rows(known))
        say(request, _("Saved."))
        return reverse("casefile:prompts")

    return form_page(request, form, save, "casefile/prompts.html", {"active": "district"})
