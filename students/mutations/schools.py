"""What becomes of case files when their school changes."""

from uuid import UUID

from accounts.queries import school
from core.actor import Actor
from core.mutation import mutation, publish, unchanged
from students.models import Student

TOLD_AT_ONCE = 500


@mutation
def tell_of_school(*, actor: Actor, school_id: UUID) -> int:
    """Tell the open pages of a school's students that it has another name. Returns how many. Raises NotFound."""
    changed = school(actor=actor, school_id=school_id)
    unchanged(actor)  # the school's own change is in the audit
    students = list(
        Student.objects.visible_to(actor).filter(school_id=school_id).values_list("id", flat=True)
    )
    for start in range(0, len(students), TOLD_AT_ONCE):
        topics = [f"student.{student_id}" for student_id in students[start : start + TOLD_AT_ONCE]]
        publish(actor, "students.school.told", changed, topics=topics)
    return len(students)
