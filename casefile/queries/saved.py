"""Views of the list that people named, and the students whom they keep at hand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from casefile.models import DefaultView, PinnedStudent, SavedView
from casefile.queries.caseloads import main_card
from casefile.rules import may_keep_view
from core.actor import Actor
from core.errors import NotFound
from core.once import once
from progress.queries import GoalCard, goal_cards
from students.models import Student


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewRow:
    """One named view as the reader has it. `words` are those of its address."""

    id: UUID
    name: str
    words: Mapping[str, str]
    is_shared: bool
    is_own: bool
    is_default: bool
    may_keep: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A student kept at hand; `card` is the goal that speaks for them, when the reader sees one."""

    id: UUID
    name: str
    card: GoalCard | None


def saved_views(*, actor: Actor) -> tuple[ViewRow, ...]:
    """The actor's own views and the district's, by name. Two statements."""
    default = default_view(actor=actor)
    rows = SavedView.objects.visible_to(actor).order_by("is_shared", "name", "id")
    return tuple(_row(actor, row, default) for row in rows[:60])


def view_row(*, actor: Actor, view_id: UUID) -> ViewRow:
    """One view as the actor has it. Raises NotFound."""
    return _row(actor, saved_view(actor=actor, view_id=view_id), default_view(actor=actor))


def _row(actor: Actor, row: SavedView, default: UUID | None) -> ViewRow:
    return ViewRow(
        id=row.id,
        name=row.name,
        words=row.words,
        is_shared=row.is_shared,
        is_own=row.person_id == actor.person_id,
        is_default=row.id == default,
        may_keep=may_keep_view(actor, row),
    )


def default_view(*, actor: Actor) -> UUID | None:
    """The view with which the actor's list opens, if they chose one. Asked once for a list and the choice before it."""

    def read() -> UUID | None:
        rows = DefaultView.objects.filter(organization_id=actor.organization_id, person_id=actor.person_id)
        return rows.values_list("view_id", flat=True).first()

    return once(("default view", actor), read)


def default_words(*, actor: Actor) -> Mapping[str, str] | None:
    """The words of the address with which the actor's list opens; None without a default."""
    chosen = default_view(actor=actor)
    view = SavedView.objects.visible_to(actor).filter(id=chosen).first() if chosen else None
    return view.words if view else None


def saved_view(*, actor: Actor, view_id: UUID, lock: bool = False) -> SavedView:
    """One view that the actor sees. Raises NotFound."""
    rows = SavedView.objects.visible_to(actor).filter(id=view_id)
    found = rows.select_for_update(of=("self",)).first() if lock else rows.first()
    if found is None:
        raise NotFound
    return found


def pins(*, actor: Actor, today: date) -> tuple[Pin, ...]:
    """The students whom the actor keeps at hand and still sees, in the order of pinning. At most three statements."""
    ids = _pinned(actor)
    if not ids:
        return ()
    seen = {row.id: row for row in Student.objects.visible_to(actor).filter(id__in=ids, archived_at=None)}
    cards = goal_cards(actor=actor, student_ids=list(seen), today=today)
    return tuple(
        Pin(id=one, name=seen[one].name, card=main_card(cards.get(one, ()))) for one in ids if one in seen
    )


def is_pinned(*, actor: Actor, student_id: UUID) -> bool:
    """Whether the actor keeps a student at hand."""
    return student_id in _pinned(actor)


def _pinned(actor: Actor) -> tuple[UUID, ...]:
    """Asked once for a page and what surrounds it."""

    def read() -> tuple[UUID, ...]:
        rows = PinnedStudent.objects.filter(organization_id=actor.organization_id, person_id=actor.person_id)
        return tuple(rows.order_by("created_at", "id").values_list("student_id", flat=True))

    return once(("pinned", actor), read)
