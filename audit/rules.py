"""Who reads the audit, and who reads and keeps a student's record of access, from the table of rights."""

from accounts.rights import Action, DistrictAction, Group, may_in_district
from core.actor import Actor, Kind
from students.models import Student
from students.rules import access


def may_read_audit(actor: Actor, _record: object) -> bool:
    """Administrators, and whoever was given the right alone, read who did and opened what."""
    return actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.READ_AUDIT)


def may_see_access_record(actor: Actor, student: Student) -> bool:
    """Who reads the record of access of one student: parents of their own child's, too (99.32(c))."""
    return access(actor, student).sees(Group.ACCESS)


def may_record_disclosures(actor: Actor, student: Student) -> bool:
    """The case manager or an administrator writes down what was disclosed to whom."""
    return access(actor, student).may(Action.WRITE, Group.ACCESS)
