"""What is written down of refused acts."""

from django.http import HttpRequest

from core.actor import Actor
from core.errors import SpedError
from core.models import AuditEntry
from core.tenant import organization as within


def log_refusal(*, request: HttpRequest, error: SpedError) -> None:
    """Write down a refused act, in a transaction of its own, since the request's was rolled back."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        return
    route = getattr(request.resolver_match, "view_name", "") or ""
    values = {name: str(value)[:80] for name, value in error.details.items() if name == "rule"}
    with within(actor.organization_id):
        AuditEntry.objects.create(
            organization_id=actor.organization_id,
            verb="accounts.act.refused",
            actor_kind=actor.kind.value,
            actor_person_id=actor.acting_person_id,
            actor_name=actor.name[:120],
            record_type="Request",
            values={"route": route, "method": request.method or "", **values},
            request_id=actor.origin.request_id,
            ip=actor.origin.ip or None,
            user_agent=actor.origin.user_agent,
        )
