"""What the command palette offers: where to go and what to do, of what the reader may."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.rights import DistrictAction, may_in_district
from casefile.context import shell
from casefile.queries import Found
from casefile.quick import Understood
from core.actor import Actor, Hat
from core.http import ActorRequest
from progress.templatetags.progress import score
from students.models import words_in
from students.rules import may_add_students, may_hand_over


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One line of the palette. `act` names what a script does when it is no address."""

    icon: str
    label: str | Promise
    url: str = ""
    act: str = ""
    note: str = ""
    fields: str = ""
    """What is posted to `url`, as JSON: a choice that does something instead of leading somewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Lines under a heading."""

    label: str | Promise
    options: tuple[Option, ...]


def options(
    *, request: ActorRequest, typed: str, students: Iterable[Found], readings: Iterable[Understood] = ()
) -> tuple[Options, ...]:
    """The lines that what was typed leaves: a score that it may be, then students, pages and acts."""
    around = shell(request)["shell"]
    found = tuple(
        Option(
            icon="user-round", label=one.name, note=one.note, url=reverse("casefile:student", args=[one.id])
        )
        for one in students
    )
    if not typed.strip() and request.actor.hat is not Hat.FAMILY:
        found = tuple(Option(icon="pin", label=pin.name, url=pin.url) for pin in around.pinned)
    pages = tuple(
        Option(icon=link.icon, label=link.label, url=link.url)
        for link in (*around.nav, *around.district_nav)
        if _fits(str(link.label), typed)
    )
    acts = tuple(one for one in _acts(request.actor) if _fits(str(one.label), typed))
    scores = tuple(_score(one, request) for one in readings)
    groups = ((_("Add a score"), scores), (_("Students"), found), (_("Go to"), pages), (_("Do"), acts))
    return tuple(Options(label=label, options=lines) for label, lines in groups if lines)


def _score(one: Understood, request: ActorRequest) -> Option:
    """A score to add, said as it was understood."""
    about = one.candidate
    number = score(one.value, "percent" if about.is_percent else about.scale)
    fields = {
        "goal_id": str(about.goal_id),
        "value": one.number,
        "client_id": str(one.client_id),
        "next": urlsplit(request.headers.get("Referer", "")).path,
    }
    return Option(
        icon="plus",
        label=f"{about.student}, {about.goal}: {number}",
        note="" if about.is_percent else about.unit,
        url=reverse("casefile:quick-save"),
        fields=json.dumps(fields),
    )


def _acts(actor: Actor) -> tuple[Option, ...]:
    is_staff = actor.hat is not Hat.FAMILY
    doors = (
        (is_staff and may_add_students(actor), "user-plus", _("Add student"), "students:new"),
        (
            is_staff and may_hand_over(actor),
            "user-round-check",
            _("Hand over a caseload"),
            "casefile:hand-over",
        ),
        (is_staff, "bookmark", _("Views of the caseload"), "casefile:views"),
        (
            may_in_district(actor, DistrictAction.KEEP_PEOPLE),
            "mail-plus",
            _("Invite somebody"),
            "accounts:add-person",
        ),
        (
            may_in_district(actor, DistrictAction.KEEP_PEOPLE),
            "archive",
            _("Archived case files"),
            "archived",
        ),
        (True, "settings-2", _("Settings"), "accounts:preferences"),
    )
    pages = tuple(
        Option(icon=icon, label=label, url=_url(view))
        for may, icon, label, view in doors
        if may and _url(view)
    )
    return (
        *pages,
        Option(icon="sun-moon", label=_("Switch between light and dark theme"), act="theme"),
        Option(icon="keyboard", label=_("Keyboard shortcuts"), act="keys"),
    )


def _url(view: str) -> str:
    if view == "archived":
        return f"{reverse('casefile:caseload')}?standing=archived"
    return reverse(view)


def _fits(label: str, typed: str) -> bool:
    """Whether each word typed begins a word of the label; accents and capitals do not matter."""
    known = words_in(label)
    return all(any(word.startswith(part) for word in known) for part in words_in(typed))
