"""Goals, services, accommodations, and what was taken out of a draft."""

from collections import defaultdict
from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from core.actor import Actor
from core.errors import NotFound
from core.once import once
from ieps.models import Accommodation, Goal, Iep, RemovedPart, Service
from ieps.queries.programs import visible_iep
from students.models import TeamMember, on_team
from students.queries import visible_student

Part = Goal | Service | Accommodation
Row = TypeVar("Row", Service, Accommodation, RemovedPart)


def visible_goal(*, actor: Actor, goal_id: UUID, lock: bool = False) -> Goal:
    """One goal with its student and IEP. Raises NotFound when it does not exist for this actor."""

    def rows() -> "QuerySet[Goal]":
        return Goal.objects.visible_to(actor).filter(id=goal_id).select_related("student", "iep")

    if lock:
        found = rows().select_for_update(of=("self",), no_key=True).first()
    else:
        found = once(("goal", actor, goal_id), lambda: rows().first())
    if found is None:
        raise NotFound
    return found


def goals_in_force(*, actor: Actor, student_ids: Collection[UUID]) -> dict[UUID, tuple[Goal, ...]]:
    """The goals of the active IEPs of several students, in their order, by student, in one statement."""
    rows = Goal.objects.visible_to(actor).filter(student_id__in=student_ids, iep__status=Iep.Status.ACTIVE)
    found: dict[UUID, list[Goal]] = defaultdict(list)
    for goal in rows.order_by("student_id", "number"):
        found[goal.student_id].append(goal)
    return {student_id: tuple(goals) for student_id, goals in found.items()}


def goal_rows(*, actor: Actor, iep_id: UUID) -> "QuerySet[Goal]":
    """The goals of one IEP, for the API to page through. Raises NotFound."""
    visible_iep(actor=actor, iep_id=iep_id)
    return Goal.objects.visible_to(actor).filter(iep_id=iep_id)


def service_rows(*, actor: Actor, iep_id: UUID) -> "QuerySet[Service]":
    """The services of one IEP, for the API to page through. Raises NotFound."""
    return _of(Service.objects.select_related("provider"), visible_iep(actor=actor, iep_id=iep_id))


def accommodation_rows(*, actor: Actor, iep_id: UUID) -> "QuerySet[Accommodation]":
    """The accommodations of one IEP, for the API to page through. Raises NotFound."""
    return _of(Accommodation.objects.all(), visible_iep(actor=actor, iep_id=iep_id))


def removed_rows(*, actor: Actor, iep_id: UUID) -> "QuerySet[RemovedPart]":
    """What was taken out of one draft, for the API to page through. Raises NotFound."""
    return _of(RemovedPart.objects.all(), visible_iep(actor=actor, iep_id=iep_id))


def visible_service(*, actor: Actor, service_id: UUID, lock: bool = False) -> Service:
    """One service of an IEP that the actor may read. Raises NotFound."""
    rows = Service.objects.select_related("student", "iep", "provider")
    return _visible(actor, rows.select_for_update(of=("self",), no_key=True) if lock else rows, service_id)


def visible_accommodation(*, actor: Actor, accommodation_id: UUID, lock: bool = False) -> Accommodation:
    """One accommodation or modification of an IEP that the actor may read. Raises NotFound."""
    rows = Accommodation.objects.select_related("student", "iep")
    return _visible(
        actor, rows.select_for_update(of=("self",), no_key=True) if lock else rows, accommodation_id
    )


def visible_removed(*, actor: Actor, removed_id: UUID, lock: bool = False) -> RemovedPart:
    """Something taken out of a draft that the actor may read. Raises NotFound."""
    rows = RemovedPart.objects.select_related("student", "iep")
    return _visible(actor, rows.select_for_update(of=("self",), no_key=True) if lock else rows, removed_id)


def _visible(actor: Actor, rows: "QuerySet[Row]", record_id: UUID) -> Row:
    found = rows.filter(
        Q(iep__in=Iep.objects.visible_to(actor).values("id")),
        organization_id=actor.organization_id,
        id=record_id,
    ).first()
    if found is None:
        raise NotFound
    return found


def _of(rows: "QuerySet[Row]", iep: Iep) -> "QuerySet[Row]":
    return rows.filter(organization_id=iep.organization_id, iep_id=iep.id).order_by("created_at", "id")


def team_choices(*, actor: Actor, student_id: UUID) -> tuple[tuple[str, str], ...]:
    """`(person id, name and part)` of the student's team of today, by name: who may be named in a goal or service."""
    visible_student(actor=actor, student_id=student_id)
    team = TeamMember.objects.filter(
        on_team(actor.today), organization_id=actor.organization_id, student_id=student_id
    ).select_related("person")
    rows = sorted(team, key=lambda member: member.person.name)
    return tuple(
        (str(member.person_id), f"{member.person.name}, {TeamMember.Part(member.part).label}")
        for member in rows
    )
