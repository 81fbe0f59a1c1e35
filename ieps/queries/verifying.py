"""Whether what was signed is still what stands there: every hash computed again."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from core.actor import Actor
from core.encrypted import Undecipherable
from core.models import AuditEntry, topic
from core.outbox import topic_version
from documents.models import GeneratedFile, Signature, SignedVersion
from documents.signing import digest_of
from ieps.models import Iep
from ieps.queries.programs import visible_iep
from ieps.signed import KIND, content_of, differing

SIGNED = "documents.signature.added"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something that is not as it was signed: a code for programs, words for people, where."""

    code: str
    text: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """One signed version of an IEP. `is_earlier`: the draft was changed and signed again since, as drafts are."""

    digest: str
    signed_at: datetime
    signers: tuple[str, ...]
    is_earlier: bool
    findings: tuple[Finding, ...]

    @property
    def holds(self) -> bool:
        """Whether everything is as it was signed."""
        return not self.findings


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedIep:
    """The signed versions of one IEP."""

    iep_id: UUID
    student_id: UUID
    student_name: str
    number: int
    versions: tuple[Verified, ...]
    topic: str
    version: str

    @property
    def holds(self) -> bool:
        """Whether every version is as it was signed."""
        return all(version.holds for version in self.versions)


def verified_iep(*, actor: Actor, iep_id: UUID) -> VerifiedIep:
    """Compute the hashes of an IEP's signed versions again, and compare. Raises NotFound."""
    seen = topic_version(topic(KIND, iep_id))
    iep = visible_iep(actor=actor, iep_id=iep_id)
    own = {"organization_id": iep.organization_id, "subject_kind": KIND, "subject_id": iep.id}
    signatures = list(Signature.objects.filter(**own).order_by("signed_at", "id"))
    approved = [row.digest for row in signatures if row.meaning == Signature.Meaning.APPROVES]
    current = approved[-1] if approved and iep.status in Iep.SHARED else ""
    versions = []
    for version in SignedVersion.objects.filter(**own).order_by("created_at", "id"):
        mine = [row for row in signatures if row.version_id == version.id]
        findings = tuple(_findings(actor, iep, version, mine, is_current=version.digest == current))
        versions.append(
            Verified(
                digest=version.digest,
                signed_at=version.created_at,
                signers=tuple(dict.fromkeys(row.signer_name for row in mine)),
                is_earlier=bool(current) and version.digest != current,
                findings=findings,
            )
        )
    if current and not any(version.digest == current for version in versions):
        lost = Finding(code="version_missing", text=_("What was signed is missing."))
        versions.append(
            Verified(digest=current, signed_at=iep.changed_at, signers=(), is_earlier=False, findings=(lost,))
        )
    return VerifiedIep(
        iep_id=iep.id,
        student_id=iep.student_id,
        student_name=iep.student.name,
        number=iep.number,
        versions=tuple(versions),
        topic=iep.topic,
        version=seen,
    )


def signed_ieps(*, actor: Actor) -> tuple[UUID, ...]:
    """The IEPs of a district that anybody signed, for `verify_signatures`."""
    rows = Signature.objects.filter(organization_id=actor.organization_id, subject_kind=KIND)
    return tuple(rows.order_by("subject_id").values_list("subject_id", flat=True).distinct())


def _findings(
    actor: Actor, iep: Iep, version: SignedVersion, signatures: list[Signature], *, is_current: bool
) -> Iterator[Finding]:
    try:
        content = version.content
    except Undecipherable:
        yield Finding(code="content_sealed", text=_("What was signed cannot be opened."))
        return
    if digest_of(content) != version.digest:
        yield Finding(code="content_altered", text=_("What was signed no longer has its fingerprint."))
    if is_current:
        for place in differing(content, content_of(actor=actor, iep=iep)):
            yield Finding(
                code="iep_altered",
                text=_("The IEP is not what was signed: %(place)s") % {"place": place},
                place=place,
            )
    yield from _of_signatures(version, signatures)
    yield from _of_files(iep, version)


def _of_signatures(version: SignedVersion, signatures: list[Signature]) -> Iterator[Finding]:
    """Each signature names this version, and so does what the sealed audit says of it."""
    entries = AuditEntry.objects.filter(
        organization_id=version.organization_id, verb=SIGNED, record_id__in=[row.id for row in signatures]
    )
    told = {entry.record_id: entry.values for entry in entries}
    for row in signatures:
        if row.meaning == Signature.Meaning.WITHDRAWS:
            continue
        said = told.get(row.id, {})
        is_same = (
            row.digest == version.digest == said.get("digest")
            and row.meaning == said.get("meaning")
            and row.signed_on.isoformat() == said.get("signed_on")
        )
        if not is_same:
            text = _("The signature of %(name)s is not what the audit says.") % {"name": row.signer_name}
            yield Finding(code="signature_altered", text=text, place=str(row.id))


def _of_files(iep: Iep, version: SignedVersion) -> Iterator[Finding]:
    rows = GeneratedFile.objects.filter(
        organization_id=iep.organization_id, subject_id=iep.id, shows=version.digest
    )
    for row in rows.order_by("kind", "language"):
        try:
            is_same = hashlib.sha256(row.content).hexdigest() == row.digest
        except Undecipherable:
            is_same = False
        if not is_same:
            text = _("A kept document no longer has its fingerprint.")
            yield Finding(code="file_altered", text=text, place=f"{row.kind} {row.language}".strip())
