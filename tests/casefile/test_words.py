"""Sentences with counts, and the timeline in words."""

from __future__ import annotations

from datetime import UTC, datetime, time
from types import SimpleNamespace

import pytest

from casefile.queries import TimelineRow
from casefile.templatetags import casefile as words


def row(verb, scale="", title="", **values):
    return TimelineRow(
        id=1,
        verb=verb,
        by="Casey Cast",
        by_id=None,
        is_person=True,
        at=datetime(2025, 11, 19, tzinfo=UTC),
        values=values,
        reason="",
        goal_title=title,
        goal_scale=scale,
    )


@pytest.mark.parametrize(
    ("hour", "said"),
    [(0, "Good morning"), (11, "Good morning"), (12, "Good afternoon"), (17, "Good evening")],
)
def test_greeting_goes_by_the_clock(hour, said):
    assert words.greeting(time(hour)) == said


@pytest.mark.parametrize(
    ("reviews", "reevaluations", "said"),
    [
        (0, 0, ""),
        (1, 0, "One annual review falls due in the next 30 days"),
        (2, 0, "Two annual reviews fall due in the next 30 days"),
        (0, 1, "One reevaluation falls due in the next 30 days"),
        (12, 1, "12 annual reviews and one reevaluation fall due in the next 30 days"),
    ],
)
def test_what_falls_due_is_said_in_a_clause(reviews, reevaluations, said):
    day = SimpleNamespace(reviews_soon=reviews, reevaluations_soon=reevaluations)

    assert words.due_sentence(day) == said


def test_clauses_go_on_after_another():
    assert words.soon_words(7, 0) == "Seven fall due in the next 30 days"
    assert words.soon_words(1, 2) == "one falls due in the next 30 days"
    assert words.overdue_sentence(1) == "One date has passed"


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (row("progress.point.recorded", value="64.00"), "recorded a score of 64"),
        (
            row("progress.point.recorded", scale="percent", title="Accuracy", value="96.00"),
            "recorded a score of 96%: Accuracy",
        ),
        (row("progress.point.recorded"), "recorded a score of …"),
        (row("ieps.section.changed", section="levels"), "wrote in the draft IEP: Present levels"),
        (row("ieps.iep.created", number=2), "started IEP 2"),
        (row("later.room_of_ours.made"), "made room of ours"),
    ],
)
def test_an_entry_of_the_timeline_is_a_sentence(entry, said):
    assert words.act(entry) == said


@pytest.mark.parametrize(
    ("days", "note", "tone"),
    [
        (-1, "1 day ago", "act"),
        (0, "today", "act"),
        (2, "2 days", "act"),
        (5, "5 days", "watch"),
        (6, "6 days", ""),
    ],
)
def test_days_left_grow_pressing(days, note, tone):
    assert words._days(days) == (note, tone)


def test_names_are_shortened_for_lists():
    assert words.short_name("Kwame Osei") == "K. Osei"
    assert words.short_name("Roster") == "Roster"


def test_lists_say_how_long_they_are():
    assert words.list_count(SimpleNamespace(is_counted=True, total=1)) == "1 student"
    assert words.list_count(SimpleNamespace(is_counted=False, total=1000)) == "more than 1,000 students"
