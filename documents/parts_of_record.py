"""What this app holds of a student's record (`students/whole.py`)."""

from accounts.rights import Group
from documents.models import Consent
from students.whole import Part


def parts() -> tuple[Part, ...]:
    """Each table of a student here."""
    return (Part(model=Consent, group=Group.GUARDIANS),)
