"""Program enrollments from other systems, and the case files that special education opens (ADR 0017)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from core.actor import Actor
from core.errors import Invalid, NotFound
from core.mutation import audit, mutation, require, unchanged
from students.imported import imported_student, keep_rows
from students.models import ExternalId, ProgramEnrollment, RosterEntry, Student, normalised, sort_name
from students.mutations.files import EARLIEST_BIRTH_YEARS, set_external_id
from students.rules import may_keep_imported, may_write_record
from students.versions import index_names


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRow:
    """One enrollment as its source gives it. Hours are of a week; `disabilities` in their order."""

    sourced_id: str
    is_special_education: bool
    name: str
    type: str
    begins_on: date
    ends_on: date | None
    exit_reason: str
    idea_eligible: bool | None
    iep_begins_on: date | None
    iep_ends_on: date | None
    iep_reviewed_on: date | None
    evaluated_on: date | None
    setting: str
    setting_words: str
    school_hours: Decimal | None
    special_hours: Decimal | None
    is_medically_fragile: bool | None
    has_multiple_disabilities: bool | None
    exited_on: date | None
    special_exit_reason: str
    disabilities: list[dict[str, Any]]
    services: list[dict[str, Any]]


class AnotherStudent(Invalid):
    """The id belongs to a case file with another name or another date of birth."""

    code = "id_of_another"


@mutation
def keep_program_enrollments(
    *, actor: Actor, student_id: UUID, rows: Sequence[ProgramRow], source: str, now: datetime
) -> int:
    """Write down enrollments as their source has them now. Returns how many are new or differ.

    What people keep in the case file stays as it is. Raises NotFound, NotAllowed.
    """
    student = imported_student(actor=actor, student_id=student_id)
    changed = keep_rows(ProgramEnrollment, actor=actor, student=student, rows=rows, source=source, now=now)
    if changed:
        audit(actor, "students.programs.kept", student, count=changed, source=source)
    else:
        unchanged(actor)
    return changed


@mutation
def open_for_program(
    *,
    actor: Actor,
    entry_id: UUID,
    row: ProgramRow,
    school_id: UUID,
    today: date,
) -> Student:
    """The case file of a pupil in special education: the one that has their id, else a new one.

    A new one has no IEP and no case manager, so administrators see it and assign it. It is marked as eligible only
    when the source says so under the IDEA and names a category of 34 CFR 300.8. Raises NotFound, NotAllowed,
    AnotherStudent.
    """
    require(actor, may_keep_imported, None)
    entry = (
        RosterEntry.objects.select_for_update(of=("self",))  # for all: whoever imports brings every pupil
        .filter(organization_id=actor.organization_id, id=entry_id, part=RosterEntry.Part.STUDENT)
        .first()
    )
    if entry is None:
        raise NotFound
    if entry.student is not None:
        unchanged(actor)
        return entry.student
    student = _known_by_id(actor, entry)
    if student is not None:
        entry.student = student
        entry.save(update_fields=["student"])
        audit(actor, "students.student.recognised", student, roster_entry_id=entry.id)
        return student
    student = _new_file(actor, entry, row, school_id, today)
    entry.student = student
    entry.save(update_fields=["student"])
    if entry.identifier and may_write_record(actor, student):
        set_external_id(actor=actor, student_id=student.id, kind=ExternalId.Kind.SIS, value=entry.identifier)
    audit(
        actor,
        "students.student.added",
        student,
        school_id=school_id,
        roster_entry_id=entry.id,
        eligibility=student.eligibility,
        from_roster=True,
    )
    return student


def _known_by_id(actor: Actor, entry: RosterEntry) -> Student | None:
    """The student who has the pupil's id here. A name or birth date that differs is no match, and no coincidence."""
    if not entry.identifier:
        return None
    held = ExternalId.objects.filter(
        organization_id=actor.organization_id,
        value=entry.identifier,
        kind__in=(ExternalId.Kind.SIS, ExternalId.Kind.STATE),
    )
    students = {row.student_id: row.student for row in held.select_related("student")}
    if not students:
        return None
    for student in students.values():
        is_namesake = normalised(student.family_name) == normalised(entry.family_name)
        if (
            is_namesake
            and None not in {student.birth_on, entry.birth_on}
            and student.birth_on == entry.birth_on
        ):
            return student
    raise AnotherStudent


def _new_file(actor: Actor, entry: RosterEntry, row: ProgramRow, school_id: UUID, today: date) -> Student:
    code = next((found["code"] for found in row.disabilities if found.get("code")), "")
    ended = [day for day in (row.exited_on, row.ends_on) if day is not None and day <= today]
    if ended:
        eligibility = Student.Eligibility.EXITED
    elif row.idea_eligible and code:
        eligibility = Student.Eligibility.ELIGIBLE
    else:
        eligibility = Student.Eligibility.REFERRED
    born = entry.birth_on
    is_sound = born is not None and today.year - EARLIEST_BIRTH_YEARS <= born.year and born <= today
    student = Student(
        organization_id=actor.organization_id,
        given_name=entry.given_name,
        middle_name=entry.middle_name,
        family_name=entry.family_name,
        preferred_name=entry.preferred_name,
        sort_name=sort_name(entry.given_name, entry.family_name),
        birth_on=born if is_sound else None,
        grade=entry.grade,
        school_id=entry.school_id or school_id,
        disability=code,
        eligibility=eligibility,
        last_evaluation_on=row.evaluated_on,
        changed_by_name=actor.name[:120],
    )
    student.full_clean(exclude=["school"])
    student.save(force_insert=True)
    index_names(student)
    return student
