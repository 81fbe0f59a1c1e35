"""Whom a session speaks for, asked outside a request: by sockets, when they open and ever again."""

import time
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY
from django.utils.crypto import constant_time_compare

from accounts.models import Person
from core.models import OutboxEvent, topic

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


def _is_sealed(seal: str, person: Person) -> bool:
    """Whether a session was made with the password of now (of any secret key that still counts)."""
    known = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
    return any(constant_time_compare(seal, mine) for mine in known)


def end_session(*, request: Any, user: Any, **_signal: Any) -> None:
    """End a session that signs out, then tell the sockets it opened: whoever hears of it finds it gone."""
    request.session.flush()
    if isinstance(user, Person):
        tell_sockets(person_id=user.id, verb="accounts.session.ended")


def tell_sockets(*, person_id: UUID, verb: str) -> None:
    """Have every open socket of a person look again at what it may see."""
    OutboxEvent.objects.create(
        organization_id=NOWHERE, verb=verb, record_id=person_id, topics=[topic("person", person_id)]
    )
