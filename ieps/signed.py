"""What of an IEP is signed: one plain content of its texts, columns and rows, the same for the same IEP for ever.

Columns that a later release adds are in what is signed from then on; a version signed before is compared by the names
that it holds itself.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models

from core.actor import Actor
from documents.signing import Subject
from ieps.models import Amendment, Iep
from ieps.narrative import texts_of_iep
from ieps.sections import KEPT_BY_AMENDMENTS, SECTIONS
from students.whole import plain

KIND = "iep"
FORMAT = "throughline.iep.1"
ABOUT = frozenset(
    {"organization", "iep", "student", "created_at", "changed_at", "changed_by_name", "version"}
)
"""Columns that say who changed a row and when, not what it says."""


def subject_of(*, actor: Actor, iep: Iep) -> Subject:
    """An IEP as something to sign, read anew from the database; `iep.student` is at hand."""
    return Subject(kind=KIND, id=iep.id, student=iep.student, content=content_of(actor=actor, iep=iep))


def content_of(*, actor: Actor, iep: Iep) -> dict[str, Any]:
    """Everything that an IEP says, as plain values."""
    stored = Iep.objects.get(organization_id=iep.organization_id, id=iep.id)
    texts = texts_of_iep(actor=actor, iep=stored)
    columns = ("number", "kind", "language", *KEPT_BY_AMENDMENTS)
    names = {name for section in SECTIONS for name in section.fields}
    names |= set(columns)
    amendment = Amendment.objects.filter(organization_id=iep.organization_id, iep_id=iep.id).first()
    return {
        "format": FORMAT,
        "iep_id": str(stored.id),
        "student_id": str(stored.student_id),
        "columns": {name: _plain(getattr(stored, name)) for name in sorted(names - texts.keys())},
        "texts": {name: text.as_signed() for name, text in sorted(texts.items())},
        "goals": [_row(goal) for goal in stored.goals.order_by("number")],
        "services": [_row(row) for row in stored.services.order_by("created_at", "id")],
        "accommodations": [_row(row) for row in stored.accommodations.order_by("created_at", "id")],
        "amendment": _row(amendment, leave={"copy_asked_on", "copy_given_on"}) if amendment else None,
    }


def differing(signed: Any, now: Any, path: str = "") -> Iterator[str]:
    """Where what stands now is not what was signed, such as `goals.2.target_value`."""
    if isinstance(signed, Mapping) and isinstance(now, Mapping):
        for name, value in signed.items():
            yield from differing(value, now.get(name), f"{path}.{name}" if path else str(name))
    elif isinstance(signed, list) and isinstance(now, list) and len(signed) == len(now):
        for number, (before, after) in enumerate(zip(signed, now, strict=True), start=1):
            yield from differing(before, after, f"{path}.{number}")
    elif signed != now:
        yield path


def _row(row: models.Model, leave: set[str] | None = None) -> dict[str, Any]:
    left = ABOUT | (leave or set())
    return {
        field.attname: _plain(getattr(row, field.attname))
        for field in row._meta.concrete_fields
        if field.name not in left
    }


def _plain(value: Any) -> Any:
    """A number in one form, whatever the places of its column; anything else as JSON keeps it."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    return plain(value)
