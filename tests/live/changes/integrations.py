"""What comes from the roster and from the state."""

import hashlib
import io
from uuid import UUID

from django.utils.timezone import now

from assessments import mutations as results
from integrations import mutations as rosters
from integrations.models import RosterImport
from integrations.tasks import advance, look_at
from students import mutations as students
from students.models import RosterEntry
from students.mutations import files
from tests.integrations.districts import program_row, result_row
from tests.integrations.rosters import small_1_1, zipped
from tests.live.changes.table import change
from tests.live.changes.world import World

INSIDE = {
    "students.mutations.roster.keep_roster_entries": "integrations.mutations.apply.apply_batch",
    "students.mutations.programs.open_for_program": "integrations.mutations.apply.apply_batch",
    "integrations.mutations.edfi.keep_district": "integrations.mutations.apply.apply_batch",
    "integrations.mutations.edfi.attach_records": "students.mutations.files.refer_from_roster",
    "integrations.mutations.schools.keep_schools": "integrations.mutations.apply.apply_batch",
    "integrations.mutations.people.keep_people": "integrations.mutations.apply.apply_batch",
    "integrations.mutations.runs.claim_import": "integrations.mutations.apply.apply_batch",
    "integrations.mutations.runs.finish_import": "integrations.mutations.apply.apply_batch",
}


def _begin(world: World) -> RosterImport:
    world.count += 1
    users = small_1_1()["users.csv"]
    assert isinstance(users, str)
    data = zipped(small_1_1(users=users.replace("Kit,Marrow,", f"Kit,Marrow{world.count},")))
    actor = world.actor("ada")
    file = look_at(io.BytesIO(data), name="roster.zip", digest=hashlib.sha256(data).hexdigest(), actor=actor)
    return rosters.start_import(actor=actor, file=file, now=now())


@change("integrations.mutations.runs.start_import")
def start_import(world: World) -> None:
    _begin(world)


@change("integrations.mutations.runs.continue_import")
def continue_import(world: World) -> None:
    run = _unfinished(world)
    worker = UUID(int=world.dice.getrandbits(128))
    rosters.claim_import(actor=world.actor("ada"), run_id=run.id, worker=worker)
    rosters.continue_import(actor=world.actor("ada"), run_id=run.id, worker=worker, now=now())


@change("integrations.mutations.apply.apply_batch")
def apply_batch(world: World) -> None:
    advance(actor=world.actor("ada"), run_id=_unfinished(world).id)


@change("integrations.mutations.runs.repeat_import")
def repeat_import(world: World) -> None:
    done = world.one(RosterImport.objects.filter(state="done"))
    rosters.repeat_import(actor=world.actor("ada"), run_id=done.id, now=now())


@change("integrations.mutations.runs.cancel_import")
def cancel_import(world: World) -> None:
    rosters.cancel_import(actor=world.actor("ada"), run_id=_unfinished(world).id, now=now())


@change("integrations.mutations.runs.fail_import")
def fail_import(world: World) -> None:
    run = _begin(world)
    rosters.fail_import(actor=world.actor("ada"), run_id=run.id, code="unreadable", now=now())


def _unfinished(world: World) -> RosterImport:
    return world.one(RosterImport.objects.filter(state__in=RosterImport.UNFINISHED))


@change("students.mutations.programs.keep_program_enrollments")
def keep_program_enrollments(world: World) -> None:
    row = program_row(name=world.word(), begins_on=world.today)
    students.keep_program_enrollments(
        actor=world.actor("ada"), student_id=world.student.id, rows=[row], source="edfi", now=now()
    )


@change("assessments.mutations.keep_results")
def keep_results(world: World) -> None:
    row = result_row(title=world.word(), administered_on=world.today)
    results.keep_results(
        actor=world.actor("ada"), student_id=world.student.id, rows=[row], source="edfi", now=now()
    )


@change("students.mutations.files.refer_from_roster")
def refer_from_roster(world: World) -> None:
    entry = world.one(RosterEntry.objects.filter(part="student", student=None))
    files.refer_from_roster(
        actor=world.actor("ada"), entry_id=entry.id, case_manager_id=world.cast.casey.person.id
    )
