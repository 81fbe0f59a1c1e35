"""Who may do what with a student, in a sentence each, from the table of rights (`accounts/rights.py`)."""

from dataclasses import dataclass, field
from uuid import UUID

from accounts.rights import (
    Action,
    DistrictAction,
    Group,
    Relation,
    allows,
    may_in_district,
)
from core.actor import Actor, Kind
from students.models import Guardian, Student, TeamMember, in_force, on_team


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What an actor is to one student, read once, asked often."""

    student_id: UUID
    roles: frozenset[str]
    relations: frozenset[Relation]
    is_software: bool = False
    parts: frozenset[str] = field(default_factory=frozenset)

    def may(self, action: Action, group: Group) -> bool:
        """Whether the table of rights lets this actor do `action` to `group` of this student."""
        return self.is_software or allows(self.roles, self.relations, action, group)

    def sees(self, group: Group) -> bool:
        """Whether this actor sees a group of fields of this student."""
        return self.may(Action.SEE, group)


def access(actor: Actor, student: Student) -> Access:
    """What ties the actor to the student today. Two statements at the most."""
    if actor.kind is not Kind.PERSON:
        return Access(
            student_id=student.id,
            roles=frozenset(),
            relations=frozenset(),
            is_software=True,
        )
    relations: set[Relation] = set()
    today = actor.today
    if actor.is_district_wide:
        relations.add(Relation.DISTRICT)
    if student.school_id in actor.school_ids:
        relations.add(Relation.SCHOOL)
    team = TeamMember.objects.filter(
        on_team(today), student_id=student.id, person_id=actor.person_id
    )
    parts = frozenset(team.values_list("part", flat=True))
    relations |= {_relation_of_part(part) for part in parts}
    guardians = Guardian.objects.filter(
        in_force(today), student_id=student.id, person_id=actor.person_id
    )
    if "parent" in actor.roles and guardians.exists():
        relations.add(Relation.CHILD)
    return Access(
        student_id=student.id,
        roles=actor.roles,
        relations=frozenset(relations),
        parts=parts,
    )


def _relation_of_part(part: str) -> Relation:
    if part == TeamMember.Part.CASE_MANAGER:
        return Relation.CASE_MANAGER
    if part == TeamMember.Part.GENERAL_EDUCATION:
        return Relation.GENERAL_EDUCATION
    return Relation.TEAM


def may(actor: Actor, student: Student, action: Action, group: Group) -> bool:
    """Whether the actor may do `action` to `group` of the student."""
    return access(actor, student).may(action, group)


def may_write_identity(actor: Actor, student: Student) -> bool:
    """Administrators and the case manager keep names, grade and school."""
    return may(actor, student, Action.WRITE, Group.IDENTITY)


def may_write_record(actor: Actor, student: Student) -> bool:
    """Administrators and the case manager keep disability, eligibility, dates, ids and tags."""
    return may(actor, student, Action.WRITE, Group.RECORD)


def may_write_guardians(actor: Actor, student: Student) -> bool:
    """Administrators and the case manager keep guardians."""
    return may(actor, student, Action.WRITE, Group.GUARDIANS)


def may_manage_team(actor: Actor, student: Student) -> bool:
    """Administrators and the case manager say who is on the team."""
    return may(actor, student, Action.MANAGE, Group.TEAM)


def may_archive(actor: Actor, student: Student) -> bool:
    """Only administrators archive and restore."""
    return may(actor, student, Action.MANAGE, Group.RECORD)


def may_see_timeline(actor: Actor, student: Student) -> bool:
    """Who reads what was changed and opened."""
    return may(actor, student, Action.SEE, Group.TIMELINE)


def may_add_students(actor: Actor, _record: object = None) -> bool:
    """Administrators, teachers and specialists open a case file, by hand or from the roster."""
    return actor.kind is not Kind.PERSON or may_in_district(
        actor.roles, DistrictAction.ADD_STUDENTS
    )
