"""Where exports wait for who asked for them: outside every web root, under random names, readable by us alone.

Beside them the list of destroyed students: ids and days only, so that a restored backup can destroy again.
"""

import contextlib
import json
import os
import secrets
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.errors import NotFound

FOLDER = "exports"
TOMBSTONES = "destroyed.jsonl"


def keep(data: bytes) -> str:
    """Keep a file. Returns the key by which it is found again."""
    key = secrets.token_hex(24)
    place = _place(key)
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = place.with_suffix(".new")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(data)
            target.flush()
            os.fsync(target.fileno())
        draft.rename(place)
    finally:
        draft.unlink(missing_ok=True)
    return key


def kept(key: str) -> bytes:
    """A kept file. Raises NotFound."""
    try:
        return _place(key).read_bytes()
    except FileNotFoundError:
        raise NotFound from None


def drop(key: str) -> None:
    """Remove a kept file; nothing happens when it is gone already."""
    if key:
        _place(key).unlink(missing_ok=True)


def sweep(*, keys: frozenset[str], before: float) -> int:
    """Remove files older than an instant that nothing names: what a crash left behind. Returns how many."""
    gone = 0
    for path in (_root() / FOLDER).glob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.stem not in keys and path.stat().st_mtime < before:
                path.unlink()
                gone += 1
    return gone


def bury(*, organization_id: UUID, student_id: UUID, on: date) -> None:
    """Write down, outside the database, that a student was destroyed. A second line of one student does no harm."""
    path = _root() / TOMBSTONES
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
        text = (_root() / TOMBSTONES).read_text()
    except FileNotFoundError:
        return
    for line in text.splitlines():
        with contextlib.suppress(ValueError, KeyError, TypeError):
            words = json.loads(line)
            yield UUID(words["organization"]), UUID(words["student"])


def _root() -> Path:
    url = urlsplit(settings.STORAGE_URL)
    if url.scheme != "file":
        raise ImproperlyConfigured("Exports are kept in files: STORAGE_URL must begin with file:.")
    return Path(unquote(url.path))


def _place(key: str) -> Path:
    if not key.isalnum():
        raise NotFound
    return _root() / FOLDER / f"{key}.zip"
