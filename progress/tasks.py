"""Work on progress that follows news from below."""

from uuid import UUID

from core.actor import Actor
from core.queue import task
from core.tenant import organization
from progress import mutations


@task(name="progress.summarise_iep")
def summarise_iep(*, actor: Actor, record_id: str) -> None:
    """An IEP has come into force: its goals go on with the points of those they continue. Twice changes nothing."""
    with organization(actor.organization_id):
        mutations.summarise_iep(actor=actor, iep_id=UUID(record_id))
