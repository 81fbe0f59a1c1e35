"""The log of a text read as the text: what it was at any version, and whose its words were.

Who may read is asked before.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime

from django.db.models import QuerySet

from coediting import delta
from coediting.delta import Manuscript
from coediting.desk import Desk, Entry
from coediting.frames import dumps
from coediting.models import Ops, Text, TextChange, TextSnapshot
from coediting.rules import closing

AT_ONCE = 2_000  # changes read from the database at a time


def manuscript_at(text: Text, version: int) -> Manuscript:
    """A text at one version of it, from the newest of what is kept whole and the changes since."""
    ops, start = kept_before(text, version)
    return written(ops, changes_of(text, after=start, until=version))


def kept_before(text: Text, version: int) -> tuple[Ops, int]:
    """The text as it is kept whole at or before a version, and at which one that is."""
    if text.ops_version <= version:
        return text.ops, text.ops_version
    found = _snapshots(text, version).values_list("ops", "version").first()
    return found or ([], 0)


def authors_before(text: Text, version: int) -> tuple[Ops, int]:
    """Whose words a text is made of, as kept at or before a version, and at which one that is."""
    return _snapshots(text, version).values_list("authors", "version").first() or ([], 0)


def written(ops: Ops, changes: Iterable[Ops]) -> Manuscript:
    """A text with changes made to it."""
    manuscript = Manuscript(ops)
    for change in changes:
        manuscript.apply(change)
    return manuscript


def changes_of(text: Text, *, after: int, until: int) -> Iterator[Ops]:
    """The changes of a text that made the versions after one up to another, in order."""
    if after >= until:
        return
    rows = TextChange.objects.filter(
        organization_id=text.organization_id, text_id=text.id, version__gt=after, version__lte=until
    )
    yield from rows.order_by("version").values_list("ops", flat=True).iterator(chunk_size=AT_ONCE)


def authors_at(text: Text, version: int) -> Ops:
    """A text at a version with author and minute of each run instead of its formats."""
    ops, start = authors_before(text, version)
    rows = TextChange.objects.filter(
        organization_id=text.organization_id, text_id=text.id, version__gt=start, version__lte=version
    )
    manuscript = Manuscript(ops)
    for author_id, at, change in rows.order_by("version").values_list("author_id", "at", "ops"):
        manuscript.apply(_signed(change, author_id, at))
    return manuscript.ops()


def with_authors(text: Text, version: int) -> tuple[Ops, Ops]:
    """A text at a version, and the same by author and minute: one reading of the log for both."""
    kept = _snapshots(text, version).values_list("version", "ops", "authors").first()
    start, ops, authors = kept or (0, [], [])
    words, whose = Manuscript(ops), Manuscript(authors)
    rows = TextChange.objects.filter(
        organization_id=text.organization_id, text_id=text.id, version__gt=start, version__lte=version
    )
    for author_id, at, change in rows.order_by("version").values_list("author_id", "at", "ops"):
        words.apply(change)
        whose.apply(_signed(change, author_id, at))
    return words.ops(), whose.ops()


def _signed(change: Ops, author_id: str, at: datetime) -> Ops:
    """A change whose insertions carry who made them and when, and no formats."""
    signature = {"by": author_id, "at": at.replace(second=0, microsecond=0).isoformat()}
    return [
        {"insert": op["insert"], "attributes": signature}
        if "insert" in op
        else {name: count for name, count in op.items() if name != "attributes"}
        for op in change
    ]


def _snapshots(text: Text, version: int) -> QuerySet[TextSnapshot]:
    rows = TextSnapshot.objects.filter(
        organization_id=text.organization_id, text_id=text.id, version__lte=version
    )
    return rows.order_by("-version")


def desk_of(text: Text) -> Desk:
    """A text on the desk of a process, as it is now."""
    manuscript = manuscript_at(text, text.version)
    return Desk(
        head=text.version,
        manuscript=manuscript,
        length=manuscript.length,
        is_locked=text.locked_at is not None,
        closing=closing(text),
    )


def entries_of(text: Text, *, after: int, until: int, length: int) -> list[Entry]:
    """The changes after one version up to another as a desk remembers them; `length` was that of the first version."""
    rows = TextChange.objects.filter(
        organization_id=text.organization_id, text_id=text.id, version__gt=after, version__lte=until
    )
    found: list[Entry] = []
    for row in rows.order_by("version").iterator(chunk_size=AT_ONCE):
        length += _growth(row.ops)
        found.append(
            Entry(
                version=row.version,
                change_id=row.change_id,
                author_id=row.author_id,
                author_name=row.author_name,
                at=instant(row.at),
                ops=row.ops,
                ops_text=dumps(row.ops),
                length=length,
            )
        )
    return found


def instant(at: datetime) -> str:
    """A moment as it is told: UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")


def _growth(ops: Ops) -> int:
    """By how many code units a change makes a text longer."""
    return sum(-op["delete"] if "delete" in op else delta.length([op]) if "insert" in op else 0 for op in ops)


def known_ids(text: Text, change_ids: Collection[str]) -> dict[str, tuple[int, str]]:
    """Version and author of those of the ids that are in the log of a text already."""
    if not change_ids:
        return {}
    rows = TextChange.objects.filter(
        organization_id=text.organization_id, text_id=text.id, change_id__in=list(change_ids)
    )
    return {
        change_id: (version, by)
        for change_id, version, by in rows.values_list("change_id", "version", "author_id")
    }
