"""One goal in full: its scores beside the aimline, and what they say."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from accounts.calendar_models import measuring
from accounts.calendars import Calendar, no_school, periods_of
from accounts.queries import calendar_of
from accounts.rights import Action, Group
from core.actor import Actor, Kind, everybody
from core.errors import NotAllowed
from core.kept import kept_until_news
from core.models import topic
from core.outbox import topic_versions
from ieps.models import Goal, Iep
from progress import arithmetic
from progress.arithmetic import (
    Aimline,
    DecisionRule,
    Direction,
    GoalTerms,
    Measurement,
    Missed,
    missed_probes,
    phase_statistics,
)
from progress.models import Decision, GoalState, Phase, ProgressPoint
from progress.queries.course import course_of, decisions_of, phases_of, state_of
from progress.queries.district import decision_rule
from progress.queries.points import (
    aimline_of,
    counts_for,
    measured,
    opened_goal,
    points_of,
    shows_notes,
    terms_of,
)
from progress.queries.shown import GoalProgress, PhaseRow, PointRow
from progress.rules import may_decide, may_record_progress
from students.models import Student
from students.rules import Access
from students.rules import access as access_to

Row = TypeVar("Row", ProgressPoint, Phase, Decision)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Measuring:
    """By what the goals of a school are measured."""

    rule: DecisionRule
    calendar: Calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was read of one goal."""

    points: Sequence[ProgressPoint]
    phases: Sequence[Phase]
    decisions: Sequence[Decision]
    state: GoalState | None
    measuring: _Measuring
    topics: tuple[str, ...]
    """Of the goal, and of the district's rule and calendars."""
    versions: Mapping[str, str]


def goal_progress(
    *,
    actor: Actor,
    goal_id: UUID,
    today: date,
    weeks: int | None = None,
    shows_all: bool = False,
    versions: Mapping[str, str] | None = None,
) -> GoalProgress:
    """One goal, its measurements and what they say. Raises NotFound, NotAllowed.

    `versions` of its topics are read here unless whoever asks has read them, before the content in either case: a
    change in between is news.
    """
    topics = (topic("goal", goal_id), measuring(actor.organization_id))
    versions = topic_versions(topics) if versions is None else versions
    goal, access = opened_goal(actor=actor, goal_id=goal_id)
    read = _Read(
        points=list(points_of(actor=actor, goal=goal)),
        phases=phases_of(actor=actor, goal=goal),
        decisions=decisions_of(actor=actor, goal=goal),
        state=state_of(actor=actor, goal=goal),
        measuring=_measuring(actor, goal.student.school_id),
        topics=topics,
        versions=versions,
    )
    return _composed(actor, goal, access, read, today=today, weeks=weeks, shows_all=shows_all)


def goals_progress(
    *, actor: Actor, student: Student, goal_ids: Collection[UUID], today: date
) -> Mapping[UUID, GoalProgress]:
    """Several goals of a student already seen, in a number of statements that does not depend on how many.

    Goals that the actor does not see are left out. Raises NotAllowed where progress is not theirs to see.
    """
    access = access_to(actor, student)
    if not access.sees(Group.PROGRESS):
        raise NotAllowed
    rules = measuring(actor.organization_id)
    versions = topic_versions([rules, *(topic("goal", goal_id) for goal_id in goal_ids)])
    goals = list(
        Goal.objects.visible_to(actor).filter(id__in=goal_ids, student=student).select_related("iep")
    )
    lineages = [goal.lineage_id for goal in goals]
    mine: dict[str, Any] = {"organization_id": actor.organization_id, "lineage_id__in": lineages}
    points = _by_lineage(_points_with_goals(actor, lineages))
    phases = _by_lineage(Phase.objects.filter(**mine).order_by("starts_on"))
    decisions = _by_lineage(
        Decision.objects.filter(**mine).select_related("phase").order_by("-decided_on", "-id")
    )
    states = {row.lineage_id: row for row in GoalState.objects.filter(**mine)}
    measured_by = _measuring(actor, student.school_id)
    found = {}
    for goal in goals:
        goal.student = student
        read = _Read(
            points=[point for point in points[goal.lineage_id] if counts_for(goal, point)],
            phases=phases[goal.lineage_id],
            decisions=decisions[goal.lineage_id],
            state=states.get(goal.lineage_id),
            measuring=measured_by,
            topics=(topic("goal", goal.id), rules),
            versions=versions,
        )
        found[goal.id] = _composed(actor, goal, access, read, today=today)
    return found


def _points_with_goals(actor: Actor, lineages: Collection[UUID]) -> list[ProgressPoint]:
    """The points of lineages, oldest first, each with its goal and that goal's IEP.

    Joined here: a planner that knows nothing yet of a new district reads every score once for each goal.
    """
    rows = ProgressPoint.objects.visible_to(actor).filter(lineage_id__in=lineages, voided_at=None)
    points = list(rows.order_by("measured_on", "id"))
    goals = (
        Goal.objects.filter(  # for all: of points already seen
            organization_id=actor.organization_id, id__in={point.goal_id for point in points}
        )
        .select_related("iep")
        .in_bulk()
    )
    for point in points:
        point.goal = goals[point.goal_id]
    return points


def _measuring(actor: Actor, school_id: UUID) -> _Measuring:
    """The same for everybody, and kept until the district measures by something else."""
    return kept_until_news(
        actor=everybody(actor),
        topics=(measuring(actor.organization_id),),
        key=("measuring", school_id),
        read=lambda _versions: _Measuring(
            rule=decision_rule(actor=actor), calendar=calendar_of(actor=actor, school_id=school_id)
        ),
    )


def _by_lineage(rows: Iterable[Row]) -> defaultdict[UUID, list[Row]]:
    found: defaultdict[UUID, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.lineage_id].append(row)
    return found


def _composed(
    actor: Actor,
    goal: Goal,
    access: Access,
    read: _Read,
    *,
    today: date,
    weeks: int | None = None,
    shows_all: bool = False,
) -> GoalProgress:
    points, phases, state = read.points, read.phases, read.state
    rule, calendar = read.measuring.rule, read.measuring.calendar
    with_trials = goal.mastery_counts == Goal.MasteryCounts.TRIAL
    measurements = tuple(measured(points, with_trials=with_trials))
    terms = terms_of(goal)
    line = aimline_of(goal, measurements)
    course = course_of(phases, read.decisions, state)
    off = dict(no_school(calendar, goal.baseline_on, max(goal.target_on, today)))
    summary = arithmetic.summary(
        measurements,
        terms,
        today,
        rule=rule,
        changes=course.changes,
        decided_on=course.decided_on,
        reopened_on=course.reopened_on,
        calendar=calendar,
    )
    sees_words = shows_notes(access)
    may_record = may_record_progress(actor, goal)
    is_in_force = goal.iep.status == Iep.Status.ACTIVE
    return GoalProgress(
        goal_id=goal.id,
        student_id=goal.student_id,
        student_name=goal.student.name,
        topic=goal.topic,
        version=read.versions[goal.topic],
        topics=" ".join(read.topics),
        versions=" ".join(read.versions[name] for name in read.topics),
        today=today,
        weeks=weeks,
        number=goal.number,
        title=goal.title,
        statement=goal.statement,
        scale=goal.scale,
        unit=goal.unit,
        direction=Direction(goal.direction),
        target=goal.target_value,
        target_on=goal.target_on,
        baseline=line.start if line else None,
        frequency=goal.frequency,
        aimline=line,
        summary=summary,
        rule=rule,
        mastery=terms.mastery,
        reached_on=_reached_on(measurements, terms, today, course.changes),
        measurements=measurements,
        rows=_rows(points, line, phases, actor, access, may_record=may_record),
        phases=tuple(_phase_row(phase, measurements, today, sees_words) for phase in reversed(phases)),
        missed=_missed(goal, measurements, today, off),
        no_school=frozenset(off),
        periods=tuple(
            (period.name, period.first_on, period.last_on + timedelta(days=1))
            for period in periods_of(calendar)
        ),
        state=state.status if state else GoalState.Status.OPEN.value,
        mastered_on=state.mastered_on if state else None,
        state_reason=state.reason if state and sees_words else "",
        shows_all=shows_all,
        is_in_force=is_in_force,
        may_record=may_record and is_in_force,
        may_assign=may_decide(actor, goal) and is_in_force,
        may_decide=may_decide(actor, goal) and is_in_force,
        shows_agreement=sees_words,
    )


def _missed(
    goal: Goal, measurements: Iterable[Measurement], today: date, off: Mapping[date, str]
) -> tuple[Missed, ...]:
    every = -(-goal.probe_days // goal.probe_times)
    days = [point.on for point in measurements if not point.is_baseline]
    return missed_probes(days, every_days=max(every, 2), until=min(today, goal.target_on), no_school=off)


def _phase_row(phase: Phase, measurements: Iterable[Measurement], today: date, sees_words: bool) -> PhaseRow:
    inside = [
        point
        for point in measurements
        if not point.is_baseline
        and point.on >= phase.starts_on
        and (phase.ends_on is None or point.on < phase.ends_on)
    ]
    found = phase_statistics(inside)
    return PhaseRow(
        id=phase.id,
        label=phase.label,
        detail=phase.detail,
        reason=phase.reason if sees_words else "",
        starts_on=phase.starts_on,
        ends_on=phase.ends_on,
        is_present=phase.starts_on <= today and (phase.ends_on is None or today < phase.ends_on),
        statistics=found,
    )


def _rows(
    points: Sequence[ProgressPoint],
    line: Aimline | None,
    phases: Sequence[Phase],
    actor: Actor,
    access: Access,
    *,
    may_record: bool,
) -> tuple[PointRow, ...]:
    """Newest first. What is the same for all is asked once: a goal of two years has hundreds."""
    has_notes, may_write = shows_notes(access), access.may(Action.WRITE, Group.GOALS)
    own_id = actor.person_id if actor.kind is Kind.PERSON and may_record else None

    def row(point: ProgressPoint) -> PointRow:
        aim = None if point.is_baseline or line is None else line.at(point.measured_on)
        return PointRow(
            id=point.id,
            measured_on=point.measured_on,
            value=point.value,
            aim=aim,
            difference=None if aim is None else _rounded(point.value - aim),
            is_short=line is not None
            and aim is not None
            and arithmetic.is_short(point.value, of=aim, direction=line.direction),
            is_baseline=point.is_baseline,
            context=point.context if has_notes else "",
            note=point.note if has_notes else "",
            second=point.second_value,
            setting=point.setting,
            observed_by=point.observer_name if has_notes else "",
            phase=_phase_of(point, phases),
            is_excluded=point.excluded_at is not None,
            exclude_reason=point.exclude_reason if has_notes else "",
            recorded_by=point.recorded_by_name,
            recorded_by_id=point.recorded_by_id,
            may_undo=may_write or (own_id is not None and point.recorded_by_id == own_id),
        )

    return tuple(row(point) for point in reversed(points))


def _rounded(difference: Decimal) -> Decimal:
    """To a tenth; to a hundredth where a tenth would say that there is no difference."""
    return difference.quantize(Decimal("0.1") if abs(difference) >= Decimal("0.1") else Decimal("0.01"))


def _phase_of(point: ProgressPoint, phases: Sequence[Phase]) -> str:
    if point.is_baseline:
        return ""
    return next(
        (
            phase.label
            for phase in reversed(phases)
            if phase.starts_on <= point.measured_on
            and (phase.ends_on is None or point.measured_on < phase.ends_on)
        ),
        "",
    )


def _reached_on(
    points: Iterable[Measurement], terms: GoalTerms, today: date, changes: Sequence[date]
) -> date | None:
    since = max((day for day in changes if day <= today), default=date.min)
    scores = [
        point
        for point in points
        if not (point.is_baseline or point.is_excluded) and since <= point.on <= today
    ]
    trend = arithmetic.ordinary_least_squares(scores) if len(scores) > arithmetic.TREND_POINTS else None
    return arithmetic.day_reached(trend, terms) if trend else None
