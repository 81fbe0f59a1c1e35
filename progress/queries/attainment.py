"""Goal attainment scaling: the five levels of each goal of a student, how they were rated, and what it comes to."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from accounts.rights import Group
from core.actor import Actor
from core.errors import NotAllowed
from core.outbox import topic_version
from ieps.models import Goal, Iep
from ieps.queries import goals_in_force
from progress.arithmetic import Attained, Rated, Standing, attained, standings
from progress.models import AttainmentRating, AttainmentScale, ProgressPoint
from progress.queries.course import attainment_of
from progress.queries.points import RecordContext, context_of, opened_goal, shows_notes
from progress.rules import may_decide, may_record_progress
from students.queries import opened_student

LEVELS = ("much_less", "less", "expected", "more", "much_more")
"""The columns of a scale, from −2 to +2."""
ROWS_SHOWN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """One level of a goal, and whether it is the one that was reached last."""

    value: int
    words: str
    is_reached: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RatingRow:
    """One rating of a goal."""

    rated_on: date
    level: int
    by: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaledGoal:
    """A goal with its levels, if they were said, and its ratings, newest first."""

    goal_id: UUID
    number: int
    title: str
    weight: int
    levels: tuple[Level, ...]
    """From +2 down to −2; none while they were not said."""
    ratings: tuple[RatingRow, ...]
    is_scored: bool
    """Its own scores are its ratings: it is measured on this scale."""
    may_set: bool
    may_rate: bool

    @property
    def latest(self) -> RatingRow | None:
        """The rating that counts now."""
        return self.ratings[0] if self.ratings else None

    @property
    def words(self) -> Mapping[str, str] | None:
        """What each level looks like, by name, −2 first; None while it was not said."""
        said = [level.words for level in reversed(self.levels)]
        return dict(zip(LEVELS, said, strict=True)) if said else None


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalAttainment:
    """Goal attainment of one goal, as programs read it."""

    student_id: UUID
    topic: str
    goal: ScaledGoal


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryRow:
    """The T-score after one day's ratings, with the level of each scaled goal, None before its first rating."""

    on: date
    score: Decimal
    levels: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AttainmentPage:
    """Goal attainment of one student."""

    student_id: UUID
    student_name: str
    short_name: str
    topic: str
    version: str
    goals: tuple[ScaledGoal, ...]
    is_whole: bool
    """Whether the reader sees every goal, not only those that they are asked to record."""
    score: Decimal | None
    attained: Attained | None
    rated: int
    """How many goals the T-score rests on."""
    scaled: tuple[ScaledGoal, ...]
    """The goals whose levels were said, in their order: the columns of the history."""
    history: tuple[HistoryRow, ...]
    """Newest first."""
    hidden: int
    """How many earlier days the history leaves out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleAct:
    """A goal whose levels are said or rated."""

    goal: RecordContext
    levels: Mapping[str, str]
    weight: int
    words: tuple[tuple[int, str], ...]
    """Levels to choose from, −2 first; none while they were not said."""


def attainment_page(*, actor: Actor, student_id: UUID) -> AttainmentPage:
    """Goal attainment of a student's goals in force, in a constant number of statements.

    Raises NotFound, NotAllowed.
    """
    student, access = opened_student(actor=actor, student_id=student_id)
    if not access.sees(Group.PROGRESS):
        raise NotAllowed
    version = topic_version(student.topic)
    goals = [*goals_in_force(actor=actor, student_ids=[student_id]).get(student_id, ())]
    for goal in goals:
        goal.student = student
    mine = {"organization_id": actor.organization_id, "student_id": student_id}
    scales = {row.lineage_id: row for row in AttainmentScale.objects.filter(**mine)}
    ratings = _ratings(actor, student_id, goals, sees_notes=shows_notes(access))
    is_open = student.archived_at is None
    shown = tuple(
        _scaled(
            goal,
            scales.get(goal.lineage_id),
            ratings.get(goal.lineage_id, ()),
            may_set=is_open and may_decide(actor, goal),
            may_rate=is_open and may_record_progress(actor, goal),
        )
        for goal in goals
    )
    scaled = tuple(goal for goal in shown if goal.levels)
    went = _went(scaled)
    latest = went[-1] if went else None
    return AttainmentPage(
        student_id=student.id,
        student_name=student.name,
        short_name=student.preferred_name or student.given_name,
        topic=student.topic,
        version=version,
        goals=shown,
        is_whole=access.whole.sees(Group.PROGRESS),
        score=latest.score if latest else None,
        attained=attained(latest.score) if latest else None,
        rated=len(latest.levels) if latest else 0,
        scaled=scaled,
        history=tuple(_history_row(each, scaled) for each in reversed(went[-ROWS_SHOWN:])),
        hidden=max(0, len(went) - ROWS_SHOWN),
    )


def goal_attainment(*, actor: Actor, goal_id: UUID, lock: bool = False) -> GoalAttainment:
    """The levels and ratings of one goal; with `lock` nobody changes them meanwhile. Raises NotFound, NotAllowed."""
    goal, access = opened_goal(actor=actor, goal_id=goal_id, lock=lock)
    ratings = _ratings(actor, goal.student_id, [goal], sees_notes=shows_notes(access))
    is_open = goal.iep.status == Iep.Status.ACTIVE and goal.student.archived_at is None
    return GoalAttainment(
        student_id=goal.student_id,
        topic=goal.topic,
        goal=_scaled(
            goal,
            attainment_of(actor=actor, goal=goal),
            ratings.get(goal.lineage_id, ()),
            may_set=is_open and may_decide(actor, goal),
            may_rate=is_open and may_record_progress(actor, goal),
        ),
    )


def scale_act(*, actor: Actor, goal_id: UUID) -> ScaleAct:
    """A goal for whoever says what its levels mean. Raises NotFound, NotAllowed."""
    goal, _access = opened_goal(actor=actor, goal_id=goal_id)
    if not may_decide(actor, goal):
        raise NotAllowed
    return _act(goal, attainment_of(actor=actor, goal=goal))


def rating_act(*, actor: Actor, goal_id: UUID) -> ScaleAct:
    """A goal for whoever rates which level it reached. Raises NotFound, NotAllowed."""
    goal, _access = opened_goal(actor=actor, goal_id=goal_id)
    if not may_record_progress(actor, goal):
        raise NotAllowed
    return _act(goal, attainment_of(actor=actor, goal=goal))


def is_rated_by_scores(goal: Goal) -> bool:
    """Whether the goal is measured on the scale of attainment itself, so that its scores are its ratings."""
    return goal.scale == Goal.Scale.ATTAINMENT


def _act(goal: Goal, scale: AttainmentScale | None) -> ScaleAct:
    words = {name: getattr(scale, name) if scale else "" for name in LEVELS}
    return ScaleAct(
        goal=context_of(goal),
        levels=words,
        weight=scale.weight if scale else 1,
        words=tuple(zip(range(-2, 3), words.values(), strict=True)) if scale else (),
    )


def _ratings(
    actor: Actor, student_id: UUID, goals: Iterable[Goal], *, sees_notes: bool
) -> Mapping[UUID, list[RatingRow]]:
    """Ratings of goals by lineage, newest first; of goals measured on the scale itself their scores."""
    found: dict[UUID, list[RatingRow]] = defaultdict(list)
    by_scores = {goal.lineage_id for goal in goals if is_rated_by_scores(goal)}
    rated = AttainmentRating.objects.filter(
        organization_id=actor.organization_id, student_id=student_id
    ).exclude(lineage_id__in=by_scores)
    for row in rated.order_by("-rated_on", "-id"):
        found[row.lineage_id].append(
            RatingRow(
                rated_on=row.rated_on,
                level=row.level,
                by=row.rated_by_name,
                note=row.note if sees_notes else "",
            )
        )
    scores = ProgressPoint.objects.visible_to(actor).filter(
        lineage_id__in=by_scores, is_baseline=False, voided_at=None, excluded_at=None
    )
    for point in scores.filter(goal__iep__status__in=(Iep.Status.ACTIVE, Iep.Status.SUPERSEDED)).order_by(
        "-measured_on", "-id"
    ):
        if -2 <= point.value <= 2 and point.value == int(point.value):  # noqa: PLR2004
            found[point.lineage_id].append(
                RatingRow(
                    rated_on=point.measured_on,
                    level=int(point.value),
                    by=point.recorded_by_name,
                    note=point.note if sees_notes else "",
                )
            )
    return found


def _scaled(
    goal: Goal, scale: AttainmentScale | None, ratings: Iterable[RatingRow], *, may_set: bool, may_rate: bool
) -> ScaledGoal:
    rows = tuple(ratings) if scale else ()
    reached = rows[0].level if rows else None
    return ScaledGoal(
        goal_id=goal.id,
        number=goal.number,
        title=goal.title,
        weight=scale.weight if scale else 1,
        levels=tuple(
            Level(value=value, words=getattr(scale, name), is_reached=value == reached)
            for value, name in reversed(list(zip(range(-2, 3), LEVELS, strict=True)))
        )
        if scale
        else (),
        ratings=rows,
        is_scored=is_rated_by_scores(goal),
        may_set=may_set,
        may_rate=may_rate and scale is not None,
    )


def _went(goals: Iterable[ScaledGoal]) -> tuple[Standing, ...]:
    return standings(
        Rated(key=goal.goal_id, on=row.rated_on, level=row.level, weight=goal.weight)
        for goal in goals
        for row in reversed(goal.ratings)
    )


def _history_row(standing: Standing, goals: Iterable[ScaledGoal]) -> HistoryRow:
    return HistoryRow(
        on=standing.on,
        score=standing.score,
        levels=tuple(standing.levels.get(goal.goal_id) for goal in goals),
    )
