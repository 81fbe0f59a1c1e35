"""Changes to organisations, people and what they hold; and what is written down of refusals."""

from uuid import UUID

from django.http import HttpRequest

from accounts.models import Membership, MembershipSchool, Organization, Person, School
from accounts.rights import Role
from core.actor import Actor
from core.errors import SpedError
from core.models import AuditEntry
from core.mutation import audit, mutation
from core.tenant import organization as within


def log_refusal(*, request: HttpRequest, error: SpedError) -> None:
    """Write down a refused act, in a transaction of its own, since the request's was rolled back."""
    actor = getattr(request, "actor", None)
    if not isinstance(actor, Actor):
        return
    route = getattr(request.resolver_match, "view_name", "") or ""
    with within(actor.organization_id):
        AuditEntry.objects.create(
            organization_id=actor.organization_id,
            verb="accounts.act.refused",
            actor_kind=actor.kind.value,
            actor_person_id=actor.acting_person_id,
            actor_name=actor.name[:120],
            record_type="Request",
            values={"route": route, "method": request.method or "", **error.details},
            request_id=actor.origin.request_id,
            ip=actor.origin.ip or None,
            user_agent=actor.origin.user_agent,
        )


@mutation
def add_school(*, actor: Actor, name: str, code: str) -> School:
    """Add a school to the actor's district. Raises Invalid when the code is taken."""
    school = School(organization_id=actor.organization_id, name=name, code=code)
    school.full_clean()
    school.save()
    audit(actor, "accounts.school.added", school, code=code)
    return school


@mutation
def add_member(
    *,
    actor: Actor,
    person: Person,
    role: Role,
    title: str = "",
    school_ids: tuple[UUID, ...] = (),
    is_district_wide: bool = False,
) -> Membership:
    """Give a person a role in the actor's district. Raises Invalid when the person holds it already."""
    membership = Membership(
        organization_id=actor.organization_id,
        person=person,
        role=role,
        title=title,
        is_district_wide=is_district_wide,
    )
    membership.full_clean()
    membership.save()
    MembershipSchool.objects.bulk_create(
        MembershipSchool(
            organization_id=actor.organization_id,
            membership=membership,
            school_id=school_id,
        )
        for school_id in school_ids
    )
    audit(
        actor,
        "accounts.membership.added",
        membership,
        person_id=person.id,
        role=role.value,
    )
    return membership


def create_organization(*, slug: str, name: str, timezone: str = "America/Los_Angeles") -> Organization:
    """A new district. Not a mutation: there is no organisation yet whose audit could hold it."""
    organization = Organization(slug=slug, name=name, timezone=timezone)
    organization.full_clean()
    organization.save()
    return organization
