"""How long the district keeps records, and what holds one back from its destruction."""

from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext as _

from accounts.queries import organization_of
from core.actor import Actor
from core.errors import Invalid
from core.mutation import audit, mutation, require, unchanged
from records.classes import MOST_YEARS, TERMS
from records.models import LegalHold, RetentionPolicy, check_typed
from records.queries import hold_of
from records.rules import may_keep_retention
from students.queries import visible_student

MOST_WAITING_DAYS = 365


@mutation
def set_policy(
    *, actor: Actor, years: dict[str, int], waiting_days: int, keeps_minimum: bool, now: datetime
) -> RetentionPolicy:
    """Say how long each class of records is kept, and how one is destroyed. Raises NotAllowed, Invalid."""
    require(actor, may_keep_retention, None)
    refused: dict[str, list[str]] = {}
    for name, term in TERMS.items():
        given = years.get(name.value, term.years)
        if not term.least <= given <= MOST_YEARS:
            refused[name.value] = [
                _("From %(least)s to %(most)s years.") % {"least": term.least, "most": MOST_YEARS}
            ]
    if not 0 <= waiting_days <= MOST_WAITING_DAYS:
        refused["waiting_days"] = [_("From 0 to 365 days.")]
    if refused:
        raise Invalid(fields=refused)
    row, _is_new = RetentionPolicy.objects.select_for_update().get_or_create(
        organization_id=actor.organization_id
    )
    row.years = {name.value: years.get(name.value, term.years) for name, term in TERMS.items()}
    row.waiting_days, row.keeps_minimum = waiting_days, keeps_minimum
    row.changed_at, row.changed_by_name = now, actor.name[:120]
    row.save()
    audit(
        actor,
        "records.policy.set",
        row,
        topics=organization_of(actor=actor).topics(),
        years=row.years,
        waiting_days=waiting_days,
        keeps_minimum=keeps_minimum,
    )
    return row


@mutation
def place_hold(*, actor: Actor, student_id: UUID, reason: str, until: date | None, today: date) -> LegalHold:
    """Hold a record back from destruction: a complaint, a lawsuit, a request to see it (34 CFR 99.10(e)).

    Raises NotFound, NotAllowed, Invalid.
    """
    student = visible_student(actor=actor, student_id=student_id, lock=True)
    require(actor, may_keep_retention, None)
    refused: dict[str, list[str]] = {}
    if not reason.strip():
        refused["reason"] = [_("Say why the record is held.")]
    if until is not None and until < today:
        refused["until"] = [_("A day from today on, or none.")]
    if refused:
        raise Invalid(fields=refused)
    hold = LegalHold(
        organization_id=actor.organization_id,
        student=student,
        reason=reason.strip(),
        until=until,
        placed_by_name=actor.name[:120],
    )
    check_typed(hold, "reason")
    hold.save(force_insert=True)
    audit(actor, "records.hold.placed", hold, until=until)
    return hold


@mutation
def lift_hold(*, actor: Actor, hold_id: UUID, now: datetime) -> LegalHold:
    """Let go of a record. Raises NotFound, NotAllowed."""
    hold = hold_of(actor=actor, hold_id=hold_id, lock=True)
    if hold.lifted_at is not None:
        unchanged(actor)
        return hold
    hold.lifted_at, hold.lifted_by_name = now, actor.name[:120]
    hold.save(update_fields=["lifted_at", "lifted_by_name"])
    audit(actor, "records.hold.lifted", hold)
    return hold
