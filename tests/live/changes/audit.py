"""Who looked at what, and the audit itself."""

from django.utils.timezone import now

from audit import mutations as auditing
from audit.models import ChainCheck
from core.chain import Verdict
from students import mutations as students
from tests.live.changes.records import a_leaver
from tests.live.changes.table import change
from tests.live.changes.world import World


@change("students.mutations.access.log_access")
def log_access(world: World) -> None:
    students.log_access(actor=world.system, student_id=world.student.id, page="student")


@change("students.mutations.access.log_list_access")
def log_list_access(world: World) -> None:
    students.log_list_access(actor=world.actor("ada"), student_ids=[a_leaver(world).id], page="api students")


@change("students.mutations.access.log_export")
def log_export(world: World) -> None:
    students.log_export(
        actor=world.actor("casey"), student_id=world.student.id, what="scores_csv", file_format="csv"
    )


@change("students.mutations.access.log_print")
def log_print(world: World) -> None:
    students.log_print(actor=world.actor("casey"), student_id=world.student.id, page="student")


@change("audit.mutations.record_disclosure")
def record_disclosure(world: World) -> None:
    auditing.record_disclosure(
        actor=world.actor("ada"),
        student_id=world.student.id,
        party=world.word(),
        asked_on=world.today,
        disclosed_on=world.today,
        what=world.word(),
        purpose=world.word(),
        interest=world.word(),
        basis="consent",
        redisclosure=world.word(),
        today=world.today,
    )


@change("audit.mutations.request_check")
def request_check(world: World) -> None:
    auditing.request_check(actor=world.actor("ada"))


@change("audit.mutations.finish_check")
def finish_check(world: World) -> None:
    request_check(world)  # the worker has finished the one before
    asked = world.one(ChainCheck.objects.filter(finished_at=None))
    auditing.finish_check(actor=world.actor("ada"), check_id=asked.id, verdict=Verdict(), now=now())


@change("audit.mutations.log_list_export")
def log_list_export(world: World) -> None:
    auditing.log_list_export(actor=world.actor("ada"), filters={"did": "opened"}, rows=1)
