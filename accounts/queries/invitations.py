"""Reading invitations: those of a district, and the one that a link leads to."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db.models import Prefetch, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.actors import districts_of, token_digest
from accounts.models import Invitation, InvitationSchool, Organization, Person
from accounts.rights import Role
from accounts.rules import may_keep_people
from core.actor import Actor
from core.errors import Conflict, NotFound, SpedError
from core.mutation import require

MOST_SHOWN = 200


class InvitationGone(SpedError):
    """A link that led somewhere and does no more."""

    status = 410


class InvitationUsed(InvitationGone):
    """The link was used."""

    code = "invitation_used"
    message = _("This invitation was accepted already. Sign in as usual.")


class InvitationRevoked(InvitationGone):
    """The district withdrew the invitation."""

    code = "invitation_revoked"
    message = _("The district has withdrawn this invitation.")


class InvitationExpired(InvitationGone):
    """The link is older than it may be."""

    code = "invitation_expired"
    message = _("This invitation has expired. Ask the district to send it again.")


class InvitationForAnother(Conflict):
    """Somebody else is signed in."""

    code = "invitation_for_another"
    message = _("This invitation is for another e-mail address than the one you are signed in with.")


class State(StrEnum):
    """How far an invitation came."""

    OPEN = "open"
    EXPIRED = "expired"
    ACCEPTED = "accepted"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationRow:
    """One invitation, as administrators see it. It never says whether the address has an account elsewhere."""

    id: UUID
    email: str
    name: str
    given_name: str
    family_name: str
    role: str
    role_label: str
    title: str
    school_ids: tuple[UUID, ...]
    schools: tuple[str, ...]
    is_district_wide: bool
    starts_on: date
    state: State
    sendings: int
    created_at: datetime
    sent_at: datetime | None
    expires_at: datetime | None
    invited_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Welcome:
    """What the holder of a link is asked."""

    district: str
    slug: str
    email: str
    given_name: str
    family_name: str
    role_label: str
    must_choose_password: bool


def invitation_of(*, actor: Actor, invitation_id: UUID, lock: bool = False) -> Invitation:
    """One invitation of the district. Raises NotFound."""
    rows = Invitation.objects.select_for_update(of=("self",)) if lock else Invitation.objects.all()
    found = rows.filter(organization_id=actor.organization_id, id=invitation_id).first()
    if found is None:
        raise NotFound
    return found


def waiting_for(*, actor: Actor, email: str, role: Role) -> QuerySet[Invitation]:
    """The invitations of an address to a role that were neither accepted nor withdrawn."""
    return Invitation.objects.filter(
        organization_id=actor.organization_id,
        email=email.lower(),
        role=role.value,
        accepted_at=None,
        revoked_at=None,
    )


def invitation_rows(*, actor: Actor) -> QuerySet[Invitation]:
    """The invitations of the district. Raises NotAllowed for all but administrators."""
    require(actor, may_keep_people, actor)
    links = InvitationSchool.objects.select_related("school").order_by("school__name")
    rows = Invitation.objects.filter(organization_id=actor.organization_id)
    return rows.select_related("invited_by").prefetch_related(Prefetch("school_links", links))


def invitations(*, actor: Actor, state: str = "") -> tuple[InvitationRow, ...]:
    """The newest invitations of the district, all or those of one state. Raises NotAllowed."""
    rows = (
        invitation_row(actor=actor, found=found)
        for found in invitation_rows(actor=actor).order_by("-created_at", "-id")[:MOST_SHOWN]
    )
    return tuple(row for row in rows if not state or row.state == state)


def invitation(*, actor: Actor, invitation_id: UUID) -> InvitationRow:
    """One invitation of the district. Raises NotFound, NotAllowed."""
    found = invitation_rows(actor=actor).filter(id=invitation_id).first()
    if found is None:
        raise NotFound
    return invitation_row(actor=actor, found=found)


def invitation_row(*, actor: Actor, found: Invitation) -> InvitationRow:
    """A row as administrators see it. Raises NotAllowed."""
    require(actor, may_keep_people, found)
    links = list(found.school_links.all())
    return InvitationRow(
        id=found.id,
        email=found.email,
        name=f"{found.given_name} {found.family_name}".strip(),
        given_name=found.given_name,
        family_name=found.family_name,
        role=found.role,
        role_label=str(Role(found.role).label),
        title=found.title,
        school_ids=tuple(link.school_id for link in links),
        schools=tuple(link.school.name for link in links),
        is_district_wide=found.is_district_wide,
        starts_on=found.starts_on,
        state=_state(found),
        sendings=found.sendings,
        created_at=found.created_at,
        sent_at=found.sent_at,
        expires_at=found.expires_at,
        invited_by=found.invited_by.name if found.invited_by else "",
    )


def digest_of_link(*, actor: Actor, secret: str) -> str:
    """What names an invitation whose link still leads somewhere, for the session of who opened it.

    Raises NotFound, InvitationUsed, InvitationRevoked, InvitationExpired.
    """
    return _open(Invitation.objects.all(), actor, token_digest(secret)).digest


def invitation_for(*, actor: Actor, digest: str, signed_in_as: UUID | None, lock: bool = False) -> Invitation:
    """The invitation that somebody opened by its link.

    Raises NotFound, InvitationUsed, InvitationRevoked, InvitationExpired, InvitationForAnother.
    """
    rows = Invitation.objects.select_for_update(of=("self",)) if lock else Invitation.objects.all()
    found = _open(rows, actor, digest)
    if signed_in_as is not None and _person_of(found.email) != signed_in_as:
        raise InvitationForAnother
    return found


def welcome(*, actor: Actor, digest: str, signed_in_as: UUID | None) -> Welcome:
    """What the holder of a link is asked. Raises as `invitation_for`."""
    found = invitation_for(actor=actor, digest=digest, signed_in_as=signed_in_as)
    district = Organization.objects.get(id=actor.organization_id)
    return Welcome(
        district=district.name,
        slug=district.slug,
        email=found.email,
        given_name=found.given_name,
        family_name=found.family_name,
        role_label=str(Role(found.role).label),
        must_choose_password=signed_in_as is None and not _has_account(found.email),
    )


def _open(rows: QuerySet[Invitation], actor: Actor, digest: str) -> Invitation:
    found = rows.filter(organization_id=actor.organization_id, digest=digest).first() if digest else None
    if found is None:
        raise NotFound
    gone = {
        State.ACCEPTED: InvitationUsed,
        State.REVOKED: InvitationRevoked,
        State.EXPIRED: InvitationExpired,
    }
    if (state := _state(found)) in gone:
        raise gone[state]
    if found.ends_on is not None and found.ends_on <= actor.today:
        raise InvitationExpired
    return found


def _state(found: Invitation) -> State:
    if found.accepted_at:
        return State.ACCEPTED
    if found.revoked_at:
        return State.REVOKED
    return State.EXPIRED if found.expires_at and found.expires_at <= now() else State.OPEN


def _person_of(email: str) -> UUID | None:
    return Person.objects.with_email(email).values_list("id", flat=True).first()


def _has_account(email: str) -> bool:
    """Whether the address belongs to an account that keeps its password: see `accounts.mutations.people`."""
    person = Person.objects.with_email(email).first()
    if person is None or not person.has_usable_password():
        return False
    is_verified = EmailAddress.objects.filter(user=person, email__iexact=email, verified=True).exists()
    return is_verified or bool(districts_of(person.id))
