"""What takes acts back."""

from uuid import UUID

from django.utils.timezone import now

from core.actor import Actor
from core.errors import NotFound
from students.models import Undo


def newest_undo(*, actor: Actor, record_id: UUID) -> UUID | None:
    """What takes back the actor's newest act upon one part of a case file."""
    rows = Undo.objects.filter(organization_id=actor.organization_id, person_id=actor.person_id)
    mine = rows.filter(record_id=record_id, taken_back_at=None, until__gt=now())
    return mine.order_by("-created_at").values_list("id", flat=True).first()


def undo_of(*, actor: Actor, undo_id: UUID) -> Undo:
    """What takes back an act of the actor, with whoever was told of it. Raises NotFound."""
    rows = Undo.objects.filter(organization_id=actor.organization_id, person_id=actor.person_id, id=undo_id)
    found = rows.select_related("receiver").first()
    if found is None:
        raise NotFound
    return found
