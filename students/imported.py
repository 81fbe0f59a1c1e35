"""What comes from another system, told apart from what it was before."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models

from core.actor import Actor
from core.errors import NotFound
from core.mutation import require
from students.models import Student
from students.rules import may_keep_imported


def fingerprint_of(values: Mapping[str, Any]) -> str:
    """One word for all values, equal when nothing changed."""
    text = json.dumps(values, sort_keys=True, default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def imported_student(*, actor: Actor, student_id: UUID) -> Student:
    """A student about whom another system brings news, locked. Raises NotFound, NotAllowed."""
    student = (
        Student.objects.select_for_update(
            of=("self",), no_key=True
        )  # for all: whoever imports brings every pupil
        .filter(organization_id=actor.organization_id, id=student_id)
        .first()
    )
    if student is None:
        raise NotFound
    require(actor, may_keep_imported, student)
    return student


def keep_rows(
    model: type[models.Model],
    *,
    actor: Actor,
    student: Student,
    rows: Sequence[Any],
    source: str,
    now: datetime,
) -> int:
    """Write down rows about a student as their source has them now. Returns how many are new or differ."""
    mine = {"organization_id": actor.organization_id, "source": source}
    before: Iterable[Any] = model._default_manager.filter(
        **mine, sourced_id__in=[row.sourced_id for row in rows]
    )
    known = {row.sourced_id: row for row in before}
    changed = 0
    for row in rows:
        values = asdict(row)
        mark = fingerprint_of(values)
        kept: Any = known.get(row.sourced_id)
        if kept is not None and kept.fingerprint == mark and kept.student_id == student.id:
            continue
        kept = kept or model(**mine)
        for name, value in values.items():
            setattr(kept, name, value)
        kept.student, kept.fingerprint, kept.changed_at = student, mark, now
        kept.save()
        changed += 1
    return changed
