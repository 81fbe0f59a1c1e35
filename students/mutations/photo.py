"""The photograph of a student."""

from functools import partial
from typing import BinaryIO
from uuid import UUID

from django.db import transaction

from core.actor import Actor
from core.mutation import audit, mutation, unchanged
from students.models import Student
from students.photos import PHOTOS, redrawn
from students.queries import editable_student
from students.rules import may_write_profile
from students.versions import touch


@mutation
def set_photo(*, actor: Actor, student_id: UUID, source: BinaryIO) -> Student:
    """Put a photograph on a case file, in place of the one before. Raises NotFound, NotAllowed, PhotoRefused."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_profile)
    picture = redrawn(source)
    before = student.photo_key
    student.photo_key = PHOTOS.keep(picture)
    touch(actor=actor, student=student, fields=("photo_key",))
    audit(actor, "students.photo.set", student)
    transaction.on_commit(partial(PHOTOS.drop, before))
    return student


@mutation
def remove_photo(*, actor: Actor, student_id: UUID) -> Student:
    """Take the photograph off a case file, and off the disk. Raises NotFound, NotAllowed."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_profile)
    if not student.photo_key:
        unchanged(actor)
        return student
    before, student.photo_key = student.photo_key, ""
    touch(actor=actor, student=student, fields=("photo_key",))
    audit(actor, "students.photo.removed", student)
    transaction.on_commit(partial(PHOTOS.drop, before))
    return student
