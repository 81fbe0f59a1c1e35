"""Who is on a student's IEP team, from a day until a day (34 CFR 300.321)."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.queries import roles_held
from accounts.rights import STAFF_ROLES, Role
from core.actor import Actor
from core.errors import Invalid, NotFound
from core.mutation import audit, mutation, unchanged
from students.models import Student, TeamMember
from students.queries import editable_student
from students.rules import may_manage_team
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
    _check_person(actor, person_id, part)
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
    _end(actor, member, day)
    touch(actor=actor, student=student)
    return member


@mutation
def change_case_manager(
    *, actor: Actor, student_id: UUID, person_id: UUID, starts_on: date | None = None
) -> TeamMember:
    """Hand a case file to another case manager; the one before stays on the team's history only.

    Raises NotFound, NotAllowed, Invalid.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_manage_team)
    return _replace_case_manager(actor, student, person_id, starts_on or actor.today)


@mutation
def first_case_manager(*, actor: Actor, student: Student, person_id: UUID | None, today: date) -> None:
    """Who answers for a new case file: the person named, else whoever opens it and may be one. Raises Invalid."""
    if person_id is None and not actor.roles & MAY_BE[Part.CASE_MANAGER]:
        unchanged(actor)
        return
    chosen = person_id or actor.person_id
    if actor.acting_person_id != chosen and not may_manage_team(actor, student):
        raise Invalid(fields={"case_manager": [_("Only an administrator names somebody else.")]})
    _check_person(actor, chosen, Part.CASE_MANAGER, field="case_manager")
    _join(actor, student, chosen, Part.CASE_MANAGER, today)


def _replace_case_manager(actor: Actor, student: Student, person_id: UUID, day: date) -> TeamMember:
    _check_person(actor, person_id, Part.CASE_MANAGER)
    open_parts = TeamMember.objects.filter(student=student, ends_on=None)
    before = open_parts.filter(part=Part.CASE_MANAGER).first()
    if before is not None and before.person_id == person_id:
        unchanged(actor)
        return before
    if before is not None:
        _end(actor, before, max(day, before.starts_on))
    for other in open_parts.filter(person_id=person_id):
        _end(actor, other, max(day, other.starts_on))
    member = _join(actor, student, person_id, Part.CASE_MANAGER, day)
    touch(actor=actor, student=student)
    return member


def _check_person(actor: Actor, person_id: UUID, part: str, *, field: str = "person") -> None:
    if part not in MAY_BE:
        raise Invalid(fields={"part": [_("Choose a part on the team.")]})
    roles = roles_held(actor=actor, person_id=person_id)
    if not roles & STAFF_ROLES:
        raise Invalid(fields={field: [_("Choose somebody who works in this district.")]})
    if not roles & MAY_BE[part]:
        raise Invalid(fields={field: [_("This person's role in the district does not fit this part.")]})


def _join(actor: Actor, student: Student, person_id: UUID, part: str, day: date) -> TeamMember:
    member = TeamMember(
        organization_id=actor.organization_id, student=student, person_id=person_id, part=part, starts_on=day
    )
    member.clean_fields(exclude=["organization", "student"])
    member.save(force_insert=True)
    audit(actor, "students.team.joined", member, person_id=person_id, part=part, starts_on=day)
    return member


def _end(actor: Actor, member: TeamMember, day: date) -> None:
    member.ends_on = day
    member.save(update_fields=["ends_on"])
    audit(actor, "students.team.left", member, person_id=member.person_id, part=member.part, ends_on=day)
