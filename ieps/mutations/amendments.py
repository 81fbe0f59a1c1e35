"""Amendments: the one way in which an IEP in force changes before its next review (34 CFR 300.324(a)(4), (6))."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.actor import Actor
from core.errors import Conflict, Invalid, NotFound
from core.mutation import audit, mutation, require, unchanged
from ieps.copying import take_over_parts, take_over_words
from ieps.editing import EARLIEST, locked_draft
from ieps.models import Amendment, Iep
from ieps.mutations.goals import update_goal
from ieps.queries import visible_goal, visible_iep
from ieps.rules import may_start_iep, may_write_iep
from ieps.sections import KEPT_BY_AMENDMENTS
from ieps.texts import make_texts
from students.queries import editable_student


class NotActive(Conflict):
    """Only the IEP in force is amended."""

    code = "not_active"
    message = gettext_lazy("Only the IEP in effect can be amended.")


class OpenAlready(Conflict):
    """A student has one open IEP at a time. `details["iep_id"]` names it, `details["kind"]` says what it is."""

    code = "draft_exists"
    message = gettext_lazy(
        "There is an open IEP for this student already. Write the change into it, "
        "or discard it first; then propose the amendment."
    )


class NotAnAmendment(Conflict):
    """The act is about amendments, and this IEP is none, or not one that this can be done with now."""

    code = "not_an_amendment"
    message = gettext_lazy("This is not an amendment, or it is not where this can be done.")


@mutation
def propose_amendment(
    *,
    actor: Actor,
    iep_id: UUID,
    reason: str,
    today: date,
    goal_change: Mapping[str, Any] | None = None,
    way: str = Amendment.Way.AGREEMENT,
) -> Iep:
    """Open a version of the IEP in force in which a change can be proposed; dates and review stay as they are.

    `goal_change` names a goal of that IEP and its new values: `{"goal_id": …, "target_value": …, "target_on": …}`.
    `way` is `agreement` (without a meeting) or `meeting`. Source: 34 CFR 300.324(a)(4), (6).
    Raises NotFound, NotAllowed, Archived, NotActive, OpenAlready, Invalid.
    """
    base = visible_iep(actor=actor, iep_id=iep_id)
    student = editable_student(actor=actor, student_id=base.student_id, rule=may_start_iep)
    base = visible_iep(actor=actor, iep_id=iep_id, lock=True)
    if base.status != Iep.Status.ACTIVE:
        raise NotActive
    reason = _checked(reason, way)
    opened = student.ieps.filter(status__in=Iep.OPEN).first()
    if opened is not None:
        raise OpenAlready(details={"iep_id": str(opened.id), "kind": opened.kind})
    iep = Iep(
        organization_id=actor.organization_id,
        student=student,
        number=(student.ieps.aggregate(last=Max("number"))["last"] or 0) + 1,
        kind=Iep.Kind.AMENDMENT,
        language=base.language,
        changed_by_name=actor.name[:120],
    )
    for name in KEPT_BY_AMENDMENTS:
        setattr(iep, name, getattr(base, name))
    take_over_words(actor=actor, source=base, iep=iep)
    iep.save()
    amendment = Amendment(
        organization_id=actor.organization_id, iep=iep, student=student, base=base, reason=reason, way=way
    )
    amendment.save()
    make_texts(actor=actor, iep=iep, source=base)
    copies = take_over_parts(actor=actor, source=base, iep=iep)
    audit(actor, "ieps.amendment.proposed", iep, number=iep.number, base_id=base.id, way=way, on=today)
    if goal_change:
        _change_goal(actor, base, copies, goal_change, today)
    return iep


@mutation
def plan_amendment(
    *, actor: Actor, iep_id: UUID, reason: str, way: str, today: date, met_on: date | None = None
) -> Amendment:
    """Say why an open amendment is proposed and how it is decided; for a meeting, its day.

    Raises NotFound, NotAllowed, NotADraft, NotAnAmendment, Invalid.
    """
    iep = locked_draft(actor=actor, iep_id=iep_id)
    found = Amendment.objects.filter(iep=iep).first()
    if found is None:
        raise NotAnAmendment
    reason = _checked(reason, way)
    if met_on is not None and not EARLIEST <= met_on <= today:
        raise Invalid(fields={"met_on": [_("The day of a meeting that was held, up to today.")]})
    wanted = {"reason": reason, "way": way, "met_on": met_on if way == Amendment.Way.MEETING else None}
    changed = [name for name, value in wanted.items() if getattr(found, name) != value]
    if not changed:
        unchanged(actor)
        return found
    for name in changed:
        setattr(found, name, wanted[name])
    found.save(update_fields=changed)
    audit(actor, "ieps.amendment.planned", found, iep_id=iep.id, way=way, met_on=found.met_on, fields=changed)
    return found


@mutation
def record_revised_copy(
    *, actor: Actor, iep_id: UUID, asked_on: date, given_on: date | None, today: date
) -> Amendment:
    """Write down that a parent asked for a revised copy of the amended IEP, and when it was given.

    Source: 34 CFR 300.324(a)(6). Raises NotFound, NotAllowed, NotAnAmendment, Invalid.
    """
    iep = visible_iep(actor=actor, iep_id=iep_id, lock=True)
    require(actor, may_write_iep, iep)
    found = Amendment.objects.filter(iep=iep).first()
    if found is None or iep.status not in Iep.SHARED:
        raise NotAnAmendment
    wrong = {}
    if not EARLIEST <= asked_on <= today:
        wrong["asked_on"] = [_("The day on which the parent asked, up to today.")]
    if given_on is not None and not asked_on <= given_on <= today:
        wrong["given_on"] = [_("A day from the day of the request up to today.")]
    if wrong:
        raise Invalid(fields=wrong)
    if (found.copy_asked_on, found.copy_given_on) == (asked_on, given_on):
        unchanged(actor)
        return found
    found.copy_asked_on, found.copy_given_on = asked_on, given_on
    found.save(update_fields=["copy_asked_on", "copy_given_on"])
    audit(actor, "ieps.amendment.copied", found, iep_id=iep.id, asked_on=asked_on, given_on=given_on)
    return found


def _checked(reason: str, way: str) -> str:
    """The reason without spaces around it. Raises Invalid."""
    wrong, reason = {}, reason.strip()
    longest = Amendment._meta.get_field("reason").max_length or 0
    if not reason:
        wrong["reason"] = [_("Say why the IEP is to change.")]
    elif len(reason) > longest or "\x00" in reason:
        wrong["reason"] = [_("This is too long: at most 2,000 characters.")]
    if way not in Amendment.Way.values:
        wrong["way"] = [_("Choose how the change is decided.")]
    if wrong:
        raise Invalid(fields=wrong)
    return reason


def _change_goal(
    actor: Actor, base: Iep, copies: Mapping[UUID, UUID], change: Mapping[str, Any], today: date
) -> None:
    """Write the proposed values into the copy of a goal. Raises NotFound, Invalid."""
    goal_id = change.get("goal_id")
    known = visible_goal(actor=actor, goal_id=goal_id) if isinstance(goal_id, UUID) else None
    if known is None or known.iep_id != base.id or known.id not in copies:
        raise NotFound
    values = {name: value for name, value in change.items() if name != "goal_id"}
    update_goal(actor=actor, goal_id=copies[known.id], values=values, today=today)
