"""Single rights: added to one person or taken from them, whatever their roles say."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import Grant
from accounts.queries.grants import grant_of
from accounts.queries.people import member_person
from accounts.rights import SINGLE_RIGHTS, may_in_district
from accounts.rules import OwnRights, may_keep_people
from core.actor import Actor, Kind
from core.errors import Invalid
from core.mutation import audit, mutation, require, unchanged

ACTIONS = {name: action for action, name in SINGLE_RIGHTS.items()}


@mutation
def add_grant(
    *,
    actor: Actor,
    person_id: UUID,
    right: str,
    effect: str,
    reason: str,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Grant:
    """Add a single right to a person, or take it from them, from `starts_on`, today unless given.

    Nobody gives what they lack, or anything to themselves. Raises NotFound, NotAllowed, OwnRights, Invalid.
    """
    person = member_person(actor=actor, person_id=person_id, lock=True)
    _check_right(right, effect)
    if effect == Grant.Effect.ADD:
        _check_may_give(actor, person.id, right)
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why.")]})
    grant = Grant(
        organization_id=actor.organization_id,
        person=person,
        right=right,
        effect=effect,
        starts_on=starts_on or actor.today,
        ends_on=ends_on,
        given_by_id=actor.acting_person_id,
        reason=reason,
    )
    if grant.starts_on < actor.today:
        raise Invalid(fields={"starts_on": [_("Choose today or a later day.")]})
    if ends_on is not None and ends_on <= grant.starts_on:
        raise Invalid(fields={"ends_on": [_("The last day comes before the first.")]})
    same = Grant.objects.filter(organization_id=actor.organization_id, person=person, right=right)
    if same.exclude(ends_on__lte=grant.starts_on).exists():
        raise Invalid(fields={"right": [_("Something is said of this right already. End that first.")]})
    grant.clean_fields(exclude=["organization", "person", "given_by"])
    grant.save(force_insert=True)
    audit(
        actor,
        "accounts.grant.added",
        grant,
        person_id=person.id,
        right=right,
        effect=effect,
        starts_on=grant.starts_on,
        ends_on=ends_on,
    )
    return grant


@mutation
def end_grant(*, actor: Actor, grant_id: UUID) -> Grant:
    """End a single right at once; to end a taking away is to give. Raises NotFound, NotAllowed, OwnRights."""
    grant = grant_of(actor=actor, grant_id=grant_id, lock=True)
    require(actor, may_keep_people, grant)
    if grant.ends_on is not None and grant.ends_on <= actor.today:
        unchanged(actor)
        return grant
    if grant.effect == Grant.Effect.TAKE:
        _check_may_give(actor, grant.person_id, grant.right)
    grant.ends_on = max(actor.today, grant.starts_on)
    grant.save(update_fields=["ends_on"])
    audit(actor, "accounts.grant.ended", grant, person_id=grant.person_id, right=grant.right)
    return grant


def _check_right(right: str, effect: str) -> None:
    if right not in ACTIONS:
        raise Invalid(fields={"right": [_("Choose one of the rights of the list.")]})
    if effect not in Grant.Effect.values:
        raise Invalid(fields={"effect": [_("Say whether it is added or taken away.")]})


def _check_may_give(actor: Actor, person_id: UUID, right: str) -> None:
    if actor.kind is Kind.PERSON and (
        person_id == actor.person_id or not may_in_district(actor, ACTIONS[right])
    ):
        raise OwnRights
