"""Reading program enrollments."""

from uuid import UUID

from django.db.models import F, QuerySet

from accounts.rights import Group
from core.actor import Actor
from students.models import ProgramEnrollment, Student
from students.queries.files import opened_student, require_sight


def program_enrollments(*, actor: Actor, student_id: UUID) -> QuerySet[ProgramEnrollment]:
    """The programs of a student, special education first. Raises NotFound for who does not see the record."""
    student, tied = opened_student(actor=actor, student_id=student_id)
    require_sight(tied, Group.RECORD)
    return programs_of(actor=actor, student=student)


def programs_of(*, actor: Actor, student: Student) -> QuerySet[ProgramEnrollment]:
    """The programs of a student whose record the actor sees: special education first, then the newest."""
    rows = ProgramEnrollment.objects.filter(organization_id=actor.organization_id, student=student)
    return rows.order_by("-is_special_education", F("begins_on").desc(), "name", "id")
