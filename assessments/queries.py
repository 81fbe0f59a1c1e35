"""Reading results of assessments."""

from uuid import UUID

from django.db.models import QuerySet

from accounts.rights import Group
from assessments.models import AssessmentResult
from core.actor import Actor
from students.models import Student
from students.queries import opened_student, require_sight


def results(*, actor: Actor, student_id: UUID) -> QuerySet[AssessmentResult]:
    """The results of a student, newest first. Raises NotFound for who does not see them."""
    student, tied = opened_student(actor=actor, student_id=student_id)
    require_sight(tied, Group.ASSESSMENTS)
    return results_of(actor=actor, student=student)


def results_of(*, actor: Actor, student: Student) -> QuerySet[AssessmentResult]:
    """The results of a student of whom the actor sees them, newest first."""
    rows = AssessmentResult.objects.filter(organization_id=actor.organization_id, student=student)
    return rows.order_by("-administered_on", "title", "id")
