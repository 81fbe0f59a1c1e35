"""Ending what somebody of the district has open."""

from uuid import UUID

from django.utils.timezone import now

from accounts.models import ApiToken
from accounts.queries.people import member_person
from accounts.sessions import end_sessions
from core.actor import Actor
from core.models import topic
from core.mutation import audit, mutation


@mutation
def sign_out_everywhere(*, actor: Actor, person_id: UUID) -> int:
    """End every session of somebody of the district, and their tokens here; sockets close within seconds (R6).

    A session is not one district's, so theirs end everywhere; tokens of other districts stay. Returns how many
    sessions ended. Raises NotFound, NotAllowed.
    """
    person = member_person(actor=actor, person_id=person_id, lock=True)
    held = ApiToken.objects.filter(organization_id=actor.organization_id, person=person, revoked_at=None)
    revoked = held.update(revoked_at=now())
    ended = end_sessions(person_id=person.id)
    audit(
        actor,
        "accounts.person.signed_out",
        person,
        topics=(*person.topics(), topic("organization", actor.organization_id)),
        sessions=ended,
        tokens=revoked,
    )
    return ended
