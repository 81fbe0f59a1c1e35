"""Groups of students who are recorded together, and how one goal is recorded."""

from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from casefile import mutations, queries
from casefile.forms import GroupForm, SheetForm
from core.errors import NotFound
from core.http import ActorRequest, form_page, opens_record, say, see_other

either = require_http_methods(["GET", "HEAD", "POST"])


@either
def new_group(request: ActorRequest) -> HttpResponse:
    """GET and POST /capture/groups/new/"""
    return _group(request, None)


@either
def change_group(request: ActorRequest, group_id: UUID) -> HttpResponse:
    """GET and POST /capture/groups/…/: call it something else, choose other goals."""
    return _group(request, group_id)


@require_POST
def delete_group(request: ActorRequest, group_id: UUID) -> HttpResponse:
    """POST /capture/groups/…/delete/"""
    mutations.delete_data_group(actor=request.actor, group_id=group_id)
    say(request, _("The group is deleted."), undo_url=reverse("casefile:restore-group", args=[group_id]))
    return see_other(reverse("casefile:capture"))


@require_POST
def restore_group(request: ActorRequest, group_id: UUID) -> HttpResponse:
    """POST /capture/groups/…/restore/"""
    mutations.restore_data_group(actor=request.actor, group_id=group_id)
    say(request, _("The group is back."))
    return see_other(reverse("casefile:capture"))


@either
@opens_record
def sheet(request: ActorRequest, student_id: UUID, goal_id: UUID) -> HttpResponse:
    """GET and POST /students/…/goals/…/sheet/: steps, levels, trials and seconds of one goal."""
    found = queries.sheet_page(actor=request.actor, goal_id=goal_id)
    if found.student_id != student_id:
        raise NotFound
    initial = {
        "steps": "\n".join(found.steps),
        "levels": "\n".join(found.levels),
        "trials": found.trials,
        "seconds": found.seconds,
    }
    form = SheetForm(request.POST or None, initial=initial)

    def save() -> str:
        mutations.save_data_sheet(actor=request.actor, goal_id=goal_id, **form.values())
        say(request, _("Saved."))
        return reverse("progress:goal", args=[student_id, goal_id])

    return form_page(request, form, save, "casefile/sheet.html", {"goal": found})


def _group(request: ActorRequest, group_id: UUID | None) -> HttpResponse:
    actor = request.actor
    initial = {}
    if group_id is not None:
        group = queries.data_group(actor=actor, group_id=group_id)
        lineages = queries.lineages_of(actor=actor, group_id=group_id)
        initial = {"name": group.name, "goals": [str(one) for one in lineages]}
    students = queries.goals_to_choose(actor=actor, today=actor.today)
    form = GroupForm(request.POST or None, students=students, initial=initial)

    def save() -> str:
        saved = mutations.save_data_group(
            actor=actor,
            name=form.cleaned_data["name"],
            lineage_ids=[UUID(one) for one in form.cleaned_data["goals"]],
            today=actor.today,
            group_id=group_id,
        )
        say(request, _("{name} is saved.").format(name=saved.name))
        return reverse("casefile:capture")

    context = {"group_id": group_id, "goal_groups": form.groups(), "active": "capture"}
    return form_page(request, form, save, "casefile/group.html", context)
