"""Who must have a second factor, and who has one (R2)."""

from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organization, Person
from accounts.rights import Role
from core.actor import Actor
from core.errors import SpedError
from core.tenant import organization as within

NEEDED_BY = frozenset({Role.ADMINISTRATOR.value, Role.COORDINATOR.value, Role.FINANCE.value})
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
PAGE = "/accounts/security/?needed=1"


class MfaRequired(SpedError):
    """A role of this person asks for a second factor, and there is none yet."""

    code = "mfa_required"
    status = 403
    message = _("Your role needs a second step at sign-in. Set up an authenticator app or a passkey first.")


def must_have_factor(person_id: UUID) -> bool:
    """Whether a role of this person, in any district but a demonstration, asks for a second factor."""
    with within(None, person_id=person_id):
        held = Membership.objects.filter(
            person_id=person_id,
            role__in=NEEDED_BY,
            organization__is_active=True,
            organization__is_demonstration=False,
        )
        return any(
            row.ends_on is None or row.ends_on > row.organization.local_date()
            for row in held.select_related("organization")
        )


def has_factor(person_id: UUID) -> bool:
    """Whether a person has an authenticator app or a passkey."""
    return bool(Authenticator.objects.filter(user_id=person_id, type__in=FACTORS).exists())


def lacks_factor(request: HttpRequest, actor: Actor, organization: Organization) -> bool:
    """Whether whoever has this session must set up a second factor before a page of a district opens.

    The session remembers what is settled: a change of role or of a factor ends it, or makes it look again.
    """
    here = not organization.is_demonstration and bool(NEEDED_BY & set(actor.roles))
    if not (here or request.session.get("needs_factor")) or request.session.get("has_factor"):
        return False
    if has_factor(actor.person_id):
        request.session["has_factor"] = True
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """By what a person can sign in."""

    has_password: bool
    has_app: bool
    passkeys: int
    codes_left: int | None
    accounts: tuple[str, ...]
    must_have_factor: bool

    @property
    def has_factor(self) -> bool:
        """Whether there is a second step."""
        return self.has_app or self.passkeys > 0


def own_ways(person_id: UUID) -> Ways:
    """By what a person can sign in, for their own page."""
    rows = list(Authenticator.objects.filter(user_id=person_id))
    kinds = [row.type for row in rows]
    codes = [row for row in rows if row.type == Authenticator.Type.RECOVERY_CODES]
    return Ways(
        has_password=Person.objects.get(id=person_id).has_usable_password(),
        has_app=Authenticator.Type.TOTP in kinds,
        passkeys=kinds.count(Authenticator.Type.WEBAUTHN),
        codes_left=len(codes[0].wrap().get_unused_codes()) if codes else None,
        accounts=tuple(SocialAccount.objects.filter(user_id=person_id).values_list("provider", flat=True)),
        must_have_factor=must_have_factor(person_id),
    )
