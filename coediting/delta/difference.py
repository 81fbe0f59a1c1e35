"""What changed between two texts, in words: for comparing versions and for going back to one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

from coediting.delta.algebra import difference_of_attributes, push, same
from coediting.delta.units import Op, Ops, narrow, narrowed, widened

_LINES = re.compile(r"[^\n]*\n|[^\n]+")
_ALONE = "!-/:-@\\[-`{-~\u2000-\u206f\u3000-\u9fff"
"""Punctuation, and the letters of scripts that put no space between words."""
_WORDS = re.compile(rf"\n|[^\S\n]+|[^\s{_ALONE}]+|[{_ALONE}]")
_MOST_WORDS: Final = 4_000
"""A passage of more words than this that changed is one deletion and one insertion: matching it takes too long."""

Step = tuple[str, int]
"""`equal`, `delete` or `insert`, and how many code units."""


def diff(a: Ops, b: Ops) -> list[Op]:
    """The change that makes the text `b` of the text `a`, in whole words where words changed."""
    wide_a, wide_b = widened(a), widened(b)
    from_a, from_b = _Reader(wide_a), _Reader(wide_b)
    result: list[Op] = []
    for kind, count in _steps(_flat(wide_a), _flat(wide_b)):
        if kind == "insert":
            for op in from_b.take(count):
                push(result, op)
        elif kind == "delete":
            push(result, {"delete": count})
            list(from_a.take(count))
        else:
            for op in _equal(from_a, from_b, count):
                push(result, op)
    if result and "retain" in result[-1] and "attributes" not in result[-1]:
        result.pop()
    return narrowed(result)


def _flat(ops: Ops) -> str:
    return "".join(op["insert"] if type(op["insert"]) is str else "\0" for op in ops)


def marked(text: Ops, change: Ops) -> Iterator[tuple[str, str]]:
    """What a change does to a text, as `same`, `insert`, `delete` or `format` and the words, to its end."""
    reader = _Reader(widened(text))
    for op in widened(change):
        if "insert" in op:
            yield "insert", _words([op])
        elif "delete" in op:
            yield "delete", _words(reader.take(op["delete"]))
        else:
            yield "format" if op.get("attributes") else "same", _words(reader.take(op["retain"]))
    if rest := _words(reader.rest()):
        yield "same", rest


def _words(ops: Iterable[Op]) -> str:
    return narrow("".join(op["insert"] if type(op["insert"]) is str else "\ufffc" for op in ops))


class _Reader:
    """Takes a text apart from its start."""

    def __init__(self, ops: Ops) -> None:
        self._ops = ops
        self._at = self._gone = 0

    def left(self) -> int:
        """How much the operation here still has."""
        content = self._ops[self._at]["insert"]
        return (len(content) if type(content) is str else 1) - self._gone

    def rest(self) -> Iterator[Op]:
        """Everything that is left."""
        while self._at < len(self._ops):
            yield from self.take(self.left())

    def take(self, count: int) -> Iterator[Op]:
        """The next `count` units, operation by operation."""
        while count:
            op, size = self._ops[self._at], min(count, self.left())
            content: Any = op["insert"]
            part = content[self._gone : self._gone + size] if type(content) is str else content
            self._gone += size
            if not self.left():
                self._at, self._gone = self._at + 1, 0
            count -= size
            yield {**op, "insert": part}


def _equal(from_a: _Reader, from_b: _Reader, count: int) -> Iterator[Op]:
    """The same letters in both: only formats, and what embeds hold, can differ."""
    while count:
        size = min(count, from_a.left(), from_b.left())
        (old,), (new,) = from_a.take(size), from_b.take(size)
        if same(old["insert"], new["insert"]):
            over = difference_of_attributes(old.get("attributes"), new.get("attributes"))
            yield {"retain": size, "attributes": over} if over else {"retain": size}
        else:
            yield new
            yield {"delete": size}
        count -= size


def _steps(a: str, b: str) -> Iterator[Step]:
    """Lines first, then words in the lines that differ: quick on long texts, and readable."""
    start = _common_start(a, b)
    end = _common_end(a[start:], b[start:])
    if start:
        yield "equal", start
    middle_a, middle_b = a[start : len(a) - end], b[start : len(b) - end]
    for kind, old, new in _matched(_LINES.findall(middle_a), _LINES.findall(middle_b)):
        if kind == "equal":
            yield "equal", len(old)
        else:
            yield from _word_steps(old, new)
    if end:
        yield "equal", end


def _word_steps(a: str, b: str) -> Iterator[Step]:
    words_a, words_b = _WORDS.findall(a), _WORDS.findall(b)
    is_long = len(words_a) + len(words_b) > _MOST_WORDS
    pairs = iter([("replace", a, b)]) if is_long else _matched(words_a, words_b)
    for kind, old, new in pairs:
        if kind == "equal":
            yield "equal", len(old)
            continue
        if new:
            yield "insert", len(new)
        if old:
            yield "delete", len(old)


def _matched(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Stretches that are equal and stretches that are not, as text of either side."""
    for kind, i, i_end, j, j_end in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        yield kind, "".join(a[i:i_end]), "".join(b[j:j_end])


def _common_start(a: str, b: str) -> int:
    """How many units two texts have in common at their start, in whole words."""
    count = _most(min(len(a), len(b)), lambda count: a[:count] == b[:count])
    while _is_within_a_word(a, count) or _is_within_a_word(b, count):
        count -= 1
    return count


def _common_end(a: str, b: str) -> int:
    """How many units two texts have in common at their end, in whole words."""
    count = _most(min(len(a), len(b)), lambda count: a[len(a) - count :] == b[len(b) - count :])
    while _is_within_a_word(a, len(a) - count) or _is_within_a_word(b, len(b) - count):
        count -= 1
    return count


def _most(limit: int, holds: Callable[[int], bool]) -> int:
    """The largest number up to `limit` for which something holds that holds for all smaller ones."""
    low = 0
    while low < limit:
        middle = (low + limit + 1) // 2
        if holds(middle):
            low = middle
        else:
            limit = middle - 1
    return low


def _is_within_a_word(text: str, at: int) -> bool:
    return 0 < at < len(text) and not text[at - 1].isspace() and not text[at].isspace()
