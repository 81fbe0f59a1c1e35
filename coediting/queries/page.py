"""The page of a text's history: one version of it, whose its words are, and what is different in another one."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coediting import delta
from coediting.log import manuscript_at, with_authors
from coediting.models import Ops, Text, TextChange
from coediting.queries.history import Words, said, told, words_of
from coediting.queries.texts import TextState, state_at, visible_text
from coediting.refusals import Locked
from coediting.rules import may_edit_text, rights
from coediting.sittings import Sitting, all_sittings_of
from core.actor import Actor
from core.errors import NotFound
from core.models import topic
from core.mutation import require
from core.outbox import topic_version
from core.registry import lent

COLOURS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a text stands: what it is called, the record that it belongs to, and their pages."""

    label: str
    record: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """One author of the version that is shown. `share` of its letters, in percent."""

    id: str
    name: str
    colour: int
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Some words in one line of a text, and whose they are."""

    text: str
    author: Author
    at: datetime
    is_new_author: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Words that are the same in both versions, or in one of them: `same`, `insert`, `delete`, `format`."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryPage:
    """A text at `version`, which `last` made. `marks` say what is different in it from the version `compared`.

    `inserted` and `deleted` count words.
    """

    text_id: UUID
    student_id: UUID
    place: Place
    version: int
    newest: int
    last: Sitting | None
    sittings: tuple[Sitting, ...]
    ops: Ops
    authors: tuple[Author, ...]
    lines: tuple[tuple[Piece, ...], ...]
    compared: int | None
    marks: tuple[Mark, ...]
    inserted: int
    deleted: int
    is_locked: bool
    may_restore: bool
    topic: str
    topic_version: str

    @property
    def is_newest(self) -> bool:
        """Whether the text reads like this today."""
        return self.version == self.newest


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is different in a text at `version` from it at `compared`; the counts are of words."""

    student_id: UUID
    version: int
    compared: int
    marks: tuple[Mark, ...]
    inserted: int
    deleted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPage:
    """A text on a page of its own."""

    student_id: UUID
    place: Place
    text: TextState


def text_page(*, actor: Actor, text_id: UUID) -> TextPage:
    """One text as it is now and where it stands. Raises NotFound."""
    text = visible_text(actor=actor, text_id=text_id)
    return TextPage(
        student_id=text.student_id,
        place=_place(actor, text),
        text=state_at(text, text.version, may_edit=rights(actor, text).may_edit),
    )


def history_page(
    *, actor: Actor, text_id: UUID, version: int | None = None, compared: int | None = None
) -> HistoryPage:
    """One version of a text, the newest when none is named. Raises NotFound."""
    version_of_topic = topic_version(
        topic("text", text_id)
    )  # before the content, so that a change between is news
    text = visible_text(actor=actor, text_id=text_id)
    wanted = text.version if version is None else version
    if not 0 <= wanted <= text.version or not 0 <= (compared or 0) <= text.version:
        raise NotFound
    ops, runs = with_authors(text, wanted)
    sittings = told(all_sittings_of(text))
    words = words_of(runs, sittings)
    authors = _authors(words, sittings)
    marks = () if compared is None else _marks(text, ops, compared)
    return HistoryPage(
        text_id=text.id,
        student_id=text.student_id,
        place=_place(actor, text),
        version=wanted,
        newest=text.version,
        last=_last(text, wanted),
        sittings=sittings,
        ops=ops,
        authors=tuple(author for author in authors.values() if author.share),
        lines=tuple(_lines(words, authors)),
        compared=compared,
        marks=marks,
        inserted=_count(marks, "insert"),
        deleted=_count(marks, "delete"),
        is_locked=text.locked_at is not None,
        may_restore=rights(actor, text).may_edit and text.locked_at is None and wanted != text.version,
        topic=text.topic,
        topic_version=version_of_topic,
    )


def comparison(*, actor: Actor, text_id: UUID, version: int, compared: int) -> Comparison:
    """What is different in one version of a text from another. Raises NotFound."""
    text = visible_text(actor=actor, text_id=text_id)
    if not 0 <= version <= text.version or not 0 <= compared <= text.version:
        raise NotFound
    marks = _marks(text, manuscript_at(text, version).ops(), compared)
    return Comparison(
        student_id=text.student_id,
        version=version,
        compared=compared,
        marks=marks,
        inserted=_count(marks, "insert"),
        deleted=_count(marks, "delete"),
    )


def restore_page(*, actor: Actor, text_id: UUID, version: int) -> HistoryPage:
    """One version compared with the text as it is now. Raises NotFound; NotAllowed and Locked as restoring does."""
    text = visible_text(actor=actor, text_id=text_id)
    require(actor, may_edit_text, text)
    if text.locked_at is not None:
        raise Locked
    return history_page(actor=actor, text_id=text_id, version=version, compared=text.version)


def _place(actor: Actor, text: Text) -> Place:
    """What the owner of the text calls it: it lends `<rule>.text_place(actor=, subject_id=, field=)` as a `Place`."""
    place: Place = lent(f"{text.rule}.text_place")(actor=actor, subject_id=text.subject_id, field=text.field)
    return place


def _last(text: Text, version: int) -> Sitting | None:
    """Who made a version and when, as a sitting of one change."""
    row = TextChange.objects.filter(
        organization_id=text.organization_id, text_id=text.id, version=version
    ).first()
    if row is None:
        return None
    return Sitting(
        by=row.author_id,
        by_name=said(row.author_id, row.author_name),
        began_at=row.at,
        ended_at=row.at,
        first_version=version,
        last_version=version,
        changes=1,
    )


def _authors(words: Sequence[Words], sittings: Sequence[Sitting]) -> dict[str, Author]:
    """Every author in the order of their first words; the same colour in every version."""
    letters: Counter[str] = Counter()
    for run in words:
        letters[run.by] += len(run.text.replace("\n", ""))
    total = max(1, letters.total())
    names = {run.by: run.by_name for run in words} | {one.by: one.by_name for one in sittings}
    order = list(dict.fromkeys([*(one.by for one in sittings), *names]))
    return {
        by: Author(id=by, name=names[by], colour=at % COLOURS + 1, share=_share(letters[by], total))
        for at, by in enumerate(order)
    }


def _share(part: int, whole: int) -> int:
    """In percent; one for anything above zero."""
    return max(round(100 * part / whole), int(part > 0))


def _lines(words: Sequence[Words], authors: Mapping[str, Author]) -> Iterator[tuple[Piece, ...]]:
    line: list[Piece] = []
    before = ""
    for run in words:
        for at, part in enumerate(run.text.split("\n")):
            if at:
                yield tuple(line)
                line = []
            if part:
                is_new = run.by != before
                line.append(Piece(text=part, author=authors[run.by], at=run.at, is_new_author=is_new))
                before = run.by
    if line:
        yield tuple(line)


def _marks(text: Text, ops: Ops, compared: int) -> tuple[Mark, ...]:
    """What is different in the version shown from another one."""
    other = manuscript_at(text, compared).ops()
    return tuple(Mark(kind=kind, text=words) for kind, words in delta.marked(other, delta.diff(other, ops)))


def _count(marks: Iterable[Mark], kind: str) -> int:
    """How many words."""
    return sum(len(mark.text.split()) for mark in marks if mark.kind == kind)
