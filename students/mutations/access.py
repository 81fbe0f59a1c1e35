"""The record of access, and the date that the IEP in force writes on its student."""

from datetime import date, timedelta
from uuid import UUID

from django.utils.timezone import now

from core.actor import Actor, Kind
from core.idea import SITTING_MINUTES
from core.models import AuditEntry
from core.mutation import audit, mutation, unchanged
from students.models import Student
from students.queries import visible_student
from students.versions import touch

OPENED = "students.record.opened"


@mutation
def log_access(*, actor: Actor, student_id: UUID, page: str) -> None:
    """Write down that the actor opened a student's record: once for each sitting of 30 minutes.

    Source: 34 CFR 300.614 and 99.32. Raises NotFound.
    """
    since = now() - timedelta(minutes=SITTING_MINUTES)
    known = AuditEntry.objects.filter(
        organization_id=actor.organization_id,
        student_id=student_id,
        verb=OPENED,
        at__gt=since,
    )
    if actor.kind is Kind.PERSON and known.filter(actor_person_id=actor.person_id).exists():
        unchanged(actor)
        return
    student = visible_student(actor=actor, student_id=student_id)
    audit(actor, OPENED, student, topics=(), page=page)


@mutation
def set_annual_review(*, actor: Actor, student: Student, on: date | None) -> None:
    """Copy the next annual review from the IEP in force onto the student, inside the caller's transaction."""
    if student.annual_review_on == on:
        unchanged(actor)
        return
    student.annual_review_on = on
    touch(actor=actor, student=student, fields=("annual_review_on",))
    audit(actor, "students.annual_review.set", student, on=on)
