"""Bearer tokens of the API."""

from datetime import timedelta
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.actors import new_token, token_digest
from accounts.models import ApiToken
from accounts.rules import may_keep_people
from core.actor import Actor
from core.errors import Invalid
from core.mutation import audit, mutation, require

LONGEST_TOKEN_DAYS = 366


@mutation
def issue_token(*, actor: Actor, person_id: UUID, days: int) -> str:
    """A bearer token of a person for the actor's district, returned once and kept as a hash.

    `days` is how long it holds, 1 to 366. People issue their own; whoever keeps people issues anybody's.
    Raises NotAllowed, Invalid.
    """
    if person_id != actor.acting_person_id:
        require(actor, may_keep_people, actor)
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise Invalid(fields={"days": [_("A token holds for 1 to 366 days.")]})
    text = new_token()
    token = ApiToken.objects.create(
        organization_id=actor.organization_id,
        person_id=person_id,
        digest=token_digest(text),
        hint=text[:8],
        expires_at=now() + timedelta(days=days),
    )
    audit(actor, "accounts.token.issued", token, person_id=person_id, days=days)
    return text
