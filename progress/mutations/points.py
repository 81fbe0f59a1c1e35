"""One score: recorded, taken back, left out and counted again; and what a second observer saw."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.actor import Actor, Kind
from core.errors import Conflict, Invalid
from core.mutation import audit, mutation, require, unchanged
from progress.arithmetic import agreement
from progress.measuring import AlreadyRecorded, Entry, SameProbe, check_value, is_same, new_point, recorded
from progress.models import ProgressPoint, SecondObservation
from progress.queries import opened_goal, opened_point
from progress.rules import may_exclude_point, may_record_progress, may_undo_progress_point
from progress.summing import summarise_goals
from students.queries import refuse_archived


class NotSeenTwice(Conflict):
    """The observer of a score does not look a second time at the same session."""

    code = "same_observer"


@mutation
def record_progress_point(
    *,
    actor: Actor,
    goal_id: UUID,
    measured_on: date,
    value: Decimal | None = None,
    today: date,
    client_id: UUID | None = None,
    **more: Any,
) -> ProgressPoint:
    """Add one measurement to a goal of the IEP in force, in the goal's own unit.

    Beside the score come the other fields of `progress.measuring.Entry`, such as `raw`, `setting`, `note`. `client_id`
    is made where the score was taken; a second call with it answers with the first point.
    Source: 34 CFR 300.320(a)(3), how progress toward the goal is measured.
    Raises NotFound, NotAllowed, Archived, GoalNotInForce, MeasuredInTheFuture, MeasuredTooEarly, OutsideTheScale,
    UnitMismatch, RawDoesNotFit, ClockIsWrong, Invalid, AlreadyRecorded, SameProbe.
    """
    entry = Entry(goal_id=goal_id, measured_on=measured_on, value=value, client_id=client_id, **more)
    goal, _access = opened_goal(actor=actor, goal_id=goal_id, lock=True)
    require(actor, may_record_progress, goal)
    known = _sent_before(actor, client_id)
    if known is not None:
        if not is_same(point=known, entry=entry):
            raise AlreadyRecorded
        unchanged(actor)
        return known
    refuse_archived(actor=actor, student_id=goal.student_id)
    point = new_point(actor=actor, goal=goal, entry=entry, today=today)
    if not (entry.is_baseline or entry.is_another_probe) and _is_there(actor, point):
        raise SameProbe
    _save_once(point)
    summarise_goals(actor=actor, goals=[goal], today=today)
    audit(actor, "progress.point.recorded", point, **recorded(point))
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
    _check(point)
    point.save(update_fields=["voided_at", "voided_by", "void_reason"])
    summarise_goals(actor=actor, goals=[point.goal], today=actor.today)
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
def exclude_point(*, actor: Actor, point_id: UUID, reason: str) -> ProgressPoint:
    """Leave a score out of every rule and line, with a reason; it stays on the chart, hollow.

    Raises NotFound, NotAllowed, Archived, Invalid.
    """
    point = opened_point(actor=actor, point_id=point_id)
    require(actor, may_exclude_point, point)
    refuse_archived(actor=actor, student_id=point.student_id)
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say why this score does not count.")]})
    if point.voided_at is not None or point.excluded_at is not None:
        unchanged(actor)
        return point
    point.excluded_at = now()
    point.excluded_by_name = actor.name[:120]
    point.exclude_reason = reason.strip()
    _check(point)
    return _counted_anew(actor, point, "progress.point.excluded")


@mutation
def include_point(*, actor: Actor, point_id: UUID) -> ProgressPoint:
    """Count an excluded score again. Raises NotFound, NotAllowed, Archived."""
    point = opened_point(actor=actor, point_id=point_id)
    require(actor, may_exclude_point, point)
    refuse_archived(actor=actor, student_id=point.student_id)
    if point.excluded_at is None:
        unchanged(actor)
        return point
    point.excluded_at = None
    point.excluded_by_name = point.exclude_reason = ""
    return _counted_anew(actor, point, "progress.point.included")


@mutation
def record_second_observation(
    *,
    actor: Actor,
    point_id: UUID,
    value: Decimal | None = None,
    raw: Mapping[str, object] | None = None,
    method: str = SecondObservation.Method.TOTAL,
) -> SecondObservation:
    """Keep what a second observer recorded of the session of a point, and how far the two agree.

    `interval` compares the single trials or intervals of both. Raises NotFound, NotAllowed, Archived, Invalid,
    NotSeenTwice.
    """
    point = opened_point(actor=actor, point_id=point_id)
    require(actor, may_record_progress, point.goal)
    refuse_archived(actor=actor, student_id=point.student_id)
    if point.voided_at is not None:
        raise Invalid(_("This score was taken back."))
    if actor.kind is Kind.PERSON and actor.person_id in {point.recorded_by_id, point.observer_id}:
        raise NotSeenTwice(_("Somebody else looks a second time: you recorded this score yourself."))
    entry = Entry(goal_id=point.goal_id, measured_on=point.measured_on, value=value, raw=raw)
    seen = new_point(actor=actor, goal=point.goal, entry=entry, today=max(actor.today, point.measured_on))
    check_value(goal=point.goal, value=seen.value)
    found = SecondObservation(
        organization_id=actor.organization_id,
        student_id=point.student_id,
        point=point,
        lineage_id=point.lineage_id,
        value=seen.value,
        raw=seen.raw,
        method=method,
        agreement=_agreement(point, seen, method),
        observer_id=actor.person_id if actor.kind is Kind.PERSON else None,
        observer_name=actor.name[:120],
    )
    found.clean_fields(exclude=["organization", "student", "point", "observer", "raw"])
    SecondObservation.objects.filter(
        organization_id=actor.organization_id, point=point, observer_id=found.observer_id
    ).delete()
    found.save(force_insert=True)
    audit(
        actor,
        "progress.point.observed_twice",
        found,
        goal_id=point.goal_id,
        point_id=point.id,
        method=method,
        agreement=found.agreement,
    )
    return found


def _agreement(point: ProgressPoint, seen: ProgressPoint, method: str) -> Decimal:
    try:
        return agreement(method, (point.value, point.raw), (seen.value, seen.raw))
    except ValueError as error:
        text = _("Both observers need single trials or intervals, and the same number of them.")
        raise Invalid(fields={"method": [text]}) from error


def _counted_anew(actor: Actor, point: ProgressPoint, verb: str) -> ProgressPoint:
    point.save(update_fields=["excluded_at", "excluded_by_name", "exclude_reason"])
    summarise_goals(actor=actor, goals=[point.goal], today=actor.today)
    audit(actor, verb, point, goal_id=point.goal_id, measured_on=point.measured_on, value=point.value)
    return point


def _check(point: ProgressPoint) -> None:
    point.clean_fields(
        exclude=["organization", "student", "goal", "recorded_by", "observer", "voided_by", "raw"]
    )


def _sent_before(actor: Actor, client_id: UUID | None) -> ProgressPoint | None:
    if client_id is None:
        return None
    return ProgressPoint.objects.visible_to(actor).filter(client_id=client_id).first()


def _is_there(actor: Actor, point: ProgressPoint) -> bool:
    """Whether the same score of the same day is recorded already."""
    same = ProgressPoint.objects.visible_to(actor).filter(
        lineage_id=point.lineage_id, measured_on=point.measured_on, value=point.value, voided_at=None
    )
    return same.filter(goal_id=point.goal_id, is_baseline=False, setting=point.setting).exists()


def _save_once(point: ProgressPoint) -> None:
    """Two goals cannot take the same client id, not even at one moment."""
    try:
        with transaction.atomic():
            point.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyRecorded from error
