"""What this app holds of a student's record (`students/whole.py`)."""

from accounts.rights import Group
from casefile.models import PinnedStudent
from students.whole import Part


def parts() -> tuple[Part, ...]:
    """Each table of a student here."""
    why = "Who keeps the student at hand in the navigation: a habit of a person, not a part of the record."
    return (Part(model=PinnedStudent, group=Group.IDENTITY, left_out=why),)
