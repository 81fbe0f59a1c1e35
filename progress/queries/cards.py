"""Goals in a few words, for lists and the top of a page. Reads no points: summaries are kept by the mutations."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from accounts.calendar_models import measuring
from accounts.rights import Group
from core.actor import Actor
from core.errors import NotAllowed
from core.kept import kept_until_news
from core.models import topic
from ieps.models import Goal, Iep
from progress.arithmetic import Status, as_of
from progress.models import GoalSummary
from progress.queries.quiet import quiet_days
from students.models import visible_students
from students.queries import opened_student


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalCard:
    """One goal in a few words and a sparkline. Values are in `unit`."""

    goal_id: UUID
    lineage_id: UUID
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


NO_POINTS: Mapping[str, Any] = {
    "status": Status.NO_DATA,
    "current": None,
    "last_on": None,
    "last_by": "",
    "percent_of_way": None,
    "spark": (),
    "aim_first": None,
    "aim_last": None,
}
"""What a card says of a goal that was never measured."""


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
    summed = _summed(actor, wanted, today)
    found: dict[UUID, list[GoalCard]] = {student_id: [] for student_id in wanted}
    goals = Goal.objects.visible_to(actor).filter(student_id__in=wanted, iep__status=Iep.Status.ACTIVE)
    # The columns of a card, and no goals: a list has hundreds of them, with forty columns each.
    rows = goals.order_by("student_id", "number").values_list(
        "id",
        "lineage_id",
        "student_id",
        "number",
        "title",
        "conditions",
        "domain",
        "scale",
        "unit",
        "target_value",
    )
    for goal_id, lineage_id, student_id, number, title, conditions, domain, scale, unit, target in rows:
        card = GoalCard(
            goal_id=goal_id,
            lineage_id=lineage_id,
            student_id=student_id,
            number=number,
            title=title,
            detail=conditions or str(Goal.Domain(domain).label),
            scale=scale,
            unit=unit,
            target=target,
            **summed.get(goal_id, NO_POINTS),
        )
        found[student_id].append(card)
    return {student_id: tuple(cards) for student_id, cards in found.items()}


def _summed(actor: Actor, student_ids: Collection[UUID], today: date) -> Mapping[UUID, Mapping[str, Any]]:
    """What the points of each goal come to, as its card says it."""
    rows = GoalSummary.objects.filter(
        visible_students(actor, prefix="student__", group=Group.PROGRESS), student_id__in=student_ids
    )
    columns = rows.filter(organization_id=actor.organization_id).values_list(
        "goal_id",
        "student__school_id",
        "status",
        "current_value",
        "last_on",
        "last_by_name",
        "percent_of_way",
        "spark",
        "aim_first",
        "aim_last",
    )
    quiet = quiet_days(actor=actor, today=today)
    return {
        goal_id: {
            "status": as_of(Status(status), last_on, quiet.at(school_id)),
            "current": current,
            "last_on": last_on,
            "last_by": last_by,
            "percent_of_way": percent_of_way,
            "spark": tuple(spark),
            "aim_first": first,
            "aim_last": last,
        }
        for goal_id, school_id, status, current, last_on, last_by, percent_of_way, spark, first, last in columns
    }
