"""What an open live socket is told, and who may watch what: on the real server with its relay."""

import json
import time
from uuid import uuid4

import pytest
from django.db import transaction

from accounts.calendar_models import measuring
from coediting.mutations import change_text
from core.models import topic
from core.outbox import topic_versions
from core.tenant import organization
from tests.live.conftest import make_goal
from tests.live.news import change, make_text, touch
from tests.reliability.scale import in_time


def test_watch_answers_with_the_versions_of_now(server, committed_cast, goal, open_tab):
    tab = open_tab(server, committed_cast.casey)
    topics = [committed_cast.student.topic, goal.topic, goal.iep.topic]

    assert tab.watch(*topics) == topic_versions(topics)


def test_committed_change_reaches_every_watcher_under_a_second(server, committed_cast, goal, open_tab):
    tabs = [
        open_tab(server, player) for player in (committed_cast.casey, committed_cast.ada, committed_cast.mina)
    ]
    before = [tab.watch(goal.topic, committed_cast.student.topic) for tab in tabs]

    change(committed_cast.paula, goal)

    for tab, old in zip(tabs, before, strict=True):
        began = time.monotonic()
        new = tab.hear()["changed"]
        assert time.monotonic() - began < in_time(1)
        assert new.keys() == old.keys() and not new.items() & old.items()
        assert new == topic_versions(new)


def test_words_in_a_shared_text_reach_its_watchers(server, committed_cast, open_tab):
    with organization(committed_cast.district.id):
        text = make_text(make_goal(committed_cast.student, status="draft", number=2).iep)
    tab = open_tab(server, committed_cast.sam)
    before = tab.watch(text.topic)

    with organization(committed_cast.district.id):
        change_text(
            actor=committed_cast.casey.actor,
            text_id=text.id,
            version=None,
            ops=[{"insert": "Reads well. "}],
            change_id="first",
        )

    after = tab.hear_of("changed")
    assert after == topic_versions([text.topic])
    assert after != before


def test_frame_carries_topics_and_versions_and_nothing_else(server, committed_cast, goal, open_tab):
    tab = open_tab(server, committed_cast.casey)
    tab.watch(goal.topic)

    change(committed_cast.casey, goal)

    assert tab.hear() == {"changed": topic_versions([goal.topic])}


def test_change_that_is_rolled_back_is_never_told(server, committed_cast, goal, open_tab):
    tab = open_tab(server, committed_cast.casey)
    tab.watch(goal.topic)

    with organization(committed_cast.district.id):
        touch(actor=committed_cast.casey.actor, record=goal)
        transaction.set_rollback(True)

    assert tab.silent_for(1.5)


def test_unwatched_topic_is_told_no_more(server, committed_cast, goal, open_tab):
    tab = open_tab(server, committed_cast.casey)
    tab.watch(goal.topic, committed_cast.student.topic)

    tab.say(unwatch=[goal.topic])
    tab.watch(committed_cast.student.topic)
    change(committed_cast.casey, goal)

    assert set(tab.hear_of("changed")) == {committed_cast.student.topic}


def test_watching_again_answers_again(server, committed_cast, open_tab):
    tab = open_tab(server, committed_cast.casey)
    own = committed_cast.student.topic

    assert tab.watch(own) == tab.watch(own)


# --- Who may watch


def topics_of(cast, goal, draft, texts):
    person = cast.casey.person
    return {
        "student": cast.student.topic,
        "iep": goal.iep.topic,
        "goal": goal.topic,
        "draft": draft.iep.topic,
        "draft goal": draft.topic,
        "text": texts[0].topic,
        "draft text": texts[1].topic,
        "own caseload": topic("caseload", person.id),
        "own news": topic("person", person.id),
        "school": topic("school", cast.school.id),
        "district": topic("organization", cast.district.id),
        "rule and calendars": measuring(cast.district.id),
    }


OF_ALL = {"rule and calendars"}

SHARED = {"student", "iep", "goal", "text"} | OF_ALL

DRAFT = {"draft", "draft goal", "draft text"}

MAY_WATCH = {
    "casey": SHARED | DRAFT | {"own caseload", "own news"},
    "sam": SHARED | DRAFT,
    "ada": SHARED | DRAFT | {"school", "district"},
    "cory": SHARED | DRAFT | {"school"},
    "vic": SHARED | DRAFT | {"school"},
    "mina": SHARED,
    "gina": {"student", "iep"} | OF_ALL,
    "fin": {"student", "school", "district"} | OF_ALL,
    "pat": OF_ALL,
    "omar": OF_ALL,
    "otto": set(),
}


@pytest.mark.parametrize("name", sorted(MAY_WATCH))
def test_everybody_may_watch_what_they_may_read_and_nothing_else(
    server, committed_cast, goal, open_tab, name
):
    with organization(committed_cast.district.id):
        draft = make_goal(committed_cast.student, status="draft", number=2)
        texts = make_text(goal.iep), make_text(draft.iep)
    topics = topics_of(committed_cast, goal, draft, texts)
    tab = open_tab(server, getattr(committed_cast, name))

    tab.say(watch=list(topics.values()))
    granted = tab.hear_of("changed") if MAY_WATCH[name] else {}
    refused = tab.hear_of("refused") if len(MAY_WATCH[name]) < len(topics) else []

    assert {word for word, full in topics.items() if full in granted} == MAY_WATCH[name]
    assert sorted([*granted, *refused]) == sorted(topics.values())


def test_parent_among_the_staff_watches_their_child_under_the_family_hat_only(
    server, committed_cast, open_tab
):
    child, pupil = committed_cast.student.topic, committed_cast.other_student.topic
    staff = open_tab(server, committed_cast.pat)
    family = open_tab(server, committed_cast.pat, query={"hat": "family"})

    staff.say(watch=[child, pupil])
    family.say(watch=[child, pupil])

    assert set(staff.hear_of("changed")) == {pupil}
    assert set(family.hear_of("changed")) == {child}


@pytest.mark.parametrize("name", ["omar", "otto"])
def test_refusal_of_a_foreign_topic_is_that_of_one_that_does_not_exist(
    server, committed_cast, goal, open_tab, name
):
    tab = open_tab(server, getattr(committed_cast, name))
    answers = []

    for asked in (
        goal.topic,
        f"goal.{uuid4()}",
        committed_cast.student.topic,
        f"student.{uuid4()}",
        "goal.x",
        "x",
    ):
        tab.say(watch=[asked])
        answers.append(json.dumps(tab.hear()).replace(asked, "…"))

    assert set(answers) == {'{"refused": ["\\u2026"]}'} or set(answers) == {'{"refused": ["…"]}'}


def test_outsider_hears_nothing_of_what_was_refused(server, committed_cast, goal, open_tab):
    tab = open_tab(server, committed_cast.omar)
    tab.say(
        watch=[goal.topic, committed_cast.student.topic, topic("caseload", committed_cast.casey.person.id)]
    )
    tab.hear_of("refused")

    change(committed_cast.casey, goal)

    assert tab.silent_for(2.5)
