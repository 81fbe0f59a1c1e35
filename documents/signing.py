"""How anything is signed: what was signed is kept word for word under its SHA-256, and the signature names that.

Other apps call `sign` inside a mutation of theirs, which says who may; the act is accounted for here.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership
from accounts.rights import Role
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.models import in_force
from core.mutation import audit
from documents.handwriting import Strokes, read_strokes
from documents.models import Signature, SignedVersion
from students.models import Guardian, Student, TeamMember, on_team

EARLIEST = date(1990, 1, 1)


class ChangedMeanwhile(Conflict):
    """What would be signed is not what the signer read."""

    code = "changed_meanwhile"
    message = gettext_lazy("The text was changed since you opened it. Read it again before you sign.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """How somebody signs: by typing their name, or by drawing it. `digest` is of the version that they read."""

    method: str
    name: str = ""
    strokes: Any = None
    digest: str = ""


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is signed: a kind and an id, the student, and its content in full."""

    kind: str
    id: UUID
    student: Student
    content: Mapping[str, Any]

    @cached_property
    def digest(self) -> str:
        """The SHA-256 of the content."""
        return digest_of(self.content)


def canonical(content: Mapping[str, Any]) -> bytes:
    """One form for one content: keys in order, no spaces, UTF-8, NFC nowhere applied: every byte counts."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def digest_of(content: Mapping[str, Any]) -> str:
    """The SHA-256 of a content, as 64 hexadecimal digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


def sign(*, actor: Actor, subject: Subject, meaning: str, hand: Hand, comment: str = "") -> Signature:
    """Sign a version in one's own name, and account for it. Raises Invalid, ChangedMeanwhile."""
    strokes = _checked(actor, subject, hand)
    comment = checked_comment(comment)
    known = Signature.objects.filter(
        organization_id=actor.organization_id,
        subject_id=subject.id,
        digest=subject.digest,
        person_id=actor.person_id,
        meaning=meaning,
        withdrawn_by=None,
    ).first()
    if known is not None:
        raise Invalid(fields={"meaning": [_("You have signed this version already.")]})
    return _added(
        actor,
        subject,
        person_id=actor.person_id,
        signer_name=actor.name,
        role=role_of(actor=actor, student=subject.student),
        meaning=meaning,
        method=hand.method,
        strokes=strokes,
        comment=comment,
        signed_on=actor.today,
    )


def record_paper(
    *,
    actor: Actor,
    subject: Subject,
    guardian: Guardian,
    meaning: str,
    signed_on: date,
    paper_reference: str,
    comment: str = "",
) -> Signature:
    """Write down a parent's signature that stands on paper, and account for it. Raises Invalid."""
    found: dict[str, list[str]] = {}
    if not EARLIEST <= signed_on <= actor.today:
        found["signed_on"] = [_("The paper was signed on a day up to today.")]
    reference = paper_reference.strip()
    longest = Signature._meta.get_field("paper_reference").max_length or 0
    if not reference or len(reference) > longest or "\x00" in reference:
        found["paper_reference"] = [_("Say where the signed paper is kept, in at most 200 characters.")]
    if found:
        raise Invalid(fields=found)
    return _added(
        actor,
        subject,
        guardian_id=guardian.id,
        signer_name=guardian.name,
        role=_relationship(guardian),
        meaning=meaning,
        method=Signature.Method.PAPER,
        paper_reference=reference,
        comment=checked_comment(comment),
        signed_on=signed_on,
    )


def take_back(*, actor: Actor, signature: Signature, comment: str = "") -> Signature:
    """Add the row that says a signature no longer holds. The signature itself stays. Raises Invalid."""
    if signature.meaning == Signature.Meaning.WITHDRAWS or hasattr(signature, "withdrawn_by"):
        raise Invalid(_("This signature was taken back already."))
    row = Signature(
        organization_id=actor.organization_id,
        student_id=signature.student_id,
        subject_kind=signature.subject_kind,
        subject_id=signature.subject_id,
        version_id=signature.version_id,
        digest=signature.digest,
        person_id=signature.person_id,
        guardian_id=signature.guardian_id,
        signer_name=signature.signer_name,
        role=signature.role,
        meaning=Signature.Meaning.WITHDRAWS,
        method=Signature.Method.PAPER if signature.guardian_id else Signature.Method.TYPED,
        paper_reference=signature.paper_reference,
        comment=checked_comment(comment),
        signed_on=actor.today,
        recorded_by_name=actor.name[:120],
        withdraws=signature,
    )
    row.save(force_insert=True)
    audit(
        actor,
        "documents.signature.withdrawn",
        row,
        subject_id=signature.subject_id,
        withdraws_id=signature.id,
        digest=signature.digest,
    )
    return row


def role_of(*, actor: Actor, student: Student) -> str:
    """What somebody is to a student today, in English words that are translated when shown.

    It is their part on the team, else their title or role in the district.
    """
    own = {"organization_id": actor.organization_id, "person_id": actor.person_id}
    parts = TeamMember.objects.filter(on_team(actor.today), student=student, **own)
    part = parts.order_by("starts_on", "id").values_list("part", flat=True).first()
    held = Membership.objects.filter(in_force(actor.today), **own).order_by("starts_on", "id").first()
    with translation.override("en"):
        if part is not None:
            return str(TeamMember.Part(part).label)
        if held is not None:
            return held.title or str(Role(held.role).label)
    return ""


def checked_comment(comment: str) -> str:
    """Words with a signature, without spaces around them. Raises Invalid."""
    comment = comment.strip()
    if len(comment) > 2000 or "\x00" in comment:  # noqa: PLR2004  # as the column says
        raise Invalid(fields={"comment": [_("This is too long: at most 2,000 characters.")]})
    return comment


def _checked(actor: Actor, subject: Subject, hand: Hand) -> Strokes | None:
    """The strokes of a drawn signature; None for a typed one. Raises Invalid, ChangedMeanwhile."""
    if hand.digest and hand.digest != subject.digest:
        raise ChangedMeanwhile
    if hand.method == Signature.Method.TYPED:
        if _plain(hand.name) != _plain(actor.name):
            text = _("Type your name as it stands in your account: %(name)s.") % {"name": actor.name}
            raise Invalid(fields={"name": [text]})
        return None
    if hand.method != Signature.Method.DRAWN:
        raise Invalid(fields={"method": [_("Choose how you sign: typed or drawn.")]})
    strokes = read_strokes(hand.strokes)
    if strokes is None:
        raise Invalid(fields={"strokes": [_("Draw your signature in the field, or type your name.")]})
    return strokes


def _relationship(guardian: Guardian) -> str:
    with translation.override("en"):
        return str(Guardian.Relationship(guardian.relationship).label)


def _plain(name: str) -> str:
    """A name without what people write differently: case, accents' code points, spaces."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", name)).strip().casefold()


def _added(actor: Actor, subject: Subject, **columns: Any) -> Signature:
    row = Signature(
        organization_id=actor.organization_id,
        student=subject.student,
        subject_kind=subject.kind,
        subject_id=subject.id,
        version=_kept(actor, subject),
        digest=subject.digest,
        recorded_by_name=actor.name[:120],
        **columns,
    )
    row.save(force_insert=True)
    audit(
        actor,
        "documents.signature.added",
        row,
        subject_id=subject.id,
        meaning=row.meaning,
        method=row.method,
        signed_on=row.signed_on,
        digest=row.digest,
        guardian_id=row.guardian_id,
    )
    return row


def _kept(actor: Actor, subject: Subject) -> SignedVersion:
    """The stored version with this digest, written now when nobody has signed it before."""
    known = SignedVersion.objects.filter(
        organization_id=actor.organization_id, subject_id=subject.id, digest=subject.digest
    ).first()
    if known is not None:
        return known
    row = SignedVersion(
        organization_id=actor.organization_id,
        student=subject.student,
        subject_kind=subject.kind,
        subject_id=subject.id,
        digest=subject.digest,
        content=dict(subject.content),
    )
    row.save(force_insert=True)
    return row
