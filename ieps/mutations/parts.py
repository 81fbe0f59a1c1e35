"""Goals, services and accommodations of a draft: add, change, take out, put back."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Max, ProtectedError
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.errors import Conflict, Invalid
from core.mutation import audit, mutation, require, unchanged
from ieps.models import Accommodation, Goal, Iep, RemovedPart, Service
from ieps.mutations.editing import (
    check_nobody_was_first,
    check_person,
    check_shape,
    locked_draft,
    only_known,
    put,
    touch,
)
from ieps.queries import visible_accommodation, visible_goal, visible_removed, visible_service
from ieps.rules import may_write_goal

GOAL_FIELDS = (
    "domain",
    "title",
    "statement",
    "scale",
    "unit",
    "direction",
    "baseline_value",
    "baseline_on",
    "baseline_context",
    "target_value",
    "target_on",
    "accuracy",
    "conditions",
    "benchmarks",
    "evaluation_method",
    "frequency",
    "responsible_id",
)
SERVICE_FIELDS = (
    "kind",
    "focus",
    "minutes",
    "times",
    "period",
    "delivery",
    "location",
    "starts_on",
    "ends_on",
    "provider_id",
    "provider_role",
)
ACCOMMODATION_FIELDS = ("kind", "text", "setting")
LARGEST: Mapping[str, Decimal] = {Goal.Scale.PERCENT: Decimal(100), Goal.Scale.RUBRIC: Decimal(10)}
MOST_PARTS = 100  # goals, or services, or accommodations of one IEP; more is a slip

Part = TypeVar("Part", Goal, Service, Accommodation)


class HasMeasurements(Conflict):
    """A goal with progress points stays."""

    code = "has_measurements"
    message = gettext_lazy("Progress was recorded on this goal, so it stays.")


class TooMany(Conflict):
    """An IEP of a hundred goals helps nobody."""

    code = "too_many"
    message = gettext_lazy("An IEP has at most 100 goals, 100 services and 100 accommodations.")


@mutation
def add_goal(*, actor: Actor, iep_id: UUID, values: Mapping[str, Any], today: date) -> Goal:
    """Add a measurable annual goal at the end of a draft's goals; `values` are those of `GOAL_FIELDS`.

    Source: 34 CFR 300.320(a)(2). Raises NotFound, NotAllowed, NotADraft, Invalid.
    """
    iep = locked_draft(actor=actor, iep_id=iep_id)
    goal = Goal(organization_id=actor.organization_id, iep=iep, student=iep.student)
    goal.number = _next_number(iep)
    return _add(
        actor=actor,
        iep=iep,
        part=goal,
        values=values,
        known=GOAL_FIELDS,
        check=lambda: _check_goal(actor, goal, today),
        verb="ieps.goal.added",
    )


@mutation
def update_goal(
    *,
    actor: Actor,
    goal_id: UUID,
    values: Mapping[str, Any],
    today: date,
    expected_version: int | None = None,
) -> Goal:
    """Change columns of a draft's goal. `expected_version` is the goal's version when the writer read it.

    Raises NotFound, NotAllowed, NotADraft, EditConflict (with both texts), Invalid.
    """
    require(actor, may_write_goal, goal := visible_goal(actor=actor, goal_id=goal_id))
    iep = locked_draft(actor=actor, iep_id=goal.iep_id)
    goal = visible_goal(actor=actor, goal_id=goal_id, lock=True)
    return _update(
        actor=actor,
        iep=iep,
        part=goal,
        values=values,
        known=GOAL_FIELDS,
        check=lambda: _check_goal(actor, goal, today),
        verb="ieps.goal.changed",
        expected_version=expected_version,
    )


@mutation
def remove_goal(*, actor: Actor, goal_id: UUID) -> RemovedPart:
    """Take a goal out of a draft; `restore_part` puts it back.

    Raises NotFound, NotAllowed, NotADraft, HasMeasurements.
    """
    require(actor, may_write_goal, goal := visible_goal(actor=actor, goal_id=goal_id))
    iep = locked_draft(actor=actor, iep_id=goal.iep_id)
    goal = visible_goal(actor=actor, goal_id=goal_id, lock=True)
    removed = _remove(actor, iep, goal, RemovedPart.Kind.GOAL, "ieps.goal.removed")
    _renumber(list(Goal.objects.filter(iep_id=iep.id).order_by("number")))
    return removed


@mutation
def reorder_goals(*, actor: Actor, iep_id: UUID, goal_ids: Sequence[UUID]) -> Iep:
    """Put a draft's goals in this order; all of them are named, once each.

    Raises NotFound, NotAllowed, NotADraft, Invalid.
    """
    iep = locked_draft(actor=actor, iep_id=iep_id)
    goals = {goal.id: goal for goal in Goal.objects.filter(iep_id=iep.id)}
    if len(goal_ids) != len(goals) or set(goal_ids) != set(goals):
        raise Invalid(_("Name every goal of the IEP once."))
    if not _renumber([goals[goal_id] for goal_id in goal_ids]):
        unchanged(actor)
        return iep
    touch(actor=actor, iep=iep)
    audit(actor, "ieps.goals.reordered", iep, order=list(goal_ids))
    return iep


@mutation
def move_goal(*, actor: Actor, goal_id: UUID, by: int) -> Iep:
    """Move a draft's goal up (`by` negative) or down among the others; at the end it stays.

    Raises NotFound, NotAllowed, NotADraft.
    """
    require(actor, may_write_goal, goal := visible_goal(actor=actor, goal_id=goal_id))
    iep = locked_draft(actor=actor, iep_id=goal.iep_id)
    order = list(Goal.objects.filter(iep_id=iep.id).order_by("number").values_list("id", flat=True))
    place = order.index(goal_id)
    order.insert(max(0, min(len(order) - 1, place + by)), order.pop(place))
    return reorder_goals(actor=actor, iep_id=iep.id, goal_ids=order)


@mutation
def add_service(*, actor: Actor, iep_id: UUID, values: Mapping[str, Any], today: date) -> Service:
    """Add a service with its minutes to a draft; `values` are those of `SERVICE_FIELDS`.

    Source: 34 CFR 300.320(a)(4), (7). Raises NotFound, NotAllowed, NotADraft, Invalid.
    """
    iep = locked_draft(actor=actor, iep_id=iep_id)
    service = Service(organization_id=actor.organization_id, iep=iep, student=iep.student)
    return _add(
        actor=actor,
        iep=iep,
        part=service,
        values=values,
        known=SERVICE_FIELDS,
        check=lambda: _check_service(actor, service, today),
        verb="ieps.service.added",
    )


@mutation
def update_service(
    *,
    actor: Actor,
    service_id: UUID,
    values: Mapping[str, Any],
    today: date,
    expected_version: int | None = None,
) -> Service:
    """Change columns of a draft's service. Raises NotFound, NotAllowed, NotADraft, EditConflict, Invalid."""
    iep = locked_draft(actor=actor, iep_id=visible_service(actor=actor, service_id=service_id).iep_id)
    service = visible_service(actor=actor, service_id=service_id, lock=True)
    return _update(
        actor=actor,
        iep=iep,
        part=service,
        values=values,
        known=SERVICE_FIELDS,
        check=lambda: _check_service(actor, service, today),
        verb="ieps.service.changed",
        expected_version=expected_version,
    )


@mutation
def remove_service(*, actor: Actor, service_id: UUID) -> RemovedPart:
    """Take a service out of a draft; `restore_part` puts it back. Raises NotFound, NotAllowed, NotADraft."""
    iep = locked_draft(actor=actor, iep_id=visible_service(actor=actor, service_id=service_id).iep_id)
    service = visible_service(actor=actor, service_id=service_id, lock=True)
    return _remove(actor, iep, service, RemovedPart.Kind.SERVICE, "ieps.service.removed")


@mutation
def add_accommodation(*, actor: Actor, iep_id: UUID, values: Mapping[str, Any]) -> Accommodation:
    """Add an accommodation, a modification or a testing accommodation to a draft.

    Raises NotFound, NotAllowed, NotADraft, Invalid.
    """
    iep = locked_draft(actor=actor, iep_id=iep_id)
    row = Accommodation(organization_id=actor.organization_id, iep=iep, student=iep.student)
    return _add(
        actor=actor,
        iep=iep,
        part=row,
        values=values,
        known=ACCOMMODATION_FIELDS,
        check=_nothing_more,
        verb="ieps.accommodation.added",
    )


@mutation
def update_accommodation(
    *, actor: Actor, accommodation_id: UUID, values: Mapping[str, Any], expected_version: int | None = None
) -> Accommodation:
    """Change a draft's accommodation or modification. Raises NotFound, NotAllowed, NotADraft, EditConflict, Invalid."""
    found = visible_accommodation(actor=actor, accommodation_id=accommodation_id)
    iep = locked_draft(actor=actor, iep_id=found.iep_id)
    row = visible_accommodation(actor=actor, accommodation_id=accommodation_id, lock=True)
    return _update(
        actor=actor,
        iep=iep,
        part=row,
        values=values,
        known=ACCOMMODATION_FIELDS,
        check=_nothing_more,
        verb="ieps.accommodation.changed",
        expected_version=expected_version,
    )


@mutation
def remove_accommodation(*, actor: Actor, accommodation_id: UUID) -> RemovedPart:
    """Take an accommodation out of a draft; `restore_part` puts it back. Raises NotFound, NotAllowed, NotADraft."""
    found = visible_accommodation(actor=actor, accommodation_id=accommodation_id)
    iep = locked_draft(actor=actor, iep_id=found.iep_id)
    row = visible_accommodation(actor=actor, accommodation_id=accommodation_id, lock=True)
    return _remove(actor, iep, row, RemovedPart.Kind.ACCOMMODATION, "ieps.accommodation.removed")


@mutation
def restore_part(*, actor: Actor, removed_id: UUID) -> Iep:
    """Put back what was taken out of a draft, with its id; a goal comes last.

    Raises NotFound, NotAllowed, NotADraft.
    """
    iep = locked_draft(actor=actor, iep_id=visible_removed(actor=actor, removed_id=removed_id).iep_id)
    removed = visible_removed(actor=actor, removed_id=removed_id, lock=True)
    model: type[Goal | Service | Accommodation] = {
        RemovedPart.Kind.GOAL.value: Goal,
        RemovedPart.Kind.SERVICE.value: Service,
        RemovedPart.Kind.ACCOMMODATION.value: Accommodation,
    }[removed.kind]
    part = model(
        **{
            field.attname: field.to_python(removed.values[field.attname])
            for field in model._meta.concrete_fields
            if field.attname in removed.values
        }
    )
    part.student, part.iep = iep.student, iep
    if isinstance(part, Goal):
        part.number = _next_number(iep)
    part.save(force_insert=True)
    removed.delete()
    touch(actor=actor, iep=iep)
    audit(actor, f"ieps.{model._meta.model_name}.restored", part, iep_id=iep.id)
    return iep


def _add(
    *,
    actor: Actor,
    iep: Iep,
    part: Part,
    values: Mapping[str, Any],
    known: Sequence[str],
    check: Callable[[], None],
    verb: str,
) -> Part:
    only_known(values=values, known=known)
    if type(part)._default_manager.filter(iep_id=iep.id).count() >= MOST_PARTS:
        raise TooMany
    change = put(record=part, values=values)
    check_shape(record=part, values={name: getattr(part, name) for name in known})
    check()
    part.changed_by_name = actor.name[:120]
    part.save(force_insert=True)
    touch(actor=actor, iep=iep)
    kept = {name: after for name, (_before, after) in change.values.items()}
    audit(actor, verb, part, iep_id=iep.id, values=kept)
    return part


def _update(
    *,
    actor: Actor,
    iep: Iep,
    part: Part,
    values: Mapping[str, Any],
    known: Sequence[str],
    check: Callable[[], None],
    verb: str,
    expected_version: int | None,
) -> Part:
    only_known(values=values, known=known)
    check_nobody_was_first(
        record=part,
        values=values,
        expected_version=expected_version,
        changed_at_version=part.version,
        by=part.changed_by_name,
    )
    change = put(record=part, values=values)
    if not change.fields:
        unchanged(actor)
        return part
    check_shape(record=part, values=values)
    check()
    part.version += 1
    part.changed_by_name = actor.name[:120]
    saved = ["version", "changed_by_name", *change.fields]
    if isinstance(part, Goal):
        part.changed_at = now()
        saved.append("changed_at")
    part.save(update_fields=saved)
    touch(actor=actor, iep=iep)
    audit(actor, verb, part, iep_id=iep.id, fields=change.fields, changes=change.values, version=part.version)
    return part


def _remove(actor: Actor, iep: Iep, part: Part, kind: RemovedPart.Kind, verb: str) -> RemovedPart:
    removed = RemovedPart(
        organization_id=actor.organization_id,
        iep=iep,
        student=iep.student,
        kind=kind,
        part_id=part.id,
        values={field.attname: getattr(part, field.attname) for field in part._meta.concrete_fields},
    )
    audit(actor, verb, part, iep_id=iep.id)
    try:
        type(part)._default_manager.filter(id=part.id).delete()
    except ProtectedError as error:
        raise HasMeasurements from error
    removed.save()
    touch(actor=actor, iep=iep)
    return removed


def _next_number(iep: Iep) -> int:
    return (Goal.objects.filter(iep_id=iep.id).aggregate(last=Max("number"))["last"] or 0) + 1


def _renumber(goals: list[Goal]) -> bool:
    """Number goals from 1 in this order; the constraint is checked at the end of the transaction."""
    moved = []
    for number, goal in enumerate(goals, start=1):
        if goal.number != number:
            goal.number = number
            moved.append(goal)
    Goal.objects.bulk_update(moved, ["number"])
    return bool(moved)


def _nothing_more() -> None:
    """An accommodation has no rule beyond the shape of its columns."""


def _check_goal(actor: Actor, goal: Goal, today: date) -> None:
    """Refuse a goal that could not be measured: values off the scale, a target that is not beyond the baseline."""
    found: dict[str, list[str]] = {}
    largest = LARGEST.get(goal.scale)
    for name in ("baseline_value", "target_value"):
        value: Decimal = getattr(goal, name)
        if value < 0 or (largest is not None and value > largest):
            found[name] = [
                _("Enter a value of 0 or more.")
                if largest is None
                else _("Enter a value from 0 to %(largest)s.") % {"largest": largest}
            ]
    if goal.baseline_on > today:
        found["baseline_on"] = [_("A baseline is measured before it is written down: not after today.")]
    if goal.target_on <= goal.baseline_on:
        found["target_on"] = [_("The goal is to be reached after the baseline was measured.")]
    if not found.get("target_value") and not _is_beyond(goal):
        found["target_value"] = [
            _("The target must be above the baseline.")
            if goal.direction == Goal.Direction.INCREASE
            else _("The target must be below the baseline.")
        ]
    if found:
        raise Invalid(fields=found)
    check_person(actor=actor, name="responsible_id", person_id=goal.responsible_id)


def _is_beyond(goal: Goal) -> bool:
    if goal.direction == Goal.Direction.INCREASE:
        return goal.target_value > goal.baseline_value
    return goal.target_value < goal.baseline_value


def _check_service(actor: Actor, service: Service, _today: date) -> None:
    """Refuse a service that ends before it begins or is given by somebody from nowhere."""
    if service.ends_on <= service.starts_on:
        raise Invalid(fields={"ends_on": [_("The last day must be after the first.")]})
    check_person(actor=actor, name="provider_id", person_id=service.provider_id)
