"""What this app holds of a student's record (`students/whole.py`)."""

from django.db.models import Q

from accounts.rights import Group
from coediting.models import Text, TextChange, TextSnapshot
from students.whole import Part

GONE_WITH_TEXT = "The database removes them with their text, and in no other way."


def parts() -> tuple[Part, ...]:
    """Each table of a student here. Who reads no drafts is given the texts that were approved."""
    return (
        Part(
            model=Text,
            group=Group.IEP,
            shared=Q(locked_at__isnull=False),
            hidden=frozenset({"told_version", "written_version", "is_written_on"}),
        ),
        Part(
            model=TextChange,
            group=Group.IEP,
            by="text__student_id",
            left_out="Each keystroke of a text that is exported whole.",
            goes_with=GONE_WITH_TEXT,
        ),
        Part(
            model=TextSnapshot,
            group=Group.IEP,
            by="text__student_id",
            left_out="Earlier stages of a text that is exported whole.",
            goes_with=GONE_WITH_TEXT,
        ),
    )
