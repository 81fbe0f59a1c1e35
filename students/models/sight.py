"""Which students exist for an actor, by the table of rights."""

from dataclasses import replace
from functools import lru_cache
from uuid import UUID

from django.db.models import Q

from accounts.rights import Group, Relation, Role, relations_that_see
from core.actor import Actor, Hat, Kind, Origin
from core.subqueries import written
from students.models.people import Guardian, TeamMember, may_be_shared, on_team, relation_of_part

CHILD = frozenset({Relation.CHILD})
ON_TEAM = frozenset({Relation.CASE_MANAGER, Relation.TEAM, Relation.GENERAL_EDUCATION})


def visible_students(
    actor: Actor, *, prefix: str = "", group: Group = Group.IDENTITY, is_whole: bool = False
) -> Q:
    """A filter for students of whom the actor sees a group of fields; `prefix` as in `student__`.

    With `is_whole` only those of whom it is all of the group, not the goals of data tasks alone. Archived case files
    are seen by administrators only.
    """
    return _visible(replace(actor, name="", origin=Origin()), prefix, group, is_whole)


def as_anybody(actor: Actor) -> Actor:
    """The actor without the person, where roles and schools alone decide what of students is seen; else the actor.

    Equal ones find the same students with the same fields, so that what was read for one of them serves the others.
    """
    nobody = replace(actor, name="", origin=Origin())
    return replace(nobody, acting_person_id=None) if _goes_by_role(nobody) else nobody


@lru_cache(maxsize=1024)
def _goes_by_role(actor: Actor) -> bool:
    if actor.kind is not Kind.PERSON or Role.ADMINISTRATOR in actor.roles:
        return True
    own = CHILD if actor.hat is Hat.FAMILY else ON_TEAM
    return all(
        any(Relation.DISTRICT in seen and scope.is_district_wide for scope, seen in relations)
        or not any(seen & own for _scope, seen in relations)
        for relations in (
            [(scope, relations_that_see([scope.role], group)) for scope in actor.scopes] for group in Group
        )
    )


@lru_cache(maxsize=1024)  # a page asks for the same filter twenty times; it is made of the arguments alone
def _visible(actor: Actor, prefix: str, group: Group, is_whole: bool) -> Q:
    if actor.kind is not Kind.PERSON or Role.ADMINISTRATOR in actor.roles:
        return Q()
    kept = Q(**{f"{prefix}archived_at": None})
    personal: set[Relation] = set()
    school_ids: set[UUID] = set()
    for scope in actor.scopes:
        relations = relations_that_see([scope.role], group)
        if Relation.DISTRICT in relations and scope.is_district_wide:
            return kept
        if Relation.SCHOOL in relations:
            school_ids |= scope.school_ids
        personal |= relations & (CHILD if actor.hat is Hat.FAMILY else ON_TEAM)
        if Relation.TASK in relations and actor.hat is not Hat.FAMILY and not is_whole:
            personal.add(Relation.TEAM)
    key = f"{prefix}pk__in"
    seen = Q(**{f"{prefix}school_id__in": school_ids}) if school_ids else Q(**{key: []})
    if not personal:
        return kept & seen
    own = {"organization_id": actor.organization_id, "person_id": actor.person_id}
    if personal & ON_TEAM:
        parts = [part for part in TeamMember.Part.values if relation_of_part(part) in personal]
        team = TeamMember.objects.filter(on_team(actor.today), **own)
        own_students = team if personal >= ON_TEAM else team.filter(part__in=parts)
        seen |= Q(**{key: written(own_students.values("student_id"))})
    if personal & CHILD:
        children = Guardian.objects.filter(may_be_shared(actor.today), **own)
        seen |= Q(**{key: written(children.values("student_id"))})
    return kept & seen
