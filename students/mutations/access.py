"""The record of access, and the date that the IEP in force writes on its student."""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now

from core.actor import Actor, Kind
from core.idea import SITTING_MINUTES
from core.models import AuditEntry
from core.mutation import audit, audit_each, mutation, unchanged
from students.models import Student
from students.queries import OPENED, visible_student
from students.rules import access
from students.versions import touch

EXPORTED = "students.record.exported"
PRINTED = "students.record.printed"


@mutation
def log_access(*, actor: Actor, student_id: UUID, page: str) -> None:
    """Write down that the actor opened a student's record: once for each sitting of 30 minutes.

    Source: 34 CFR 300.614 and 99.32. Raises NotFound.
    """
    known = _this_sitting(actor).filter(student_id=student_id)
    if actor.kind is Kind.PERSON and known.filter(actor_person_id=actor.person_id).exists():
        unchanged(actor)
        return
    student = visible_student(actor=actor, student_id=student_id)
    audit(actor, OPENED, student, topics=(), page=page, interest=_interest(actor, student))


@mutation
def log_list_access(*, actor: Actor, student_ids: Iterable[UUID], page: str) -> None:
    """Write down that a list showed the actor the records of several students: each once for each sitting."""
    wanted = set(student_ids)
    if actor.kind is Kind.PERSON:
        known = _this_sitting(actor).filter(actor_person_id=actor.person_id, student_id__in=wanted)
        wanted -= set(known.values_list("student_id", flat=True))
    students = Student.objects.visible_to(actor).filter(id__in=wanted).order_by("id")
    audit_each(actor, OPENED, list(students) if wanted else [], page=page, interest=sorted(actor.roles))


@mutation
def log_export(*, actor: Actor, student_id: UUID, what: str, file_format: str) -> None:
    """Write down that the actor took a part of a student's record out of the system, each time. Raises NotFound."""
    student = visible_student(actor=actor, student_id=student_id)
    interest = _interest(actor, student)
    audit(actor, EXPORTED, student, topics=(), what=what, format=file_format, interest=interest)


@mutation
def log_list_export(*, actor: Actor, student_ids: Iterable[UUID], what: str, file_format: str) -> None:
    """Write down that the actor took a list out of the system, on each student in it, each time."""
    students = Student.objects.visible_to(actor).filter(id__in=list(student_ids)).order_by("id")
    interest = sorted(actor.roles)
    audit_each(actor, EXPORTED, list(students), what=what, format=file_format, interest=interest)


@mutation
def log_print(*, actor: Actor, student_id: UUID, page: str) -> None:
    """Write down that the actor printed a page of a student's record, each time. Raises NotFound."""
    student = visible_student(actor=actor, student_id=student_id)
    audit(actor, PRINTED, student, topics=(), page=page, interest=_interest(actor, student))


@mutation
def set_annual_review(*, actor: Actor, student: Student, on: date | None) -> None:
    """Copy the next annual review from the IEP in force onto the student, inside the caller's transaction."""
    if student.annual_review_on == on:
        unchanged(actor)
        return
    student.annual_review_on = on
    touch(actor=actor, student=student, fields=("annual_review_on",))
    audit(actor, "students.annual_review.set", student, on=on)


def _this_sitting(actor: Actor) -> QuerySet[AuditEntry]:
    since = now() - timedelta(minutes=SITTING_MINUTES)
    return AuditEntry.objects.filter(organization_id=actor.organization_id, verb=OPENED, at__gt=since)


def _interest(actor: Actor, student: Student) -> list[str]:
    """Why the actor may: each role held and what ties it to the student (99.31(a)(1), legitimate interest)."""
    return sorted(f"{role}: {relation}" for role, relation in access(actor, student).whole.ties)
