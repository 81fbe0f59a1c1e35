"""Who may read and record progress, and decide on it, from the table of rights (`accounts/rights.py`)."""

from collections.abc import Callable, Collection
from functools import cache
from uuid import UUID

from accounts.models import Organization
from accounts.rights import Action, DistrictAction, Group, may_in_district
from core.actor import Actor, Kind
from core.once import once
from ieps.models import Goal, asked_of
from progress.models import ProgressPoint
from students.models import Student
from students.rules import Access, access, accesses, may


def may_record_progress(actor: Actor, goal: Goal) -> bool:
    """The case manager and everybody on the team who works with the student.

    Paraprofessionals record the goals that they hold a data task for today, or are responsible for.
    """
    return _records(access(actor, goal.student), goal, lambda: _asked(actor))


def recorded_by(actor: Actor, goals: Collection[Goal]) -> frozenset[UUID]:
    """Those of several goals that `may_record_progress` lets the actor record, in two statements at the most."""
    tied = accesses(actor, {goal.student_id: goal.student for goal in goals}.values())
    asked = cache(lambda: _asked(actor))
    return frozenset(goal.id for goal in goals if _records(tied[goal.student_id], goal, asked))


def _records(tied: Access, goal: Goal, asked: Callable[[], frozenset[UUID]]) -> bool:
    if tied.whole.may(Action.RECORD, Group.PROGRESS):
        return True
    return tied.may(Action.RECORD, Group.PROGRESS) and goal.lineage_id in asked()


def _asked(actor: Actor) -> frozenset[UUID]:
    """The lineages of the goals that somebody is asked to record. One statement, and one for a page."""
    rows = Goal.objects.visible_to(actor).filter(asked_of(actor))
    return once(("asked", actor), lambda: frozenset(rows.values_list("lineage_id", flat=True)))


def may_undo_progress_point(actor: Actor, point: ProgressPoint) -> bool:
    """Whoever recorded the point and may still record, and whoever writes the student's goals."""
    if actor.kind is Kind.PERSON and point.recorded_by_id == actor.person_id:
        return may_record_progress(actor, point.goal)
    return may(actor, point.student, Action.WRITE, Group.GOALS)


def may_exclude_point(actor: Actor, point: ProgressPoint) -> bool:
    """Whoever decides on the goal: leaving a score out changes what the others say."""
    return may_decide(actor, point.goal)


def may_decide(actor: Actor, goal: Goal) -> bool:
    """Whoever writes the student's goals, and whoever is responsible for this one and records it.

    They change instruction, keep going, propose, close and open the goal, and say who records it.
    """
    if may(actor, goal.student, Action.WRITE, Group.GOALS):
        return True
    is_responsible = actor.kind is Kind.PERSON and goal.responsible_id == actor.person_id
    return is_responsible and may(actor, goal.student, Action.RECORD, Group.PROGRESS)


def may_keep_measurement(actor: Actor, district: Organization) -> bool:
    """Administrators keep the district's prompts and the numbers of its decision rule."""
    return district.id == actor.organization_id and may_in_district(actor, DistrictAction.KEEP_DISTRICT)


def may_see_reports(actor: Actor, student: Student) -> bool:
    """Whoever sees the progress of all the student's goals reads the reports that were sent."""
    return access(actor, student).whole.sees(Group.PROGRESS)


def sees_draft_reports(actor: Actor, student: Student) -> bool:
    """The IEP team reads a report before it is sent; a family reads it once it was."""
    return may(actor, student, Action.SEE, Group.IEP)


def may_write_notes(actor: Actor, student: Student) -> bool:
    """Whoever writes the goals, and members of the IEP team who record progress, write a report's notes."""
    tied = access(actor, student)
    is_on_team = tied.sees(Group.IEP) and tied.may(Action.RECORD, Group.PROGRESS)
    return is_on_team or tied.may(Action.WRITE, Group.GOALS)


def may_send_report(actor: Actor, student: Student) -> bool:
    """The case manager, whatever their role, or an administrator begins, sends and corrects a report."""
    return may(actor, student, Action.WRITE, Group.GOALS)


def may_take_lists(actor: Actor, _record: object = None) -> bool:
    """Whoever takes lists of students along takes this one."""
    return actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.EXPORT_LISTS)
