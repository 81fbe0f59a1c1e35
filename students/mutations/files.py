"""Case files: opened, changed, found by ids and tags, put away and taken out again."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.queries import own_schools
from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.mutation import audit, mutation, require, unchanged
from students.models import ExternalId, RosterEntry, Student, Tag, external_id, same_id, sort_name
from students.mutations.team import first_case_manager
from students.queries import editable_student, visible_student
from students.rules import may_add_students, may_archive, may_write_identity, may_write_record
from students.steps import archive_reason
from students.versions import apply_changes, index_names, touch

IDENTITY = (
    "given_name",
    "middle_name",
    "family_name",
    "preferred_name",
    "grade",
    "school_id",
    "enrollment",
    "enrolled_on",
    "home_language",
    "needs_interpreter",
)
RECORD = (
    "birth_on",
    "disability",
    "eligibility",
    "eligible_on",
    "last_evaluation_on",
    "reevaluation_due_on",
)
PLAIN_IN_AUDIT = {
    "grade",
    "school_id",
    "enrollment",
    "enrolled_on",
    "eligibility",
    "eligible_on",
    "last_evaluation_on",
    "reevaluation_due_on",
}
EARLIEST_BIRTH_YEARS = 26  # a student of 21 who stays until the school year ends, with room for a wrong clock
FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2100, 12, 31)


class HasCaseFile(Conflict):
    """The pupil in the roster was referred before."""

    code = "has_case_file"
    message = _("This pupil has a case file already.")


@mutation
def add_student(
    *,
    actor: Actor,
    given_name: str,
    family_name: str,
    school_id: UUID,
    case_manager_id: UUID | None = None,
    today: date | None = None,
    **details: Any,
) -> Student:
    """Open a case file by hand. `details` are fields of `IDENTITY` and `RECORD`.

    Who is not an administrator becomes the case manager and opens files in their own schools only; an administrator
    may name one. Raises NotAllowed, Invalid.
    """
    require(actor, may_add_students, None)
    student = Student(
        organization_id=actor.organization_id,
        given_name=given_name,
        family_name=family_name,
        school_id=_own_school(actor, school_id),
        **{name: value for name, value in details.items() if name in {*IDENTITY, *RECORD}},
    )
    return _open_file(actor, student, case_manager_id, today or actor.today)


@mutation
def refer_from_roster(
    *, actor: Actor, entry_id: UUID, case_manager_id: UUID | None = None, today: date | None = None
) -> Student:
    """Open a case file for a pupil of the roster, with the roster's id. Raises NotFound, NotAllowed, HasCaseFile."""
    require(actor, may_add_students, None)
    entry = (
        RosterEntry.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .filter(id=entry_id, part=RosterEntry.Part.STUDENT)
        .first()
    )
    if entry is None:
        raise NotFound
    if entry.student_id is not None:
        raise HasCaseFile
    if entry.school_id is None:
        raise Invalid(_("The roster names no school for this pupil. Add the student by hand."))
    student = Student(
        organization_id=actor.organization_id,
        given_name=entry.given_name,
        middle_name=entry.middle_name,
        family_name=entry.family_name,
        preferred_name=entry.preferred_name,
        birth_on=entry.birth_on,
        grade=entry.grade,
        school_id=_own_school(actor, entry.school_id),
    )
    _open_file(actor, student, case_manager_id, today or actor.today)
    entry.student = student
    entry.save(update_fields=["student"])
    if entry.identifier:
        _put_id(actor, student, ExternalId.Kind.SIS, entry.identifier)
    audit(actor, "students.student.referred", student, roster_entry_id=entry.id)
    return student


@mutation
def update_identity(
    *, actor: Actor, student_id: UUID, changes: Mapping[str, Any], expected_version: int | None = None
) -> Student:
    """Change names, grade, school and enrollment. Raises NotFound, NotAllowed, Invalid, ChangedMeanwhile."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_identity)
    wanted = {name: changes[name] for name in IDENTITY if name in changes}
    if wanted.get("school_id") not in {None, student.school_id}:
        _own_school(actor, wanted["school_id"])
    return _update(actor, student, wanted, expected_version, "students.student.updated")


@mutation
def update_student(*, actor: Actor, student_id: UUID, changes: Mapping[str, Any]) -> Student:
    """Change any of the fields of `IDENTITY` and `RECORD` at once, each by its own right. Raises as those do."""
    student = visible_student(actor=actor, student_id=student_id, lock=True)
    identity = {name: value for name, value in changes.items() if name in IDENTITY}
    record = {name: value for name, value in changes.items() if name in RECORD}
    if identity:
        student = update_identity(actor=actor, student_id=student_id, changes=identity)
    if record:
        student = update_record(actor=actor, student_id=student_id, changes=record)
    unchanged(actor)
    return student


@mutation
def update_record(
    *, actor: Actor, student_id: UUID, changes: Mapping[str, Any], expected_version: int | None = None
) -> Student:
    """Change birth date, disability, eligibility and the dates of evaluations.

    Source: 34 CFR 300.8, 300.303, 300.306. Raises NotFound, NotAllowed, Invalid, ChangedMeanwhile.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_record)
    wanted = {name: changes[name] for name in RECORD if name in changes}
    return _update(actor, student, wanted, expected_version, "students.record.updated")


@mutation
def set_external_id(*, actor: Actor, student_id: UUID, kind: str, value: str) -> None:
    """Say what another system calls the student; an empty value removes it. Raises NotFound, NotAllowed, Invalid."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_record)
    if kind not in set(ExternalId.Kind.values):
        raise Invalid(fields={"kind": [_("Choose one of the kinds of id.")]})
    if _put_id(actor, student, ExternalId.Kind(kind), value.strip()):
        touch(actor=actor, student=student)
        audit(actor, "students.external_id.set", student, kind=kind, is_removed=not value.strip())
    else:
        unchanged(actor)


@mutation
def add_tag(*, actor: Actor, student_id: UUID, label: str) -> None:
    """Put a word on a student by which the district finds them again. Raises NotFound, NotAllowed, Invalid."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_record)
    tag = Tag(organization_id=actor.organization_id, student=student, label=" ".join(label.split()))
    if Tag.objects.filter(student=student, label=tag.label).exists():
        unchanged(actor)
        return
    tag.full_clean(exclude=["student"])
    tag.save()
    touch(actor=actor, student=student)
    audit(actor, "students.tag.added", tag)


@mutation
def remove_tag(*, actor: Actor, student_id: UUID, label: str) -> None:
    """Take a word off a student. Raises NotFound, NotAllowed."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_record)
    tag = Tag.objects.filter(student=student, label=label).first()
    if tag is None:
        unchanged(actor)
        return
    audit(actor, "students.tag.removed", tag)
    tag.delete()
    touch(actor=actor, student=student)


@mutation
def archive_student(*, actor: Actor, student_id: UUID, reason: str) -> Student:
    """Put a case file away; only administrators see it then. Raises NotFound, NotAllowed, Invalid."""
    student = visible_student(actor=actor, student_id=student_id, lock=True)
    require(actor, may_archive, student)
    if student.archived_at is not None:
        unchanged(actor)
        return student
    student.archived_at, student.archived_reason = now(), archive_reason(reason)
    touch(actor=actor, student=student, fields=("archived_at", "archived_reason"))
    audit(actor, "students.student.archived", student)
    return student


@mutation
def restore_student(*, actor: Actor, student_id: UUID) -> Student:
    """Take a case file out again, as it was. Raises NotFound, NotAllowed."""
    student = visible_student(actor=actor, student_id=student_id, lock=True)
    require(actor, may_archive, student)
    if student.archived_at is None:
        unchanged(actor)
        return student
    student.archived_at, student.archived_reason = None, ""
    touch(actor=actor, student=student, fields=("archived_at", "archived_reason"))
    audit(actor, "students.student.restored", student)
    return student


def _open_file(actor: Actor, student: Student, case_manager_id: UUID | None, today: date) -> Student:
    student.sort_name = sort_name(student.given_name, student.family_name)
    student.changed_by_name = actor.name[:120]
    _check(student, today)
    student.full_clean(exclude=["school"])
    student.save(force_insert=True)
    index_names(student)
    first_case_manager(actor=actor, student=student, person_id=case_manager_id, today=today)
    audit(actor, "students.student.added", student, school_id=student.school_id, grade=student.grade)
    return student


def _own_school(actor: Actor, school_id: UUID) -> UUID:
    if school_id not in {school.id for school in own_schools(actor=actor)}:
        raise Invalid(fields={"school": [_("Choose one of your schools.")]})
    return school_id


def _update(
    actor: Actor, student: Student, wanted: Mapping[str, Any], expected_version: int | None, verb: str
) -> Student:
    before = {name: getattr(student, name) for name in wanted}
    old_school = student.school_id
    changed = apply_changes(student, wanted, student=student, expected_version=expected_version)
    if not changed:
        unchanged(actor)
        return student
    _check(student, actor.today)
    student.full_clean(exclude=["school"])
    touch(actor=actor, student=student, fields=tuple(changed))
    if "school_id" in changed:  # a correction, not a move: the history says the same
        student.enrollments.filter(ends_on=None).update(school_id=student.school_id)
    told = {f"{name}_before": before[name] for name in changed if name in PLAIN_IN_AUDIT}
    told |= {f"{name}_after": wanted[name] for name in changed if name in PLAIN_IN_AUDIT}
    topics = {*student.topics(), f"school.{old_school}"}
    audit(actor, verb, student, topics=topics, fields=sorted(changed), **told)
    return student


def _check(student: Student, today: date) -> None:
    """Refuse dates that cannot be. Raises Invalid."""
    wrong: dict[str, list[Any]] = {
        name: [_("Enter a date between 1990 and 2100.")]
        for name in ("enrolled_on", "eligible_on", "last_evaluation_on", "reevaluation_due_on")
        if (day := getattr(student, name)) is not None and not FIRST_DAY <= day <= LAST_DAY
    }
    for name, text in (
        ("birth_on", _("A date of birth is not in the future.")),
        ("last_evaluation_on", _("An evaluation is entered once it has taken place.")),
        ("eligible_on", _("Eligibility is entered once it was decided.")),
    ):
        value = getattr(student, name)
        if value is not None and value > today:
            wrong[name] = [text]
    born = student.birth_on
    if born is not None and born.year < today.year - EARLIEST_BIRTH_YEARS:
        wrong["birth_on"] = [_("Check the year: this person would be older than a student can be.")]
    due, evaluated = student.reevaluation_due_on, student.last_evaluation_on
    if due is not None and evaluated is not None and due <= evaluated:
        wrong["reevaluation_due_on"] = [_("The reevaluation comes after the last evaluation.")]
    if student.eligibility == Student.Eligibility.ELIGIBLE and not student.disability:
        wrong["disability"] = [_("An eligible student has a disability category (34 CFR 300.8).")]
    if wrong:
        raise Invalid(fields=wrong)


def _put_id(actor: Actor, student: Student, kind: ExternalId.Kind, value: str) -> bool:
    """Store, replace or remove an id. Says the same whether or not the other student is visible. Raises Invalid."""
    held = ExternalId.objects.filter(organization_id=actor.organization_id, student=student, kind=kind)
    known = held.first()
    if (known.text if known else "") == value:
        return False
    held.delete()
    if not value:
        return True
    row = external_id(organization_id=actor.organization_id, student=student, kind=kind, value=value)
    row.clean_fields(exclude=["student", "organization"])
    if same_id(row).exists():
        raise Invalid(fields={"value": [_("This id is in use in this district.")]})
    row.save(force_insert=True)
    return True
