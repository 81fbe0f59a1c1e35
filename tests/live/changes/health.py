"""The changes of health and safety."""

from students.models import Allergy, Guardian
from students.mutations import health
from tests.live.changes.table import change
from tests.live.changes.world import World


@change("students.mutations.health.add_health_entry")
def add_health_entry(world: World) -> None:
    health.add_health_entry(
        actor=world.actor("ada"), student_id=world.student.id, noun="allergy", substance=world.word()
    )


@change("students.mutations.health.update_health_entry")
def update_health_entry(world: World) -> None:
    row = world.one(Allergy.objects.filter(student=world.student, ended_on=None))
    health.update_health_entry(
        actor=world.actor("ada"),
        student_id=world.student.id,
        noun="allergy",
        health_id=row.id,
        changes={"reaction": world.word()},
    )


@change("students.mutations.health.end_health_entry")
def end_health_entry(world: World) -> None:
    row = world.one(Allergy.objects.filter(student=world.student, ended_on=None))
    health.end_health_entry(
        actor=world.actor("ada"), student_id=world.student.id, noun="allergy", health_id=row.id
    )


@change("students.mutations.health.set_health_plan")
def set_health_plan(world: World) -> None:
    health.set_health_plan(
        actor=world.actor("ada"), student_id=world.student.id, changes={"diet": world.word()}
    )


@change("students.mutations.health.set_court_restrictions")
def set_court_restrictions(world: World) -> None:
    row = world.one(Guardian.objects.filter(student=world.student, ends_on=None))
    health.set_court_restrictions(
        actor=world.actor("ada"),
        student_id=world.student.id,
        guardian_id=row.id,
        changes={"court_restrictions": world.word()},
    )
