"""The page "Health and safety", and the line of alerts on top of a student's page."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.rights import Action, Group
from core.actor import Actor
from core.encrypted import Undecipherable
from core.errors import NotFound
from students.models import (
    IN_FORCE,
    Allergy,
    Condition,
    Guardian,
    HealthEntry,
    HealthPlan,
    Medication,
    Severity,
    Student,
    in_force,
)
from students.queries.files import opened_student
from students.queries.record import Doors, doors_of
from students.rules import access

NOUNS: dict[str, type[HealthEntry]] = {"condition": Condition, "medication": Medication, "allergy": Allergy}
WORST_FIRST = SEVERITIES = tuple(Severity.values)
ALARMING = frozenset({Severity.LIFE_THREATENING.value, Severity.SEVERE.value})


@dataclass(frozen=True, slots=True, kw_only=True)
class AllergyRow:
    """An allergy in words that are opened."""

    id: UUID
    substance: str
    reaction: str
    severity: str
    severity_label: str | Promise
    is_alarming: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthPage:
    """Health and safety. What the reader may not see is empty; what no key opens is said in `is_unreadable`."""

    student: Student
    doors: Doors
    sees_health: bool
    sees_court: bool
    may_write_health: bool
    may_write_court: bool
    is_unreadable: bool
    allergies: tuple[AllergyRow, ...] = ()
    conditions: tuple[dict[str, Any], ...] = ()
    medications: tuple[dict[str, Any], ...] = ()
    diet: str = ""
    emergency_plan: str = ""
    guardians: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthRecord:
    """Health and safety as rows, for a program. What the reader may not see is empty."""

    diet: str
    emergency_plan: str
    allergies: tuple[AllergyRow, ...]
    conditions: tuple[Condition, ...]
    medications: tuple[Medication, ...]
    guardians: tuple[Guardian, ...]


def health_model(*, actor: Actor, noun: str) -> type[HealthEntry]:
    """The model of a word of an address. Raises NotFound."""
    del actor  # the same for everybody
    if noun not in NOUNS:
        raise NotFound
    return NOUNS[noun]


def health_page(*, actor: Actor, student_id: UUID) -> HealthPage:
    """Health and safety of a student, as far as the actor sees them. Raises NotFound."""
    student, tied = opened_student(actor=actor, student_id=student_id)
    if not tied.sees(Group.SAFETY):
        raise NotFound
    common: dict[str, Any] = {
        "student": student,
        "doors": doors_of(tied),
        "sees_health": tied.sees(Group.HEALTH),
        "sees_court": tied.sees(Group.COURT),
        "may_write_health": tied.may(Action.WRITE, Group.HEALTH),
        "may_write_court": tied.may(Action.WRITE, Group.COURT),
    }
    try:
        opened = _opened(
            actor, student, sees_health=tied.sees(Group.HEALTH), sees_court=tied.sees(Group.COURT)
        )
    except Undecipherable:
        return HealthPage(**common, is_unreadable=True)
    return HealthPage(**common, is_unreadable=False, **opened)


def allergies_of(*, actor: Actor, student: Student) -> tuple[AllergyRow, ...]:
    """The allergies of a student already seen, the worst first; none for who does not see them."""
    if not access(actor, student).sees(Group.SAFETY):
        return ()
    rows = Allergy.objects.filter(IN_FORCE, organization_id=actor.organization_id, student=student)
    found = [
        AllergyRow(
            id=row.id,
            substance=row.substance,
            reaction=row.reaction,
            severity=row.severity,
            severity_label=row.get_severity_display(),
            is_alarming=row.severity in ALARMING,
        )
        for row in rows.order_by("id")
    ]
    return tuple(sorted(found, key=lambda row: WORST_FIRST.index(row.severity)))


def allergy_alert(*, actor: Actor, student: Student) -> str | Promise:
    """What stands on top of the student's page: the severe allergies; or that they cannot be read."""
    try:
        worst = [row.substance for row in allergies_of(actor=actor, student=student) if row.is_alarming]
    except Undecipherable:
        return _("they cannot be opened; tell your administrator")
    return ", ".join(worst)


def health_of(*, actor: Actor, student: Student) -> HealthRecord:
    """What is known of the health of a student already seen. Raises NotFound, Undecipherable."""
    tied = access(actor, student)
    if not tied.sees(Group.SAFETY):
        raise NotFound
    own: dict[str, Any] = {"organization_id": actor.organization_id, "student": student}
    plan = health_plan_of(actor=actor, student=student)
    sees_health, sees_court = tied.sees(Group.HEALTH), tied.sees(Group.COURT)
    guardians = Guardian.objects.filter(in_force(actor.today), **own).order_by("starts_on", "id")
    return HealthRecord(
        diet=plan.diet,
        emergency_plan=plan.emergency_plan,
        allergies=allergies_of(actor=actor, student=student),
        conditions=tuple(Condition.objects.filter(IN_FORCE, **own).order_by("id")) if sees_health else (),
        medications=tuple(Medication.objects.filter(IN_FORCE, **own).order_by("id")) if sees_health else (),
        guardians=tuple(guardians) if sees_court else (),
    )


def health_entry(*, actor: Actor, student: Student, noun: str, health_id: UUID) -> HealthEntry:
    """One entry of a student already seen that still holds. Raises NotFound."""
    model = health_model(actor=actor, noun=noun)
    rows = model._default_manager.filter(IN_FORCE, organization_id=actor.organization_id, student=student)
    found = rows.filter(id=health_id).first() if access(actor, student).sees(Group.HEALTH) else None
    if found is None:
        raise NotFound
    return found


def health_plan_of(*, actor: Actor, student: Student) -> HealthPlan:
    """The plan of a student already seen; an empty one when there is none."""
    own = {"organization_id": actor.organization_id, "student": student}
    return HealthPlan.objects.filter(**own).first() or HealthPlan(**own)


def _opened(actor: Actor, student: Student, *, sees_health: bool, sees_court: bool) -> dict[str, Any]:
    own = {"organization_id": actor.organization_id, "student": student}
    plan = health_plan_of(actor=actor, student=student)
    found: dict[str, Any] = {
        "allergies": allergies_of(actor=actor, student=student),
        "diet": plan.diet,
        "emergency_plan": plan.emergency_plan,
    }
    if sees_health:
        conditions = Condition.objects.filter(IN_FORCE, **own).order_by("id")
        found["conditions"] = tuple(
            {"id": row.id, "name": row.name, "notes": row.notes} for row in conditions
        )
        found["medications"] = tuple(
            {
                "id": row.id,
                "name": row.name,
                "facts": tuple(text for text in (row.dose, row.times, row.prescriber) if text),
                "is_given_at_school": row.is_given_at_school,
            }
            for row in Medication.objects.filter(IN_FORCE, **own).order_by("id")
        )
    if sees_court:
        guardians = Guardian.objects.filter(in_force(actor.today), **own).order_by("starts_on", "id")
        found["guardians"] = tuple(_court_row(row) for row in guardians)
    return found


def _court_row(row: Guardian) -> dict[str, Any]:
    limits = (
        (row.may_see_records, _("may not see the records")),
        (row.may_contact, _("may not contact the student")),
        (row.may_pick_up, _("may not pick the student up")),
    )
    return {
        "id": row.id,
        "name": row.name,
        "limits": tuple(words for is_allowed, words in limits if not is_allowed),
        "text": row.court_restrictions or "",
    }
