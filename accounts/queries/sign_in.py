"""Reading how people of a district sign in."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import IdentityProvider
from accounts.queries.people import settings_of
from core.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The district's OpenID Connect without its secret, which is never shown again."""

    issuer: str = ""
    client_id: str = ""
    is_active: bool = True
    changed_at: datetime | None = None
    slug: str = ""

    @property
    def is_set(self) -> bool:
        """Whether there is one."""
        return self.changed_at is not None


def identity_provider(*, actor: Actor) -> Provider:
    """The district's OpenID Connect. Raises NotAllowed for all but administrators."""
    organization = settings_of(actor=actor)
    row = IdentityProvider.objects.filter(organization=organization).defer("client_secret").first()
    if row is None:
        return Provider(slug=organization.slug)
    return Provider(
        issuer=row.issuer,
        client_id=row.client_id,
        is_active=row.is_active,
        changed_at=row.changed_at,
        slug=organization.slug,
    )
