"""What belongs to one student's whole record, table by table: for its export and for its destruction.

Each app lends its parts by name (`ieps.parts_of_record`); `records` gathers them. `tests/records/test_parts.py` fails
for a table of a student that no app names here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import models

from accounts.rights import Group
from core.encrypted import BlindIndexField
from students.rules import Access

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One table, and how its rows are found from the student's id."""

    model: type[models.Model]
    group: Group
    """Who sees this group of fields of the student is given the table."""
    by: str = "student_id"
    shared: models.Q | None = None
    """The rows for who sees the shared IEP and no drafts; None gives them all."""
    seen_by_all: frozenset[str] = frozenset()
    """When not empty: the columns for who does not see the group."""
    inner: frozenset[str] = frozenset()
    """Columns for the IEP team only."""
    left_out: str = ""
    """Why the table is not exported."""
    goes_with: str = ""
    """Why the rows are removed with those of another table, and not by themselves."""
    kept: str = ""
    """Why the rows outlive the record."""
    hidden: frozenset[str] = frozenset()
    """Columns that say nothing outside this program."""

    @property
    def name(self) -> str:
        """The table's name in an export, such as `students.guardian`."""
        return f"{self.model._meta.app_label}.{self.model._meta.model_name}"

    def rows(self, *, organization_id: UUID, student_id: UUID) -> models.QuerySet[Any]:
        """The rows of one student."""
        return self.model._default_manager.filter(organization_id=organization_id, **{self.by: student_id})


def exported(part: Part, *, tied: Access, organization_id: UUID) -> list[Row] | None:
    """The rows of one part as plain values, oldest first, encrypted ones opened. None for who sees nothing of it."""
    is_whole = tied.sees(part.group)
    if part.group is Group.IEP and part.shared is not None:
        is_whole = is_whole or tied.sees(Group.SHARED_IEP)
    if not is_whole and not part.seen_by_all:
        return None
    rows = part.rows(organization_id=organization_id, student_id=tied.student_id)
    if part.shared is not None and not tied.sees(Group.IEP):
        rows = rows.filter(part.shared)
    columns = [
        field
        for field in part.model._meta.local_fields
        if field.name not in part.hidden | {"organization"}
        and not isinstance(field, BlindIndexField)
        and (is_whole or field.name in part.seen_by_all)
        and (tied.sees(Group.IEP) or field.name not in part.inner)
    ]
    named = [field.name for field in columns if _has_name(field)]
    return [_row(row, columns, named) for row in rows.select_related(*named).order_by("id")]


def _has_name(field: "models.Field[Any, Any]") -> bool:
    """Whether a column points at a school or a person, whose name is given along."""
    return isinstance(field, models.ForeignKey) and field.related_model._meta.label in {
        "accounts.School",
        "accounts.Person",
    }


def _row(row: models.Model, columns: "list[models.Field[Any, Any]]", named: list[str]) -> Row:
    found: Row = {}
    for field in columns:
        found[field.attname] = plain(getattr(row, field.attname))
        if field.name in named:
            other = getattr(row, field.name)
            found[f"{field.name}_name"] = other.name if other else None
    return found


def plain(value: Any) -> Any:
    """A value as JSON keeps it."""
    if isinstance(value, UUID | Decimal):
        return str(value)
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value


def in_order_of_removal(parts: list[Part]) -> Iterator[Part]:
    """The parts so that no row is removed while another still points at it."""
    left = sorted(parts, key=lambda part: part.name)
    while left:
        pointed = {
            field.related_model
            for part in left
            for field in part.model._meta.local_fields
            if isinstance(field, models.ForeignKey) and field.related_model is not part.model
        }
        free = [part for part in left if part.model not in pointed]
        if not free:
            raise LookupError(f"in a circle: {[part.name for part in left]}")
        yield from free
        left = [part for part in left if part not in free]
