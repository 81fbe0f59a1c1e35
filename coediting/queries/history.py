"""How a text came to be: what it was at any version, who sat at it and when, whose each word is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from coediting.log import authors_at
from coediting.models import Ops, Text, TextChange
from coediting.queries.texts import TextState, state_at, visible_text
from coediting.rules import rights
from coediting.sittings import Sitting, all_sittings_of
from core.actor import Actor
from core.errors import NotFound

MOST_CHANGES = 1_000  # in one answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change as it was applied; it made `version`."""

    id: str
    version: int
    by: str
    by_name: str
    at: datetime
    ops: Ops


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A run of words of one author, written in one minute."""

    text: str
    by: str
    by_name: str
    at: datetime


def text_at(*, actor: Actor, text_id: UUID, version: int) -> TextState:
    """A text as it was at one of its versions. Raises NotFound."""
    text = visible_text(actor=actor, text_id=text_id)
    _require_version(text, version)
    return state_at(text, version, may_edit=rights(actor, text).may_edit)


def changes_after(
    *, actor: Actor, text_id: UUID, version: int, limit: int = MOST_CHANGES
) -> tuple[Change, ...]:
    """The changes that made the versions after one, in order, at most `limit` of them. Raises NotFound."""
    text = visible_text(actor=actor, text_id=text_id)
    rows = TextChange.objects.filter(
        organization_id=text.organization_id, text_id=text.id, version__gt=version, version__lte=text.version
    )
    return tuple(as_change(row) for row in rows.order_by("version")[:limit])


def as_change(row: TextChange) -> Change:
    """One row of the log."""
    return Change(
        id=row.change_id,
        version=row.version,
        by=row.author_id,
        by_name=row.author_name,
        at=row.at,
        ops=row.ops,
    )


def history(*, actor: Actor, text_id: UUID) -> tuple[Sitting, ...]:
    """Who sat at a text and when, oldest first. Raises NotFound."""
    text = visible_text(actor=actor, text_id=text_id)
    return told(all_sittings_of(text))


def told(sittings: Iterable[Sitting]) -> tuple[Sitting, ...]:
    """Sittings as pages show them: what is no person is named in the reader's language."""
    return tuple(replace(one, by_name=said(one.by, one.by_name)) for one in sittings)


def authorship(*, actor: Actor, text_id: UUID, version: int | None = None) -> tuple[Words, ...]:
    """Whose the words of a text are, run by run in the order of the text, now or at a version. Raises NotFound."""
    text = visible_text(actor=actor, text_id=text_id)
    wanted = text.version if version is None else version
    _require_version(text, wanted)
    return words_of(authors_at(text, wanted), told(all_sittings_of(text)))


def words_of(runs: Iterable[Mapping[str, Any]], sittings: Iterable[Sitting]) -> tuple[Words, ...]:
    """Runs by author as words; the name of each author is the one under which they wrote last."""
    names = {one.by: one.by_name for one in sittings}
    return tuple(
        Words(
            text=run["insert"] if isinstance(run["insert"], str) else "\ufffc",
            by=run["attributes"]["by"],
            by_name=names.get(run["attributes"]["by"], ""),
            at=datetime.fromisoformat(run["attributes"]["at"]),
        )
        for run in runs
    )


def said(author_id: str, name: str) -> str:
    """The name of an author as pages show it: what is no person is named in the reader's language."""
    return gettext(name) if name and author_id.startswith("system:") else name


def _require_version(text: Text, version: int) -> None:
    if not 0 <= version <= text.version:
        raise NotFound
