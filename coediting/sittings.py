"""Who sat at a text and when, read from its log: all of the log now and then, else only what came since.

A snapshot keeps the sittings of the changes since the one before it. Who may read is asked before.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from coediting.models import Text, TextSnapshot

SITTING_GAP = timedelta(
    minutes=10
)  # who writes nothing for so long has risen; the next word begins another sitting

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
class Sitting:
    """One author's work at a text without a longer pause. Others may have written between."""

    by: str
    by_name: str
    began_at: datetime
    ended_at: datetime
    first_version: int
    last_version: int
    changes: int


def sittings_of(text: Text, *, after: int, until: int) -> tuple[Sitting, ...]:
    """Who sat at a text while its versions after one up to another were made, oldest first, from the log itself."""
    span: dict[str, Any] = {
        "gap": SITTING_GAP,
        "organization": text.organization_id,
        "text": text.id,
        "after": after,
        "until": until,
    }
    if after >= until:
        return ()
    with connection.cursor() as cursor:
        cursor.execute(SITTINGS, span)
        return tuple(_sitting(row) for row in cursor.fetchall())


def all_sittings_of(text: Text) -> tuple[Sitting, ...]:
    """Who ever sat at a text, oldest first: from its snapshots, and from the log what no snapshot says."""
    rows = TextSnapshot.objects.filter(
        organization_id=text.organization_id,
        text_id=text.id,
        sittings__isnull=False,
        version__lte=text.version,
    )
    spans: list[Sequence[Sitting]] = []
    newest = floor = 0
    for version, since, kept in rows.order_by("-version").values_list("version", "since", "sittings"):
        if not spans:
            newest = version
        elif version != floor:
            continue  # two processes kept the text at once: one way down through them says everything once
        spans.append([_sitting(row) for row in kept or ()])
        floor = since or 0
    spans.append(sittings_of(text, after=0, until=floor))
    return joined([*reversed(spans), sittings_of(text, after=newest, until=text.version)])


def joined(spans: Iterable[Sequence[Sitting]]) -> tuple[Sitting, ...]:
    """The sittings of spans that follow each other: who went on without a pause sat once."""
    found: list[Sitting] = []
    last: dict[str, int] = {}
    for one in (one for span in spans for one in span):
        at = last.get(one.by)
        if at is not None and one.began_at - found[at].ended_at <= SITTING_GAP:
            found[at] = replace(
                one,
                began_at=found[at].began_at,
                first_version=found[at].first_version,
                changes=found[at].changes + one.changes,
            )
            continue
        last[one.by] = len(found)
        found.append(one)
    return tuple(found)


def as_kept(sittings: Iterable[Sitting]) -> list[list[Any]]:
    """Sittings as a snapshot keeps them."""
    return [
        [
            one.by,
            one.by_name,
            one.began_at.isoformat(),
            one.ended_at.isoformat(),
            one.first_version,
            one.last_version,
            one.changes,
        ]
        for one in sittings
    ]


def _sitting(row: Sequence[Any]) -> Sitting:
    by, name, began, ended, first, last, changes = row
    return Sitting(
        by=by,
        by_name=name,
        began_at=_moment(began),
        ended_at=_moment(ended),
        first_version=first,
        last_version=last,
        changes=changes,
    )


def _moment(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value
