"""Away and back: after the rest of the cast's story, since the team sees nothing meanwhile."""

from students import mutations as students
from students.mutations import files
from tests.live.changes.students import many_of
from tests.live.changes.table import change
from tests.live.changes.world import World


@change("students.mutations.bulk.archive_students")
def archive_students(world: World) -> None:
    students.archive_students(actor=world.actor("ada"), many=many_of(world), reason=world.word())


@change("students.mutations.bulk.restore_students")
def restore_students(world: World) -> None:
    students.restore_students(actor=world.actor("ada"), many=many_of(world))


@change("students.mutations.files.archive_student")
def archive_student(world: World) -> None:
    files.archive_student(actor=world.actor("ada"), student_id=world.student.id, reason=world.word())


@change("students.mutations.files.restore_student")
def restore_student(world: World) -> None:
    files.restore_student(actor=world.actor("ada"), student_id=world.student.id)
