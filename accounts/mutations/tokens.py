"""Bearer tokens of the API: people's own, and those of other programs."""

from datetime import timedelta
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.actors import new_token, token_digest
from accounts.joining import give_role
from accounts.models import ApiToken, Person
from accounts.queries.tokens import token_of
from accounts.rights import Role
from accounts.rules import may_keep_people
from core.actor import Actor
from core.errors import Invalid
from core.ids import uuid7
from core.mutation import audit, mutation, require, unchanged

LONGEST_TOKEN_DAYS = 366
FOR_PROGRAMS = frozenset({Role.VIEWER, Role.COORDINATOR, Role.FINANCE, Role.ADMINISTRATOR})


@mutation
def issue_token(
    *, actor: Actor, person_id: UUID, days: int, name: str = "", is_read_only: bool = False
) -> str:
    """A bearer token of a person for the actor's district, returned once and kept as a hash.

    `days` is how long it holds, 1 to 366. People issue their own; whoever keeps people issues anybody's.
    Raises NotAllowed, Invalid.
    """
    if person_id != actor.acting_person_id:
        require(actor, may_keep_people, actor)
    return _issue(actor, person_id, days, name, is_read_only)


@mutation
def issue_program_token(*, actor: Actor, name: str, role: Role, days: int, is_read_only: bool = True) -> str:
    """A token for another program, which stands in the district as somebody of its own, with a role.

    It never signs in, is on no team, and ends like a person's role. Raises NotAllowed, Invalid.
    """
    require(actor, may_keep_people, actor)
    if not name.strip():
        raise Invalid(fields={"name": [_("Name the program.")]})
    if Role(role) not in FOR_PROGRAMS:
        raise Invalid(fields={"role": [_("Programs are administrators, coordinators, finance or viewers.")]})
    program = Person(email=f"program-{uuid7()}@invalid.invalid", family_name=name[:80], is_program=True)
    program.set_unusable_password()
    program.full_clean(exclude=["password"])
    program.save(force_insert=True)
    give_role(actor, program, Role(role), is_district_wide=True)
    return _issue(actor, program.id, days, name, is_read_only)


@mutation
def revoke_token(*, actor: Actor, token_id: UUID) -> ApiToken:
    """End a token at once. People end their own; whoever keeps people ends anybody's. Raises NotFound."""
    token = token_of(actor=actor, token_id=token_id, lock=True)
    if token.revoked_at is not None:
        unchanged(actor)
        return token
    token.revoked_at = now()
    token.save(update_fields=["revoked_at"])
    audit(actor, "accounts.token.revoked", token, person_id=token.person_id)
    return token


def _issue(actor: Actor, person_id: UUID, days: int, name: str, is_read_only: bool) -> str:
    if not 1 <= days <= LONGEST_TOKEN_DAYS:
        raise Invalid(fields={"days": [_("A token holds for 1 to 366 days.")]})
    text = new_token()
    token = ApiToken(
        organization_id=actor.organization_id,
        person_id=person_id,
        digest=token_digest(text),
        hint=text[:8],
        name=name,
        is_read_only=is_read_only,
        expires_at=now() + timedelta(days=days),
    )
    token.clean_fields(exclude=["organization", "person", "last_used_at", "revoked_at"])
    token.save(force_insert=True)
    audit(actor, "accounts.token.issued", token, person_id=person_id, days=days, is_read_only=is_read_only)
    return text
