"""Who is on a student's IEP team, from a day until a day (34 CFR 300.321)."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.queries import roles_held
from accounts.rights import STAFF_ROLES, Role
from core.actor import Actor
from core.errors import Invalid, NotFound
from core.mutation import audit, mutation, unchanged
from students.models import Student, TeamMember, Undo
from students.mutations.undo import keep_undo
from students.queries import editable_student
from students.rules import may_manage_team
from students.steps import Ended, done_step
from students.versions import touch

Part = TeamMember.Part
THERAPISTS = frozenset({Role.SPECIALIST, Role.TEACHER})
MAY_BE: dict[str, frozenset[str]] = {
    Part.CASE_MANAGER: frozenset({Role.TEACHER, Role.SPECIALIST}),
    Part.SPECIAL_EDUCATION: frozenset({Role.TEACHER}),
    Part.GENERAL_EDUCATION: frozenset({Role.TEACHER}),
    Part.SPEECH_LANGUAGE: THERAPISTS,
    Part.OCCUPATIONAL: THERAPISTS,
    Part.PHYSICAL: THERAPISTS,
    Part.PSYCHOLOGIST: THERAPISTS,
    Part.COUNSELOR: THERAPISTS,
    Part.PARAPROFESSIONAL: frozenset({Role.PARAPROFESSIONAL}),
    Part.REPRESENTATIVE: frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.TEACHER, Role.SPECIALIST}),
    Part.OTHER: STAFF_ROLES - {Role.FINANCE.value},
}
"""Which roles a part on the team asks for. Without one of them the part would give no sight."""

JOINED = "students.team.joined"
TAKEN_OVER = "students.team.taken_over"  # one of many at once: told about in one message, not in many


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """A new case manager of a student, and the rows that ended for it. `is_new` is false when nothing changed."""

    member: TeamMember
    is_new: bool
    ended: tuple[Ended, ...] = ()


@mutation
def add_team_member(
    *, actor: Actor, student_id: UUID, person_id: UUID, part: str, starts_on: date | None = None
) -> TeamMember:
    """Put somebody of the district's staff on a team. A case manager is changed, not added.

    Raises NotFound, NotAllowed, Invalid.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_manage_team)
    if part == Part.CASE_MANAGER:
        return _replace_case_manager(actor, student, person_id, starts_on or actor.today)
    check_person(actor=actor, person_id=person_id, part=part)
    open_parts = TeamMember.objects.filter(student=student, person_id=person_id, ends_on=None)
    if open_parts.exists():
        raise Invalid(fields={"person": [_("This person is on the team already.")]})
    member = _join(actor, student, person_id, part, starts_on or actor.today)
    touch(actor=actor, student=student)
    return member


@mutation
def end_team_member(
    *, actor: Actor, member_id: UUID, student_id: UUID, ends_on: date | None = None
) -> TeamMember:
    """Take somebody off a team. Their sight ends the moment `ends_on` begins, today unless given.

    Raises NotFound, NotAllowed, Invalid.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_manage_team)
    member = TeamMember.objects.filter(student=student, id=member_id).first()
    if member is None:
        raise NotFound
    day = ends_on or actor.today
    if member.ends_on is not None and member.ends_on <= day:
        unchanged(actor)
        return member
    if day < member.starts_on:
        raise Invalid(fields={"ends_on": [_("The last day comes before the first.")]})
    ended = _end(actor, member, day)
    touch(actor=actor, student=student)
    keep_undo(
        actor=actor,
        act=Undo.Act.END_TEAM,
        record_id=member.id,
        steps=[done_step(student, ended=(ended,))],
    )
    return member


@mutation
def first_case_manager(*, actor: Actor, student: Student, person_id: UUID | None, today: date) -> None:
    """Who answers for a new case file: the person named, else whoever opens it and may be one. Raises Invalid."""
    if person_id is None and not actor.roles & MAY_BE[Part.CASE_MANAGER]:
        unchanged(actor)
        return
    chosen = person_id or actor.person_id
    if actor.acting_person_id != chosen and not may_manage_team(actor, student):
        raise Invalid(fields={"case_manager": [_("Only an administrator names somebody else.")]})
    check_person(actor=actor, person_id=chosen, part=Part.CASE_MANAGER, field="case_manager")
    _join(actor, student, chosen, Part.CASE_MANAGER, today)


@mutation
def take_over(
    *, actor: Actor, student: Student, person_id: UUID, day: date, verb: str = TAKEN_OVER
) -> Takeover:
    """Make somebody the case manager of a locked student from a day on, inside the caller's transaction.

    Who was to take over later does not any more. Whether the person may be one was asked before.
    """
    later = Q(ends_on=None) | Q(ends_on__gt=day)
    rows = TeamMember.objects.filter(later, student=student, stands_in_for=None)
    before = list(rows.filter(Q(part=Part.CASE_MANAGER) | Q(person_id=person_id)).order_by("starts_on", "id"))
    current = next((row for row in before if row.part == Part.CASE_MANAGER and row.ends_on is None), None)
    if current is not None and current.person_id == person_id and current.starts_on <= day:
        unchanged(actor)
        return Takeover(member=current, is_new=False)
    ended = tuple(_end(actor, row, max(day, row.starts_on)) for row in before)
    member = _join(actor, student, person_id, Part.CASE_MANAGER, day, verb=verb)
    touch(actor=actor, student=student)
    return Takeover(member=member, is_new=True, ended=ended)


@mutation
def join_as_substitute(
    *, actor: Actor, student: Student, person_id: UUID, instead: TeamMember, starts_on: date, ends_on: date
) -> TeamMember:
    """Put a substitute on a locked student's team until a day, inside the caller's transaction."""
    member = TeamMember(
        organization_id=actor.organization_id,
        student=student,
        person_id=person_id,
        part=instead.part,
        starts_on=starts_on,
        ends_on=ends_on,
        stands_in_for_id=instead.person_id,
    )
    member.clean_fields(exclude=["organization", "student"])
    member.save(force_insert=True)
    touch(actor=actor, student=student)
    audit(
        actor,
        "students.substitute.named",
        member,
        person_id=person_id,
        for_person_id=instead.person_id,
        part=instead.part,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return member


@mutation
def check_person(*, actor: Actor, person_id: UUID, part: str, field: str = "person") -> None:
    """Refuse a person whose roles do not fit a part on the team. Raises Invalid."""
    if part not in MAY_BE:
        raise Invalid(fields={"part": [_("Choose a part on the team.")]})
    roles = roles_held(actor=actor, person_id=person_id)
    if not roles & STAFF_ROLES:
        raise Invalid(fields={field: [_("Choose somebody who works in this district.")]})
    if not roles & MAY_BE[part]:
        raise Invalid(fields={field: [_("This person's role in the district does not fit this part.")]})
    unchanged(actor)


def _replace_case_manager(actor: Actor, student: Student, person_id: UUID, day: date) -> TeamMember:
    check_person(actor=actor, person_id=person_id, part=Part.CASE_MANAGER)
    return take_over(actor=actor, student=student, person_id=person_id, day=day, verb=JOINED).member


def _join(
    actor: Actor, student: Student, person_id: UUID, part: str, day: date, *, verb: str = JOINED
) -> TeamMember:
    member = TeamMember(
        organization_id=actor.organization_id, student=student, person_id=person_id, part=part, starts_on=day
    )
    member.clean_fields(exclude=["organization", "student"])
    member.save(force_insert=True)
    audit(actor, verb, member, person_id=person_id, part=part, starts_on=day)
    return member


def _end(actor: Actor, member: TeamMember, day: date) -> Ended:
    before, member.ends_on = member.ends_on, day
    member.save(update_fields=["ends_on"])
    audit(actor, "students.team.left", member, person_id=member.person_id, part=member.part, ends_on=day)
    return member.id, before, day
