"""How a person comes to be something in a district: for mutations, which ask who may and write down why."""

from datetime import date
from uuid import UUID

from allauth.account.models import EmailAddress
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.actors import districts_of
from accounts.models import (
    Invitation,
    InvitationSchool,
    Membership,
    MembershipSchool,
    Organization,
    Person,
    School,
)
from accounts.queries.invitations import waiting_for
from accounts.rights import Role
from accounts.rules import OwnRights
from accounts.sessions import end_with_role
from core.actor import Actor
from core.errors import Invalid
from core.models import in_force
from core.mutation import audit

UNSAID = (  # of an invitation, by whoever invites
    "organization",
    "invited_by",
    "accepted_by",
    "guardian_id",
    "ends_on",
    "sent_at",
    "expires_at",
    "accepted_at",
    "revoked_at",
)


def link_to_join(slug: str, secret: str) -> str:
    """The address that leads whoever holds a secret to the role that waits for them."""
    return f"{settings.PUBLIC_URL}/join/{slug}/{secret}/"


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
    ends_on: date | None = None,
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
        ends_on=ends_on,
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


def keep_invitation(actor: Actor, wanted: Invitation, school_ids: tuple[UUID, ...] = ()) -> Invitation:
    """Save a new invitation, unless it would say what is said already; whoever calls has asked who may.

    Raises Invalid, OwnRights.
    """
    wanted.organization_id, wanted.invited_by_id = actor.organization_id, actor.acting_person_id
    # Two who invite one address at once go one after the other.
    Organization.objects.select_for_update(no_key=True).get(id=actor.organization_id)
    _check_is_news(actor, wanted)
    known = School.objects.filter(organization_id=actor.organization_id, id__in=school_ids)
    if known.count() != len(set(school_ids)):
        raise Invalid(fields={"schools": [_("Choose schools of this district.")]})
    wanted.clean_fields(exclude=UNSAID)
    wanted.save(force_insert=True)
    InvitationSchool.objects.bulk_create(
        InvitationSchool(organization_id=actor.organization_id, invitation=wanted, school_id=school_id)
        for school_id in dict.fromkeys(school_ids)
    )
    audit(actor, "accounts.invitation.made", wanted, role=wanted.role, starts_on=wanted.starts_on)
    return wanted


def _check_is_news(actor: Actor, wanted: Invitation) -> None:
    person = Person.objects.with_email(wanted.email).first()
    if person is not None and person.id == actor.acting_person_id:
        raise OwnRights
    here = {"organization_id": actor.organization_id, "role": wanted.role}
    if wanted.guardian_id is None:
        held = Membership.objects.filter(in_force(actor.today), person=person, **here)
        if person is not None and held.exists():
            raise Invalid(fields={"role": [_("This person holds that role here already.")]})
        if waiting_for(actor=actor, email=wanted.email, role=Role(wanted.role)).exists():
            raise Invalid(
                fields={"email": [_("This address is invited to that role. Send it again instead.")]}
            )
