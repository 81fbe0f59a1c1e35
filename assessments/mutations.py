"""Changes of assessment results: they come from files, nobody types them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from assessments.models import AssessmentResult
from core.actor import Actor
from core.mutation import audit, mutation, unchanged
from students.imported import imported_student, keep_rows


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
    changed = keep_rows(AssessmentResult, actor=actor, student=student, rows=rows, source=source, now=now)
    if changed:
        audit(actor, "assessments.results.kept", student, count=changed, source=source)
    else:
        unchanged(actor)
    return changed
