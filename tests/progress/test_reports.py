"""Progress reports: begun, written, contradicted, sent, locked, corrected, read by families, owed by when."""

import re
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils.timezone import now

from accounts import mutations as people
from accounts.calendars import Period, SchoolYear
from core.errors import Conflict, Invalid, NotAllowed, NotFound
from core.models import AuditEntry, OutboxEvent
from notifications.models import Message
from notifications.tasks import tell_of_mastery, tell_of_report
from progress import mutations, queries
from progress.models import GoalNote, GoalState, ProgressReport
from progress.mutations import NoteChange
from tests.progress.conftest import make_goal, make_iep, record, recorded_before

TODAY = date(2025, 11, 19)
QUARTER = Period(
    name="Quarter 1",
    first_on=date(2025, 9, 2),
    last_on=date(2025, 11, 7),
    reports_due_on=date(2025, 11, 21),
)
YEAR = SchoolYear(
    name="2025-26",
    first_on=date(2025, 8, 20),
    last_on=date(2026, 6, 5),
    periods=(
        QUARTER,
        Period(
            name="Quarter 2",
            first_on=date(2025, 11, 10),
            last_on=date(2026, 1, 23),
            reports_due_on=date(2026, 2, 6),
        ),
    ),
)


@pytest.fixture
def goals(cast):
    """A goal on its way to its target, and one that falls behind."""
    people.add_school_year(actor=cast.ada.actor, school_id=None, year=YEAR)
    iep = make_iep(cast.student)
    good, bad = make_goal(iep), make_goal(iep, number=2, title="Sentences")
    days = [date(2025, 9, 12) + timedelta(weeks=week) for week in range(8)]
    recorded_before(cast.casey.actor, good, {day: 49 + 3 * week for week, day in enumerate(days)})
    recorded_before(cast.casey.actor, bad, {day: 49 + week % 2 for week, day in enumerate(days)})
    record(cast.casey.actor, good, 99, date(2025, 11, 14))  # after the period: not of this report
    return good, bad


@pytest.fixture
def report(cast, goals):
    return start(cast.casey.actor, cast.student.id)


def start(actor, student_id, first_on=QUARTER.first_on):
    return mutations.start_report(actor=actor, student_id=student_id, first_on=first_on, today=TODAY)


def page_of(actor, report):
    return queries.report_page(actor=actor, report_id=report.id, today=TODAY)


def write(actor, report, *changes, language=""):
    return mutations.write_notes(
        actor=actor, report_id=report.id, notes=changes, today=TODAY, now=now(), language=language
    )


def note(goal, statement="sufficient", narrative="She reads further each week.", reason="", version=1):
    return NoteChange(
        goal_id=goal.id, version=version, statement=statement, narrative=narrative, reason=reason
    )


def send(actor, report):
    return mutations.send_report(actor=actor, report_id=report.id, today=TODAY, now=now())


def complete(cast, report, goals):
    good, bad = goals
    write(cast.casey.actor, report, note(good), note(bad, "insufficient"))
    return send(cast.casey.actor, report)


def test_report_is_begun_once_with_a_note_for_each_goal(cast, goals, report):
    again = start(cast.casey.actor, cast.student.id)

    assert again.id == report.id
    assert [each.goal_id for each in queries.notes_of(actor=cast.casey.actor, report=report)] == [
        goal.id for goal in goals
    ]
    assert AuditEntry.objects.filter(verb="progress.report.begun").count() == 1


def test_draft_is_prefilled_from_the_data_of_its_period(cast, goals, report):
    good, bad = page_of(cast.casey.actor, report).notes

    assert good.suggested == "sufficient"
    assert "On Oct 31, 2025 the level was 70 words a minute." in good.evidence.level
    assert dict(good.evidence.facts)["Measured in this period"] == "8 times"
    assert good.evidence.chart_wide.startswith("<svg")
    assert "99" not in dict(good.evidence.facts).values()
    assert bad.suggested in {"some", "insufficient"}
    assert "not reached by its date" in bad.objections["sufficient"]
    assert "sufficient" not in good.objections


def test_contradicted_statement_is_flagged_when_written_and_needs_a_reason_to_be_sent(cast, goals, report):
    good, bad = goals
    write(cast.casey.actor, report, note(good), note(bad, "sufficient"))

    assert page_of(cast.casey.actor, report).missing == (2,)
    with pytest.raises(mutations.ReportIncomplete) as refused:
        send(cast.casey.actor, report)
    assert list(refused.value.fields) == [f"{bad.id}-reason"]

    write(cast.casey.actor, report, note(bad, "sufficient", reason="Absent for two weeks.", version=2))
    sent = send(cast.casey.actor, report)

    assert sent.status == ProgressReport.Status.ISSUED
    entry = AuditEntry.objects.get(verb="progress.report.sent")
    assert entry.values["overruled"] == [str(bad.id)]
    assert "Absent" not in str(entry.values)


def test_sending_waits_for_a_note_of_each_goal(cast, goals, report):
    good, bad = goals
    write(cast.casey.actor, report, note(good))

    with pytest.raises(mutations.ReportIncomplete) as refused:
        send(cast.casey.actor, report)

    assert set(refused.value.fields) == {f"{bad.id}-statement", f"{bad.id}-narrative"}


def test_mastered_needs_the_rule_to_be_met(cast, goals, report):
    good, _bad = goals
    assert "mastered" in page_of(cast.casey.actor, report).notes[0].objections

    GoalState.objects.update_or_create(
        organization_id=cast.district.id,
        lineage_id=good.lineage_id,
        defaults={
            "student": cast.student,
            "goal": good,
            "status": "met",
            "mastered_on": date(2025, 11, 1),
        },
    )

    assert page_of(cast.casey.actor, report).notes[0].suggested == "mastered"


def test_sent_report_keeps_its_numbers_and_charts_whatever_is_recorded_later(cast, goals, report):
    complete(cast, report, goals)
    before = page_of(cast.mina.actor, report)

    record(cast.casey.actor, goals[0], 12, date(2025, 10, 20))
    after = page_of(cast.mina.actor, report)

    assert before.notes == after.notes
    assert after.is_intact and re.fullmatch(r"[0-9a-f]{64}", after.digest)
    assert after.notes[0].evidence.chart_wide.startswith("<svg")


def test_database_refuses_every_change_of_a_sent_report(cast, goals, report):
    complete(cast, report, goals)

    for change in (
        lambda: GoalNote.objects.filter(report=report).update(narrative="Else"),
        lambda: ProgressReport.objects.filter(id=report.id).update(sent_by_name="Else"),
        lambda: ProgressReport.objects.filter(id=report.id).update(status="draft"),
    ):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            change()


def test_sent_report_is_neither_written_nor_sent_nor_discarded_again(cast, goals, report):
    complete(cast, report, goals)

    for act in (
        lambda: write(cast.casey.actor, report, note(goals[0], "some", version=2)),
        lambda: send(cast.casey.actor, report),
        lambda: mutations.discard_report(actor=cast.casey.actor, report_id=report.id),
        lambda: start(cast.casey.actor, cast.student.id),
    ):
        with pytest.raises(mutations.ReportSent):
            act()


def test_correction_is_a_new_revision_that_says_why(cast, goals, report):
    complete(cast, report, goals)
    with pytest.raises(Invalid):
        mutations.correct_report(actor=cast.casey.actor, report_id=report.id, reason=" ")

    second = mutations.correct_report(
        actor=cast.casey.actor, report_id=report.id, reason="The second goal was mixed up."
    )
    write(cast.casey.actor, second, note(goals[1], "insufficient", "Written anew."))
    send(cast.casey.actor, second)

    first, new = page_of(cast.mina.actor, report), page_of(cast.mina.actor, second)
    assert (first.status, first.corrected_by_id, first.is_intact) == ("corrected", second.id, True)
    assert (new.revision, new.revision_reason) == (2, "The second goal was mixed up.")
    with pytest.raises(Conflict):
        mutations.correct_report(actor=cast.casey.actor, report_id=report.id, reason="again")


def test_two_people_write_two_goals_and_the_second_of_one_goal_is_told(cast, goals, report):
    good, bad = goals
    write(cast.casey.actor, report, note(good))
    write(cast.sam.actor, report, note(bad, "insufficient", "Hard work."))

    with pytest.raises(mutations.NoteChanged) as refused:
        write(cast.sam.actor, report, note(good, "some", "Mine."))

    assert refused.value.details["goals"] == [str(good.id)]
    assert [each.narrative for each in page_of(cast.casey.actor, report).notes] == [
        "She reads further each week.",
        "Hard work.",
    ]


def test_report_speaks_the_language_of_the_family(cast, goals, report):
    write(cast.casey.actor, report, language="es")
    complete(cast, report, goals)

    assert page_of(cast.mina.actor, report).language == "es"


@pytest.mark.parametrize("name", ["mina", "paula", "vic", "gina", "fin", "omar"])
def test_others_find_no_draft(cast, report, name):
    actor = getattr(cast, name).actor

    if name == "vic":  # reads every word of the IEP, drafts too
        assert not page_of(actor, report).may_write
        return
    with pytest.raises(NotFound):
        page_of(actor, report)


def test_family_reads_what_was_sent(cast, goals, report):
    complete(cast, report, goals)

    found = page_of(cast.mina.actor, report)

    assert found.is_family and not found.may_correct


@pytest.mark.parametrize("name", ["paula", "gina", "fin", "omar", "otto"])
def test_others_never_read_a_report(cast, goals, report, name):
    complete(cast, report, goals)

    with pytest.raises(NotFound):
        page_of(getattr(cast, name).actor, report)


@pytest.mark.parametrize("name", ["sam", "cory", "vic"])
def test_only_the_case_manager_begins_and_sends(cast, goals, report, name):
    with pytest.raises(NotAllowed):
        send(getattr(cast, name).actor, report)
    with pytest.raises(NotAllowed):
        start(getattr(cast, name).actor, cast.student.id, date(2025, 11, 10))


def test_period_must_be_one_of_the_calendar(cast, goals):
    with pytest.raises(mutations.NoSuchPeriod):
        start(cast.casey.actor, cast.student.id, date(2025, 10, 1))


def test_without_goals_there_is_nothing_to_report(cast):
    people.add_school_year(actor=cast.ada.actor, school_id=None, year=YEAR)

    with pytest.raises(mutations.NothingToReport):
        start(cast.casey.actor, cast.student.id)


def test_discarded_draft_can_be_begun_anew(cast, report):
    mutations.discard_report(actor=cast.casey.actor, report_id=report.id)

    assert start(cast.casey.actor, cast.student.id).id != report.id


def owed(actor, **more):
    return queries.reports_owed(actor=actor, today=TODAY, **more)


def test_owed_until_it_is_sent(cast, goals, report):
    (row,) = owed(cast.casey.actor, is_own=True).rows
    assert (row.name, row.period_name, row.due_on, row.days_left) == (
        cast.student.name,
        "Quarter 1",
        date(2025, 11, 21),
        2,
    )
    assert (row.report_id, row.written, row.goals, row.tone) == (report.id, 0, 2, "act")

    complete(cast, report, goals)

    assert owed(cast.casey.actor).total == 0


def test_of_the_periods_without_a_report_the_owed_one_stands_out(cast, goals):
    page = queries.student_reports(actor=cast.casey.actor, student_id=cast.student.id, today=TODAY)

    assert [(row.name, row.is_owed) for row in page.to_begin] == [("Quarter 2", False), ("Quarter 1", True)]


def test_nobody_else_is_told_what_is_owed(cast, goals):
    assert owed(cast.cory.actor).total == 1
    assert owed(cast.sam.actor, is_own=True).total == 0
    for name in ("mina", "paula", "fin", "omar"):
        assert owed(getattr(cast, name).actor).total == 0


def test_list_of_what_is_owed_takes_the_same_statements_for_more_students(
    cast, goals, django_assert_max_num_queries
):
    from tests.factories.students import StudentFactory, TeamMemberFactory

    with django_assert_max_num_queries(40) as few:
        owed(cast.casey.actor)
    for number in range(3):
        student = StudentFactory(organization=cast.district, school=cast.school, given_name=f"More{number}")
        TeamMemberFactory(student=student, person=cast.casey.person, part="case_manager")
        make_goal(make_iep(student))
    with django_assert_max_num_queries(len(few)):
        assert owed(cast.casey.actor).total == 4


def test_news_of_a_report_reach_the_pages_of_its_student(cast, goals, report):
    complete(cast, report, goals)

    topics = OutboxEvent.objects.filter(verb="progress.report.sent").get().topics
    assert f"student.{cast.student.id}" in topics


def post_notes(client, path, goals, **more):
    data = {"language": "en"}
    for goal, statement in zip(goals, ("sufficient", "insufficient"), strict=True):
        data |= {
            f"{goal.id}-statement": statement,
            f"{goal.id}-narrative": "Reads further.",
            f"{goal.id}-version": "1",
        }
    return client.post(path, {**data, **more})


def test_pages_from_beginning_to_sending(cast, goals, monkeypatch):
    client, student = cast.casey.client(), cast.student.id
    report = start(cast.casey.actor, student)
    own = cast.casey.url(f"/students/{student}/reports/{report.id}/")

    assert client.get(cast.casey.url(f"/students/{student}/reports/")).status_code == 200
    assert client.get(own).status_code == 200
    early = client.post(f"{own}send/")
    assert early.status_code == 422 and "choose a statement" in early.content.decode()
    saved = post_notes(client, own, goals, preview="1")
    assert saved.status_code == 303 and saved["Location"].endswith("/preview/")
    for language in ("en", "es"):
        shown = client.get(f"{own}preview/?lang={language}").content.decode()
        assert "Reads further." in shown and f'<div lang="{language}">' in shown
    assert client.post(f"{own}send/").status_code == 303
    assert post_notes(client, own, goals).status_code == 409
    read = cast.mina.client().get(cast.mina.url(f"/family/students/{student}/reports/{report.id}/"))
    assert read.status_code == 200 and "Fingerprint" in read.content.decode()


def test_refused_notes_keep_what_was_typed(cast, goals, report):
    client = cast.casey.client()
    own = cast.casey.url(f"/students/{cast.student.id}/reports/{report.id}/")
    write(cast.sam.actor, report, note(goals[0], "some", "Theirs."))

    answer = post_notes(client, own, goals)

    assert answer.status_code == 409
    assert "Reads further." in answer.content.decode()


def test_pages_correct_and_discard(cast, goals, report):
    complete(cast, report, goals)
    client = cast.casey.client()
    own = cast.casey.url(f"/students/{cast.student.id}/reports/{report.id}/")

    assert client.get(f"{own}correct/").status_code == 200
    assert client.post(f"{own}correct/", {"reason": ""}).status_code == 422
    made = client.post(f"{own}correct/", {"reason": "A wrong date."})
    assert client.post(f"{made['Location']}discard/").status_code == 303
    assert ProgressReport.objects.count() == 1


def test_list_page_says_who_owes_what(cast, goals):
    found = cast.casey.client().get(cast.casey.url("/reports/?own=1"))

    assert found.status_code == 200


def test_family_is_told_once_and_not_of_what(cast, goals, report, django_capture_on_commit_callbacks):
    complete(cast, report, goals)

    for _again in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            tell_of_report(actor=cast.casey.actor, record_id=str(report.id))

    told = Message.objects.filter(kind="report")
    assert {message.person_id for message in told} == {cast.mina.person.id, cast.pat.person.id}
    for message in told:
        assert "Zo" not in message.subject + message.body
        assert message.path.endswith(f"/family/students/{cast.student.id}/reports/{report.id}/")


def test_mastery_is_told_once_to_the_family_and_those_of_the_team_who_see_the_goal(cast, goals):
    for _again in range(2):
        tell_of_mastery(actor=cast.casey.actor, record_id=str(goals[0].id))

    told = Message.objects.filter(kind="goal_met").values_list("person__given_name", flat=True)
    assert sorted(told) == ["Mina", "Pat", "Sam"]
