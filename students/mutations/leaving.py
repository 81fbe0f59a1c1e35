"""Whoever is nothing in the district any more is on no team any more."""

from datetime import date
from uuid import UUID

from django.db.models import Q

from core.actor import Actor
from core.mutation import audit, mutation, unchanged
from students.models import Student, TeamMember, Undo
from students.mutations.undo import keep_undo
from students.steps import done_step
from students.versions import touch


@mutation
def end_parts_of(*, actor: Actor, person_id: UUID, day: date) -> Undo | None:
    """End every part that somebody has on a team, on the day on which their last role ends, in that transaction.

    It can be taken back for a day, once the person has a role again. None when there was no part.
    """
    later = Q(ends_on=None) | Q(ends_on__gt=day)
    open_parts = TeamMember.objects.filter(later, organization_id=actor.organization_id, person_id=person_id)
    held = Student.objects.filter(  # for all: whoever ends a role ends its parts, also of students not theirs
        organization_id=actor.organization_id, id__in=open_parts.values("student_id")
    )
    steps = []
    for student in held.order_by("id").select_for_update(of=("self",), no_key=True):
        ended = []
        for row in open_parts.filter(student=student).order_by("starts_on", "id"):
            before, row.ends_on = row.ends_on, max(day, row.starts_on)
            row.save(update_fields=["ends_on"])
            audit(actor, "students.team.left", row, person_id=person_id, part=row.part, ends_on=row.ends_on)
            ended.append((row.id, before, row.ends_on))
        touch(actor=actor, student=student)
        steps.append(done_step(student, ended=ended))
    if not steps:
        unchanged(actor)
        return None
    return keep_undo(actor=actor, act=Undo.Act.END_TEAM, record_id=person_id, steps=steps)
