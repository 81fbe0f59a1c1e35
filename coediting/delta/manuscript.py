"""A text that changes in place: what the owner of a text holds in memory between commits."""

from __future__ import annotations

from typing import Any

from coediting.delta.algebra import Attributes, composed_attributes, same
from coediting.delta.check import LONGEST_TEXT, BeyondTheEnd, SplitPair, TooLarge
from coediting.delta.units import Op, Ops, narrow, splits_a_pair, wide

_AT_A_TIME = 128

Run = tuple[Any, Attributes]
"""Text in its wide form, or an embed; and its attributes."""


class Manuscript:
    """A text as runs of equal attributes. `apply` costs microseconds and does all of a change or nothing.

    After any changes `ops()` equals what `apply` of the algebra makes of the same text and changes.
    """

    __slots__ = ("_runs", "_sizes", "length")

    def __init__(self, ops: Ops = ()) -> None:
        self._runs: list[Run] = []
        self._sizes: list[int] = []
        for op in ops:
            _put(self._runs, self._sizes, *_inserted(op))
        self.length = sum(self._sizes)
        """In UTF-16 code units."""

    def ops(self) -> list[Op]:
        """The text as operations."""
        return [
            {"insert": narrow(content) if type(content) is str else content}
            | ({"attributes": dict(attributes)} if attributes else {})
            for content, attributes in self._runs
        ]

    def plain(self) -> str:
        """The words alone; an embed is one object replacement character."""
        return narrow("".join(content if type(content) is str else "\ufffc" for content, _ in self._runs))

    def apply(self, change: Ops) -> None:
        """Change the text. Raises BeyondTheEnd, SplitPair or TooLarge, and then the text is as it was."""
        walk = _Walk(self._runs, self._sizes, change)
        for op in change[walk.skipped :]:
            if "insert" in op:
                walk.insert(op)
            elif "delete" in op:
                walk.delete(op["delete"])
            else:
                walk.retain(op["retain"], op.get("attributes"))
        grown = self.length + walk.grown
        if grown > LONGEST_TEXT and walk.grown > 0:
            raise TooLarge(f"a text has at most {LONGEST_TEXT} code units")
        walk.finish()
        self.length = grown


class _Walk:
    """One change on its way through the runs: what it rewrites is gathered and put in their place at the end."""

    __slots__ = ("_at", "_gone", "_made", "_runs", "_sizes", "_sizes_made", "_start", "grown", "skipped")

    def __init__(self, runs: list[Run], sizes: list[int], change: Ops) -> None:
        self._runs, self._sizes = runs, sizes
        self._made: list[Run] = []
        self._sizes_made: list[int] = []
        self.grown = 0
        first = change[0] if change else {}
        self.skipped = int("retain" in first and not first.get("attributes"))
        left = first["retain"] if self.skipped else 0
        self._at, left = _passed(sizes, left)
        self._gone = left
        self._start = self._at
        if self._at == len(sizes) and left:
            raise BeyondTheEnd
        if left:
            content, attributes = runs[self._at]
            if len(change) > 1 and splits_a_pair(content, left):
                raise SplitPair
            self._made.append((content[:left], attributes))
            self._sizes_made.append(left)
        elif self._at:
            self._start -= 1
            self._made.append(runs[self._start])
            self._sizes_made.append(sizes[self._start])

    def insert(self, op: Op) -> None:
        content, size, attributes = _inserted(op)
        self.grown += size
        _put(self._made, self._sizes_made, content, size, attributes)

    def delete(self, count: int) -> None:
        self.grown -= count
        while count:
            count -= self._step(count)[1]

    def retain(self, count: int, over: Attributes) -> None:
        while count:
            (content, attributes), size, start = self._step(count)
            if over:
                attributes = composed_attributes(attributes, over, keep_null=False)
            part = content[start : start + size] if type(content) is str else content
            _put(self._made, self._sizes_made, part, size, attributes)
            count -= size

    def _step(self, wanted: int) -> tuple[Run, int, int]:
        """Pass at most `wanted` units of the run here: the run, how many, and from where in it."""
        if self._at == len(self._sizes):
            raise BeyondTheEnd
        run, start = self._runs[self._at], self._gone
        left = self._sizes[self._at] - start
        if wanted < left:
            self._gone = start + wanted
            if splits_a_pair(run[0], self._gone):
                raise SplitPair
            return run, wanted, start
        self._at, self._gone = self._at + 1, 0
        return run, left, start

    def finish(self) -> None:
        """Put what was made in the place of what was passed, joined to what follows."""
        if self._at < len(self._sizes):
            content, attributes = self._runs[self._at]
            size = self._sizes[self._at] - self._gone
            _put(
                self._made,
                self._sizes_made,
                content[self._gone :] if self._gone else content,
                size,
                attributes,
            )
            self._at += 1
        self._runs[self._start : self._at] = self._made
        self._sizes[self._start : self._at] = self._sizes_made


def _passed(sizes: list[int], left: int) -> tuple[int, int]:
    """How many whole runs a number of units passes, and how many units are left; many runs go by at a time."""
    at = 0
    while at + _AT_A_TIME < len(sizes) and (total := sum(sizes[at : at + _AT_A_TIME])) <= left:
        left -= total
        at += _AT_A_TIME
    while at < len(sizes) and sizes[at] <= left:
        left -= sizes[at]
        at += 1
    return at, left


def _inserted(op: Op) -> tuple[Any, int, Attributes]:
    content = op["insert"]
    if type(content) is str:
        content = wide(content)
        return content, len(content), op.get("attributes")
    return content, 1, op.get("attributes")


def _put(runs: list[Run], sizes: list[int], content: Any, size: int, attributes: Attributes) -> None:
    """Add a run to the end, joined to the last one when they are of a kind."""
    if runs:
        before, its = runs[-1]
        if type(before) is str and type(content) is str and same(its, attributes):
            runs[-1] = (before + content, attributes)
            sizes[-1] += size
            return
    runs.append((content, attributes))
    sizes.append(size)
