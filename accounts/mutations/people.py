"""Who is what in a district."""

from datetime import date
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.actors import districts_of
from accounts.joining import give_role, person_with
from accounts.models import ApiToken, Membership, Organization, Person
from accounts.queries import held_membership, member_person
from accounts.rights import Role
from accounts.rules import OwnRights, may_keep_people
from accounts.sessions import end_with_role
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.models import in_force
from core.mutation import audit, mutation, require, unchanged
from core.registry import lent


class LastAdministrator(Conflict):
    """A district always has somebody who may keep its people."""

    code = "last_administrator"
    message = _("This is the district's last administrator. Make somebody else an administrator first.")


@mutation
def add_member(
    *,
    actor: Actor,
    person: Person,
    role: Role,
    title: str = "",
    school_ids: tuple[UUID, ...] = (),
    is_district_wide: bool = False,
    starts_on: date | None = None,
) -> Membership:
    """Give a person a role in the actor's district, from `starts_on`, today unless given; never to oneself.

    Raises NotAllowed, OwnRights, Invalid when it is held already or began before today.
    """
    require(actor, may_keep_people, person)
    if person.id == actor.acting_person_id:
        raise OwnRights
    if starts_on is not None and starts_on < actor.today:
        raise Invalid(fields={"starts_on": [_("Choose today or a later day.")]})
    return give_role(
        actor,
        person,
        Role(role),
        title=title,
        school_ids=school_ids,
        is_district_wide=is_district_wide,
        starts_on=starts_on,
    )


@mutation
def add_person(
    *,
    actor: Actor,
    email: str,
    role: Role,
    given_name: str = "",
    family_name: str = "",
    title: str = "",
    school_ids: tuple[UUID, ...] = (),
    is_district_wide: bool = False,
) -> Membership:
    """Give somebody a role by their e-mail address and invite them. Raises NotAllowed, Invalid.

    The address proves who they are: an account that somebody opened with it, without showing that they read its mail
    and without a place in any district, loses its password (docs/adr/0009).
    """
    require(actor, may_keep_people, actor)
    person = person_with(email, given_name, family_name)
    membership = give_role(
        actor, person, Role(role), title=title, school_ids=school_ids, is_district_wide=is_district_wide
    )
    audit(actor, "accounts.person.invited", membership, person_id=person.id, role=role)
    return membership


@mutation
def end_membership(*, actor: Actor, membership_id: UUID, ends_on: date | None = None) -> Membership:
    """End a role the moment `ends_on` begins, today unless given.

    Raises NotFound, NotAllowed, LastAdministrator, Invalid.
    """
    membership = held_membership(actor=actor, membership_id=membership_id, lock=True)
    day = ends_on or actor.today
    if membership.ends_on is not None and membership.ends_on <= max(day, membership.starts_on):
        unchanged(actor)
        return membership
    if day < actor.today:
        raise Invalid(fields={"ends_on": [_("Choose today or a later day.")]})
    _end(actor, membership, day)
    return membership


@mutation
def deactivate_person(*, actor: Actor, person_id: UUID) -> Person:
    """End everything a person is in this district; who is nothing elsewhere can no longer sign in.

    Raises NotFound, NotAllowed, LastAdministrator.
    """
    person = member_person(actor=actor, person_id=person_id, lock=True)
    held = Membership.objects.select_for_update(of=("self",)).filter(
        in_force(actor.today), organization_id=actor.organization_id, person=person
    )
    ended = [_end(actor, membership, actor.today) for membership in held.order_by("id")]
    if person.is_active and not districts_of(person.id):
        person.is_active = False
        person.save(update_fields=["is_active"])
    elif not ended:
        unchanged(actor)
        return person
    audit(actor, "accounts.person.deactivated", person, topics=_everywhere(actor, person), ended=len(ended))
    return person


def _end(actor: Actor, membership: Membership, day: date) -> Membership:
    here = Membership.objects.filter(in_force(actor.today), organization_id=actor.organization_id)
    if membership.role == Role.ADMINISTRATOR:
        # Two administrators who end each other's role at once go one after the other.
        Organization.objects.select_for_update(no_key=True).get(id=actor.organization_id)
        others = here.filter(
            in_force(day), role=Role.ADMINISTRATOR, person__is_active=True, person__is_program=False
        ).exclude(person_id=membership.person_id)
        if not others.exists():
            raise LastAdministrator
    membership.ends_on = max(day, membership.starts_on)
    membership.save(update_fields=["ends_on"])
    if not here.filter(in_force(membership.ends_on), person_id=membership.person_id).exists():
        lent("students.end_parts_of")(actor=actor, person_id=membership.person_id, day=membership.ends_on)
    if day <= actor.today:
        _revoke_tokens(actor, membership.person_id)
        end_with_role(person_id=membership.person_id, actor_id=actor.acting_person_id)
    audit(
        actor, "accounts.membership.ended", membership, person_id=membership.person_id, role=membership.role
    )
    return membership


def _revoke_tokens(actor: Actor, person_id: UUID) -> None:
    tokens = ApiToken.objects.filter(
        organization_id=actor.organization_id, person_id=person_id, revoked_at=None
    )
    tokens.update(revoked_at=now())


def _everywhere(actor: Actor, person: Person) -> tuple[str, ...]:
    return (*person.topics(), f"organization.{actor.organization_id}")
