"""How a goal is recorded, and what a typed line means."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from casefile.models import DataSheet
from casefile.queries.capturing import goals_to_choose
from casefile.quick import Candidate, Understood, line_of, understood
from casefile.rules import may_keep_sheet
from core.actor import Actor
from core.errors import NotAllowed
from ieps.models import Goal
from progress.queries import opened_goal


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPage:
    """How one goal is recorded, as its form shows it."""

    goal_id: UUID
    student_id: UUID
    student_name: str
    number: int
    title: str
    measured_by: str
    steps: tuple[str, ...]
    levels: tuple[str, ...]
    trials: int
    seconds: int


def sheet_page(*, actor: Actor, goal_id: UUID) -> SheetPage:
    """The data sheet of a goal, empty where nobody has written one. Raises NotFound, NotAllowed."""
    goal, _access = opened_goal(actor=actor, goal_id=goal_id)
    if not may_keep_sheet(actor, goal):
        raise NotAllowed
    return sheet_of(actor=actor, goal=goal)


def sheet_of(*, actor: Actor, goal: Goal) -> SheetPage:
    """The data sheet of a goal that was opened already."""
    row = DataSheet.objects.filter(organization_id=actor.organization_id, lineage_id=goal.lineage_id).first()
    return SheetPage(
        goal_id=goal.id,
        student_id=goal.student_id,
        student_name=goal.student.name,
        number=goal.number,
        title=goal.title,
        measured_by=str(Goal.Scale(goal.scale).label),
        steps=tuple(row.steps) if row else (),
        levels=tuple(f"{one['title']}: {one['words']}" for one in row.levels) if row else (),
        trials=row.trials if row else 10,
        seconds=row.seconds if row else 60,
    )


def quick_readings(*, actor: Actor, text: str, today: date) -> tuple[Understood, ...]:
    """Every goal and score that a typed line may mean, among those that the actor records."""
    if not line_of(text).number:
        return ()  # no number, no score: nothing is read
    candidates = [
        Candidate(
            goal_id=goal.card.goal_id,
            student=student.name if student.given in student.name else f"{student.given} {student.name}",
            goal=goal.card.title,
            scale=goal.card.scale,
            unit=goal.card.unit,
            is_percent=goal.is_percent,
            more=goal.card.detail,
        )
        for student in goals_to_choose(actor=actor, today=today)
        for goal in student.goals
    ]
    return understood(text, candidates)
