"""Progress reports: begun, written, sent, corrected by a new revision, given up while they are drafts."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.calendars import periods_of
from accounts.queries import calendar_of, organization_of
from core.actor import Actor, Kind
from core.dates import dates_written
from core.errors import Conflict, Invalid, NotFound
from core.mutation import audit, mutation, require, unchanged
from progress.models import GoalNote, ProgressReport
from progress.queries import (
    content_of,
    data_day,
    goal_facts,
    iep_of_period,
    notes_of,
    visible_report,
)
from progress.report_words import apart
from progress.reporting import Statement, fingerprint, objection
from progress.rules import may_send_report, may_write_notes
from students.models import Student
from students.queries import editable_student, guardians_told

SPANISH = ("español", "espanol", "spanish", "es")


class NoSuchPeriod(Invalid):
    """The school's calendar has no reporting period that begins on this day."""

    code = "no_such_period"
    message = gettext_lazy(
        "The school calendar has no reporting period that begins on this day. Enter the calendar first."
    )


class NothingToReport(Conflict):
    """No IEP with goals was in force in the period."""

    code = "nothing_to_report"
    message = gettext_lazy("No IEP with goals was in effect in this period, so there is nothing to report.")


class ReportSent(Conflict):
    """The report has been sent. It changes only by a new revision that says why."""

    code = "report_sent"
    message = gettext_lazy("This report was sent and is locked. Correct it by a new revision that says why.")


class NoteChanged(Conflict):
    """Somebody wrote the note of a goal meanwhile. `details["goals"]` names the goals."""

    code = "note_changed"
    message = gettext_lazy(
        "Somebody wrote a note of this report meanwhile. Look at theirs below; yours is kept in the form."
    )


class ReportIncomplete(Invalid):
    """A goal has no statement or note, or the data contradicts a statement without a reason."""

    code = "report_incomplete"


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteChange:
    """What somebody writes of one goal, on top of a version that they have read."""

    goal_id: UUID
    version: int
    statement: str = ""
    narrative: str = ""
    reason: str = ""


@mutation
def start_report(*, actor: Actor, student_id: UUID, first_on: date, today: date) -> ProgressReport:
    """Begin the report of the period that begins on a day; one that is begun is gone on with.

    Source: 34 CFR 300.320(a)(3)(ii). Raises NotFound, NotAllowed, Archived, NoSuchPeriod, NothingToReport, ReportSent.
    """
    student = editable_student(actor=actor, student_id=student_id, rule=may_send_report)
    found = (
        ProgressReport.objects.visible_to(actor)
        .filter(student=student, first_on=first_on)
        .order_by("-revision")
        .first()
    )
    if found is not None:
        if found.is_sent:
            raise ReportSent(details={"report_id": str(found.id)})
        unchanged(actor)
        return found
    calendar = calendar_of(actor=actor, school_id=student.school_id)
    period = next((each for each in periods_of(calendar) if each.first_on == first_on), None)
    if period is None or period.first_on > today:
        raise NoSuchPeriod(fields={"first_on": [NoSuchPeriod.message]})
    iep = iep_of_period(actor=actor, student=student, last_on=period.last_on)
    goals = list(iep.goals.order_by("number", "id")) if iep else []
    if iep is None or not goals:
        raise NothingToReport
    report = ProgressReport(
        organization_id=actor.organization_id,
        student=student,
        iep=iep,
        period_name=period.name,
        first_on=period.first_on,
        last_on=period.last_on,
        due_on=period.reports_due_on,
        language=_language_of(actor, student),
        changed_by_name=actor.name[:120],
    )
    report.save(force_insert=True)
    GoalNote.objects.bulk_create(
        GoalNote(
            organization_id=actor.organization_id,
            report=report,
            student=student,
            goal=goal,
            number=goal.number,
        )
        for goal in goals
    )
    audit(actor, "progress.report.begun", report, first_on=first_on, goals=len(goals))
    return report


@mutation
def write_notes(
    *,
    actor: Actor,
    report_id: UUID,
    notes: Sequence[NoteChange],
    today: date,
    now: datetime,
    language: str = "",
) -> ProgressReport:
    """Write the notes of some goals of a draft. What others wrote of other goals stays.

    A statement that the data contradicts is kept with what the data has against it; sending asks for a reason.
    Raises NotFound, NotAllowed, Archived, ReportSent, NoteChanged, Invalid.
    """
    report = _draft(actor, report_id)
    known = {note.goal_id: note for note in notes_of(actor=actor, report=report)}
    changed: list[GoalNote] = []
    theirs: list[str] = []
    for change in notes:
        note = known.get(change.goal_id)
        if note is None:
            raise NotFound
        wanted = (change.statement, change.narrative.strip(), change.reason.strip())
        if wanted == (note.statement, note.narrative, note.reason):
            continue
        if change.version != note.version:
            theirs.append(str(note.goal_id))
            continue
        if change.statement and change.statement not in set(map(str, Statement)):
            raise Invalid(fields={"statement": [_("Choose one of the statements.")]})
        note.statement, note.narrative, note.reason = wanted
        note.version += 1
        note.written_by_name = actor.name[:120]
        changed.append(note)
    if theirs:
        raise NoteChanged(details={"goals": theirs})
    is_other_language = bool(language) and language != report.language
    if not changed and not is_other_language:
        unchanged(actor)
        return report
    _object(actor, report, changed, data_day(report, today))
    for note in changed:
        _check_typed(note, "statement", "narrative", "reason")
        note.save(
            update_fields=["statement", "narrative", "reason", "objection", "version", "written_by_name"]
        )
    report.language = language or report.language
    report.version += 1
    report.changed_at, report.changed_by_name = now, actor.name[:120]
    _check_typed(report, "language")
    report.save(update_fields=["language", "version", "changed_at", "changed_by_name"])
    audit(
        actor,
        "progress.report.written",
        report,
        goals=[note.goal_id for note in changed],
        statements={str(note.goal_id): note.statement for note in changed},
        objections={str(note.goal_id): note.objection for note in changed if note.objection},
        language=report.language,
    )
    return report


@mutation
def send_report(*, actor: Actor, report_id: UUID, today: date, now: datetime) -> ProgressReport:
    """Freeze a report with its numbers and charts, lock it, and have it sent to the family.

    Source: 34 CFR 300.320(a)(3)(ii). Raises NotFound, NotAllowed, Archived, ReportSent, ReportIncomplete.
    """
    report = _draft(actor, report_id)
    require(actor, may_send_report, report.student)
    notes = notes_of(actor=actor, report=report)
    day = data_day(report, today)
    with translation.override(report.language), dates_written(_date_order(actor)):
        facts = goal_facts(actor=actor, report=report, notes=notes, day=day)
        for note in notes:
            data, shown = facts[note.goal_id]
            found = objection(note.statement, data) if note.statement else None
            note.objection = found.value if found else ""
            kept = asdict(shown)
            note.chart = apart(kept.pop("chart_wide"), f"n{note.number}")
            kept["chart_narrow"] = apart(kept["chart_narrow"], f"n{note.number}")
            note.frozen = {**kept, "facts": [list(pair) for pair in kept["facts"]]}
    _refuse_incomplete(notes)
    for note in notes:
        note.save(update_fields=["objection", "frozen", "chart"])
    report.data_until, report.sent_at, report.sent_on = day, now, today
    report.sent_by_id = actor.person_id if actor.kind is Kind.PERSON else None
    report.sent_by_name = actor.name[:120]
    report.status = ProgressReport.Status.ISSUED
    report.digest = fingerprint(content_of(report, notes))
    report.version += 1
    report.save(
        update_fields=[
            "data_until",
            "sent_at",
            "sent_on",
            "sent_by",
            "sent_by_name",
            "status",
            "digest",
            "version",
        ]
    )
    if report.revises is not None:
        report.revises.status = ProgressReport.Status.CORRECTED
        report.revises.save(update_fields=["status"])
    audit(
        actor,
        "progress.report.sent",
        report,
        first_on=report.first_on,
        revision=report.revision,
        goals=len(notes),
        overruled=[note.goal_id for note in notes if note.objection],
        digest=report.digest,
    )
    return report


@mutation
def correct_report(*, actor: Actor, report_id: UUID, reason: str) -> ProgressReport:
    """Begin a new revision of a report that was sent, with its notes to be changed, and the reason for it.

    The sent one stays as it is, and is marked as replaced once the correction is sent.
    Raises NotFound, NotAllowed, Archived, Conflict, Invalid.
    """
    before = visible_report(actor=actor, report_id=report_id, lock=True)
    editable_student(actor=actor, student_id=before.student_id, rule=may_send_report)
    if before.status != ProgressReport.Status.ISSUED:
        raise Conflict
    later = ProgressReport.objects.visible_to(actor).filter(revises=before).first()
    if later is not None:
        unchanged(actor)
        return later
    if not reason.strip():
        raise Invalid(fields={"reason": [_("Say what is corrected and why: the family reads it.")]})
    report = ProgressReport(
        organization_id=actor.organization_id,
        student=before.student,
        iep=before.iep,
        period_name=before.period_name,
        first_on=before.first_on,
        last_on=before.last_on,
        due_on=before.due_on,
        language=before.language,
        revision=before.revision + 1,
        revises=before,
        revision_reason=reason.strip(),
        changed_by_name=actor.name[:120],
    )
    _check_typed(report, "revision_reason")
    report.save(force_insert=True)
    GoalNote.objects.bulk_create(
        GoalNote(
            organization_id=actor.organization_id,
            report=report,
            student=note.student,
            goal=note.goal,
            number=note.number,
            statement=note.statement,
            narrative=note.narrative,
            objection=note.objection,
            reason=note.reason,
            written_by_name=note.written_by_name,
        )
        for note in notes_of(actor=actor, report=before)
    )
    audit(actor, "progress.report.reopened", report, first_on=report.first_on, revises_id=before.id)
    return report


@mutation
def discard_report(*, actor: Actor, report_id: UUID) -> None:
    """Give up a draft; it can be begun anew. Raises NotFound, NotAllowed, Archived, ReportSent."""
    report = _draft(actor, report_id)
    require(actor, may_send_report, report.student)
    audit(actor, "progress.report.discarded", report, first_on=report.first_on, revision=report.revision)
    GoalNote.objects.filter(organization_id=actor.organization_id, report=report).delete()
    report.delete()


def _draft(actor: Actor, report_id: UUID) -> ProgressReport:
    """A draft, locked, of a student whose case file is open."""
    report = visible_report(actor=actor, report_id=report_id, lock=True)
    editable_student(actor=actor, student_id=report.student_id, rule=may_write_notes)
    if report.is_sent:
        raise ReportSent(details={"report_id": str(report.id)})
    return report


def _check_typed(row: ProgressReport | GoalNote, *names: str) -> None:
    """Hold what somebody typed against its columns."""
    row.clean_fields(exclude={field.name for field in row._meta.fields} - set(names))


def _object(actor: Actor, report: ProgressReport, notes: Sequence[GoalNote], day: date) -> None:
    """Hold statements against the data."""
    facts = goal_facts(actor=actor, report=report, notes=notes, day=day)
    for note in notes:
        found = objection(note.statement, facts[note.goal_id][0]) if note.statement else None
        note.objection = found.value if found else ""


def _refuse_incomplete(notes: Sequence[GoalNote]) -> None:
    wrong: dict[str, list[str]] = {}
    for note in notes:
        place = {"n": note.number}
        if not note.statement:
            wrong[f"{note.goal_id}-statement"] = [_("Goal %(n)s: choose a statement.") % place]
        if not note.narrative:
            wrong[f"{note.goal_id}-narrative"] = [_("Goal %(n)s: write the note to the family.") % place]
        if note.objection and not note.reason:
            wrong[f"{note.goal_id}-reason"] = [
                _("Goal %(n)s: the data contradicts the statement. Choose another one, or say why it holds.")
                % place
            ]
    if wrong:
        count = len({name.rpartition("-")[0] for name in wrong})
        text = ngettext(
            "The note of %(n)s goal is not complete yet.",
            "The notes of %(n)s goals are not complete yet.",
            count,
        ) % {"n": count}
        raise ReportIncomplete(text, fields=wrong)


def _language_of(actor: Actor, student: Student) -> str:
    """Spanish where a guardian reads it, by their account or by what the record says; else English."""
    for guardian in guardians_told(actor=actor, student=student):
        spoken = guardian.language.strip().lower()
        if (guardian.person and guardian.person.language == "es") or spoken in SPANISH:
            return "es"
    return "en"


def _date_order(actor: Actor) -> str:
    return organization_of(actor=actor).date_format
