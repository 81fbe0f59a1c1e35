"""What takes acts back."""

from uuid import UUID

from django.utils.timezone import now

from core.actor import Actor
from students.models import Undo


def newest_undo(*, actor: Actor, record_id: UUID) -> UUID | None:
    """What takes back the actor's newest act upon one part of a case file."""
    rows = Undo.objects.filter(organization_id=actor.organization_id, person_id=actor.person_id)
    mine = rows.filter(record_id=record_id, taken_back_at=None, until__gt=now())
    return mine.order_by("-created_at").values_list("id", flat=True).first()
