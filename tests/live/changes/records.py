"""The whole record: kept, handed out, destroyed."""

from datetime import timedelta

from django.utils.timezone import now

from accounts.models import School
from notifications.models import Message
from records import mutations as whole
from records.models import Destruction, LegalHold, RecordExport
from students.models import Student
from tests.live.changes.table import change
from tests.live.changes.world import World

INSIDE = {
    "records.mutations.notices.tell_guardians": "records.mutations.destruction.start_destruction",
}


@change("records.mutations.retention.set_policy")
def set_policy(world: World) -> None:
    whole.set_policy(
        actor=world.actor("ada"),
        years={"record": world.dice.randrange(3, 9)},
        waiting_days=0,
        keeps_minimum=False,
        now=now(),
    )


@change("records.mutations.retention.place_hold")
def place_hold(world: World) -> None:
    whole.place_hold(
        actor=world.actor("ada"),
        student_id=world.student.id,
        reason=world.word(),
        until=None,
        today=world.today,
    )


@change("records.mutations.retention.lift_hold")
def lift_hold(world: World) -> None:
    hold = world.one(LegalHold.objects.filter(lifted_at=None))
    whole.lift_hold(actor=world.actor("ada"), hold_id=hold.id, now=now())


@change("records.mutations.exports.request_export")
def request_export(world: World) -> None:
    whole.request_export(actor=world.actor("ada"), student_id=world.student.id, reason=world.word())


def an_export(world: World, *states: str) -> RecordExport:
    if "waiting" in states:
        request_export(world)  # the worker has finished the one before
    return world.one(RecordExport.objects.filter(state__in=states, person_id=world.cast.ada.person.id))


@change("records.mutations.exports.tell_of_writing")
def tell_of_writing(world: World) -> None:
    found = an_export(world, "waiting", "writing")
    whole.tell_of_writing(actor=world.actor("ada"), export_id=found.id, percent=40)


@change("records.mutations.exports.finish_export")
def finish_export(world: World) -> None:
    found = an_export(world, "waiting", "writing")
    whole.finish_export(
        actor=world.actor("ada"), export_id=found.id, data=b"zip", counts={}, unprintable=(), now=now()
    )


@change("records.mutations.exports.fetch_export")
def fetch_export(world: World) -> None:
    found = an_export(world, "done")
    whole.fetch_export(actor=world.actor("ada"), export_id=found.id, now=now())


@change("records.mutations.exports.expire_export")
def expire_export(world: World) -> None:
    found = an_export(world, "done")
    RecordExport.objects.filter(id=found.id).update(expires_at=now())
    whole.expire_export(actor=world.system, export_id=found.id, now=now())


def a_leaver(world: World) -> Student:
    """Somebody else than the student whom everything is about, who has left."""
    school = world.one(School.objects.filter(is_active=True))
    return Student.objects.create(
        organization_id=world.cast.district.id,
        school=school,
        given_name="Gone",
        family_name=world.name(),
        sort_name="gone",
        eligibility="exited",
        enrollment="inactive",
        archived_at=now() - timedelta(days=4000),
    )


@change("records.mutations.destruction.start_destruction")
def start_destruction(world: World) -> None:
    whole.start_destruction(
        actor=world.actor("ada"),
        student_id=a_leaver(world).id,
        basis="rule",
        reason=world.word(),
        today=world.today,
    )


def a_destruction(world: World) -> Destruction:
    return world.one(Destruction.objects.filter(state="waiting", due_on__lte=world.today))


@change("records.mutations.destruction.cancel_destruction")
def cancel_destruction(world: World) -> None:
    whole.cancel_destruction(actor=world.actor("ada"), destruction_id=a_destruction(world).id, now=now())


@change("records.mutations.destruction.destroy")
def destroy(world: World) -> None:
    start_destruction(world)
    whole.destroy(actor=world.system, destruction_id=a_destruction(world).id, now=now())


@change("records.mutations.destruction.finish_destruction")
def finish_destruction(world: World) -> None:
    row = world.one(Destruction.objects.filter(state="destroyed"))
    Destruction.objects.filter(id=row.id).update(files=[["photos", "gone.jpg"]])
    whole.finish_destruction(actor=world.system, destruction_id=row.id, removed=0)


@change("records.mutations.destruction.destroy_again")
def destroy_again(world: World) -> None:
    whole.destroy_again(actor=world.system, student_id=a_leaver(world).id, now=now())


@change("records.mutations.pruning.prune")
def prune(world: World) -> None:
    Message.objects.create(
        organization_id=world.cast.district.id,
        kind="other",
        key=world.name(),
        created_at=now() - timedelta(days=9000),
    )
    whole.prune(actor=world.system, now=now())
