"""Signatures as pages, programs and printed documents show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.functional import Promise

from documents.handwriting import as_path
from documents.models import Signature


@dataclass(frozen=True, slots=True, kw_only=True)
class SignatureView:
    """One signature: who, as what, what it means, how and when, and which version it is under."""

    signature_id: UUID
    person_id: UUID | None
    guardian_id: UUID | None
    name: str
    role: str
    meaning: str
    meaning_label: str | Promise
    method: str
    method_label: str | Promise
    path: str
    paper_reference: str
    comment: str
    signed_on: date
    signed_at: datetime
    recorded_by: str
    digest: str
    is_current: bool
    withdrawn_on: date | None
    withdrawn_comment: str = ""

    @property
    def holds(self) -> bool:
        """Whether it stands under the text as it is now and was not taken back."""
        return self.is_current and self.withdrawn_on is None


def signature_views(rows: Iterable[Signature], *, digest: str) -> tuple[SignatureView, ...]:
    """Signatures oldest first, those that were taken back marked; `digest` is of the text as it is now."""
    all_rows = list(rows)
    back = {row.withdraws_id: row for row in all_rows if row.withdraws_id}
    return tuple(
        _view(row, back.get(row.id), digest) for row in all_rows if row.meaning != Signature.Meaning.WITHDRAWS
    )


def _view(row: Signature, withdrawal: Signature | None, digest: str) -> SignatureView:
    return SignatureView(
        signature_id=row.id,
        person_id=row.person_id,
        guardian_id=row.guardian_id,
        name=row.signer_name,
        role=row.role,
        meaning=row.meaning,
        meaning_label=Signature.Meaning(row.meaning).label,
        method=row.method,
        method_label=Signature.Method(row.method).label,
        path=as_path(row.strokes) if row.method == Signature.Method.DRAWN else "",
        paper_reference=row.paper_reference,
        comment=row.comment,
        signed_on=row.signed_on,
        signed_at=row.signed_at,
        recorded_by=row.recorded_by_name,
        digest=row.digest,
        is_current=row.digest == digest,
        withdrawn_on=withdrawal.signed_on if withdrawal else None,
        withdrawn_comment=withdrawal.comment if withdrawal else "",
    )
