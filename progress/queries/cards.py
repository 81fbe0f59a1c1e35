"""Goals in a few words, for lists and the top of a page. Reads no points: summaries are kept by the mutations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import F

from accounts.calendar_models import measuring
from accounts.rights import Group
from core.actor import Actor
from core.errors import NotAllowed
from core.kept import kept_until_news
from core.models import topic
from ieps.models import Goal
from ieps.queries import goals_in_force
from progress.arithmetic import Status, as_of
from progress.models import GoalSummary
from progress.queries.quiet import quiet_days
from students.models import visible_students
from students.queries import opened_student


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalCard:
    """One goal in a few words and a sparkline. Values are in `unit`."""

    goal_id: UUID
    student_id: UUID
    number: int
    title: str
    detail: str
    scale: str
    unit: str
    target: Decimal
    status: Status
    current: Decimal | None
    last_on: date | None
    last_by: str
    percent_of_way: Decimal | None
    spark: tuple[Decimal, ...]
    aim_first: Decimal | None
    aim_last: Decimal | None

    @property
    def tone(self) -> str:
        """The status as pages draw it."""
        return self.status.tone


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentGoals:
    """The goals of the IEP in force, in its order."""

    student_id: UUID
    topics: str
    versions: str
    cards: tuple[GoalCard, ...]


def student_goals(*, actor: Actor, student_id: UUID, today: date) -> StudentGoals:
    """The goals of a student's IEP in force. Raises NotFound, NotAllowed."""
    topics = (topic("student", student_id), measuring(actor.organization_id))
    return kept_until_news(
        actor=actor,
        topics=topics,
        key=("goals", today),
        read=lambda versions: _student_goals(
            actor, student_id, today, topics=" ".join(topics), versions=" ".join(versions)
        ),
    )


def _student_goals(
    actor: Actor, student_id: UUID, today: date, *, topics: str, versions: str
) -> StudentGoals:
    _student, access = opened_student(actor=actor, student_id=student_id)
    if not access.sees(Group.PROGRESS):
        raise NotAllowed
    return StudentGoals(
        student_id=student_id,
        topics=topics,
        versions=versions,
        cards=goal_cards(actor=actor, student_ids=[student_id], today=today)[student_id],
    )


def goal_cards(
    *, actor: Actor, student_ids: Iterable[UUID], today: date
) -> Mapping[UUID, tuple[GoalCard, ...]]:
    """The cards of several students, for lists, in a few statements; none where `actor` may not see goals."""
    wanted = list(student_ids)
    goals = goals_in_force(actor=actor, student_ids=wanted)
    rows = GoalSummary.objects.filter(
        visible_students(actor, prefix="student__", group=Group.PROGRESS), student_id__in=wanted
    )
    mine = rows.filter(organization_id=actor.organization_id).annotate(school_id=F("student__school_id"))
    summaries: dict[UUID, GoalSummary] = {}
    schools: dict[UUID, UUID] = {}
    for row in mine:
        summaries[row.goal_id], schools[row.goal_id] = row, row.school_id
    quiet = quiet_days(actor=actor, today=today)
    return {
        student_id: tuple(
            _card(goal, summaries.get(goal.id), quiet.at(schools.get(goal.id)))
            for goal in goals.get(student_id, ())
        )
        for student_id in wanted
    }


def _card(goal: Goal, found: GoalSummary | None, quiet: date) -> GoalCard:
    status = Status(found.status) if found else Status.NO_DATA
    return GoalCard(
        goal_id=goal.id,
        student_id=goal.student_id,
        number=goal.number,
        title=goal.title,
        detail=goal.conditions or str(Goal.Domain(goal.domain).label),
        scale=goal.scale,
        unit=goal.unit,
        target=goal.target_value,
        status=as_of(status, found.last_on if found else None, quiet),
        current=found.current_value if found else None,
        last_on=found.last_on if found else None,
        last_by=found.last_by_name if found else "",
        percent_of_way=found.percent_of_way if found else None,
        spark=tuple(found.spark) if found else (),
        aim_first=found.aim_first if found else None,
        aim_last=found.aim_last if found else None,
    )
