"""The check of a district's chain, outside the request that asked for it."""

from uuid import UUID

from django.utils.timezone import now

from audit import mutations, queries
from core.actor import Actor
from core.chain import verify
from core.queue import task
from core.tenant import organization


@task(name=mutations.TASK)
def verify_chain(*, actor: Actor, check_id: str) -> None:
    """Read the whole chain and keep what was found. A second run changes nothing."""
    with organization(actor.organization_id):
        if queries.check(actor=actor, check_id=UUID(str(check_id))).finished_at is not None:
            return
    verdict = verify(actor.organization_id)
    with organization(actor.organization_id):
        mutations.finish_check(actor=actor, check_id=UUID(str(check_id)), verdict=verdict, now=now())
