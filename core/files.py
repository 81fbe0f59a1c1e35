"""Files that the database names by a key: outside every web root, under random names, readable by us alone."""

import contextlib
import os
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from core.errors import NotFound


class FileGone(NotFound):
    """The file of this key is no longer there."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder of files of one kind. On one that `is_spread` they stand in many folders, by how their key begins."""

    folder: str
    suffix: str
    is_spread: bool = False

    def keep(self, data: bytes) -> str:
        """Keep a file. Returns the key by which it is found again."""
        return self.keep_written(lambda target: target.write(data))

    def keep_written(self, write: Callable[[IO[bytes]], object]) -> str:
        """Keep what `write` writes; what breaks off leaves nothing. Returns the key by which it is found again."""
        key = secrets.token_hex(24)
        place = self._place(key)
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = place.with_suffix(".new")
        try:
            with os.fdopen(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as target:
                write(target)
                target.flush()
                os.fsync(target.fileno())
            draft.rename(place)
        finally:
            draft.unlink(missing_ok=True)
        return key

    def kept(self, key: str) -> bytes:
        """A kept file. Raises FileGone."""
        try:
            return self._place(key).read_bytes()
        except FileNotFoundError:
            raise FileGone from None

    def path(self, key: str) -> Path:
        """Where a kept file is. Raises FileGone."""
        place = self._place(key)
        if not place.is_file():
            raise FileGone
        return place

    def drop(self, key: str) -> None:
        """Remove a kept file; nothing happens when it is gone already."""
        if key:
            self._place(key).unlink(missing_ok=True)

    def sweep(self, *, before: float, keys: Collection[str] = ()) -> int:
        """Remove files older than an instant whose key is not among these: what a crash left. Returns how many."""
        gone = 0
        for path in (root() / self.folder).rglob("*"):
            with contextlib.suppress(FileNotFoundError):
                if path.is_file() and path.stem not in keys and path.stat().st_mtime < before:
                    path.unlink()
                    gone += 1
        return gone

    def _place(self, key: str) -> Path:
        if not key.isalnum():
            raise FileGone
        folder = root() / self.folder
        return (folder / key[:2] if self.is_spread else folder) / f"{key}{self.suffix}"


def root() -> Path:
    """The folder of all kept files."""
    url = urlsplit(settings.STORAGE_URL)
    if url.scheme != "file":
        raise ImproperlyConfigured("Files are kept in a folder: STORAGE_URL must begin with file:.")
    return Path(unquote(url.path))
