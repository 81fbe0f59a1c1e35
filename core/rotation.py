"""A new key for what is encrypted, while everybody works (R27); and new blind indexes.

The rows that are left say where a rotation stands, so it can be killed at any moment and started again. A row that
somebody is changing is passed over: their save seals it with the newest key, or the next round takes it. A value is
replaced only where it is still the one that was read.
"""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.apps import apps
from django.db import connection, models

from core.actor import Actor
from core.crypto import VERSION, Place
from core.encrypted import BlindIndexField, Encrypted, Undecipherable, open_in, ring
from core.queue import task
from core.tenant import organization

ROWS_AT_ONCE = 100
MOST_TIMES_LONGER = 4.0
NIL = UUID(int=0)


@dataclass(slots=True)
class Rotation:
    """What a run did: values sealed anew, values that do not open with any key."""

    sealed: int = 0
    unreadable: int = 0

    def __add__(self, other: "Rotation") -> "Rotation":
        return Rotation(self.sealed + other.sealed, self.unreadable + other.unreadable)


@dataclass(slots=True)
class Pace:
    """How long to pause after a batch: as long as it took, and longer the more others have slowed it down.

    A batch that takes three times as long as the fastest did so because people were at work: it is followed by three
    times the pause. So between a half and a fifth of the time goes to the rotation.
    """

    fastest: float = float("inf")

    def pause(self, seconds: float, rows: int) -> float:
        """Seconds to leave to everybody else."""
        each = seconds / rows
        self.fastest = min(self.fastest, each)
        return seconds * min(MOST_TIMES_LONGER, each / self.fastest) if self.fastest else seconds


@dataclass(frozen=True, slots=True)
class Column:
    """One encrypted column of a table."""

    table: str
    name: str

    @property
    def label(self) -> str:
        return f"{self.table}.{self.name}"


def columns() -> tuple[Column, ...]:
    """Every encrypted column of the installation."""
    return tuple(
        Column(model._meta.db_table, str(one.column))
        for model in apps.get_models()
        for one in model._meta.local_fields
        if isinstance(one, Encrypted)
    )


def rotate(organization_id: UUID, *, rows_at_once: int = ROWS_AT_ONCE) -> Rotation:
    """Seal with the newest key whatever an organisation has under another, in short transactions."""
    done, pace = Rotation(), Pace()
    for column in columns():
        for batch in _batches(column, organization_id, rows_at_once, pace):
            done += batch
    return done


def keys_in_use(organization_id: UUID) -> dict[str, Counter[str]]:
    """How many values each key still holds, by key and by column. A key without any can be taken away."""
    found: dict[str, Counter[str]] = {}
    with organization(organization_id), connection.cursor() as cursor:
        for column in columns():
            cursor.execute(
                f'SELECT encode(substring("{column.name}" FROM 2 FOR 4), \'hex\'), count(*) FROM "{column.table}" '  # noqa: S608
                f'WHERE organization_id = %s AND "{column.name}" IS NOT NULL GROUP BY 1',
                [organization_id],
            )
            for key_id, count in cursor.fetchall():
                found.setdefault(key_id, Counter())[column.label] += count
    return found


def _batches(column: Column, organization_id: UUID, rows_at_once: int, pace: Pace) -> Iterator[Rotation]:
    after = NIL
    while True:
        began = time.monotonic()
        with organization(organization_id):
            rows = _old_rows(column, organization_id, after, rows_at_once)
            if not rows:
                return
            fresh = [(row_id, old, _seal_anew(column, organization_id, row_id, old)) for row_id, old in rows]
            sealed = _replace(column, organization_id, fresh)
        yield Rotation(sealed=sealed, unreadable=sum(new is None for _id, _old, new in fresh))
        after = rows[-1][0]
        time.sleep(pace.pause(time.monotonic() - began, len(rows)))


def _old_rows(column: Column, organization_id: UUID, after: UUID, limit: int) -> list[tuple[UUID, bytes]]:
    newest = VERSION + bytes.fromhex(ring().ids[0])
    with connection.cursor() as cursor:
        cursor.execute(
            f'SELECT id, "{column.name}" FROM "{column.table}" WHERE organization_id = %s AND id > %s '  # noqa: S608
            f'AND substring("{column.name}" FROM 1 FOR 5) <> %s ORDER BY id LIMIT %s '
            "FOR NO KEY UPDATE SKIP LOCKED",
            [organization_id, after, newest, limit],
        )
        return [(row_id, bytes(sealed)) for row_id, sealed in cursor.fetchall()]


def _seal_anew(column: Column, organization_id: UUID, row_id: UUID, sealed: bytes) -> bytes | None:
    """The value under the newest key; None for one that no key opens."""
    place = Place(column.label, organization_id, row_id)
    try:
        return ring().seal(open_in(sealed, place), place)
    except Undecipherable:
        return None


def _replace(column: Column, organization_id: UUID, fresh: Sequence[tuple[UUID, bytes, bytes | None]]) -> int:
    """Write the values of a batch at once, so that its rows are held as briefly as can be. Returns how many."""
    known = [each for each in fresh if each[2] is not None]
    if not known:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            f'UPDATE "{column.table}" kept SET "{column.name}" = fresh.new '  # noqa: S608
            "FROM unnest(%s::uuid[], %s::bytea[], %s::bytea[]) AS fresh (id, old, new) "
            f'WHERE kept.organization_id = %s AND kept.id = fresh.id AND kept."{column.name}" = fresh.old',
            [*map(list, zip(*known, strict=True)), organization_id],
        )
        return int(cursor.rowcount)


def reindex(organization_id: UUID, *, rows_at_once: int = ROWS_AT_ONCE) -> int:
    """Write every blind index of an organisation anew, as after a new BLIND_INDEX_KEY. Returns how many changed."""
    changed = 0
    for model in apps.get_models():
        for one in model._meta.local_fields:
            if isinstance(one, BlindIndexField):
                changed += _reindex(model, one, organization_id, rows_at_once)
    return changed


def _reindex(
    model: type[models.Model], index: BlindIndexField, organization_id: UUID, rows_at_once: int
) -> int:
    changed, after = 0, NIL
    rows = model._default_manager.filter(organization_id=organization_id, **{f"{index.of}__isnull": False})
    while True:
        with organization(organization_id):
            page = list(
                rows.filter(pk__gt=after).order_by("pk").select_for_update(no_key=True)[:rows_at_once]
            )
            if not page:
                return changed
            for row in page:
                wanted = index.of_value(organization_id, getattr(row, index.of))
                before = getattr(row, index.attname)
                if before is None or bytes(before) != wanted:
                    row.save(update_fields=[index.name])
                    changed += 1
        after = page[-1].pk


@task(name="core.rotate_keys")
def rotate_keys(*, actor: Actor) -> None:
    """Seal one organisation's values with the newest key. Twice changes nothing."""
    rotate(actor.organization_id)
