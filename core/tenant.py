"""The one place that says which organisation a transaction belongs to (row-level security, `core/rls.py`)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from uuid import UUID

from django.db import OperationalError, connection, transaction

_commits: ContextVar[list[bool] | None] = ContextVar("commits", default=None)


@contextmanager
def noting_commits(commits: list[bool]) -> Iterator[None]:
    """Inside, `commits` grows with each transaction of an organisation that is about to commit."""
    token = _commits.set(commits)
    try:
        yield
    finally:
        _commits.reset(token)


@contextmanager
def organization(organization_id: UUID | None, *, person_id: UUID | None = None) -> Iterator[None]:
    """One transaction that sees the rows of one organisation, and no others.

    `person_id` alone opens only that person's own memberships: what must be read before the organisation is known.
    The setting is transaction-local. Nested use puts the outer organisation back.
    """
    with transaction.atomic():
        is_nested = bool(connection.savepoint_ids)
        before = _current() if is_nested else ("", "")
        _set(str(organization_id or ""), str(person_id or ""))
        try:
            yield
        except Exception:
            _give_up_if_lost()
            raise
        if _give_up_if_lost():
            raise OperationalError("the connection was lost")
        if is_nested and not connection.needs_rollback:
            _set(*before)
        noted = _commits.get()
        if noted is not None and not is_nested and not connection.needs_rollback:
            noted.append(True)


def _give_up_if_lost() -> bool:
    """Let go of a connection that was lost while its transaction is open: Django would wait for a new one to end it."""
    lost = connection.connection is not None and bool(connection.connection.closed)
    if lost:
        connection.close()
    return lost


def current_organization_id() -> UUID | None:
    """The organisation of the open transaction, if any."""
    value = _current()[0]
    return UUID(value) if value else None


def _current() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('app.organization', true), current_setting('app.person', true)"
        )
        organization_id, person_id = cursor.fetchone()
    return organization_id or "", person_id or ""


def _set(organization_id: str, person_id: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select set_config('app.organization', %s, true), set_config('app.person', %s, true)",
            [organization_id, person_id],
        )
