"""What the open texts ask of PostgreSQL, each errand one transaction in a thread of its own."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, connection

from coediting import log, mutations
from coediting.delta import Manuscript
from coediting.desk import Batch, Desk, Entry, Whole
from coediting.models import Text
from coediting.rules import closing
from core.actor import Actor, system_actor
from core.errors import NotFound
from core.tenant import organization as within


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What the log says of a text since a process looked last."""

    entries: list[Entry]
    manuscript: Manuscript
    is_locked: bool
    closing: Mapping[str, Any]
    known: dict[str, tuple[int, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What a process has of a text: the version up to which, its length then, and the ids of what is in flight."""

    head: int
    length: int
    change_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Which texts were written, and which of the others PostgreSQL can never write as they are."""

    moved: frozenset[UUID]
    impossible: frozenset[UUID] = frozenset()


def commit(organization_id: UUID, batches: Mapping[UUID, Batch], at: datetime) -> Outcome:
    """Commit the changes of several texts of an organisation together, on a connection that the thread keeps.

    When PostgreSQL refuses what one of them holds, each is committed by itself: nobody waits for a bad neighbour.
    Raises OperationalError and InterfaceError when it is not known what was committed.
    """
    try:
        return Outcome(_commit(organization_id, batches, at))
    except OperationalError:
        raise
    except DatabaseError:
        if len(batches) == 1:
            return Outcome(frozenset(), frozenset(batches))
    outcomes = [commit(organization_id, {text_id: batch}, at) for text_id, batch in batches.items()]
    return Outcome(
        frozenset[UUID]().union(*(outcome.moved for outcome in outcomes)),
        frozenset[UUID]().union(*(outcome.impossible for outcome in outcomes)),
    )


def _commit(organization_id: UUID, batches: Mapping[UUID, Batch], at: datetime) -> frozenset[UUID]:
    connection.ensure_connection()
    try:
        # What a transaction says before and after its one statement goes along with it: one round trip, not seven.
        with connection.wrap_database_errors:
            with connection.connection.pipeline(), within(organization_id):
                moved = mutations.commit_batches(actor=_software(organization_id), batches=batches, at=at)
            return moved()
    except (DatabaseError, InterfaceError):
        connection.close()  # the thread keeps it from commit to commit, so it has to be a good one
        raise


def keep(organization_id: UUID, wholes: Mapping[UUID, Whole | None]) -> frozenset[UUID]:
    """Store texts whole where their row has not the words already, and tell of them. Returns those that must wait."""
    with within(organization_id):
        return mutations.keep_texts(actor=_software(organization_id), wholes=wholes)


def desk(organization_id: UUID, text_id: UUID) -> Desk:
    """A text as it is now. Raises NotFound."""
    with within(organization_id):
        return log.desk_of(_text(organization_id, text_id))


def reread(organization_id: UUID, asked: Mapping[UUID, Question]) -> dict[UUID, News]:
    """What was committed of texts since a process read them."""
    with within(organization_id):
        texts = Text.objects.filter(organization_id=organization_id, id__in=list(asked))
        return {text.id: _news(text, asked[text.id]) for text in texts}


def older(organization_id: UUID, text_id: UUID, version: int, floor: int) -> tuple[list[Entry], int]:
    """The changes of a text after a version up to another, and its length at the first of them. Raises NotFound."""
    with within(organization_id):
        text = _text(organization_id, text_id)
        length = log.manuscript_at(text, version).length
        return log.entries_of(text, after=version, until=floor, length=length), length


def heads(organization_id: UUID, text_ids: Collection[UUID]) -> dict[UUID, tuple[int, bool]]:
    """The version of each text, and whether it is locked."""
    with within(organization_id):
        rows = Text.objects.filter(organization_id=organization_id, id__in=list(text_ids))
        return {
            text_id: (version, locked_at is not None)
            for text_id, version, locked_at in rows.values_list("id", "version", "locked_at")
        }


def _news(text: Text, asked: Question) -> News:
    return News(
        entries=log.entries_of(text, after=asked.head, until=text.version, length=asked.length),
        manuscript=log.manuscript_at(text, text.version),
        is_locked=text.locked_at is not None,
        closing=closing(text),
        known=log.known_ids(text, asked.change_ids),
    )


def _text(organization_id: UUID, text_id: UUID) -> Text:
    text = Text.objects.filter(organization_id=organization_id, id=text_id).first()
    if text is None:
        raise NotFound
    return text


def _software(organization_id: UUID) -> Actor:
    return system_actor(organization_id=organization_id, name="Throughline")
