"""Who is what in a district."""

from uuid import UUID

from allauth.account.models import EmailAddress
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.actors import districts_of
from accounts.models import ApiToken, Membership, MembershipSchool, Organization, Person, School
from accounts.queries import held_membership, member_person
from accounts.rights import Role
from accounts.rules import may_keep_people
from accounts.sessions import end_with_role
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.models import in_force
from core.mutation import audit, mutation, require, unchanged


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
) -> Membership:
    """Give a person a role in the actor's district, from today. Raises NotAllowed, Invalid when it is held already."""
    require(actor, may_keep_people, person)
    return _join(
        actor, person, Role(role), title=title, school_ids=school_ids, is_district_wide=is_district_wide
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
    person = _person_with(email, given_name, family_name)
    membership = _join(
        actor, person, Role(role), title=title, school_ids=school_ids, is_district_wide=is_district_wide
    )
    audit(actor, "accounts.person.invited", membership, person_id=person.id, role=role)
    return membership


@mutation
def invite_parent(*, actor: Actor, email: str, given_name: str, family_name: str) -> Person:
    """Give somebody the role parent by their e-mail address, and invite them, when they do not hold it already.

    Who may do so is asked by the caller, who knows the child. Raises Invalid.
    """
    person = _person_with(email, given_name, family_name)
    held = Membership.objects.filter(
        in_force(actor.today), organization_id=actor.organization_id, person=person
    )
    if held.filter(role=Role.PARENT).exists():
        unchanged(actor)
        return person
    membership = _join(actor, person, Role.PARENT)
    audit(actor, "accounts.person.invited", membership, person_id=person.id, role=Role.PARENT.value)
    return person


@mutation
def end_membership(*, actor: Actor, membership_id: UUID) -> Membership:
    """End a role at once. Raises NotFound, NotAllowed, LastAdministrator."""
    membership = held_membership(actor=actor, membership_id=membership_id, lock=True)
    if membership.ends_on is not None and membership.ends_on <= actor.today:
        unchanged(actor)
        return membership
    _end(actor, membership)
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
    ended = [_end(actor, membership) for membership in held.order_by("id")]
    if person.is_active and not districts_of(person.id):
        person.is_active = False
        person.save(update_fields=["is_active"])
    elif not ended:
        unchanged(actor)
        return person
    audit(actor, "accounts.person.deactivated", person, topics=_everywhere(actor, person), ended=len(ended))
    return person


def _person_with(email: str, given_name: str, family_name: str) -> Person:
    person = Person.objects.with_email(email).select_for_update(no_key=True).first()
    if person is None:
        person = Person(email=email.lower(), given_name=given_name, family_name=family_name)
        person.set_unusable_password()
        person.full_clean(exclude=["password"])
        person.save()
        return person
    is_verified = EmailAddress.objects.filter(user=person, email__iexact=email, verified=True).exists()
    is_nobody = not districts_of(person.id)
    if not is_verified and is_nobody:
        person.set_unusable_password()
        person.given_name, person.family_name = given_name, family_name
    if is_nobody:
        person.is_active = True
        person.save(update_fields=["password", "given_name", "family_name", "is_active"])
    return person


def _join(
    actor: Actor,
    person: Person,
    role: Role,
    *,
    title: str = "",
    school_ids: tuple[UUID, ...] = (),
    is_district_wide: bool = False,
) -> Membership:
    held = Membership.objects.filter(
        organization_id=actor.organization_id, person=person, role=role, ends_on=None
    )
    if held.exists():
        raise Invalid(fields={"role": [_("This person holds that role here already.")]})
    known = School.objects.filter(organization_id=actor.organization_id, id__in=school_ids)
    if known.count() != len(set(school_ids)):
        raise Invalid(fields={"schools": [_("Choose schools of this district.")]})
    membership = Membership(
        organization_id=actor.organization_id,
        person=person,
        role=role.value,
        title=title,
        is_district_wide=is_district_wide and role is not Role.PARENT,
        starts_on=actor.today,
    )
    membership.full_clean()
    membership.save()
    MembershipSchool.objects.bulk_create(
        MembershipSchool(organization_id=actor.organization_id, membership=membership, school_id=school_id)
        for school_id in dict.fromkeys(school_ids)
    )
    audit(actor, "accounts.membership.added", membership, person_id=person.id, role=role.value)
    end_with_role(person_id=person.id, actor_id=actor.acting_person_id)
    return membership


def _end(actor: Actor, membership: Membership) -> Membership:
    here = Membership.objects.filter(in_force(actor.today), organization_id=actor.organization_id)
    if membership.role == Role.ADMINISTRATOR:
        # Two administrators who end each other's role at once go one after the other.
        Organization.objects.select_for_update(no_key=True).get(id=actor.organization_id)
        others = here.filter(role=Role.ADMINISTRATOR, person__is_active=True).exclude(
            person_id=membership.person_id
        )
        if not others.exists():
            raise LastAdministrator
    membership.ends_on = max(actor.today, membership.starts_on)
    membership.save(update_fields=["ends_on"])
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
