"""One transaction, one accountable act: no audit entry, no commit.

`audit` also stores the news of the act in the outbox, so that publication cannot be forgotten either.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from datetime import date, datetime
from decimal import Decimal
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from core.actor import Actor
from core.errors import NotAllowed, from_validation_error
from core.models import AuditEntry, OutboxEvent

P = ParamSpec("P")
R = TypeVar("R")
Record = TypeVar("Record")

VERB = re.compile(r"^[a-z]+\.[a-z_]+\.[a-z_]+$")
LONGEST_VALUE = 200  # longer text is narrative, and narrative never enters the audit

_accounted_for: ContextVar[list[str] | None] = ContextVar("accounted_for", default=None)


class UnauditedMutationError(RuntimeError):
    """A mutation ended without saying what it did. The change is rolled back."""


class Audited(Protocol):
    """What the audit needs to know of a record."""

    @property
    def pk(self) -> Any: ...

    def topics(self) -> tuple[str, ...]: ...


def mutation(fn: Callable[P, R]) -> Callable[P, R]:
    """Run a function as one transaction that must account for itself with `audit` or `unchanged`."""
    return _accountable(fn, has_savepoint=True)


def sole_mutation(fn: Callable[P, R]) -> Callable[P, R]:
    """As `mutation`, for what is all that its transaction does: when it fails, so does the transaction."""
    return _accountable(fn, has_savepoint=False)


def _accountable(fn: Callable[P, R], *, has_savepoint: bool) -> Callable[P, R]:
    @wraps(fn)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        with transaction.atomic(savepoint=has_savepoint):
            acts: list[str] = []
            token = _accounted_for.set(acts)
            try:
                result = fn(*args, **kwargs)
            except ValidationError as error:
                raise from_validation_error(error) from error
            finally:
                _accounted_for.reset(token)
            if not acts:
                raise UnauditedMutationError(fn.__qualname__)
            outer = _accounted_for.get()
            if outer is not None:
                outer.extend(acts)
        return result

    run.is_mutation = True  # type: ignore[attr-defined]  # read by tests/test_house.py
    return run


def require(actor: Actor, rule: Callable[[Actor, Record], bool], record: Record) -> None:
    """Refuse, and have the refusal logged, unless the rule says yes. Raises NotAllowed."""
    if not rule(actor, record):
        raise NotAllowed(details={"rule": rule.__name__})


def unchanged(actor: Actor) -> None:
    """Say that the mutation found nothing to change; `actor` is who asked."""
    _account("unchanged", actor)


def audit(
    actor: Actor,
    verb: str,
    record: Audited,
    *,
    topics: Iterable[str] | None = None,
    reason: str = "",
    **values: object,
) -> AuditEntry:
    """Write down what was done to a record, and leave the news of it in the outbox.

    `values` are ids, dates, numbers, choices and names of fields; never narrative text. `topics` are those of the
    record unless given. A record that belongs to a student has `student_id`; a student is its own.
    """
    entry = _entry(actor, verb, record, reason, values)
    _account(verb, actor)
    entry.save(force_insert=True)
    publish(actor, verb, record, topics=topics)
    return entry


def audit_all(
    actor: Actor,
    verb: str,
    acts: Sequence[tuple[Audited, Mapping[str, object]]],
    *,
    topics: Callable[[Any], Iterable[str]] | None = None,
) -> None:
    """Write down the same act for several records, each with its own values, and leave the news of all of them.

    Two statements, however many, when `topics` asks the database nothing. None is `unchanged`.
    """
    _account(verb if acts else "unchanged", actor)
    AuditEntry.objects.bulk_create(_entry(actor, verb, record, "", values) for record, values in acts)
    OutboxEvent.objects.bulk_create(
        _event(actor, verb, record, topics(record) if topics else record.topics()) for record, _values in acts
    )


def audit_each(actor: Actor, verb: str, records: Sequence[Audited], **values: object) -> None:
    """Write down the same act for several records at once, quietly: no open page is told. None is `unchanged`."""
    _account(verb if records else "unchanged", actor)
    AuditEntry.objects.bulk_create(_entry(actor, verb, record, "", values) for record in records)


def _entry(actor: Actor, verb: str, record: Audited, reason: str, values: Mapping[str, object]) -> AuditEntry:
    if not VERB.match(verb):
        raise ValueError(f"{verb!r} is not app.noun.past")
    return AuditEntry(
        organization_id=actor.organization_id,
        verb=verb,
        actor_kind=actor.kind.value,
        actor_person_id=actor.acting_person_id,
        actor_name=actor.name[:120],
        record_type=type(record).__name__,
        record_id=record.pk if isinstance(record.pk, UUID) else None,
        student_id=_student_id(record),
        values={name: _plain(name, value) for name, value in values.items()},
        reason=reason,
        request_id=actor.origin.request_id,
        ip=actor.origin.ip or None,
        user_agent=actor.origin.user_agent[:200],
    )


def publish(actor: Actor, verb: str, record: Audited, *, topics: Iterable[str] | None = None) -> None:
    """Leave the news of an act in the outbox; the database wakes the relay when the transaction commits."""
    _event(actor, verb, record, record.topics() if topics is None else topics).save(force_insert=True)


def publish_all(
    verb: str,
    news: Sequence[tuple[Actor, Audited]],
    *,
    topics: Callable[[Any], Iterable[str]] | None = None,
) -> None:
    """Leave the news of the same act, done to several records, in the outbox: one statement, as `audit_all`."""
    OutboxEvent.objects.bulk_create(
        _event(actor, verb, record, topics(record) if topics else record.topics()) for actor, record in news
    )


def _event(actor: Actor, verb: str, record: Audited, topics: Iterable[str]) -> OutboxEvent:
    return OutboxEvent(
        organization_id=actor.organization_id,
        verb=verb,
        record_id=record.pk if isinstance(record.pk, UUID) else None,
        topics=sorted(set(topics)),
        actor=actor.ref(),
    )


def _account(act: str, actor: Actor) -> None:
    acts = _accounted_for.get()
    if acts is None:
        raise UnauditedMutationError(f"{act} by {actor.kind} outside a mutation")
    acts.append(act)


def _student_id(record: Audited) -> UUID | None:
    if type(record).__name__ == "Student":
        return UUID(str(record.pk))
    found = getattr(record, "student_id", None)
    return found if isinstance(found, UUID) else None


def _plain(name: str, value: object) -> object:
    """A value as the audit keeps it. Raises ValueError for text long enough to be narrative."""
    if isinstance(value, str) and len(value) > LONGEST_VALUE:
        raise ValueError(f"{name} is too long for the audit: narratives are named, never copied")
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(f"{name}.{key}", item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(name, item) for item in value]
    raise TypeError(f"{name} is a {type(value).__name__}, which the audit does not keep")
