"""Who may read, record and take back progress, from the table of rights (`accounts/rights.py`)."""

from accounts.rights import Action, Group
from core.actor import Actor, Kind
from ieps.models import Goal
from progress.models import ProgressPoint
from students.models import Student
from students.rules import may


def may_see_progress(actor: Actor, student: Student) -> bool:
    """Whoever the table lets see the student's progress."""
    return may(actor, student, Action.SEE, Group.PROGRESS)


def may_record_progress(actor: Actor, goal: Goal) -> bool:
    """The case manager and everybody on the team who works with the student, paraprofessionals too."""
    return may(actor, goal.student, Action.RECORD, Group.PROGRESS)


def may_undo_progress_point(actor: Actor, point: ProgressPoint) -> bool:
    """Whoever recorded the point and may still record, and whoever writes the student's goals."""
    if actor.kind is Kind.PERSON and point.recorded_by_id == actor.person_id:
        return may(actor, point.student, Action.RECORD, Group.PROGRESS)
    return may(actor, point.student, Action.WRITE, Group.GOALS)
