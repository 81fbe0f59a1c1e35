"""How a person comes to be something in a district: for mutations, which ask who may and write down why."""

from datetime import date
from uuid import UUID

from allauth.account.models import EmailAddress
from django.utils.translation import gettext_lazy as _

from accounts.actors import districts_of
from accounts.models import Membership, MembershipSchool, Person, School
from accounts.rights import Role
from accounts.sessions import end_with_role
from core.actor import Actor
from core.errors import Invalid
from core.mutation import audit


def person_with(email: str, given_name: str, family_name: str) -> Person:
    """The person of an address, a new one when there is none.

    An account that somebody opened with it, without showing that they read its mail and without a place in any
    district, loses its password (docs/adr/0009).
    """
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


def give_role(
    actor: Actor,
    person: Person,
    role: Role,
    *,
    title: str = "",
    school_ids: tuple[UUID, ...] = (),
    is_district_wide: bool = False,
    starts_on: date | None = None,
) -> Membership:
    """Write a role down; whoever calls has asked who may."""
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
        starts_on=starts_on or actor.today,
    )
    membership.full_clean()
    membership.save()
    MembershipSchool.objects.bulk_create(
        MembershipSchool(organization_id=actor.organization_id, membership=membership, school_id=school_id)
        for school_id in dict.fromkeys(school_ids)
    )
    end_with_role(person_id=person.id, actor_id=actor.acting_person_id)
    audit(actor, "accounts.membership.added", membership, person_id=person.id, role=role.value)
    return membership
