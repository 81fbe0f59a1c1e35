"""What an act upon many students would do and did, and the case files of one case manager."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.timezone import now

from accounts.queries import StaffMember, staff_near
from accounts.rights import Role
from casefile.queries.caseloads import Filters, listed_ids
from core.actor import Actor
from core.errors import NotFound
from core.mutation import require
from students.models import Student, TeamMember, Undo
from students.rules import may_archive, may_hand_over, may_manage_team, may_write_record
from students.steps import MOST_AT_ONCE, count

Act = Undo.Act
CASE_MANAGERS = frozenset({Role.TEACHER, Role.SPECIALIST})
RULES: Mapping[str, Callable[[Actor, Student], bool]] = {
    Act.ASSIGN: may_manage_team,
    Act.SUBSTITUTE: may_manage_team,
    Act.ADD_TAG: may_write_record,
    Act.REMOVE_TAG: may_write_record,
    Act.ARCHIVE: may_archive,
    Act.RESTORE: may_archive,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A student who stays as they are, and why, as a code."""

    name: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The students that an act was asked for: whom it would change, and whom it may not."""

    act: str
    ids: tuple[UUID, ...]
    names: tuple[str, ...]
    refused: tuple[Refusal, ...]
    managers: tuple[StaffMember, ...]

    @property
    def total(self) -> int:
        """How many were chosen."""
        return len(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """What became of an act, as whoever did it may read."""

    id: UUID
    act: str
    act_label: str
    receiver: str
    label: str
    starts_on: date | None
    ends_on: date | None
    done: int
    unchanged: int
    back: int
    left: int
    refused: tuple[Refusal, ...]
    until: datetime
    is_taken_back: bool
    may_take_back: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Managed:
    """A student of a case manager, with who stands in for them."""

    id: UUID
    name: str
    school_name: str
    substitute: str
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """The case files of one case manager, to be handed over."""

    person_id: UUID
    name: str
    is_own: bool
    students: tuple[Managed, ...]
    managers: tuple[StaffMember, ...]
    may_choose: bool


def selection(*, actor: Actor, act: str, ids: Sequence[UUID]) -> Selection:
    """Whom an act would change, of the students that exist for the actor. Raises NotFound for another act."""
    if act not in RULES:
        raise NotFound
    rows = Student.objects.visible_to(actor).filter(id__in=list(ids)[:MOST_AT_ONCE])
    names, refused, found = [], [], []
    for row in rows.order_by("sort_name", "id"):
        found.append(row.id)
        why = _why(actor, act, row)
        if why:
            refused.append(Refusal(name=row.name, why=why))
        else:
            names.append(row.name)
    return Selection(
        act=act,
        ids=tuple(found),
        names=tuple(names),
        refused=tuple(refused),
        managers=_managers(actor) if act in {Act.ASSIGN, Act.SUBSTITUTE} else (),
    )


def matching_ids(*, actor: Actor, filters: Filters, today: date) -> tuple[UUID, ...]:
    """The students of a narrowed list, as many as an act takes at once."""
    return listed_ids(actor=actor, filters=filters, today=today, most=MOST_AT_ONCE)


def done(*, actor: Actor, undo_id: UUID) -> Done:
    """What became of an act of the actor. Raises NotFound."""
    rows = Undo.objects.filter(organization_id=actor.organization_id, person_id=actor.person_id, id=undo_id)
    undo = rows.select_related("receiver").first()
    if undo is None:
        raise NotFound
    shown = [step for step in undo.steps if step["outcome"] in {"refused", "left"}]
    seen = Student.objects.visible_to(actor).filter(id__in=[step["student"] for step in shown])
    names = {str(row.id): row.name for row in seen}
    return Done(
        id=undo.id,
        act=undo.act,
        act_label=str(undo.get_act_display()),
        receiver=undo.receiver.name if undo.receiver else "",
        label=undo.label,
        starts_on=undo.starts_on,
        ends_on=undo.ends_on,
        done=count(undo.steps, "done"),
        unchanged=count(undo.steps, "unchanged"),
        back=count(undo.steps, "taken_back"),
        left=count(undo.steps, "left"),
        refused=tuple(
            Refusal(name=names.get(step["student"], ""), why=step.get("why", step["outcome"]))
            for step in shown
        ),
        until=undo.until,
        is_taken_back=undo.taken_back_at is not None,
        may_take_back=undo.taken_back_at is None and undo.until > now() and count(undo.steps, "done") > 0,
    )


def hand_over(*, actor: Actor, person_id: UUID | None = None) -> HandOver:
    """The case files of a case manager whom the actor may hand over: their own, or anybody's for administrators.

    Raises NotAllowed, NotFound.
    """
    require(actor, may_hand_over, None)
    managers = _managers(actor)
    may_choose = _keeps_teams(actor)
    whose = person_id if person_id and may_choose else actor.person_id
    there = _in_part(actor).filter(person_id=whose, stands_in_for=None)
    rows = Student.objects.visible_to(actor).filter(id__in=there.values("student_id"), archived_at=None)
    students = list(rows.select_related("school").order_by("sort_name", "id")[:MOST_AT_ONCE])
    stand = _in_part(actor).filter(stands_in_for_id=whose, student__in=students).select_related("person")
    subs = {row.student_id: row for row in stand.order_by("-ends_on")}
    names = {one.person_id: one.name for one in managers}
    return HandOver(
        person_id=whose,
        name=names.get(whose, actor.name if whose == actor.person_id else ""),
        is_own=whose == actor.person_id,
        students=tuple(
            Managed(
                id=row.id,
                name=row.name,
                school_name=row.school.name,
                substitute=subs[row.id].person.name if row.id in subs else "",
                until=subs[row.id].ends_on if row.id in subs else None,
            )
            for row in students
        ),
        managers=managers,
        may_choose=may_choose,
    )


def _in_part(actor: Actor) -> QuerySet[TeamMember]:
    rows = TeamMember.objects.filter(organization_id=actor.organization_id, part=TeamMember.Part.CASE_MANAGER)
    return rows.filter(Q(ends_on=None) | Q(ends_on__gt=actor.today))


def _why(actor: Actor, act: str, student: Student) -> str:
    if not RULES[act](actor, student):
        return "not_allowed"
    return "archived" if student.archived_at is not None and act != Act.RESTORE else ""


def _managers(actor: Actor) -> tuple[StaffMember, ...]:
    """Whom a case file may be handed to."""
    return tuple(one for one in staff_near(actor=actor, school_id=None) if one.roles & CASE_MANAGERS)


def _keeps_teams(actor: Actor) -> bool:
    return Role.ADMINISTRATOR in actor.roles
