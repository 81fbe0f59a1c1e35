"""The variable `shell` of every page: who is signed in, where, and the doors that are open to them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.features import is_on
from accounts.rights import Group, relations_that_see
from casefile.queries import Standing, is_pinned, pins, standing, student_head
from casefile.rules import may_record_anything
from core.actor import Actor, Hat
from core.http import ActorRequest
from notifications.queries import unread_count
from progress.templatetags.progress import status_words

T = TypeVar("T")
PRODUCT = "Throughline"
LINKS: tuple[tuple[str, str, str | Promise, str], ...] = (
    ("day", "sun", _("My day"), "casefile:day"),
    ("caseload", "users-round", _("Caseload"), "casefile:caseload"),
    ("ieps", "file-pen-line", _("IEPs"), "ieps:list"),
    ("capture", "clipboard-pen-line", _("Capture"), "casefile:capture"),
    ("progress", "chart-line", _("Goals"), "progress:overview"),
    ("reports", "clipboard-check", _("Reports"), "progress:owed"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One door in the navigation."""

    id: str
    icon: str
    label: str | Promise
    url: str
    count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PinLink:
    """A student at hand, with the status of the goal that speaks for them."""

    id: str
    url: str
    name: str
    status: str
    status_label: str | Promise


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """Another district, or another hat."""

    url: str
    name: str = ""
    label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What surrounds a page. `docs/ui.md` says what each field does."""

    product: str = PRODUCT
    person_name: str = ""
    person_id: str = ""
    organization_name: str = ""
    organization_slug: str = ""
    school_name: str = ""
    hat_label: str = ""
    theme: str = ""
    font: str = ""
    language: str = ""
    has_single_keys: bool = True
    nav: tuple[Link, ...] = ()
    district_nav: tuple[Link, ...] = ()
    pinned: tuple["PinLink", ...] = ()
    palette_url: str = ""
    unread: int = 0
    outbox_url: str = ""
    search_url: str = ""
    home_url: str = "/"
    settings_url: str = ""
    preferences_url: str = ""
    can_switch: tuple[Elsewhere, ...] = field(default=())
    hats: tuple[Elsewhere, ...] = field(default=())


def shell(request: HttpRequest) -> dict[str, Any]:
    """The surroundings of a page, read only when a template asks for them."""
    return {"shell": SimpleLazyObject(asked_once(lambda: _shell(request)))}


def asked_once(read: Callable[[], T]) -> Callable[[], T]:
    """What failed fails again at once: `{% if %}` swallows what is raised in it, and each would wait as long (F5)."""
    failures: list[Exception] = []

    def ask() -> T:
        if failures:
            raise failures[0]
        try:
            return read()
        except Exception as error:
            failures.append(error)
            raise

    return ask


def student_frame(request: ActorRequest, *, student_id: UUID, tab: str) -> dict[str, Any]:
    """What a student's page stands in: `frame` to extend, with the head and the tabs that this reader may open.

    A live region that asks for itself gets the page without the shell. Raises NotFound.
    """
    return {
        "frame": "casefile/_student_page.html",
        "base": "casefile/_bare.html" if request.headers.get("X-Live") else "shell.html",
        "active": "caseload",
        "tab": tab,
        "head": student_head(actor=request.actor, student_id=student_id, today=request.actor.today),
        "is_pinned": is_pinned(actor=request.actor, student_id=student_id),
    }


def _shell(request: HttpRequest) -> Shell:
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return Shell()
    own = {
        "person_name": person.name,
        "person_id": str(person.pk),
        "theme": person.theme,
        "font": person.font,
        "language": person.language,
        "has_single_keys": person.has_single_keys,
    }
    actor = getattr(request, "actor", None)
    organization = getattr(request, "organization", None)
    if not isinstance(actor, Actor) or organization is None:
        return Shell(**own)
    here = standing(actor=actor, slug=organization.slug)
    return Shell(
        **own,
        organization_name=organization.name,
        organization_slug=organization.slug,
        school_name=_where(here),
        hat_label=", ".join(here.role_labels),
        nav=_nav(actor),
        district_nav=_district_nav(here),
        pinned=_pinned(actor),
        palette_url=reverse("casefile:palette") if _has_palette(actor) else "",
        unread=unread_count(actor=actor),
        outbox_url=reverse("notifications:mine"),
        search_url=reverse("casefile:search"),
        home_url=reverse("casefile:day"),
        settings_url=reverse("accounts:preferences"),
        preferences_url=reverse("accounts:preferences"),
        can_switch=tuple(
            Elsewhere(url=f"/d/{other.slug}/", name=other.name) for other in here.other_districts
        ),
        hats=_hats(actor, here, organization.slug),
    )


def _has_palette(actor: Actor) -> bool:
    """Whether the one box for pages, students and acts is offered."""
    return is_on(actor, "command_palette")


def _where(here: Standing) -> str:
    """One school by name; several, or the district, by the district's name (the template's own fallback)."""
    return here.school_names[0] if len(here.school_names) == 1 else ""


def _pinned(actor: Actor) -> tuple[PinLink, ...]:
    if actor.hat is Hat.FAMILY:
        return ()
    return tuple(
        PinLink(
            id=str(pin.id),
            url=reverse("casefile:student", args=[pin.id]),
            name=pin.name,
            status=pin.card.tone if pin.card else "none",
            status_label=status_words(pin.card.status) if pin.card else "",
        )
        for pin in pins(actor=actor, today=actor.today)
    )


def _nav(actor: Actor) -> tuple[Link, ...]:
    if actor.hat is Hat.FAMILY:
        return (Link(id="day", icon="house", label=gettext("My children"), url=reverse("casefile:day")),)
    has_ieps = bool(relations_that_see(actor.roles, Group.IEP))
    records = may_record_anything(actor)
    return tuple(
        Link(id=name, icon=icon, label=label, url=reverse(view))
        for name, icon, label, view in LINKS
        if {"ieps": has_ieps, "progress": has_ieps, "reports": has_ieps, "capture": records}.get(name, True)
    )


def _district_nav(here: Standing) -> tuple[Link, ...]:
    doors = (
        (here.may_import, "roster", "file-down", gettext("Roster"), "integrations:imports"),
        (here.may_keep_people, "people", "id-card", gettext("People"), "accounts:people"),
        (here.may_keep_people, "schools", "school", gettext("Schools"), "accounts:schools"),
        (here.may_keep_calendar, "calendars", "calendar-days", gettext("Calendar"), "accounts:calendars"),
        (here.may_keep_people, "district", "settings-2", gettext("District"), "accounts:district"),
        (here.may_read_audit, "audit", "shield-check", gettext("Audit"), "audit:entries"),
        (here.may_keep_people, "fields", "clipboard-list", gettext("Fields"), "students:custom-fields"),
        (here.may_read_outbox, "outbox", "mail", gettext("Messages"), "notifications:outbox"),
    )
    return tuple(
        Link(id=name, icon=icon, label=label, url=reverse(view))
        for may, name, icon, label, view in doors
        if may
    )


def _hats(actor: Actor, here: Standing, slug: str) -> tuple[Elsewhere, ...]:
    if not (here.has_staff_hat and here.has_family_hat):
        return ()
    if actor.hat is Hat.FAMILY:
        return (Elsewhere(url=f"/d/{slug}/", label=gettext("At work")),)
    return (Elsewhere(url=f"/d/{slug}/family/", label=gettext("As a parent")),)
