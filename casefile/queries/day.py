"""My day: what falls due, what waits, and the newest scores; for each part in the district its own."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from accounts.calendar_models import measuring
from accounts.features import is_on
from accounts.rights import DistrictAction, Group, Role, may_in_district
from casefile.queries.beginning import Beginning, beginning
from casefile.queries.capturing import TaskRow, data_tasks
from casefile.queries.caseloads import main_card, sees_anywhere
from casefile.queries.confirming import ToConfirm, to_confirm
from casefile.queries.dates import MOST_DUE, DistrictCounts, DueRow, near_dates
from casefile.queries.student import ServiceRow, service_row
from casefile.rules import may_record_anything
from core.actor import Actor, Hat
from core.kept import kept_until_news
from ieps.models import Approval, Goal, Iep, Service
from progress.arithmetic import Status
from progress.models import ProgressPoint
from progress.queries import GoalCard, Owed, goal_cards, reports_owed
from students.models import Grade, Student, TeamMember, on_team, visible_students
from students.names import SHOWN_OF_STUDENT, shown_name
from students.queries import list_topics

MOST_GLANCE = 60
MOST_SCORES = 8
MOST_GOALS = 500
SCORE_DAYS = 14
MOST_WAITING = 8
MOST_REPORTS = 5
MOST_SERVICES = 25
SCORE = (
    "id", "student_id", "goal_id", "goal__title", "goal__scale", "goal__progress_summary__status", "value",
    "measured_on", "created_at", "recorded_by_name", "recorded_by_id",
)  # fmt: skip
DISTRICT_ROLES = frozenset({Role.ADMINISTRATOR, Role.COORDINATOR, Role.VIEWER})


@dataclass(frozen=True, slots=True, kw_only=True)
class GlanceRow:
    """A student with the status of each goal."""

    id: UUID
    name: str
    grade: str
    cards: tuple[GoalCard, ...]
    main: GoalCard | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRow:
    """A score somebody recorded lately. The value is in the goal's unit."""

    id: UUID
    student_id: UUID
    goal_id: UUID
    name: str
    title: str
    value: Decimal
    scale: str
    measured_on: date
    recorded_at: datetime
    by: str
    by_id: UUID | None
    tone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """An IEP that waits for the reader: to write, to read, or to approve."""

    iep_id: UUID
    student_id: UUID
    name: str
    status: str
    status_label: str
    kind_label: str
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOfStudent:
    """A service of an IEP in force, for those who see minutes and no narrative."""

    student_id: UUID
    name: str
    school_name: str
    service: ServiceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MyDay:
    """What the first page shows. Parts the reader's roles do not have are empty or None."""

    kind: str
    topics: str
    versions: str
    reviews_soon: int
    reevaluations_soon: int
    overdue: int
    due: tuple[DueRow, ...]
    due_total: int
    decide: tuple[tuple[GlanceRow, GoalCard], ...]
    glance: tuple[GlanceRow, ...]
    student_count: int
    goal_count: int
    tones: Mapping[str, int]
    scores: tuple[ScoreRow, ...]
    tasks: tuple[TaskRow, ...]
    waiting: tuple[WaitingRow, ...]
    reports: Owed | None
    """Progress reports that the reader owes as a case manager."""
    to_confirm: tuple[ToConfirm, ...]
    counts: DistrictCounts | None
    beginning: Beginning | None
    services: tuple[ServiceOfStudent, ...]
    has_more_services: bool
    may_import: bool
    may_record: bool

    @property
    def tone_counts(self) -> tuple[tuple[str, Status, int], ...]:
        """How many goals stand at each status, as the key over the list shows it."""
        order = (Status.ON_TRACK, Status.WATCH, Status.DECIDE, Status.MET, Status.NO_DATA)
        return tuple((status.tone, status, self.tones.get(status.tone, 0)) for status in order)


def my_day(*, actor: Actor, today: date, after: UUID | None = None) -> MyDay:
    """The first page of a person. The number of statements does not depend on how many students there are."""
    topics = [*list_topics(actor=actor), measuring(actor.organization_id)]
    return kept_until_news(
        actor=actor,
        topics=topics,
        key=("my day", today, after),
        read=lambda versions: _my_day(
            actor, today, after, topics=" ".join(topics), versions=" ".join(versions)
        ),
    )


def _my_day(actor: Actor, today: date, after: UUID | None, *, topics: str, versions: str) -> MyDay:
    kind = day_kind(actor=actor)
    is_small = kind in {"team", "family"}
    rows = _own_rows(actor) if is_small else ()
    dates = near_dates(actor=actor, today=today, is_counted=kind in {"district", "finance"})
    glance = _glance(actor, rows, today)
    services = services_of_district(actor=actor, after=after) if kind == "finance" else ()
    return MyDay(
        kind=kind,
        topics=topics,
        versions=versions,
        reviews_soon=dates.soon["review"],
        reevaluations_soon=dates.soon["reevaluation"],
        overdue=dates.soon["overdue"],
        due=dates.due,
        due_total=dates.soon["ahead"],
        decide=tuple((row, card) for row in glance for card in row.cards if card.status is Status.DECIDE)[
            :MOST_DUE
        ],
        glance=glance,
        student_count=len(rows),
        goal_count=sum(len(row.cards) for row in glance),
        tones=Counter(card.tone for row in glance for card in row.cards),
        scores=_scores(actor, glance, today) if kind == "team" else (),
        tasks=data_tasks(actor=actor, today=today) if kind == "team" else (),
        waiting=_waiting(actor) if kind in {"team", "district"} else (),
        reports=reports_owed(actor=actor, today=today, is_own=True, limit=MOST_REPORTS)
        if kind == "team" and sees_anywhere(actor=actor, group=Group.IEP)
        else None,
        to_confirm=to_confirm(actor=actor, today=today) if kind == "team" else (),
        counts=dates.counts,
        beginning=beginning(actor=actor, counts=dates.counts),
        services=services[:MOST_SERVICES],
        has_more_services=len(services) > MOST_SERVICES,
        may_import=may_in_district(actor, DistrictAction.IMPORT_ROSTER) and is_on(actor, "roster_imports"),
        may_record=kind == "team" and may_record_anything(actor),
    )


def day_kind(*, actor: Actor) -> str:
    """Which first page somebody has: that of a family, of the office, of money, or of a team."""
    if actor.hat is Hat.FAMILY:
        return "family"
    if actor.roles & DISTRICT_ROLES:
        return "district"
    return "finance" if Role.FINANCE in actor.roles and len(actor.roles) == 1 else "team"


def services_of_district(*, actor: Actor, after: UUID | None = None) -> tuple[ServiceOfStudent, ...]:
    """Services of IEPs in force with minutes, by student, without narrative; 26 after a service."""
    rows = Service.objects.filter(
        visible_students(actor, prefix="student__", group=Group.MINUTES),
        organization_id=actor.organization_id,
        iep__status=Iep.Status.ACTIVE,
    ).select_related("student__school", "provider")
    if after is not None:
        rows = rows.filter(id__gt=after)
    return tuple(
        ServiceOfStudent(
            student_id=row.student_id,
            name=row.student.name,
            school_name=row.student.school.name,
            service=service_row(row),
        )
        for row in rows.order_by("id")[: MOST_SERVICES + 1]
    )


def _own_rows(actor: Actor) -> tuple[Student, ...]:
    rows = Student.objects.visible_to(actor).filter(archived_at=None, enrollment=Student.Enrollment.ACTIVE)
    return tuple(rows.order_by("sort_name", "id")[:MOST_GLANCE])


def _glance(actor: Actor, rows: tuple[Student, ...], today: date) -> tuple[GlanceRow, ...]:
    if not rows:
        return ()
    cards = goal_cards(actor=actor, student_ids=[row.id for row in rows], today=today)
    return tuple(
        GlanceRow(
            id=row.id,
            name=row.name,
            grade=str(Grade(row.grade).label),
            cards=cards.get(row.id, ()),
            main=main_card(cards.get(row.id, ())),
        )
        for row in rows
    )


def _scores(actor: Actor, glance: tuple[GlanceRow, ...], today: date) -> tuple[ScoreRow, ...]:
    """The newest scores of the goals in force, by when they were recorded."""
    # Named one by one, so that the database walks the index of each goal instead of everybody's scores.
    rows = ProgressPoint.objects.filter(  # for all: of goals already seen
        organization_id=actor.organization_id,
        lineage_id__in=_measured(actor, glance),
        measured_on__gte=today - timedelta(days=SCORE_DAYS),
        voided_at=None,
        is_baseline=False,
    )
    found = rows.order_by("-created_at", "-id").values(*SCORE, *SHOWN_OF_STUDENT)
    return tuple(_score(row) for row in found[:MOST_SCORES])


def _measured(actor: Actor, glance: tuple[GlanceRow, ...]) -> list[UUID]:
    """Goals in force of which the reader sees the scores: those on the page, and the others of who has too many."""
    if len(glance) < MOST_GLANCE:
        return [card.lineage_id for row in glance for card in row.cards if card.last_on is not None]
    goals = Goal.objects.visible_to(actor).filter(
        visible_students(actor, prefix="student__", group=Group.PROGRESS), iep__status=Iep.Status.ACTIVE
    )
    return list(goals.values_list("lineage_id", flat=True)[:MOST_GOALS])


def _score(row: Mapping[str, Any]) -> ScoreRow:
    status = row["goal__progress_summary__status"]
    return ScoreRow(
        id=row["id"],
        student_id=row["student_id"],
        goal_id=row["goal_id"],
        name=shown_name(*(row[column] for column in SHOWN_OF_STUDENT)),
        title=row["goal__title"],
        value=row["value"],
        scale=row["goal__scale"],
        measured_on=row["measured_on"],
        recorded_at=row["created_at"],
        by=row["recorded_by_name"],
        by_id=row["recorded_by_id"],
        tone=Status(status).tone if status else Status.NO_DATA.tone,
    )


def _waiting(actor: Actor) -> tuple[WaitingRow, ...]:
    """Open IEPs in which it is the actor's turn: own drafts, those to read and say something on, those to approve."""
    own = TeamMember.objects.filter(
        on_team(actor.today),
        organization_id=actor.organization_id,
        person_id=actor.person_id,
        student_id=OuterRef("student_id"),
    )
    managed = own.filter(part=TeamMember.Part.CASE_MANAGER)
    said = Approval.objects.filter(
        iep_id=OuterRef("pk"), person_id=actor.person_id, iep_version=OuterRef("version")
    )
    read = own.exclude(part__in=(TeamMember.Part.CASE_MANAGER, TeamMember.Part.PARAPROFESSIONAL))
    turn = Q(Exists(managed)) | (Q(status=Iep.Status.IN_REVIEW) & Exists(read) & ~Exists(said))
    if Role.ADMINISTRATOR in actor.roles:
        turn |= Q(status=Iep.Status.IN_REVIEW)
    rows = Iep.objects.visible_to(actor).filter(turn, status__in=Iep.OPEN, student__archived_at=None)
    found = rows.order_by(F("student__annual_review_on").asc(nulls_last=True), "id").values_list(
        "id", "student_id", "status", "kind", "changed_at", *SHOWN_OF_STUDENT
    )
    return tuple(
        WaitingRow(
            iep_id=iep_id,
            student_id=student_id,
            name=shown_name(*names),
            status=status,
            status_label=str(Iep.Status(status).label),
            kind_label=str(Iep.Kind(kind).label),
            changed_at=changed_at,
        )
        for iep_id, student_id, status, kind, changed_at, *names in found[:MOST_WAITING]
    )
