"""Groups with whom a person works at one time, how a goal is recorded, and what was recorded in the classroom."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext as _

from casefile.models import DataGroup, DataGroupGoal, DataSheet
from casefile.mutations.lists import TooMany
from casefile.queries import data_group, goals_to_choose
from casefile.rules import may_keep_sheet
from core.actor import Actor
from core.errors import Invalid, NotFound
from core.mutation import audit, mutation, require, unchanged
from progress.queries import opened_goal
from students.queries import refuse_archived

MOST_GROUPS = 30
MOST_GOALS = 60
MOST_STEPS = 40
LONGEST_STEP = 120


@mutation
def save_data_group(
    *, actor: Actor, name: str, lineage_ids: Collection[UUID], today: date, group_id: UUID | None = None
) -> DataGroup:
    """Make or change one's own group of students and goals. Raises NotFound, Invalid, TooMany."""
    group = data_group(actor=actor, group_id=group_id, lock=True) if group_id else None
    mine = DataGroup.objects.visible_to(actor)
    if group is None:
        if mine.count() >= MOST_GROUPS:
            raise TooMany(_("You have 30 groups already. Delete one first."))
        group = DataGroup(organization_id=actor.organization_id, person_id=actor.person_id)
    chosen = _chosen(actor, lineage_ids, today)
    words = " ".join(name.split())
    if words and mine.filter(name=words).exclude(id=group.id).exists():
        raise Invalid(fields={"name": [_("You have a group of this name already.")]})
    group.name = words
    group.clean_fields(exclude=["organization", "person"])
    group.save()
    group.goals.all().delete()
    DataGroupGoal.objects.bulk_create(
        DataGroupGoal(
            organization_id=actor.organization_id,
            group=group,
            student_id=student_id,
            lineage_id=lineage_id,
            position=position,
        )
        for position, (student_id, lineage_id) in enumerate(chosen)
    )
    audit(actor, "casefile.group.saved", group, goals=len(chosen))
    return group


@mutation
def delete_data_group(*, actor: Actor, group_id: UUID) -> DataGroup:
    """Put a group away; `restore_data_group` brings it back. Raises NotFound."""
    group = data_group(actor=actor, group_id=group_id, lock=True)
    group.deleted_at = now()
    group.save(update_fields=["deleted_at"])
    audit(actor, "casefile.group.deleted", group)
    return group


@mutation
def restore_data_group(*, actor: Actor, group_id: UUID) -> DataGroup:
    """Bring one's own group back. Raises NotFound, Invalid."""
    rows = DataGroup.objects.select_for_update(of=("self",))  # for all: deleted ones exist for nobody else
    own = rows.filter(organization_id=actor.organization_id, person_id=actor.person_id)
    group = own.filter(id=group_id).first()
    if group is None:
        raise NotFound
    if group.deleted_at is None:
        unchanged(actor)
        return group
    if DataGroup.objects.visible_to(actor).filter(name=group.name).exists():
        raise Invalid(fields={"name": [_("You have a group of this name already.")]})
    group.deleted_at = None
    group.save(update_fields=["deleted_at"])
    audit(actor, "casefile.group.restored", group)
    return group


@mutation
def save_data_sheet(
    *,
    actor: Actor,
    goal_id: UUID,
    steps: Sequence[str] = (),
    levels: Sequence[Mapping[str, Any]] = (),
    trials: int = 10,
    seconds: int = 60,
) -> DataSheet:
    """Say how a goal is recorded: steps of a task analysis, words of a rubric, trials, seconds of an interval.

    Raises NotFound, NotAllowed, Archived, Invalid.
    """
    goal, _access = opened_goal(actor=actor, goal_id=goal_id, lock=True)
    require(actor, may_keep_sheet, goal)
    refuse_archived(actor=actor, student_id=goal.student_id)
    known = DataSheet.objects.filter(
        organization_id=actor.organization_id, lineage_id=goal.lineage_id
    ).first()
    sheet = known or DataSheet(
        organization_id=actor.organization_id, student=goal.student, lineage_id=goal.lineage_id
    )
    sheet.goal, sheet.steps = goal, _steps(steps)
    sheet.levels, sheet.trials, sheet.seconds = list(levels), trials, seconds
    sheet.changed_by_name = actor.name[:120]
    sheet.save()
    audit(
        actor,
        "casefile.sheet.saved",
        sheet,
        goal_id=goal.id,
        steps=len(sheet.steps),
        levels=len(sheet.levels),
        trials=trials,
        seconds=seconds,
    )
    return sheet


def _steps(steps: Sequence[str]) -> list[str]:
    found = [" ".join(step.split()) for step in steps if step.strip()]
    if len(found) > MOST_STEPS or any(len(step) > LONGEST_STEP for step in found):
        raise Invalid(fields={"steps": [_("Write at most 40 steps of at most 120 characters each.")]})
    return found


def _chosen(actor: Actor, lineage_ids: Collection[UUID], today: date) -> list[tuple[UUID, UUID]]:
    """The chosen goals that are the actor's to record, by student. Raises Invalid."""
    wanted = set(lineage_ids)
    found = [
        (student.id, goal.lineage_id)
        for student in goals_to_choose(actor=actor, today=today)
        for goal in student.goals
        if goal.lineage_id in wanted
    ]
    if not found:
        raise Invalid(fields={"goals": [_("Choose at least one goal.")]})
    if len(found) > MOST_GOALS:
        raise Invalid(fields={"goals": [_("Choose at most 60 goals.")]})
    return found
