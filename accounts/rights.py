"""Who may see and do what: one table, role x relation x action x field group.

A role is never a right: every row also asks for a relation to the student. `docs/rights.md` is written from this table
(`manage.py write_rights`) and `tests/accounts/test_rights.py` holds the two, and the code, together.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.actor import Actor


class Role(models.TextChoices):
    ADMINISTRATOR = "administrator", _("Administrator")
    TEACHER = "teacher", _("Teacher")
    SPECIALIST = "specialist", _("Specialist")
    COORDINATOR = "coordinator", _("Coordinator")
    PARAPROFESSIONAL = "paraprofessional", _("Paraprofessional")
    FINANCE = "finance", _("Finance")
    VIEWER = "viewer", _("Viewer")
    PARENT = "parent", _("Parent")


STAFF_ROLES = frozenset(Role.values) - {Role.PARENT.value}


class Relation(StrEnum):
    """What ties a person to a student."""

    CASE_MANAGER = "case manager"  # of this student, today
    TEAM = "team"  # on the student's team in any part but the two others here
    TASK = (
        "data task"  # so on the team, for those goals alone that one is asked to record or is responsible for
    )
    GENERAL_EDUCATION = "general education teacher"  # on the team as the teacher of regular classes
    SCHOOL = "school"  # the student's school is one of the membership's
    DISTRICT = "district"  # the membership holds for the whole district
    CHILD = "own child"  # a guardian whose rights have not ended


class Action(StrEnum):
    SEE = "see"
    WRITE = "write"
    CONTRIBUTE = "contribute"  # write the words of a draft together, and comment on them
    APPROVE = "approve"
    RECORD = "record"  # progress data
    CHOOSE = "choose what to record"  # in the classroom; who may not, records the data tasks assigned to them
    CONFIRM = "confirm"  # having read the IEP at a glance
    MANAGE = "manage"  # team, archive, restore


class Group(StrEnum):
    """Groups of fields that are seen or changed together."""

    IDENTITY = "identity"  # names, grade, school, status
    RECORD = "record"  # birth date, disability, eligibility, dates, ids, tags
    TEAM = "team"
    GUARDIANS = "guardians"  # the family, addresses, emergency contacts
    PROFILE = "about the student"  # how they communicate, what helps, interests; the photograph
    SCHOOLING = "school history"  # enrolments, transfers, exit, requests for records
    HEALTH = "health"  # conditions, medications, the Medicaid number: encrypted
    SAFETY = "safety"  # allergies, diet, emergency plan: what to do, by whoever is with the student
    COURT = "court restrictions"  # what a court ordered about a guardian
    GLANCE = "IEP at a glance"  # goals in a sentence, accommodations, modifications, supports
    IEP = "IEP"  # every word, drafts too
    SHARED_IEP = "shared IEP"  # approved, active and past versions
    GOALS = "goals"
    PROGRESS = "progress"
    ASSESSMENTS = "assessments"  # results of state and district assessments
    MINUTES = "minutes"  # services with minutes
    MONEY = "money"
    TIMELINE = "timeline"  # who changed what
    ACCESS = "record of access"  # who opened it, and to whom it was disclosed


class DistrictAction(StrEnum):
    """What is done to the district, not to a student."""

    ADD_STUDENTS = "add and refer students"
    IMPORT_ROSTER = "import a roster"
    READ_OUTBOX = "read messages to people"
    KEEP_PEOPLE = "keep people and roles"
    KEEP_DISTRICT = "keep the district's settings and schools"
    KEEP_CALENDAR = "keep school years and reporting periods"
    HAND_OVER = "hand over caseloads, name substitutes"
    EXPORT_LISTS = "export lists of students"
    SHARE_VIEWS = "share views of the caseload"
    READ_AUDIT = "read who did and opened what"
    EXPORT_RECORDS = "export whole records"
    KEEP_RETENTION = "set retention, hold and destroy records"
    KEEP_TAGS = "keep tags and custom fields"
    SEE_MONEY = "see money"


@dataclass(frozen=True, slots=True)
class Right:
    """One row: holders of `role` with `relation` may do `action` to each group."""

    role: Role
    relation: Relation
    action: Action
    groups: frozenset[Group]


WHOLE_RECORD = frozenset(Group) - {Group.MONEY}
SENSITIVE = frozenset({Group.HEALTH, Group.SAFETY, Group.COURT})
NO_FAMILY_DATA = WHOLE_RECORD - {Group.GUARDIANS, Group.TIMELINE, Group.ACCESS} - SENSITIVE
WRITTEN = frozenset(
    {Group.IDENTITY, Group.RECORD, Group.TEAM, Group.GUARDIANS, Group.IEP, Group.GOALS}
    | {Group.PROFILE, Group.SCHOOLING, Group.ACCESS}
    | SENSITIVE
)  # by whoever keeps the case file
# The general education teacher and the paraprofessional work with the student every day without the whole record.
GLANCE_ONLY = frozenset({Group.IDENTITY, Group.TEAM, Group.GLANCE, Group.PROFILE})
FOR_PARENTS = frozenset(
    {
        Group.ACCESS,
        Group.IDENTITY,
        Group.TEAM,
        Group.SHARED_IEP,
        Group.GOALS,
        Group.PROGRESS,
        Group.ASSESSMENTS,
        Group.MINUTES,
        Group.PROFILE,
        Group.SCHOOLING,
        Group.SAFETY,  # the family is the first to notice what is wrong there
    }
)


def _rows() -> Iterable[Right]:
    admin, district = Role.ADMINISTRATOR, Relation.DISTRICT
    yield Right(admin, district, Action.SEE, WHOLE_RECORD | {Group.MONEY})
    yield Right(admin, district, Action.WRITE, WRITTEN)
    yield Right(admin, district, Action.CONTRIBUTE, frozenset({Group.IEP}))
    yield Right(admin, district, Action.APPROVE, frozenset({Group.IEP}))
    yield Right(admin, district, Action.MANAGE, frozenset({Group.RECORD, Group.TEAM}))
    for role in (Role.TEACHER, Role.SPECIALIST):
        yield Right(role, Relation.CASE_MANAGER, Action.SEE, WHOLE_RECORD)
        yield Right(role, Relation.CASE_MANAGER, Action.WRITE, WRITTEN)
        yield Right(role, Relation.CASE_MANAGER, Action.CONTRIBUTE, frozenset({Group.IEP}))
        yield Right(role, Relation.CASE_MANAGER, Action.APPROVE, frozenset({Group.IEP}))
        yield Right(role, Relation.CASE_MANAGER, Action.RECORD, frozenset({Group.PROGRESS}))
        yield Right(role, Relation.CASE_MANAGER, Action.CHOOSE, frozenset({Group.PROGRESS}))
        yield Right(role, Relation.CASE_MANAGER, Action.MANAGE, frozenset({Group.TEAM}))
        yield Right(role, Relation.TEAM, Action.SEE, WHOLE_RECORD)
        yield Right(role, Relation.TEAM, Action.CONTRIBUTE, frozenset({Group.IEP}))
        yield Right(role, Relation.TEAM, Action.RECORD, frozenset({Group.PROGRESS}))
        yield Right(role, Relation.TEAM, Action.CHOOSE, frozenset({Group.PROGRESS}))
    yield Right(Role.TEACHER, Relation.GENERAL_EDUCATION, Action.SEE, GLANCE_ONLY)
    yield Right(
        Role.TEACHER,
        Relation.GENERAL_EDUCATION,
        Action.CONFIRM,
        frozenset({Group.GLANCE}),
    )
    for relation in (Relation.SCHOOL, Relation.DISTRICT, Relation.TEAM):
        yield Right(Role.COORDINATOR, relation, Action.SEE, WHOLE_RECORD)
        yield Right(Role.VIEWER, relation, Action.SEE, NO_FAMILY_DATA)
    for relation in (Relation.SCHOOL, Relation.DISTRICT):
        yield Right(
            Role.FINANCE,
            relation,
            Action.SEE,
            frozenset({Group.IDENTITY, Group.MINUTES, Group.MONEY}),
        )
    yield Right(
        Role.PARAPROFESSIONAL,
        Relation.TEAM,
        Action.SEE,
        GLANCE_ONLY | {Group.SAFETY},
    )
    yield Right(Role.PARAPROFESSIONAL, Relation.TASK, Action.SEE, frozenset({Group.GOALS, Group.PROGRESS}))
    yield Right(Role.PARAPROFESSIONAL, Relation.TASK, Action.RECORD, frozenset({Group.PROGRESS}))
    yield Right(Role.PARENT, Relation.CHILD, Action.SEE, FOR_PARENTS)


RIGHTS: tuple[Right, ...] = tuple(_rows())
_ALLOWED = frozenset(
    (right.role.value, right.relation, right.action, group) for right in RIGHTS for group in right.groups
)

DISTRICT_RIGHTS: dict[DistrictAction, frozenset[Role]] = {
    DistrictAction.ADD_STUDENTS: frozenset({Role.ADMINISTRATOR, Role.TEACHER, Role.SPECIALIST}),
    DistrictAction.IMPORT_ROSTER: frozenset({Role.ADMINISTRATOR}),
    DistrictAction.READ_OUTBOX: frozenset({Role.ADMINISTRATOR}),
    DistrictAction.KEEP_PEOPLE: frozenset({Role.ADMINISTRATOR}),
    DistrictAction.KEEP_DISTRICT: frozenset({Role.ADMINISTRATOR}),
    DistrictAction.KEEP_CALENDAR: frozenset({Role.ADMINISTRATOR, Role.COORDINATOR}),
    DistrictAction.HAND_OVER: frozenset({Role.ADMINISTRATOR, Role.TEACHER, Role.SPECIALIST}),
    # Viewers look, they take nothing along; of a list, finance gets names, grades and schools.
    DistrictAction.EXPORT_LISTS: frozenset(
        {Role.ADMINISTRATOR, Role.TEACHER, Role.SPECIALIST, Role.COORDINATOR, Role.FINANCE}
    ),
    DistrictAction.SHARE_VIEWS: frozenset({Role.ADMINISTRATOR}),
    DistrictAction.READ_AUDIT: frozenset({Role.ADMINISTRATOR}),
    DistrictAction.EXPORT_RECORDS: frozenset({Role.ADMINISTRATOR}),
    DistrictAction.KEEP_RETENTION: frozenset({Role.ADMINISTRATOR}),
    DistrictAction.KEEP_TAGS: frozenset({Role.ADMINISTRATOR}),
    DistrictAction.SEE_MONEY: frozenset({Role.ADMINISTRATOR, Role.FINANCE}),
}
# What may be added to one person or taken from them, whatever their role says. Keeping people and the district is not
# among them: who could give that away could give everything away.
SINGLE_RIGHTS: dict[DistrictAction, str] = {
    DistrictAction.ADD_STUDENTS: "add_students",
    DistrictAction.IMPORT_ROSTER: "import_rosters",
    DistrictAction.READ_AUDIT: "read_audit",
    DistrictAction.EXPORT_RECORDS: "export_records",
    DistrictAction.KEEP_TAGS: "keep_tags",
    DistrictAction.SEE_MONEY: "see_money",
}
RIGHT_LABELS = {
    "add_students": _("Open case files and refer students"),
    "import_rosters": _("Import rosters"),
    "read_audit": _("Read who did and opened what"),
    "export_records": _("Export whole records"),
    "keep_tags": _("Keep tags and custom fields"),
    "see_money": _("See money"),
}
# A single right that is about fields of a record: for students whom the person sees anyhow.
_FIELDS_OF = {SINGLE_RIGHTS[DistrictAction.SEE_MONEY]: (Action.SEE, Group.MONEY)}


def allows(ties: Iterable[tuple[str, Relation]], action: Action, group: Group) -> bool:
    """Whether somebody tied to a student by these pairs of role and relation may do this to that group of fields."""
    return any((role, relation, action, group) in _ALLOWED for role, relation in ties)


def relations_that_see(roles: Iterable[str], group: Group = Group.IDENTITY) -> frozenset[Relation]:
    """The relations through which holders of these roles see a group of fields at all."""
    return _relations_that_see(frozenset(roles), group)


@lru_cache(maxsize=1024)  # a page asks a dozen times; the table never changes
def _relations_that_see(held: frozenset[str], group: Group) -> frozenset[Relation]:
    return frozenset(
        right.relation
        for right in RIGHTS
        if right.action is Action.SEE and right.role.value in held and group in right.groups
    )


def may_in_district(who: Actor | Iterable[str], action: DistrictAction) -> bool:
    """Whether somebody may do something to the district: by their roles, less what is taken from them, or by a right
    that was added to them alone. Bare roles know of no single rights."""
    roles = who.roles if isinstance(who, Actor) else frozenset(who)
    by_role = not DISTRICT_RIGHTS[action].isdisjoint(roles)
    if not isinstance(who, Actor) or action not in SINGLE_RIGHTS:
        return by_role
    single = SINGLE_RIGHTS[action]
    return single not in who.withheld and (by_role or single in who.granted)


def fields_of(single: Iterable[str]) -> frozenset[tuple[Action, Group]]:
    """The fields of a record that single rights are about."""
    return frozenset(_FIELDS_OF[name] for name in single if name in _FIELDS_OF)
