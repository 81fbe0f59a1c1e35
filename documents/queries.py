"""Reading consents."""

from datetime import date
from uuid import UUID

from core.actor import Actor
from documents.models import Consent
from students.queries import visible_student


def has_consent(*, actor: Actor, student_id: UUID, kind: str, on: date) -> bool:
    """Whether a consent of this kind is in force on a day. Raises NotFound for a student not visible."""
    student = visible_student(actor=actor, student_id=student_id)
    return Consent.objects.filter(student=student, kind=kind, given_on__lte=on, revoked_on=None).exists()
