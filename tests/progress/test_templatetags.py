"""How scores, targets and statuses are written."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils import translation

from progress.arithmetic import Status
from progress.queries import goal_cards, goal_progress
from progress.templatetags.progress import (
    difference,
    last_words,
    progress_chart,
    progress_note,
    score,
    sparkline,
    status_words,
    target_words,
    whole,
)
from tests.progress.conftest import BASELINE_ON, TODAY, make_goal, make_iep, record


@pytest.mark.parametrize(
    ("value", "scale", "words"),
    [
        ("64.00", "rate", "64"),
        ("2.50", "rubric", "2.5"),
        ("96.00", "percent", "96%"),
        ("77.78", "percent", "77.8%"),
        ("0.00", "count", "0"),
        ("100", "count", "100"),
        (None, "count", ""),
    ],
)
def test_score_is_written_without_needless_zeros(value, scale, words):
    assert score(None if value is None else Decimal(value), scale) == words


def test_score_is_written_as_the_reader_writes_numbers():
    with translation.override("de"):
        assert score(Decimal("2.50")) == "2,5"


@pytest.mark.parametrize(("value", "words"), [("3.9", "+3.9"), ("-0.5", "−0.5"), ("0.0", "0"), ("4.0", "+4")])
def test_difference_has_its_sign(value, words):
    assert difference(Decimal(value)) == words


@pytest.mark.parametrize(("value", "words"), [("60.13", "60"), ("9.87", "9.9"), ("2.04", "2")])
def test_aimline_is_rounded_as_coarsely_as_it_may_be(value, words):
    assert whole(Decimal(value)) == words


@pytest.mark.parametrize(
    ("scale", "unit", "words"),
    [
        ("rate", "words a minute", "of 92 words a minute"),
        ("percent", "of words", "of 92% of words"),
        ("percent", "percent correct", "of 92% correct"),
        ("percent", "percent", "of 92%"),
    ],
)
def test_target_is_said_in_its_unit(scale, unit, words):
    assert target_words(SimpleNamespace(scale=scale, unit=unit), Decimal("92.00")) == words


def test_every_status_has_a_word_and_a_tone():
    assert [(status_words(status), status.tone) for status in Status] == [
        ("On track", "ok"),
        ("Watch", "watch"),
        ("Decide", "act"),
        ("Goal met", "met"),
        ("No data", "none"),
    ]


def note_of(cast, goal, values, **more):
    for week, value in enumerate(values):
        record(cast.casey.actor, goal, value, week_day(week))
    page = goal_progress(
        actor=cast.casey.actor, goal_id=goal.id, today=more.get("today", week_day(len(values)))
    )
    note = progress_note(page)
    return note["tone"], f"{note['strong']} {note['text']}"


def week_day(week):
    return BASELINE_ON + timedelta(days=7 * (week + 1))


RULE = "Rule: 4 in a row below mean a change of instruction."


@pytest.mark.parametrize(
    ("values", "tone", "words"),
    [
        ((50,), "ok", f"On track. The last score is at or above the aimline. {RULE}"),
        ((50, 52), "ok", f"On track. The last 2 scores are at or above the aimline. {RULE}"),
        ((50, 52, 50, 50), "watch", None),
        ((48, 48, 48, 48), "act", None),
        ((92, 93, 95), "ok", f"Goal met. The latest score, 95, reaches the goal of 92. {RULE}"),
        (
            (),
            "",
            "No recent data. There are no scores yet. Without a score in 15 school days nothing can be said.",
        ),
    ],
)
def test_note_says_in_plain_words_what_the_scores_say(cast, goal, values, tone, words):
    found = note_of(cast, goal, values)

    assert found[0] == tone
    assert words is None or found[1] == words


def test_note_of_a_decreasing_goal_turns_the_words_round(cast):
    goal = make_goal(
        make_iep(cast.student), direction="decrease", scale="count", baseline_value=12, target_value=3
    )
    _tone, words = note_of(cast, goal, (12, 12, 12, 12))

    assert words == (
        "Time to decide. The last 4 scores are above the aimline. The trend is 0 a week; the aimline asks for −0.2. "
        "Rule: 4 in a row above mean a change of instruction."
    )


def test_note_says_when_the_last_score_is_too_long_ago(cast, goal):
    record(cast.casey.actor, goal, 50, "2025-09-12")
    note = progress_note(goal_progress(actor=cast.casey.actor, goal_id=goal.id, today=TODAY))

    assert note["strong"] == "No recent data."
    assert "The last score is from Sep 12, 2025." in note["text"]


def test_chart_tag_speaks_of_today_and_of_the_day(cast, goal):
    record(cast.casey.actor, goal, 64)

    def drawn(today):
        return progress_chart(goal_progress(actor=cast.casey.actor, goal_id=goal.id, today=today), "wide")

    assert ">64 today<" in drawn(TODAY)
    assert ">64, Nov 19<" in drawn(TODAY.replace(day=20))
    assert "by Jun 5, 2026" in drawn(TODAY)
    assert "Baseline 48 on Sep 5, 2025; the goal is 92 by Jun 5, 2026." in drawn(TODAY)


def test_sparkline_tag_speaks_when_asked(cast, goal):
    record(cast.casey.actor, goal, 64)
    (card,) = goal_cards(actor=cast.casey.actor, student_ids=[cast.student.id], today=TODAY)[cast.student.id]
    empty = replace(card, current=None)

    words = last_words(card)
    assert (words, last_words(empty)) == ("Latest 64, aimline 60.", "No scores yet.")
    assert f'aria-label="{words}"' in sparkline(card, 96, 26, words)
    assert 'aria-hidden="true"' in sparkline(card)


def test_chart_tag_names_the_day_that_a_steady_trend_meets_the_goal(cast, goal):
    for week, value in enumerate((50, 54, 58, 62, 66)):
        record(cast.casey.actor, goal, value, week_day(week))

    page = goal_progress(actor=cast.casey.actor, goal_id=goal.id, today=week_day(5))
    drawn = progress_chart(page, "wide")
    assert "If this pace holds: about Nov 25" in drawn
    assert "The trend of 5 scores is +4 a week." in drawn
