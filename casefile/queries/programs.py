"""The tab of programs and assessments: what the State's and the district's records say of a student."""

from dataclasses import dataclass
from uuid import UUID

from accounts.rights import Group
from assessments.models import AssessmentResult
from assessments.queries import results_of
from core.actor import Actor
from core.errors import NotAllowed
from students.models import ProgramEnrollment
from students.queries import opened_student, programs_of

MOST = 200  # of each; no record has as many


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramsPage:
    """What this reader sees of the two; special education first, results newest first."""

    special: tuple[ProgramEnrollment, ...]
    others: tuple[ProgramEnrollment, ...]
    results: tuple[AssessmentResult, ...]
    sees_programs: bool
    sees_results: bool


def programs_page(*, actor: Actor, student_id: UUID) -> ProgramsPage:
    """Programs and results of a student. Raises NotFound; NotAllowed for who sees neither."""
    student, tied = opened_student(actor=actor, student_id=student_id)
    sees_programs, sees_results = tied.sees(Group.RECORD), tied.sees(Group.ASSESSMENTS)
    if not (sees_programs or sees_results):
        raise NotAllowed
    programs = tuple(programs_of(actor=actor, student=student)[:MOST]) if sees_programs else ()
    results = tuple(results_of(actor=actor, student=student)[:MOST]) if sees_results else ()
    return ProgramsPage(
        special=tuple(row for row in programs if row.is_special_education),
        others=tuple(row for row in programs if not row.is_special_education),
        results=results,
        sees_programs=sees_programs,
        sees_results=sees_results,
    )
