"""How a goal went: its phases, what was decided, how far it is. By lineage, through all versions of the IEP."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from accounts.rights import Group
from core.actor import Actor
from core.errors import NotFound
from core.models import in_force
from core.once import once
from ieps.models import Goal
from progress.models import AttainmentScale, DataTask, Decision, GoalState, Phase
from progress.queries.points import opened_goal
from students.models import visible_students


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """What arithmetic needs to know of how one goal went, beside its points."""

    changes: tuple[date, ...] = ()
    """Days on which instruction changed: phases began or ended."""
    decided_on: date | None = None
    reopened_on: date | None = None


NO_COURSE = Course()


def courses(
    *, actor: Actor, lineage_ids: Collection[UUID], until: date | None = None
) -> Mapping[UUID, Course]:
    """The course of several goals by lineage, in three statements; none where nothing happened."""
    mine = {"organization_id": actor.organization_id, "lineage_id__in": lineage_ids}
    changes: dict[UUID, set[date]] = defaultdict(set)
    for lineage_id, starts_on, ends_on in Phase.objects.filter(**mine).values_list(
        "lineage_id", "starts_on", "ends_on"
    ):
        changes[lineage_id] |= {day for day in (starts_on, ends_on) if day is not None}
    decided: dict[UUID, date] = {}
    for lineage_id, decided_on in Decision.objects.filter(**mine).values_list("lineage_id", "decided_on"):
        if until is None or decided_on <= until:
            decided[lineage_id] = max(decided_on, decided.get(lineage_id, decided_on))
    states = GoalState.objects.filter(**mine, reopened_on__isnull=False)
    reopened = dict(states.values_list("lineage_id", "reopened_on"))
    return {
        lineage_id: Course(
            changes=tuple(sorted(changes.get(lineage_id, ()))),
            decided_on=decided.get(lineage_id),
            reopened_on=reopened.get(lineage_id),
        )
        for lineage_id in changes.keys() | decided.keys() | reopened.keys()
    }


def course_of(phases: Iterable[Phase], decisions: Iterable[Decision], state: GoalState | None) -> Course:
    """The course of one goal from its rows."""
    days = {day for phase in phases for day in (phase.starts_on, phase.ends_on) if day is not None}
    return Course(
        changes=tuple(sorted(days)),
        decided_on=max((row.decided_on for row in decisions), default=None),
        reopened_on=state.reopened_on if state else None,
    )


def phases_of(*, actor: Actor, goal: Goal) -> tuple[Phase, ...]:
    """The phases of a goal, oldest first."""
    rows = Phase.objects.filter(organization_id=actor.organization_id, lineage_id=goal.lineage_id)
    return tuple(rows.order_by("starts_on"))


def decisions_of(*, actor: Actor, goal: Goal) -> tuple[Decision, ...]:
    """What was decided on a goal, newest first."""
    mine = (actor.organization_id, goal.lineage_id)
    return once(("decisions", *mine), lambda: _newest_first(*mine))


def _newest_first(organization_id: UUID, lineage_id: UUID) -> tuple[Decision, ...]:
    rows = Decision.objects.filter(organization_id=organization_id, lineage_id=lineage_id)
    return tuple(rows.select_related("phase").order_by("-decided_on", "-id"))


def state_of(*, actor: Actor, goal: Goal) -> GoalState | None:
    """How far a goal is; None for one that was never mastered or closed: it is open."""
    mine = {"organization_id": actor.organization_id, "lineage_id": goal.lineage_id}
    return once(("state of a goal", *mine.values()), lambda: GoalState.objects.filter(**mine).first())


def attainment_of(*, actor: Actor, goal: Goal) -> AttainmentScale | None:
    """The levels of goal attainment scaling of a goal, when it has them."""
    return AttainmentScale.objects.filter(
        organization_id=actor.organization_id, lineage_id=goal.lineage_id
    ).first()


def asked_lineages(*, actor: Actor) -> "QuerySet[DataTask, UUID]":
    """The goals, by lineage, for which a person holds a data task today: a subquery, not yet read."""
    tasks = DataTask.objects.filter(
        in_force(actor.today), organization_id=actor.organization_id, person_id=actor.person_id
    )
    return tasks.values_list("lineage_id", flat=True)


def opened_phase(*, actor: Actor, phase_id: UUID) -> Phase:
    """One phase with its goal, which is locked. Raises NotFound, NotAllowed."""
    phase = (
        Phase.objects.filter(
            visible_students(actor, prefix="student__", group=Group.PROGRESS),
            organization_id=actor.organization_id,
            id=phase_id,
        )
        .select_related("student")
        .first()
    )
    if phase is None:
        raise NotFound
    phase.goal, _access = opened_goal(actor=actor, goal_id=phase.goal_id, lock=True)
    return phase


def opened_data_task(*, actor: Actor, task_id: UUID) -> DataTask:
    """One data task with its goal, which is locked. Raises NotFound, NotAllowed."""
    found = (
        DataTask.objects.filter(
            visible_students(actor, prefix="student__", group=Group.PROGRESS),
            organization_id=actor.organization_id,
            id=task_id,
        )
        .select_related("student", "person")
        .first()
    )
    if found is None:
        raise NotFound
    found.goal, _access = opened_goal(actor=actor, goal_id=found.goal_id, lock=True)
    return found
