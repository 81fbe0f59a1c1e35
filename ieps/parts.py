"""How any row of a draft is added, changed and taken out."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from django.db.models import Max, ProtectedError
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.errors import Conflict
from core.mutation import audit, unchanged
from ieps.editing import Change, check_nobody_was_first, check_shape, only_known, put, touch
from ieps.models import Accommodation, Goal, Iep, RemovedPart, Service

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


def add_part(
    *,
    actor: Actor,
    iep: Iep,
    part: Part,
    values: Mapping[str, Any],
    known: Sequence[str],
    check: Callable[[], None],
    verb: str,
) -> Part:
    """Put a new row into a draft after checking it, and account for it. Raises Invalid, TooMany."""
    only_known(values=values, known=known)
    if type(part).objects.filter(iep_id=iep.id).count() >= MOST_PARTS:
        raise TooMany
    change: Change = put(record=part, values=values)
    check_shape(record=part, values={name: getattr(part, name) for name in known})
    check()
    part.changed_by_name = actor.name[:120]
    part.save(force_insert=True)
    touch(actor=actor, iep=iep)
    kept = {name: after for name, (_before, after) in change.values.items()}
    audit(actor, verb, part, iep_id=iep.id, values=kept)
    return part


def update_part(
    *,
    actor: Actor,
    iep: Iep,
    part: Part,
    values: Mapping[str, Any],
    known: Sequence[str],
    check: Callable[[], None],
    verb: str,
    expected_version: int | None,
    read: Mapping[str, Any] | None = None,
) -> Part:
    """Change a row of a draft unless somebody was first, and account for it. Raises EditConflict, Invalid."""
    only_known(values=values, known=known)
    check_nobody_was_first(
        record=part,
        values=values,
        expected_version=expected_version,
        changed_at_version=part.version,
        by=part.changed_by_name,
        read=read,
    )
    change: Change = put(record=part, values=values)
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


def remove_part(*, actor: Actor, iep: Iep, part: Part, kind: RemovedPart.Kind, verb: str) -> RemovedPart:
    """Take a row out of a draft and keep it, so that it can be put back. Raises HasMeasurements."""
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
        type(part).objects.filter(id=part.id).delete()
    except ProtectedError as error:
        raise HasMeasurements from error
    removed.save()
    touch(actor=actor, iep=iep)
    return removed


def next_goal_number(iep: Iep) -> int:
    """The number of a goal that comes after the others of its IEP."""
    return (iep.goals.aggregate(last=Max("number"))["last"] or 0) + 1
