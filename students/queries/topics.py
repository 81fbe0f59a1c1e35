"""Which news may change the lists of students that somebody has open."""

from uuid import UUID

from accounts.rights import Relation, relations_that_see
from core.actor import Actor

MOST_TOPICS = 40  # of one list; a page watches 50


def list_topics(*, actor: Actor) -> list[str]:
    """The topics whose news may change what the actor's lists show, of those that the actor may watch."""
    return [f"caseload.{actor.person_id}", f"person.{actor.person_id}", *district_topics(actor=actor)]


def district_topics(*, actor: Actor) -> list[str]:
    """Those of them that tell of the whole district, or of the schools of the actor's roles."""
    schools: set[UUID] = set()
    for scope in actor.scopes:
        relations = relations_that_see([scope.role])
        if Relation.DISTRICT in relations and scope.is_district_wide:
            return [f"organization.{actor.organization_id}"]
        if Relation.SCHOOL in relations:
            schools |= scope.school_ids
    return [f"school.{school}" for school in sorted(schools, key=str)[:MOST_TOPICS]]
