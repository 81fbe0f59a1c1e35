"""What a report says of one goal."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from progress.models import GoalNote
from progress.report_words import Evidence


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """What a report says of one goal; live while it is written, frozen once it was sent."""

    goal_id: UUID
    number: int
    statement: str
    narrative: str
    reason: str
    objection: str
    version: int
    written_by: str
    suggested: str
    objections: Mapping[str, str]
    """For each statement what the data has against it, in words."""
    evidence: Evidence

    @property
    def is_written(self) -> bool:
        """Whether nothing is missing: a statement, words, and a reason where the data objects."""
        return bool(self.statement and self.narrative and (self.reason or not self.objection))


def frozen_note(note: GoalNote) -> NoteView:
    """A note as it was sent."""
    kept = note.frozen
    return NoteView(
        goal_id=note.goal_id,
        number=note.number,
        statement=note.statement,
        narrative=note.narrative,
        reason=note.reason,
        objection=note.objection,
        version=note.version,
        written_by=note.written_by_name,
        suggested="",
        objections={},
        evidence=Evidence(
            title=kept.get("title", ""),
            goal=kept.get("goal", ""),
            level=kept.get("level", ""),
            verdict=kept.get("verdict", ""),
            facts=tuple((label, value) for label, value in kept.get("facts", ())),
            chart_wide=note.chart,
            chart_narrow=kept.get("chart_narrow", ""),
        ),
    )
