"""The student page: its head, the overview and the team."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from accounts.calendar_models import measuring
from accounts.rights import Action, Group
from core.actor import Actor, Hat
from core.errors import NotAllowed
from core.kept import kept_until_news
from core.models import topic
from core.outbox import topic_version
from ieps.models import Accommodation, GlanceReading, Goal, Iep, Service
from progress.queries import GoalCard, goal_cards
from students.models import Disability, Grade, Guardian, Student, TeamMember, in_force, on_team
from students.queries import allergy_alert, opened_student
from students.rules import Access, may_export_record

PART_ORDER = [part.value for part in TeamMember.Part]


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentHead:
    """What stands above every tab of a student's page. What the reader may not see is None or empty."""

    id: UUID
    name: str
    short_name: str
    topic: str
    version: str
    grade: str
    age: int | None
    school_name: str
    disability: str
    case_manager: str
    interpreter_language: str
    eligibility: str
    eligibility_label: str
    is_enrolled: bool
    enrollment_label: str
    is_archived: bool
    allergies: str
    photo: str
    annual_review_on: date | None
    reevaluation_due_on: date | None
    last_evaluation_on: date | None
    percent_regular: Any
    has_iep: bool
    iep_effective_on: date | None
    goal_count: int
    sees_record: bool
    sees_progress: bool
    sees_reports: bool
    sees_assessments: bool
    sees_iep: bool
    sees_glance: bool
    sees_timeline: bool
    sees_access: bool
    may_record: bool
    may_write_identity: bool
    may_write_record: bool
    may_manage_team: bool
    may_write_guardians: bool
    may_archive: bool
    may_export: bool
    is_family: bool
    is_money_only: bool
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamRow:
    """Somebody on the team, or a parent."""

    id: UUID
    person_id: UUID | None
    name: str
    part: str
    since: date | None
    until: date | None = None
    note: str = ""
    contact: str = ""
    stands_in_for: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRow:
    """One service of the IEP in force; minutes each time."""

    id: UUID
    label: str
    focus: str
    minutes: int
    times: int
    period: str
    period_label: str
    total_minutes: int
    delivery: str
    location: str
    provider: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalLine:
    """A goal in a sentence, for those who do not see its scores."""

    id: UUID
    title: str
    statement: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """The first tab. Parts that the reader's rights leave out are empty, and their flag in `head` says so."""

    head: StudentHead
    topics: str
    versions: str
    strengths: str
    needs: str
    family_wants: str
    what_works: str
    has_narrative: bool
    services: tuple[ServiceRow, ...]
    sees_services: bool
    accommodations: tuple[Accommodation, ...]
    shared_with: int
    read_by: int
    cards: tuple[GoalCard, ...]
    goals: tuple[GoalLine, ...]
    team: tuple[TeamRow, ...]
    guardians: tuple[TeamRow, ...]
    may_confirm_glance: bool
    glance_read_at: datetime | None


def student_head(*, actor: Actor, student_id: UUID, today: date) -> StudentHead:
    """What stands above every tab. Raises NotFound."""
    return kept_until_news(
        actor=actor,
        topics=(topic("student", student_id), measuring(actor.organization_id)),
        key=("student head", today),
        read=lambda versions: _opened(actor, student_id, today, versions[0]).head,
    )


def overview(*, actor: Actor, student_id: UUID, today: date) -> Overview:
    """The overview of a student, from the IEP in force. The number of statements is constant. Raises NotFound."""
    return kept_until_news(
        actor=actor,
        topics=(topic("student", student_id), measuring(actor.organization_id)),
        key=("overview", today),
        read=lambda versions: _overview(actor, student_id, today, versions),
    )


def _overview(actor: Actor, student_id: UUID, today: date, versions: Sequence[str]) -> Overview:
    found = _opened(actor, student_id, today, versions[0])
    iep, known = found.iep, found.access
    sees_words = known.sees(Group.IEP) or known.sees(Group.SHARED_IEP)
    words = iep if sees_words else None
    sees_glance = known.sees(Group.GLANCE) or sees_words
    readings = _readings(iep) if iep and sees_glance else {}
    general = [row for row in found.team if row.part == TeamMember.Part.GENERAL_EDUCATION]
    return Overview(
        head=found.head,
        topics=f"{found.student.topic} {measuring(actor.organization_id)}",
        versions=" ".join(versions),
        strengths=words.strengths if words else "",
        needs=words.present_levels if words else "",
        family_wants=words.parent_concerns if words else "",
        what_works=iep.what_works if iep and sees_glance else "",
        has_narrative=sees_glance and iep is not None,
        services=_services(iep) if iep and known.sees(Group.MINUTES) else (),
        sees_services=known.sees(Group.MINUTES),
        accommodations=_accommodations(iep) if iep and sees_glance else (),
        shared_with=len(general),
        read_by=sum(row.person_id in readings for row in general),
        cards=goal_cards(actor=actor, student_ids=[student_id], today=today)[student_id],
        goals=_goal_lines(iep) if iep and known.sees(Group.GLANCE) and not known.sees(Group.PROGRESS) else (),
        team=_team_rows(found.team) if known.sees(Group.TEAM) else (),
        guardians=_guardian_rows(found.student, today) if known.sees(Group.GUARDIANS) else (),
        may_confirm_glance=bool(
            iep
            and actor.acting_person_id
            and actor.acting_person_id not in readings
            and known.may(Action.CONFIRM, Group.GLANCE)
        ),
        glance_read_at=readings.get(actor.acting_person_id) if actor.acting_person_id else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamPage:
    """The team tab: who is on the team, who was, and the family."""

    head: StudentHead
    team: tuple[TeamRow, ...]
    past: tuple[TeamRow, ...]
    guardians: tuple[TeamRow, ...]
    sees_guardians: bool


def team_page(*, actor: Actor, student_id: UUID, today: date) -> TeamPage:
    """Everybody on a student's team, today and before. Raises NotFound, NotAllowed."""
    version = topic_version(topic("student", student_id))  # before the content
    found = _opened(actor, student_id, today, version)
    if not found.access.sees(Group.TEAM):
        raise NotAllowed
    past = TeamMember.objects.filter(
        organization_id=actor.organization_id, student_id=student_id, ends_on__lte=today
    ).select_related("person", "stands_in_for")
    return TeamPage(
        head=found.head,
        team=_team_rows(found.team),
        past=_team_rows(past.order_by("-ends_on", "id")[:50]) if not found.head.is_family else (),
        guardians=_guardian_rows(found.student, today) if found.access.sees(Group.GUARDIANS) else (),
        sees_guardians=found.access.sees(Group.GUARDIANS),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """A student with what every tab needs."""

    student: Student
    access: Access
    iep: Iep | None
    team: Sequence[TeamMember]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Opened(_Found):
    head: StudentHead


def _opened(actor: Actor, student_id: UUID, today: date, version: str) -> _Opened:
    """A student with what every tab needs; `version` is that of the student, read before."""
    student, known = opened_student(actor=actor, student_id=student_id)
    iep = student.ieps.filter(organization_id=actor.organization_id, status=Iep.Status.ACTIVE).first()
    rows = TeamMember.objects.filter(
        on_team(today), organization_id=actor.organization_id, student_id=student_id
    ).select_related("person", "stands_in_for")
    team = sorted(rows, key=_team_order)
    goals = Goal.objects.all()  # for all: of an IEP seen just now
    if not known.whole.sees(Group.GOALS):  # only those of data tasks
        goals = Goal.objects.visible_to(actor)
    goal_count = goals.filter(organization_id=actor.organization_id, iep=iep).count() if iep else 0
    found = _Found(student=student, access=known, iep=iep, team=team)
    head = _head(actor, found, goal_count, today=today, version=version)
    return _Opened(student=student, access=known, iep=iep, team=team, head=head)


def _team_order(row: TeamMember) -> tuple[Any, ...]:
    """By part; whoever stands in for somebody after them."""
    return (PART_ORDER.index(row.part), row.stands_in_for_id is not None, row.person.family_name, str(row.id))


def _head(actor: Actor, found: "_Found", goal_count: int, *, today: date, version: str) -> StudentHead:
    student, known, iep, team = found.student, found.access, found.iep, found.team
    sees_record, sees_team = known.sees(Group.RECORD), known.sees(Group.TEAM)
    sees_iep = known.sees(Group.IEP) or known.sees(Group.SHARED_IEP)
    managers = [row.person.name for row in team if row.part == TeamMember.Part.CASE_MANAGER]
    review_on = (
        student.annual_review_on if sees_record else (iep.next_review_on if iep and sees_iep else None)
    )
    return StudentHead(
        id=student.id,
        name=student.name,
        short_name=student.preferred_name or student.given_name,
        topic=student.topic,
        version=version,
        grade=str(Grade(student.grade).label),
        age=_age(student.birth_on, today) if sees_record else None,
        school_name=student.school.name,
        disability=str(Disability(student.disability).label) if sees_record and student.disability else "",
        case_manager=managers[0] if managers and sees_team else "",
        interpreter_language=(student.home_language or "?")
        if sees_record and student.needs_interpreter
        else "",
        eligibility=student.eligibility if sees_record else "",
        eligibility_label=str(Student.Eligibility(student.eligibility).label) if sees_record else "",
        is_enrolled=student.enrollment == Student.Enrollment.ACTIVE,
        enrollment_label=str(Student.Enrollment(student.enrollment).label),
        is_archived=student.archived_at is not None,
        allergies=str(allergy_alert(actor=actor, student=student)),
        photo=student.photo_key[:12] if known.sees(Group.PROFILE) else "",
        annual_review_on=review_on,
        reevaluation_due_on=student.reevaluation_due_on if sees_record else None,
        last_evaluation_on=student.last_evaluation_on if sees_record else None,
        percent_regular=iep.percent_regular if iep and sees_iep else None,
        has_iep=iep is not None,
        iep_effective_on=iep.effective_on if iep and sees_iep else None,
        goal_count=goal_count if known.sees(Group.GOALS) else 0,
        sees_record=sees_record,
        sees_progress=known.sees(Group.PROGRESS),
        sees_reports=known.whole.sees(Group.PROGRESS),
        sees_assessments=known.sees(Group.ASSESSMENTS),
        sees_iep=sees_iep,
        sees_glance=known.sees(Group.GLANCE),
        sees_timeline=known.sees(Group.TIMELINE),
        sees_access=known.sees(Group.ACCESS),
        may_record=iep is not None
        and (
            known.whole.may(Action.RECORD, Group.PROGRESS)
            or (known.may(Action.RECORD, Group.PROGRESS) and goal_count > 0)
        ),
        may_write_identity=known.may(Action.WRITE, Group.IDENTITY),
        may_write_record=known.may(Action.WRITE, Group.RECORD),
        may_manage_team=known.may(Action.MANAGE, Group.TEAM),
        may_write_guardians=known.may(Action.WRITE, Group.GUARDIANS),
        may_archive=known.may(Action.MANAGE, Group.RECORD),
        may_export=may_export_record(actor, student),
        is_family=actor.hat is Hat.FAMILY,
        is_money_only=not sees_team,
        today=today,
    )


def _age(birth_on: date | None, today: date) -> int | None:
    if birth_on is None:
        return None
    had_birthday = (today.month, today.day) >= (birth_on.month, birth_on.day)
    return today.year - birth_on.year - (0 if had_birthday else 1)


def _readings(iep: Iep) -> dict[UUID, datetime]:
    return dict(GlanceReading.objects.filter(iep=iep).values_list("person_id", "read_at"))


def _accommodations(iep: Iep) -> tuple[Accommodation, ...]:
    return tuple(Accommodation.objects.filter(iep=iep).order_by("kind", "created_at", "id"))


def _goal_lines(iep: Iep) -> tuple[GoalLine, ...]:
    rows = iep.goals.order_by("number").values_list("id", "title", "statement")
    return tuple(GoalLine(id=goal_id, title=title, statement=statement) for goal_id, title, statement in rows)


def _services(iep: Iep) -> tuple[ServiceRow, ...]:
    rows = Service.objects.filter(iep=iep).select_related("provider").order_by("created_at", "id")
    return tuple(service_row(row) for row in rows)


def service_row(row: Service) -> ServiceRow:
    """A service as lists show it."""
    return ServiceRow(
        id=row.id,
        label=str(Service.Kind(row.kind).label),
        focus=row.focus,
        minutes=row.minutes,
        times=row.times,
        period=row.period,
        period_label=str(Service.Period(row.period).label),
        total_minutes=row.minutes_in_period,
        delivery=str(Service.Delivery(row.delivery).label),
        location=row.location,
        provider=row.provider.name if row.provider else row.provider_role,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
    )


def _team_rows(rows: Sequence[TeamMember] | Any) -> tuple[TeamRow, ...]:
    return tuple(
        TeamRow(
            id=row.id,
            person_id=row.person_id,
            name=row.person.name,
            part=str(TeamMember.Part(row.part).label),
            since=row.starts_on,
            until=row.ends_on,
            stands_in_for=row.stands_in_for.name if row.stands_in_for else "",
        )
        for row in rows
    )


def _guardian_rows(student: Student, today: date) -> tuple[TeamRow, ...]:
    """The parents whose rights are in force, with how to reach them."""
    rows = Guardian.objects.filter(in_force(today), organization_id=student.organization_id, student=student)
    return tuple(
        TeamRow(
            id=row.id,
            person_id=row.person_id,
            name=row.name,
            part=str(Guardian.Relationship(row.relationship).label),
            since=row.starts_on,
            until=row.ends_on,
            note=row.language,
            contact=" · ".join(part for part in (row.phone, row.email) if part),
        )
        for row in rows.order_by("created_at", "id")
    )
