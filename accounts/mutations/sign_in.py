"""By which provider people of a district sign in."""

from uuid import UUID

from django.utils.crypto import constant_time_compare
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models import IdentityProvider
from accounts.queries import settings_of
from core.actor import Actor
from core.errors import Invalid, NotFound
from core.mutation import audit, mutation, unchanged
from core.queue import enqueue

TEST = "accounts.test_provider"


@mutation
def set_identity_provider(
    *, actor: Actor, issuer: str, client_id: str, client_secret: str = "", is_active: bool = True
) -> IdentityProvider:
    """Say by which OpenID Connect the district's people sign in; an empty secret keeps the one there is.

    Raises NotAllowed, Invalid.
    """
    organization = settings_of(actor=actor, lock=True)
    found = IdentityProvider.objects.filter(organization=organization).first()
    if found is None and not client_secret:
        raise Invalid(fields={"client_secret": [_("Enter the secret that your provider gave you.")]})
    provider = found or IdentityProvider(organization=organization, client_secret=client_secret)
    wanted = {"issuer": issuer.rstrip("/"), "client_id": client_id, "is_active": is_active}
    if found is not None and found.issuer != wanted["issuer"] and not client_secret:
        # Otherwise the secret that is kept would be sent to whatever address is entered here.
        raise Invalid(fields={"client_secret": [_("Another issuer has another secret. Enter it too.")]})
    changed = [name for name, value in wanted.items() if found is None or getattr(found, name) != value]
    if client_secret and (found is None or not constant_time_compare(found.client_secret, client_secret)):
        changed.append("client_secret")
        wanted["client_secret"] = client_secret
    if not changed:
        unchanged(actor)
        return provider
    for name in changed:
        setattr(provider, name, wanted[name])
    provider.changed_at = now()
    provider.outcome, provider.tested_at = "", None
    provider.full_clean(exclude=["client_secret"])
    provider.save()
    audit(actor, "accounts.provider.changed", provider, fields=changed)
    return provider


@mutation
def remove_identity_provider(*, actor: Actor) -> None:
    """No longer let people sign in by the district's OpenID Connect. Raises NotAllowed."""
    organization = settings_of(actor=actor, lock=True)
    found = IdentityProvider.objects.filter(organization=organization).first()
    if found is None:
        unchanged(actor)
        return
    audit(actor, "accounts.provider.removed", found)
    found.delete()


@mutation
def request_provider_test(*, actor: Actor) -> IdentityProvider:
    """Have the provider asked, outside any request, whether it is what was set. Raises NotAllowed, NotFound."""
    organization = settings_of(actor=actor, lock=True)
    found = IdentityProvider.objects.filter(organization=organization).first()
    if found is None:
        raise NotFound
    found.outcome, found.tested_at = IdentityProvider.Outcome.WAITING, now()
    found.save(update_fields=["outcome", "tested_at"])
    enqueue(TEST, actor=actor, record_id=found.id)
    audit(actor, "accounts.provider.test_asked", found)
    return found


@mutation
def note_provider_test(*, actor: Actor, provider_id: UUID, issuer: str, outcome: str) -> None:
    """Keep what came of asking an issuer, unless another one was set meanwhile. Raises NotAllowed."""
    organization = settings_of(actor=actor, lock=True)
    rows = IdentityProvider.objects.filter(organization=organization, id=provider_id, issuer=issuer)
    found = rows.exclude(tested_at=None).first()
    if found is None or found.outcome == outcome:
        unchanged(actor)
        return
    found.outcome, found.tested_at = IdentityProvider.Outcome(outcome), now()
    found.save(update_fields=["outcome", "tested_at"])
    audit(actor, "accounts.provider.tested", found, outcome=found.outcome)
