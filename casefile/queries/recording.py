"""Who records a goal, with which instructions."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from accounts.rights import DistrictAction, may_in_district
from casefile.queries.sheets import SheetPage, sheet_of
from core.actor import Actor
from core.errors import NotAllowed
from progress.models import DataTask
from progress.queries import Prompt, opened_goal, prompt_levels
from progress.rules import may_decide
from students.models import TeamMember, on_team


@dataclass(frozen=True, slots=True, kw_only=True)
class AssignedRow:
    """Somebody who was asked to record the goal."""

    id: UUID
    person_id: UUID
    person: str
    instructions: str
    trials: int | None
    starts_on: date
    ends_on: date | None
    assigned_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """Who records a goal, and whom of the team one may ask."""

    sheet: SheetPage
    tasks: tuple[AssignedRow, ...]
    team: tuple[tuple[UUID, str], ...]


def recording(*, actor: Actor, goal_id: UUID) -> Recording:
    """The data tasks of a goal that have not ended, and its student's team. Raises NotFound, NotAllowed."""
    goal, _access = opened_goal(actor=actor, goal_id=goal_id)
    if not may_decide(actor, goal):
        raise NotAllowed
    rows = DataTask.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=actor.today),
        organization_id=actor.organization_id,
        lineage_id=goal.lineage_id,
    ).select_related("person")
    team = TeamMember.objects.filter(
        on_team(actor.today), organization_id=actor.organization_id, student_id=goal.student_id
    ).select_related("person")
    return Recording(
        sheet=sheet_of(actor=actor, goal=goal),
        tasks=tuple(
            AssignedRow(
                id=row.id,
                person_id=row.person_id,
                person=row.person.name,
                instructions=row.instructions,
                trials=row.trials,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
                assigned_by=row.assigned_by_name,
            )
            for row in rows.order_by("starts_on", "id")
        ),
        team=tuple(
            (member.person_id, f"{member.person.name}, {member.get_part_display()}")
            for member in team.order_by("person__given_name", "id")
        ),
    )


def district_prompts(*, actor: Actor) -> tuple[Prompt, ...]:
    """The district's prompts for whoever keeps them, least help first. Raises NotAllowed."""
    if not may_in_district(actor, DistrictAction.KEEP_DISTRICT):
        raise NotAllowed
    return prompt_levels(actor=actor)
