"""What keeping a row of a case file has in common: the values that were named, checked, saved, told of."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Invalid, NotFound
from core.mutation import audit, unchanged
from students.models import Student
from students.models.base import OfStudent
from students.versions import apply_changes, touch

Row = TypeVar("Row", bound=OfStudent)
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)


def new_row(  # each argument is named at the call
    *, actor: Actor, student: Student, row: Row, verb: str, told: Iterable[str] = ()
) -> Row:
    """Save a new row of a student, inside the caller's transaction. Raises Invalid."""
    check_days(row)
    row.full_clean(exclude=["student", "school"])
    row.save(force_insert=True)
    touch(actor=actor, student=student)
    audit(actor, verb, row, **{name: getattr(row, name) for name in told})
    return row


def keep_row(  # each argument is named at the call
    *,
    actor: Actor,
    student: Student,
    row: Row,
    wanted: Mapping[str, Any],
    verb: str,
    expected_version: int | None = None,
) -> Row:
    """Change the named values of a row, inside the caller's transaction; the audit gets their names.

    Raises Invalid, ChangedMeanwhile.
    """
    changed = apply_changes(row, wanted, student=student, expected_version=expected_version)
    if not changed:
        unchanged(actor)
        return row
    check_days(row)
    row.full_clean(exclude=["student", "school"])
    row.save(update_fields=changed)
    touch(actor=actor, student=student)
    audit(actor, verb, row, fields=sorted(changed))
    return row


def drop_row(*, actor: Actor, student: Student, row: OfStudent, verb: str) -> None:
    """Take away a row that was entered by mistake, inside the caller's transaction."""
    audit(actor, verb, row)
    row.delete()
    touch(actor=actor, student=student)


def row_of(rows: "models.Manager[Row] | models.QuerySet[Row]", row_id: UUID) -> Row:
    """One of a student's own rows, locked. Raises NotFound."""
    found = rows.select_for_update(of=("self",)).filter(id=row_id).first()
    if found is None:
        raise NotFound
    return found


def check_days(row: OfStudent) -> None:
    """Refuse days that cannot be, and an end before its beginning. Raises Invalid."""
    wrong: dict[str, list[Any]] = {}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        is_day = isinstance(field, models.DateField) and not isinstance(field, models.DateTimeField)
        if is_day and value is not None and not FIRST_DAY <= value <= LAST_DAY:
            wrong[field.name] = [_("Enter a date between 1990 and 2100.")]
    for first, last in (("starts_on", "ends_on"), ("asked_on", "sent_on"), ("rights_from", "rights_until")):
        start, end = getattr(row, first, None), getattr(row, last, None)
        if start is not None and end is not None and end < start:
            wrong[last] = [_("The last day comes before the first.")]
    if wrong:
        raise Invalid(fields=wrong)
