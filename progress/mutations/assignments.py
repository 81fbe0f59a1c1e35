"""Who records which goal, with which instructions."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from core.actor import Actor
from core.errors import Invalid
from core.mutation import audit, mutation, require, unchanged
from progress.models import DataTask
from progress.queries import opened_data_task, opened_goal
from progress.rules import may_decide
from students.models import TeamMember, on_team
from students.queries import refuse_archived


@mutation
def assign_data_task(
    *,
    actor: Actor,
    goal_id: UUID,
    person_id: UUID,
    instructions: str = "",
    starts_on: date,
    ends_on: date | None = None,
    trials: int | None = None,
) -> DataTask:
    """Ask somebody of the student's team to record a goal, from a day until another (the first one without it).

    Who records it already is given the new instructions. Raises NotFound, NotAllowed, Archived, Invalid.
    """
    goal, _access = opened_goal(actor=actor, goal_id=goal_id, lock=True)
    require(actor, may_decide, goal)
    refuse_archived(actor=actor, student_id=goal.student_id)
    team = TeamMember.objects.filter(on_team(actor.today), organization_id=actor.organization_id)
    if not team.filter(student_id=goal.student_id, person_id=person_id).exists():
        raise Invalid(fields={"person_id": [_("Choose somebody of the student's team.")]})
    if ends_on is not None and ends_on <= starts_on:
        raise Invalid(fields={"ends_on": [_("Choose a date after the first day.")]})
    mine = DataTask.objects.filter(
        organization_id=actor.organization_id, lineage_id=goal.lineage_id, person_id=person_id
    )
    task = mine.filter(ends_on=None).first() or DataTask(
        organization_id=actor.organization_id,
        student_id=goal.student_id,
        lineage_id=goal.lineage_id,
        person_id=person_id,
    )
    wanted = {
        "goal_id": goal.id,
        "instructions": instructions.strip(),
        "starts_on": starts_on,
        "ends_on": ends_on,
        "trials": trials,
    }
    if not task._state.adding and all(getattr(task, name) == value for name, value in wanted.items()):
        unchanged(actor)
        return task
    for name, value in wanted.items():
        setattr(task, name, value)
    task.assigned_by_name = actor.name[:120]
    task.clean_fields(exclude=["organization", "student", "goal", "person"])
    task.save()
    audit(
        actor,
        "progress.task.assigned",
        task,
        goal_id=goal.id,
        person_id=person_id,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    return task


@mutation
def end_data_task(*, actor: Actor, task_id: UUID, today: date) -> DataTask:
    """No longer ask somebody to record a goal, from today on. Raises NotFound, NotAllowed, Archived."""
    task = opened_data_task(actor=actor, task_id=task_id)
    require(actor, may_decide, task.goal)
    refuse_archived(actor=actor, student_id=task.student_id)
    if task.ends_on is not None and task.ends_on <= today:
        unchanged(actor)
        return task
    task.ends_on = max(today, task.starts_on)
    task.save(update_fields=["ends_on"])
    audit(
        actor,
        "progress.task.ended",
        task,
        goal_id=task.goal_id,
        person_id=task.person_id,
        ends_on=task.ends_on,
    )
    return task
