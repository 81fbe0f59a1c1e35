"""Progress reports of the demonstration: some sent, one half written, the others still owed."""

from datetime import date
from uuid import UUID

from django.utils.timezone import now

from accounts.actors import actor_of_person
from accounts.models import Person
from accounts.queries import calendar_of
from core.actor import Actor
from core.errors import SpedError
from progress.mutations import NoteChange, send_report, start_report, write_notes
from progress.queries import ReportPage, period_owed, report_page
from students.models import Student, TeamMember

MOST = 6
"""So many reports are written; the rest shows what is owed."""
NARRATIVES = {
    "mastered": "{name} has reached this goal. The team will look at what comes next, and checks now and then that "
    "the skill is kept.",
    "sufficient": "{name} is moving steadily toward this goal and works hard at it. We go on as we do now. At home, "
    "ten minutes of practice on most days helps.",
    "some": "{name} has made some progress here, though slower than we hoped. We look closely at what helps and will "
    "tell you when we change something.",
    "insufficient": "{name} has found this goal hard this quarter. The team is changing how we teach it and will "
    "write to you with what we try next.",
    "not_introduced": "We begin to work on this goal in the next quarter.",
}
HALF_WRITTEN = "Noah"


def write_reports(*, organization_id: UUID, person: Person, today: date) -> None:
    """The newest period's reports of one case manager."""
    actor = actor_of_person(person_id=person.id, organization_id=organization_id)
    managed = TeamMember.objects.filter(
        organization_id=organization_id, person=person, part=TeamMember.Part.CASE_MANAGER, ends_on=None
    )
    students = Student.objects.visible_to(actor).filter(id__in=managed.values("student_id"))
    for number, student in enumerate(students.order_by("-sort_name")[: MOST + 1]):
        _write(actor, student, today, is_half=number == MOST)
    noah = students.filter(given_name=HALF_WRITTEN).first()
    if noah is not None:
        _write(actor, noah, today, is_half=True)


def _write(actor: Actor, student: Student, today: date, *, is_half: bool) -> None:
    period = period_owed(calendar_of(actor=actor, school_id=student.school_id), today)
    if period is None:
        return
    try:
        report = start_report(actor=actor, student_id=student.id, first_on=period.first_on, today=today)
    except SpedError:
        return  # an IEP that began after the period
    page = report_page(actor=actor, report_id=report.id, today=today)
    if page.is_sent or any(note.narrative for note in page.notes):
        return
    changes = _changes(page)
    write_notes(
        actor=actor, report_id=report.id, notes=changes[:-1] if is_half else changes, today=today, now=now()
    )
    if not is_half:
        send_report(actor=actor, report_id=report.id, today=today, now=now())


def _changes(page: ReportPage) -> list[NoteChange]:
    changes = []
    for note in page.notes:
        statement = note.suggested or "not_introduced"
        if statement in note.objections:
            statement = "some"
        changes.append(
            NoteChange(
                goal_id=note.goal_id,
                version=note.version,
                statement=statement,
                narrative=NARRATIVES[statement].format(name=page.short_name),
                reason="The scores began late in the period." if statement in note.objections else "",
            )
        )
    return changes
