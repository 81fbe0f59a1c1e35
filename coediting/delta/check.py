"""What may come in at the door: the shape of operations, their sizes, and the formats that texts allow."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from coediting.delta.units import Op, units

MOST_OPERATIONS: Final = 2_000
"""In one change."""
LONGEST_INSERT: Final = 65_536
"""Of one change, in UTF-16 code units."""
LONGEST_TEXT: Final = 1_000_000
"""In UTF-16 code units; some 300 pages."""

_LINK = re.compile(r"(?:https?://|mailto:)[^\s\x00-\x1f\x7f\"<>\\^`{|}]{1,2000}", re.IGNORECASE)


class BadOperation(ValueError):
    """A change that cannot be taken. `reason` is for programmers: it never holds words of the text."""

    code = "bad_operation"

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class TooLarge(BadOperation):
    """A change, or the text it would make, is larger than a text may be."""

    code = "too_large"


class BeyondTheEnd(BadOperation):
    """A change that reaches beyond the end of the text."""

    def __init__(self) -> None:
        super().__init__("reaches beyond the end of the text")


class SplitPair(BadOperation):
    """A change that cuts a character into its two halves."""

    def __init__(self) -> None:
        super().__init__("cuts a character in two")


def _is_true(value: object) -> bool:
    return value is True


def _is_list(value: object) -> bool:
    return value in ("bullet", "ordered") if isinstance(value, str) else False


def _is_link(value: object) -> bool:
    return isinstance(value, str) and bool(_LINK.fullmatch(value))


FORMATS: Final[Mapping[str, Callable[[object], bool]]] = {
    "bold": _is_true,
    "italic": _is_true,
    "underline": _is_true,
    "list": _is_list,
    "link": _is_link,
}
"""Every format of a text and which values it takes. static/js/texts/formats.js names the same."""
BLOCK_FORMATS: Final = frozenset({"list"})
"""Formats of a whole line: they stand on its line break."""
EMBEDS: Final[frozenset[str]] = frozenset()
"""What may stand in a text that is not text: nothing yet."""


def check(ops: Any, *, base_length: int | None = None) -> None:
    """Refuse operations that a text must not see. Raises BadOperation or TooLarge.

    Whether a change fits one text, pairs of surrogates included, is seen when it is applied (`Manuscript.apply`);
    `base_length` lets a caller who knows the length refuse at once what reaches beyond it.
    """
    if not isinstance(ops, list):
        raise BadOperation("operations are a list")
    if not ops:
        raise BadOperation("there is no operation")
    if len(ops) > MOST_OPERATIONS:
        raise TooLarge(f"a change has at most {MOST_OPERATIONS} operations")
    inserted = covered = 0
    for op in ops:
        kind = _kind(op)
        if kind == "insert":
            inserted += _check_insert(op)
        else:
            covered += _check_count(op[kind])
        if "attributes" in op:
            _check_attributes(op, kind)
    if inserted > LONGEST_INSERT:
        raise TooLarge(f"a change inserts at most {LONGEST_INSERT} code units")
    if base_length is not None and covered > base_length:
        raise BeyondTheEnd


def _kind(op: Any) -> str:
    if not isinstance(op, dict):
        raise BadOperation("an operation is an object")
    kinds = [kind for kind in ("insert", "retain", "delete") if kind in op]
    if len(kinds) != 1 or set(op) - {kinds[0], "attributes"}:
        raise BadOperation("an operation is one of insert, retain and delete, with perhaps attributes")
    return kinds[0]


def _check_count(count: Any) -> int:
    if type(count) is not int or count < 1:
        raise BadOperation("a length is a whole number above zero")
    if count > LONGEST_TEXT:
        raise BeyondTheEnd
    return count


def _check_insert(op: Op) -> int:
    content = op["insert"]
    if isinstance(content, dict):
        if len(content) != 1 or not set(content) <= EMBEDS:
            raise BadOperation("this cannot be embedded in a text")
        return 1
    if not isinstance(content, str) or not content:
        raise BadOperation("an insertion is text that is not empty")
    if "\0" in content:
        raise BadOperation("a text holds no U+0000")
    try:
        content.encode()
    except UnicodeEncodeError:
        raise BadOperation("half of a character stands alone") from None
    return units(content)


def _check_attributes(op: Op, kind: str) -> None:
    attributes = op["attributes"]
    if kind == "delete" or not isinstance(attributes, dict) or not attributes:
        raise BadOperation("attributes are an object that is not empty, of an insertion or a retain")
    for name, value in attributes.items():
        allows = FORMATS.get(name)
        if allows is None:
            raise BadOperation("there is no such format")
        if not (allows(value) or (value is None and kind == "retain")):
            raise BadOperation(f"the format {name} does not take this value")
        if name in BLOCK_FORMATS and kind == "insert" and set(op["insert"]) != {"\n"}:
            raise BadOperation(f"the format {name} stands on line breaks")
