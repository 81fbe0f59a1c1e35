"""Text counted as browsers count it: in UTF-16 code units.

A Python string counts code points. Where a text holds a character beyond the basic plane (an emoji), the algebra
works on its *wide* form, in which such a character stands as its two surrogates, so that Python's indices are the
browser's; `narrow` puts the halves together again. Most texts hold none, and then wide and narrow are the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

Op = dict[str, Any]
"""One operation, as Quill writes it: `insert`, `retain` or `delete`, and perhaps `attributes`."""
Ops = Sequence[Op]

_BEYOND = re.compile("[\U00010000-\U0010ffff]")
_FIRST_BEYOND = 0x10000


def units(text: str) -> int:
    """How many UTF-16 code units a text has."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) >> 1


def is_even(text: str) -> bool:
    """Whether code points and code units are the same: no pair, and no half of one."""
    if text.isascii():
        return True
    try:
        return len(text.encode("utf-16-le")) == 2 * len(text)
    except UnicodeEncodeError:
        return False


def _halves(found: re.Match[str]) -> str:
    high, low = divmod(ord(found[0]) - _FIRST_BEYOND, 0x400)
    return chr(0xD800 + high) + chr(0xDC00 + low)


def wide(text: str) -> str:
    """The text with each pair as its two halves."""
    return text if text.isascii() else _BEYOND.sub(_halves, text)


def narrow(text: str) -> str:
    """The text with its halves joined; a half alone stays one."""
    if is_even(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def are_even(ops: Ops) -> bool:
    """Whether no insertion needs its wide form."""
    for op in ops:
        content = op.get("insert")
        if content is not None and type(content) is str and not content.isascii() and not is_even(content):
            return False
    return True


def widened(ops: Ops) -> list[Op]:
    """Operations with their insertions in the wide form."""
    return [{**op, "insert": wide(op["insert"])} if type(op.get("insert")) is str else op for op in ops]


def narrowed(ops: Ops) -> list[Op]:
    """Operations with their insertions as Python and JSON know them."""
    return [{**op, "insert": narrow(op["insert"])} if type(op.get("insert")) is str else op for op in ops]


def splits_a_pair(text: str, at: int) -> bool:
    """Whether a cut at `at` goes through a pair of a wide text."""
    return 0 < at < len(text) and "\udc00" <= text[at] <= "\udfff" and "\ud800" <= text[at - 1] <= "\udbff"
