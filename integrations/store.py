"""Where rosters wait until they are applied: outside every web root, under random names, readable by us alone."""

import contextlib
import os
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

FOLDER = "imports"


class FileGone(Exception):
    """The kept file is no longer there."""


def keep(write: Callable[[IO[bytes]], None]) -> str:
    """Keep what `write` writes. Returns the key by which it is found again."""
    key = secrets.token_hex(24)
    place = _place(key)
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


def kept(key: str) -> Path:
    """The path of a kept file. Raises FileGone."""
    place = _place(key)
    if not key or not place.is_file():
        raise FileGone
    return place


def drop(key: str) -> None:
    """Remove a kept file; nothing happens when it is gone already."""
    if key:
        _place(key).unlink(missing_ok=True)


def sweep(*, older_than_days: int) -> None:
    """Remove files so old that no import can want them: what a crash between file and row has left behind."""
    folder = _place("0").parent
    before = time.time() - older_than_days * 86_400
    for path in folder.glob("*"):
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < before:
                path.unlink()


def _place(key: str) -> Path:
    url = urlsplit(settings.STORAGE_URL)
    if url.scheme != "file":
        raise ImproperlyConfigured(
            "Rosters are kept in files: STORAGE_URL must begin with file: to import one."
        )
    if not key.isalnum():
        raise FileGone
    return Path(unquote(url.path)) / FOLDER / f"{key}.zip"
