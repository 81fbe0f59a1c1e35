"""Acts upon many students in words and forms: what each asks for, what it did, why a student was left alone."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.rights import Role
from casefile.forms import AssignForm, LabelForm, ReasonForm, SubstituteForm
from casefile.queries import Done, Filters, Selection
from core.actor import Actor
from students import mutations
from students.mutations import Many
from students.rules import may_hand_over

HEADINGS = {
    "assign": _("Assign a case manager"),
    "substitute": _("Name a substitute"),
    "add_tag": _("Add a tag"),
    "remove_tag": _("Remove a tag"),
    "archive": _("Archive case files"),
    "restore": _("Restore case files"),
}
BUTTONS = {
    "assign": _("Assign"),
    "substitute": _("Name the substitute"),
    "add_tag": _("Add the tag"),
    "remove_tag": _("Remove the tag"),
    "archive": _("Archive"),
    "restore": _("Restore"),
}
WHYS = {
    "not_allowed": _("you may not change this for them"),
    "archived": _("the case file is archived"),
    "not_found": _("not shared with you"),
    "no_case_manager": _("nobody is their case manager on that day"),
    "same_person": _("this person is their case manager already"),
    "left": _("changed again since"),
}
MUTATIONS: dict[str, Callable[..., Any]] = {
    "assign": mutations.assign_case_manager,
    "substitute": mutations.name_substitute,
    "add_tag": mutations.tag_students,
    "remove_tag": mutations.untag_students,
    "archive": mutations.archive_students,
    "restore": mutations.restore_students,
}


def offered_acts(*, actor: Actor, filters: Filters) -> list[dict[str, Any]]:
    """What the reader may do with the students of a list; whose, each student says."""
    if filters.standing == "archived":
        names = ["restore"] if Role.ADMINISTRATOR in actor.roles else []
    else:
        names = ["assign", "substitute", "add_tag", "remove_tag"] if may_hand_over(actor) else []
        names += ["archive"] if Role.ADMINISTRATOR in actor.roles else []
    return [{"name": name, "label": HEADINGS[name], "icon": ICONS[name]} for name in names]


ICONS = {
    "assign": "user-round-check",
    "substitute": "user-round-cog",
    "add_tag": "tag",
    "remove_tag": "tag",
    "archive": "archive",
    "restore": "archive-restore",
}


def act_form(found: Selection, data: Any = None, initial: Any = None) -> forms.Form:
    """What an act asks for."""
    if found.act == "assign":
        return AssignForm(data, managers=found.managers, initial=initial)
    if found.act == "substitute":
        return SubstituteForm(data, managers=found.managers, initial=initial)
    if found.act in {"add_tag", "remove_tag"}:
        return LabelForm(data, initial=initial)
    return ReasonForm(data) if found.act == "archive" else forms.Form(data)


def do(*, actor: Actor, act: str, ids: tuple[UUID, ...], given: dict[str, Any]) -> Any:
    """Do an act with what its form understood. Raises as the mutations do."""
    wanted = dict(given)
    if "person" in wanted:
        wanted["person_id"] = UUID(wanted.pop("person"))
    return MUTATIONS[act](actor=actor, many=Many(ids=ids), **wanted)


def preview_words(found: Selection) -> str:
    """What is about to happen, in a sentence."""
    said = ngettext("{n} student.", "{n} students.", found.total).format(n=found.total)
    may = len(found.names)
    if not found.refused:
        return gettext("{students} All can be changed.").format(students=said)
    left = len(found.refused)
    both = ngettext("{n} can be changed", "{n} can be changed", may).format(n=may)
    not_these = ngettext("{n} you may not change.", "{n} you may not change.", left).format(n=left)
    return f"{said} {both}, {not_these}"


def result_words(done: Done) -> str:
    """What became of an act, in a sentence."""
    if done.is_taken_back:
        n = done.back
        return ngettext("Taken back for {n} student.", "Taken back for {n} students.", n).format(n=n)
    told = {"n": done.done, "name": done.receiver, "tag": done.label}
    said = _result(done).format(**told)
    if done.unchanged:
        same = ngettext("{n} was like that already.", "{n} were like that already.", done.unchanged)
        said += " " + same.format(n=done.unchanged)
    if done.refused:
        left = len(done.refused)
        said += " " + ngettext("{n} was left alone.", "{n} were left alone.", left).format(n=left)
    return said


def _result(done: Done) -> str:
    n = done.done
    said = {
        "assign": ngettext("{n} student assigned to {name}.", "{n} students assigned to {name}.", n),
        "substitute": ngettext("{name} stands in for {n} student.", "{name} stands in for {n} students.", n),
        "add_tag": ngettext("{n} student tagged “{tag}”.", "{n} students tagged “{tag}”.", n),
        "remove_tag": ngettext("“{tag}” taken off {n} student.", "“{tag}” taken off {n} students.", n),
        "archive": ngettext("{n} case file archived.", "{n} case files archived.", n),
        "restore": ngettext("{n} case file restored.", "{n} case files restored.", n),
        "end_team": gettext("The team has changed."),
    }
    return said.get(done.act, gettext("Saved."))
