"""One act upon many case files in one transaction, each by the actor's own right to it, with what takes it back."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Conflict, Invalid, SpedError
from core.mutation import audit, mutation
from students.models import Student, Tag, TeamMember, Undo
from students.mutations.team import check_person, join_as_substitute, take_over
from students.mutations.undo import keep_undo
from students.rules import may_archive, may_manage_team, may_write_record
from students.steps import (
    MOST_AT_ONCE,
    Step,
    archive_reason,
    count,
    done_step,
    refused_step,
    told,
    unchanged_step,
)
from students.versions import touch

LONGEST_NOTE = 500  # characters, as the column
Part = TeamMember.Part


class NotAll(Conflict):
    """Everything or nothing was asked for, and something could not be done. `details["results"]` says what."""

    code = "not_all"
    message = _("Not all of these students can be changed, so nothing was.")


class NoCaseManager(SpedError):
    """There is nobody for whom a substitute could stand in on that day."""

    code = "no_case_manager"


class SamePerson(SpedError):
    """Nobody stands in for themselves."""

    code = "same_person"


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """The students of an act; with `is_whole`, all of them or none."""

    ids: Sequence[UUID]
    is_whole: bool = False


@mutation
def assign_case_manager(
    *, actor: Actor, many: Many, person_id: UUID, starts_on: date | None = None, note: str = ""
) -> Undo:
    """Hand case files to a case manager from a day on; a day to come takes effect by itself.

    Raises Invalid, NotAll.
    """
    day = starts_on or actor.today
    _not_past(actor, day)
    check_person(actor=actor, person_id=person_id, part=Part.CASE_MANAGER)

    def one(student: Student) -> Step:
        taken = take_over(actor=actor, student=student, person_id=person_id, day=day)
        if not taken.is_new:
            return unchanged_step(student)
        return done_step(student, ended=taken.ended, joined=str(taken.member.id), until=None)

    steps = _each(actor, many, may_manage_team, one)
    return _handed_over(actor, Undo.Act.ASSIGN, steps, person_id, starts_on=day, note=note)


@mutation
def name_substitute(
    *, actor: Actor, many: Many, person_id: UUID, starts_on: date, ends_on: date, note: str = ""
) -> Undo:
    """Let somebody stand in for the case managers of students, from a day until another. Rights follow the dates.

    Raises Invalid, NotAll.
    """
    _not_past(actor, starts_on)
    if ends_on <= starts_on:
        raise Invalid(fields={"ends_on": [_("Choose a day after the first.")]})
    check_person(actor=actor, person_id=person_id, part=Part.CASE_MANAGER)
    one = partial(_substitute, actor, person_id, starts_on, ends_on)
    steps = _each(actor, many, may_manage_team, one)
    days = {"starts_on": starts_on, "ends_on": ends_on}
    return _handed_over(actor, Undo.Act.SUBSTITUTE, steps, person_id, note=note, **days)


@mutation
def tag_students(*, actor: Actor, many: Many, label: str) -> Undo:
    """Put one tag on many students. Raises Invalid, NotAll."""
    words = _label(label)

    def one(student: Student) -> Step:
        if Tag.objects.filter(student=student, label=words).exists():
            return unchanged_step(student)
        tag = Tag.objects.create(organization_id=actor.organization_id, student=student, label=words)
        touch(actor=actor, student=student)
        audit(actor, "students.tag.added", tag)
        return done_step(student)

    return _done(actor, Undo.Act.ADD_TAG, _each(actor, many, may_write_record, one), label=words)


@mutation
def untag_students(*, actor: Actor, many: Many, label: str) -> Undo:
    """Take one tag off many students. Raises Invalid, NotAll."""
    words = _label(label)

    def one(student: Student) -> Step:
        tag = Tag.objects.filter(student=student, label=words).first()
        if tag is None:
            return unchanged_step(student)
        audit(actor, "students.tag.removed", tag)
        tag.delete()
        touch(actor=actor, student=student)
        return done_step(student)

    return _done(actor, Undo.Act.REMOVE_TAG, _each(actor, many, may_write_record, one), label=words)


@mutation
def archive_students(*, actor: Actor, many: Many, reason: str) -> Undo:
    """Put many case files away. Raises Invalid, NotAll."""
    why = archive_reason(reason)

    def one(student: Student) -> Step:
        student.archived_at, student.archived_reason = now(), why
        touch(actor=actor, student=student, fields=("archived_at", "archived_reason"))
        audit(actor, "students.student.archived", student)
        return done_step(student)

    return _done(actor, Undo.Act.ARCHIVE, _each(actor, many, may_archive, one))


@mutation
def restore_students(*, actor: Actor, many: Many) -> Undo:
    """Take many case files out again. Raises Invalid, NotAll."""

    def one(student: Student) -> Step:
        if student.archived_at is None:
            return unchanged_step(student)
        at, reason = student.archived_at.isoformat(), student.archived_reason
        student.archived_at, student.archived_reason = None, ""
        touch(actor=actor, student=student, fields=("archived_at", "archived_reason"))
        audit(actor, "students.student.restored", student)
        return done_step(student, at=at, reason=reason)

    steps = _each(actor, many, may_archive, one, takes_archived=True)
    return _done(actor, Undo.Act.RESTORE, steps)


def _each(
    actor: Actor,
    many: Many,
    rule: Callable[[Actor, Student], bool],
    one: Callable[[Student], Step],
    *,
    takes_archived: bool = False,
) -> list[Step]:
    """Do something to each student whom the actor may change; in the order of ids, so that two never wait for both."""
    ids = list(dict.fromkeys(many.ids))
    if not ids:
        raise Invalid(fields={"ids": [_("Choose at least one student.")]})
    if len(ids) > MOST_AT_ONCE:
        raise Invalid(fields={"ids": [_("Choose 200 students or fewer.")]})
    rows = Student.objects.visible_to(actor).filter(id__in=ids).order_by("id")
    found = {row.id: row for row in rows.select_for_update(of=("self",), no_key=True)}
    steps = []
    for student_id in ids:
        student = found.get(student_id)
        if student is None:
            steps.append(refused_step(student_id, "not_found"))
        elif not rule(actor, student):
            steps.append(refused_step(student_id, "not_allowed"))
        elif student.archived_at is not None and not takes_archived:
            steps.append(refused_step(student_id, "archived"))
        else:
            steps.append(_tried(student, one))
    if many.is_whole and count(steps, "refused"):
        raise NotAll(details={"results": told(steps)})
    return steps


def _tried(student: Student, one: Callable[[Student], Step]) -> Step:
    try:
        with transaction.atomic():
            return one(student)
    except (NoCaseManager, SamePerson) as error:
        return refused_step(student.id, error.code)


def _substitute(actor: Actor, person_id: UUID, starts_on: date, ends_on: date, student: Student) -> Step:
    team = TeamMember.objects.filter(student=student, part=Part.CASE_MANAGER)
    there = team.filter(Q(ends_on=None) | Q(ends_on__gt=starts_on), starts_on__lte=starts_on)
    instead = there.filter(stands_in_for=None).order_by("starts_on", "id").first()
    if instead is None:
        raise NoCaseManager
    if instead.person_id == person_id:
        raise SamePerson
    if there.filter(person_id=person_id, stands_in_for=instead.person_id, ends_on=ends_on).exists():
        return unchanged_step(student)
    member = join_as_substitute(
        actor=actor,
        student=student,
        person_id=person_id,
        instead=instead,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return done_step(student, joined=str(member.id), until=str(ends_on))


def _handed_over(
    actor: Actor, act: Undo.Act, steps: list[Step], person_id: UUID, *, note: str, **days: Any
) -> Undo:
    words = note.strip()
    if len(words) > LONGEST_NOTE:
        raise Invalid(fields={"note": [_("Say it in 500 characters or fewer.")]})
    undo = _done(actor, act, steps, receiver_id=person_id, note=words, **days)
    if count(steps, "done"):
        audit(actor, "students.caseload.handed_over", undo, act=act, person_id=person_id, **days)
    return undo


def _done(actor: Actor, act: Undo.Act, steps: list[Step], **details: Any) -> Undo:
    undo = keep_undo(actor=actor, act=act, steps=steps, **details)
    numbers: dict[str, Any] = {name: count(steps, name) for name in ("done", "unchanged", "refused")}
    audit(actor, "students.bulk.done", undo, act=act, **numbers)
    return undo


def _label(label: str) -> str:
    words = " ".join(label.split())
    Tag(label=words).clean_fields(exclude=["organization", "student"])
    return words


def _not_past(actor: Actor, day: date) -> None:
    if day < actor.today:
        raise Invalid(fields={"starts_on": [_("Choose today or a later day.")]})
