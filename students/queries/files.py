"""Reading case files, teams, parents and the roster."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import BooleanField, Func, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from accounts.models import School
from accounts.queries import StaffMember, own_schools, school, staff_near
from accounts.rights import Group
from core.actor import Actor
from core.encrypted import fingerprint
from core.errors import Conflict, NotFound
from core.mutation import require
from core.once import once
from students.models import (
    ExternalId,
    Guardian,
    SearchWord,
    Student,
    Tag,
    TeamMember,
    in_force,
    on_team,
    visible_students,
    words_in,
)
from students.rules import (
    Access,
    access,
    may_add_students,
    may_manage_team,
    may_write_guardians,
    may_write_record,
)

Row = TypeVar("Row")
MOST_WORDS = 6
SHORTEST_ID = 3


class Archived(Conflict):
    """The case file is put away."""

    code = "archived"
    message = _("This case file is archived. Restore it first.")


class StartsWith(Func):
    """A prefix test that may use an index behind the wall; LIKE may not, since it could tell of other rows."""

    function = "starts_with"
    output_field = BooleanField()


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """Somebody's part on a team."""

    member_id: UUID
    person_id: UUID
    name: str
    part: str
    part_label: str
    starts_on: date
    ends_on: date | None
    is_current: bool
    may_end: bool
    stands_in_for: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPage:
    """A student's team now and before, and who could join it."""

    student: Student
    members: tuple[TeamRow, ...]
    candidates: tuple[StaffMember, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardianPage:
    """A student's parents, those whose rights have ended last."""

    student: Student
    guardians: tuple[Guardian, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """The ids and tags of a student."""

    student: Student
    ids: dict[str, str]
    tags: tuple[str, ...]


def visible_student(*, actor: Actor, student_id: UUID, lock: bool = False) -> Student:
    """One student, with the school unless locked. Raises NotFound for a student who does not exist for this actor."""

    def rows() -> "QuerySet[Student]":
        return Student.objects.visible_to(actor).filter(id=student_id)

    if lock:
        student = rows().select_for_update(of=("self",), no_key=True).first()
    else:
        student = once(("student", actor, student_id), lambda: rows().select_related("school").first())
    if student is None:
        raise NotFound
    return student


def student_of(*, actor: Actor, student_id: UUID) -> UUID | None:
    """The id again when it is one of a student of the district, whoever asks: for the audit of refused acts."""
    rows = Student.objects.filter(id=student_id)  # for all: it shows nothing
    here = rows.filter(organization_id=actor.organization_id)
    return here.values_list("id", flat=True).first()


def opened_student(*, actor: Actor, student_id: UUID, lock: bool = False) -> tuple[Student, Access]:
    """One student and what the actor is to them. Raises NotFound."""
    student = visible_student(actor=actor, student_id=student_id, lock=lock)
    return student, access(actor, student)


def editable_student(
    *, actor: Actor, student_id: UUID, rule: Callable[[Actor, Student], bool], lock: bool = True
) -> Student:
    """One student to be changed, locked. Raises NotFound, NotAllowed, Archived."""
    student = visible_student(actor=actor, student_id=student_id, lock=lock)
    require(actor, rule, student)
    if student.archived_at is not None:
        raise Archived
    return student


def refuse_archived(*, actor: Actor, student_id: UUID) -> None:
    """Refuse a change of a part of a case file that is put away. Raises Archived."""
    rows = Student.objects.filter(id=student_id, archived_at__isnull=False)  # for all: whoever asks
    if rows.filter(organization_id=actor.organization_id).exists():
        raise Archived


def matching(*, actor: Actor, text: str) -> Q:
    """A filter for students whom a text finds: each word begins one of their names, or all of it begins an id.

    Accents and capitals do not matter. An id has a digit; ids are found only by who sees the record, and by three
    characters or more.
    """
    words = words_in(text)[:MOST_WORDS]
    if not words:
        return Q(pk__in=[])
    rows = SearchWord.objects.filter(organization_id=actor.organization_id)
    named = [rows.filter(StartsWith("word", Value(word))).values("student_id") for word in words]
    wanted = text.strip()
    if len(wanted) < SHORTEST_ID or not any(character.isdigit() for character in wanted):
        return Q(*(Q(pk__in=found) for found in named))
    # One set of students from both, since an OR of two sets would look at every student of the district.
    by_name = rows.filter(
        StartsWith("word", Value(words[0])), *(Q(student_id__in=found) for found in named[1:])
    )
    ids = ExternalId.objects.filter(
        StartsWith("value", Value(wanted)),
        visible_students(actor, prefix="student__", group=Group.RECORD),
        organization_id=actor.organization_id,
    )
    return Q(pk__in=ids.values("student_id").union(by_name.values("student_id"), _sealed(actor, wanted)))


def _sealed(actor: Actor, text: str) -> QuerySet[ExternalId, Any]:
    """The students whose encrypted id is exactly this text, of those whose health information the actor sees."""
    rows = ExternalId.objects.filter(
        visible_students(actor, prefix="student__", group=Group.HEALTH),
        organization_id=actor.organization_id,
        secret_index=fingerprint(ExternalId, "secret_index", actor.organization_id, text),
    )
    return rows.values("student_id")


def students_of(
    *,
    actor: Actor,
    text: str = "",
    grade: str | None = None,
    school_id: UUID | None = None,
    is_archived: bool = False,
) -> QuerySet[Student]:
    """The students whom the actor sees, narrowed, without an order."""
    rows = Student.objects.visible_to(actor).select_related("school")
    rows = rows.filter(archived_at__isnull=not is_archived)
    if text:
        rows = rows.filter(matching(actor=actor, text=text))
    if grade is not None:
        rows = rows.filter(grade=grade)
    if school_id is not None:
        rows = rows.filter(school_id=school_id)
    return rows


def whose_record_is_seen(*, actor: Actor, students: Iterable[Student]) -> frozenset[UUID]:
    """Those of some students already seen whose record the actor sees, in one statement."""
    ids = [student.id for student in students]
    rows = Student.objects.visible_to(actor).filter(visible_students(actor, group=Group.RECORD), id__in=ids)
    return frozenset(rows.values_list("id", flat=True))


def require_sight(tied: Access, group: Group) -> None:
    """Refuse who sees the student but not this part of the record. Raises NotFound: it does not exist for them."""
    if not tied.sees(group):
        raise NotFound


def team_page(*, actor: Actor, student_id: UUID) -> TeamPage:
    """The team to be changed. Raises NotFound, NotAllowed, Archived."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_manage_team, lock=False)
    return TeamPage(
        student=student,
        members=team_of(actor=actor, student=student, is_whole=True),
        candidates=staff_near(actor=actor, school_id=student.school_id),
    )


def team_of(*, actor: Actor, student: Student, is_whole: bool = False) -> tuple[TeamRow, ...]:
    """Who is on the team of a student already seen; with `is_whole` who was and will be, too."""
    rows = TeamMember.objects.filter(organization_id=actor.organization_id, student=student)
    if not is_whole:
        rows = rows.filter(on_team(actor.today))
    ordered = rows.select_related("person", "stands_in_for").order_by("-ends_on", "starts_on", "id")
    return tuple(_team_row(row, actor.today) for row in ordered)


def team_row(*, actor: Actor, member_id: UUID) -> TeamRow:
    """One part on the team of a student whom the actor sees. Raises NotFound."""
    return _team_row(team_member_of(actor=actor, member_id=member_id), actor.today)


def _team_row(row: TeamMember, today: date) -> TeamRow:
    return TeamRow(
        member_id=row.id,
        person_id=row.person_id,
        name=row.person.name,
        part=row.part,
        part_label=row.get_part_display(),
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        is_current=row.starts_on <= today and (row.ends_on is None or row.ends_on > today),
        may_end=row.ends_on is None or row.ends_on > today,
        stands_in_for=row.stands_in_for.name if row.stands_in_for else "",
    )


def team_member_of(*, actor: Actor, member_id: UUID) -> TeamMember:
    """One part on the team of a student whom the actor sees, with the person. Raises NotFound."""
    rows = TeamMember.objects.filter(visible_students(actor, prefix="student__"))
    found = rows.filter(organization_id=actor.organization_id, id=member_id).select_related("person").first()
    if found is None:
        raise NotFound
    return found


def guardian_page(*, actor: Actor, student_id: UUID) -> GuardianPage:
    """The parents to be changed. Raises NotFound, NotAllowed, Archived."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_guardians, lock=False)
    rows = Guardian.objects.filter(organization_id=actor.organization_id, student=student)
    return GuardianPage(student=student, guardians=tuple(rows.order_by("-ends_on", "starts_on", "id")))


def guardians_of(*, actor: Actor, student: Student) -> tuple[Guardian, ...]:
    """The parents of a student already seen whose rights hold today."""
    rows = Guardian.objects.filter(
        in_force(actor.today), organization_id=actor.organization_id, student=student
    )
    return tuple(rows.order_by("starts_on", "id"))


def guardian_of(*, actor: Actor, student: Student, guardian_id: UUID) -> Guardian:
    """One parent of a student already seen. Raises NotFound."""
    rows = Guardian.objects.filter(organization_id=actor.organization_id, student=student)
    found = rows.select_for_update(of=("self",)).filter(id=guardian_id).first()
    if found is None:
        raise NotFound
    return found


def record_page(*, actor: Actor, student_id: UUID) -> RecordPage:
    """The ids and tags to be changed. Raises NotFound, NotAllowed, Archived."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_record, lock=False)
    return RecordPage(
        student=student, ids=ids_of(actor=actor, student=student), tags=tags_of(actor=actor, student=student)
    )


def ids_of(*, actor: Actor, student: Student) -> dict[str, str]:
    """What other systems call a student already seen, by kind. Encrypted ones are for who sees the health section."""
    rows = ExternalId.objects.filter(organization_id=actor.organization_id, student=student)
    if not access(actor, student).sees(Group.HEALTH):
        rows = rows.filter(secret__isnull=True)
    return {row.kind: row.text for row in rows.order_by("kind")}


def tags_of(*, actor: Actor, student: Student) -> tuple[str, ...]:
    """The tags of a student already seen."""
    rows = Tag.objects.filter(organization_id=actor.organization_id, student=student)
    return tuple(rows.order_by("label").values_list("label", flat=True))


def referring_schools(*, actor: Actor) -> tuple[School, ...]:
    """The schools in which the actor may open case files. Raises NotAllowed."""
    require(actor, may_add_students, None)
    return own_schools(actor=actor)


def schools_for(*, actor: Actor, student: Student) -> tuple[School, ...]:
    """The schools a student may be put in by the actor: their own schools, and the one where the student is."""
    mine = own_schools(actor=actor)
    if student.school_id in {school.id for school in mine}:
        return mine
    return (school(actor=actor, school_id=student.school_id), *mine)


def one_of(rows: Iterable[Row], **wanted: object) -> Row:
    """The row that has these values. Raises NotFound."""
    for row in rows:
        if all(getattr(row, name) == value for name, value in wanted.items()):
            return row
    raise NotFound
