"""What is written down of refused acts."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from core.actor import Actor
from core.errors import NotFound, SpedError
from core.models import AuditEntry
from core.registry import lent
from core.tenant import organization as within


def log_refusal(*, request: HttpRequest, error: SpedError) -> None:
    """Write down a refused act, in a transaction of its own, since the request's was rolled back.

    Asking for a record that does not exist for the actor is one, whether it exists for others or not: both are
    answered and written down alike.
    """
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        return
    route = getattr(request.resolver_match, "view_name", "") or ""
    ids = _ids(request)
    if isinstance(error, NotFound) and not ids:
        return
    values = {name: str(value)[:80] for name, value in error.details.items() if name == "rule"}
    if isinstance(error, NotFound):
        values["code"] = error.code
    with within(actor.organization_id):
        student_id = ids.get("student_id")
        known = student_id and lent("students.student_of")(actor=actor, student_id=student_id)
        AuditEntry.objects.create(
            organization_id=actor.organization_id,
            verb="accounts.act.refused",
            actor_kind=actor.kind.value,
            actor_person_id=actor.acting_person_id,
            actor_name=actor.name[:120],
            record_type="Request",
            record_id=next(reversed(ids.values()), None),
            student_id=known or None,
            values={"route": route, "method": request.method or "", **values},
            request_id=actor.origin.request_id,
            ip=actor.origin.ip or None,
            user_agent=actor.origin.user_agent,
        )


def _ids(request: HttpRequest) -> dict[str, UUID]:
    """The ids in an address: what was asked for."""
    given: dict[str, Any] = getattr(request.resolver_match, "kwargs", None) or {}
    return {name: value for name, value in given.items() if isinstance(value, UUID)}
