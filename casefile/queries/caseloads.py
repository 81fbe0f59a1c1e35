"""The list of students a person works with, and the search in it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When, prefetch_related_objects
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.calendar_models import measuring
from accounts.models import School
from accounts.rights import Group, Relation, Role, relations_that_see
from casefile.queries.keyset import Key, Place, keyset_page
from casefile.queries.sight import kept_for_alike
from core.actor import Actor
from core.kept import kept_until_news
from ieps.models import Goal, Iep, has_tasks, seen_goals
from progress.arithmetic import Status
from progress.queries import GoalCard, goal_cards, quiet_days
from students.models import NEVER, Disability, Grade, Student, Tag, visible_students
from students.queries import list_topics, matching, without_case_manager
from students.rules import may_add_students

MOST_COUNTED = 1_000
"""Lists longer than this are not counted to the end: nobody reads the number, and counting costs."""

PRESSING = (Status.DECIDE, Status.WATCH, Status.NO_DATA, Status.ON_TRACK, Status.MET)
"""Which status of several speaks for a student."""

SORTS: Mapping[str, tuple[Key, ...]] = {
    "name": (Key("sort_name"), Key("id")),
    "due": (Key("due_key"), Key("sort_name"), Key("id")),
    "changed": (Key("changed_at", is_descending=True), Key("id", is_descending=True)),
    "grade": (Key("grade_rank"), Key("sort_name"), Key("id")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a list is narrowed to. Empty values narrow nothing; `words` is never part of an address."""

    grade: str = ""
    school: UUID | None = None
    status: str = ""
    eligibility: str = ""
    due_days: int | None = None
    tag: str = ""
    standing: str = "enrolled"
    sort: str = "due"
    is_reversed: bool = False
    words: str = ""
    hidden: tuple[str, ...] = ()

    def plain(self) -> dict[str, Any]:
        """The filters that narrow something, without what was typed: fit for the audit."""
        given = {name: getattr(self, name) for name in ("grade", "school", "status", "eligibility", "tag")}
        days = {} if self.due_days is None else {"due_days": self.due_days}
        return {name: value for name, value in given.items() if value} | days | {"standing": self.standing}


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The next legal date of a student."""

    kind: str
    label: Any
    on: date
    days: int

    @property
    def tone(self) -> str:
        """How pressing it is: two days, five days, later."""
        return "act" if self.days <= 2 else "watch" if self.days <= 5 else "ok"  # noqa: PLR2004

    @property
    def number(self) -> int:
        """Days to it, or since it."""
        return abs(self.days)

    @property
    def unit(self) -> str:
        """What `number` counts."""
        if self.days < 0:
            return ngettext("day late", "days late", -self.days)
        return ngettext("day", "days", self.days)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseloadRow:
    """One student in a list. What the reader may not see is None or empty."""

    id: UUID
    name: str
    grade: str
    disability: str
    disability_label: str
    school_name: str
    cards: tuple[GoalCard, ...]
    main: GoalCard | None
    due: Due | None
    changed_at: datetime
    changed_by: str
    sees_progress: bool
    sees_record: bool
    archived_at: datetime | None
    archived_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Caseload:
    """One page of the list, with what its filters offer."""

    rows: tuple[CaseloadRow, ...]
    total: int
    is_counted: bool
    previous: UUID | None
    next: UUID | None
    schools: tuple[tuple[str, str], ...]
    tags: tuple[str, ...]
    sees_dates: bool
    sees_progress: bool
    sees_archived: bool
    may_add: bool
    has_many_schools: bool
    topics: str = ""
    versions: str = ""
    filters: Filters = field(default_factory=Filters)


def caseload(*, actor: Actor, filters: Filters, place: Place, today: date) -> Caseload:
    """One page of the students that exist for the actor, narrowed and in order. Constant number of statements."""
    if filters.sort == "due" and not sees_anywhere(actor=actor, group=Group.RECORD):
        filters = replace(filters, sort="name")
    topics = [*list_topics(actor=actor), measuring(actor.organization_id)]
    return kept_until_news(
        actor=actor,
        topics=topics,
        key=("caseload", filters, place, today),
        read=lambda versions: replace(
            _shared(actor, filters, place, today),
            topics=" ".join(topics),
            versions=" ".join(versions),
        ),
    )


def _shared(actor: Actor, filters: Filters, place: Place, today: date) -> Caseload:
    """The page without its topics: read once for all who see the same of the district, such as administrators."""
    return kept_for_alike(
        actor=actor,
        key=("anybody's caseload", filters, place, today),
        read=lambda reader: _caseload(reader, filters, place, today),
    )


def _caseload(actor: Actor, filters: Filters, place: Place, today: date) -> Caseload:
    seen = _seen(actor)
    rows = narrowed(actor=actor, filters=filters, today=today)
    keys = SORTS.get(filters.sort, SORTS["name"])
    if filters.is_reversed:
        keys = tuple(Key(key.column, not key.is_descending) for key in keys)
    page = keyset_page(rows, keys, place, among=seen)
    # Not joined: with a rare search the planner would compare every student found with every school.
    prefetch_related_objects(page.rows, "school")
    cards = goal_cards(actor=actor, student_ids=[row.id for row in page.rows], today=today)
    total = rows.order_by()[: MOST_COUNTED + 1].count()
    schools = _schools(actor)
    return Caseload(
        rows=tuple(_row(student, cards.get(student.id, ()), today) for student in page.rows),
        total=min(total, MOST_COUNTED),
        is_counted=total <= MOST_COUNTED,
        previous=page.rows[0].id if page.rows and page.has_previous else None,
        next=page.rows[-1].id if page.rows and page.has_next else None,
        schools=schools,
        tags=_tags(actor),
        sees_dates=sees_anywhere(actor=actor, group=Group.RECORD),
        sees_progress=sees_anywhere(actor=actor, group=Group.PROGRESS),
        sees_archived=Role.ADMINISTRATOR in actor.roles,
        may_add=may_add_students(actor),
        has_many_schools=len(schools) > 1,
        filters=filters,
    )


def narrowed(*, actor: Actor, filters: Filters, today: date) -> QuerySet[Student]:
    """The students that a set of filters leaves. A filter on fields the actor does not see finds nothing by them."""
    rows = _standing(_seen(actor), filters.standing)
    if filters.standing == "unmanaged":
        rows = without_case_manager(actor=actor, rows=rows.filter(visible_students(actor, group=Group.TEAM)))
    if filters.words:
        rows = rows.filter(matching(actor=actor, text=filters.words))
    if filters.grade:
        rows = rows.filter(grade="" if filters.grade == "unknown" else filters.grade)
    if filters.school:
        rows = rows.filter(school_id=filters.school)
    if filters.eligibility or filters.due_days is not None or filters.tag:
        rows = rows.filter(visible_students(actor, group=Group.RECORD))
    if filters.eligibility:
        rows = rows.filter(eligibility=filters.eligibility)
    if filters.due_days is not None:
        rows = rows.filter(next_due_on__lte=today + timedelta(days=filters.due_days))
    if filters.tag:
        tagged = Tag.objects.filter(organization_id=actor.organization_id, label=filters.tag)
        rows = rows.filter(pk__in=tagged.values("student_id"))
    return _with_status(rows, actor, filters.status, today) if filters.status else rows


def listed_ids(*, actor: Actor, filters: Filters, today: date, most: int) -> tuple[UUID, ...]:
    """The first students of a narrowed list, in its order."""
    keys = SORTS.get(filters.sort, SORTS["name"])
    order = [("-" if key.is_descending is not filters.is_reversed else "") + key.column for key in keys]
    rows = narrowed(actor=actor, filters=filters, today=today).order_by(*order)
    return tuple(rows.values_list("id", flat=True)[:most])


def sees_anywhere(*, actor: Actor, group: Group) -> bool:
    """Whether the actor's roles let them see a group of fields of any student at all."""
    return bool(relations_that_see(actor.roles, group))


def status_filter(*, actor: Actor, status: Status, today: date) -> Exists:
    """A condition: the student has a goal in force with this status on this day."""
    recent = quiet_days(actor=actor, today=today).recent(
        school="student__school_id", last_on="progress_summary__last_on"
    )
    goals = Goal.objects.filter(  # for all: the list is narrowed to students whose progress is seen
        organization_id=actor.organization_id, student_id=OuterRef("pk"), iep__status=Iep.Status.ACTIVE
    )
    if has_tasks(actor, Group.PROGRESS):
        goals = goals.filter(seen_goals(actor, group=Group.PROGRESS))
    quiet = ~Q(progress_summary__status=Status.MET) & (
        Q(progress_summary=None) | Q(progress_summary__last_on=None) | ~recent
    )
    if status is Status.MET:
        return Exists(goals.filter(progress_summary__status=Status.MET))
    if status is Status.NO_DATA:
        return Exists(goals.filter(Q(progress_summary__status=Status.NO_DATA) | quiet))
    return Exists(goals.filter(recent, progress_summary__status=status))


def next_due(student: Student, today: date) -> Due | None:
    """The sooner of the annual review and the reevaluation, whether it is past or to come."""
    dates = [
        (student.annual_review_on, "review", _("Annual review")),
        (student.reevaluation_due_on, "reevaluation", _("Reevaluation")),
    ]
    known = [(on, kind, label) for on, kind, label in dates if on is not None]
    if not known:
        return None
    on, kind, label = min(known, key=lambda item: item[0])
    return Due(kind=kind, label=label, on=on, days=(on - today).days)


def main_card(cards: Iterable[GoalCard]) -> GoalCard | None:
    """The goal that speaks for a student: the most pressing, of equals the first."""
    return min(cards, key=lambda card: (PRESSING.index(card.status), card.number), default=None)


def _seen(actor: Actor) -> QuerySet[Student]:
    dated = visible_students(actor, group=Group.RECORD)
    plain = not dated
    return Student.objects.visible_to(actor).annotate(
        sees_record=_flag(dated),
        sees_progress=_flag(visible_students(actor, group=Group.PROGRESS, is_whole=True)),
        # An order tells as much as a column: whoever does not see the dates does not get them in order either.
        due_key=F("next_due_on") if plain else Case(When(dated, then=F("next_due_on")), default=Value(NEVER)),
    )


def _flag(condition: Q) -> Any:
    if not condition:
        return Value(value=True)
    return Case(When(condition, then=Value(value=True)), default=Value(value=False))


def _standing(rows: QuerySet[Student], standing: str) -> QuerySet[Student]:
    if standing == "archived":
        return rows.filter(archived_at__isnull=False)
    kept = rows.filter(archived_at=None)
    here = Q(enrollment=Student.Enrollment.ACTIVE) & ~Q(eligibility=Student.Eligibility.EXITED)
    return kept.exclude(here) if standing == "left" else kept.filter(here)


def _with_status(rows: QuerySet[Student], actor: Actor, status: str, today: date) -> QuerySet[Student]:
    return rows.filter(visible_students(actor, group=Group.PROGRESS)).filter(
        status_filter(actor=actor, status=Status(status), today=today)
    )


def _row(student: Student, cards: tuple[GoalCard, ...], today: date) -> CaseloadRow:
    sees_record: bool = student.sees_record  # type: ignore[attr-defined]  # annotated in `_seen`
    return CaseloadRow(
        id=student.id,
        name=student.name,
        grade=str(Grade(student.grade).label),
        disability=student.disability if sees_record else "",
        disability_label=str(Disability(student.disability).label) if sees_record else "",
        school_name=student.school.name,
        cards=cards,
        main=main_card(cards),
        due=next_due(student, today) if sees_record else None,
        changed_at=student.changed_at,
        changed_by=student.changed_by_name,
        sees_progress=bool(cards) or student.sees_progress,  # type: ignore[attr-defined]  # annotated in `_seen`
        sees_record=sees_record,
        archived_at=student.archived_at,  # of those whom administrators alone see
        archived_reason=student.archived_reason,
    )


def _schools(actor: Actor) -> tuple[tuple[str, str], ...]:
    """The schools a list can be narrowed to: all of them for the district, else those of the actor's own roles."""
    rows = School.objects.filter(organization_id=actor.organization_id, is_active=True)
    if not actor.is_district_wide:
        if Relation.SCHOOL not in relations_that_see(actor.roles):
            return ()
        rows = rows.filter(id__in=actor.school_ids)
    return tuple(
        (str(school_id), name) for school_id, name in rows.order_by("name").values_list("id", "name")
    )


def _tags(actor: Actor) -> tuple[str, ...]:
    if not sees_anywhere(actor=actor, group=Group.RECORD):
        return ()
    rows = Tag.objects.filter(visible_students(actor, prefix="student__", group=Group.RECORD))
    labels = (
        rows.filter(organization_id=actor.organization_id).order_by("label").values_list("label", flat=True)
    )
    return tuple(labels.distinct()[:40])
