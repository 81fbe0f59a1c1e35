"""What a file says of the time before and after: earlier schools, and requests for records."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Invalid
from core.mutation import mutation
from students.models import RecordsRequest, SchoolEnrollment
from students.queries import editable_student
from students.rows import drop_row, keep_row, new_row, row_of
from students.rules import may_write_schooling

EARLIER = ("school_name", "grade", "starts_on", "ends_on", "entry_reason")
REQUEST = ("direction", "party", "contact", "asked_on", "sent_on")
MOST_ROWS = 60


@mutation
def add_earlier_school(*, actor: Actor, student_id: UUID, **values: Any) -> SchoolEnrollment:
    """Write down a school where the student was before, by its name; `values` are fields of `EARLIER`.

    Raises NotFound, NotAllowed, Invalid.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_schooling)
    if student.enrollments.count() >= MOST_ROWS:
        raise Invalid(_("There are too many rows already."))
    given = {name: value for name, value in values.items() if name in EARLIER}
    if not str(given.get("school_name", "")).strip():
        raise Invalid(fields={"school_name": [_("Enter the name of the school.")]})
    if given.get("ends_on") is None or given["ends_on"] > actor.today:
        raise Invalid(fields={"ends_on": [_("Enter the day on which the student left, which is past.")]})
    row = SchoolEnrollment(
        organization_id=actor.organization_id, student=student, ending=SchoolEnrollment.Ending.OTHER, **given
    )
    return new_row(
        actor=actor, student=student, row=row, verb="students.enrollment.added", told=("starts_on", "ends_on")
    )


@mutation
def remove_earlier_school(*, actor: Actor, student_id: UUID, enrollment_id: UUID) -> None:
    """Take away an earlier school that was entered by mistake. Raises NotFound, NotAllowed."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_schooling)
    row = row_of(student.enrollments.filter(school=None), enrollment_id)
    drop_row(actor=actor, student=student, row=row, verb="students.enrollment.removed")


@mutation
def add_records_request(*, actor: Actor, student_id: UUID, **values: Any) -> RecordsRequest:
    """Write down that a student's records were asked for (34 CFR 300.323(g)); `values` are fields of `REQUEST`.

    Raises NotFound, NotAllowed, Invalid.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_schooling)
    if student.records_requests.count() >= MOST_ROWS:
        raise Invalid(_("There are too many rows already."))
    given = {name: value for name, value in values.items() if name in REQUEST}
    given["asked_on"] = given.get("asked_on") or actor.today
    row = RecordsRequest(organization_id=actor.organization_id, student=student, **given)
    _not_to_come(actor, row)
    return new_row(
        actor=actor,
        student=student,
        row=row,
        verb="students.records_request.added",
        told=("direction", "asked_on"),
    )


@mutation
def update_records_request(
    *,
    actor: Actor,
    student_id: UUID,
    request_id: UUID,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> RecordsRequest:
    """Change a request for records, or enter the day on which they were sent. Raises NotFound, NotAllowed, Invalid,
    ChangedMeanwhile."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_schooling)
    row = row_of(student.records_requests, request_id)
    wanted = {name: changes[name] for name in REQUEST if name in changes}
    _not_to_come(actor, RecordsRequest(**wanted))
    return keep_row(
        actor=actor,
        student=student,
        row=row,
        wanted=wanted,
        verb="students.records_request.changed",
        expected_version=expected_version,
    )


def _not_to_come(actor: Actor, row: RecordsRequest) -> None:
    for name in ("asked_on", "sent_on"):
        day = getattr(row, name)
        if day is not None and day > actor.today:
            raise Invalid(fields={name: [_("Enter a day that is not to come.")]})
