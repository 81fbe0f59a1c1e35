"""What this app holds of a student's record (`students/whole.py`)."""

from accounts.rights import Group
from casefile.models import DataGroupGoal, DataSheet, PinnedStudent
from students.whole import Part


def parts() -> tuple[Part, ...]:
    """Each table of a student here."""
    why = "Who keeps the student at hand in the navigation: a habit of a person, not a part of the record."
    groups = "With whom a person works at one time: a habit of a person, not a part of the record."
    return (
        Part(model=PinnedStudent, group=Group.IDENTITY, left_out=why),
        Part(model=DataGroupGoal, group=Group.IDENTITY, left_out=groups),
        Part(model=DataSheet, group=Group.PROGRESS, inner=frozenset({"changed_by_name"})),
    )
