"""What somebody records in the classroom: their groups, their data tasks, and the goals that are due."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import QuerySet

from casefile.models import DataGroup, DataGroupGoal, DataSheet
from casefile.queries.asked import chooses_goals, recordable
from core.actor import Actor, Kind
from core.errors import NotFound
from core.models import in_force
from ieps.models import PERCENT_SCALES, Goal
from ieps.queries import goals_in_force
from progress.models import AttainmentScale, DataTask, ProgressPoint
from progress.queries import GoalCard, Prompt, aimline_of, goal_cards, prompt_levels
from students.models import Student

MOST_STUDENTS = 12
MOST_GROUPS = 30
RECENT = 5
RECENT_DAYS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureGoal:
    """A goal as the capture page needs it. Values are in the card's unit."""

    card: GoalCard
    lineage_id: UUID
    direction: str
    baseline: Decimal | None
    aim_today: Decimal | None
    is_percent: bool
    instructions: str
    trials: int
    seconds: int
    steps: tuple[str, ...]
    levels: tuple[tuple[int, str, str], ...]
    """Of a rubric or of goal attainment: value, title, words; lowest first."""
    recent: tuple[tuple[date, Decimal], ...]
    """The last scores, oldest first."""
    is_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureStudent:
    """A student with the goals that this person records of them."""

    id: UUID
    name: str
    given: str
    topic: str
    goals: tuple[CaptureGoal, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureSession:
    """Whom somebody records together. `title` is empty where it is no group and no single student."""

    title: str
    students: tuple[CaptureStudent, ...]
    prompts: tuple[Prompt, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupRow:
    """A group of students, with those of them whom the reader still records."""

    id: UUID
    name: str
    students: tuple[str, ...]
    lineages: frozenset[UUID]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskRow:
    """What somebody was asked to record, of whom, and how."""

    id: UUID
    goal_id: UUID
    student_id: UUID
    student: str
    title: str
    unit: str
    instructions: str
    assigned_by: str
    last_on: date | None
    is_due: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ToCapture:
    """What the first page of capturing shows."""

    groups: tuple[GroupRow, ...]
    tasks: tuple[TaskRow, ...]
    due: tuple[CaptureStudent, ...]
    chooses: bool


def to_capture(*, actor: Actor, today: date) -> ToCapture:
    """The first page of capturing: groups, data tasks, and who has a goal that is due today."""
    mine = recordable(actor=actor)
    students = _students(actor, mine, today)
    lineages = {goal.lineage_id: goal for student in students for goal in student.goals}
    due = tuple(student for student in students if any(goal.is_due for goal in student.goals))
    return ToCapture(
        groups=data_groups(actor=actor),
        tasks=_tasks(actor, {student.id: student for student in students}, lineages),
        due=due[:MOST_STUDENTS],
        chooses=chooses_goals(actor=actor),
    )


def data_tasks(*, actor: Actor, today: date) -> tuple[TaskRow, ...]:
    """What the actor was asked to record, what is due first. One statement where nothing was."""
    wanted = list(_asked(actor, today).values_list("student_id", flat=True))
    if not wanted:
        return ()
    students = _students(actor, recordable(actor=actor, student_ids=wanted), today)
    lineages = {goal.lineage_id: goal for student in students for goal in student.goals}
    return _tasks(actor, {student.id: student for student in students}, lineages)


def capture_session(
    *, actor: Actor, today: date, group_id: UUID | None = None, student_id: UUID | None = None
) -> CaptureSession:
    """Whom the actor records: a group, one student, or everybody with a goal that is due. Raises NotFound."""
    title, chosen, only = "", None, None
    if group_id is not None:
        group = data_group(actor=actor, group_id=group_id)
        rows = list(_goals_of(actor, [group_id]).order_by("position", "id"))
        title, only = group.name, frozenset(row.lineage_id for row in rows)
        chosen = list(dict.fromkeys(row.student_id for row in rows))
    elif student_id is not None:
        chosen = [student_id]
    mine = recordable(actor=actor, student_ids=chosen)
    if student_id is not None and student_id not in mine:
        raise NotFound
    students = _students(actor, mine, today, only=only)
    if chosen is None:
        due = tuple(student for student in students if any(goal.is_due for goal in student.goals))
        students = due or students
    else:
        students = tuple(sorted(students, key=lambda one: chosen.index(one.id)))
    if student_id is not None and students:
        title = students[0].name
    return CaptureSession(
        title=title, students=_told_apart(students[:MOST_STUDENTS]), prompts=prompt_levels(actor=actor)
    )


def data_groups(*, actor: Actor) -> tuple[GroupRow, ...]:
    """The actor's groups by name, with those students whom they still record. Four statements."""
    rows = list(DataGroup.objects.visible_to(actor).order_by("name", "id")[:MOST_GROUPS])
    members: dict[UUID, list[DataGroupGoal]] = defaultdict(list)
    for goal in _goals_of(actor, [row.id for row in rows]).order_by("position", "id"):
        members[goal.group_id].append(goal)
    wanted = {goal.student_id for goals in members.values() for goal in goals}
    mine = recordable(actor=actor, student_ids=wanted) if wanted else {}
    names = {row.id: row for row in Student.objects.visible_to(actor).filter(id__in=mine, archived_at=None)}
    return tuple(
        GroupRow(
            id=row.id,
            name=row.name,
            students=tuple(
                _given(names[one])
                for one in dict.fromkeys(goal.student_id for goal in members[row.id])
                if one in names
            ),
            lineages=frozenset(goal.lineage_id for goal in members[row.id]),
        )
        for row in rows
    )


def data_group(*, actor: Actor, group_id: UUID, lock: bool = False) -> DataGroup:
    """One of the actor's own groups. Raises NotFound."""
    rows = DataGroup.objects.visible_to(actor).filter(id=group_id)
    found = rows.select_for_update(of=("self",)).first() if lock else rows.first()
    if found is None:
        raise NotFound
    return found


def lineages_of(*, actor: Actor, group_id: UUID) -> frozenset[UUID]:
    """The goals of one of the actor's groups. Raises NotFound."""
    data_group(actor=actor, group_id=group_id)
    return frozenset(_goals_of(actor, [group_id]).values_list("lineage_id", flat=True))


def goals_to_choose(*, actor: Actor, today: date) -> tuple[CaptureStudent, ...]:
    """Every goal that the actor may put into a group, by student."""
    return _students(actor, recordable(actor=actor), today)


def unassigned(*, actor: Actor, goal_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of some goals that the actor neither chooses nor was asked to record."""
    if actor.kind is not Kind.PERSON:
        return frozenset()
    rows = Goal.objects.visible_to(actor).filter(id__in=goal_ids)
    goals = list(rows.values_list("id", "student_id", "lineage_id"))
    mine = recordable(actor=actor, student_ids={student_id for _id, student_id, _lineage in goals})
    allowed = {
        goal_id
        for goal_id, student_id, lineage_id in goals
        if student_id in mine and ((held := mine[student_id]) is None or lineage_id in held)
    }
    return frozenset(goal_ids) - allowed


def _asked(actor: Actor, day: date) -> QuerySet[DataTask]:
    rows = DataTask.objects.filter(in_force(day), organization_id=actor.organization_id)
    return rows.filter(person_id=actor.acting_person_id) if actor.acting_person_id else rows.none()


def _goals_of(actor: Actor, group_ids: Iterable[UUID]) -> QuerySet[DataGroupGoal]:
    return DataGroupGoal.objects.filter(organization_id=actor.organization_id, group_id__in=list(group_ids))


def _given(student: Student) -> str:
    return student.preferred_name or student.given_name


def _told_apart(students: tuple[CaptureStudent, ...]) -> tuple[CaptureStudent, ...]:
    """First names, with the family's initial where two are the same."""
    names = [student.given for student in students]
    return tuple(
        replace(student, given=f"{student.given} {student.name.split()[-1][:1]}.")
        if names.count(student.given) > 1
        else student
        for student in students
    )


def _students(
    actor: Actor,
    mine: Mapping[UUID, frozenset[UUID] | None],
    today: date,
    *,
    only: frozenset[UUID] | None = None,
) -> tuple[CaptureStudent, ...]:
    """Students with the goals that the actor records, by name. Seven statements, however many there are."""
    rows = Student.objects.visible_to(actor).filter(
        id__in=list(mine), archived_at=None, enrollment=Student.Enrollment.ACTIVE
    )
    students = list(rows.order_by("sort_name", "id"))
    ids = [student.id for student in students]
    cards = goal_cards(actor=actor, student_ids=ids, today=today)
    goals = {
        goal.id: goal for found in goals_in_force(actor=actor, student_ids=ids).values() for goal in found
    }
    around = _Around(actor, goals.values(), today)
    found = []
    for student in students:
        held = mine[student.id]
        shown = tuple(
            around.goal(card, goals[card.goal_id])
            for card in cards[student.id]
            if _is_wanted(goals[card.goal_id].lineage_id, held, only)
        )
        if shown:
            found.append(
                CaptureStudent(
                    id=student.id, name=student.name, given=_given(student), topic=student.topic, goals=shown
                )
            )
    return tuple(found)


def _is_wanted(lineage_id: UUID, held: frozenset[UUID] | None, only: frozenset[UUID] | None) -> bool:
    return (held is None or lineage_id in held) and (only is None or lineage_id in only)


class _Around:
    """What stands beside some goals: data sheets, instructions, levels, the last scores. Four statements."""

    def __init__(self, actor: Actor, goals: Iterable[Goal], today: date) -> None:
        self.today = today
        lineages = [goal.lineage_id for goal in goals]
        own = {"organization_id": actor.organization_id, "lineage_id__in": lineages}
        self.sheets = {row.lineage_id: row for row in DataSheet.objects.filter(**own)}
        self.scales = {row.lineage_id: row for row in AttainmentScale.objects.filter(**own)}
        tasks = _asked(actor, today).filter(lineage_id__in=lineages)
        self.tasks = {row.lineage_id: row for row in tasks.order_by("starts_on", "id")}
        points = ProgressPoint.objects.filter(  # for all: of goals already seen
            **own, voided_at=None, is_baseline=False, measured_on__gte=today - timedelta(days=RECENT_DAYS)
        )
        self.recent: dict[UUID, list[tuple[date, Decimal]]] = defaultdict(list)
        for lineage_id, day, value in points.order_by("measured_on", "id").values_list(
            "lineage_id", "measured_on", "value"
        ):
            self.recent[lineage_id].append((day, value))

    def goal(self, card: GoalCard, goal: Goal) -> CaptureGoal:
        """One goal with all of it."""
        sheet, task = self.sheets.get(goal.lineage_id), self.tasks.get(goal.lineage_id)
        line = aimline_of(goal)
        return CaptureGoal(
            card=card,
            lineage_id=goal.lineage_id,
            direction=goal.direction,
            baseline=goal.baseline_value,
            aim_today=line.at(self.today) if line else None,
            is_percent=goal.scale in PERCENT_SCALES,
            instructions=task.instructions if task else "",
            trials=(task.trials if task and task.trials else None) or (sheet.trials if sheet else 10),
            seconds=sheet.seconds if sheet else 60,
            steps=tuple(sheet.steps) if sheet else (),
            levels=self._levels(goal, sheet),
            recent=tuple(self.recent[goal.lineage_id][-RECENT:]),
            is_due=_is_due(goal, card, self.today),
        )

    def _levels(self, goal: Goal, sheet: DataSheet | None) -> tuple[tuple[int, str, str], ...]:
        scale = self.scales.get(goal.lineage_id)
        if goal.scale == Goal.Scale.ATTAINMENT:
            words = (
                (scale.much_less, scale.less, scale.expected, scale.more, scale.much_more)
                if scale
                else ("",) * 5
            )
            return tuple((value, "", text) for value, text in zip(range(-2, 3), words, strict=True))
        if goal.scale != Goal.Scale.RUBRIC:
            return ()
        if sheet and sheet.levels:
            return tuple((int(one["value"]), str(one["title"]), str(one["words"])) for one in sheet.levels)
        top = max(4, int(goal.target_value))
        return tuple((value, "", "") for value in range(1, min(10, top) + 1))


def _is_due(goal: Goal, card: GoalCard, today: date) -> bool:
    """Whether the goal's schedule asks for a score today, or has asked for one."""
    every = max(1, goal.probe_days // max(1, goal.probe_times))
    return card.last_on is None or card.last_on + timedelta(days=every) <= today


def _tasks(
    actor: Actor, students: Mapping[UUID, CaptureStudent], goals: Mapping[UUID, CaptureGoal]
) -> tuple[TaskRow, ...]:
    rows = _asked(actor, actor.today)
    found = [
        TaskRow(
            id=row.id,
            goal_id=goals[row.lineage_id].card.goal_id,
            student_id=row.student_id,
            student=students[row.student_id].name,
            title=goals[row.lineage_id].card.title,
            unit=goals[row.lineage_id].card.unit,
            instructions=row.instructions,
            assigned_by=row.assigned_by_name,
            last_on=goals[row.lineage_id].card.last_on,
            is_due=goals[row.lineage_id].is_due,
        )
        for row in rows.order_by("starts_on", "id")
        if row.student_id in students and row.lineage_id in goals
    ]
    return tuple(sorted(found, key=lambda row: (not row.is_due, row.student)))
