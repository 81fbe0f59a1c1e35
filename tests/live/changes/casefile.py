"""Lists of students, and what is captured from a list."""

from decimal import Decimal
from uuid import uuid4

from casefile import mutations as lists
from casefile.models import DataGroup, SavedView
from casefile.queries import Filters
from ieps.models import Goal, Iep
from progress import mutations as progress
from tests.live.changes.table import change
from tests.live.changes.world import Nothing, World

INSIDE = {
    "students.mutations.access.log_list_export": "casefile.mutations.lists.export_list",
}


@change("casefile.mutations.lists.save_view")
def save_view(world: World) -> None:
    lists.save_view(actor=world.actor("ada"), name=world.name(), words={"grade": "04"})


@change("casefile.mutations.lists.rename_view")
def rename_view(world: World) -> None:
    view = world.one(SavedView.objects.filter(deleted_at=None))
    lists.rename_view(actor=world.actor("ada"), view_id=view.id, name=world.name())


@change("casefile.mutations.lists.set_default_view")
def set_default_view(world: World) -> None:
    view = world.one(SavedView.objects.filter(deleted_at=None))
    lists.set_default_view(actor=world.actor("ada"), view_id=view.id)


@change("casefile.mutations.lists.delete_view")
def delete_view(world: World) -> None:
    view = world.one(SavedView.objects.filter(deleted_at=None))
    lists.delete_view(actor=world.actor("ada"), view_id=view.id)


@change("casefile.mutations.lists.restore_view")
def restore_view(world: World) -> None:
    view = world.one(SavedView.objects.exclude(deleted_at=None))
    lists.restore_view(actor=world.actor("ada"), view_id=view.id)


@change("casefile.mutations.lists.pin_student")
def pin_student(world: World) -> None:
    lists.pin_student(actor=world.actor("ada"), student_id=world.student.id)


@change("casefile.mutations.lists.unpin_student")
def unpin_student(world: World) -> None:
    lists.unpin_student(actor=world.actor("ada"), student_id=world.student.id)


@change("casefile.mutations.lists.export_list")
def export_list(world: World) -> None:
    lists.export_list(actor=world.actor("ada"), filters=Filters(), today=world.today)


def _own_goal(world: World) -> Goal:
    return world.one(Goal.objects.filter(student=world.student, iep__status=Iep.Status.ACTIVE))


@change("casefile.mutations.groups.save_data_group")
def save_data_group(world: World) -> DataGroup:
    goal = _own_goal(world)
    return lists.save_data_group(
        actor=world.teammate("casey"), name=world.name(), lineage_ids=[goal.lineage_id], today=world.today
    )


@change("casefile.mutations.groups.delete_data_group")
def delete_data_group(world: World) -> None:
    group = world.one(DataGroup.objects.filter(deleted_at=None))
    lists.delete_data_group(actor=world.teammate("casey"), group_id=group.id)


@change("casefile.mutations.groups.restore_data_group")
def restore_data_group(world: World) -> None:
    group = world.one(DataGroup.objects.exclude(deleted_at=None))
    lists.restore_data_group(actor=world.teammate("casey"), group_id=group.id)


@change("casefile.mutations.groups.save_data_sheet")
def save_data_sheet(world: World) -> None:
    lists.save_data_sheet(
        actor=world.teammate("casey"), goal_id=_own_goal(world).id, steps=[world.word()], trials=5
    )


@change("casefile.mutations.captured.save_captured")
def save_captured(world: World) -> None:
    goal = _own_goal(world)
    value = Decimal(world.dice.randrange(1, 90))
    entry = progress.Entry(
        goal_id=goal.id, measured_on=world.today, value=value, client_id=uuid4(), is_another_probe=True
    )
    (answer,) = lists.save_captured(actor=world.teammate("casey"), entries=[entry], today=world.today)
    if answer.point is None:
        raise Nothing
