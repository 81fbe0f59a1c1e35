"""The district's roster: every pupil and the adults it names. A pupil's case file takes its news along."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any
from uuid import UUID

from django.db import connection

from core.actor import Actor
from core.ids import uuid7
from core.mutation import audit, mutation, unchanged
from students.models import RosterEntry, Student, sort_name
from students.versions import touch

# What a roster may change in a case file, by the name in the roster entry.
TAKEN = {
    "given_name": "given_name",
    "middle_name": "middle_name",
    "family_name": "family_name",
    "preferred_name": "preferred_name",
    "grade": "grade",
    "birth_on": "birth_on",
    "school_id": "school_id",
}
COLUMNS = {
    "id": "uuid",
    "sourced_id": "text",
    "part": "text",
    "role": "text",
    "given_name": "text",
    "middle_name": "text",
    "family_name": "text",
    "preferred_name": "text",
    "identifier": "text",
    "email": "text",
    "phone": "text",
    "grade": "text",
    "birth_on": "date",
    "school_id": "uuid",
    "is_current": "boolean",
    "sort_name": "text",
    "fingerprint": "text",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterPerson:
    """Somebody as a roster describes them."""

    sourced_id: str
    part: str
    role: str
    given_name: str
    middle_name: str
    family_name: str
    preferred_name: str
    identifier: str
    email: str
    phone: str
    grade: str
    birth_on: date | None
    school_id: UUID | None
    is_current: bool

    @property
    def fingerprint(self) -> str:
        """One word for all of it, equal when nothing changed."""
        return hashlib.blake2b(repr(DESCRIBED(self)).encode(), digest_size=16).hexdigest()


DESCRIBED = attrgetter(*(field.name for field in fields(RosterPerson)))


@mutation
def keep_roster_entries(
    *, actor: Actor, people: Sequence[RosterPerson], now: datetime, source: str = "oneroster"
) -> int:
    """Write down people as the roster has them now. Returns how many entries are new or differ.

    Somebody unknown who is no longer in the roster is left out. A pupil with a case file takes the change along,
    audited on the student; nobody's case file is ever closed by a roster.
    """
    known = {
        entry.sourced_id: entry
        for entry in RosterEntry.objects.visible_to(actor)
        .select_for_update(of=("self",))
        .filter(
            organization_id=actor.organization_id,
            source=source,
            sourced_id__in=[person.sourced_id for person in people],
        )
    }
    changed = [person for person in people if _differs(person, known.get(person.sourced_id))]
    for person in changed:
        before = known.get(person.sourced_id)
        if before is not None and before.student_id is not None:
            _tell_student(actor, before.student_id, before, person)
    _upsert(actor, changed, now, source)
    unchanged(actor)  # an entry is no record of a student; whoever imports accounts for the whole
    return len(changed)


def _differs(person: RosterPerson, entry: RosterEntry | None) -> bool:
    return person.is_current if entry is None else entry.fingerprint != person.fingerprint


def _upsert(actor: Actor, people: Sequence[RosterPerson], now: datetime, source: str) -> None:
    if not people:
        return
    values: dict[str, list[Any]] = {column: [] for column in COLUMNS}
    for person in people:
        made = {
            "id": uuid7(),
            "sort_name": sort_name(person.given_name, person.family_name),
            "fingerprint": person.fingerprint,
        }
        for column, column_values in values.items():
            column_values.append(made[column] if column in made else getattr(person, column))
    names = ", ".join(f'"{column}"' for column in COLUMNS)
    arrays = ", ".join(f"%s::{kind}[]" for kind in COLUMNS.values())
    updates = ", ".join(
        f'"{column}" = excluded."{column}"'
        for column in (*COLUMNS, "changed_at")
        if column not in {"id", "sourced_id"}
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO students_rosterentry (organization_id, source, created_at, changed_at, {names})
            SELECT %s, %s, %s, %s, new.* FROM unnest({arrays}) AS new
            ON CONFLICT (organization_id, source, sourced_id) DO UPDATE SET {updates}""",  # noqa: S608  # constants
            [actor.organization_id, source, now, now, *values.values()],
        )


def _tell_student(actor: Actor, student_id: UUID, before: RosterEntry, person: RosterPerson) -> None:
    """Carry what changed in the roster into the case file. What people changed by hand stays until the roster moves."""
    student = Student.objects.visible_to(actor).select_for_update(of=("self",)).get(id=student_id)
    fields: list[str] = []
    values: dict[str, Any] = {}
    topics = set(student.topics())
    for theirs, ours in TAKEN.items():
        new, old = getattr(person, theirs), getattr(student, ours)
        if new == getattr(before, theirs) or new == old or (not new and theirs != "middle_name"):
            continue
        setattr(student, ours, new)
        fields.append(ours)
        if ours in {"grade", "school_id"}:
            values |= {f"{ours}_before": old, f"{ours}_after": new}
    if person.is_current != before.is_current:
        _enrol(student, person.is_current, fields, values)
    if not fields:
        return
    touch(actor=actor, student=student, fields=tuple(fields))
    audit(
        actor,
        "students.student.updated",
        student,
        topics=topics | set(student.topics()),
        fields=sorted(fields),
        from_roster=True,
        **values,
    )


def _enrol(student: Student, is_current: bool, fields: list[str], values: dict[str, Any]) -> None:
    """Who left the roster is not enrolled now; who came back is. Transferred and graduated stay as they are."""
    new = Student.Enrollment.ACTIVE if is_current else Student.Enrollment.INACTIVE
    expected = Student.Enrollment.INACTIVE if is_current else Student.Enrollment.ACTIVE
    if student.enrollment == expected:
        values |= {"enrollment_before": student.enrollment, "enrollment_after": new.value}
        student.enrollment = new
        fields.append("enrollment")
