"""Goals and points as rows, for mutations and programs, and as arithmetic takes them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.rights import Action, Group
from core.actor import Actor
from core.errors import NotAllowed, NotFound
from core.outbox import topic_version
from ieps.models import Goal, Iep
from ieps.queries import visible_goal
from progress.arithmetic import Aimline, Direction, GoalTerms, Measurement
from progress.models import ProgressPoint
from students.rules import Access
from students.rules import access as access_to

IN_FORCE_OR_PAST = (Iep.Status.ACTIVE, Iep.Status.SUPERSEDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalPoints:
    """The points of a goal for a program, oldest first."""

    student_id: UUID
    topic: str
    version: str
    rows: QuerySet[ProgressPoint]
    shows_notes: bool
    """Whether notes and circumstances, written among staff, are for this reader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordContext:
    """What the form for a new score needs to know of its goal."""

    goal_id: UUID
    student_id: UUID
    student_name: str
    number: int
    title: str
    scale: str
    unit: str
    baseline_on: date


def opened_goal(*, actor: Actor, goal_id: UUID, lock: bool = False) -> tuple[Goal, Access]:
    """One goal with its IEP and student, and what the actor is to them.

    Raises NotFound when the student, or a draft that is not shared, does not exist for `actor`; NotAllowed when the
    student does and progress is not theirs to see. With `lock` nobody else changes the goal's points meanwhile.
    """
    goal = visible_goal(actor=actor, goal_id=goal_id, lock=lock)
    access = access_to(actor, goal.student)
    if not access.sees(Group.PROGRESS):
        raise NotAllowed
    return goal, access


def record_context(*, actor: Actor, goal_id: UUID) -> RecordContext:
    """The goal that a score is about to be recorded for. Raises NotFound, NotAllowed."""
    goal, access = opened_goal(actor=actor, goal_id=goal_id)
    if not access.may(Action.RECORD, Group.PROGRESS):
        raise NotAllowed
    return RecordContext(
        goal_id=goal.id,
        student_id=goal.student_id,
        student_name=goal.student.name,
        number=goal.number,
        title=goal.title,
        scale=goal.scale,
        unit=goal.unit,
        baseline_on=goal.baseline_on,
    )


def goal_points(*, actor: Actor, goal_id: UUID) -> GoalPoints:
    """The points of a goal, for cursor pages. Raises NotFound, NotAllowed."""
    goal, access = opened_goal(actor=actor, goal_id=goal_id)
    return GoalPoints(
        student_id=goal.student_id,
        topic=goal.topic,
        version=topic_version(goal.topic),
        rows=points_of(actor=actor, goal=goal),
        shows_notes=shows_notes(access),
    )


def goals_that_count(*, actor: Actor, goal: Goal) -> list[Goal]:
    """The goals for which a point of `goal` counts, locked: itself, and those that continue it in later IEPs."""
    rows = Goal.objects.visible_to(actor).filter(
        student_id=goal.student_id,
        lineage_id=goal.lineage_id,
        iep__status__in=IN_FORCE_OR_PAST,
        iep__number__gte=goal.iep.number,
    )
    return list(rows.select_related("iep").select_for_update(of=("self",), no_key=True).order_by("id"))


def goals_with_points(*, actor: Actor, after: UUID | None, limit: int) -> list[UUID]:
    """Ids of goals that may have points, in order, after one id: for work through all of them."""
    rows = Goal.objects.visible_to(actor).filter(iep__status__in=IN_FORCE_OR_PAST)
    if after is not None:
        rows = rows.filter(id__gt=after)
    return list(rows.order_by("id").values_list("id", flat=True)[:limit])


def opened_point(*, actor: Actor, point_id: UUID) -> ProgressPoint:
    """One point with its goal locked, voided or not. Raises NotFound, NotAllowed."""
    found = (
        ProgressPoint.objects.visible_to(actor).filter(id=point_id).values_list("goal_id", flat=True).first()
    )
    if found is None:
        raise NotFound
    goal, _ = opened_goal(actor=actor, goal_id=found, lock=True)
    point = ProgressPoint.objects.visible_to(actor).get(id=point_id)
    point.goal, point.student = goal, goal.student
    return point


def points_of(*, actor: Actor, goal: Goal) -> QuerySet[ProgressPoint]:
    """The points that count for a goal, oldest first: its own, and since its baseline those of goals it continues.

    What was recorded under a later IEP does not count: a past goal keeps what was known of it.
    """
    rows = ProgressPoint.objects.visible_to(actor).filter(
        lineage_id=goal.lineage_id, voided_at=None, goal__iep__number__lte=goal.iep.number
    )
    counted = rows.filter(
        Q(measured_on__gte=goal.baseline_on, is_baseline=False) | Q(goal=goal, is_baseline=True)
    )
    return counted.order_by("measured_on", "id")


def terms_of(goal: Goal) -> GoalTerms:
    """What the goal asks for, as arithmetic takes it."""
    return GoalTerms(
        direction=Direction(goal.direction),
        target=goal.target_value,
        target_on=goal.target_on,
        baseline=goal.baseline_value,
        baseline_on=goal.baseline_on,
    )


def aimline_of(goal: Goal) -> Aimline:
    """The aimline of a goal, from its baseline to its target."""
    return Aimline(
        start_on=goal.baseline_on,
        start=goal.baseline_value,
        target_on=goal.target_on,
        target=goal.target_value,
        direction=Direction(goal.direction),
    )


class Measured(Protocol):
    """Anything with a score and its day."""

    @property
    def measured_on(self) -> date: ...
    @property
    def value(self) -> Decimal: ...
    @property
    def is_baseline(self) -> bool: ...


def measured(points: Iterable[Measured]) -> list[Measurement]:
    """Points as arithmetic takes them."""
    return [
        Measurement(on=point.measured_on, value=point.value, is_baseline=point.is_baseline)
        for point in points
    ]


def shows_notes(access: Access) -> bool:
    """Whoever records, and whoever reads the whole IEP; not families, for whom reports are written."""
    return access.may(Action.RECORD, Group.PROGRESS) or access.sees(Group.IEP)
