"""What one version of an IEP changes of another: texts word by word, columns and rows field by field. Pure.

Both versions are contents of `ieps.signed.content_of`, so that versions signed years ago compare like today's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from coediting import delta

Content = Mapping[str, Any]
Row = Mapping[str, Any]
LISTS = ("goals", "services", "accommodations")
NOT_SAID = frozenset({"id", "lineage_id", "iep_id", "student_id"})
ALWAYS_OTHER = frozenset({"number", "kind"})
"""Columns that say which version it is, not what it says."""
SHORTEST_WORDS = 3
"""Words in a value for it to be compared word by word."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words: `same`, `added`, `removed`, or `formatted`: the same words that look different."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field in both versions, with its words piece by piece when it holds a text."""

    name: str
    before: Any
    after: Any
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PartChange:
    """A goal, service or accommodation that was `added`, `removed` or `changed`; `row` is its newest form."""

    part: str
    kind: str
    number: int
    row: Row
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """Everything that differs."""

    fields: tuple[FieldChange, ...]
    parts: tuple[PartChange, ...]

    @property
    def count(self) -> int:
        """How many fields and rows differ."""
        return len(self.fields) + len(self.parts)


def compare(base: Content, new: Content) -> Differences:
    """What `new` changes of `base`."""
    columns, earlier = new["columns"], base["columns"]
    fields = [
        field
        for name in columns
        if name not in ALWAYS_OTHER and (field := _field(name, earlier.get(name), columns[name]))
    ]
    fields += [
        text for name in new["texts"] if (text := _text(name, base["texts"].get(name), new["texts"][name]))
    ]
    parts = [change for part in LISTS for change in _parts(part, base[part], new[part])]
    return Differences(fields=tuple(fields), parts=tuple(parts))


def pieces(change: delta.Ops, base: delta.Ops) -> tuple[Piece, ...]:
    """A change of a text as stretches of words; what is neither added nor removed is told too."""
    found: list[Piece] = []
    words, at = delta.plain(base).encode("utf-16-le"), 0
    for op in change:
        if "insert" in op:
            _push(found, "added", op["insert"] if isinstance(op["insert"], str) else "\ufffc")
            continue
        count = int(op.get("retain") or op["delete"])
        stretch = words[at * 2 : (at + count) * 2].decode("utf-16-le", "replace")
        at += count
        kind = "removed" if "delete" in op else "formatted" if op.get("attributes") else "same"
        _push(found, kind, stretch)
    _push(found, "same", words[at * 2 :].decode("utf-16-le", "replace"))
    return tuple(_as_read(found))


def _as_read(found: list[Piece]) -> list[Piece]:
    """What was removed before what came in its place, as people read it."""
    for place in range(1, len(found)):
        if (found[place - 1].kind, found[place].kind) == ("added", "removed"):
            found[place - 1], found[place] = found[place], found[place - 1]
    return found


def _push(found: list[Piece], kind: str, text: str) -> None:
    if text:
        found.append(Piece(kind, text))


def _ops(text: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    if not text:
        return []
    return list(text.get("ops") or ([{"insert": text["words"] + "\n"}] if text.get("words") else []))


def _text(name: str, before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> FieldChange | None:
    old, new = _ops(before), _ops(after)
    change = delta.diff(old, new)
    made = pieces(change, old)
    if all(piece.kind == "same" or not piece.text.strip() for piece in made):
        return None
    words = (before or {}).get("words", "")
    return FieldChange(name=name, before=words, after=after["words"], pieces=made)


def _field(name: str, before: Any, after: Any) -> FieldChange | None:
    if before == after:
        return None
    made: tuple[Piece, ...] = ()
    if isinstance(before, str) and isinstance(after, str) and len(before.split()) >= SHORTEST_WORDS:
        old, new = delta.from_plain(before), delta.from_plain(after)
        made = pieces(delta.diff(old, new), old)
    return FieldChange(name=name, before=before, after=after, pieces=made)


def _parts(part: str, base: Sequence[Row], new: Sequence[Row]) -> Iterator[PartChange]:
    pairs = _pairs(part, base, new)
    for number, row in enumerate(new, start=1):
        old = pairs.pop(number - 1, None)
        if old is None:
            yield PartChange(part=part, kind="added", number=number, row=row)
            continue
        fields = tuple(
            field
            for name in row
            if name not in NOT_SAID and (field := _field(name, old.get(name), row[name]))
        )
        if fields:
            yield PartChange(part=part, kind="changed", number=number, row=row, fields=fields)
    kept = {id(row) for row in _pairs(part, base, new).values()}
    for number, row in enumerate(base, start=1):
        if id(row) not in kept:
            yield PartChange(part=part, kind="removed", number=number, row=row)


def _pairs(part: str, base: Sequence[Row], new: Sequence[Row]) -> dict[int, Row]:
    """Which earlier row each later one goes on with, by its place: the same goal, else the row most like it."""
    if part == "goals":
        by_lineage = {row["lineage_id"]: row for row in base}
        return {
            place: by_lineage[row["lineage_id"]]
            for place, row in enumerate(new)
            if row["lineage_id"] in by_lineage
        }
    found: dict[int, Row] = {}
    left = list(base)
    likeness = sorted(
        (
            (_alike(old, row), -place, index)
            for place, row in enumerate(new)
            for index, old in enumerate(base)
        ),
        reverse=True,
    )
    for alike, place, index in likeness:
        old = base[index]
        if alike > 0 and -place not in found and any(old is row for row in left):
            found[-place] = old
            left = [row for row in left if row is not old]
    return found


def _alike(a: Row, b: Row) -> int:
    """How many fields two rows share; none when they are of different kinds."""
    if a.get("kind") != b.get("kind"):
        return 0
    names = (b.keys() & a.keys()) - NOT_SAID
    same = sum(a[name] == b[name] for name in names)
    words = set(str(a.get("text", "")).casefold().split()) & set(str(b.get("text", "")).casefold().split())
    return same if "text" not in b else 10 * len(words) + same if words else 0
