"""Photographs of students: checked by their content, drawn anew without what cameras write, kept under random names.

Nothing that was uploaded is ever served: only the picture that is drawn here.
"""

import io
import struct
import warnings
import zlib
from typing import BinaryIO

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from core.errors import Invalid
from core.files import Shelf

PHOTOS = Shelf("photos", ".jpg", is_spread=True)
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
