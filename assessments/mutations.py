"""Changes of assessment results: they come from files, nobody types them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from assessments.models import AssessmentResult
from core.actor import Actor
from core.mutation import audit, mutation, unchanged
from students.imported import fingerprint_of, imported_student


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultRow:
    """One result as its source gives it."""

    sourced_id: str
    title: str
    administered_on: date
    school_year: str
    grade: str
    scores: list[dict[str, Any]]
    levels: list[dict[str, Any]]
    parts: list[dict[str, Any]]
    accommodations: list[str]
    language: str
    reason_not_tested: str


@mutation
def keep_results(
    *, actor: Actor, student_id: UUID, rows: Sequence[ResultRow], source: str, now: datetime
) -> int:
    """Write down results as their source has them now. Returns how many are new or differ.

    Raises NotFound, NotAllowed.
    """
    student = imported_student(actor=actor, student_id=student_id)
    known = {
        row.sourced_id: row
        for row in AssessmentResult.objects.filter(
            organization_id=actor.organization_id,
            source=source,
            sourced_id__in=[row.sourced_id for row in rows],
        )
    }
    changed = 0
    for row in rows:
        values = asdict(row)
        mark = fingerprint_of(values)
        kept = known.get(row.sourced_id)
        if kept is not None and kept.fingerprint == mark and kept.student_id == student.id:
            continue
        kept = kept or AssessmentResult(organization_id=actor.organization_id, source=source)
        for name, value in values.items():
            setattr(kept, name, value)
        kept.student, kept.fingerprint, kept.changed_at = student, mark, now
        kept.save()
        changed += 1
    if changed:
        audit(actor, "assessments.results.kept", student, count=changed, source=source)
    else:
        unchanged(actor)
    return changed
