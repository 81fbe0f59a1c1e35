"""Groups and data sheets as programs read them: by the ids of goals in force, not by their lineages."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from casefile.models import DataGroup, DataGroupGoal, DataSheet
from casefile.queries.capturing import data_group, goals_to_choose, lineages_of
from casefile.rules import may_keep_sheet
from core.actor import Actor
from core.errors import Invalid, NotAllowed
from progress.queries import opened_goal


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupGoal:
    """A goal of a group that its owner records today."""

    goal_id: UUID
    student_id: UUID
    student: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldGroup:
    """A group of the reader."""

    id: UUID
    name: str
    goals: tuple[GroupGoal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenGroup:
    """What a group is to be called, and what is to be recorded in it."""

    name: str
    lineage_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldSheet:
    """How one goal is recorded."""

    goal_id: UUID
    student_id: UUID
    scale: str
    steps: tuple[str, ...]
    levels: tuple[Mapping[str, Any], ...]
    trials: int
    seconds: int


def told_groups(*, actor: Actor, today: date) -> tuple[ToldGroup, ...]:
    """The actor's groups by name, with those of their goals that the actor still records."""
    return _told(actor, DataGroup.objects.visible_to(actor).order_by("name", "id"), today)


def told_group(*, actor: Actor, group_id: UUID, today: date) -> ToldGroup:
    """One of the actor's groups. Raises NotFound."""
    return _told(actor, [data_group(actor=actor, group_id=group_id)], today)[0]


def group_to_save(
    *,
    actor: Actor,
    today: date,
    group_id: UUID | None = None,
    name: str | None = None,
    goal_ids: Collection[UUID] | None = None,
) -> ChosenGroup:
    """What a program wants a group to be; what it leaves out stays.

    Raises NotFound, and Invalid for goals that the actor does not record.
    """
    known = data_group(actor=actor, group_id=group_id) if group_id else None
    kept = lineages_of(actor=actor, group_id=group_id) if group_id else frozenset[UUID]()
    return ChosenGroup(
        name=name if name is not None else known.name if known else "",
        lineage_ids=kept if goal_ids is None else _lineages(actor, goal_ids, today),
    )


def data_sheet(*, actor: Actor, goal_id: UUID, lock: bool = False) -> ToldSheet:
    """The data sheet of a goal, as it begins where nobody has written one. Raises NotFound, NotAllowed."""
    goal, _access = opened_goal(actor=actor, goal_id=goal_id, lock=lock)
    if not may_keep_sheet(actor, goal):
        raise NotAllowed
    mine = DataSheet.objects.filter(organization_id=actor.organization_id, lineage_id=goal.lineage_id)
    row = mine.first() or DataSheet()
    return ToldSheet(
        goal_id=goal.id,
        student_id=goal.student_id,
        scale=goal.scale,
        steps=tuple(row.steps),
        levels=tuple(row.levels),
        trials=row.trials,
        seconds=row.seconds,
    )


def _lineages(actor: Actor, goal_ids: Collection[UUID], today: date) -> frozenset[UUID]:
    mine = {
        goal.card.goal_id: goal.lineage_id
        for student in goals_to_choose(actor=actor, today=today)
        for goal in student.goals
    }
    if strangers := set(goal_ids) - mine.keys():
        text = _("You do not record this goal: %(id)s.") % {"id": min(strangers)}
        raise Invalid(fields={"goal_ids": [text]})
    return frozenset(mine[goal_id] for goal_id in goal_ids)


def _told(actor: Actor, groups: Iterable[DataGroup], today: date) -> tuple[ToldGroup, ...]:
    rows = list(groups)
    mine = {
        goal.lineage_id: GroupGoal(
            goal_id=goal.card.goal_id, student_id=student.id, student=student.name, title=goal.card.title
        )
        for student in goals_to_choose(actor=actor, today=today)
        for goal in student.goals
    }
    members = DataGroupGoal.objects.filter(
        organization_id=actor.organization_id, group_id__in=[row.id for row in rows]
    )
    chosen = list(members.order_by("position", "id").values_list("group_id", "lineage_id"))
    return tuple(
        ToldGroup(
            id=row.id,
            name=row.name,
            goals=tuple(
                mine[lineage_id]
                for group_id, lineage_id in chosen
                if group_id == row.id and lineage_id in mine
            ),
        )
        for row in rows
    )
