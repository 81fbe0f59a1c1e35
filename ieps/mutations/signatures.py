"""Signatures under an IEP: of the team, of parents on paper, and taking one back."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.errors import Conflict, Invalid, NotAllowed
from core.mutation import audit, mutation, require, unchanged
from documents.models import Signature
from documents.signing import ChangedMeanwhile, Hand, record_paper, sign, take_back
from ieps.editing import locked_draft, touch
from ieps.models import Iep
from ieps.queries import visible_iep, visible_signature
from ieps.queries.signing import SIGNABLE
from ieps.rules import may_approve, may_review
from ieps.signed import subject_of
from students.models import Guardian

BY_TEAM = (Signature.Meaning.AGREES, Signature.Meaning.DISAGREES, Signature.Meaning.PARTICIPATED)


class NotToBeSigned(Conflict):
    """A draft is still being written, a past IEP is over."""

    code = "not_to_be_signed"
    message = gettext_lazy("An IEP is signed while it is in review, approved or in effect.")


class ApprovalStands(Conflict):
    """Who approved takes it back by making the IEP a draft again."""

    code = "approval_stands"
    message = gettext_lazy(
        "The signature of an approval stays. To take an approval back, make the IEP a draft again."
    )


@mutation
def sign_iep(*, actor: Actor, iep_id: UUID, meaning: str, hand: Hand, comment: str = "") -> Signature:
    """A member of the team signs: took part, agrees, disagrees. `hand.digest` is of the version that was read.

    Raises NotFound, NotAllowed, NotToBeSigned, ChangedMeanwhile, Invalid.
    """
    iep = visible_iep(actor=actor, iep_id=iep_id, lock=True)
    require(actor, may_review, iep)
    if iep.status not in SIGNABLE:
        raise NotToBeSigned
    _check_meaning(meaning)
    return sign(
        actor=actor, subject=subject_of(actor=actor, iep=iep), meaning=meaning, hand=hand, comment=comment
    )


@mutation
def record_parent_signature(
    *,
    actor: Actor,
    iep_id: UUID,
    guardian_id: UUID,
    meaning: str,
    signed_on: date,
    paper_reference: str,
    comment: str = "",
    digest: str = "",
) -> Signature:
    """Write down what a parent signed on paper: agreement, disagreement, having taken part.

    For an amendment without a meeting it is the written agreement of 34 CFR 300.324(a)(4).
    Raises NotFound, NotAllowed, NotToBeSigned, ChangedMeanwhile, Invalid.
    """
    iep = visible_iep(actor=actor, iep_id=iep_id, lock=True)
    require(actor, may_approve, iep)
    if iep.status not in SIGNABLE:
        raise NotToBeSigned
    _check_meaning(meaning)
    guardian = Guardian.objects.filter(
        organization_id=actor.organization_id,
        student_id=iep.student_id,
        id=guardian_id,
        has_educational_rights=True,
    ).first()
    if guardian is None or (guardian.ends_on is not None and guardian.ends_on <= signed_on):
        raise Invalid(
            fields={"guardian_id": [_("Choose a guardian who held educational rights on that day.")]}
        )
    subject = subject_of(actor=actor, iep=iep)
    if digest and digest != subject.digest:
        raise ChangedMeanwhile
    return record_paper(
        actor=actor,
        subject=subject,
        guardian=guardian,
        meaning=meaning,
        signed_on=signed_on,
        paper_reference=paper_reference,
        comment=comment,
    )


@mutation
def withdraw_signature(*, actor: Actor, signature_id: UUID, comment: str = "") -> Signature:
    """Take back a signature of one's own, or write down that a parent took theirs back. A row is added, none changed.

    Raises NotFound, NotAllowed, Archived, ApprovalStands, Invalid.
    """
    signature = visible_signature(actor=actor, signature_id=signature_id, lock=True)
    iep = visible_iep(actor=actor, iep_id=signature.subject_id)
    if signature.person_id is not None and signature.person_id != actor.person_id:
        raise NotAllowed
    if signature.guardian_id is not None:
        require(actor, may_approve, iep)
    if signature.meaning == Signature.Meaning.APPROVES:
        raise ApprovalStands
    return take_back(actor=actor, signature=signature, comment=comment)


@mutation
def set_language(*, actor: Actor, iep_id: UUID, language: str) -> Iep:
    """Say in which language a draft is written, for documents and voices.

    Raises NotFound, NotAllowed, NotADraft, Invalid.
    """
    iep = locked_draft(actor=actor, iep_id=iep_id)
    if language not in Iep.Language.values:
        raise Invalid(fields={"language": [_("Choose a language.")]})
    if iep.language == language:
        unchanged(actor)
        return iep
    before, iep.language = iep.language, language
    touch(actor=actor, iep=iep, fields=("language",))
    audit(actor, "ieps.language.changed", iep, language=[before, language])
    return iep


def _check_meaning(meaning: str) -> None:
    if meaning not in BY_TEAM:
        raise Invalid(fields={"meaning": [_("Choose what the signature means.")]})
