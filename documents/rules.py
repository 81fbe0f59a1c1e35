"""Who keeps and reads consents, from the table of rights (`accounts/rights.py`)."""

from accounts.rights import Action, Group
from core.actor import Actor
from students.models import Student
from students.rules import access


def may_see_consents(actor: Actor, student: Student) -> bool:
    """Whoever sees the guardians sees what they consented to."""
    return access(actor, student).sees(Group.GUARDIANS)


def may_keep_consents(actor: Actor, student: Student) -> bool:
    """The case manager or an administrator writes down a consent and its revocation."""
    return access(actor, student).may(Action.WRITE, Group.RECORD)
