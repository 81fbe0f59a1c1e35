"""What a paraprofessional sees and records: the goals of their data tasks, on pages and for programs alike."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from casefile.queries import Filters, caseload, overview
from casefile.queries.caseloads import status_filter
from casefile.queries.keyset import Place
from core.errors import NotAllowed, NotFound
from ieps.models import Goal
from ieps.queries import iep_at_a_glance
from live.queries import watchable
from notifications.models import Message
from notifications.mutations import tell_of_mastery
from progress.arithmetic import Status
from progress.measuring import Entry
from progress.models import DataTask, ProgressPoint, ProgressReport
from progress.mutations import (
    rate_attainment,
    record_second_observation,
    record_session,
    set_attainment_scale,
    undo_progress_point,
)
from progress.queries import (
    LEVELS,
    Looked,
    OverviewFilters,
    agreement_page,
    attainment_page,
    goal_points,
    goal_progress,
    goals_overview,
    goals_progress,
    rating_act,
    record_context,
    scale_act,
    second_act,
    student_goals,
    student_reports,
)
from students.models import Student, TeamMember
from tests.progress.conftest import BASELINE_ON, TODAY, ask, make_goal, record


@pytest.fixture
def other(goal):
    """A goal of the same IEP that nobody asked Paula to record."""
    return make_goal(goal.iep, number=2, title="Spelling", statement="Zo will spell 40 of 50 words.")


def test_aide_records_goals_of_their_data_tasks_and_no_others(cast, goal, other):
    record(cast.paula.actor, goal)
    with pytest.raises(NotFound):
        record(cast.paula.actor, other)
    entries = [Entry(goal_id=one.id, measured_on=TODAY, value=Decimal(70)) for one in (other, goal)]
    refused, kept = record_session(actor=cast.paula.actor, entries=entries, today=TODAY)

    assert (refused.code, kept.is_kept) == ("not_found", True)
    assert set(ProgressPoint.objects.values_list("goal_id", flat=True)) == {goal.id}


def test_aide_records_a_goal_that_they_are_responsible_for(cast, other):
    Goal.objects.filter(id=other.id).update(responsible=cast.paula.person)

    record(cast.paula.actor, other)

    assert [card.title for card in cards(cast)] == ["Reading fluency", "Spelling"]


@pytest.mark.parametrize(
    ("starts_in", "ends_in", "is_held"),
    [(0, None, True), (-9, 1, True), (1, None, False), (-9, 0, False)],
)
def test_data_task_gives_sight_of_its_goal_on_its_days_only(cast, other, starts_in, ends_in, is_held):
    today = cast.paula.actor.today
    ends_on = None if ends_in is None else today + timedelta(days=ends_in)
    ask(cast.paula.person, other, starts_on=today + timedelta(days=starts_in), ends_on=ends_on)

    assert (other.id in {card.goal_id for card in cards(cast)}) is is_held


def test_data_task_ends_with_the_place_on_the_team(cast, goal):
    TeamMember.objects.filter(person=cast.paula.person).update(ends_on=cast.paula.actor.today)

    with pytest.raises(NotFound):
        goal_points(actor=cast.paula.acting(), goal_id=goal.id)
    with pytest.raises(NotFound):
        record(cast.paula.acting(), goal)


def test_data_task_of_somebody_else_opens_no_goal(cast, other):
    ask(cast.sam.person, other)

    assert other.id not in {card.goal_id for card in cards(cast)}


def test_whoever_writes_goals_needs_no_data_task(cast, goal, other):
    DataTask.objects.all().delete()

    for name in ("casey", "sam"):
        record(getattr(cast, name).actor, other, 50 if name == "casey" else 51)
    assert len(student_goals(actor=cast.vic.actor, student_id=cast.student.id, today=TODAY).cards) == 2


@pytest.mark.parametrize(
    "read",
    [
        lambda actor, goal: goal_points(actor=actor, goal_id=goal.id),
        lambda actor, goal: goal_progress(actor=actor, goal_id=goal.id, today=TODAY),
        lambda actor, goal: record_context(actor=actor, goal_id=goal.id),
        lambda actor, goal: agreement_page(actor=actor, goal_id=goal.id),
        lambda actor, goal: rating_act(actor=actor, goal_id=goal.id),
    ],
)
def test_aide_does_not_find_a_goal_without_a_data_task(cast, goal, other, read):
    assert read(cast.paula.actor, goal)
    with pytest.raises(NotFound):
        read(cast.paula.actor, other)


def test_aide_takes_back_nothing_of_a_goal_that_was_taken_from_them(cast, goal):
    point = record(cast.paula.actor, goal)
    DataTask.objects.all().delete()

    with pytest.raises(NotFound):
        undo_progress_point(actor=cast.paula.actor, point_id=point.id)


def test_lists_show_and_count_an_aide_their_goals_only(cast, goal, other):
    record(cast.casey.actor, goal, 20)
    actor = cast.paula.actor
    found = goals_overview(actor=actor, filters=OverviewFilters(looked=Looked.ALL), today=TODAY)
    status = Status.NO_DATA  # that of the other goal, which was never measured

    assert [row.goal_id for row in found.rows] == [goal.id]
    rows = caseload(actor=actor, filters=Filters(), place=Place(), today=TODAY).rows
    assert [card.goal_id for row in rows for card in row.cards] == [goal.id]
    assert overview(actor=actor, student_id=cast.student.id, today=TODAY).head.goal_count == 1
    students = Student.objects.filter(id=cast.student.id)
    wanted = {
        name: students.filter(
            status_filter(actor=getattr(cast, name).actor, status=status, today=TODAY)
        ).exists()
        for name in ("casey", "paula")
    }
    assert wanted == {"casey": True, "paula": False}


def test_aide_reads_no_report_about_all_goals(cast, goal):
    ProgressReport.objects.create(
        organization_id=goal.organization_id,
        student=goal.student,
        iep=goal.iep,
        period_name="Quarter 1",
        first_on=date(2025, 9, 1),
        last_on=date(2025, 10, 31),
        due_on=date(2025, 11, 7),
    )

    with pytest.raises(NotAllowed):
        student_reports(actor=cast.paula.actor, student_id=cast.student.id, today=TODAY)
    assert not ProgressReport.objects.visible_to(cast.paula.actor).exists()
    assert ProgressReport.objects.visible_to(cast.vic.actor).exists()


def test_aide_reads_every_goal_at_a_glance_in_a_sentence(cast, goal, other):
    """34 CFR 300.323(d): whoever works with the student knows what the IEP asks of them."""
    found = iep_at_a_glance(actor=cast.paula.actor, student_id=cast.student.id)

    assert [title for title, _statement in found.goals] == [goal.title, other.title]


def test_aide_watches_their_goals_only(cast, goal, other):
    assert watchable(actor=cast.paula.actor, topics=[goal.topic, other.topic]) == {goal.topic}


def test_news_of_a_goal_goes_to_those_who_see_it(cast, goal, other):
    for one in (goal, other):
        tell_of_mastery(actor=cast.casey.actor, goal_id=one.id)
    told = Message.objects.filter(kind=Message.Kind.GOAL_MET)

    assert [row.path.rpartition("=")[2] for row in told.filter(person=cast.paula.person)] == [str(goal.id)]
    assert told.filter(person=cast.sam.person).count() == 2
    assert not told.filter(person=cast.gina.person).exists()


def test_aide_without_a_data_task_is_told_so_and_offered_no_reports(cast, goal):
    client, own = cast.paula.client(), cast.paula.url(f"/students/{cast.student.id}/")
    words = "Nobody has asked you to record a goal of this student."
    asked = client.get(own).content.decode()
    DataTask.objects.all().delete()
    pages = [client.get(f"{own}{page}").content.decode() for page in ("", "goals/", "attainment/")]

    assert goal.title in asked and words not in asked
    assert f'href="{own}reports/"' not in asked
    assert all(words in page and goal.title not in page for page in pages)
    assert client.get(f"{own}reports/").status_code == 403


def test_aide_sees_and_rates_the_attainment_of_their_goals_only(cast, goal, other):
    levels = dict.fromkeys(LEVELS, "What one sees")
    for one, level in ((goal, -1), (other, 2)):
        set_attainment_scale(actor=cast.casey.actor, goal_id=one.id, levels=levels)
        rate(cast.casey.actor, one, level)

    def shown(name):
        page = attainment_page(actor=getattr(cast, name).acting(), student_id=cast.student.id)
        rows = {row.goal_id: (row.latest.level, row.may_set, row.may_rate) for row in page.goals}
        return rows, page.rated, [row.levels for row in page.history]

    assert shown("paula") == ({goal.id: (-1, False, True)}, 1, [(-1,)])
    words = "Goals that others record are not among them."
    path = f"/students/{cast.student.id}/attainment/"
    said = [
        words in player.client().get(player.url(path)).content.decode()
        for player in (cast.paula, cast.casey, cast.mina)
    ]
    assert said == [True, False, False]
    assert shown("casey") == (
        {goal.id: (-1, True, True), other.id: (2, True, True)},
        2,
        [(-1, 2)],
    )
    rate(cast.paula.actor, goal, 0)
    for refused in (
        lambda: rate(cast.paula.actor, other, 0),
        lambda: rating_act(actor=cast.paula.actor, goal_id=other.id),
        lambda: scale_act(actor=cast.paula.actor, goal_id=other.id),
    ):
        with pytest.raises(NotFound):
            refused()
    with pytest.raises(NotAllowed):
        scale_act(actor=cast.paula.actor, goal_id=goal.id)
    DataTask.objects.all().delete()
    assert shown("paula") == ({}, 0, [])


def test_who_teaches_rates_every_goal_and_who_looks_on_none(cast, goal, other):
    for one in (goal, other):
        set_attainment_scale(
            actor=cast.casey.actor, goal_id=one.id, levels=dict.fromkeys(LEVELS, "What one sees")
        )

    def rated(name):
        page = attainment_page(actor=getattr(cast, name).actor, student_id=cast.student.id)
        return [row.may_rate for row in page.goals]

    assert rated("sam") == [True, True]
    assert rated("vic") == [False, False]
    assert agreement_page(actor=cast.sam.actor, goal_id=other.id).may_record
    assert not agreement_page(actor=cast.vic.actor, goal_id=other.id).may_record


def test_aide_observes_a_second_time_sessions_of_their_goals_only(cast, goal, other):
    own, strange = (record(cast.sam.actor, one, 50) for one in (goal, other))
    actor = cast.paula.actor

    page = agreement_page(actor=actor, goal_id=goal.id)
    assert page.may_record and [row.point_id for row in page.to_see] == [own.id]
    assert second_act(actor=actor, point_id=own.id).point_id == own.id
    record_second_observation(actor=actor, point_id=own.id, value=Decimal(50))
    with pytest.raises(NotFound):
        second_act(actor=actor, point_id=strange.id)
    with pytest.raises(NotFound):
        record_second_observation(actor=actor, point_id=strange.id, value=Decimal(50))


def test_several_goals_at_once_are_for_an_aide_those_of_their_data_tasks(cast, goal, other):
    record(cast.paula.actor, goal)
    record(cast.sam.actor, other)

    def found(name):
        return goals_progress(
            actor=getattr(cast, name).acting(),
            student=cast.student,
            goal_ids=[goal.id, other.id],
            today=TODAY,
        )

    own = found("paula")
    assert set(own) == {goal.id}
    assert own[goal.id].may_record and own[goal.id].may_undo
    assert {one.may_record for one in found("sam").values()} == {True}
    assert {one.may_record for one in found("vic").values()} == {False}
    assert set(found("casey")) == {goal.id, other.id}


PAGES = (
    "progress/",
    "progress/record/",
    "progress/scores.csv",
    "progress/agreement/",
    "progress/attainment/rate/",
)
API = ("", "points/")


@pytest.mark.parametrize("page", PAGES)
def test_pages_of_a_goal_open_to_an_aide_with_a_data_task_only(cast, goal, other, page):
    client = cast.paula.client()

    def answer(one):
        return client.get(cast.paula.url(f"/students/{one.student_id}/goals/{one.id}/{page}"))

    assert [answer(one).status_code for one in (goal, other)] == [200, 404]


@pytest.mark.parametrize("path", API)
def test_api_of_a_goal_opens_to_an_aide_with_a_data_task_only(cast, goal, other, path):
    client = cast.paula.client()

    assert [client.get(f"/api/v1/goals/{one.id}/{path}").status_code for one in (goal, other)] == [200, 404]


def test_api_records_for_an_aide_with_a_data_task_only(cast, goal, other):
    client, body = cast.paula.client(), {"measured_on": BASELINE_ON.isoformat(), "value": "50"}
    keys = {"Idempotency-Key": str(uuid4())}
    answers = [
        client.post(f"/api/v1/goals/{one.id}/points/", body, content_type="application/json", headers=more)
        for one, more in ((goal, keys), (other, {}))
    ]

    assert [answer.status_code for answer in answers] == [201, 404]
    assert answers[1].json()["code"] == "not_found"
    assert ProgressPoint.objects.count() == 1


def rate(actor, goal, level):
    return rate_attainment(actor=actor, goal_id=goal.id, level=level, rated_on=TODAY, today=TODAY)


def cards(cast):
    return student_goals(actor=cast.paula.acting(), student_id=cast.student.id, today=TODAY).cards
