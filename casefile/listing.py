"""What stands around a list of students: its views, filters, sortable heads and neighbours, all as addresses."""

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from casefile.acts import offered_acts
from casefile.forms import COLUMNS, DUE_DAYS, ListForm
from casefile.queries import Caseload, ViewRow, day_kind, saved_views
from casefile.rules import may_export_lists
from core.http import ActorRequest
from progress.arithmetic import Status
from progress.templatetags.progress import status_words
from students.models import Grade, Student
from students.rules import may_hand_over
from students.steps import MOST_AT_ONCE

Words = str | Promise
KEPT = ("sort", "order", "search", *(f"no_{column}" for column in COLUMNS))


def list_page(request: ActorRequest, found: Caseload) -> dict[str, Any]:
    """Everything about a list that is an address or a choice."""
    here = reverse("casefile:caseload")
    address = _Address(here, request.GET)
    chosen = found.filters
    is_narrowed = any(
        (chosen.grade, chosen.school, chosen.status, chosen.eligibility, chosen.tag, chosen.words)
    ) or (chosen.due_days is not None or chosen.standing != "enrolled")
    saved = saved_views(actor=request.actor)
    words = ListForm(request.GET).words()
    named = next((view for view in saved if dict(view.words) == words), None)
    has_default = any(view.is_default for view in saved)
    everybody = f"{here}?view=all" if has_default else here
    return {
        "controls": list_controls(found),
        "heads": list_heads(found, address),
        "views": [*list_views(found, here, everybody), *saved_tabs(saved, here)],
        "view": f"view-{named.id}" if named else _view(found),
        "has_saved": bool(saved),
        "save_url": "" if named or not words else f"{reverse('casefile:new-view')}?{urlencode(words)}",
        "words": words,
        "acts": offered_acts(actor=request.actor, filters=found.filters),
        "may_export": may_export_lists(request.actor),
        "may_hand_over": may_hand_over(request.actor),
        "most_at_once": MOST_AT_ONCE,
        "everybody": everybody,
        "columns": list_columns(found),
        "kept": {name: request.GET[name] for name in KEPT if name in request.GET},
        "reset_url": everybody if is_narrowed else "",
        "is_narrowed": is_narrowed,
        "may_add": found.may_add,
        "is_office": day_kind(actor=request.actor) == "district",
        "previous_url": address.to(before=str(found.previous), after="") if found.previous else "",
        "next_url": address.to(after=str(found.next), before="") if found.next else "",
    }


class _Address:
    """The address of this list with some of its words changed."""

    def __init__(self, path: str, given: QueryDict) -> None:
        self.path, self.given = path, given

    def to(self, **changes: str) -> str:
        words = self.given.copy()
        for name, value in changes.items():
            words.pop(name, None)
            if value:
                words[name] = value
        return f"{self.path}?{words.urlencode()}" if words else self.path


def saved_tabs(saved: Iterable[ViewRow], here: str) -> list[dict[str, Any]]:
    """The views that people named, as tabs."""
    return [
        {"id": f"view-{view.id}", "label": view.name, "url": f"{here}?{urlencode(view.words) or 'view=all'}"}
        for view in saved
    ]


def list_columns(found: Caseload) -> list[dict[str, Any]]:
    """The columns that a reader may leave out."""
    columns: list[tuple[bool, str, Words]] = [
        (found.sees_progress, "goals", _("Goals")),
        (found.sees_progress, "spark", _("Main goal, last scores")),
        (found.sees_dates, "due", _("Next deadline")),
        (found.sees_progress, "status", _("Status")),
        (True, "changed", _("File changed")),
    ]
    return [
        {"name": f"no_{name}", "label": label, "is_hidden": name in found.filters.hidden}
        for may, name, label in columns
        if may
    ]


def list_views(found: Caseload, here: str, everybody: str) -> list[dict[str, Any]]:
    """The narrowings that people use every day, as tabs."""
    views: list[tuple[bool, str, Words, str]] = [
        (True, "all", _("All students"), everybody),
        (found.sees_dates, "due", _("Due in 30 days"), f"{here}?due=30"),
        (
            found.sees_progress,
            "decide",
            _("Needs a decision"),
            f"{here}?status={Status.DECIDE.value}&sort=name",
        ),
        (
            found.sees_progress,
            "none",
            _("No data in 3 weeks"),
            f"{here}?status={Status.NO_DATA.value}&sort=name",
        ),
    ]
    return [{"id": name, "label": label, "url": url} for may, name, label, url in views if may]


def _view(found: Caseload) -> str:
    chosen = found.filters
    if (
        chosen.words
        or chosen.grade
        or chosen.school
        or chosen.eligibility
        or chosen.tag
        or chosen.standing != "enrolled"
    ):
        return ""
    views = {
        ("", None): "all",
        ("", 30): "due",
        (Status.DECIDE.value, None): "decide",
        (Status.NO_DATA.value, None): "none",
    }
    return views.get((chosen.status, chosen.due_days), "")


def list_heads(found: Caseload, address: _Address) -> list[dict[str, Any]]:
    """The columns that this reader sees, in order."""
    hidden = found.filters.hidden
    columns: list[tuple[bool, str, Words, str]] = [
        (True, "name", _("Student"), ""),
        (found.sees_progress and "goals" not in hidden, "", _("Goals"), ""),
        (
            found.sees_progress and "spark" not in hidden,
            "",
            _("Main goal, last scores"),
            "max-[899px]:hidden",
        ),
        (found.sees_dates and "due" not in hidden, "due", _("Next deadline"), ""),
        (found.sees_progress and "status" not in hidden, "", _("Status"), "max-[699px]:hidden"),
        (
            "changed" not in hidden,
            "changed",
            _("Archived") if found.filters.standing == "archived" else _("File changed"),
            "max-[1023px]:hidden",
        ),
    ]
    return [_head(found, address, sort, label, css) for may, sort, label, css in columns if may]


def _head(found: Caseload, address: _Address, sort: str, label: Words, css: str) -> dict[str, Any]:
    if not sort:
        return {"label": label, "css": css}
    chosen = found.filters
    is_current = chosen.sort == sort
    turns = is_current and not chosen.is_reversed
    url = address.to(sort=sort, order="reverse" if turns else "", after="", before="")
    rises = (sort != "changed") is not chosen.is_reversed
    return {
        "label": label,
        "css": css,
        "url": url,
        "direction": ("asc" if rises else "desc") if is_current else "",
    }


def list_controls(found: Caseload) -> list[dict[str, Any]]:
    """The filters of a list as its bar shows them; those on fields that the reader's roles never see are absent."""
    chosen = found.filters
    controls = [
        _control(
            "grade", _("Grade"), chosen.grade, [*_choices(Grade.choices[:-1]), ("unknown", _("not known"))]
        )
    ]
    if found.has_many_schools:
        controls.append(_control("school", _("School"), str(chosen.school or ""), found.schools))
    if found.sees_progress:
        states = [(status.value, status_words(status)) for status in Status]
        controls.append(_control("status", _("Goals"), chosen.status, states))
    if found.sees_dates:
        due = [("0", _("today or past"))] + [
            (str(days), gettext("in {n} days").format(n=days)) for days in DUE_DAYS if days
        ]
        days = "" if chosen.due_days is None else str(chosen.due_days)
        controls.append(_control("due", _("Due"), days, due))
        controls.append(
            _control(
                "eligibility", _("Eligibility"), chosen.eligibility, _choices(Student.Eligibility.choices)
            )
        )
    if found.tags:
        controls.append(_control("tag", _("Tag"), chosen.tag, [(tag, tag) for tag in found.tags]))
    standings = [("left", _("not enrolled"))]
    if found.sees_archived:
        standings += [("archived", _("archived")), ("unmanaged", _("without case manager"))]
    standing = "" if chosen.standing == "enrolled" else chosen.standing
    controls.append(_control("standing", _("Students"), standing, standings, empty=_("enrolled")))
    return controls


def _control(
    name: str, label: Words, value: str, choices: Iterable[tuple[str, Words]], *, empty: Words = _("any")
) -> dict[str, Any]:
    options = [{"value": "", "label": empty}, *({"value": key, "label": words} for key, words in choices)]
    return {"name": name, "label": label, "value": value, "options": options}


def _choices(choices: Iterable[tuple[Any, Any]]) -> list[tuple[str, Words]]:
    return [(str(value), label) for value, label in choices]
