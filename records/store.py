"""Where exports wait for who asked for them.

Beside them the list of destroyed students: ids and days only, so that a restored backup can destroy again.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import date
from uuid import UUID

from core.files import Shelf, root

EXPORTS = Shelf("exports", ".zip")
TOMBSTONES = "destroyed.jsonl"


def bury(*, organization_id: UUID, student_id: UUID, on: date) -> None:
    """Write down, outside the database, that a student was destroyed. A second line of one student does no harm."""
    path = root() / TOMBSTONES
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    words = {"organization": str(organization_id), "student": str(student_id), "on": on.isoformat()}
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        os.write(opened, (json.dumps(words) + "\n").encode())
        os.fsync(opened)
    finally:
        os.close(opened)


def buried() -> frozenset[tuple[UUID, UUID]]:
    """The organisation and the id of every destroyed student. Lines that cannot be read are left out."""
    return frozenset(_lines())


def _lines() -> Iterator[tuple[UUID, UUID]]:
    try:
        text = (root() / TOMBSTONES).read_text()
    except FileNotFoundError:
        return
    for line in text.splitlines():
        with contextlib.suppress(ValueError, KeyError, TypeError):
            words = json.loads(line)
            yield UUID(words["organization"]), UUID(words["student"])
