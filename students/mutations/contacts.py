"""How a student is reached: telephone and e-mail, addresses, and who is called in an emergency."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Invalid
from core.mutation import audit, mutation, unchanged
from students.models import Address, EmergencyContact, Student
from students.queries import editable_student
from students.rows import drop_row, keep_row, new_row, row_of
from students.rules import may_write_guardians
from students.versions import apply_changes, touch

REACHED = ("phone", "email")
ADDRESS = ("kind", "street", "unit", "city", "region", "postal_code", "starts_on", "ends_on")
EMERGENCY = ("name", "relationship", "phone", "phone_kind", "other_phones", "may_pick_up", "language")
MOST_ROWS = 20


@mutation
def set_contact(
    *, actor: Actor, student_id: UUID, changes: Mapping[str, Any], expected_version: int | None = None
) -> Student:
    """Say by which telephone and e-mail address the student is reached. Raises NotFound, NotAllowed, Invalid,
    ChangedMeanwhile."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_guardians)
    wanted = {name: changes[name] for name in REACHED if name in changes}
    changed = apply_changes(student, wanted, student=student, expected_version=expected_version)
    if not changed:
        unchanged(actor)
        return student
    student.clean_fields(exclude=[field.name for field in Student._meta.fields if field.name not in changed])
    touch(actor=actor, student=student, fields=tuple(changed))
    audit(actor, "students.contact.changed", student, fields=sorted(changed))
    return student


@mutation
def add_address(*, actor: Actor, student_id: UUID, **values: Any) -> Address:
    """Add where a student lives or gets letters; `values` are fields of `ADDRESS`. Raises NotFound, NotAllowed,
    Invalid."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_guardians)
    _not_too_many(student.addresses.count())
    given = {name: value for name, value in values.items() if name in ADDRESS}
    given["starts_on"] = given.get("starts_on") or actor.today
    row = Address(organization_id=actor.organization_id, student=student, **given)
    return new_row(actor=actor, student=student, row=row, verb="students.address.added", told=("kind",))


@mutation
def update_address(
    *,
    actor: Actor,
    student_id: UUID,
    address_id: UUID,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> Address:
    """Change or end an address. Raises NotFound, NotAllowed, Invalid,
    ChangedMeanwhile."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_guardians)
    wanted = {name: changes[name] for name in ADDRESS if name in changes}
    row = row_of(student.addresses, address_id)
    return keep_row(
        actor=actor,
        student=student,
        row=row,
        wanted=wanted,
        verb="students.address.changed",
        expected_version=expected_version,
    )


@mutation
def remove_address(*, actor: Actor, student_id: UUID, address_id: UUID) -> None:
    """Take away an address that was entered by mistake; one that held before is ended. Raises NotFound, NotAllowed."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_guardians)
    row = row_of(student.addresses, address_id)
    drop_row(actor=actor, student=student, row=row, verb="students.address.removed")


@mutation
def add_emergency_contact(*, actor: Actor, student_id: UUID, **values: Any) -> EmergencyContact:
    """Add somebody who is called in an emergency, after the others; `values` are fields of `EMERGENCY`.

    Raises NotFound, NotAllowed, Invalid.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_guardians)
    _not_too_many(student.emergency_contacts.count())
    last = student.emergency_contacts.aggregate(last=Max("position"))["last"] or 0
    row = EmergencyContact(
        organization_id=actor.organization_id,
        student=student,
        position=last + 1,
        **{name: value for name, value in values.items() if name in EMERGENCY},
    )
    _check_reachable(row)
    return new_row(actor=actor, student=student, row=row, verb="students.emergency_contact.added")


@mutation
def update_emergency_contact(
    *,
    actor: Actor,
    student_id: UUID,
    contact_id: UUID,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> EmergencyContact:
    """Change what is known of an emergency contact. Raises NotFound, NotAllowed, Invalid,
    ChangedMeanwhile."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_guardians)
    row = row_of(student.emergency_contacts, contact_id)
    wanted = {name: changes[name] for name in EMERGENCY if name in changes}
    if not wanted.get("phone", row.phone):
        _check_reachable(EmergencyContact())
    return keep_row(
        actor=actor,
        student=student,
        row=row,
        wanted=wanted,
        verb="students.emergency_contact.changed",
        expected_version=expected_version,
    )


@mutation
def remove_emergency_contact(*, actor: Actor, student_id: UUID, contact_id: UUID) -> None:
    """Call somebody no longer. Raises NotFound, NotAllowed."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_guardians)
    row = row_of(student.emergency_contacts, contact_id)
    drop_row(actor=actor, student=student, row=row, verb="students.emergency_contact.removed")


@mutation
def call_earlier(*, actor: Actor, student_id: UUID, contact_id: UUID) -> EmergencyContact:
    """Call an emergency contact before the one who stands above. Raises NotFound, NotAllowed."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_guardians)
    row = row_of(student.emergency_contacts, contact_id)
    above = student.emergency_contacts.filter(position__lt=row.position).order_by("-position").first()
    if above is None:
        unchanged(actor)
        return row
    row.position, above.position = above.position, row.position
    row.save(update_fields=["position"])
    above.save(update_fields=["position"])
    touch(actor=actor, student=student)
    audit(actor, "students.emergency_contact.moved", row, position=row.position)
    return row


def _check_reachable(row: EmergencyContact) -> None:
    if not row.phone.strip():
        raise Invalid(
            fields={"phone": [_("Enter a telephone number: this person is called in an emergency.")]}
        )


def _not_too_many(count: int) -> None:
    if count >= MOST_ROWS:
        raise Invalid(_("There are 20 already. Remove one that no longer holds."))
