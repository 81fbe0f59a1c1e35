"""What comes from another system, told apart from what it was before."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

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
