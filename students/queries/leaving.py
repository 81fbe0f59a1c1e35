"""What is left open when somebody leaves: the students they answer for, and the teams they are on."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.actor import Actor
from students.models import Student, TeamMember, on_team


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenParts:
    """How many students lose their case manager, and how many another member of their team."""

    managed: int
    others: int


def open_parts_of(*, actor: Actor, person_id: UUID) -> OpenParts:
    """The open parts of somebody whom the actor may send away; whether they may was asked before."""
    open_now = Q(ends_on=None) | Q(ends_on__gt=actor.today)
    rows = TeamMember.objects.filter(
        open_now, organization_id=actor.organization_id, person_id=person_id, student__archived_at=None
    )
    managing = rows.filter(part=TeamMember.Part.CASE_MANAGER, stands_in_for=None)
    managed = set(managing.values_list("student_id", flat=True))
    return OpenParts(
        managed=len(managed),
        others=rows.exclude(student_id__in=managed).values("student_id").distinct().count(),
    )


def without_case_manager(*, actor: Actor, rows: QuerySet[Student]) -> QuerySet[Student]:
    """Those of some students whom nobody answers for today."""
    managers = TeamMember.objects.filter(
        on_team(actor.today),
        organization_id=actor.organization_id,
        student_id=OuterRef("pk"),
        part=TeamMember.Part.CASE_MANAGER,
    )
    return rows.filter(~Exists(managers))
