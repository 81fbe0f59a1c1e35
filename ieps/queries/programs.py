"""IEPs themselves: one, the one in force, a student's, those that are open, those that wait for their day."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.functional import Promise

from core.actor import Actor, Kind
from core.errors import NotAllowed, NotFound
from core.models import topic
from core.outbox import topic_version, topic_versions
from ieps.models import Iep
from ieps.rules import may_start_iep
from students.models import Student, TeamMember, on_team
from students.queries import Archived, list_topics, visible_student


@dataclass(frozen=True, slots=True, kw_only=True)
class IepRow:
    """One version of a student's IEP in a list."""

    iep_id: UUID
    student_id: UUID
    student_name: str
    number: int
    kind: str
    kind_label: str | Promise
    status: str
    status_label: str | Promise
    meeting_on: date | None
    effective_on: date | None
    expires_on: date | None
    next_review_on: date | None
    changed_at: datetime
    changed_by_name: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IepList:
    """A student's IEPs, newest first, and whether the actor may start another."""

    student_id: UUID
    student_name: str
    rows: tuple[IepRow, ...]
    active_id: UUID | None
    open_id: UUID | None
    may_start: bool
    topic: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftList:
    """Open IEPs, and the topics that change with them, with a space between."""

    rows: tuple[IepRow, ...]
    topic: str
    version: str


def visible_iep(*, actor: Actor, iep_id: UUID, lock: bool = False) -> Iep:
    """One IEP with its student; parents find no drafts. With `lock` it is to be changed, which an archived file is not.

    Raises NotFound when it does not exist for this actor; Archived.
    """
    rows = Iep.objects.visible_to(actor).select_related("student")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(id=iep_id).first()
    if found is None:
        raise NotFound
    if lock and found.student.archived_at is not None:
        raise Archived
    return found


def iep_list(*, actor: Actor, student_id: UUID) -> IepList:
    """The student's IEPs that the actor may read, newest first. Raises NotFound."""
    version = topic_version(topic("student", student_id))
    student = visible_student(actor=actor, student_id=student_id)
    rows = Iep.objects.visible_to(actor).select_related("student").filter(student_id=student_id)
    found = tuple(_row(iep) for iep in rows.exclude(status=Iep.Status.DISCARDED).order_by("-number"))
    return IepList(
        student_id=student.id,
        student_name=student.name,
        rows=found,
        active_id=next((row.iep_id for row in found if row.status == Iep.Status.ACTIVE), None),
        open_id=next((row.iep_id for row in found if row.status in Iep.OPEN), None),
        may_start=may_start_iep(actor, student) and student.archived_at is None,
        topic=student.topic,
        version=version,
    )


def ieps_of_student(*, actor: Actor, student_id: UUID) -> QuerySet[Iep]:
    """The rows behind `iep_list`, for the API to page through. Raises NotFound."""
    visible_student(actor=actor, student_id=student_id)
    return (
        Iep.objects.visible_to(actor)
        .select_related("student")
        .filter(student_id=student_id)
        .exclude(status=Iep.Status.DISCARDED)
        .order_by("-number")
    )


def open_drafts(*, actor: Actor) -> tuple[IepRow, ...]:
    """Open IEPs of the students on whose team the actor is, soonest review first; of everybody's for administrators.

    At most 200.
    """
    rows = (
        Iep.objects.visible_to(actor)
        .select_related("student")
        .filter(status__in=Iep.OPEN, student__archived_at=None)
    )
    if actor.kind is Kind.PERSON and not actor.is_district_wide:
        rows = rows.filter(Exists(_own_team(actor)))
    return tuple(
        _row(iep) for iep in rows.order_by("student__annual_review_on", "student__sort_name", "id")[:200]
    )


def draft_list(*, actor: Actor) -> DraftList:
    """The page of `open_drafts`, live on the topics of the actor's lists."""
    names = list_topics(actor=actor)
    versions = topic_versions(names)
    return DraftList(
        rows=open_drafts(actor=actor),
        topic=" ".join(names),
        version=" ".join(versions[name] for name in names),
    )


def new_iep(*, actor: Actor, student_id: UUID) -> IepList:
    """The student's IEPs, for somebody who is going to start one. Raises NotFound, NotAllowed."""
    found = iep_list(actor=actor, student_id=student_id)
    if not found.may_start:
        raise NotAllowed
    return found


def _own_team(actor: Actor) -> "QuerySet[TeamMember]":
    return TeamMember.objects.filter(
        on_team(actor.today),
        organization_id=actor.organization_id,
        person_id=actor.person_id,
        student_id=OuterRef("student_id"),
    )


def ieps_waiting_for(*, actor: Actor, today: date) -> tuple[UUID, ...]:
    """Approved IEPs whose day has come, oldest day first: what `activate_due` tries."""
    rows = Iep.objects.visible_to(actor).filter(status=Iep.Status.APPROVED, effective_on__lte=today)
    return tuple(rows.order_by("effective_on", "id").values_list("id", flat=True))


def has_been_served(*, actor: Actor, student: Student) -> bool:
    """Whether any IEP of the student was ever active: the next one is then no longer the initial one."""
    return student.ieps.filter(
        status__in=(Iep.Status.ACTIVE, Iep.Status.SUPERSEDED),
    ).exists()


def _row(iep: Iep) -> IepRow:
    """A row of an IEP whose student is at hand."""
    return IepRow(
        iep_id=iep.id,
        student_id=iep.student_id,
        student_name=iep.student.name,
        number=iep.number,
        kind=iep.kind,
        kind_label=Iep.Kind(iep.kind).label,
        status=iep.status,
        status_label=Iep.Status(iep.status).label,
        meeting_on=iep.meeting_on,
        effective_on=iep.effective_on,
        expires_on=iep.expires_on,
        next_review_on=iep.next_review_on,
        changed_at=iep.changed_at,
        changed_by_name=iep.changed_by_name,
        topic=iep.topic,
    )
