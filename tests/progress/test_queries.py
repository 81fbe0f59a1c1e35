"""What pages and programs read of progress."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from core.actor import Hat
from core.errors import NotAllowed, NotFound
from progress.arithmetic import Status
from progress.mutations import undo_progress_point
from progress.queries import goal_cards, goal_progress, record_context, student_goals
from students.rules import Access
from tests.progress.conftest import BASELINE_ON, TODAY, make_goal, make_iep, record

SERIES = (49, 50, 50, 50, 51, 51)


def fill(actor, goal, values=SERIES):
    return [
        record(actor, goal, value, BASELINE_ON + timedelta(days=7 * (week + 1)))
        for week, value in enumerate(values)
    ]


def test_student_goals_are_those_of_the_iep_in_force_in_its_order(cast, goal):
    second = make_goal(goal.iep, number=2, title="Written sentences")
    make_goal(make_iep(cast.student, number=8, status="superseded"), title="Of the past")
    make_goal(make_iep(cast.student, number=9, status="draft"), title="Of the draft")
    record(cast.paula.actor, goal, 64)

    found = student_goals(actor=cast.casey.actor, student_id=cast.student.id, today=TODAY)

    assert [(card.goal_id, card.title) for card in found.cards] == [
        (goal.id, "Reading fluency"),
        (second.id, "Written sentences"),
    ]
    first, other = found.cards
    assert (first.current, first.last_on, first.last_by) == (Decimal(64), TODAY, cast.paula.actor.name)
    assert (first.status, first.tone, first.spark) == (Status.ON_TRACK, "ok", (Decimal(64),))
    assert (other.current, other.status, other.tone, other.spark) == (None, Status.NO_DATA, "none", ())
    assert found.topics.split() == [f"student.{cast.student.id}", f"measuring.{cast.district.id}"]


def test_student_goals_of_a_student_without_an_iep_in_force_are_none(cast):
    assert student_goals(actor=cast.casey.actor, student_id=cast.student.id, today=TODAY).cards == ()


def test_cards_show_no_data_when_the_last_score_is_too_long_ago(cast, goal):
    record(cast.casey.actor, goal, 64)

    def status(days):
        cards = goal_cards(
            actor=cast.casey.actor, student_ids=[cast.student.id], today=TODAY + timedelta(days=days)
        )
        return cards[cast.student.id][0].status

    assert (status(21), status(22)) == (Status.ON_TRACK, Status.NO_DATA)


@pytest.mark.parametrize("values", [(49, 50, 50, 54), SERIES, (49, 92), (48, 48, 48)])
def test_cards_and_the_goals_page_say_the_same(cast, goal, values):
    fill(cast.casey.actor, goal, values)
    today = date(2025, 10, 20)
    (card,) = goal_cards(actor=cast.casey.actor, student_ids=[cast.student.id], today=today)[cast.student.id]
    page = goal_progress(actor=cast.casey.actor, goal_id=goal.id, today=today)

    assert card.status is page.summary.status
    assert (card.current, card.last_on, card.spark) == (
        page.summary.current,
        page.summary.last_on,
        page.summary.last_values,
    )


@pytest.mark.parametrize("name", ["gina", "fin", "omar"])
def test_goal_cards_are_none_for_those_who_do_not_see_goals(cast, goal, name):
    record(cast.casey.actor, goal)

    found = goal_cards(actor=getattr(cast, name).actor, student_ids=[cast.student.id], today=TODAY)
    assert found == {cast.student.id: ()}


@pytest.mark.parametrize("name", ["casey", "paula", "sam", "ada", "cory", "vic", "mina"])
def test_goal_progress_is_seen_by_the_team_the_readers_and_the_parents(cast, goal, name):
    record(cast.casey.actor, goal, 64)

    assert goal_progress(actor=getattr(cast, name).actor, goal_id=goal.id, today=TODAY).rows[0].value == 64


def test_goal_progress_is_seen_by_staff_who_are_parents_under_the_family_hat_only(cast, goal):
    assert goal_progress(actor=cast.pat.acting(Hat.FAMILY), goal_id=goal.id, today=TODAY).goal_id == goal.id
    with pytest.raises(NotFound):
        goal_progress(actor=cast.pat.actor, goal_id=goal.id, today=TODAY)


@pytest.mark.parametrize("outsider", ["omar", "otto", "fin", "gina"])
def test_goal_progress_hides_the_goal_from_outsiders(cast, goal, outsider):
    with pytest.raises(NotFound):
        goal_progress(actor=getattr(cast, outsider).actor, goal_id=goal.id, today=TODAY)


def test_goal_progress_asks_the_table_for_progress_beside_the_goal(cast, goal, monkeypatch):
    nobody = Access(student_id=cast.student.id)
    monkeypatch.setattr("progress.queries.points.access_to", lambda _actor, _student: nobody)

    with pytest.raises(NotAllowed):
        goal_progress(actor=cast.casey.actor, goal_id=goal.id, today=TODAY)


def test_goal_progress_of_no_goal_is_not_found(cast):
    with pytest.raises(NotFound):
        goal_progress(actor=cast.casey.actor, goal_id=uuid4(), today=TODAY)


@pytest.mark.parametrize("reader", ["gina", "fin"])
def test_student_goals_refuse_those_who_see_the_student_but_no_progress(cast, goal, reader):
    with pytest.raises(NotAllowed):
        student_goals(actor=getattr(cast, reader).actor, student_id=cast.student.id, today=TODAY)


def test_student_goals_hide_the_student_from_outsiders(cast, goal):
    with pytest.raises(NotFound):
        student_goals(actor=cast.omar.actor, student_id=cast.student.id, today=TODAY)


def test_goal_progress_sets_each_score_beside_the_aimline(cast, goal):
    fill(cast.casey.actor, goal)
    record(cast.casey.actor, goal, 47, "2025-09-02", is_baseline=True)

    page = goal_progress(actor=cast.casey.actor, goal_id=goal.id, today=TODAY)

    assert [row.measured_on for row in page.rows] == sorted(
        (row.measured_on for row in page.rows), reverse=True
    )
    first = page.rows[0]
    assert (first.measured_on, first.value) == (date(2025, 10, 17), Decimal(51))
    assert first.aim.quantize(Decimal("0.01")) == Decimal("54.77")  # 48 + 44 * 42 / 273
    assert (first.difference, first.is_short) == (Decimal("-3.8"), True)
    baseline = page.rows[-1]
    assert (baseline.is_baseline, baseline.aim, baseline.difference, baseline.is_short) == (
        True,
        None,
        None,
        False,
    )
    assert page.measurements[0].is_baseline
    # Even the first score, 49 on Sep 12, is short of 49.13.
    assert [row.is_short for row in page.rows] == [True] * 6 + [False]
    assert (page.summary.in_a_row_below, page.summary.status) == (6, Status.NO_DATA)


def test_goal_progress_says_by_how_little_a_score_is_short(cast, goal):
    record(cast.casey.actor, goal, 50.25, "2025-09-19")  # the aimline is at 50.256

    (row,) = goal_progress(actor=cast.casey.actor, goal_id=goal.id, today=TODAY).rows
    assert (row.difference, row.is_short) == (Decimal("-0.01"), True)


def test_goal_progress_shows_the_newest_eight_rows_unless_asked_for_all(cast, goal):
    fill(cast.casey.actor, goal, range(48, 58))

    page = goal_progress(actor=cast.casey.actor, goal_id=goal.id, today=TODAY)
    assert (len(page.shown_rows), page.hidden_rows) == (8, 2)
    everything = goal_progress(actor=cast.casey.actor, goal_id=goal.id, today=TODAY, shows_all=True)
    assert (len(everything.shown_rows), everything.hidden_rows) == (10, 0)


def test_goal_progress_leaves_out_what_was_taken_back(cast, goal):
    point = record(cast.casey.actor, goal, 500)
    undo_progress_point(actor=cast.casey.actor, point_id=point.id)

    page = goal_progress(actor=cast.casey.actor, goal_id=goal.id, today=TODAY)
    assert (page.rows, page.measurements, page.summary.current) == ((), (), None)


def test_goal_progress_says_what_the_actor_may_do(cast, goal):
    record(cast.paula.actor, goal)

    def rights(name):
        page = goal_progress(actor=getattr(cast, name).actor, goal_id=goal.id, today=TODAY)
        return page.may_record, page.rows[0].may_undo

    assert {name: rights(name) for name in ("casey", "paula", "sam", "ada", "vic", "mina")} == {
        "casey": (True, True),
        "paula": (True, True),
        "sam": (True, False),
        "ada": (False, True),
        "vic": (False, False),
        "mina": (False, False),
    }


def test_goal_progress_keeps_notes_of_staff_from_parents(cast, goal):
    record(cast.casey.actor, goal, note="Was tired", context="Room 4")

    def words(name):
        row = goal_progress(actor=getattr(cast, name).actor, goal_id=goal.id, today=TODAY).rows[0]
        return row.context, row.note

    assert words("vic") == words("paula") == ("Room 4", "Was tired")
    assert words("mina") == ("", "")


def test_goal_progress_of_a_draft_takes_no_scores_and_is_hidden_from_parents(cast, draft_goal):
    page = goal_progress(actor=cast.casey.actor, goal_id=draft_goal.id, today=TODAY)
    assert (page.is_in_force, page.may_record) == (False, False)
    with pytest.raises(NotFound):
        goal_progress(actor=cast.mina.actor, goal_id=draft_goal.id, today=TODAY)


def test_goal_progress_says_when_the_trend_meets_the_goal(cast, goal):
    fill(
        cast.casey.actor, goal, (50, 54, 58, 62, 66)
    )  # four words a week from Sep 12 on: 92 is 10.5 weeks later

    page = goal_progress(actor=cast.casey.actor, goal_id=goal.id, today=TODAY)
    assert page.reached_on == date(2025, 9, 12) + timedelta(days=74)


def test_record_context_is_for_those_who_may_record(cast, goal):
    assert record_context(actor=cast.paula.actor, goal_id=goal.id).unit == "words a minute"
    with pytest.raises(NotAllowed):
        record_context(actor=cast.vic.actor, goal_id=goal.id)
    with pytest.raises(NotFound):
        record_context(actor=cast.omar.actor, goal_id=goal.id)


def test_cards_cost_the_same_statements_for_one_goal_and_three(cast, goal, django_assert_num_queries):
    def cards():
        return goal_cards(actor=cast.casey.actor, student_ids=[cast.student.id], today=TODAY)

    record(cast.casey.actor, goal)
    with django_assert_num_queries(6):  # two, and four for the calendars, which are kept once committed
        assert len(cards()[cast.student.id]) == 1
    for number in (2, 3):
        record(cast.casey.actor, make_goal(goal.iep, number=number))
    with django_assert_num_queries(6):
        assert len(cards()[cast.student.id]) == 3


def test_goal_progress_costs_the_same_statements_for_one_score_and_many(
    cast, goal, django_assert_num_queries
):
    record(cast.casey.actor, goal)
    with django_assert_num_queries(13):
        goal_progress(actor=cast.casey.actor, goal_id=goal.id, today=TODAY)
    fill(cast.casey.actor, goal)
    with django_assert_num_queries(13):
        goal_progress(actor=cast.casey.actor, goal_id=goal.id, today=TODAY)
