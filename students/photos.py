"""Photographs of students: checked by their content, drawn anew without what cameras write, kept under random names.

Nothing that was uploaded is ever served: only the picture that is drawn here.
"""

import io
import os
import secrets
import struct
import warnings
import zlib
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from core.errors import Invalid, NotFound

FOLDER = "photos"
MOST_BYTES = 5 * 1024 * 1024
MOST_PIXELS = 40_000_000
SIDE = 256
BEGINNINGS = {b"\xff\xd8\xff": "JPEG", b"\x89PNG\r\n\x1a\n": "PNG"}
UNREADABLE = (
    OSError,
    ValueError,
    SyntaxError,
    OverflowError,
    MemoryError,
    EOFError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
)


class PhotoRefused(Invalid):
    """The file is no photograph that can be used. `details["fields"]` says why."""

    code = "photo_refused"


def redrawn(source: BinaryIO) -> bytes:
    """A photograph as a square JPEG of 256 pixels, without EXIF. Raises PhotoRefused."""
    data = source.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _refused(_("This file is larger than 5 MB. Choose a smaller one."))
    kind = next((name for sign, name in BEGINNINGS.items() if data.startswith(sign)), "")
    if not kind:
        raise _refused(_("Choose a photograph in the format JPEG or PNG."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # counted below
            return _drawn(data, kind)
    except PhotoRefused:
        raise
    except UNREADABLE:
        raise _refused(_("This picture is damaged or not what its name says. Choose another one.")) from None


def _drawn(data: bytes, kind: str) -> bytes:
    with Image.open(io.BytesIO(data), formats=[kind]) as picture:
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise _refused(_("This picture has more than 40 million pixels. Choose a smaller one."))
        picture.draft("RGB", (SIDE * 2, SIDE * 2))  # JPEG is read at a fraction of its size
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        if upright.mode in {"RGBA", "LA", "PA", "P"}:
            clear = upright.convert("RGBA")
            ground = Image.new("RGBA", clear.size, "white")
            upright = Image.alpha_composite(ground, clear)
        square = ImageOps.fit(upright.convert("RGB"), (SIDE, SIDE), Image.Resampling.LANCZOS)
    clean = Image.new("RGB", square.size)
    clean.paste(square)  # a new picture has none of the old one's notes
    target = io.BytesIO()
    clean.save(target, "JPEG", quality=88, optimize=True)
    return target.getvalue()


def _refused(text: object) -> PhotoRefused:
    return PhotoRefused(fields={"photo": [str(text)]})


def keep(data: bytes) -> str:
    """Keep a picture. Returns the key by which it is found again."""
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
    """The picture of a key. Raises NotFound."""
    try:
        return _place(key).read_bytes()
    except FileNotFoundError:
        raise NotFound from None


def drop(key: str) -> None:
    """Remove a kept picture; nothing happens when it is gone already."""
    if key:
        _place(key).unlink(missing_ok=True)


def _place(key: str) -> Path:
    url = urlsplit(settings.STORAGE_URL)
    if url.scheme != "file":
        raise ImproperlyConfigured("Photographs are kept in files: STORAGE_URL must begin with file:.")
    if not key.isalnum():
        raise NotFound
    return Path(unquote(url.path)) / FOLDER / key[:2] / f"{key}.jpg"
