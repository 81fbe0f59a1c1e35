"""How a goal goes, as programs read it: status and verdict, phases, decisions, who records it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q

from accounts.rights import Group
from core.actor import Actor
from core.outbox import topic_version
from progress.decision_words import suggestion_words, verdict_words
from progress.models import DataTask, Decision, Phase
from progress.queries.course import decisions_of, opened_phase, phases_of
from progress.queries.decisions import DecisionRow, told
from progress.queries.page import goal_progress
from progress.queries.points import opened_goal, shows_notes
from progress.rules import may_decide


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldVerdict:
    """Which rule fired, on which scores, what it suggests; in codes and in words."""

    rule: str
    suggestion: str
    needs_decision: bool
    points: tuple[UUID, ...]
    words: str
    suggested: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalStatus:
    """How a goal goes, on one day. Values are in `unit`."""

    goal_id: UUID
    student_id: UUID
    topic: str
    version: str
    status: str
    state: str
    mastered_on: date | None
    unit: str
    direction: str
    baseline: Decimal | None
    target: Decimal
    target_on: date
    current: Decimal | None
    last_on: date | None
    percent_of_way: Decimal | None
    trend_per_week: Decimal | None
    reached_on: date | None
    points: int
    missed: int
    may_record: bool
    may_decide: bool
    verdict: ToldVerdict


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseTold:
    """What was tried in one time."""

    id: UUID
    label: str
    detail: str
    reason: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DataTaskTold:
    """Who is asked to record a goal, and how."""

    id: UUID
    person_id: UUID
    instructions: str
    trials: int | None
    starts_on: date
    ends_on: date | None
    assigned_by_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfGoal:
    """Whose goal some rows are about, and what to watch."""

    student_id: UUID
    topic: str
    version: str
    rows: tuple[object, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalPhases(OfGoal):
    """What was tried for a goal, oldest first."""

    rows: tuple[PhaseTold, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalDecisions(OfGoal):
    """What was decided on a goal, newest first."""

    rows: tuple[DecisionRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalDataTasks(OfGoal):
    """Who is asked to record a goal."""

    rows: tuple[DataTaskTold, ...]


def goal_status(*, actor: Actor, goal_id: UUID, today: date) -> GoalStatus:
    """Status, current level, trend, projection and verdict of a goal. Raises NotFound, NotAllowed."""
    page = goal_progress(actor=actor, goal_id=goal_id, today=today)
    found, verdict = page.summary, page.summary.verdict
    return GoalStatus(
        goal_id=page.goal_id,
        student_id=page.student_id,
        topic=page.topic,
        version=page.version,
        status=found.status.value,
        state=page.state,
        mastered_on=page.mastered_on,
        unit=page.unit,
        direction=page.direction.value,
        baseline=_in_cents(page.baseline),
        target=page.target,
        target_on=page.target_on,
        current=found.current,
        last_on=found.last_on,
        percent_of_way=found.percent_of_way,
        trend_per_week=found.trend_per_week,
        reached_on=page.reached_on,
        points=sum(not (point.is_baseline or point.is_excluded) for point in page.measurements),
        missed=len(page.missed),
        may_record=page.may_record,
        may_decide=page.may_decide,
        verdict=ToldVerdict(
            rule=verdict.rule.value,
            suggestion=verdict.suggestion.value,
            needs_decision=verdict.needs_decision,
            points=tuple(UUID(str(point.id)) for point in verdict.points if point.id is not None),
            words=verdict_words(page),
            suggested=suggestion_words(page),
        ),
    )


def goal_phases(*, actor: Actor, goal_id: UUID) -> GoalPhases:
    """The phases of a goal, oldest first; why one began is for the team. Raises NotFound, NotAllowed."""
    goal, access = opened_goal(actor=actor, goal_id=goal_id)
    version = topic_version(goal.topic)
    rows = phases_of(actor=actor, goal=goal)
    return GoalPhases(
        student_id=goal.student_id,
        topic=goal.topic,
        version=version,
        rows=tuple(_phase_told(row, is_team=shows_notes(access)) for row in rows),
    )


def phase_to_change(*, actor: Actor, phase_id: UUID) -> tuple[PhaseTold, str]:
    """A phase, and the version of its goal. Raises NotFound, NotAllowed."""
    phase = opened_phase(actor=actor, phase_id=phase_id)
    return _phase_told(phase, is_team=True), topic_version(phase.goal.topic)


def _phase_told(phase: Phase, *, is_team: bool) -> PhaseTold:
    """A phase as programs read it."""
    return PhaseTold(
        id=phase.id,
        label=phase.label,
        detail=phase.detail,
        reason=phase.reason if is_team else "",
        starts_on=phase.starts_on,
        ends_on=phase.ends_on,
    )


def goal_decisions(*, actor: Actor, goal_id: UUID) -> GoalDecisions:
    """The decisions on a goal, newest first. Raises NotFound, NotAllowed."""
    goal, access = opened_goal(actor=actor, goal_id=goal_id)
    version = topic_version(goal.topic)
    rows = decisions_of(actor=actor, goal=goal)
    return GoalDecisions(
        student_id=goal.student_id,
        topic=goal.topic,
        version=version,
        rows=tuple(told(row, is_team=access.sees(Group.IEP)) for row in rows),
    )


def decision_row(*, actor: Actor, decision: Decision) -> DecisionRow:
    """A decision that the actor made, as programs read it. Raises NotFound, NotAllowed."""
    _goal, access = opened_goal(actor=actor, goal_id=decision.goal_id)
    return told(decision, is_team=access.sees(Group.IEP))


def goal_data_tasks(*, actor: Actor, goal_id: UUID) -> GoalDataTasks:
    """Data tasks of a goal that have not ended: all for whoever decides on it, else one's own.

    Raises NotFound, NotAllowed.
    """
    goal, _access = opened_goal(actor=actor, goal_id=goal_id)
    version = topic_version(goal.topic)
    rows = DataTask.objects.filter(
        Q(ends_on=None) | Q(ends_on__gt=actor.today),
        organization_id=actor.organization_id,
        lineage_id=goal.lineage_id,
    )
    if not may_decide(actor, goal):
        rows = rows.filter(person_id=actor.acting_person_id) if actor.acting_person_id else rows.none()
    return GoalDataTasks(
        student_id=goal.student_id,
        topic=goal.topic,
        version=version,
        rows=tuple(_data_task_told(row) for row in rows.order_by("starts_on", "id")),
    )


def _data_task_told(row: DataTask) -> DataTaskTold:
    """A data task as programs read it."""
    return DataTaskTold(
        id=row.id,
        person_id=row.person_id,
        instructions=row.instructions,
        trials=row.trials,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        assigned_by_name=row.assigned_by_name,
    )


def _in_cents(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.01"))
