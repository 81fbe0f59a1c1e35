"""How far two observers of one session agree (inter-observer agreement): the sessions of a goal that two saw."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.actor import Actor, Kind
from core.errors import NotAllowed
from core.models import topic
from core.outbox import topic_version
from ieps.models import Goal, Iep
from progress.arithmetic import LOW_AGREEMENT, Agreement, compared, mean_agreement, trials_of
from progress.models import ProgressPoint, SecondObservation
from progress.queries.points import (
    RecordContext,
    context_of,
    opened_goal,
    opened_point,
    points_of,
    shows_notes,
)
from progress.rules import may_record_progress

SESSIONS_SHOWN = 8
LEAST_SHARE = 20
"""So many percent of the sessions are to be seen twice at least (Cooper, Heron and Heward)."""
LEVEL_SCALES = (Goal.Scale.RUBRIC, Goal.Scale.ATTAINMENT, Goal.Scale.PROMPT)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenTwice:
    """One session as two people saw it."""

    id: UUID
    point_id: UUID
    measured_on: date
    first: Decimal
    first_by: str
    second: Decimal
    second_by: str
    found: Agreement
    trials: int
    """How many single trials or intervals were compared; 0 for none."""

    @property
    def apart_words(self) -> str:
        """The trials on which the two differ."""
        return ", ".join(str(number) for number in self.found.apart)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionToSee:
    """A session that the reader may add what they saw of."""

    point_id: UUID
    measured_on: date
    by: str
    trials: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementPage:
    """The agreement of the observers of one goal."""

    goal: RecordContext
    topic: str
    version: str
    rows: tuple[SeenTwice, ...]
    """Newest first."""
    sessions: int
    """How many sessions there are."""
    seen_twice: int
    share: int | None
    """Sessions that two saw, in percent of all; None without sessions."""
    mean: Decimal | None
    to_see: tuple[SessionToSee, ...]
    may_record: bool

    @property
    def low(self) -> tuple[SeenTwice, ...]:
        """The sessions on which the two do not see the same."""
        return tuple(row for row in self.rows if row.found.is_low)

    @property
    def is_low(self) -> bool:
        """Whether the goal's observers, taken together, do not see the same."""
        return self.mean is not None and self.mean < LOW_AGREEMENT

    @property
    def is_seldom(self) -> bool:
        """Whether too few sessions were seen by two."""
        return self.share is not None and self.share < LEAST_SHARE


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondAct:
    """A session for its second observer. What the first saw is not told: it would lead the eye."""

    goal: RecordContext
    point_id: UUID
    measured_on: date
    setting: str
    by: str
    method: str
    kind: str
    """trials, steps or intervals; empty where one score is entered."""
    count: int
    """How many trials or intervals there were."""
    seconds: object
    """How long one interval lasts."""


def agreement_page(*, actor: Actor, goal_id: UUID) -> AgreementPage:
    """Who saw what of a goal's sessions, for those who record it or read the whole IEP. Raises NotFound, NotAllowed."""
    version = topic_version(topic("goal", goal_id))
    goal, access = opened_goal(actor=actor, goal_id=goal_id)
    if not shows_notes(access):
        raise NotAllowed
    points = [point for point in points_of(actor=actor, goal=goal) if not point.is_baseline]
    known = {point.id: point for point in points}
    seconds = SecondObservation.objects.filter(
        organization_id=actor.organization_id, lineage_id=goal.lineage_id, point_id__in=known
    )
    found = [(known[row.point_id], row) for row in seconds.order_by("-created_at", "-id")]
    rows = tuple(
        sorted(
            (_row(point, row, goal) for point, row in found), key=lambda each: each.measured_on, reverse=True
        )
    )
    twice = {point.id for point, _row_ in found}
    may_record = (
        may_record_progress(actor, goal)
        and goal.iep.status == Iep.Status.ACTIVE
        and goal.student.archived_at is None
    )
    return AgreementPage(
        goal=context_of(goal),
        topic=goal.topic,
        version=version,
        rows=rows,
        sessions=len(points),
        seen_twice=len(twice),
        share=round(100 * len(twice) / len(points)) if points else None,
        mean=mean_agreement([row.found.told for row in rows]),
        to_see=tuple(_to_see(actor, points, found)) if may_record else (),
        may_record=may_record,
    )


def second_act(*, actor: Actor, point_id: UUID) -> SecondAct:
    """A session for its second observer, who records the goal too. Raises NotFound, NotAllowed."""
    point = opened_point(actor=actor, point_id=point_id)
    goal, _access = opened_goal(actor=actor, goal_id=point.goal_id)
    if not may_record_progress(actor, goal):
        raise NotAllowed
    kind, count = _singles(point)
    method = "interval" if kind else "exact" if point.goal.scale in LEVEL_SCALES else "total"
    return SecondAct(
        goal=context_of(point.goal),
        point_id=point.id,
        measured_on=point.measured_on,
        setting=point.setting,
        by=point.observer_name or point.recorded_by_name,
        method=method,
        kind=kind,
        count=count,
        seconds=(point.raw or {}).get("seconds"),
    )


def _singles(point: ProgressPoint) -> tuple[str, int]:
    for name in ("trials", "steps", "intervals"):
        if point.raw and point.raw.get(name):
            return name, len(trials_of(point.raw))
    return "", 0


def _row(point: ProgressPoint, row: SecondObservation, goal: Goal) -> SeenTwice:
    found = compared((point.value, point.raw), (row.value, row.raw), is_level=goal.scale in LEVEL_SCALES)
    return SeenTwice(
        id=row.id,
        point_id=point.id,
        measured_on=point.measured_on,
        first=point.value,
        first_by=point.observer_name or point.recorded_by_name,
        second=row.value,
        second_by=row.observer_name,
        found=found,
        trials=_singles(point)[1] if found.each is not None else 0,
    )


def _to_see(
    actor: Actor, points: list[ProgressPoint], found: Iterable[tuple[ProgressPoint, SecondObservation]]
) -> Iterable[SessionToSee]:
    """The latest sessions that somebody else recorded and the reader has not added to."""
    if actor.kind is not Kind.PERSON:
        return
    done = {point.id for point, row in found if row.observer_id == actor.person_id}
    open_ = [
        point
        for point in reversed(points)
        if point.id not in done
        and point.excluded_at is None
        and actor.person_id not in {point.recorded_by_id, point.observer_id}
    ]
    for point in open_[:SESSIONS_SHOWN]:
        yield SessionToSee(
            point_id=point.id,
            measured_on=point.measured_on,
            by=point.observer_name or point.recorded_by_name,
            trials=_singles(point)[1],
        )
