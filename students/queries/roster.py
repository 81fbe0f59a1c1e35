"""The roster's pupils, for whom a case file can be opened."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet, Value

from core.actor import Actor
from core.mutation import require
from students.models import RosterEntry, Student, words_in
from students.queries.files import MOST_WORDS, StartsWith
from students.rules import may_add_students

ROSTER_PAGE_ROWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """A pupil of the roster. `student_id` is that of a case file the reader may see."""

    entry_id: UUID
    name: str
    grade: str
    grade_code: str
    school_id: UUID | None
    school_name: str
    has_file: bool
    student_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """One page of the pupils in the roster, by name."""

    rows: tuple[RosterRow, ...]
    next: str
    words: str


def roster_rows(*, actor: Actor, words: str = "") -> "QuerySet[RosterEntry]":
    """The roster's pupils whom the actor may refer, for cursor pages. Raises NotAllowed."""
    require(actor, may_add_students, None)
    rows = RosterEntry.objects.visible_to(actor).filter(part=RosterEntry.Part.STUDENT, is_current=True)
    for word in words_in(words)[:MOST_WORDS]:
        rows = rows.filter(
            Q(StartsWith("sort_name", Value(word)))
            | Q(sort_name__contains=f" {word}")
            | Q(identifier=words.strip())
        )
    return rows.select_related("school")


def roster_shown(*, actor: Actor, entries: Iterable[RosterEntry]) -> tuple[RosterRow, ...]:
    """Pupils of the roster as a list shows them, with those case files that the actor sees."""
    shown = list(entries)
    seen = Student.objects.visible_to(actor).filter(
        id__in=[row.student_id for row in shown if row.student_id]
    )
    mine = set(seen.values_list("id", flat=True))
    return tuple(
        RosterRow(
            entry_id=row.id,
            name=row.name,
            grade=row.get_grade_display(),
            grade_code=row.grade,
            school_id=row.school_id,
            school_name=row.school.name if row.school else "",
            has_file=row.student_id is not None,
            student_id=row.student_id if row.student_id in mine else None,
        )
        for row in shown
    )


def roster(*, actor: Actor, words: str = "", after: UUID | None = None) -> Roster:
    """One page of the roster's pupils whom the actor may refer, by name. Raises NotAllowed."""
    rows = roster_rows(actor=actor, words=words)
    if after is not None and (mark := rows.filter(id=after).first()):
        rows = rows.filter(Q(sort_name__gt=mark.sort_name) | Q(sort_name=mark.sort_name, id__gt=mark.id))
    page = list(rows.order_by("sort_name", "id")[: ROSTER_PAGE_ROWS + 1])
    shown = page[:ROSTER_PAGE_ROWS]
    return Roster(
        rows=roster_shown(actor=actor, entries=shown),
        next=str(shown[-1].id) if len(page) > ROSTER_PAGE_ROWS else "",
        words=words,
    )
