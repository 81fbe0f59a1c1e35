"""Where sessions are kept: Django's own in PostgreSQL, and beside each whose it is, from where, and since when."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.db import InterfaceError, OperationalError

from accounts.models import Session


class SessionStore(DatabaseSessionStore):
    """A session whose row names its person."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The table of sessions."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row of a session as it is now."""
        row = super().create_model_instance(data)
        if not isinstance(row, Session):
            raise TypeError(type(row).__name__)
        row.person_id = _id(data.get(SESSION_KEY))
        row.ip = data.get("ip") or None
        row.user_agent = data.get("user_agent", "")[:200]
        row.started_at, row.seen_at = _at(data.get("started_at")), _at(data.get("seen_at"))
        return row

    def save(self, must_create: bool = False) -> None:
        """Store the session. A database that is away says so: Django would say that the session had ended."""
        try:
            super().save(must_create)
        except UpdateError as error:
            if isinstance(error.__context__, OperationalError | InterfaceError):
                raise error.__context__ from None
            raise


def _id(text: object) -> UUID | None:
    try:
        return UUID(str(text)) if text else None
    except ValueError:
        return None


def _at(seconds: float | None) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
