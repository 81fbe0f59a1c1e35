"""What an act upon many case files remembers of each: ids and dates, enough to restore it exactly."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.errors import Invalid
from students.models import Student

MOST_AT_ONCE = 200
LONGEST_REASON = 300  # characters, as the column
Ended = tuple[UUID, date | None, date]  # a row, its last day before, its last day now
Step = dict[str, Any]


def done_step(student: Student, *, ended: Iterable[Ended] = (), **before: Any) -> Step:
    """A case file that was changed, and what was there before."""
    rows = [[str(row), str(last) if last else None, str(now)] for row, last, now in ended]
    return {"student": str(student.id), "outcome": "done", "ended": rows, **before}


def unchanged_step(student: Student) -> Step:
    """A case file that was like that already."""
    return {"student": str(student.id), "outcome": "unchanged"}


def refused_step(student_id: UUID, why: str) -> Step:
    """A case file that was left alone, and why, as a code."""
    return {"student": str(student_id), "outcome": "refused", "why": why}


def count(steps: Iterable[Step], outcome: str) -> int:
    """How many case files had an outcome."""
    return sum(step["outcome"] == outcome for step in steps)


def as_day(text: str | None) -> date | None:
    """A day as a step keeps it."""
    return date.fromisoformat(text) if text else None


def archive_reason(text: str) -> str:
    """Why case files are put away, as it is kept. Raises Invalid."""
    reason = text.strip()
    if not reason:
        raise Invalid(fields={"reason": [_("Say why the case file is put away.")]})
    if len(reason) > LONGEST_REASON:
        raise Invalid(fields={"reason": [_("Say it in 300 characters or fewer.")]})
    return reason


def told(steps: Iterable[Step]) -> list[dict[str, Any]]:
    """What became of each student, without what was there before."""
    return [{"id": step["student"], "outcome": step["outcome"], "why": step.get("why", "")} for step in steps]
