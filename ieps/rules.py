"""Who may do what with an IEP, in a sentence each, from the table of rights (`accounts/rights.py`)."""

from accounts.rights import Action, Group
from core.actor import Actor, Kind
from ieps.models import Goal, Iep
from students.models import Student, TeamMember
from students.rules import Access, access

# Whose word on an IEP in review is asked for: those who teach and serve, not those who read for the district.
REVIEWING_PARTS = frozenset(TeamMember.Part.values) - {
    TeamMember.Part.GENERAL_EDUCATION,
    TeamMember.Part.PARAPROFESSIONAL,
}


def sees_iep(known: Access, status: str) -> bool:
    """The IEP team reads every version; others who share the IEP read what is approved, active or past."""
    return known.sees(Group.IEP) or (known.sees(Group.SHARED_IEP) and status in Iep.SHARED)


def may_confirm_glance(actor: Actor, student: Student) -> bool:
    """A general education teacher of the team confirms having read the IEP at a glance."""
    return actor.kind is Kind.PERSON and access(actor, student).may(Action.CONFIRM, Group.GLANCE)


def may_start_iep(actor: Actor, student: Student) -> bool:
    """The case manager, whatever their role, or an administrator starts an IEP."""
    return access(actor, student).may(Action.WRITE, Group.IEP)


def may_write_iep(actor: Actor, iep: Iep) -> bool:
    """The case manager, whatever their role, or an administrator writes the IEP."""
    return access(actor, iep.student).may(Action.WRITE, Group.IEP)


def may_contribute(actor: Actor, iep: Iep) -> bool:
    """Teachers and specialists of the team write the words of the IEP together, and comment on them."""
    return access(actor, iep.student).may(Action.CONTRIBUTE, Group.IEP)


def may_read_comments(actor: Actor, iep: Iep) -> bool:
    """Whoever reads drafts reads what colleagues say beside them; families do not."""
    return access(actor, iep.student).sees(Group.IEP)


def may_comment(actor: Actor, iep: Iep) -> bool:
    """Whoever contributes to the IEP or reviews it comments on it, as a person."""
    known = access(actor, iep.student)
    return actor.kind is Kind.PERSON and (known.may(Action.CONTRIBUTE, Group.IEP) or reviews(known))


def may_write_goal(actor: Actor, goal: Goal) -> bool:
    """Whoever writes the IEP writes its goals."""
    return access(actor, goal.student).may(Action.WRITE, Group.GOALS)


def reviews(known: Access) -> bool:
    """Members of the team who read the whole IEP, and whoever approves it."""
    on_team = not REVIEWING_PARTS.isdisjoint(known.parts) and known.sees(Group.IEP)
    return on_team or known.may(Action.APPROVE, Group.IEP)


def may_review(actor: Actor, iep: Iep) -> bool:
    """Members of the team who read the whole IEP say whether they agree to it; so do administrators."""
    return actor.kind is Kind.PERSON and reviews(access(actor, iep.student))


def may_approve(actor: Actor, iep: Iep) -> bool:
    """The case manager or an administrator approves an IEP, takes it back and puts it into effect."""
    return access(actor, iep.student).may(Action.APPROVE, Group.IEP)
