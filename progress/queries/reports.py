"""Progress reports: those of a student, one of them as it is written or was sent, and who owes which by when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from accounts.calendar_models import measuring
from accounts.calendars import Calendar, periods_of
from accounts.queries import calendar_of
from core.actor import Actor
from core.errors import NotAllowed, NotFound
from core.models import topic
from core.outbox import topic_versions
from ieps.models import Goal, Iep
from progress.models import GoalNote, GoalState, ProgressReport
from progress.queries.notes import NoteView, frozen_note
from progress.queries.owed import period_owed
from progress.queries.page import goals_progress
from progress.report_words import Evidence, evidence, facts_of, objections_of, until
from progress.reporting import Facts, fingerprint, objection, suggested
from progress.rules import may_see_reports, may_send_report, may_write_notes, sees_draft_reports
from students.models import Student
from students.queries import opened_student


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    """One report in a list."""

    id: UUID
    period_name: str
    first_on: date
    last_on: date
    due_on: date
    status: str
    status_label: str
    revision: int
    sent_on: date | None
    sent_by: str
    is_sent: bool
    written: int
    goals: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodRow:
    """A reporting period for which a report can be begun."""

    name: str
    first_on: date
    last_on: date
    due_on: date
    is_owed: bool
    """Whether it is the one that is asked for now (`progress.queries.owed`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StudentReports:
    """The reports of a student that the reader may see, newest first, and the periods without one."""

    student_id: UUID
    student_name: str
    topic: str
    version: str
    topics: str
    """What pages watch: the student, and the district's calendars with their periods."""
    versions: str
    rows: tuple[ReportRow, ...]
    to_begin: tuple[PeriodRow, ...]
    has_calendar: bool
    may_write: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPage:
    """One report in full."""

    id: UUID
    student_id: UUID
    student_name: str
    short_name: str
    school_name: str
    topic: str
    version: str
    topics: str
    """What pages watch: the report, and what its facts rest on while it is a draft."""
    versions: str
    number: int
    """The version of the report itself, for programs."""
    period_name: str
    first_on: date
    last_on: date
    due_on: date
    data_until: date
    language: str
    status: str
    status_label: str
    revision: int
    revision_reason: str
    corrected_by_id: UUID | None
    corrects_id: UUID | None
    sent_at: datetime | None
    sent_on: date | None
    sent_by: str
    digest: str
    is_intact: bool
    notes: tuple[NoteView, ...]
    is_sent: bool
    is_family: bool
    may_write: bool
    may_send: bool
    may_correct: bool

    @property
    def missing(self) -> tuple[int, ...]:
        """The numbers of the goals whose note is not whole."""
        return tuple(note.number for note in self.notes if not note.is_written)


def student_reports(*, actor: Actor, student_id: UUID, today: date) -> StudentReports:
    """The reports of a student. Raises NotFound, NotAllowed for who does not see progress."""
    name = topic("student", student_id)
    topics = (name, measuring(actor.organization_id))
    versions = topic_versions(topics)
    student, _access = opened_student(actor=actor, student_id=student_id)
    if not may_see_reports(actor, student):
        raise NotAllowed
    rows = list(report_rows(actor=actor, student_id=student_id).order_by("-first_on", "-revision"))
    may_write = may_send_report(actor, student)
    calendar = calendar_of(actor=actor, school_id=student.school_id)
    begun = {row.first_on for row in rows}
    return StudentReports(
        student_id=student.id,
        student_name=student.name,
        topic=name,
        version=versions[name],
        topics=" ".join(topics),
        versions=" ".join(versions[each] for each in topics),
        rows=tuple(report_row(row) for row in rows),
        to_begin=_to_begin(actor, student, calendar, begun, today) if may_write else (),
        has_calendar=bool(calendar),
        may_write=may_write,
    )


def report_rows(*, actor: Actor, student_id: UUID) -> QuerySet[ProgressReport]:
    """The reports of a student that the reader may see, with how many notes they have."""
    written = Q(notes__narrative__gt="", notes__statement__gt="") & (
        Q(notes__objection="") | Q(notes__reason__gt="")
    )
    rows = ProgressReport.objects.visible_to(actor).filter(student_id=student_id)
    return rows.annotate(goals=Count("notes"), written=Count("notes", filter=written))


def report_row(row: Any) -> ReportRow:
    """One report of `report_rows` as lists and programs show it."""
    return ReportRow(
        id=row.id,
        period_name=row.period_name,
        first_on=row.first_on,
        last_on=row.last_on,
        due_on=row.due_on,
        status=row.status,
        status_label=str(row.get_status_display()),
        revision=row.revision,
        sent_on=row.sent_on,
        sent_by=row.sent_by_name,
        is_sent=row.is_sent,
        written=row.written,
        goals=row.goals,
    )


def visible_report(*, actor: Actor, report_id: UUID, lock: bool = False) -> ProgressReport:
    """One report with its student, sent or not. Raises NotFound."""
    rows = (
        ProgressReport.objects.visible_to(actor).filter(id=report_id).select_related("student__school", "iep")
    )
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.first()
    if found is None:
        raise NotFound
    return found


def notes_of(*, actor: Actor, report: ProgressReport) -> list[GoalNote]:
    """The notes of a report already seen, by the goal's number."""
    rows = GoalNote.objects.filter(organization_id=actor.organization_id, report=report)
    return list(rows.select_related("goal").order_by("number", "id"))


def report_page(*, actor: Actor, report_id: UUID, today: date, student_id: UUID | None = None) -> ReportPage:
    """One report: as it stands while it is written, as it was sent afterwards. Raises NotFound."""
    report = visible_report(actor=actor, report_id=report_id)
    if student_id is not None and report.student_id != student_id:
        raise NotFound
    topics = (report.topic, *(() if report.is_sent else (measuring(actor.organization_id),)))
    versions = topic_versions(topics)
    student = report.student
    notes = notes_of(actor=actor, report=report)
    day = report.data_until or data_day(report, today)
    views = [frozen_note(note) for note in notes] if report.is_sent else _live(actor, report, notes, day)
    latest = ProgressReport.objects.visible_to(actor).filter(
        student_id=student.id, first_on=report.first_on, revision__gt=report.revision
    )
    later = latest.order_by("revision").values_list("id", flat=True).first()
    return ReportPage(
        id=report.id,
        student_id=student.id,
        student_name=student.name,
        short_name=student.preferred_name or student.given_name,
        school_name=student.school.name,
        topic=report.topic,
        version=versions[report.topic],
        topics=" ".join(topics),
        versions=" ".join(versions[name] for name in topics),
        number=report.version,
        period_name=report.period_name,
        first_on=report.first_on,
        last_on=report.last_on,
        due_on=report.due_on,
        data_until=day,
        language=report.language,
        status=report.status,
        status_label=str(report.get_status_display()),
        revision=report.revision,
        revision_reason=report.revision_reason,
        corrected_by_id=later,
        corrects_id=report.revises_id,
        sent_at=report.sent_at,
        sent_on=report.sent_on,
        sent_by=report.sent_by_name,
        digest=report.digest,
        is_intact=not report.is_sent or report.digest == fingerprint(content_of(report, notes)),
        notes=tuple(views),
        is_sent=report.is_sent,
        is_family=not sees_draft_reports(actor, student),
        may_write=not report.is_sent and may_write_notes(actor, student),
        may_send=not report.is_sent and may_send_report(actor, student),
        may_correct=report.status == ProgressReport.Status.ISSUED
        and later is None
        and may_send_report(actor, student),
    )


def data_day(report: ProgressReport, today: date) -> date:
    """The last day whose scores a report counts: the last of its period, or today while that still runs."""
    return min(report.last_on, today)


def goal_facts(
    *, actor: Actor, report: ProgressReport, notes: Iterable[GoalNote], day: date
) -> Mapping[UUID, tuple[Facts, Evidence]]:
    """For each goal of a report what its data says on a day, in the language of now."""
    wanted = list(notes)
    mastered = _mastered(actor, report, [note.goal for note in wanted], day)
    ids = [note.goal_id for note in wanted]
    pages = goals_progress(actor=actor, student=report.student, goal_ids=ids, today=day)
    if len(pages) < len(set(ids)):
        raise NotFound
    found = {}
    for note in wanted:
        page = until(pages[note.goal_id], day)
        is_mastered = page.summary.mastered_on is not None or note.goal_id in mastered
        facts = facts_of(page, report.first_on, day, is_mastered=is_mastered)
        found[note.goal_id] = (facts, evidence(page, report.first_on))
    return found


def content_of(report: ProgressReport, notes: Iterable[GoalNote]) -> dict[str, Any]:
    """Everything that a sent report says, for its fingerprint."""
    return {
        "student": str(report.student_id),
        "period": [report.period_name, report.first_on, report.last_on, report.due_on],
        "revision": [report.revision, report.revision_reason],
        "language": report.language,
        "data_until": report.data_until,
        "sent": [report.sent_on, report.sent_by_name],
        "goals": [
            [
                str(note.goal_id),
                note.number,
                note.statement,
                note.narrative,
                note.objection,
                note.reason,
                note.frozen,
                note.chart,
            ]
            for note in notes
        ],
    }


def iep_of_period(*, actor: Actor, student: Student, last_on: date) -> Iep | None:
    """The IEP that was in force at the end of a period, of a student already seen."""
    rows = Iep.objects.visible_to(actor).filter(
        student=student,
        status__in=(Iep.Status.ACTIVE, Iep.Status.SUPERSEDED),
        effective_on__lte=last_on,
    )
    return rows.order_by("-effective_on", "-number").first()


def _live(actor: Actor, report: ProgressReport, notes: list[GoalNote], day: date) -> list[NoteView]:
    facts = goal_facts(actor=actor, report=report, notes=notes, day=day)
    return [_live_note(note, *facts[note.goal_id]) for note in notes]


def _live_note(note: GoalNote, facts: Facts, shown: Evidence) -> NoteView:
    found = objection(note.statement, facts) if note.statement else None
    best = suggested(facts)
    return NoteView(
        goal_id=note.goal_id,
        number=note.number,
        statement=note.statement,
        narrative=note.narrative,
        reason=note.reason,
        objection=found.value if found else "",
        version=note.version,
        written_by=note.written_by_name,
        suggested=best.value if best else "",
        objections=objections_of(facts),
        evidence=shown,
    )


def _mastered(actor: Actor, report: ProgressReport, goals: list[Goal], day: date) -> frozenset[UUID]:
    """The goals that were mastered by a day."""
    rows = GoalState.objects.filter(
        organization_id=actor.organization_id,
        student_id=report.student_id,
        lineage_id__in=[goal.lineage_id for goal in goals],
        mastered_on__lte=day,
    ).exclude(status=GoalState.Status.OPEN)
    lineages = set(rows.values_list("lineage_id", flat=True))
    return frozenset(goal.id for goal in goals if goal.lineage_id in lineages)


def _to_begin(
    actor: Actor, student: Student, calendar: Calendar, begun: set[date], today: date
) -> tuple[PeriodRow, ...]:
    """Periods of this school year, newest first, that have begun, had an IEP and have no report."""
    effective = (
        Iep.objects.visible_to(actor)
        .filter(student=student, status__in=(Iep.Status.ACTIVE, Iep.Status.SUPERSEDED))
        .exclude(effective_on=None)
        .order_by("effective_on")
        .values_list("effective_on", flat=True)
        .first()
    )
    if effective is None:
        return ()
    owed = period_owed(calendar, today)
    return tuple(
        PeriodRow(
            name=period.name,
            first_on=period.first_on,
            last_on=period.last_on,
            due_on=period.reports_due_on,
            is_owed=period == owed,
        )
        for period in reversed(periods_of(calendar))
        if period.first_on <= today
        and period.last_on >= effective
        and period.last_on >= today - timedelta(days=270)
        and period.first_on not in begun
    )
