"""Comments beside an IEP: threads in the order of the text, and whom they may mention."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Person
from core.actor import Actor
from core.errors import NotFound
from ieps.models import Comment, Iep
from ieps.queries.programs import visible_iep
from ieps.rules import REVIEWING_PARTS, may_read_comments
from ieps.sections import NARRATIVES, SECTION_OF
from students.models import TeamMember, on_team
from students.queries import visible_student


@dataclass(frozen=True, slots=True, kw_only=True)
class Colleague:
    """Somebody of the team who may be mentioned."""

    person_id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """One comment or answer as the page shows it."""

    id: UUID
    person_id: UUID
    name: str
    body: str
    mentioned: tuple[str, ...]
    said_at: datetime
    edited_at: datetime | None
    is_struck: bool
    is_own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A comment with its answers; `start` and `length` are where its passage is in version `text_version`."""

    id: UUID
    field: str
    label: str
    section: str
    text_id: UUID | None
    text_version: int
    start: int
    length: int
    quote: str
    resolved_at: datetime | None
    resolved_by: str
    said: tuple[Said, ...]
    version: int

    @property
    def is_lost(self) -> bool:
        """Whether the words that it was about are gone."""
        return bool(self.quote) and not self.length


def visible_comment(*, actor: Actor, comment_id: UUID, lock: bool = False) -> Comment:
    """One comment with its IEP and thread. Raises NotFound for who may not read drafts of the IEP."""
    rows = _readable(actor).select_related("iep__student", "student", "thread", "person", "resolved_by")
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(id=comment_id).first()
    if found is None or not may_read_comments(actor, found.iep):
        raise NotFound
    return found


def comment_rows(*, actor: Actor, iep_id: UUID) -> "QuerySet[Comment]":
    """The comments of one IEP, for the API to page through. Raises NotFound for who may not read them."""
    iep = visible_iep(actor=actor, iep_id=iep_id)
    if not may_read_comments(actor, iep):
        raise NotFound
    return _readable(actor).filter(iep_id=iep_id).select_related("person", "resolved_by")


def threads_of(*, actor: Actor, iep: Iep) -> tuple[Thread, ...]:
    """The threads beside an IEP, open ones first, in the order of the text; none for who may not read them."""
    if not may_read_comments(actor, iep):
        return ()
    rows = list(
        Comment.objects.filter(organization_id=actor.organization_id, iep_id=iep.id)
        .select_related("person", "resolved_by")
        .order_by("created_at", "id")
    )
    names = _names(rows)
    answers: dict[UUID, list[Comment]] = defaultdict(list)
    for row in rows:
        answers[row.thread_id or row.id].append(row)
    threads = [_thread(actor, row, answers[row.id], names) for row in rows if row.thread_id is None]
    order = {field: place for place, field in enumerate(NARRATIVES)}
    return tuple(
        sorted(threads, key=lambda one: (one.resolved_at is not None, order[one.field], one.start, one.id))
    )


def colleagues(*, actor: Actor, student_id: UUID) -> tuple[Colleague, ...]:
    """Those of the student's team of today who read the whole IEP, by name. Raises NotFound."""
    visible_student(actor=actor, student_id=student_id)
    team = TeamMember.objects.filter(
        on_team(actor.today),
        organization_id=actor.organization_id,
        student_id=student_id,
        part__in=REVIEWING_PARTS,
        person__is_active=True,
    ).select_related("person")
    people = {member.person_id: member.person.name for member in team}
    return tuple(
        Colleague(person_id=person_id, name=name)
        for person_id, name in sorted(people.items(), key=lambda pair: (pair[1], pair[0]))
    )


def _readable(actor: Actor) -> "QuerySet[Comment]":
    return Comment.objects.filter(
        Q(iep__in=Iep.objects.visible_to(actor).values("id")), organization_id=actor.organization_id
    )


def _names(rows: list[Comment]) -> Mapping[UUID, str]:
    ids = {person_id for row in rows for person_id in row.mentioned}
    return {person.id: person.name for person in Person.objects.filter(id__in=ids)} if ids else {}


def _thread(actor: Actor, first: Comment, said: list[Comment], names: Mapping[UUID, str]) -> Thread:
    return Thread(
        id=first.id,
        field=first.field,
        label=str(Iep._meta.get_field(first.field).verbose_name),  # type: ignore[union-attr]  # a column
        section=SECTION_OF[first.field],
        text_id=first.text_id,
        text_version=first.text_version,
        start=first.start,
        length=first.length,
        quote=first.quote,
        resolved_at=first.resolved_at,
        resolved_by=first.resolved_by.name if first.resolved_by else "",
        said=tuple(_said(actor, row, names) for row in said),
        version=first.version,
    )


def _said(actor: Actor, row: Comment, names: Mapping[UUID, str]) -> Said:
    return Said(
        id=row.id,
        person_id=row.person_id,
        name=row.person.name,
        body=row.body,
        mentioned=tuple(names[person_id] for person_id in row.mentioned if person_id in names),
        said_at=row.created_at,
        edited_at=row.edited_at,
        is_struck=row.struck_at is not None,
        is_own=row.person_id == actor.person_id,
    )
