"""What was done is taken back exactly, for a day, by whoever did it. What others changed since is left alone."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.dateparse import parse_datetime
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.queries import roles_held
from accounts.rights import STAFF_ROLES
from core.actor import Actor
from core.errors import Conflict, NotFound
from core.mutation import audit, mutation, require, unchanged
from students.models import UNDO_HOURS, Guardian, Student, Tag, TeamMember, Undo
from students.rules import may_archive, may_hand_over, may_write_guardians, may_write_record
from students.steps import Step, as_day, count
from students.versions import touch

KEPT_DAYS = 30  # a result can be read longer than it can be taken back


class TooLate(Conflict):
    """The time in which the act could be taken back is over."""

    code = "too_late"
    message = _("This can no longer be taken back. Change it by hand.")


@mutation
def keep_undo(*, actor: Actor, act: str, steps: Sequence[Step], **details: Any) -> Undo:
    """Keep what it takes to take an act back, inside the caller's transaction; the actor's oldest ones go."""
    mine = Undo.objects.filter(organization_id=actor.organization_id, person_id=actor.person_id)
    mine.filter(until__lt=now() - timedelta(days=KEPT_DAYS)).delete()
    undo = Undo(
        organization_id=actor.organization_id,
        person_id=actor.person_id,
        act=act,
        steps=list(steps),
        until=now() + timedelta(hours=UNDO_HOURS),
        **details,
    )
    undo.save(force_insert=True)
    unchanged(actor)  # whoever calls accounts for the act
    return undo


@mutation
def take_back(*, actor: Actor, undo_id: UUID) -> Undo:
    """Restore what an act of the actor changed, but for what was changed again since. Raises NotFound, TooLate."""
    rows = Undo.objects.select_for_update(of=("self",))
    undo = rows.filter(organization_id=actor.organization_id, person_id=actor.person_id, id=undo_id).first()
    if undo is None:
        raise NotFound
    if undo.taken_back_at is not None:
        unchanged(actor)
        return undo
    if undo.until <= now():
        raise TooLate
    done = [step["student"] for step in undo.steps if step["outcome"] == "done"]
    every = Student.objects.filter(id__in=done)  # for all: who handed a case file over sees it no more
    held = every.filter(organization_id=actor.organization_id).order_by("id")
    students = {str(row.id): row for row in held.select_for_update(of=("self",), no_key=True)}
    for step in undo.steps:
        if step["outcome"] == "done":
            student = students.get(step["student"])
            is_back = student is not None and BACK[undo.act](actor, student, step, undo)
            step["outcome"] = "taken_back" if is_back else "left"
    undo.taken_back_at = now()
    undo.save(update_fields=["steps", "taken_back_at"])
    back, left = count(undo.steps, "taken_back"), count(undo.steps, "left")
    audit(actor, "students.undo.done", undo, act=undo.act, done=back, left=left)
    return undo


def _team_back(actor: Actor, student: Student, step: Step, undo: Undo) -> bool:
    require(actor, may_hand_over, student)
    rows = TeamMember.objects.filter(organization_id=actor.organization_id, student=student)
    joined = (
        rows.filter(id=step["joined"], ends_on=as_day(step["until"])).first() if "joined" in step else None
    )
    ended = _as_left(actor, rows, step)
    if ended is None or ("joined" in step and joined is None):
        return False
    topics = {*student.topics(), *(name for row, _last in ended for name in row.topics())}
    told: dict[str, Any] = {"restored": [row.person_id for row, _last in ended]}
    if joined is not None:
        topics |= set(joined.topics())
        told["removed"] = joined.person_id
        joined.delete()
    if any(_is_taken(rows, row, last) for row, last in ended):
        raise Conflict
    for row, last in ended:
        row.ends_on = last
        row.save(update_fields=["ends_on"])
    touch(actor=actor, student=student)
    audit(actor, "students.team.restored", student, topics=topics, **told)
    return True


def _as_left(actor: Actor, rows: Any, step: Step) -> list[tuple[TeamMember, date | None]] | None:
    """The rows that the act ended, with their last day before; None when one of them is not as the act left it."""
    found = []
    for row_id, last, left in step["ended"]:
        row = rows.filter(id=row_id, ends_on=as_day(left)).first()
        if row is None or not roles_held(actor=actor, person_id=row.person_id) & STAFF_ROLES:
            return None
        found.append((row, as_day(last)))
    joined = step.get("joined")
    if any(_is_taken(rows.exclude(id=joined) if joined else rows, row, last) for row, last in found):
        return None
    return found


def _is_taken(rows: Any, row: TeamMember, last: date | None) -> bool:
    """Whether somebody else has the place that a row would have again."""
    if last is not None:
        return False
    others = rows.filter(ends_on=None).exclude(id=row.id)
    same = Q(person_id=row.person_id)
    if row.part == TeamMember.Part.CASE_MANAGER:
        same |= Q(part=TeamMember.Part.CASE_MANAGER)
    return bool(others.filter(same).exists())


def _guardian_back(actor: Actor, student: Student, step: Step, undo: Undo) -> bool:
    require(actor, may_write_guardians, student)
    ((row_id, last, left),) = step["ended"]
    rows = Guardian.objects.filter(organization_id=actor.organization_id, student=student)
    guardian = rows.filter(id=row_id, ends_on=as_day(left)).first()
    if guardian is None:
        return False
    guardian.ends_on = as_day(last)
    guardian.save(update_fields=["ends_on"])
    touch(actor=actor, student=student)
    audit(actor, "students.guardian.reopened", guardian, ends_on=guardian.ends_on)
    return True


def _tag_off(actor: Actor, student: Student, step: Step, undo: Undo) -> bool:
    require(actor, may_write_record, student)
    tag = Tag.objects.filter(organization_id=actor.organization_id, student=student, label=undo.label).first()
    if tag is None:
        return False
    audit(actor, "students.tag.removed", tag)
    tag.delete()
    touch(actor=actor, student=student)
    return True


def _tag_on(actor: Actor, student: Student, step: Step, undo: Undo) -> bool:
    require(actor, may_write_record, student)
    if Tag.objects.filter(student=student, label=undo.label).exists():
        return False
    tag = Tag.objects.create(organization_id=actor.organization_id, student=student, label=undo.label)
    touch(actor=actor, student=student)
    audit(actor, "students.tag.added", tag)
    return True


def _take_out(actor: Actor, student: Student, step: Step, undo: Undo) -> bool:
    require(actor, may_archive, student)
    if student.archived_at is None:
        return False
    student.archived_at, student.archived_reason = None, ""
    touch(actor=actor, student=student, fields=("archived_at", "archived_reason"))
    audit(actor, "students.student.restored", student)
    return True


def _put_away(actor: Actor, student: Student, step: Step, undo: Undo) -> bool:
    require(actor, may_archive, student)
    if student.archived_at is not None:
        return False
    student.archived_at, student.archived_reason = parse_datetime(step["at"]), step["reason"]
    touch(actor=actor, student=student, fields=("archived_at", "archived_reason"))
    audit(actor, "students.student.archived", student)
    return True


BACK: dict[str, Callable[[Actor, Student, Step, Undo], bool]] = {
    Undo.Act.ASSIGN: _team_back,
    Undo.Act.SUBSTITUTE: _team_back,
    Undo.Act.END_TEAM: _team_back,
    Undo.Act.END_GUARDIAN: _guardian_back,
    Undo.Act.ADD_TAG: _tag_off,
    Undo.Act.REMOVE_TAG: _tag_on,
    Undo.Act.ARCHIVE: _take_out,
    Undo.Act.RESTORE: _put_away,
}
