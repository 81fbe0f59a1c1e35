"""What follows from changes elsewhere. A second run of each only tells again."""

from uuid import UUID

from core.actor import Actor
from core.queue import task
from core.tenant import organization
from students import mutations


@task(name="students.tell_of_school")
def tell_of_school(*, actor: Actor, record_id: str) -> None:
    """Tell the pages of a school's students that it was renamed, closed or opened."""
    with organization(actor.organization_id):
        mutations.tell_of_school(actor=actor, school_id=UUID(record_id))
