"""Reading how people of a district sign in."""

from dataclasses import dataclass
from datetime import datetime

from accounts.models import IdentityProvider
from accounts.queries.people import settings_of
from core.actor import Actor
from core.models import topic
from core.outbox import topic_version


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """The district's OpenID Connect without its secret, which is never shown again."""

    issuer: str = ""
    client_id: str = ""
    is_active: bool = True
    changed_at: datetime | None = None
    slug: str = ""
    outcome: str = ""
    outcome_words: str = ""
    tested_at: datetime | None = None
    topic: str = ""
    version: str = ""

    @property
    def is_set(self) -> bool:
        """Whether there is one."""
        return self.changed_at is not None


def identity_provider(*, actor: Actor) -> Provider:
    """The district's OpenID Connect. Raises NotAllowed for all but administrators."""
    organization = settings_of(actor=actor)
    shown_by = topic("organization", organization.id)
    version = topic_version(shown_by)
    row = IdentityProvider.objects.filter(organization=organization).defer("client_secret").first()
    if row is None:
        return Provider(slug=organization.slug, topic=shown_by, version=version)
    return Provider(
        issuer=row.issuer,
        client_id=row.client_id,
        is_active=row.is_active,
        changed_at=row.changed_at,
        slug=organization.slug,
        outcome=row.outcome,
        outcome_words=row.get_outcome_display(),
        tested_at=row.tested_at,
        topic=shown_by,
        version=version,
    )
