"""What somebody may watch, and whom they may know to be here. Versions are `core.outbox.topic_versions`."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from accounts.models import Membership, Person, School
from accounts.rights import Group, Relation, Role, relations_that_see
from coediting.queries import readable_texts
from core.actor import Actor, Hat
from core.presence import colour
from ieps.models import Goal, Iep
from integrations.models import RosterImport
from live.frames import topic_id
from students.models import Student, TeamMember, on_team, visible_students

MOST_PRESENT = 40  # faces of one page


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """Somebody who is on a page, as a colleague sees them. The colour is 1 to 6, the same wherever they are."""

    id: UUID
    name: str
    colour: int


def watchable(*, actor: Actor, topics: Iterable[str]) -> frozenset[str]:
    """Those of the topics that the actor may watch. What is not theirs and what does not exist look the same."""
    asked: dict[str, dict[UUID, str]] = defaultdict(dict)
    for name in topics:
        parts = topic_id(name)
        if parts:
            asked[parts[0]][UUID(parts[1])] = name
    found: set[str] = set()
    for noun, ids in asked.items():
        door = DOORS.get(noun)
        if door:
            found |= {ids[record_id] for record_id in door(actor, ids)}
    return frozenset(found)


def present(*, actor: Actor, topic: str, person_ids: Collection[UUID]) -> tuple[Present, ...]:
    """Those of the people on a page of whom the actor may know, by name.

    Staff know of the staff of their district. Families know of the staff on the team of the student whose page it
    is, never of other families.
    """
    staff = Membership.objects.filter(organization_id=actor.organization_id, person_id__in=person_ids)
    staff = staff.filter(Q(starts_on__lte=actor.today), Q(ends_on=None) | Q(ends_on__gt=actor.today))
    known = Q(id__in=staff.exclude(role=Role.PARENT).values("person_id"))
    if actor.hat is Hat.FAMILY:
        team = TeamMember.objects.filter(on_team(actor.today), organization_id=actor.organization_id)
        known &= Q(id__in=team.filter(student_id__in=_students_of(actor, topic)).values("person_id"))
    people = Person.objects.filter(known, id__in=person_ids, is_active=True)
    named = [Present(id=person.id, name=person.name, colour=colour(person.id)) for person in people]
    return tuple(sorted(named, key=lambda person: (person.name, person.id)))


def _students_of(actor: Actor, topic: str) -> Collection[UUID]:
    """The student whose page a topic is, if it is one's."""
    noun, record_id = topic_id(topic) or ("", "")
    if noun == "student":
        return [UUID(record_id)]
    if noun == "iep":
        return Iep.objects.visible_to(actor).filter(id=record_id).values_list("student_id", flat=True)
    if noun == "goal":
        return Goal.objects.visible_to(actor).filter(id=record_id).values_list("student_id", flat=True)
    return []


def _students(actor: Actor, ids: Collection[UUID]) -> Iterable[UUID]:
    return Student.objects.visible_to(actor).filter(id__in=ids).values_list("id", flat=True)


def _ieps(actor: Actor, ids: Collection[UUID]) -> Iterable[UUID]:
    """Every IEP that they read, and the one in force where they read it at a glance."""
    glance = Q(status=Iep.Status.ACTIVE) & visible_students(actor, prefix="student__", group=Group.GLANCE)
    at_a_glance = Iep.objects.filter(  # for all: the right to a glance is asked here
        glance, organization_id=actor.organization_id, id__in=ids
    )
    read = Iep.objects.visible_to(actor).filter(id__in=ids)
    return {*read.values_list("id", flat=True), *at_a_glance.values_list("id", flat=True)}


def _goals(actor: Actor, ids: Collection[UUID]) -> Iterable[UUID]:
    return Goal.objects.visible_to(actor).filter(id__in=ids).values_list("id", flat=True)


def _texts(actor: Actor, ids: Collection[UUID]) -> Iterable[UUID]:
    return readable_texts(actor=actor, text_ids=ids)


def _imports(actor: Actor, ids: Collection[UUID]) -> Iterable[UUID]:
    return RosterImport.objects.visible_to(actor).filter(id__in=ids).values_list("id", flat=True)


def _own(actor: Actor, ids: Collection[UUID]) -> Iterable[UUID]:
    return {actor.person_id} & set(ids)


def _schools(actor: Actor, ids: Collection[UUID]) -> Iterable[UUID]:
    """Schools whose students they see through the school or the whole district."""
    schools = School.objects.filter(organization_id=actor.organization_id, id__in=ids)
    if not _sees_district(actor):
        mine = (
            scope.school_ids for scope in actor.scopes if Relation.SCHOOL in relations_that_see([scope.role])
        )
        schools = schools.filter(id__in=frozenset[UUID]().union(*mine))
    return schools.values_list("id", flat=True)


def _organizations(actor: Actor, ids: Collection[UUID]) -> Iterable[UUID]:
    return {actor.organization_id} & set(ids) if _sees_district(actor) else ()


def _own_district(actor: Actor, ids: Collection[UUID]) -> Iterable[UUID]:
    """What a district sets for all of it: everybody hears that it changed, nobody hears what it says."""
    return {actor.organization_id} & set(ids)


def _sees_district(actor: Actor) -> bool:
    """Whether the actor reads the list of all students of the district."""
    return any(
        scope.is_district_wide and Relation.DISTRICT in relations_that_see([scope.role])
        for scope in actor.scopes
    )


DOORS: dict[str, Callable[[Actor, Collection[UUID]], Iterable[UUID]]] = {
    "student": _students,
    "iep": _ieps,
    "goal": _goals,
    "text": _texts,
    "import": _imports,
    "caseload": _own,
    "person": _own,
    "school": _schools,
    "organization": _organizations,
    "fields": _own_district,
    "measuring": _own_district,
}
