"""Students found by the beginning of a name, for the command palette."""

from dataclasses import dataclass
from uuid import UUID

from core.actor import Actor, Hat
from students.models import Grade, Student
from students.queries import matching

MOST_FOUND = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A student whom the reader sees."""

    id: UUID
    name: str
    note: str


def found_students(*, actor: Actor, text: str) -> tuple[Found, ...]:
    """The first students by name whom a text finds among those the actor sees; a family's children without one.

    One statement.
    """
    is_all = actor.hat is Hat.FAMILY and not text.strip()
    if not (is_all or text.strip()):
        return ()
    rows = Student.objects.visible_to(actor).filter(archived_at=None)
    shown = rows if is_all else rows.filter(matching(actor=actor, text=text))
    shown = shown.select_related("school").order_by("sort_name", "id")[:MOST_FOUND]
    return tuple(
        Found(id=row.id, name=row.name, note=f"{Grade(row.grade).label} · {row.school.name}") for row in shown
    )
