"""Reading students. Every function takes the actor and answers only what that actor may see."""

from uuid import UUID

from core.actor import Actor
from core.errors import NotFound
from students.models import Student
from students.rules import Access, access


def visible_student(*, actor: Actor, student_id: UUID, lock: bool = False) -> Student:
    """One student. Raises NotFound for a student who does not exist for this actor."""
    rows = Student.objects.visible_to(actor)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    student = rows.filter(id=student_id).first()
    if student is None:
        raise NotFound
    return student


def opened_student(*, actor: Actor, student_id: UUID, lock: bool = False) -> tuple[Student, Access]:
    """One student and what the actor is to them. Raises NotFound."""
    student = visible_student(actor=actor, student_id=student_id, lock=lock)
    return student, access(actor, student)
