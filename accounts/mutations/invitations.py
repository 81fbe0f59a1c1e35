"""Invitations: a role kept ready for whoever reads the mail of an address (docs/adr/0013)."""

from datetime import date, timedelta
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.actors import new_secret, token_digest
from accounts.joining import give_role, keep_invitation, person_with
from accounts.models import Invitation, Membership, Person
from accounts.queries.invitations import invitation_for, invitation_of
from accounts.rights import Role
from accounts.rules import may_keep_people
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.mutation import audit, mutation, require, unchanged
from core.registry import lent

HOLDS = timedelta(days=7)


@mutation
def invite_person(
    *,
    actor: Actor,
    email: str,
    role: Role,
    given_name: str = "",
    family_name: str = "",
    title: str = "",
    school_ids: tuple[UUID, ...] = (),
    is_district_wide: bool = False,
    starts_on: date | None = None,
) -> Invitation:
    """Keep a role ready for whoever reads the mail of an address. Nothing is said of whether it has an account.

    Raises NotAllowed, OwnRights, Invalid.
    """
    require(actor, may_keep_people, actor)
    if Role(role) is Role.PARENT:
        raise Invalid(fields={"role": [_("Invite a parent from the page of the student's parents.")]})
    wanted = Invitation(
        email=email.lower(),
        given_name=given_name,
        family_name=family_name,
        role=Role(role).value,
        title=title,
        is_district_wide=is_district_wide,
        starts_on=starts_on or actor.today,
    )
    return keep_invitation(actor, wanted, school_ids)


@mutation
def invite_guardian_of(
    *, actor: Actor, guardian_id: UUID, email: str, given_name: str, family_name: str
) -> Invitation:
    """Keep the role parent ready for a guardian. Who may do so is asked by the caller, who knows the child.

    Asked again while it waits, the same invitation is sent once more. Raises Invalid.
    """
    waiting = Invitation.objects.filter(
        organization_id=actor.organization_id,
        guardian_id=guardian_id,
        email=email.lower(),
        accepted_at=None,
        revoked_at=None,
    ).first()
    if waiting is not None:
        return _send_again(actor, waiting)
    wanted = Invitation(
        email=email.lower(),
        given_name=given_name,
        family_name=family_name,
        role=Role.PARENT.value,
        guardian_id=guardian_id,
        starts_on=actor.today,
    )
    return keep_invitation(actor, wanted, ())


@mutation
def resend_invitation(*, actor: Actor, invitation_id: UUID) -> Invitation:
    """Send an invitation once more, with a new link for 7 more days; the link before it leads nowhere.

    Raises NotFound, NotAllowed, Conflict when it was accepted or withdrawn.
    """
    return _send_again(actor, _waiting(actor, invitation_id))


@mutation
def revoke_invitation(*, actor: Actor, invitation_id: UUID) -> Invitation:
    """Withdraw an invitation. Raises NotFound, NotAllowed, Conflict when it was accepted."""
    found = _waiting(actor, invitation_id)
    found.revoked_at = now()
    found.save(update_fields=["revoked_at"])
    audit(actor, "accounts.invitation.revoked", found, role=found.role)
    return found


@mutation
def make_invitation_link(*, actor: Actor, invitation_id: UUID, holds: timedelta = HOLDS) -> str:
    """A new secret for the link of an invitation, returned once and kept as a hash: for the moment of sending.

    Raises NotFound, Conflict when it was accepted or withdrawn meanwhile.
    """
    found = invitation_of(actor=actor, invitation_id=invitation_id, lock=True)
    if found.accepted_at or found.revoked_at:
        raise Conflict
    secret = new_secret()
    found.digest = token_digest(secret)
    found.sent_at = now()
    found.expires_at = found.sent_at + holds
    found.save(update_fields=["digest", "sent_at", "expires_at"])
    audit(actor, "accounts.invitation.sent", found, sendings=found.sendings)
    return secret


@mutation
def accept_invitation(
    *,
    actor: Actor,
    digest: str,
    signed_in_as: UUID | None = None,
    given_name: str = "",
    family_name: str = "",
    password: str = "",
) -> Person:
    """Give the role of an invitation to whoever has its link: by a new account, or by the account of its address.

    `actor` is the software: who holds the link is nobody yet. Raises NotFound, InvitationUsed, InvitationRevoked,
    InvitationExpired, InvitationForAnother, Invalid.
    """
    found = invitation_for(actor=actor, digest=digest, signed_in_as=signed_in_as, lock=True)
    if signed_in_as is not None:
        _note_that_mail_is_read(Person.objects.get(id=signed_in_as), found.email)
    person = person_with(found.email, given_name or found.given_name, family_name or found.family_name)
    if not person.has_usable_password() and signed_in_as != person.id:
        _set_password(person, password, given_name, family_name)
    _note_that_mail_is_read(person, found.email)
    _take_up(actor, found, person)
    found.accepted_at, found.accepted_by = now(), person
    found.save(update_fields=["accepted_at", "accepted_by"])
    audit(
        actor,
        "accounts.invitation.accepted",
        found,
        topics={*found.topics(), *person.topics()},
        person_id=person.id,
        role=found.role,
    )
    return person


def _waiting(actor: Actor, invitation_id: UUID) -> Invitation:
    found = invitation_of(actor=actor, invitation_id=invitation_id, lock=True)
    require(actor, may_keep_people, found)
    if found.accepted_at or found.revoked_at:
        raise Conflict(_("This invitation was accepted or withdrawn."))
    return found


def _send_again(actor: Actor, found: Invitation) -> Invitation:
    found.sendings += 1
    found.digest, found.sent_at, found.expires_at = "", None, None
    found.save(update_fields=["sendings", "digest", "sent_at", "expires_at"])
    audit(actor, "accounts.invitation.made", found, role=found.role, sendings=found.sendings)
    return found


def _set_password(person: Person, password: str, given_name: str, family_name: str) -> None:
    missing = {
        name: [_("This field is required.")]
        for name, value in (
            ("given_name", given_name),
            ("family_name", family_name),
            ("password", password),
        )
        if not value.strip()
    }
    if missing:
        raise Invalid(fields=missing)
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise Invalid(fields={"password": error.messages}) from error
    person.given_name, person.family_name = given_name, family_name
    person.set_password(password)
    person.full_clean()
    person.save(update_fields=["given_name", "family_name", "password"])


def _note_that_mail_is_read(person: Person, email: str) -> None:
    """Whoever has the link reads the mail of the address."""
    has_primary = EmailAddress.objects.filter(user=person, primary=True).exists()
    row, _is_new = EmailAddress.objects.get_or_create(
        user=person, email=email, defaults={"verified": True, "primary": not has_primary}
    )
    if not row.verified:
        row.verified = True
        row.save(update_fields=["verified"])


def _take_up(actor: Actor, found: Invitation, person: Person) -> None:
    """The role itself, from its first day or today; one that is held already is left as it is."""
    held = Membership.objects.filter(
        organization_id=actor.organization_id, person=person, role=found.role, ends_on=None
    )
    if held.exists():
        unchanged(actor)
    else:
        give_role(
            actor,
            person,
            Role(found.role),
            title=found.title,
            school_ids=tuple(found.school_links.values_list("school_id", flat=True)),
            is_district_wide=found.is_district_wide,
            starts_on=max(found.starts_on, actor.today),
            ends_on=found.ends_on,
        )
    if found.guardian_id is not None:
        lent("students.connect_guardian")(actor=actor, guardian_id=found.guardian_id, person_id=person.id)
