"""How a text came to be: what it was at any version, who sat at it and when, whose each word is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext

from coediting.log import authors_at
from coediting.models import Ops, Text, TextChange
from coediting.queries.texts import TextState, state_at, visible_text
from coediting.rules import rights
from core.actor import Actor
from core.errors import NotFound

SITTING_GAP = timedelta(
    minutes=10
)  # who writes nothing for so long has risen; the next word begins another sitting
MOST_CHANGES = 1_000  # in one answer

SITTINGS = """
SELECT author_id, (array_agg(author_name ORDER BY version DESC))[1], min(at), max(at), min(version), max(version),
    count(*)
FROM (
    SELECT *, count(*) FILTER (WHERE is_new) OVER (PARTITION BY author_id ORDER BY version) AS sitting FROM (
        SELECT author_id, author_name, at, version,
            at - lag(at) OVER (PARTITION BY author_id ORDER BY version) > %(gap)s AS is_new
        FROM coediting_textchange
        WHERE organization_id = %(organization)s AND text_id = %(text)s
            AND version > %(after)s AND version <= %(until)s
    ) marked
) numbered
GROUP BY author_id, sitting ORDER BY min(version)
"""


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
class Sitting:
    """One author's work at a text without a longer pause. Others may have written between."""

    by: str
    by_name: str
    began_at: datetime
    ended_at: datetime
    first_version: int
    last_version: int
    changes: int


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
    return sittings_of(text, after=0, until=text.version)


def sittings_of(text: Text, *, after: int, until: int) -> tuple[Sitting, ...]:
    """Who sat at a text while its versions after one up to another were made, oldest first."""
    span: dict[str, Any] = {
        "gap": SITTING_GAP,
        "organization": text.organization_id,
        "text": text.id,
        "after": after,
        "until": until,
    }
    with connection.cursor() as cursor:
        cursor.execute(SITTINGS, span)
        return tuple(
            Sitting(
                by=by,
                by_name=said(by, name),
                began_at=began,
                ended_at=ended,
                first_version=first,
                last_version=last,
                changes=count,
            )
            for by, name, began, ended, first, last, count in cursor.fetchall()
        )


def authorship(*, actor: Actor, text_id: UUID, version: int | None = None) -> tuple[Words, ...]:
    """Whose the words of a text are, run by run in the order of the text, now or at a version. Raises NotFound."""
    text = visible_text(actor=actor, text_id=text_id)
    wanted = text.version if version is None else version
    _require_version(text, wanted)
    runs = authors_at(text, wanted)
    names = _names(text, {run["attributes"]["by"] for run in runs})
    return tuple(
        Words(
            text=run["insert"] if isinstance(run["insert"], str) else "\ufffc",
            by=run["attributes"]["by"],
            by_name=names.get(run["attributes"]["by"], ""),
            at=datetime.fromisoformat(run["attributes"]["at"]),
        )
        for run in runs
    )


def _names(text: Text, authors: Iterable[str]) -> dict[str, str]:
    """The name of each author, as it was when they wrote last."""
    rows = TextChange.objects.filter(
        organization_id=text.organization_id, text_id=text.id, author_id__in=list(authors)
    )
    newest = rows.order_by("author_id", "-version").distinct("author_id")
    return {by: said(by, name) for by, name in newest.values_list("author_id", "author_name")}


def said(author_id: str, name: str) -> str:
    """The name of an author as pages show it: what is no person is named in the reader's language."""
    return gettext(name) if name and author_id.startswith("system:") else name


def _require_version(text: Text, version: int) -> None:
    if not 0 <= version <= text.version:
        raise NotFound
