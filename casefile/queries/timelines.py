"""Who changed or opened what of a student's record, newest first, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from casefile.queries.keyset import Key, Place, keyset_page
from casefile.queries.student import StudentHead, student_head
from core.actor import Actor
from core.errors import NotAllowed
from core.kept import kept_until_news
from core.models import AuditEntry
from ieps.models import Goal

OPENED = "students.record.opened"
READINGS = (OPENED, "students.record.exported", "students.record.printed")
# Whoever asked in vain, and what somebody keeps at hand, is nothing done to the record: the audit has it.
NOT_OF_THE_RECORD = ("accounts.act.refused", "casefile.pin.added", "casefile.pin.removed")
NEWEST = (Key("at", is_descending=True), Key("id", is_descending=True))

KINDS: Mapping[str, Q] = {
    "changes": ~Q(verb__in=READINGS),
    "opened": Q(verb__in=READINGS),
    "iep": Q(verb__gte="ieps.", verb__lt="ieps/"),
    "progress": Q(verb__gte="progress.", verb__lt="progress/"),
    "record": Q(verb__gte="students.", verb__lt="students/") & ~Q(verb__in=READINGS),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineRow:
    """One entry: what was done, by whom, when."""

    id: int
    verb: str
    by: str
    by_id: UUID | None
    is_person: bool
    at: datetime
    values: Mapping[str, Any]
    reason: str
    goal_title: str = ""
    goal_scale: str = ""

    @property
    def is_reading(self) -> bool:
        """Whether somebody only read: open pages are not told of that, the line is there at the next load."""
        return self.verb in READINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeline:
    """One page of a student's timeline."""

    head: StudentHead
    kind: str
    rows: tuple[TimelineRow, ...]
    previous: int | None
    next: int | None


def timeline(*, actor: Actor, student_id: UUID, kind: str, place: Place, today: date) -> Timeline:
    """One page of what was done with a student's record. Raises NotFound, NotAllowed.

    Source: 34 CFR 300.614, the record of access.
    """
    head = student_head(actor=actor, student_id=student_id, today=today)
    if not head.sees_timeline:
        raise NotAllowed
    entries = _entries(actor, student_id)
    kept = entries.filter(KINDS[kind]) if kind in KINDS else entries
    page = keyset_page(kept, NEWEST, place, among=entries)
    return Timeline(
        head=head,
        kind=kind if kind in KINDS else "",
        rows=_rows(actor, page.rows),
        previous=page.rows[0].id if page.rows and page.has_previous else None,
        next=page.rows[-1].id if page.rows and page.has_next else None,
    )


def recent(*, actor: Actor, head: StudentHead, number: int = 5) -> tuple[TimelineRow, ...]:
    """The newest changes, for the overview; nothing for those who may not read the timeline."""
    if not head.sees_timeline:
        return ()
    rows = _entries(actor, head.id).filter(KINDS["changes"]).order_by("-at", "-id")
    return kept_until_news(
        actor=actor,
        topics=(head.topic,),
        key=("recent", number),
        read=lambda _versions: _rows(actor, tuple(rows[:number])),
    )


def _entries(actor: Actor, student_id: UUID) -> QuerySet[AuditEntry]:
    own = AuditEntry.objects.filter(organization_id=actor.organization_id, student_id=student_id)
    return own.exclude(verb__in=NOT_OF_THE_RECORD)


def _rows(actor: Actor, entries: Sequence[AuditEntry]) -> tuple[TimelineRow, ...]:
    """Entries with the short names of the goals they are about, as far as the reader sees those: one statement."""
    wanted = {str(entry.values["goal_id"]) for entry in entries if "goal_id" in entry.values}
    goals = {str(goal.id): goal for goal in Goal.objects.visible_to(actor).filter(id__in=wanted)}
    return tuple(_row(entry, goals.get(str(entry.values.get("goal_id")))) for entry in entries)


def _row(entry: AuditEntry, goal: Goal | None) -> TimelineRow:
    return TimelineRow(
        id=entry.id,
        verb=entry.verb,
        by=entry.actor_name,
        by_id=entry.actor_person_id,
        is_person=entry.actor_kind == "person",
        at=entry.at,
        values=entry.values,
        reason=entry.reason,
        goal_title=goal.title if goal else "",
        goal_scale=goal.scale if goal else "",
    )
