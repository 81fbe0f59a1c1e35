"""Why an IEP is edited no more: who closed it, and when."""

from dataclasses import dataclass
from datetime import datetime

from documents.models import Signature
from ieps.models import Iep


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """`reason` is `in_review`, `approved` or `closed`; who did it and when is known of the first two."""

    reason: str
    by: str = ""
    at: datetime | None = None


def closing_of(iep: Iep) -> Closing | None:
    """Why nobody edits an IEP now; None for a draft."""
    if iep.status == Iep.Status.DRAFT:
        return None
    if iep.status == Iep.Status.IN_REVIEW and iep.sent_to_review_at:
        return Closing(reason="in_review", by=iep.changed_by_name, at=iep.sent_to_review_at)
    if iep.status != Iep.Status.DISCARDED and iep.approved_at:
        rows = Signature.objects.filter(
            organization_id=iep.organization_id, subject_id=iep.id, meaning=Signature.Meaning.APPROVES
        )
        by = rows.order_by("-signed_at").values_list("signer_name", flat=True).first() or ""
        return Closing(reason="approved", by=by, at=iep.approved_at)
    return Closing(reason="closed")
