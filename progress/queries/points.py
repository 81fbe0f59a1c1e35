"""Goals and points as rows, for mutations and programs, and as arithmetic takes them."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import F, Func, IntegerField, Q, QuerySet
from django.db.models.functions import Mod

from accounts.rights import Action, Group
from core.actor import Actor
from core.errors import NotAllowed, NotFound
from core.outbox import topic_version
from ieps.models import Goal, Iep
from ieps.queries import visible_goal
from progress.arithmetic import (
    Aimline,
    Counts,
    Direction,
    GoalTerms,
    MasteryBy,
    MasteryRule,
    Measurement,
    Window,
    aimline,
    trials_of,
)
from progress.models import MasteryLevel, ProgressPoint
from progress.rules import may_record_progress
from students.models import visible_students
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
    goal, _access = opened_goal(actor=actor, goal_id=goal_id)
    if not may_record_progress(actor, goal):
        raise NotAllowed
    return context_of(goal)


def context_of(goal: Goal) -> RecordContext:
    """A goal with its student, as forms name it."""
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


def goals_that_count(*, actor: Actor, goals: Sequence[Goal]) -> list[Goal]:
    """The goals for which points of these count, locked: themselves, and those that continue them in later IEPs.

    The goals have their IEP.
    """
    earliest: dict[UUID, int] = {}
    for goal in goals:
        earliest[goal.lineage_id] = min(goal.iep.number, earliest.get(goal.lineage_id, goal.iep.number))
    rows = Goal.objects.visible_to(actor).filter(
        student_id__in={goal.student_id for goal in goals},
        lineage_id__in=earliest,
        iep__status__in=IN_FORCE_OR_PAST,
    )
    rows = rows.select_related("iep", "student").select_for_update(of=("self",), no_key=True).order_by("id")
    return [row for row in rows if row.iep.number >= earliest[row.lineage_id]]


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


def counts_for(goal: Goal, point: ProgressPoint) -> bool:
    """The same choice for a point that was read with its goal and IEP, and is of this goal's lineage."""
    if point.goal.iep.number > goal.iep.number:
        return False
    return point.goal_id == goal.id if point.is_baseline else point.measured_on >= goal.baseline_on


def terms_of(goal: Goal) -> GoalTerms:
    """What the goal asks for, as arithmetic takes it."""
    return GoalTerms(
        direction=Direction(goal.direction),
        target=goal.target_value,
        target_on=goal.target_on,
        baseline=goal.baseline_value,
        baseline_on=goal.baseline_on,
        mastery=MasteryRule(
            by=MasteryBy(goal.mastery_by),
            value=goal.mastery_value,
            hits=goal.mastery_hits,
            of=goal.mastery_of,
            counts=Counts(goal.mastery_counts),
            window=Window(goal.mastery_window),
            settings=goal.mastery_settings,
            people=goal.mastery_people,
        ),
    )


def aimline_of(goal: Goal, points: Iterable[Measurement] = ()) -> Aimline | None:
    """The aimline of a goal, from its baseline, or from the median of its first scores, to its target."""
    return aimline(terms_of(goal), points)


def measured(points: Iterable[ProgressPoint], *, with_trials: bool = False) -> list[Measurement]:
    """Points as arithmetic takes them; single trials only where a rule counts them."""
    return [
        Measurement(
            on=point.measured_on,
            value=point.value,
            is_baseline=point.is_baseline,
            id=point.id,
            second=point.second_value,
            setting=point.setting,
            by=point.observer_name or point.recorded_by_name,
            is_mastered=point.mastery_level == MasteryLevel.MASTERED,
            trials=trials_of(point.raw) if with_trials else (),
            is_excluded=point.excluded_at is not None,
        )
        for point in points
    ]


def shows_notes(access: Access) -> bool:
    """Whoever records, and whoever reads the whole IEP; not families, for whom reports are written."""
    return access.may(Action.RECORD, Group.PROGRESS) or access.sees(Group.IEP)


def opened_goals(*, actor: Actor, goal_ids: Collection[UUID]) -> dict[UUID, Goal]:
    """Those of these goals whose progress the actor sees, locked, with their IEPs and students, by id."""
    rows = Goal.objects.visible_to(actor).filter(
        visible_students(actor, prefix="student__", group=Group.PROGRESS), id__in=goal_ids
    )
    locked = rows.select_related("student", "iep").select_for_update(of=("self",), no_key=True)
    return {goal.id: goal for goal in locked.order_by("id")}


_LAST_BYTE = Func(F("id"), template="get_byte(uuid_send(%(expressions)s), 15)", output_field=IntegerField())
_EVALUATED = (
    *(
        "student",
        "lineage_id",
        "scale",
        "direction",
        "baseline_value",
        "baseline_on",
        "target_value",
        "target_on",
    ),
    *("mastery_by", "mastery_value", "mastery_hits", "mastery_of", "mastery_counts", "mastery_window"),
    *("mastery_settings", "mastery_people", "maintenance_days", "probe_times", "probe_days"),
    *("organization", "iep__status"),
)
"""What evaluation needs of a goal: not its words, and not those of its IEP."""


def goals_to_evaluate(
    *, actor: Actor, after: UUID | None, limit: int, part: int = 0, parts: int = 1
) -> list[Goal]:
    """Goals of IEPs in force, with them, in order, after one id, locked: for work through one of so many equal parts
    of them."""
    rows = Goal.objects.visible_to(actor).filter(iep__status=Iep.Status.ACTIVE)
    if after is not None:
        rows = rows.filter(id__gt=after)
    if parts > 1:
        rows = rows.alias(part=Mod(_LAST_BYTE, parts, output_field=IntegerField())).filter(part=part)
    rows = rows.select_related("iep").only(*_EVALUATED).select_for_update(of=("self",), no_key=True)
    return list(rows.order_by("id")[:limit])
