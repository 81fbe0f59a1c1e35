"""My day: each part in the district has its own, from stored data alone."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from casefile.queries import my_day
from core.actor import Hat
from students.models import Student
from tests.factories.ieps import IepFactory, ServiceFactory
from tests.factories.students import StudentFactory, TeamMemberFactory
from tests.progress.conftest import record


def day_of(player, hat=Hat.STAFF):
    actor = player.acting(hat)
    return my_day(actor=actor, today=actor.today)


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        ("casey", "team"),
        ("sam", "team"),
        ("gina", "team"),
        ("paula", "team"),
        ("ada", "district"),
        ("cory", "district"),
        ("vic", "district"),
        ("fin", "finance"),
        ("mina", "family"),
    ],
)
def test_each_part_has_its_own_first_page(cast, scores, text, who, kind):
    assert day_of(getattr(cast, who)).kind == kind
    assert "Good " in text(getattr(cast, who), "/")


@pytest.mark.parametrize(
    ("who", "records"), [("casey", True), ("paula", True), ("vic", False), ("fin", False)]
)
def test_scores_are_typed_by_those_who_record_them(cast, scores, text, who, records):
    assert ("mateo fluency 64" in text(getattr(cast, who), "/")) is records


def test_case_manager_sees_what_falls_due(cast, scores):
    day = day_of(cast.casey)

    assert (day.reviews_soon, day.reevaluations_soon, day.overdue, day.due_total) == (1, 0, 0, 1)
    assert [(row.name, row.due.days, row.draft_id) for row in day.due] == [("Zo Núñez-Abbott", 20, None)]
    assert (day.student_count, day.goal_count, dict(day.tones)) == (1, 1, {"ok": 1})


def test_a_date_links_to_the_draft_that_will_answer_it(cast, scores):
    draft = IepFactory(student=cast.student, number=2)

    (row,) = day_of(cast.casey).due

    assert (row.draft_id, row.draft_label) == (draft.id, "Draft")


def test_dates_are_not_told_to_those_who_do_not_see_them(cast, scores):
    for who in ("paula", "gina", "fin", "mina"):
        day = day_of(getattr(cast, who))
        assert (day.due, day.reviews_soon, day.due_total) == ((), 0, 0)


def test_latest_scores_are_those_of_own_students(cast, scores, today):
    scores = day_of(cast.casey).scores

    assert (scores[0].value, scores[0].by) == (66, "Paula Cast")
    assert len(scores) == 3  # of the last 14 days
    assert day_of(cast.omar).scores == ()
    assert day_of(cast.gina).scores == ()


def test_latest_scores_of_who_has_too_many_students_for_the_page_are_of_all(cast, scores, monkeypatch):
    first = StudentFactory(organization=cast.district, school=cast.school, family_name="Aaron")
    TeamMemberFactory(student=first, person=cast.casey.person, part="case_manager")
    shown = day_of(cast.casey).scores
    monkeypatch.setattr("casefile.queries.day.MOST_GLANCE", 1)

    assert [row.id for row in day_of(cast.casey).glance] == [first.id]
    assert day_of(cast.casey).scores == shown != ()


def test_four_scores_below_ask_for_a_decision(cast, goal, today, text):
    for weeks in (3, 2, 1, 0):
        record(cast.casey.actor, goal, 41, today - timedelta(weeks=weeks), today=today)

    assert [(row.name, card.title) for row, card in day_of(cast.casey).decide] == [
        ("Zo Núñez-Abbott", "Reading fluency")
    ]
    assert "one student needs a decision" in text(cast.casey, "/")


def test_general_education_teacher_is_asked_to_read_the_glance_once(cast, iep):
    from ieps.mutations import confirm_glance

    assert [row.name for row in day_of(cast.gina).to_confirm] == ["Zo Núñez-Abbott"]
    confirm_glance(actor=cast.gina.actor, student_id=cast.student.id)
    assert day_of(cast.gina).to_confirm == ()
    assert day_of(cast.casey).to_confirm == ()


def test_an_iep_waits_for_those_whose_turn_it_is(cast, iep):
    draft = IepFactory(student=cast.student, number=2, complete=True)

    def waiting(who):
        return [row.iep_id for row in day_of(getattr(cast, who)).waiting]

    assert (waiting("casey"), waiting("sam"), waiting("ada")) == ([draft.id], [], [])
    type(draft).objects.filter(id=draft.id).update(status="in_review")
    assert (waiting("casey"), waiting("sam"), waiting("ada")) == ([draft.id], [draft.id], [draft.id])
    assert waiting("gina") == waiting("paula") == waiting("omar") == []


def test_administrators_read_the_district_in_numbers(cast, scores, today):
    Student.objects.filter(id=cast.other_student.id).update(annual_review_on=today - timedelta(days=3))

    day = day_of(cast.ada)

    assert (day.counts.students, day.counts.schools, day.counts.overdue, day.counts.soon) == (2, 2, 1, 1)
    assert day.counts.people == 10
    assert [row.due.days for row in day.due] == [-3, 20]
    assert day_of(cast.cory).counts.students == 1
    assert day_of(cast.cory).counts.people is None


def test_finance_reads_services_and_minutes(cast, iep, text):
    day = day_of(cast.fin)

    assert [(row.name, row.service.total_minutes) for row in day.services] == [("Zo Núñez-Abbott", 200)]
    page = text(cast.fin, "/")
    assert "200 a week" in page
    assert "Tells long stories" not in page
    assert day_of(cast.casey).services == ()


def test_services_are_paged(cast, iep, text, today, monkeypatch):
    monkeypatch.setattr("casefile.queries.day.MOST_SERVICES", 1)
    later = ServiceFactory(
        iep=iep, kind="speech", starts_on=today - timedelta(days=9), ends_on=today + timedelta(days=9)
    )

    first = text(cast.fin, "/")
    (following,) = re.findall(r'href="(\?after=[0-9a-f-]{36})"', first)
    second = text(cast.fin, f"/{following}")

    assert str(later.id) not in first
    assert f'id="service-{later.id}"' in second


def test_a_reevaluation_has_no_draft(cast, scores, today):
    IepFactory(student=cast.student, number=2)
    Student.objects.filter(id=cast.student.id).update(reevaluation_due_on=today + timedelta(days=3))

    (row,) = day_of(cast.casey).due

    assert (row.due.kind, row.draft_id, row.draft_label) == ("reevaluation", None, "")


def test_parents_see_their_own_children_only(cast, scores, text):
    assert [row.name for row in day_of(cast.mina).glance] == ["Zo Núñez-Abbott"]
    assert [row.name for row in day_of(cast.pat, Hat.FAMILY).glance] == ["Zo Núñez-Abbott"]
    assert "Tariq" not in text(cast.pat, "/family/")


def test_somebody_without_students_is_told_how_they_appear(cast, text):
    from students.models import TeamMember

    TeamMember.objects.filter(person=cast.omar.person).delete()

    page = text(cast.omar, "/")

    assert "You have no students yet." in page
    assert "Your students will appear here" in page


@pytest.mark.parametrize("who", ["casey", "ada", "fin"])
def test_the_number_of_statements_does_not_grow(cast, scores, who):
    def count():
        actor = getattr(cast, who).acting()
        with CaptureQueriesContext(connection) as seen:
            my_day(actor=actor, today=actor.today)
        return len(seen)

    few = count()
    for _ in range(5):
        student = StudentFactory(organization=cast.district, school=cast.school, eligible=True)
        TeamMemberFactory(student=student, person=cast.casey.person, part="special_education")

    assert count() == few


def test_a_part_without_anything_takes_no_room(cast, scores, text):
    page = text(cast.casey, "/")

    for part in ("day-tasks", "day-reports", "day-decide"):
        assert re.search(rf'id="{part}" class="empty:hidden"[^>]*></div>', page), part
