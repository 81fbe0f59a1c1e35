"""Whom a session speaks for, asked outside a request by sockets; which sessions a person has, and how they end."""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib import import_module
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from accounts.models import ApiToken, Organization, Person, Session
from accounts.second_factor import NEEDED_BY, has_factor, must_have_factor
from core.actor import Actor
from core.models import OutboxEvent, topic

if TYPE_CHECKING:
    from django.db.models import QuerySet

# The first whose mark is found; others carry the marks of those below them.
BROWSERS = (("Edge", "Edg/"), ("Firefox", "Firefox/"), ("Chrome", "Chrome/"), ("Safari", "Safari/"))
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("ChromeOS", "CrOS"),
    ("Windows", "Windows"),
    ("macOS", "Mac OS X"),
    ("Linux", "Linux"),
)
NOWHERE = UUID(int=0)  # signing out happens in no organisation


def person_of_session(session_key: str) -> Person | None:
    """The active person whom a session speaks for, or None when it ended, grew too old or the password changed."""
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    said = store.load()
    now = time.time()
    is_idle = now - said.get("seen_at", now) > settings.SESSION_IDLE_SECONDS
    if is_idle or now - said.get("started_at", now) > settings.SESSION_COOKIE_AGE:
        return None
    try:
        person = Person.objects.filter(id=UUID(str(said.get(SESSION_KEY))), is_active=True).first()
    except ValueError:
        return None
    if person is None or not _is_sealed(said.get(HASH_SESSION_KEY, ""), person):
        return None
    return person


def lacks_factor_of_session(*, session_key: str, actor: Actor) -> bool:
    """Whether whoever has a session must set up a second factor first, as `lacks_factor` asks of a page (R2)."""
    said = import_module(settings.SESSION_ENGINE).SessionStore(session_key).load()
    if said.get("has_factor"):
        return False
    here = NEEDED_BY & set(actor.roles) and Organization.objects.filter(
        id=actor.organization_id, is_demonstration=False
    )
    return bool((here and here.exists()) or said.get("needs_factor")) and not has_factor(actor.person_id)


def _is_sealed(seal: str, person: Person) -> bool:
    """Whether a session was made with the password of now (of any secret key that still counts)."""
    known = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return any(constant_time_compare(seal, mine) for mine in known)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """One session of a person, as they see it."""

    handle: str  # names it on a page; the key itself never leaves its cookie
    ip: str
    user_agent: str
    started_at: datetime | None
    seen_at: datetime | None
    is_this: bool

    @property
    def device(self) -> str:
        """The browser and the system, in words."""
        browser = next((name for name, mark in BROWSERS if mark in self.user_agent), _("A program"))
        system = next((name for name, mark in SYSTEMS if mark in self.user_agent), "")
        return f"{browser}, {system}" if system else str(browser)


def begin_session(*, request: HttpRequest, user: Any, **_signal: Any) -> None:
    """Note of a session that begins when it did, from where, and whether its person must have a second factor."""
    now = int(time.time())
    request.session["started_at"] = request.session["seen_at"] = now
    note_place(request)
    request.session["needs_factor"] = must_have_factor(user.pk)


def note_place(request: HttpRequest) -> None:
    """Note from where a session is used."""
    request.session["ip"] = request.META.get("REMOTE_ADDR") or ""
    request.session["user_agent"] = request.headers.get("User-Agent", "")[:200]


def end_session(*, request: Any, user: Any, **_signal: Any) -> None:
    """End all sessions of who signs out (R6), then tell their sockets: whoever hears of it finds them gone."""
    request.session.flush()
    if isinstance(user, Person):
        end_sessions(person_id=user.id)


def end_with_password(*, user: Any, **_signal: Any) -> None:
    """End all that was opened with the password before: sessions, sockets and tokens (R6)."""
    ApiToken.objects.filter(person_id=user.pk, revoked_at=None).update(revoked_at=timezone.now())
    end_sessions(person_id=user.pk)


def end_other_sessions(*, request: HttpRequest, user: Any, **_signal: Any) -> None:
    """End every other session of a person whose ways of signing in changed (R6)."""
    request.session.pop("has_factor", None)
    end_sessions(person_id=user.pk, but=request.session.session_key or "")


def end_sessions(*, person_id: UUID, but: str = "") -> int:
    """End the sessions of a person, but for one when its key is given. Their sockets close within seconds."""
    ended, _by_table = Session.objects.filter(person_id=person_id).exclude(session_key=but).delete()
    tell_sockets(person_id=person_id, verb="accounts.session.ended")
    return ended


def end_with_role(*, person_id: UUID, actor_id: UUID | None) -> None:
    """End the sessions from before somebody's roles changed (R6); not one's own, by which one changes them."""
    if person_id != actor_id:
        end_sessions(person_id=person_id)


def end_one_session(*, person_id: UUID, handle: str) -> bool:
    """End one session of a person by its handle. Whether there was such a one."""
    for row in Session.objects.filter(person_id=person_id):
        if constant_time_compare(handle_of(row.session_key), handle):
            row.delete()
            tell_sockets(person_id=person_id, verb="accounts.session.ended")
            return True
    return False


def sessions_of(*, person_id: UUID, this: str = "") -> tuple[OpenSession, ...]:
    """The open sessions of a person, this one first, then the last used."""
    return sessions_of_people(person_ids=[person_id], this=this).get(person_id, ())


def sessions_of_people(*, person_ids: Iterable[UUID], this: str = "") -> dict[UUID, tuple[OpenSession, ...]]:
    """The open sessions of each of these people who has any, as `sessions_of`. One statement."""
    found: dict[UUID, list[OpenSession]] = {}
    for row in sessions_in_use().filter(person_id__in=list(person_ids)).order_by("-seen_at"):
        shown = OpenSession(
            handle=handle_of(row.session_key),
            ip=row.ip or "",
            user_agent=row.user_agent,
            started_at=row.started_at,
            seen_at=row.seen_at,
            is_this=constant_time_compare(row.session_key, this),
        )
        found.setdefault(cast("UUID", row.person_id), []).append(shown)
    return {
        person_id: tuple(sorted(theirs, key=lambda session: not session.is_this))
        for person_id, theirs in found.items()
    }


def sessions_in_use() -> "QuerySet[Session]":
    """Somebody's sessions that have not ended and were not left alone for too long."""
    now = timezone.now()
    lately = Q(seen_at=None) | Q(seen_at__gte=now - timedelta(seconds=settings.SESSION_IDLE_SECONDS))
    return Session.objects.filter(lately, expire_date__gt=now, person_id__isnull=False)


def handle_of(session_key: str) -> str:
    """What names a session on a page."""
    return hashlib.sha256(f"session:{session_key}".encode()).hexdigest()[:20]


def tell_sockets(*, person_id: UUID, verb: str) -> None:
    """Have every open socket of a person look again at what it may see."""
    OutboxEvent.objects.create(
        organization_id=NOWHERE, verb=verb, record_id=person_id, topics=[topic("person", person_id)]
    )


def sweep_sessions() -> int:
    """Forget the sessions that have ended by themselves. Returns how many there were."""
    ended, _by_table = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    return ended
