"""From draft to review to approved to active, and who has read it."""

from datetime import date
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.idea import AMENDMENT_AGREED, CONSENT_FOR_SERVICES
from core.mutation import audit, mutation, require, unchanged
from core.registry import lent
from documents.models import Signature
from documents.signing import Hand, sign
from ieps.completeness import missing
from ieps.editing import locked_draft, next_review, open_draft, touch
from ieps.models import Approval, GlanceReading, Iep
from ieps.queries import activation_blockers, visible_iep
from ieps.rules import may_approve, may_confirm_glance, may_review
from ieps.signed import subject_of
from ieps.texts import close_texts, open_texts
from students.models import Student
from students.mutations import set_annual_review
from students.queries import editable_student, visible_student


class NotInReview(Conflict):
    """Words and approval are for an IEP in review."""

    code = "not_in_review"
    message = gettext_lazy("This IEP is not in review.")


class NotApproved(Conflict):
    """Only an approved IEP takes effect."""

    code = "not_approved"
    message = gettext_lazy("Only an approved IEP can take effect.")


class Incomplete(Invalid):
    """The law asks for more. `details["missing"]` lists what, with the citation of each."""

    code = "incomplete"
    message = gettext_lazy("Something that the law asks for is missing.")


class ChangesAskedFor(Conflict):
    """A reviewer's newest word on this text asks for changes."""

    code = "changes_asked_for"
    message = gettext_lazy(
        "A reviewer asked for changes. Make it a draft again, or settle it with the reviewer."
    )


class ConsentMissing(Conflict):
    """An initial IEP needs a parent's written consent for services (34 CFR 300.300(b))."""

    code = "consent_missing"
    message = gettext_lazy("A parent's written consent for the initial services is not recorded.")


class AgreementMissing(Conflict):
    """An amendment without a meeting needs the parent's written agreement (34 CFR 300.324(a)(4))."""

    code = "agreement_missing"
    message = gettext_lazy("The parent's written agreement to this amendment is not recorded.")


class Blocked(Conflict):
    """Something else keeps the IEP from taking effect."""

    code = "blocked"
    message = gettext_lazy("This IEP cannot take effect now.")


@mutation
def send_to_review(*, actor: Actor, iep_id: UUID) -> Iep:
    """Ask the team to read a draft; it is not edited meanwhile. Raises NotFound, NotAllowed, NotADraft."""
    close_texts(actor=actor, iep=open_draft(actor=actor, iep_id=iep_id))
    iep = locked_draft(actor=actor, iep_id=iep_id)
    iep.status = Iep.Status.IN_REVIEW
    iep.sent_to_review_at = now()
    touch(actor=actor, iep=iep, fields=("status", "sent_to_review_at"))
    audit(actor, "ieps.iep.sent_to_review", iep, number=iep.number, version=iep.version)
    return iep


@mutation
def return_to_draft(*, actor: Actor, iep_id: UUID) -> Iep:
    """Make an IEP in review, or approved and waiting, a draft again; earlier words no longer count.

    Raises NotFound, NotAllowed, NotInReview.
    """
    found = visible_iep(actor=actor, iep_id=iep_id)
    require(actor, may_approve, found)
    open_texts(actor=actor, iep=found)
    iep = visible_iep(actor=actor, iep_id=iep_id, lock=True)
    if iep.status == Iep.Status.DRAFT:
        unchanged(actor)
        return iep
    if iep.status not in (Iep.Status.IN_REVIEW, Iep.Status.APPROVED):
        raise NotInReview
    before = iep.status
    iep.status = Iep.Status.DRAFT
    iep.sent_to_review_at = iep.approved_at = None
    touch(actor=actor, iep=iep, fields=("status", "sent_to_review_at", "approved_at"))
    audit(actor, "ieps.iep.returned", iep, number=iep.number, was=before)
    return iep


@mutation
def record_approval(
    *, actor: Actor, iep_id: UUID, decision: str, comment: str = "", hand: Hand | None = None
) -> Approval:
    """A reviewer agrees to the text in review, signing it with `hand`, or asks for changes and says which.

    `decision` is `approved` or `changes`. Raises NotFound, NotAllowed, NotInReview, ChangedMeanwhile, Invalid.
    """
    iep = visible_iep(actor=actor, iep_id=iep_id, lock=True)
    require(actor, may_review, iep)
    if iep.status != Iep.Status.IN_REVIEW:
        raise NotInReview
    comment = comment.strip()
    if decision not in Approval.Decision.values:
        raise Invalid(fields={"decision": [_("Say whether you agree or ask for changes.")]})
    if decision == Approval.Decision.CHANGES and not comment:
        raise Invalid(fields={"comment": [_("Say what should change.")]})
    approval = Approval(
        organization_id=actor.organization_id,
        iep=iep,
        student=iep.student,
        person_id=actor.person_id,
        decision=decision,
        iep_version=iep.version,
        comment=comment,
    )
    approval.full_clean(
        exclude=("organization", "iep", "student", "person"),
        validate_unique=False,
        validate_constraints=False,
    )
    approval.save()
    if hand is not None and decision == Approval.Decision.APPROVED:
        sign(
            actor=actor,
            subject=subject_of(actor=actor, iep=iep),
            meaning=Signature.Meaning.AGREES,
            hand=hand,
        )
    audit(actor, "ieps.approval.recorded", approval, iep_id=iep.id, decision=decision, version=iep.version)
    return approval


@mutation
def approve_iep(*, actor: Actor, iep_id: UUID, hand: Hand) -> Iep:
    """Approve and sign an IEP in review that has everything 34 CFR 300.320 asks for. It then waits for its day.

    The signature names the SHA-256 of exactly this text; charts are kept as they are now.
    Raises NotFound, NotAllowed, NotInReview, Incomplete (listing what is missing), ChangesAskedFor, ChangedMeanwhile,
    Invalid.
    """
    found = visible_iep(actor=actor, iep_id=iep_id)
    require(actor, may_approve, found)
    close_texts(actor=actor, iep=found)
    iep = visible_iep(actor=actor, iep_id=iep_id, lock=True)
    if iep.status == Iep.Status.APPROVED:
        unchanged(actor)
        return iep
    if iep.status != Iep.Status.IN_REVIEW:
        raise NotInReview
    open_items = missing(iep, list(iep.goals.order_by("number")), list(iep.services.all()))
    if open_items:
        raise Incomplete(details={"missing": [item.as_dict() for item in open_items]})
    if _changes_are_asked_for(iep):
        raise ChangesAskedFor
    subject = subject_of(actor=actor, iep=iep)
    signature = sign(actor=actor, subject=subject, meaning=Signature.Meaning.APPROVES, hand=hand)
    lent("casefile.keep_charts")(actor=actor, subject=subject)
    iep.status = Iep.Status.APPROVED
    iep.approved_at = now()
    touch(actor=actor, iep=iep, fields=("status", "approved_at"))
    audit(
        actor,
        "ieps.iep.approved",
        iep,
        number=iep.number,
        effective_on=iep.effective_on,
        signature_id=signature.id,
        digest=signature.digest,
    )
    return iep


def _changes_are_asked_for(iep: Iep) -> bool:
    """Whether the newest word of any reviewer on this very text asks for changes."""
    words = iep.approvals.filter(iep_version=iep.version).order_by("decided_at", "id")
    newest = dict(words.values_list("person_id", "decision"))
    return Approval.Decision.CHANGES in newest.values()


@mutation
def activate_iep(*, actor: Actor, iep_id: UUID, today: date) -> Iep:
    """Put an approved IEP into effect when its day has come; before that day nothing changes and it goes on waiting.

    The IEP in force until now, expired or not, is superseded in the same transaction. `today` is the district's.
    Source: 34 CFR 300.300(b) for the consent. Raises NotFound, NotAllowed, NotApproved, ConsentMissing,
    AgreementMissing, Blocked.
    """
    student = _locked_student(actor, iep_id)
    iep = visible_iep(actor=actor, iep_id=iep_id, lock=True)
    require(actor, may_approve, iep)
    if iep.status == Iep.Status.ACTIVE:
        unchanged(actor)
        return iep
    if iep.status != Iep.Status.APPROVED:
        raise NotApproved
    codes = {blocker.code: blocker for blocker in activation_blockers(actor=actor, iep=iep, today=today)}
    if "not_yet" in codes:
        unchanged(actor)
        return iep
    if "consent_missing" in codes:
        raise ConsentMissing(details={"citation": CONSENT_FOR_SERVICES})
    if "agreement_missing" in codes:
        raise AgreementMissing(details={"citation": AMENDMENT_AGREED})
    if codes:
        raise Blocked(details={"blockers": sorted(codes)})
    iep.student = student
    _supersede(actor, iep)
    _put_into_effect(actor, iep, student, today)
    return iep


def _locked_student(actor: Actor, iep_id: UUID) -> Student:
    """The student is locked before the IEP, here as in `create_iep`, so that two acts never wait for each other."""
    found = visible_iep(actor=actor, iep_id=iep_id)
    return visible_student(actor=actor, student_id=found.student_id, lock=True)


def _supersede(actor: Actor, iep: Iep) -> None:
    rows = iep.student.ieps.filter(status=Iep.Status.ACTIVE)
    for earlier in rows.select_for_update(of=("self",), no_key=True):
        earlier.student = iep.student
        earlier.status = Iep.Status.SUPERSEDED
        earlier.superseded_at = now()
        touch(actor=actor, iep=earlier, fields=("status", "superseded_at"))
        audit(actor, "ieps.iep.superseded", earlier, number=earlier.number, by=iep.id)


def _put_into_effect(actor: Actor, iep: Iep, student: Student, today: date) -> None:
    iep.status = Iep.Status.ACTIVE
    iep.activated_at = now()
    iep.next_review_on = next_review(iep=iep)
    touch(actor=actor, iep=iep, fields=("status", "activated_at", "next_review_on"))
    set_annual_review(actor=actor, student=student, on=iep.next_review_on)
    audit(
        actor,
        "ieps.iep.activated",
        iep,
        number=iep.number,
        effective_on=iep.effective_on,
        on=today,
        next_review_on=iep.next_review_on,
    )


@mutation
def confirm_glance(*, actor: Actor, student_id: UUID) -> GlanceReading:
    """A general education teacher confirms having read the IEP at a glance; once is enough.

    Source: 34 CFR 300.323(d). Raises NotFound, also when no IEP is in force; NotAllowed, Archived.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_confirm_glance)
    iep = student.ieps.filter(status=Iep.Status.ACTIVE).first()
    if iep is None:
        raise NotFound
    known = iep.readings.filter(person_id=actor.person_id).first()
    if known is not None:
        unchanged(actor)
        return known
    reading = GlanceReading(
        organization_id=actor.organization_id, iep=iep, student=student, person_id=actor.person_id
    )
    reading.save()
    audit(actor, "ieps.glance.read", reading, iep_id=iep.id, number=iep.number)
    return reading
