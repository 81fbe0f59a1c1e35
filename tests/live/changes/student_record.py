"""The changes of the whole record."""

import io
from datetime import timedelta
from typing import Any

from PIL import Image

from students.models import (
    Address,
    CustomField,
    CustomValue,
    EmergencyContact,
    Move,
    RecordsRequest,
    SchoolEnrollment,
    Student,
)
from students.mutations import contacts, fields, history, photo, profile, schooling
from tests.live.changes.table import change
from tests.live.changes.world import Nothing, World


def a_photograph(**more: Any) -> io.BytesIO:
    """A picture as a camera makes it."""
    target = io.BytesIO()
    Image.new("RGB", (640, 480), "teal").save(target, "JPEG", **more)
    target.seek(0)
    return target


@change("students.mutations.contacts.set_contact")
def set_contact(world: World) -> None:
    world.count += 1
    contacts.set_contact(
        actor=world.actor("ada"), student_id=world.student.id, changes={"phone": f"555 {world.count}"}
    )


@change("students.mutations.contacts.add_address")
def add_address(world: World) -> None:
    contacts.add_address(
        actor=world.actor("ada"), student_id=world.student.id, street=world.word(), city="Larkspur"
    )


@change("students.mutations.contacts.update_address")
def update_address(world: World) -> None:
    row = world.one(Address.objects.filter(student=world.student))
    contacts.update_address(
        actor=world.actor("ada"),
        student_id=world.student.id,
        address_id=row.id,
        changes={"unit": world.word()},
    )


@change("students.mutations.contacts.remove_address")
def remove_address(world: World) -> None:
    row = world.one(Address.objects.filter(student=world.student))
    contacts.remove_address(actor=world.actor("ada"), student_id=world.student.id, address_id=row.id)


@change("students.mutations.contacts.add_emergency_contact")
def add_emergency_contact(world: World) -> None:
    for _ in range(2):
        contacts.add_emergency_contact(
            actor=world.actor("ada"),
            student_id=world.student.id,
            name=world.word(),
            relationship="Aunt",
            phone="555 0101",
        )


@change("students.mutations.contacts.update_emergency_contact")
def update_emergency_contact(world: World) -> None:
    row = world.one(EmergencyContact.objects.filter(student=world.student))
    contacts.update_emergency_contact(
        actor=world.actor("ada"),
        student_id=world.student.id,
        contact_id=row.id,
        changes={"name": world.word()},
    )


@change("students.mutations.contacts.call_earlier")
def call_earlier(world: World) -> None:
    row = EmergencyContact.objects.filter(student=world.student).order_by("position").last()
    if row is None:
        raise Nothing
    contacts.call_earlier(actor=world.actor("ada"), student_id=world.student.id, contact_id=row.id)


@change("students.mutations.contacts.remove_emergency_contact")
def remove_emergency_contact(world: World) -> None:
    row = world.one(EmergencyContact.objects.filter(student=world.student))
    contacts.remove_emergency_contact(
        actor=world.actor("ada"), student_id=world.student.id, contact_id=row.id
    )


@change("students.mutations.profile.update_profile")
def update_profile(world: World) -> None:
    profile.update_profile(
        actor=world.actor("ada"), student_id=world.student.id, changes={"interests": world.word()}
    )


@change("students.mutations.profile.update_languages")
def update_languages(world: World) -> None:
    profile.update_languages(
        actor=world.actor("ada"), student_id=world.student.id, changes={"preferred_language": world.word()}
    )


@change("students.mutations.photo.set_photo")
def set_photo(world: World) -> None:
    photo.set_photo(actor=world.actor("ada"), student_id=world.student.id, source=a_photograph())


@change("students.mutations.photo.remove_photo")
def remove_photo(world: World) -> None:
    photo.remove_photo(actor=world.actor("ada"), student_id=world.student.id)


@change("students.mutations.fields.add_custom_field")
def add_custom_field(world: World) -> None:
    fields.add_custom_field(actor=world.actor("ada"), name=world.name(), kind="text", viewers="record")


def _field(world: World, **more: Any) -> CustomField:
    return world.one(CustomField.objects.filter(organization=world.cast.district, **more))


@change("students.mutations.fields.update_custom_field")
def update_custom_field(world: World) -> None:
    fields.update_custom_field(
        actor=world.actor("ada"),
        field_id=_field(world, archived_at=None).id,
        changes={"name": world.name()},
    )


@change("students.mutations.fields.set_custom_values")
def set_custom_values(world: World) -> None:
    found = _field(world, archived_at=None)
    fields.set_custom_values(
        actor=world.actor("ada"), student_id=world.student.id, values={str(found.id): world.word()}
    )


@change("students.mutations.fields.archive_custom_field")
def archive_custom_field(world: World) -> None:
    found = _field(world)
    fields.archive_custom_field(
        actor=world.actor("ada"), field_id=found.id, is_archived=found.archived_at is None
    )


@change("students.mutations.fields.remove_custom_field")
def remove_custom_field(world: World) -> None:
    add_custom_field(world)
    used = CustomValue.objects.values("field_id")
    unused = CustomField.objects.filter(organization=world.cast.district).exclude(id__in=used)
    fields.remove_custom_field(actor=world.actor("ada"), field_id=world.one(unused).id)


@change("students.mutations.history.add_earlier_school")
def add_earlier_school(world: World) -> None:
    history.add_earlier_school(
        actor=world.actor("ada"),
        student_id=world.student.id,
        school_name=world.word(),
        starts_on=world.today - timedelta(days=900),
        ends_on=world.today - timedelta(days=700),
    )


@change("students.mutations.history.remove_earlier_school")
def remove_earlier_school(world: World) -> None:
    row = world.one(SchoolEnrollment.objects.filter(student=world.student, school=None))
    history.remove_earlier_school(actor=world.actor("ada"), student_id=world.student.id, enrollment_id=row.id)


@change("students.mutations.history.add_records_request")
def add_records_request(world: World) -> None:
    history.add_records_request(
        actor=world.actor("ada"), student_id=world.student.id, direction="to_us", party=world.word()
    )


@change("students.mutations.history.update_records_request")
def update_records_request(world: World) -> None:
    row = world.one(RecordsRequest.objects.filter(student=world.student))
    history.update_records_request(
        actor=world.actor("ada"),
        student_id=world.student.id,
        request_id=row.id,
        changes={"sent_on": world.today, "contact": world.word()},
    )


def _elsewhere(world: World) -> Any:
    here = world.student.school_id == world.cast.school.id
    return world.cast.other_school.id if here else world.cast.school.id


def _present(world: World) -> None:
    """The student is enrolled and nothing is planned."""
    for move in Move.objects.filter(student=world.student, state="pending"):
        schooling.cancel_move(actor=world.actor("ada"), student_id=world.student.id, move_id=move.id)
    if world.student.enrollment != "active" or world.student.eligibility == "exited":
        reenter_student(world)


@change("students.mutations.schooling.transfer_student")
def transfer_student(world: World) -> None:
    """There and back, so that the story goes on."""
    _present(world)
    for _ in range(2):
        schooling.transfer_student(
            actor=world.actor("ada"), student_id=world.student.id, school_id=_elsewhere(world)
        )


@change("students.mutations.schooling.cancel_move")
def cancel_move(world: World) -> None:
    _present(world)
    move = schooling.transfer_student(
        actor=world.actor("ada"),
        student_id=world.student.id,
        school_id=_elsewhere(world),
        on=world.today + timedelta(days=9),
    )
    schooling.cancel_move(actor=world.actor("ada"), student_id=world.student.id, move_id=move.id)


@change("students.mutations.schooling.complete_move")
def complete_move(world: World) -> None:
    _present(world)
    move = schooling.exit_student(
        actor=world.actor("ada"),
        student_id=world.student.id,
        reason="moved",
        on=world.today + timedelta(days=3),
        destination=world.word(),
    )
    Move.objects.filter(id=move.id).update(on=world.today)
    schooling.complete_move(actor=world.system, student_id=world.student.id, move_id=move.id)


@change("students.mutations.schooling.reenter_student")
def reenter_student(world: World) -> None:
    if world.student.enrollment == "active" and world.student.eligibility != "exited":
        exit_student(world)
    schooling.reenter_student(
        actor=world.actor("ada"),
        student_id=world.student.id,
        school_id=world.cast.school.id,
        grade=world.student.grade,
    )
    Student.objects.filter(id=world.student.id).update(eligibility="eligible")


@change("students.mutations.schooling.exit_student")
def exit_student(world: World) -> None:
    _present(world)
    schooling.exit_student(
        actor=world.actor("ada"), student_id=world.student.id, reason="moved", destination=world.word()
    )


@change("students.mutations.schooling.undo_exit")
def undo_exit(world: World) -> None:
    rows = Move.objects.filter(student=world.student, kind="exit", state="done").order_by(
        "-on", "-created_at"
    )
    last = rows.first()
    if last is None or world.student.enrollment == "active":
        raise Nothing
    schooling.undo_exit(actor=world.actor("ada"), student_id=world.student.id, move_id=last.id)


@change("students.mutations.schooling.take_back_move")
def take_back_move(world: World) -> None:
    _present(world)
    move = schooling.exit_student(actor=world.actor("ada"), student_id=world.student.id, reason="dropped_out")
    schooling.take_back_move(actor=world.actor("ada"), student_id=world.student.id, move_id=move.id)
