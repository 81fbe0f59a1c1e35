"""What is known of a student's health, and what a court ordered. The audit gets names of fields only."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Invalid
from core.mutation import audit, mutation, unchanged
from students.models import IN_FORCE, Guardian, HealthEntry, HealthPlan
from students.queries import editable_student, guardian_of
from students.queries.health import health_model
from students.rows import keep_row, new_row, row_of
from students.rules import may_write_court, may_write_health
from students.versions import touch

ENTRY = {
    "condition": ("name", "notes"),
    "medication": ("name", "dose", "times", "prescriber", "is_given_at_school"),
    "allergy": ("substance", "reaction", "severity"),
}
PLAN = ("diet", "emergency_plan")
COURT = ("may_see_records", "may_contact", "may_pick_up", "court_restrictions")
MOST_ENTRIES = 40


@mutation
def add_health_entry(*, actor: Actor, student_id: UUID, noun: str, **values: Any) -> HealthEntry:
    """Add a condition, a medication or an allergy. Raises NotFound, NotAllowed, Invalid."""
    model = health_model(actor=actor, noun=noun)
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_health)
    held = model._default_manager.filter(IN_FORCE, organization_id=actor.organization_id, student=student)
    if held.count() >= MOST_ENTRIES:
        raise Invalid(_("There are 40 already. End one that no longer holds."))
    given = {name: value for name, value in values.items() if name in ENTRY[noun]}
    row = model(organization_id=actor.organization_id, student=student, **given)
    return new_row(actor=actor, student=student, row=row, verb=f"students.{noun}.added")


@mutation
def update_health_entry(
    *,
    actor: Actor,
    student_id: UUID,
    noun: str,
    health_id: UUID,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> HealthEntry:
    """Change a condition, a medication or an allergy. Raises NotFound, NotAllowed, Invalid,
    ChangedMeanwhile."""
    model = health_model(actor=actor, noun=noun)
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_health)
    row = row_of(model._default_manager.filter(IN_FORCE, student=student), health_id)
    wanted = {name: changes[name] for name in ENTRY[noun] if name in changes}
    return keep_row(
        actor=actor,
        student=student,
        row=row,
        wanted=wanted,
        verb=f"students.{noun}.changed",
        expected_version=expected_version,
    )


@mutation
def end_health_entry(*, actor: Actor, student_id: UUID, noun: str, health_id: UUID) -> None:
    """Say that a condition, a medication or an allergy no longer holds; the record keeps it. Raises NotFound,
    NotAllowed."""
    model = health_model(actor=actor, noun=noun)
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_health)
    row = row_of(model._default_manager.filter(student=student), health_id)
    if row.ended_on is not None:
        unchanged(actor)
        return
    row.ended_on = actor.today
    row.save(update_fields=["ended_on"])
    touch(actor=actor, student=student)
    audit(actor, f"students.{noun}.ended", row, ended_on=actor.today)


@mutation
def set_health_plan(
    *, actor: Actor, student_id: UUID, changes: Mapping[str, Any], expected_version: int | None = None
) -> HealthPlan:
    """Write the diet and what to do in an emergency. Raises NotFound, NotAllowed, Invalid,
    ChangedMeanwhile."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_health)
    own = {"organization_id": actor.organization_id, "student": student}
    row = HealthPlan.objects.select_for_update(no_key=True).filter(**own).first()
    wanted = {name: changes[name] for name in PLAN if name in changes}
    verb = "students.health_plan.changed"
    if row is None:
        return new_row(actor=actor, student=student, row=HealthPlan(**own, **wanted), verb=verb)
    return keep_row(
        actor=actor, student=student, row=row, wanted=wanted, verb=verb, expected_version=expected_version
    )


@mutation
def set_court_restrictions(
    *,
    actor: Actor,
    student_id: UUID,
    guardian_id: UUID,
    changes: Mapping[str, Any],
    expected_version: int | None = None,
) -> Guardian:
    """Keep what a court ordered about a guardian; who may not see the records loses sight at once. Raises NotFound,
    NotAllowed, Invalid."""
    student = editable_student(actor=actor, student_id=student_id, rule=may_write_court)
    row = guardian_of(actor=actor, student=student, guardian_id=guardian_id)
    wanted = {name: changes[name] for name in COURT if name in changes}
    wanted["court_restrictions"] = wanted.get("court_restrictions", row.court_restrictions) or None
    return keep_row(
        actor=actor,
        student=student,
        row=row,
        wanted=wanted,
        verb="students.court.changed",
        expected_version=expected_version,
    )
