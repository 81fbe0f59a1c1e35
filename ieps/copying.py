"""How a new draft takes over what stands in the IEP in force."""

from uuid import UUID

from core.actor import Actor
from core.ids import uuid7
from ieps.models import Accommodation, Goal, Iep, Service
from ieps.sections import CARRIED_FIELDS


def take_over_words(*, actor: Actor, source: Iep, iep: Iep) -> None:
    """Set the columns of a draft that is not saved yet; `actor` is who starts it."""
    for name in CARRIED_FIELDS:
        setattr(iep, name, getattr(source, name))


def take_over_parts(*, actor: Actor, source: Iep, iep: Iep) -> dict[UUID, UUID]:
    """Copy goals, services and accommodations; goals keep their lineage. Returns the new id of each old one."""
    goals = list(source.goals.order_by("number"))
    services = list(source.services.order_by("created_at", "id"))
    accommodations = list(source.accommodations.order_by("created_at", "id"))
    rows: tuple[Goal | Service | Accommodation, ...] = (*goals, *services, *accommodations)
    copies: dict[UUID, UUID] = {}
    for row in rows:
        new = uuid7()
        copies[row.id] = new
        row.id = new
        row._state.adding = True
        row.iep = iep
        row.version = 1
        row.changed_by_name = actor.name[:120]
    Goal.objects.bulk_create(goals)
    Service.objects.bulk_create(services)
    Accommodation.objects.bulk_create(accommodations)
    return copies
