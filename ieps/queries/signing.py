"""Signatures under an IEP, the agreement to an amendment, and what keeps it from taking effect."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.rights import Action, Group
from core.actor import Actor, Kind
from core.errors import NotAllowed, NotFound
from core.idea import AMENDMENT_AGREED, AMENDMENT_BY_TEAM
from documents.models import Signature
from documents.papers import SignatureView, signature_views
from ieps.models import Amendment, Iep
from ieps.queries.programs import visible_iep
from ieps.queries.shown import Blocker
from ieps.rules import reviews
from ieps.signed import KIND, subject_of
from students.models import Guardian, may_be_shared
from students.rules import access

SIGNABLE = (Iep.Status.IN_REVIEW, Iep.Status.APPROVED, Iep.Status.ACTIVE)


@dataclass(frozen=True, slots=True, kw_only=True)
class AmendmentView:
    """What an amendment is based on, why, and how it is decided."""

    base_id: UUID
    base_number: int
    reason: str
    way: str
    way_label: str | Promise
    met_on: date | None
    copy_asked_on: date | None
    copy_given_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningPanel:
    """Who signed an IEP and what may be done now. `digest` is the SHA-256 of the text as it is."""

    iep_id: UUID
    student_id: UUID
    student_name: str
    status: str
    digest: str
    signatures: tuple[SignatureView, ...]
    amendment: AmendmentView | None
    guardians: tuple[tuple[str, str], ...]
    person_id: UUID | None
    signer_name: str
    may_sign: bool
    may_record_paper: bool
    may_write: bool
    may_plan: bool
    may_amend: bool
    may_record_copy: bool
    open_id: UUID | None

    def may_take_back(self, row: SignatureView) -> bool:
        """Whether the actor may take a signature back: one's own, or a parent's that stands on paper."""
        if row.withdrawn_on is not None or row.meaning == Signature.Meaning.APPROVES or not self.may_sign:
            return False
        return self.may_record_paper if row.guardian_id else row.person_id == self.person_id

    @property
    def takeable(self) -> frozenset[UUID]:
        """The signatures that the actor may take back."""
        return frozenset(row.signature_id for row in self.signatures if self.may_take_back(row))

    @property
    def holding(self) -> tuple[SignatureView, ...]:
        """Signatures under the text as it is now that were not taken back."""
        return tuple(row for row in self.signatures if row.holds)

    @property
    def past(self) -> tuple[SignatureView, ...]:
        """Signatures under an earlier text, and those that were taken back."""
        return tuple(row for row in self.signatures if not row.holds)


def signatures_of(*, actor: Actor, iep: Iep, digest: str) -> tuple[SignatureView, ...]:
    """Every signature under an IEP, oldest first; who sees only the shared IEP sees those under this text."""
    rows = Signature.objects.filter(
        organization_id=actor.organization_id, subject_kind=KIND, subject_id=iep.id
    )
    found = signature_views(rows.order_by("signed_at", "id"), digest=digest)
    if access(actor, iep.student).sees(Group.IEP):
        return found
    return tuple(row for row in found if row.holds)


def signing_panel(
    *, actor: Actor, iep_id: UUID, digest: str = "", is_to_be_signed: bool = True
) -> SigningPanel:
    """The signatures of an IEP and what the actor may do about them. Raises NotFound.

    `digest` is the fingerprint of the text where it is known already. Where nobody has signed and nobody is about to,
    it is left empty: it takes the whole text to know it.
    """
    iep = visible_iep(actor=actor, iep_id=iep_id)
    known = access(actor, iep.student)
    rows = Signature.objects.filter(
        organization_id=actor.organization_id, subject_kind=KIND, subject_id=iep.id
    )
    if not digest and (is_to_be_signed or rows.exists()):
        digest = subject_of(actor=actor, iep=iep).digest
    opened = iep.student.ieps.filter(status__in=Iep.OPEN).values_list("id", flat=True).first()
    may_approve = known.may(Action.APPROVE, Group.IEP)
    is_signable = iep.status in SIGNABLE and iep.student.archived_at is None
    may_write = known.may(Action.WRITE, Group.IEP) and iep.student.archived_at is None
    sees_all = known.sees(Group.IEP)
    return SigningPanel(
        iep_id=iep.id,
        student_id=iep.student_id,
        student_name=iep.student.name,
        status=iep.status,
        digest=digest,
        signatures=signatures_of(actor=actor, iep=iep, digest=digest),
        amendment=_amendment(iep),
        guardians=_guardians(actor, iep) if may_approve and is_signable else (),
        person_id=actor.acting_person_id,
        signer_name=actor.name,
        may_sign=is_signable and actor.kind is Kind.PERSON and reviews(known),
        may_record_paper=is_signable and may_approve,
        may_write=may_write,
        may_plan=may_write and iep.status == Iep.Status.DRAFT,
        may_amend=may_write and iep.status == Iep.Status.ACTIVE,
        may_record_copy=may_write and iep.kind == Iep.Kind.AMENDMENT and iep.status in Iep.SHARED,
        open_id=opened if sees_all else None,
    )


def visible_signature(*, actor: Actor, signature_id: UUID, lock: bool = False) -> Signature:
    """One signature under an IEP that the actor reads in full. Raises NotFound, NotAllowed."""
    rows = Signature.objects.select_related("student", "version")
    found = rows.filter(organization_id=actor.organization_id, subject_kind=KIND, id=signature_id).first()
    if found is None:
        raise NotFound
    visible_iep(actor=actor, iep_id=found.subject_id, lock=lock)
    if not access(actor, found.student).sees(Group.IEP):
        raise NotAllowed
    return found


def agreed_by_parent(*, actor: Actor, iep: Iep) -> bool:
    """Whether the newest word of any parent on exactly this text is that they agree."""
    digest = subject_of(actor=actor, iep=iep).digest
    newest: dict[UUID, str] = {}
    for row in signatures_of(actor=actor, iep=iep, digest=digest):
        words = (Signature.Meaning.AGREES, Signature.Meaning.DISAGREES)
        if row.holds and row.guardian_id and row.meaning in words:
            newest[row.guardian_id] = row.meaning
    return Signature.Meaning.AGREES in newest.values()


def amendment_blockers(*, actor: Actor, iep: Iep) -> tuple[Blocker, ...]:
    """What an approved amendment waits for: the parent's written agreement, or the day of the team's meeting."""
    found = Amendment.objects.filter(organization_id=iep.organization_id, iep_id=iep.id).first()
    if found is None:
        return ()
    if found.way == Amendment.Way.MEETING:
        if found.met_on is not None:
            return ()
        text = _("The day of the team's meeting is not written down.")
        return (Blocker(code="meeting_missing", text=text, citation=AMENDMENT_BY_TEAM),)
    if agreed_by_parent(actor=actor, iep=iep):
        return ()
    text = _("The parent's written agreement to this amendment is not recorded.")
    return (Blocker(code="agreement_missing", text=text, citation=AMENDMENT_AGREED),)


def _amendment(iep: Iep) -> AmendmentView | None:
    if iep.kind != Iep.Kind.AMENDMENT:
        return None
    found = (
        Amendment.objects.filter(organization_id=iep.organization_id, iep_id=iep.id)
        .select_related("base")
        .first()
    )
    if found is None:
        return None
    return AmendmentView(
        base_id=found.base_id,
        base_number=found.base.number,
        reason=found.reason,
        way=found.way,
        way_label=Amendment.Way(found.way).label,
        met_on=found.met_on,
        copy_asked_on=found.copy_asked_on,
        copy_given_on=found.copy_given_on,
    )


def _guardians(actor: Actor, iep: Iep) -> tuple[tuple[str, str], ...]:
    """`(id, name)` of those who hold educational rights today, by name."""
    rows = Guardian.objects.filter(may_be_shared(actor.today), student=iep.student)
    return tuple((str(row.id), row.name) for row in rows.order_by("family_name", "given_name", "id"))
