"""Who may do what with a student, in a sentence each, from the table of rights (`accounts/rights.py`)."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from uuid import UUID

from accounts.rights import (
    SINGLE_RIGHTS,
    Action,
    DistrictAction,
    Group,
    Relation,
    allows,
    fields_of,
    may_in_district,
)
from core.actor import Actor, Hat, Kind
from core.once import once
from students.models import Guardian, Student, TeamMember, may_be_shared, on_team, relations_of_part


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What an actor is to one student, read once, asked often: pairs of a role and a relation."""

    student_id: UUID
    ties: frozenset[tuple[str, Relation]] = frozenset()
    is_software: bool = False
    parts: frozenset[str] = frozenset()
    granted: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()

    @property
    def whole(self) -> "Access":
        """The same without data tasks, which are about single goals: what the actor may with all goals alike."""
        return replace(self, ties=frozenset(tie for tie in self.ties if tie[1] is not Relation.TASK))

    @property
    def relations(self) -> frozenset[Relation]:
        """What ties the actor to the student, under whatever role."""
        return frozenset(relation for _role, relation in self.ties)

    def may(self, action: Action, group: Group) -> bool:
        """Whether the table of rights lets this actor do `action` to `group` of this student."""
        if (action, group) in fields_of(self.withheld):
            return False
        is_added = bool(self.ties) and (action, group) in fields_of(self.granted)
        return self.is_software or is_added or allows(self.ties, action, group)

    def sees(self, group: Group) -> bool:
        """Whether this actor sees a group of fields of this student."""
        return self.may(Action.SEE, group)


def access(actor: Actor, student: Student) -> Access:
    """What ties the actor to the student today. One statement at the most, and one for a page."""
    return once(
        ("access", actor, student.id, student.school_id), lambda: accesses(actor, [student])[student.id]
    )


def accesses(actor: Actor, students: Collection[Student]) -> Mapping[UUID, Access]:
    """What ties the actor to each of several students today. One statement at the most."""
    if actor.kind is not Kind.PERSON:
        return {student.id: Access(student_id=student.id, is_software=True) for student in students}
    ids = {student.id for student in students}
    parts: dict[UUID, set[str]] = defaultdict(set)
    children: set[UUID] = set()
    if actor.hat is Hat.FAMILY:
        guardians = Guardian.objects.filter(may_be_shared(actor.today), person_id=actor.person_id)
        children |= set(guardians.filter(student_id__in=ids).values_list("student_id", flat=True))
    else:
        team = TeamMember.objects.filter(on_team(actor.today), person_id=actor.person_id)
        for student_id, part in team.filter(student_id__in=ids).values_list("student_id", "part"):
            parts[student_id].add(part)
    return {
        student.id: _access(actor, student, frozenset(parts[student.id]), is_child=student.id in children)
        for student in students
    }


def _access(actor: Actor, student: Student, parts: frozenset[str], *, is_child: bool) -> Access:
    own: set[Relation] = {Relation.CHILD} if is_child else set()
    own = own.union(*(relations_of_part(part) for part in parts))
    ties = {(role, relation) for role in actor.roles for relation in own}
    for scope in actor.scopes:
        if scope.is_district_wide:
            ties.add((scope.role, Relation.DISTRICT))
        if student.school_id in scope.school_ids:
            ties.add((scope.role, Relation.SCHOOL))
    return Access(
        student_id=student.id,
        ties=frozenset(ties),
        parts=parts,
        granted=actor.granted,
        withheld=actor.withheld,
    )


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


def may_keep_imported(actor: Actor, student: Student | None) -> bool:
    """Who imports a roster brings news of every pupil; who keeps the record, of that student."""
    may_import = actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.IMPORT_ROSTER)
    return may_import or (student is not None and may_write_record(actor, student))


def may_archive(actor: Actor, student: Student) -> bool:
    """Only administrators archive and restore."""
    return may(actor, student, Action.MANAGE, Group.RECORD)


def may_add_students(actor: Actor, _record: object = None) -> bool:
    """Administrators, teachers and specialists open a case file, by hand or from the roster."""
    return actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.ADD_STUDENTS)


def may_hand_over(actor: Actor, _record: object = None) -> bool:
    """Administrators, teachers and specialists hand case files over and take that back; whose, each student says."""
    return actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.HAND_OVER)


def may_write_profile(actor: Actor, student: Student) -> bool:
    """Administrators and the case manager keep the page "About me" and the photograph."""
    return may(actor, student, Action.WRITE, Group.PROFILE)


def may_write_schooling(actor: Actor, student: Student) -> bool:
    """Administrators and the case manager keep enrollments, transfers, exits and requests for records."""
    return may(actor, student, Action.WRITE, Group.SCHOOLING)


def may_write_health(actor: Actor, student: Student) -> bool:
    """Administrators and the case manager keep allergies, plans, conditions and medications."""
    return may(actor, student, Action.WRITE, Group.HEALTH)


def may_write_court(actor: Actor, student: Student) -> bool:
    """Administrators and the case manager keep what a court ordered about a guardian."""
    return may(actor, student, Action.WRITE, Group.COURT)


def may_keep_fields(actor: Actor, _record: object = None) -> bool:
    """Administrators, and who was given the right, say which fields the district adds to the record."""
    return actor.kind is not Kind.PERSON or may_in_district(actor, DistrictAction.KEEP_TAGS)


def may_export_record(actor: Actor, student: Student) -> bool:
    """Administrators, the case manager, and a parent of their own child's shared part (34 CFR 300.613, 99.10)."""
    tied = access(actor, student)
    if actor.kind is not Kind.PERSON or Relation.CHILD in tied.relations:
        return True
    if not tied.sees(Group.RECORD) or SINGLE_RIGHTS[DistrictAction.EXPORT_RECORDS] in actor.withheld:
        return False
    return may_in_district(actor, DistrictAction.EXPORT_RECORDS) or Relation.CASE_MANAGER in tied.relations
