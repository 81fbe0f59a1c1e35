"""One student's whole record from every app, as plain values."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.actor import Actor
from core.mutation import require
from core.registry import lent_as
from records.rules import may_export
from students.models import Student
from students.queries import opened_student
from students.rules import Access
from students.whole import Part, Row, exported


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeRecord:
    """What the reader may take along of one student. `left_out` says of each other table why it is not there."""

    student: Student
    is_shared_part: bool
    tables: dict[str, list[Row]]
    left_out: dict[str, str]
    files: tuple[tuple[str, bytes], ...]

    @property
    def counts(self) -> dict[str, int]:
        """Rows of each table."""
        return {name: len(rows) for name, rows in self.tables.items()}


def all_parts() -> list[Part]:
    """Every table of a student that any app named."""
    return [part for parts in lent_as("parts_of_record") for part in parts()]


def whole_record(*, actor: Actor, student_id: UUID) -> WholeRecord:
    """Everything of one student that the actor may take along; encrypted fields opened. Raises NotFound, NotAllowed.

    Source: 34 CFR 300.613 and 99.10, the right to inspect and to have a copy.
    """
    student, tied = opened_student(actor=actor, student_id=student_id)
    require(actor, may_export, student)
    tables, left_out = _tables(actor, tied)
    files = tuple(
        file for copies in lent_as("copies_of_record") for file in copies(tied=tied, student=student)
    )
    return WholeRecord(
        student=student,
        is_shared_part=bool(left_out.keys() - {part.name for part in all_parts() if part.left_out}),
        tables=tables,
        left_out=left_out,
        files=files,
    )


def _tables(actor: Actor, tied: Access) -> tuple[dict[str, list[Row]], dict[str, str]]:
    tables: dict[str, list[Row]] = {}
    left_out: dict[str, str] = {}
    for part in all_parts():
        rows = None
        if not part.left_out:
            rows = exported(part, tied=tied, organization_id=actor.organization_id)
        if rows is None:
            left_out[part.name] = part.left_out or "Not among what this reader sees."
        else:
            tables[part.name] = rows
    for more in lent_as("tables_of_record"):
        tables |= more(organization_id=actor.organization_id, tied=tied)
    return dict(sorted(tables.items())), dict(sorted(left_out.items()))


def as_json(record: WholeRecord, *, about: dict[str, Any]) -> dict[str, Any]:
    """The stable shape of `record.json` (`docs/record-export.md`)."""
    return {
        "format": "throughline-record",
        "version": 1,
        **about,
        "student_id": str(record.student.id),
        "is_shared_part": record.is_shared_part,
        "tables": record.tables,
        "left_out": record.left_out,
    }
