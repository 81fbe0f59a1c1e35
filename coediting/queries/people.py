"""Who is at a text, by name."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership, Person
from accounts.rights import Role
from core.actor import Actor


def names_of(*, actor: Actor, person_ids: Collection[UUID]) -> dict[UUID, str]:
    """The names of the staff among people. Whoever reads a text is told which staff are at it, never of families."""
    staff = Membership.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=actor.today),
        organization_id=actor.organization_id,
        person_id__in=list(person_ids),
        starts_on__lte=actor.today,
    ).exclude(role=Role.PARENT)
    people = Person.objects.filter(id__in=staff.values("person_id"), is_active=True)
    return {person.id: person.name for person in people}
