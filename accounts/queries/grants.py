"""Reading single rights."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import Grant
from accounts.rights import RIGHT_LABELS
from accounts.rules import may_keep_people
from core.actor import Actor
from core.errors import NotFound
from core.mutation import require


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRow:
    """One single right of one person."""

    id: UUID
    person_id: UUID
    right: str
    right_label: str
    effect: str
    effect_label: str
    starts_on: date
    ends_on: date | None
    given_by: str
    reason: str
    has_ended: bool


def grant_of(*, actor: Actor, grant_id: UUID, lock: bool = False) -> Grant:
    """One single right of somebody in the district. Raises NotFound."""
    rows = Grant.objects.select_for_update(of=("self",)) if lock else Grant.objects.all()
    found = rows.filter(organization_id=actor.organization_id, id=grant_id).first()
    if found is None:
        raise NotFound
    return found


def grant(*, actor: Actor, grant_id: UUID, lock: bool = False) -> GrantRow:
    """One single right of somebody in the district as administrators see it. Raises NotFound, NotAllowed."""
    found = grant_of(actor=actor, grant_id=grant_id, lock=lock)
    require(actor, may_keep_people, found)
    return grant_row(actor=actor, found=found)


def grant_rows(*, actor: Actor, person_id: UUID | None = None) -> QuerySet[Grant]:
    """The single rights of the district, or of one person. Raises NotAllowed for all but administrators."""
    require(actor, may_keep_people, actor)
    rows = Grant.objects.filter(organization_id=actor.organization_id).select_related("given_by")
    return rows if person_id is None else rows.filter(person_id=person_id)


def grant_row(*, actor: Actor, found: Grant) -> GrantRow:
    """A row as administrators see it."""
    return GrantRow(
        id=found.id,
        person_id=found.person_id,
        right=found.right,
        right_label=str(RIGHT_LABELS.get(found.right, found.right)),
        effect=found.effect,
        effect_label=str(found.get_effect_display()),
        starts_on=found.starts_on,
        ends_on=found.ends_on,
        given_by=found.given_by.name if found.given_by else "",
        reason=found.reason,
        has_ended=found.ends_on is not None and found.ends_on <= actor.today,
    )


def grants_of(*, actor: Actor, person_id: UUID) -> tuple[GrantRow, ...]:
    """The single rights of a person, those in force first. Raises NotAllowed."""
    rows = grant_rows(actor=actor, person_id=person_id).order_by("-starts_on", "id")
    return tuple(sorted((grant_row(actor=actor, found=row) for row in rows), key=lambda row: row.has_ended))
