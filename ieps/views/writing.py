"""Writing a draft: one form for each section, one for each goal, service and accommodation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import NotFound
from core.http import ActorRequest, opens_record, page, say, see_other
from core.registry import lent
from ieps import mutations, queries
from ieps.forms import PartForm, accommodation_form, goal_form, section_form, service_form
from ieps.sections import BY_ID
from ieps.views.frame import framed, may_leave, tried

Words = str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of row is shown, written and taken out."""

    section: str
    form: Callable[[], type[PartForm]]
    columns: tuple[str, ...]
    visible: Callable[..., Any]
    add: Callable[..., Any]
    update: Callable[..., Any]
    remove: Callable[..., Any]
    add_title: Words
    edit_title: Words
    added: Words
    saved: Words
    removed: Words
    is_dated: bool = True


KINDS: Mapping[str, Kind] = {
    "goal": Kind(
        section="goals",
        form=goal_form,
        columns=mutations.GOAL_FIELDS,
        visible=lambda actor, id: queries.visible_goal(actor=actor, goal_id=id),
        add=mutations.add_goal,
        update=lambda id, **given: mutations.update_goal(goal_id=id, **given),
        remove=lambda actor, id: mutations.remove_goal(actor=actor, goal_id=id),
        add_title=gettext_lazy("Add a goal"),
        edit_title=gettext_lazy("Change the goal"),
        added=gettext_lazy("The goal was added."),
        saved=gettext_lazy("The goal was saved."),
        removed=gettext_lazy("The goal was taken out."),
    ),
    "service": Kind(
        section="services",
        form=service_form,
        columns=mutations.SERVICE_FIELDS,
        visible=lambda actor, id: queries.visible_service(actor=actor, service_id=id),
        add=mutations.add_service,
        update=lambda id, **given: mutations.update_service(service_id=id, **given),
        remove=lambda actor, id: mutations.remove_service(actor=actor, service_id=id),
        add_title=gettext_lazy("Add a service"),
        edit_title=gettext_lazy("Change the service"),
        added=gettext_lazy("The service was added."),
        saved=gettext_lazy("The service was saved."),
        removed=gettext_lazy("The service was taken out."),
    ),
    "accommodation": Kind(
        section="accommodations",
        form=accommodation_form,
        columns=mutations.ACCOMMODATION_FIELDS,
        visible=lambda actor, id: queries.visible_accommodation(actor=actor, accommodation_id=id),
        add=mutations.add_accommodation,
        update=lambda id, **given: mutations.update_accommodation(accommodation_id=id, **given),
        remove=lambda actor, id: mutations.remove_accommodation(actor=actor, accommodation_id=id),
        add_title=gettext_lazy("Add an accommodation"),
        edit_title=gettext_lazy("Change the accommodation"),
        added=gettext_lazy("The accommodation was added."),
        saved=gettext_lazy("The accommodation was saved."),
        removed=gettext_lazy("The accommodation was taken out."),
        is_dated=False,
    ),
}


@require_http_methods(["GET", "POST"])
def edit(request: ActorRequest, iep_id: UUID, section: str) -> HttpResponse:
    """GET, POST /ieps/…/edit/<section>/: the form of one section."""
    if section not in BY_ID:
        raise NotFound
    found = queries.iep_editor(actor=request.actor, iep_id=iep_id, today=request.actor.today)
    return write_section(request, found.student_id, found, section)


@opens_record
def write_section(
    request: ActorRequest, _student_id: UUID, found: queries.IepPage, section: str
) -> HttpResponse:
    """The form of one section, written down as opened."""
    if may_leave(request, found):
        return see_other(reverse("ieps:iep", args=[found.iep_id]))
    if request.POST.get("take") == "theirs":
        say(request, _("What your colleague wrote stays."))
        return see_other(_place(found.iep_id, section))
    start = queries.section_values(actor=request.actor, iep_id=found.iep_id, section=section)
    only_facts = "facts" in request.GET
    form = section_form(section, only_facts=only_facts)(
        request.POST if request.method == "POST" else None,
        initial={**start, "expected_version": found.version},
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        saved, status = tried(
            form,
            lambda: mutations.update_section(
                actor=request.actor,
                iep_id=found.iep_id,
                section=section,
                values=form.values(),
                today=request.actor.today,
                expected_version=form.expected,
                read=form.was_read,
            ),
        )
        if saved is not None:
            say(request, _("Saved."))
            return see_other(_place(found.iep_id, section))
    elif request.method == "POST":
        status = 422
    context = {"page": found, "form": form, "section": BY_ID[section], "only_facts": only_facts}
    return framed(request, "ieps/edit.html", context, status=status)


@require_http_methods(["GET", "POST"])
def add_part(request: ActorRequest, iep_id: UUID, kind: str) -> HttpResponse:
    """GET, POST /ieps/…/<kind>/add/: a new goal, service or accommodation."""
    found = queries.iep_editor(actor=request.actor, iep_id=iep_id, today=request.actor.today)
    return write_part(request, found.student_id, found, kind, None)


@require_http_methods(["GET", "POST"])
def edit_part(request: ActorRequest, part_id: UUID, kind: str) -> HttpResponse:
    """GET, POST /ieps/<kind>/…/: change a goal, service or accommodation."""
    part = KINDS[kind].visible(actor=request.actor, id=part_id)
    found = queries.iep_editor(actor=request.actor, iep_id=part.iep_id, today=request.actor.today)
    return write_part(request, found.student_id, found, kind, part)


@opens_record
def write_part(
    request: ActorRequest, student_id: UUID, found: queries.IepPage, kind: str, part: Any
) -> HttpResponse:
    """The form of one row, written down as opened."""
    what = KINDS[kind]
    if may_leave(request, found):
        return see_other(reverse("ieps:iep", args=[found.iep_id]))
    if request.POST.get("take") == "theirs":
        say(request, _("What your colleague wrote stays."))
        return see_other(_place(found.iep_id, what.section))
    form = what.form()(
        request.POST if request.method == "POST" else None,
        initial=_start(found, what, part) | (_usual(request) if kind == "goal" and part is None else {}),
        people=queries.team_choices(actor=request.actor, student_id=student_id),
    )
    status = 200
    if request.method == "POST" and form.is_valid():
        saved, status = tried(form, lambda: _save(request, found.iep_id, what, part, form))
        if saved is not None:
            say(
                request, what.saved if part else what.added, undo_url="" if part else _removal(kind, saved.id)
            )
            return see_other(_place(found.iep_id, what.section))
    elif request.method == "POST":
        status = 422
    context = {
        "page": found,
        "form": form,
        "section": BY_ID[what.section],
        "title": what.edit_title if part else what.add_title,
        "part": part,
        "kind": kind,
        "check": queries.goal_check(actor=request.actor, iep_id=found.iep_id, typed=_typed(form))
        if kind == "goal"
        else None,
        "remove_url": _removal(kind, part.id) if part else "",
    }
    return framed(request, "ieps/part.html", context, status=status)


@require_POST
def remove_part(request: ActorRequest, part_id: UUID, kind: str) -> HttpResponse:
    """POST /ieps/<kind>/…/remove/: take it out of the draft; the message offers to put it back."""
    what = KINDS[kind]
    removed = what.remove(actor=request.actor, id=part_id)
    say(request, what.removed, undo_url=reverse("ieps:restore", args=[removed.id]))
    return see_other(_place(removed.iep_id, what.section))


@require_POST
def restore(request: ActorRequest, removed_id: UUID) -> HttpResponse:
    """POST /ieps/removed/…/restore/: put back what was taken out."""
    iep = mutations.restore_part(actor=request.actor, removed_id=removed_id)
    say(request, _("It is back."))
    return see_other(reverse("ieps:iep", args=[iep.id]))


@require_POST
def check_goal(request: ActorRequest, iep_id: UUID) -> HttpResponse:
    """POST /ieps/…/goal/check/: how measurable a goal is that is being typed. Nothing is stored."""
    found = queries.goal_check(actor=request.actor, iep_id=iep_id, typed=request.POST)
    return page(request, "ieps/_goal_check.html", {"check": found})


@require_POST
def date_services(request: ActorRequest, iep_id: UUID) -> HttpResponse:
    """POST /ieps/…/services/dates/: all services begin and end with the IEP."""
    mutations.date_services(actor=request.actor, iep_id=iep_id, today=request.actor.today)
    say(request, _("The services begin and end with the IEP now."))
    return see_other(_place(iep_id, "services"))


@require_POST
def move_goal(request: ActorRequest, goal_id: UUID, direction: str) -> HttpResponse:
    """POST /ieps/goal/…/up/ or down/: another place among the goals."""
    by = -1 if direction == "up" else 1
    iep = mutations.move_goal(actor=request.actor, goal_id=goal_id, by=by)
    return see_other(reverse("ieps:edit", args=[iep.id, "goals"]))


def _start(found: queries.IepPage, what: Kind, part: Any) -> dict[str, Any]:
    """What a form shows at first: the row as it stands, or the dates of the IEP for a new one."""
    if part is not None:
        return {name: getattr(part, name) for name in what.columns} | {"expected_version": part.version}
    return {
        "starts_on": found.effective_on,
        "ends_on": found.expires_on,
        "target_on": found.expires_on,
    }


def _usual(request: ActorRequest) -> dict[str, int]:
    """The district's standard of mastery, for a new goal."""
    hits, of = lent("progress.mastery_standard")(actor=request.actor)
    return {"mastery_hits": hits, "mastery_of": of}


def _typed(form: PartForm) -> Mapping[str, Any]:
    """What stands in a form now: what was sent, or what it began with."""
    return (
        form.data
        if form.is_bound
        else {name: value for name, value in form.initial.items() if value is not None}
    )


def _save(request: ActorRequest, iep_id: UUID, what: Kind, part: Any, form: PartForm) -> Any:
    dated = {"today": request.actor.today} if what.is_dated else {}
    if part is None:
        return what.add(actor=request.actor, iep_id=iep_id, values=form.values(), **dated)
    return what.update(
        actor=request.actor,
        id=part.id,
        values=form.values(),
        expected_version=form.expected,
        read=form.was_read,
        **dated,
    )


def _removal(kind: str, part_id: UUID) -> str:
    return reverse(f"ieps:{kind}-remove", args=[part_id])


def _place(iep_id: UUID, section: str) -> str:
    return f"{reverse('ieps:iep', args=[iep_id])}#section-{section}"
