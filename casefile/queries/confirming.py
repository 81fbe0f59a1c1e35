"""IEPs at a glance that a teacher of regular classes has not confirmed having read."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef

from accounts.rights import Group
from core.actor import Actor
from ieps.models import GlanceReading, Iep
from students.models import TeamMember, on_team, visible_students
from students.names import SHOWN_OF_STUDENT, shown_name

MOST_ROWS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class ToConfirm:
    """An IEP at a glance that a teacher of regular classes has not confirmed having read."""

    student_id: UUID
    name: str
    effective_on: date | None


def to_confirm(*, actor: Actor, today: date) -> tuple[ToConfirm, ...]:
    """IEPs in force that the actor teaches from and has not confirmed. Source: 34 CFR 300.323(d)."""
    part = TeamMember.objects.filter(
        on_team(today),
        organization_id=actor.organization_id,
        person_id=actor.person_id,
        part=TeamMember.Part.GENERAL_EDUCATION,
    )
    read = GlanceReading.objects.filter(iep_id=OuterRef("pk"), person_id=actor.person_id)
    rows = Iep.objects.filter(  # for all: a glance is open to people who do not read the whole IEP
        visible_students(actor, prefix="student__", group=Group.GLANCE),
        ~Exists(read),
        organization_id=actor.organization_id,
        status=Iep.Status.ACTIVE,
        student_id__in=part.values("student_id"),
    )
    found = rows.order_by("student__sort_name", "id").values_list(
        "student_id", "effective_on", *SHOWN_OF_STUDENT
    )
    return tuple(
        ToConfirm(student_id=student_id, name=shown_name(*names), effective_on=effective_on)
        for student_id, effective_on, *names in found[:MOST_ROWS]
    )
