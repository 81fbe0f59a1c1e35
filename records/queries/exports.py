"""Copies of a record that somebody asked for."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from core.actor import Actor
from core.errors import NotFound
from core.models import topic
from core.mutation import require
from core.outbox import topic_version
from records.models import RecordExport
from records.rules import may_export, may_fetch
from students.queries import visible_student

if TYPE_CHECKING:
    from django.utils.functional import Promise

MOST_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """One copy as its page and the API show it."""

    id: UUID
    student_id: UUID
    state: str
    state_label: "str | Promise"
    percent: int
    reason: str
    size: int
    counts: dict[str, int]
    unprintable: tuple[str, ...]
    created_at: datetime
    expires_at: datetime | None
    has_file: bool
    language: str
    topic: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPage:
    """The copies of a record that the reader asked for, newest first."""

    student_id: UUID
    student_name: str
    rows: tuple[ExportRow, ...]
    topic: str
    version: str


def export_page(*, actor: Actor, student_id: UUID) -> ExportPage:
    """One's own copies of a student's record. Raises NotFound, NotAllowed."""
    name = topic("student", student_id)
    version = topic_version(name)
    student = visible_student(actor=actor, student_id=student_id)
    require(actor, may_export, student)
    rows = RecordExport.objects.filter(
        organization_id=actor.organization_id, student=student, person=actor.acting_person_id
    )
    return ExportPage(
        student_id=student.id,
        student_name=student.name,
        rows=tuple(
            _row(row) for row in rows.select_related("person").order_by("-created_at", "-id")[:MOST_SHOWN]
        ),
        topic=name,
        version=version,
    )


def own_export(*, actor: Actor, export_id: UUID) -> RecordExport:
    """One copy, for who asked for it. Raises NotFound."""
    rows = RecordExport.objects.filter(organization_id=actor.organization_id, id=export_id)
    found = rows.select_related("student", "person").first()
    if found is None:
        raise NotFound
    visible_student(actor=actor, student_id=found.student_id)
    if not may_fetch(actor, found):
        raise NotFound
    return found


def own_export_row(*, actor: Actor, export_id: UUID) -> ExportRow:
    """One copy as the API shows it. Raises NotFound."""
    return _row(own_export(actor=actor, export_id=export_id))


def expired_files(*, actor: Actor, now: datetime) -> tuple[UUID, ...]:
    """The copies whose day is over and whose file is still there."""
    rows = RecordExport.objects.filter(organization_id=actor.organization_id, expires_at__lte=now)
    return tuple(rows.exclude(state=RecordExport.State.EXPIRED).order_by("id").values_list("id", flat=True))


def kept_files(*, actor: Actor) -> frozenset[str]:
    """The keys of files that are to stay for now."""
    rows = RecordExport.objects.filter(organization_id=actor.organization_id).exclude(file_key="")
    return frozenset(rows.values_list("file_key", flat=True))


def _row(row: RecordExport) -> ExportRow:
    return ExportRow(
        id=row.id,
        student_id=row.student_id,
        state=row.state,
        state_label=RecordExport.State(row.state).label,
        percent=row.percent,
        reason=row.reason,
        size=row.size,
        counts=dict(row.counts),
        unprintable=tuple(row.unprintable),
        created_at=row.created_at,
        expires_at=row.expires_at,
        has_file=bool(row.file_key),
        language=row.person.language if row.person else "",
        topic=topic("student", row.student_id),
    )
