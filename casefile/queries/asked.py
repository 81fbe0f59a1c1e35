"""What somebody may record at all: the students whom they choose from, and the goals that they were asked to."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from accounts.rights import Action, Group, allows
from core.actor import Actor, Hat, Kind
from ieps.models import Goal, Iep, asked_of
from students.models import TeamMember, on_team, relations_of_part


def chooses_goals(*, actor: Actor) -> bool:
    """Whether a person chooses what to record, of anybody; else the data tasks assigned to them say it."""
    return any(
        allows([(role, relation)], Action.CHOOSE, Group.PROGRESS)
        for role in actor.roles
        for part in TeamMember.Part.values
        for relation in relations_of_part(part)
    )


def recordable(
    *, actor: Actor, student_ids: Collection[UUID] | None = None
) -> dict[UUID, frozenset[UUID] | None]:
    """Students of whom the actor records, with the lineages of their goals; None where they choose among all.

    Two statements.
    """
    if actor.kind is not Kind.PERSON or actor.hat is Hat.FAMILY:
        return {}
    team = TeamMember.objects.filter(
        on_team(actor.today), organization_id=actor.organization_id, person_id=actor.person_id
    )
    asked = Goal.objects.visible_to(actor).filter(asked_of(actor), iep__status=Iep.Status.ACTIVE)
    if student_ids is not None:
        team, asked = team.filter(student_id__in=student_ids), asked.filter(student_id__in=student_ids)
    assigned: dict[UUID, set[UUID]] = defaultdict(set)
    for student_id, lineage_id in asked.values_list("student_id", "lineage_id"):
        assigned[student_id].add(lineage_id)
    found: dict[UUID, frozenset[UUID] | None] = {}
    for student_id, part in team.values_list("student_id", "part"):
        ties = [(role, relation) for role in actor.roles for relation in relations_of_part(part)]
        if allows(ties, Action.CHOOSE, Group.PROGRESS):
            found[student_id] = None
        elif allows(ties, Action.RECORD, Group.PROGRESS) and assigned[student_id]:
            found.setdefault(student_id, frozenset(assigned[student_id]))
    return found
