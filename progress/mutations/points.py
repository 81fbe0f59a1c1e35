"""Scores: recorded, taken back, summed up."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from accounts.models import Organization
from core.actor import Actor, Kind
from core.dates import day_in_record
from core.errors import Conflict, Invalid
from core.mutation import audit, mutation, require, unchanged
from ieps.models import LARGEST_SCORE, Goal, Iep
from progress import arithmetic
from progress.models import GoalSummary, ProgressPoint
from progress.queries import goals_that_count, measured, opened_goal, opened_point, points_of, terms_of
from progress.rules import may_record_progress, may_undo_progress_point
from students.queries import refuse_archived

LONGEST_BASELINE_DAYS = 365
"""How long before the goal's baseline date a baseline score may lie."""

_SUMMARY_FIELDS = (
    "student",
    "status",
    "current_value",
    "last_on",
    "last_by_name",
    "percent_of_way",
    "trend_per_week",
    "in_a_row_below",
    "in_a_row_at_or_above",
    "spark",
    "aim_first",
    "aim_last",
    "points",
)


class MeasuredInTheFuture(Invalid):
    """A score dated after today."""

    code = "measured_in_the_future"


class MeasuredTooEarly(Invalid):
    """A score dated before the goal's baseline."""

    code = "measured_before_the_baseline"


class OutsideTheScale(Invalid):
    """A score that the goal's scale does not have."""

    code = "outside_the_scale"


class GoalNotInForce(Conflict):
    """A score for a goal of a draft or of a past IEP."""

    code = "goal_not_in_force"
    message = _(
        "Scores are recorded for goals of the IEP in force. This goal belongs to a draft or to a past IEP."
    )


class AlreadyRecorded(Conflict):
    """The same entry was sent before, with another score."""

    code = "already_recorded"
    message = _(
        "This entry was already saved, with another score. Look at the newest scores, then enter it anew."
    )


@mutation
def record_progress_point(
    *,
    actor: Actor,
    goal_id: UUID,
    measured_on: date,
    value: Decimal,
    today: date,
    context: str = "",
    note: str = "",
    is_baseline: bool = False,
    client_id: UUID | None = None,
) -> ProgressPoint:
    """Add one measurement to a goal of the IEP in force, in the goal's own unit.

    `client_id` is made where the score was taken; a second call with it answers with the first point.
    Source: 34 CFR 300.320(a)(3), how progress toward the goal is measured.
    Raises NotFound, NotAllowed, Archived, GoalNotInForce, MeasuredInTheFuture, MeasuredTooEarly, OutsideTheScale,
    Invalid, AlreadyRecorded.
    """
    goal, _access = opened_goal(actor=actor, goal_id=goal_id, lock=True)
    require(actor, may_record_progress, goal)
    known = _sent_before(actor, client_id)
    if known is not None:
        if (known.goal_id, known.measured_on, known.value) != (goal.id, measured_on, value):
            raise AlreadyRecorded
        unchanged(actor)
        return known
    refuse_archived(actor=actor, student_id=goal.student_id)
    if goal.iep.status != Iep.Status.ACTIVE:
        raise GoalNotInForce
    _check_day(goal, measured_on, today=today, is_baseline=is_baseline)
    _check_value(goal, value)
    point = ProgressPoint(
        organization_id=actor.organization_id,
        student=goal.student,
        goal=goal,
        lineage_id=goal.lineage_id,
        measured_on=measured_on,
        value=value,
        is_baseline=is_baseline,
        context=context.strip(),
        note=note.strip(),
        recorded_by_id=actor.person_id if actor.kind is Kind.PERSON else None,
        recorded_by_name=actor.name[:120],
        client_id=client_id,
    )
    point.clean_fields(exclude=["organization", "student", "goal", "recorded_by"])
    _save_once(point)
    _summarise(actor, goal)
    audit(
        actor,
        "progress.point.recorded",
        point,
        goal_id=goal.id,
        measured_on=measured_on,
        value=value,
        is_baseline=is_baseline,
        has_note=bool(point.note),
    )
    return point


@mutation
def undo_progress_point(*, actor: Actor, point_id: UUID, reason: str = "") -> ProgressPoint:
    """Void a point recorded by mistake. It stays in the database and no longer counts.

    Raises NotFound, NotAllowed, Invalid.
    """
    point = opened_point(actor=actor, point_id=point_id)
    require(actor, may_undo_progress_point, point)
    refuse_archived(actor=actor, student_id=point.student_id)
    if point.voided_at is not None:
        unchanged(actor)
        return point
    point.voided_at = now()
    point.voided_by_id = actor.person_id if actor.kind is Kind.PERSON else None
    point.void_reason = reason.strip()
    point.clean_fields(exclude=["organization", "student", "goal", "recorded_by", "voided_by"])
    point.save(update_fields=["voided_at", "voided_by", "void_reason"])
    _summarise(actor, point.goal)
    audit(
        actor,
        "progress.point.voided",
        point,
        goal_id=point.goal_id,
        measured_on=point.measured_on,
        value=point.value,
        has_reason=bool(point.void_reason),
    )
    return point


@mutation
def summarise_iep(*, actor: Actor, iep_id: UUID) -> int:
    """Give the goals of an IEP that has come into force their summaries. Returns how many rows changed."""
    goals = list(
        Goal.objects.visible_to(actor)
        .filter(iep_id=iep_id, iep__status=Iep.Status.ACTIVE)
        .select_related("student", "iep")
    )
    changed = _rewrite(actor, goals)
    if not changed:
        unchanged(actor)
        return 0
    audit(actor, "progress.summaries.rebuilt", goals[0].iep, goals=changed)
    return changed


@mutation
def rebuild_summaries(*, actor: Actor, goal_ids: Sequence[UUID]) -> int:
    """Compute the summaries of some goals anew from their points. Returns how many rows were wrong or missing."""
    goals = list(Goal.objects.visible_to(actor).filter(id__in=goal_ids))
    changed = _rewrite(actor, goals)
    if not changed:
        unchanged(actor)
        return 0
    organization = Organization.objects.get(id=actor.organization_id)
    audit(actor, "progress.summaries.rebuilt", organization, goals=changed)
    return changed


class _Counted(NamedTuple):
    """What a summary needs of a point; millions of them are read at a time, so no model is built for each."""

    goal_id: UUID
    measured_on: date
    value: Decimal
    is_baseline: bool
    recorded_by_name: str


def _sent_before(actor: Actor, client_id: UUID | None) -> ProgressPoint | None:
    if client_id is None:
        return None
    return ProgressPoint.objects.visible_to(actor).filter(client_id=client_id).first()


def _save_once(point: ProgressPoint) -> None:
    """Two goals cannot take the same client id, not even at one moment."""
    try:
        with transaction.atomic():
            point.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyRecorded from error


def _check_day(goal: Goal, measured_on: date, *, today: date, is_baseline: bool) -> None:
    if measured_on > today:
        text = _("Choose a date on or before today, %(day)s.") % {"day": day_in_record(today)}
        raise MeasuredInTheFuture(fields={"measured_on": [str(text)]})
    earliest = goal.baseline_on - timedelta(days=LONGEST_BASELINE_DAYS) if is_baseline else goal.baseline_on
    if measured_on < earliest:
        text = _("Choose a date on or after %(day)s: this goal starts with the baseline of that day.") % {
            "day": day_in_record(earliest)
        }
        raise MeasuredTooEarly(fields={"measured_on": [str(text)]})


def _check_value(goal: Goal, value: Decimal) -> None:
    if not value.is_finite():
        raise OutsideTheScale(fields={"value": [str(_("Enter a number."))]})
    largest = LARGEST_SCORE.get(goal.scale)
    if value < 0 or (largest is not None and value > largest):
        text = (
            _("Enter 0 or more.")
            if largest is None
            else _("Enter a number from 0 to %(n)s.") % {"n": largest}
        )
        raise OutsideTheScale(fields={"value": [str(text)]})


def _summarise(actor: Actor, goal: Goal) -> None:
    """Write the summaries anew for which the points of a goal count."""
    goals = goals_that_count(actor=actor, goal=goal)
    _store([_summary_of(actor, each, list(points_of(actor=actor, goal=each))) for each in goals])


def _rewrite(actor: Actor, goals: Sequence[Goal]) -> int:
    """Write summaries that differ from what the points say. Returns how many."""
    by_lineage: dict[UUID, list[_Counted]] = defaultdict(list)
    lineages = {goal.lineage_id for goal in goals}
    rows = ProgressPoint.objects.visible_to(actor).filter(lineage_id__in=lineages, voided_at=None)
    columns = ("lineage_id", "goal_id", "measured_on", "value", "is_baseline", "recorded_by_name")
    for lineage_id, *values in rows.order_by("measured_on", "id").values_list(*columns):
        by_lineage[lineage_id].append(_Counted(*values))
    numbers = dict(
        Goal.objects.visible_to(actor)
        .filter(student_id__in={goal.student_id for goal in goals})
        .values_list("id", "iep__number")
    )
    known = {summary.goal_id: summary for summary in GoalSummary.objects.filter(goal__in=goals)}
    wanted = [
        _summary_of(
            actor, goal, [point for point in by_lineage[goal.lineage_id] if _counts(point, goal, numbers)]
        )
        for goal in goals
    ]
    wrong = [summary for summary in wanted if not _is_same(summary, known.get(summary.goal_id))]
    _store(wrong)
    return len(wrong)


def _counts(point: "_Counted", goal: Goal, numbers: Mapping[UUID, int]) -> bool:
    """The same choice as `queries.points_of`; `numbers` are those of the goals' IEPs."""
    if numbers[point.goal_id] > numbers[goal.id]:
        return False
    return point.goal_id == goal.id if point.is_baseline else point.measured_on >= goal.baseline_on


def _summary_of(actor: Actor, goal: Goal, points: Iterable["_Counted | ProgressPoint"]) -> GoalSummary:
    """What the points say as of the last measured day, so that nothing in the row depends on today."""
    ordered = sorted(points, key=lambda point: (point.measured_on, not point.is_baseline))
    scores = [point for point in ordered if not point.is_baseline] or ordered
    last = scores[-1] if scores else None
    day = last.measured_on if last else goal.baseline_on
    found = arithmetic.summary(measured(ordered), terms_of(goal), day)
    return GoalSummary(
        organization_id=actor.organization_id,
        goal_id=goal.id,
        student_id=goal.student_id,
        status=found.status.value,
        current_value=found.current,
        last_on=found.last_on,
        last_by_name=last.recorded_by_name if last else "",
        percent_of_way=found.percent_of_way,
        trend_per_week=found.trend_per_week,
        in_a_row_below=found.in_a_row_below,
        in_a_row_at_or_above=found.in_a_row_at_or_above,
        spark=list(found.last_values),
        aim_first=_to_four_places(found.aim_first),
        aim_last=_to_four_places(found.aim_last),
        points=len(ordered),
    )


def _to_four_places(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.quantize(Decimal("0.0001"))


def _is_same(summary: GoalSummary, known: GoalSummary | None) -> bool:
    names = ["student_id" if name == "student" else name for name in _SUMMARY_FIELDS]
    return known is not None and all(getattr(summary, name) == getattr(known, name) for name in names)


def _store(summaries: Iterable[GoalSummary]) -> None:
    GoalSummary.objects.bulk_create(
        summaries, update_conflicts=True, unique_fields=["goal"], update_fields=_SUMMARY_FIELDS
    )
