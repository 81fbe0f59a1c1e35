"""Who changed and who opened what in the district, newest first."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Membership, Person
from audit.rules import may_read_audit
from casefile.queries.keyset import Key, Place, keyset_page
from core.actor import Actor
from core.models import AuditEntry
from core.mutation import require
from students.models import Student
from students.queries import students_of

PAGE_ROWS = 50
MOST_FOUND = 20
NEWEST = (Key("at", is_descending=True), Key("id", is_descending=True))
OPENED = ("students.record.opened", "students.record.printed", "students.record.exported")
REFUSED = "accounts.act.refused"
ACTS: Mapping[str, Q] = {
    "opened": Q(verb__in=OPENED),
    "changed": ~Q(verb__in=(*OPENED, REFUSED)),
    "refused": Q(verb=REFUSED),
}
KINDS = (
    "accounts",
    "students",
    "documents",
    "ieps",
    "progress",
    "assessments",
    "notifications",
    "integrations",
    "audit",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What narrows the list: ids, a kind of act, and days of the district."""

    who: UUID | None = None
    student: UUID | None = None
    did: str = ""
    kind: str = ""
    since: date | None = None
    until: date | None = None
    request: str = ""

    def kept(self) -> dict[str, str]:
        """The filters in force by name, as the audit and addresses keep them."""
        named = {
            "who": self.who,
            "student": self.student,
            "did": self.did,
            "kind": self.kind,
            "since": self.since,
            "until": self.until,
            "request": self.request,
        }
        return {name: str(value) for name, value in named.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryRow:
    """One entry: what was done, by whom, when, from where."""

    id: int
    at: datetime
    verb: str
    by: str
    by_id: UUID | None
    is_person: bool
    student_id: UUID | None
    student_name: str
    record_type: str
    record_id: UUID | None
    values: Mapping[str, Any]
    reason: str
    ip: str
    user_agent: str
    request_id: str
    goal_title: str = ""
    goal_scale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPage:
    """One page of the audit, and the names that its filters mean."""

    rows: tuple[EntryRow, ...]
    filters: Filters
    who_name: str
    student_name: str
    previous: int | None
    next: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """People and students by whom the audit can be narrowed."""

    people: tuple[tuple[UUID, str], ...]
    students: tuple[tuple[UUID, str], ...]


def audit_page(*, actor: Actor, filters: Filters, place: Place) -> AuditPage:
    """One page of the audit. Five statements at the most. Raises NotAllowed."""
    among = _all(actor)
    page = keyset_page(_narrow(among, filters), NEWEST, place, among=among, size=PAGE_ROWS)
    names = _names(actor, page.rows, filters.student)
    who = Person.objects.filter(id=filters.who).first() if filters.who else None
    is_here = (
        who and Membership.objects.filter(organization_id=actor.organization_id, person_id=who.id).exists()
    )
    return AuditPage(
        rows=tuple(_row(entry, names) for entry in page.rows),
        filters=filters,
        who_name=who.name if who and is_here else "",
        student_name=names.get(filters.student, "") if filters.student else "",
        previous=page.rows[0].id if page.rows and page.has_previous else None,
        next=page.rows[-1].id if page.rows and page.has_next else None,
    )


def entries_of(*, actor: Actor, filters: Filters) -> QuerySet[AuditEntry]:
    """The entries that filters leave, for cursor pages. Raises NotAllowed."""
    return _narrow(_all(actor), filters)


def every_entry(*, actor: Actor, filters: Filters, most: int) -> Iterator[EntryRow]:
    """The newest entries that filters leave, for a file. Raises NotAllowed."""
    rows = list(_narrow(_all(actor), filters).order_by("-at", "-id")[:most])
    names = _names(actor, rows, filters.student)
    return (_row(entry, names) for entry in rows)


def found(*, actor: Actor, words: str) -> Found:
    """People and students of these names. Raises NotAllowed."""
    require(actor, may_read_audit, actor)
    here = Membership.objects.filter(organization_id=actor.organization_id)
    people = Person.objects.filter(id__in=here.values("person_id"))
    for word in words.split()[:4]:
        people = people.filter(
            Q(given_name__istartswith=word) | Q(family_name__istartswith=word) | Q(email__istartswith=word)
        )
    students = students_of(actor=actor, text=words)
    return Found(
        people=tuple((row.id, row.name) for row in people.order_by("family_name", "given_name")[:MOST_FOUND]),
        students=tuple((row.id, row.name) for row in students.order_by("sort_name", "id")[:MOST_FOUND]),
    )


def _all(actor: Actor) -> QuerySet[AuditEntry]:
    require(actor, may_read_audit, actor)
    return AuditEntry.objects.filter(organization_id=actor.organization_id)


def _narrow(rows: QuerySet[AuditEntry], filters: Filters) -> QuerySet[AuditEntry]:
    if filters.who:
        rows = rows.filter(actor_person_id=filters.who)
    if filters.student:
        rows = rows.filter(student_id=filters.student)
    if filters.did in ACTS:
        rows = rows.filter(ACTS[filters.did])
    if filters.kind in KINDS:
        rows = rows.filter(verb__gte=f"{filters.kind}.", verb__lt=f"{filters.kind}/")
    if filters.since:
        rows = rows.filter(at__gte=_midnight(filters.since))
    if filters.until:
        rows = rows.filter(at__lt=_midnight(filters.until + timedelta(days=1)))
    return rows.filter(request_id=filters.request) if filters.request else rows


def _midnight(day: date) -> datetime:
    """The beginning of a day where the district is: the request runs in its zone."""
    return timezone.make_aware(datetime.combine(day, time.min))


def _names(actor: Actor, rows: Sequence[AuditEntry], wanted: UUID | None) -> dict[UUID, str]:
    """Names of the students that the reader may see; of others the audit shows the id alone. One statement."""
    ids = {row.student_id for row in rows if row.student_id} | ({wanted} if wanted else set())
    return {row.id: row.name for row in Student.objects.visible_to(actor).filter(id__in=ids)}


def _row(entry: AuditEntry, names: Mapping[UUID, str]) -> EntryRow:
    return EntryRow(
        id=entry.id,
        at=entry.at,
        verb=entry.verb,
        by=entry.actor_name,
        by_id=entry.actor_person_id,
        is_person=entry.actor_kind == "person",
        student_id=entry.student_id,
        student_name=names.get(entry.student_id, "") if entry.student_id else "",
        record_type=entry.record_type,
        record_id=entry.record_id,
        values=entry.values,
        reason=entry.reason,
        ip=entry.ip or "",
        user_agent=entry.user_agent,
        request_id=entry.request_id,
    )
