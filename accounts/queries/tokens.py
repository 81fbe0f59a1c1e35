"""Reading tokens of the API. The token itself is kept nowhere."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.timezone import now

from accounts.actors import token_digest
from accounts.models import ApiToken
from accounts.rules import may_end_token, may_keep_people
from core.actor import Actor
from core.errors import NotFound
from core.mutation import require


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRow:
    """One token as a list shows it."""

    id: UUID
    name: str
    hint: str
    person_id: UUID
    person_name: str
    is_program: bool
    is_read_only: bool
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    is_live: bool


def token_of(*, actor: Actor, token_id: UUID, lock: bool = False) -> ApiToken:
    """One token that is the actor's, or for administrators anybody's in the district. Raises NotFound."""
    rows = ApiToken.objects.select_for_update(of=("self",)) if lock else ApiToken.objects.all()
    found = rows.select_related("person").filter(organization_id=actor.organization_id, id=token_id).first()
    if found is None or not may_end_token(actor, found):
        raise NotFound
    return found


def token_of_text(*, actor: Actor, text: str) -> TokenRow:
    """The row of a token that was made just now. Raises NotFound."""
    found = ApiToken.objects.filter(organization_id=actor.organization_id, digest=token_digest(text)).first()
    if found is None:
        raise NotFound
    return token_row(actor=actor, found=found)


def token_rows(*, actor: Actor, is_everybodys: bool = False) -> QuerySet[ApiToken]:
    """The actor's tokens here, or with `is_everybodys` all of the district. Raises NotAllowed."""
    rows = ApiToken.objects.filter(organization_id=actor.organization_id).select_related("person")
    if is_everybodys:
        require(actor, may_keep_people, actor)
        return rows
    return rows.filter(person_id=actor.person_id)


def token_row(*, actor: Actor, found: ApiToken) -> TokenRow:
    """A row as a list shows it. Raises NotAllowed."""
    require(actor, may_end_token, found)
    return TokenRow(
        id=found.id,
        name=found.name,
        hint=found.hint,
        person_id=found.person_id,
        person_name=found.person.name,
        is_program=found.person.is_program,
        is_read_only=found.is_read_only,
        created_at=found.created_at,
        expires_at=found.expires_at,
        last_used_at=found.last_used_at,
        revoked_at=found.revoked_at,
        is_live=found.revoked_at is None and found.expires_at > now(),
    )


def tokens(*, actor: Actor, is_everybodys: bool = False) -> tuple[TokenRow, ...]:
    """The newest 200 tokens, those that work first. Raises NotAllowed."""
    rows = token_rows(actor=actor, is_everybodys=is_everybodys).order_by("-created_at", "-id")[:200]
    found = [token_row(actor=actor, found=row) for row in rows]
    return tuple(sorted(found, key=lambda row: not row.is_live))
