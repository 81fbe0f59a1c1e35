"""How long records are kept, which are held, which are due, and what became of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import DateField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.utils.functional import Promise

from core.actor import Actor
from core.errors import NotFound
from core.models import topic
from core.mutation import require
from core.outbox import topic_version
from records.classes import TERMS, RecordClass
from records.models import Destruction, LegalHold, PermanentRecord, RetentionPolicy
from records.rules import may_keep_retention
from students.models import NOT_SERVED, Move, SchoolEnrollment, Student
from students.queries import visible_student

PAGE_ROWS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the district decided, with the defaults where it decided nothing."""

    years: dict[str, int]
    waiting_days: int
    keeps_minimum: bool
    changed_at: datetime | None
    changed_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldRow:
    """One legal hold."""

    id: UUID
    student_id: UUID
    student_name: str
    reason: str
    placed_by: str
    placed_at: datetime
    until: date | None
    lifted_at: datetime | None
    lifted_by: str
    is_in_force: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DestructionRow:
    """One destruction; `student_name` is empty once there is none."""

    id: UUID
    student_id: UUID
    student_name: str
    state: str
    state_label: str | Promise
    basis_label: str | Promise
    rule_years: int | None
    asked_by: str
    noticed_on: date
    notices: int
    due_on: date
    canceled_at: datetime | None
    canceled_by: str
    destroyed_at: datetime | None
    counts: tuple[tuple[str, int], ...]
    rows: int
    kept: tuple[tuple[str, str], ...]
    files_removed: int
    is_finished: bool
    times: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow:
    """A student whose time has passed."""

    student_id: UUID
    student_name: str
    left_on: date
    due_since: date
    is_held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionPage:
    """The district's retention: what is due, what waits, what is held, what was destroyed."""

    policy: Policy
    due: tuple[DueRow, ...]
    has_more: bool
    waiting: tuple[DestructionRow, ...]
    holds: tuple[HoldRow, ...]
    destroyed: tuple[DestructionRow, ...]
    topic: str
    version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentRetention:
    """One student's: how long the record stays, what holds it, and the destruction that waits, if any."""

    student_id: UUID
    student_name: str
    is_served: bool
    left_on: date | None
    keep_until: date | None
    is_due: bool
    holds: tuple[HoldRow, ...]
    is_held: bool
    waiting: DestructionRow | None
    policy: Policy
    topic: str
    version: str


def policy_of(*, actor: Actor) -> Policy:
    """What holds in the actor's district."""
    row = RetentionPolicy.objects.filter(organization_id=actor.organization_id).first()
    kept = row.years if row else {}
    return Policy(
        years={name.value: int(kept.get(name.value, term.years)) for name, term in TERMS.items()},
        waiting_days=row.waiting_days if row else 30,
        keeps_minimum=row.keeps_minimum if row else True,
        changed_at=row.changed_at if row else None,
        changed_by=row.changed_by_name if row else "",
    )


def policy_page(*, actor: Actor) -> Policy:
    """The district's policy to be changed. Raises NotAllowed."""
    require(actor, may_keep_retention, None)
    return policy_of(actor=actor)


def retention_page(*, actor: Actor) -> RetentionPage:
    """What is due, waits, is held and was destroyed. Raises NotAllowed."""
    require(actor, may_keep_retention, None)
    name = topic("organization", actor.organization_id)
    version = topic_version(name)
    policy = policy_of(actor=actor)
    due = list(due_students(actor=actor, policy=policy)[: PAGE_ROWS + 1])
    own = Destruction.objects.filter(organization_id=actor.organization_id)
    held = LegalHold.objects.filter(
        in_force(actor.today), organization_id=actor.organization_id
    ).select_related("student")
    holds = tuple(_hold(row, actor.today) for row in held.order_by("-created_at", "-id")[:PAGE_ROWS])
    held_ids = set(
        LegalHold.objects.filter(in_force(actor.today), student_id__in=[row.id for row in due]).values_list(
            "student_id", flat=True
        )
    )
    return RetentionPage(
        policy=policy,
        due=tuple(_due(row, policy, held_ids) for row in due[:PAGE_ROWS]),
        has_more=len(due) > PAGE_ROWS,
        waiting=_destructions(actor, own.filter(state=Destruction.State.WAITING).order_by("due_on", "id")),
        holds=holds,
        destroyed=_destructions(
            actor, own.filter(state=Destruction.State.DESTROYED).order_by("-destroyed_at", "-id")[:PAGE_ROWS]
        ),
        topic=name,
        version=version,
    )


def student_retention(*, actor: Actor, student_id: UUID) -> StudentRetention:
    """How long one student's record stays. Raises NotFound, NotAllowed."""
    name = topic("student", student_id)
    version = topic_version(name)
    student = visible_student(actor=actor, student_id=student_id)
    require(actor, may_keep_retention, None)
    policy = policy_of(actor=actor)
    left_on = left_day(actor=actor, student_id=student_id)
    until = later(left_on, policy.years[RecordClass.RECORD]) if left_on else None
    holds = LegalHold.objects.filter(organization_id=actor.organization_id, student=student)
    rows = tuple(_hold(row, actor.today) for row in holds.select_related("student").order_by("-created_at"))
    waiting = Destruction.objects.filter(
        organization_id=actor.organization_id, student_id=student_id, state=Destruction.State.WAITING
    )
    found = _destructions(actor, waiting)
    return StudentRetention(
        student_id=student.id,
        student_name=student.name,
        is_served=is_served(student),
        left_on=left_on,
        keep_until=until,
        is_due=until is not None and until <= actor.today,
        holds=rows,
        is_held=any(row.is_in_force for row in rows),
        waiting=found[0] if found else None,
        policy=policy,
        topic=name,
        version=version,
    )


def due_students(*, actor: Actor, policy: Policy) -> QuerySet[Any, Any]:
    """Students who left long enough ago, with `left_on`, and for whom no destruction waits; longest ago first."""
    before = earlier(actor.today, policy.years[RecordClass.RECORD])
    waiting = Destruction.objects.filter(
        organization_id=actor.organization_id, state=Destruction.State.WAITING
    )
    rows = _with_left_on(Student.objects.visible_to(actor)).filter(NOT_SERVED, left_on__lte=before)
    return rows.exclude(id__in=waiting.values("student_id")).order_by("left_on", "id")


def left_day(*, actor: Actor, student_id: UUID) -> date | None:
    """The last day of a student who is no longer served; None when they are, or nobody wrote it down."""
    rows = _with_left_on(Student.objects.visible_to(actor)).filter(NOT_SERVED, id=student_id)
    return rows.values_list("left_on", flat=True).first()


def is_held(*, actor: Actor, student_id: UUID) -> bool:
    """Whether a legal hold on the student is in force today."""
    rows = LegalHold.objects.filter(organization_id=actor.organization_id, student_id=student_id)
    return rows.filter(in_force(actor.today)).exists()


def in_force(today: date) -> Q:
    """Holds that nobody lifted and whose day has not passed."""
    return Q(lifted_at=None) & (Q(until=None) | Q(until__gte=today))


def is_served(student: Student) -> bool:
    """Whether the district still serves the student: their record is needed (34 CFR 300.624(a))."""
    over = {Student.Eligibility.EXITED, Student.Eligibility.NOT_ELIGIBLE}
    is_here = student.enrollment == Student.Enrollment.ACTIVE and student.archived_at is None
    return is_here and student.eligibility not in over


def destruction_of(*, actor: Actor, destruction_id: UUID, lock: bool = False) -> Destruction:
    """One destruction. Raises NotAllowed, NotFound."""
    require(actor, may_keep_retention, None)
    rows = Destruction.objects.filter(organization_id=actor.organization_id, id=destruction_id)
    found = (rows.select_for_update() if lock else rows).first()
    if found is None:
        raise NotFound
    return found


def certificate(*, actor: Actor, destruction_id: UUID) -> DestructionRow:
    """One destruction as its certificate says it. Raises NotAllowed, NotFound."""
    return _destructions(actor, [destruction_of(actor=actor, destruction_id=destruction_id)])[0]


def finished_certificate(*, actor: Actor, destruction_id: UUID) -> DestructionRow:
    """The certificate of a record that is destroyed. Raises NotAllowed, NotFound."""
    found = certificate(actor=actor, destruction_id=destruction_id)
    if found.destroyed_at is None:
        raise NotFound
    return found


def hold_of(*, actor: Actor, hold_id: UUID, lock: bool = False) -> LegalHold:
    """One hold. Raises NotAllowed, NotFound."""
    require(actor, may_keep_retention, None)
    rows = LegalHold.objects.filter(organization_id=actor.organization_id, id=hold_id)
    rows = rows.select_for_update(of=("self",)) if lock else rows
    found = rows.select_related("student").first()
    if found is None:
        raise NotFound
    return found


def permanent_record(*, actor: Actor, student_id: UUID) -> PermanentRecord | None:
    """The permitted minimum of a destroyed student, where the district keeps it. Raises NotAllowed."""
    require(actor, may_keep_retention, None)
    return PermanentRecord.objects.filter(
        organization_id=actor.organization_id, student_id=student_id
    ).first()


def destructions_due(*, actor: Actor) -> tuple[UUID, ...]:
    """Destructions whose day has come, and those that left files on the disk."""
    rows = Destruction.objects.filter(
        Q(state=Destruction.State.WAITING, due_on__lte=actor.today)
        | (Q(state=Destruction.State.DESTROYED) & ~Q(files=[])),
        organization_id=actor.organization_id,
    )
    return tuple(rows.order_by("due_on", "id").values_list("id", flat=True))


def destroyed_ids(*, actor: Actor) -> frozenset[UUID]:
    """The students who were destroyed here, as the database knows it."""
    rows = Destruction.objects.filter(
        organization_id=actor.organization_id, state=Destruction.State.DESTROYED
    )
    return frozenset(rows.values_list("student_id", flat=True))


def still_there(*, actor: Actor, ids: frozenset[UUID]) -> tuple[UUID, ...]:
    """Those of the students who have a case file: a backup brought them back."""
    rows = Student.objects.visible_to(actor).filter(id__in=ids)
    return tuple(rows.order_by("id").values_list("id", flat=True))


def earlier(day: date, years: int) -> date:
    """The same day so many years ago; 28 February where there is none."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def later(day: date, years: int) -> date:
    """The same day so many years on; 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28) + timedelta(days=1)


def _with_left_on(rows: QuerySet[Student, Any]) -> QuerySet[Any, Any]:
    own = {"student_id": OuterRef("pk")}
    exits = Move.objects.filter(kind=Move.Kind.EXIT, state=Move.State.DONE, **own).order_by("-on")
    ended = SchoolEnrollment.objects.filter(ends_on__isnull=False, **own).order_by("-ends_on")
    return rows.annotate(
        left_on=Coalesce(
            Subquery(exits.values("on")[:1]),
            Subquery(ended.values("ends_on")[:1]),
            Cast(F("archived_at"), DateField()),
        )
    )


def _due(row: Student, policy: Policy, held: set[UUID]) -> DueRow:
    left_on: date = row.left_on  # type: ignore[attr-defined]  # annotated
    return DueRow(
        student_id=row.id,
        student_name=row.name,
        left_on=left_on,
        due_since=later(left_on, policy.years[RecordClass.RECORD]),
        is_held=row.id in held,
    )


def _hold(row: LegalHold, today: date) -> HoldRow:
    return HoldRow(
        id=row.id,
        student_id=row.student_id,
        student_name=row.student.name,
        reason=row.reason,
        placed_by=row.placed_by_name,
        placed_at=row.created_at,
        until=row.until,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_by_name,
        is_in_force=row.lifted_at is None and (row.until is None or row.until >= today),
    )


def _destructions(actor: Actor, rows: Any) -> tuple[DestructionRow, ...]:
    found = list(rows)
    names = {
        row.id: row.name
        for row in Student.objects.visible_to(actor).filter(id__in=[row.student_id for row in found])
    }
    return tuple(
        DestructionRow(
            id=row.id,
            student_id=row.student_id,
            student_name=names.get(row.student_id, ""),
            state=row.state,
            state_label=Destruction.State(row.state).label,
            basis_label=Destruction.Basis(row.basis).label,
            rule_years=row.rule_years,
            asked_by=row.asked_by_name,
            noticed_on=row.noticed_on,
            notices=row.notices,
            due_on=row.due_on,
            canceled_at=row.canceled_at,
            canceled_by=row.canceled_by_name,
            destroyed_at=row.destroyed_at,
            counts=tuple(sorted(row.counts.items())),
            rows=sum(row.counts.values()),
            kept=tuple(sorted(row.kept.items())),
            files_removed=row.files_removed,
            is_finished=row.state == Destruction.State.DESTROYED and not row.files,
            times=row.times,
        )
        for row in found
    )
