"""Transfers, exits and re-entries. A move whose day is to come happens by itself on that day."""

from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.queries import schools_of, staff_near
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.mutation import audit, mutation, unchanged
from students.models import (
    EntryReason,
    ExitReason,
    Grade,
    Move,
    SchoolEnrollment,
    Student,
    TeamMember,
)
from students.mutations.team import end_team_member
from students.queries import editable_student
from students.rows import FIRST_DAY, row_of
from students.rules import may_write_schooling
from students.versions import touch

Kind, State = Move.Kind, Move.State
Ending = SchoolEnrollment.Ending
FARTHEST_DAYS = 400  # how far ahead a move is planned
# What becomes of the enrollment; who goes to regular education stays at the school.
STANDING_AFTER = {
    ExitReason.DIPLOMA: Student.Enrollment.GRADUATED,
    ExitReason.ALTERNATE: Student.Enrollment.GRADUATED,
    ExitReason.CERTIFICATE: Student.Enrollment.GRADUATED,
    ExitReason.MAXIMUM_AGE: Student.Enrollment.INACTIVE,
    ExitReason.REGULAR: Student.Enrollment.ACTIVE,
    ExitReason.MOVED: Student.Enrollment.TRANSFERRED,
    ExitReason.DROPPED_OUT: Student.Enrollment.INACTIVE,
    ExitReason.DIED: Student.Enrollment.INACTIVE,
}


class MovePlanned(Conflict):
    """A transfer or an exit is planned already."""

    code = "move_planned"
    message = _("A transfer or an exit is planned already. Cancel it first.")


class NotEnrolled(Conflict):
    """The student has left, so nobody can move them."""

    code = "not_enrolled"
    message = _("This student is not enrolled. Enter first that they came back.")


class NothingToUndo(Conflict):
    """The exit is not the last thing that happened."""

    code = "nothing_to_undo"
    message = _("This cannot be taken back any more: the student has come back or was moved since.")


@mutation
def transfer_student(
    *,
    actor: Actor,
    student_id: UUID,
    school_id: UUID,
    on: date | None = None,
    grade: str | None = None,
    ends_parts: bool = False,
) -> Move:
    """Move a student to another school of the district, on the day, which may be to come.

    `ends_parts` ends the team parts of people who do not work at the new school. Raises NotFound, NotAllowed,
    Invalid, MovePlanned, NotEnrolled.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_schooling)
    day = _check_move(actor, student, on)
    if school_id not in {school.id for school in schools_of(actor=actor)}:
        raise Invalid(fields={"school": [_("Choose a school of this district.")]})
    if school_id == student.school_id:
        raise Invalid(fields={"school": [_("The student is at this school already.")]})
    move = Move(
        organization_id=actor.organization_id,
        student=student,
        kind=Kind.TRANSFER,
        on=day,
        from_school_id=student.school_id,
        to_school_id=school_id,
        grade=student.grade if grade is None else grade,
        ends_parts=ends_parts,
    )
    return _plan(actor, student, move)


@mutation
def exit_student(
    *, actor: Actor, student_id: UUID, reason: str, on: date | None = None, destination: str = ""
) -> Move:
    """Enter that a student leaves special education or the district, with the category of section 618 of IDEA.

    Raises NotFound, NotAllowed, Invalid, MovePlanned, NotEnrolled.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_schooling)
    day = _check_move(actor, student, on)
    if reason not in ExitReason.values:
        raise Invalid(fields={"reason": [_("Choose how the student leaves.")]})
    if reason == ExitReason.REGULAR and student.eligibility != Student.Eligibility.ELIGIBLE:
        raise Invalid(
            fields={"reason": [_("Only a student who is eligible goes back to regular education.")]}
        )
    move = Move(
        organization_id=actor.organization_id,
        student=student,
        kind=Kind.EXIT,
        on=day,
        from_school_id=student.school_id,
        reason=reason,
        destination=destination,
    )
    return _plan(actor, student, move)


@mutation
def complete_move(*, actor: Actor, student_id: UUID, move_id: UUID) -> Move:
    """Carry out a planned move whose day has come. A second run changes nothing.

    Raises NotFound, NotAllowed, Invalid.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_schooling)
    move = row_of(student.moves, move_id)
    if move.state != State.PENDING or move.on > actor.today:
        unchanged(actor)
        return move
    if student.school_id != move.from_school_id or not _is_here(student):
        move.state = State.CANCELED  # somebody else moved the student meanwhile
        move.save(update_fields=["state"])
        touch(actor=actor, student=student)
        audit(actor, "students.move.canceled", move, kind=move.kind, is_overtaken=True)
        return move
    return _carry_out(actor, student, move)


@mutation
def cancel_move(*, actor: Actor, student_id: UUID, move_id: UUID) -> Move:
    """Give up a transfer or an exit that is planned. Raises NotFound, NotAllowed."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_schooling)
    move = row_of(student.moves, move_id)
    if move.state != State.PENDING:
        unchanged(actor)
        return move
    move.state = State.CANCELED
    move.save(update_fields=["state"])
    touch(actor=actor, student=student)
    audit(actor, "students.move.canceled", move, kind=move.kind)
    return move


@mutation
def undo_exit(*, actor: Actor, student_id: UUID, move_id: UUID) -> Move:
    """Take back an exit that was a mistake: everything is as it was. Raises NotFound, NotAllowed, NothingToUndo."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_schooling)
    move = row_of(student.moves.filter(kind=Kind.EXIT), move_id)
    if move.state == State.UNDONE:
        unchanged(actor)
        return move
    latest = student.moves.filter(state=State.DONE).order_by("-on", "-created_at").first()
    if move.state != State.DONE or latest != move or _is_here(student):
        raise NothingToUndo
    if move.reason != ExitReason.REGULAR:
        closed = student.enrollments.filter(ending=Ending.EXIT).order_by("-ends_on", "-created_at").first()
        if closed is not None:
            closed.ends_on, closed.ending = None, ""
            closed.save(update_fields=["ends_on", "ending"])
    student.enrollment, student.eligibility = move.enrollment_before, move.eligibility_before
    move.state = State.UNDONE
    move.save(update_fields=["state"])
    touch(actor=actor, student=student, fields=("enrollment", "eligibility"))
    audit(actor, "students.exit.undone", move, topics={*move.topics(), *student.topics()}, reason=move.reason)
    return move


@mutation
def take_back_move(*, actor: Actor, student_id: UUID, move_id: UUID) -> Move:
    """Cancel what is planned, or undo an exit. A transfer that is done is taken back by another transfer.

    Raises NotFound, NotAllowed, NothingToUndo.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_schooling)
    move = row_of(student.moves, move_id)
    if move.kind == Kind.EXIT and move.state in {State.DONE, State.UNDONE}:
        return undo_exit(actor=actor, student_id=student_id, move_id=move_id)
    if move.state == State.DONE:
        raise NothingToUndo
    return cancel_move(actor=actor, student_id=student_id, move_id=move_id)


@mutation
def reenter_student(
    *,
    actor: Actor,
    student_id: UUID,
    school_id: UUID,
    grade: str,
    on: date | None = None,
    entry_reason: str = "",
) -> SchoolEnrollment:
    """Enter that a student came back. Who had gone to regular education is referred again; others are as before.

    Raises NotFound, NotAllowed, Invalid, Conflict.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_schooling)
    day = on or actor.today
    if _is_here(student):
        raise Conflict(_("This student is enrolled already."))
    if school_id not in {school.id for school in schools_of(actor=actor)}:
        raise Invalid(fields={"school": [_("Choose a school of this district.")]})
    last = student.moves.filter(kind=Kind.EXIT, state=State.DONE).order_by("-on", "-created_at").first()
    if not FIRST_DAY <= day <= actor.today or (last is not None and day < last.on):
        raise Invalid(fields={"on": [_("Enter a day from the exit until today.")]})
    before = student.school_id
    row = student.enrollments.filter(ends_on=None).first()
    if row is None:
        row = _open(actor, student, school_id, grade, day, entry_reason or EntryReason.RETURNED)
    student.school_id, student.grade = school_id, grade
    student.enrollment = Student.Enrollment.ACTIVE
    if student.eligibility == Student.Eligibility.EXITED:
        is_anew = last is None or last.reason == ExitReason.REGULAR
        student.eligibility = (
            Student.Eligibility.REFERRED if is_anew or last is None else last.eligibility_before
        )
    touch(actor=actor, student=student, fields=("school", "grade", "enrollment", "eligibility"))
    topics = {*student.topics(), f"school.{before}"}
    audit(actor, "students.student.came_back", row, topics=topics, school_id=school_id, on=day)
    return row


def _is_here(student: Student) -> bool:
    return (
        student.enrollment == Student.Enrollment.ACTIVE and student.eligibility != Student.Eligibility.EXITED
    )


def _check_move(actor: Actor, student: Student, on: date | None) -> date:
    """The day of a move that is possible. Raises Invalid, MovePlanned, NotEnrolled."""
    if not _is_here(student):
        raise NotEnrolled
    if student.moves.filter(state=State.PENDING).exists():
        raise MovePlanned
    day = on or actor.today
    opened = student.enrollments.filter(ends_on=None).first()
    since = opened.starts_on if opened else student.enrolled_on
    if not FIRST_DAY <= day <= actor.today + timedelta(days=FARTHEST_DAYS):
        raise Invalid(fields={"on": [_("Enter a day not more than a year ahead.")]})
    if since is not None and day < since:
        raise Invalid(fields={"on": [_("This day is before the student entered the school.")]})
    return day


def _plan(actor: Actor, student: Student, move: Move) -> Move:
    """Save a move; carry it out when its day has come."""
    move.full_clean(exclude=["student", "from_school", "to_school"])
    move.save(force_insert=True)
    if move.on <= actor.today:
        return _carry_out(actor, student, move)
    touch(actor=actor, student=student)
    audit(actor, "students.move.planned", move, kind=move.kind, on=move.on, to_school_id=move.to_school_id)
    return move


def _carry_out(actor: Actor, student: Student, move: Move) -> Move:
    topics = set(student.topics())
    move.enrollment_before, move.eligibility_before = student.enrollment, student.eligibility
    carry = _to_other_school if move.kind == Kind.TRANSFER else _out
    fields = carry(actor, student, move)
    move.state = State.DONE
    move.save(update_fields=["state", "enrollment_before", "eligibility_before"])
    touch(actor=actor, student=student, fields=fields)
    audit(
        actor,
        "students.move.done",
        move,
        topics={*topics, *student.topics(), *move.topics()},
        kind=move.kind,
        on=move.on,
        exit_reason=move.reason,
        from_school_id=move.from_school_id,
        to_school_id=move.to_school_id,
    )
    return move


def _to_other_school(actor: Actor, student: Student, move: Move) -> tuple[str, ...]:
    if move.to_school_id is None:
        raise Invalid(_("A transfer names a school."))
    _close(actor, student, move.on, Ending.TRANSFER)
    _open(actor, student, move.to_school_id, move.grade, move.on, EntryReason.IN_DISTRICT)
    student.school_id, student.grade = move.to_school_id, move.grade
    if move.ends_parts:
        here = {one.person_id for one in staff_near(actor=actor, school_id=move.to_school_id)}
        staying = TeamMember.objects.filter(student=student, ends_on=None).exclude(person_id__in=here)
        # The case manager answers for the file until another one does.
        for member in staying.exclude(part=TeamMember.Part.CASE_MANAGER).order_by("id"):
            end_team_member(
                actor=actor,
                student_id=student.id,
                member_id=member.id,
                ends_on=max(move.on, member.starts_on),
            )
        student.refresh_from_db(fields=["version"])
    return ("school", "grade")


def _out(actor: Actor, student: Student, move: Move) -> tuple[str, ...]:
    reason = ExitReason(move.reason)
    if reason is not ExitReason.REGULAR:
        _close(actor, student, move.on, Ending.EXIT)
    student.enrollment = STANDING_AFTER[reason]
    if student.eligibility == Student.Eligibility.ELIGIBLE:
        student.eligibility = Student.Eligibility.EXITED
    return ("enrollment", "eligibility")


def _close(actor: Actor, student: Student, day: date, ending: str) -> None:
    """End the open row. A file from before rows were kept gets its row now, from what the file says."""
    row = student.enrollments.filter(ends_on=None).first()
    if row is None:
        since = min(student.enrolled_on or day, day)
        row = _open(actor, student, student.school_id, student.grade, since, EntryReason.OTHER)
    row.ends_on, row.ending = day, ending
    row.save(update_fields=["ends_on", "ending"])


def _open(  # noqa: PLR0917  # the same six each time
    actor: Actor, student: Student, school_id: UUID, grade: str, day: date, reason: str
) -> SchoolEnrollment:
    if grade not in Grade.values:
        raise Invalid(fields={"grade": [_("Choose a grade.")]})
    row = SchoolEnrollment(
        organization_id=actor.organization_id,
        student=student,
        school_id=school_id,
        grade=grade,
        starts_on=day,
        entry_reason=reason,
    )
    row.clean_fields(exclude=["student", "organization", "school"])
    row.save(force_insert=True)
    return row
