"""A record is destroyed: announced, waited for, done in one transaction, certified, and done again after a backup."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.errors import Conflict, Invalid
from core.mutation import audit, mutation, require, unchanged
from core.registry import lent_as
from records.classes import RecordClass
from records.models import Destruction, PermanentRecord, check_typed
from records.mutations.notices import tell_guardians
from records.queries import (
    all_parts,
    destruction_of,
    is_held,
    is_served,
    later,
    left_day,
    policy_of,
)
from records.rules import may_keep_retention
from students.models import Address, Guardian, SchoolEnrollment, Student, in_force
from students.queries import visible_student
from students.whole import Part, in_order_of_removal

LAST_LINE = "tombstone"  # the file that is written last, not removed


class Held(Conflict):
    """A legal hold keeps the record."""

    code = "legal_hold"
    message = gettext_lazy("A legal hold keeps this record. Lift it first.")


class StillServed(Conflict):
    """The student receives special education here."""

    code = "still_served"
    message = gettext_lazy(
        "The district still serves this student, so the record is needed (34 CFR 300.624(a)). Record the exit first."
    )


class TermNotPassed(Conflict):
    """The time of the rule has not passed."""

    code = "term_not_passed"
    message = gettext_lazy("The time for which the district keeps this record has not passed.")


class DestructionWaiting(Conflict):
    """A destruction of the record waits already."""

    code = "destruction_waiting"
    message = gettext_lazy("A destruction of this record waits for its day already.")


@mutation
def start_destruction(*, actor: Actor, student_id: UUID, basis: str, reason: str, today: date) -> Destruction:
    """Announce that a record will be destroyed: write to the parents and wait for the day.

    Source: 34 CFR 300.624(a). Raises NotFound, NotAllowed, Invalid, Held, StillServed, TermNotPassed,
    DestructionWaiting.
    """
    student = visible_student(actor=actor, student_id=student_id, lock=True)
    require(actor, may_keep_retention, None)
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why the record is destroyed.")]})
    policy = policy_of(actor=actor)
    years = policy.years[RecordClass.RECORD]
    _check(actor, student, basis, years, today)
    row = Destruction(
        organization_id=actor.organization_id,
        student_id=student.id,
        basis=basis,
        rule_years=years,
        reason=reason.strip(),
        asked_by_id=actor.acting_person_id,
        asked_by_name=actor.name[:120],
        noticed_on=today,
        due_on=today + timedelta(days=policy.waiting_days),
    )
    check_typed(row, "basis", "reason")
    row.notices = tell_guardians(actor=actor, student=student, due_on=row.due_on, destruction_id=row.id)
    row.save(force_insert=True)
    audit(
        actor,
        "records.destruction.announced",
        row,
        topics={*row.topics(), *student.topics()},
        basis=basis,
        due_on=row.due_on,
        notices=row.notices,
    )
    return row


@mutation
def cancel_destruction(*, actor: Actor, destruction_id: UUID, now: datetime) -> Destruction:
    """Call off a destruction before its day. Raises NotFound, NotAllowed, Invalid."""
    row = destruction_of(actor=actor, destruction_id=destruction_id, lock=True)
    if row.state == Destruction.State.DESTROYED:
        raise Invalid(_("The record is destroyed. Nothing can be called off."))
    if row.state == Destruction.State.CANCELED:
        unchanged(actor)
        return row
    row.state, row.canceled_at, row.canceled_by_name = Destruction.State.CANCELED, now, actor.name[:120]
    row.save(update_fields=["state", "canceled_at", "canceled_by_name"])
    audit(actor, "records.destruction.canceled", row)
    return row


@mutation
def destroy(*, actor: Actor, destruction_id: UUID, now: datetime) -> Destruction:
    """Destroy the record on its day: every row of the student in every app, in this one transaction.

    Files are removed afterwards (`finish_destruction`). A second run changes nothing. Raises NotFound, Held,
    StillServed, TermNotPassed.
    """
    row = destruction_of(actor=actor, destruction_id=destruction_id, lock=True)
    if row.state != Destruction.State.WAITING or row.due_on > actor.today:
        unchanged(actor)
        return row
    student = (
        Student.objects.visible_to(actor).select_for_update(of=("self",)).filter(id=row.student_id).first()
    )
    if student is not None:
        # Whoever came back, or is held since, keeps the record.
        if is_held(actor=actor, student_id=student.id):
            raise Held
        if is_served(student):
            raise StillServed
    _remove(actor, row, student, now)
    return row


@mutation
def destroy_again(*, actor: Actor, student_id: UUID, now: datetime) -> Destruction:
    """Destroy a record that a restored backup brought back. Raises NotFound, NotAllowed."""
    require(actor, may_keep_retention, None)
    student = visible_student(actor=actor, student_id=student_id, lock=True)
    rows = Destruction.objects.select_for_update().filter(
        organization_id=actor.organization_id, student_id=student_id
    )
    row = rows.exclude(state=Destruction.State.CANCELED).order_by("-created_at").first()
    if row is None:
        row = Destruction.objects.create(
            organization_id=actor.organization_id,
            student_id=student_id,
            basis=Destruction.Basis.RULE,
            asked_by_name=actor.name[:120],
            noticed_on=actor.today,
            due_on=actor.today,
        )
    _remove(actor, row, student, now)
    return row


@mutation
def finish_destruction(*, actor: Actor, destruction_id: UUID, removed: int) -> None:
    """Write down that the files are gone from the disk too. A second run changes nothing."""
    row = destruction_of(actor=actor, destruction_id=destruction_id, lock=True)
    if not row.files:
        unchanged(actor)
        return
    row.files, row.files_removed = [], row.files_removed + removed
    row.save(update_fields=["files", "files_removed"])
    audit(actor, "records.destruction.finished", row, files=removed)


def _check(actor: Actor, student: Student, basis: str, years: int, today: date) -> None:
    """Raises Held, StillServed, TermNotPassed, DestructionWaiting."""
    if is_held(actor=actor, student_id=student.id):
        raise Held
    if is_served(student):
        raise StillServed
    waiting = Destruction.objects.filter(student_id=student.id, state=Destruction.State.WAITING)
    if waiting.filter(organization_id=actor.organization_id).exists():
        raise DestructionWaiting
    if basis == Destruction.Basis.RULE:
        left_on = left_day(actor=actor, student_id=student.id)
        if left_on is None or later(left_on, years) > today:
            raise TermNotPassed


def _remove(actor: Actor, row: Destruction, student: Student | None, now: datetime) -> None:
    """Every row of the student, then what is left to say of it."""
    topics = {*row.topics(), *(student.topics() if student else ())}
    own: dict[str, Any] = {"organization_id": actor.organization_id, "student_id": row.student_id}
    files = [list(file) for found in lent_as("files_of_record") for file in found(**own)]
    counts: dict[str, int] = dict(row.counts)
    if student is not None:
        if policy_of(actor=actor).keeps_minimum:
            _keep_minimum(actor, row, student)
        parts = [part for part in all_parts() if not part.kept]
        ids = frozenset({row.student_id, *_ids(parts, own)})
        for forget in lent_as("forget"):
            _add(counts, forget(**own, ids=ids, names=_names(student)))
        _unlock(str(row.student_id))
        for part in in_order_of_removal(parts):
            rows = part.rows(**own)
            gone = rows.count() if part.goes_with else rows._raw_delete(rows.db)
            _add(counts, {part.name: gone})
        _unlock("")
    row.state, row.reason, row.destroyed_at = Destruction.State.DESTROYED, "", now
    row.counts = {name: number for name, number in sorted(counts.items()) if number}
    row.files = [*files, [LAST_LINE, str(row.student_id)]]
    row.kept = _kept(actor, row)
    row.times += 1
    row.save()
    audit(
        actor,
        "records.record.destroyed",
        row,
        topics=topics,
        basis=row.basis,
        rule_years=row.rule_years,
        asked_by=row.asked_by_id,
        rows=sum(row.counts.values()),
        tables=row.counts,
        times=row.times,
    )


def _unlock(student_id: str) -> None:
    """Let the triggers that keep what was signed know whose rows are being destroyed, in this transaction alone."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.destroying', %s, true)", [student_id])


def _ids(parts: list[Part], own: dict[str, Any]) -> set[UUID]:
    return {
        found
        for part in parts
        if not part.goes_with
        for found in part.rows(**own).values_list("id", flat=True)
    }


def _add(counts: dict[str, int], more: dict[str, int]) -> None:
    for name, number in more.items():
        counts[name] = counts.get(name, 0) + number


def _names(student: Student) -> tuple[str, ...]:
    """The student's name as programs write it. A given name alone is nobody's."""
    given = {
        student.given_name,
        student.preferred_name,
        f"{student.given_name} {student.middle_name}".strip(),
    }
    family = student.family_name
    return tuple(
        sorted({text for name in given if name for text in (f"{name} {family}", f"{family}, {name}")})
    )


def _keep_minimum(actor: Actor, row: Destruction, student: Student) -> None:
    """Name, address, telephone, schools and grades attended, grade and year completed (34 CFR 300.624(b))."""
    own = {"organization_id": actor.organization_id, "student": student}
    address = Address.objects.filter(**own).order_by("-starts_on", "-id").first()
    guardian = Guardian.objects.filter(in_force(actor.today), **own).exclude(phone="").order_by("id").first()
    attended = list(SchoolEnrollment.objects.filter(**own).order_by("starts_on", "id"))
    last = attended[-1] if attended else None
    left_on = left_day(actor=actor, student_id=student.id)
    place = (
        (address.street, address.unit, address.city, address.region, address.postal_code) if address else ()
    )
    PermanentRecord.objects.update_or_create(
        organization_id=actor.organization_id,
        student_id=student.id,
        defaults={
            "destruction": row,
            "name": " ".join(filter(None, (student.given_name, student.middle_name, student.family_name))),
            "address": ", ".join(filter(None, place))[:400],
            "phone": student.phone or (guardian.phone if guardian else ""),
            "grade_completed": (last.grade if last else "") or student.grade,
            "year_completed": left_on.year if left_on else None,
            "schools": [
                {
                    "school": one.school_name,
                    "grade": one.grade,
                    "from": one.starts_on.isoformat(),
                    "until": one.ends_on.isoformat() if one.ends_on else None,
                }
                for one in attended
            ],
        },
    )


def _kept(actor: Actor, row: Destruction) -> dict[str, str]:
    found = {part.name: part.kept for part in all_parts() if part.kept}
    if not PermanentRecord.objects.filter(
        organization_id=actor.organization_id, student_id=row.student_id
    ).exists():
        del found["records.permanentrecord"]
    return found
