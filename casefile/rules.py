"""Who may do what with lists, in a sentence each."""

from accounts.rights import Action, DistrictAction, Group, Relation, Role, allows, may_in_district
from casefile.models import SavedView
from core.actor import Actor, Hat
from ieps.models import Goal
from students.rules import may


def may_share_views(actor: Actor, _record: object = None) -> bool:
    """Administrators share a view with everybody in the district."""
    return may_in_district(actor, DistrictAction.SHARE_VIEWS)


def may_keep_view(actor: Actor, view: SavedView) -> bool:
    """Everybody keeps their own views; a shared one, administrators."""
    return view.person_id == actor.person_id or (view.is_shared and may_share_views(actor))


def may_export_lists(actor: Actor, _record: object = None) -> bool:
    """Who works with students takes a list along; viewers and families do not."""
    return may_in_district(actor, DistrictAction.EXPORT_LISTS)


def may_keep_sheet(actor: Actor, goal: Goal) -> bool:
    """Whoever writes the student's goals, and whoever chooses what to record of them, says how one is recorded."""
    if may(actor, goal.student, Action.WRITE, Group.GOALS):
        return True
    return may(actor, goal.student, Action.CHOOSE, Group.PROGRESS)


def may_record_anything(actor: Actor, _record: object = None) -> bool:
    """Whether somebody with these roles records progress of any student at all."""
    ties = ((role, relation) for role in actor.roles for relation in Relation)
    return actor.hat is not Hat.FAMILY and allows(ties, Action.RECORD, Group.PROGRESS)


def may_take_iep(actor: Actor, _iep: object) -> bool:
    """Whoever reads an IEP takes it along as a file; viewers look, they take nothing along."""
    return actor.roles != frozenset({Role.VIEWER.value})
