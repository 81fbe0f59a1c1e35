"""A student's record of access: who was given what, and who opened the record (34 CFR 99.32, 300.614)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise

from audit.models import Disclosure
from audit.queries.entries import NEWEST, OPENED
from audit.rules import may_record_disclosures, may_see_access_record
from casefile.queries.keyset import Place, keyset_page
from core.actor import Actor
from core.errors import NotAllowed
from core.models import AuditEntry, topic
from core.outbox import topic_version
from students.models import Student
from students.queries import visible_student

PAGE_ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRow:
    """One opening, print or export of the record by somebody of the district, the family or a program."""

    id: int
    at: datetime
    party: str
    verb: str
    is_person: bool
    interest: tuple[str, ...]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureRow:
    """One request or disclosure, to a party outside the district."""

    id: UUID
    party: str
    asked_on: date
    disclosed_on: date | None
    what: str
    purpose: str
    interest: str
    basis: str
    basis_label: str | Promise
    redisclosure: str
    recorded_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRecord:
    """One page of a student's record of access."""

    student_id: UUID
    student_name: str
    disclosures: tuple[DisclosureRow, ...]
    rows: tuple[AccessRow, ...]
    may_record: bool
    topic: str
    version: str
    previous: int | None
    next: int | None


def access_record(*, actor: Actor, student_id: UUID, place: Place) -> AccessRecord:
    """A student's record of access, newest first. Raises NotFound, NotAllowed."""
    name = topic("student", student_id)
    version = topic_version(name)
    student = _readable(actor, student_id)
    among = _accesses(actor, student)
    page = keyset_page(among, NEWEST, place, among=among, size=PAGE_ROWS)
    return AccessRecord(
        student_id=student.id,
        student_name=student.name,
        disclosures=_disclosures(student),
        rows=tuple(_row(entry) for entry in page.rows),
        may_record=may_record_disclosures(actor, student),
        topic=name,
        version=version,
        previous=page.rows[0].id if page.rows and page.has_previous else None,
        next=page.rows[-1].id if page.rows and page.has_next else None,
    )


def accesses_of(*, actor: Actor, student_id: UUID) -> QuerySet[AuditEntry]:
    """The openings of a student's record, for cursor pages. Raises NotFound, NotAllowed."""
    return _accesses(actor, _readable(actor, student_id))


def disclosures_of(*, actor: Actor, student_id: UUID) -> tuple[DisclosureRow, ...]:
    """The disclosures to parties outside the district, newest first. Raises NotFound, NotAllowed."""
    return _disclosures(_readable(actor, student_id))


def _readable(actor: Actor, student_id: UUID) -> Student:
    student = visible_student(actor=actor, student_id=student_id)
    if not may_see_access_record(actor, student):
        raise NotAllowed(details={"rule": "may_see_access_record"})
    return student


def _accesses(actor: Actor, student: Student) -> QuerySet[AuditEntry]:
    return AuditEntry.objects.filter(
        organization_id=actor.organization_id, student_id=student.id, verb__in=OPENED
    )


def _disclosures(student: Student) -> tuple[DisclosureRow, ...]:
    rows = Disclosure.objects.filter(organization_id=student.organization_id, student=student)
    return tuple(
        DisclosureRow(
            id=row.id,
            party=row.party,
            asked_on=row.asked_on,
            disclosed_on=row.disclosed_on,
            what=row.what,
            purpose=row.purpose,
            interest=row.interest,
            basis=row.basis,
            basis_label=Disclosure.Basis(row.basis).label if row.basis else "",
            redisclosure=row.redisclosure,
            recorded_by=row.recorded_by_name,
        )
        for row in rows.order_by("-asked_on", "-id")
    )


def _row(entry: AuditEntry) -> AccessRow:
    return AccessRow(
        id=entry.id,
        at=entry.at,
        party=entry.actor_name,
        verb=entry.verb,
        is_person=entry.actor_kind == "person",
        interest=tuple(entry.values.get("interest", ())),
        values=entry.values,
    )
