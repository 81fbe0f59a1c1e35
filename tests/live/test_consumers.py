"""The live socket as the contract says it, on the real server with its relay: frames, refusals, limits, rights."""

import contextlib
import json
import time
from datetime import date
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from accounts.actors import new_token, token_digest
from accounts.models import ApiToken, Membership, Organization, Session
from coediting.models import Text
from coediting.mutations import change_text
from core.models import topic
from core.mutation import audit, mutation
from core.outbox import topic_versions
from core.tenant import organization
from ieps.texts import ensure_texts
from students.models import Guardian, Student, TeamMember
from tests.factories.accounts import ApiTokenFactory
from tests.live.conftest import make_goal
from tests.reliability.scale import in_time


@mutation
def touch(*, actor, record):
    """The smallest change: an audit line, and news to the record's topics."""
    audit(actor, "tests.record.touched", record)


def make_text(iep):
    """A text of an IEP that several write at once."""
    ensure_texts(iep=iep)
    return Text.objects.get(subject_id=iep.id, field="present_levels")


def change(player, record):
    with organization(player.organization.id):
        touch(actor=player.actor, record=record)


def status_of(attempt):
    with pytest.raises(InvalidStatus) as refusal:
        attempt()
    return refusal.value.response.status_code


# --- Watching


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
    }


SHARED = {"student", "iep", "goal", "text"}
DRAFT = {"draft", "draft goal", "draft text"}
MAY_WATCH = {
    "casey": SHARED | DRAFT | {"own caseload", "own news"},
    "sam": SHARED | DRAFT,
    "ada": SHARED | DRAFT | {"school", "district"},
    "cory": SHARED | DRAFT | {"school"},
    "vic": SHARED | DRAFT | {"school"},
    "mina": SHARED,
    "gina": {"student", "iep"},
    "fin": {"student", "school", "district"},
    "pat": set(),
    "omar": set(),
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


# --- The door


def test_nobody_signed_in_is_refused_before_the_socket_opens(server, committed_cast, open_tab):
    assert status_of(lambda: open_tab(server)) == 403
    assert status_of(lambda: open_tab(server, cookie="a" * 32)) == 403
    assert status_of(lambda: open_tab(server, headers={"Authorization": "Bearer tl_nothing"})) == 403


def test_member_of_another_district_is_refused_as_if_it_did_not_exist(server, committed_cast, open_tab):
    assert status_of(lambda: open_tab(server, committed_cast.otto, slug="larkspur")) == 403
    assert status_of(lambda: open_tab(server, committed_cast.otto, slug="nowhere")) == 403
    assert status_of(lambda: open_tab(server, committed_cast.otto, slug="")) == 403
    assert status_of(lambda: open_tab(server, committed_cast.otto, slug="%00")) == 403
    assert status_of(lambda: open_tab(server, committed_cast.casey, query={"hat": "family"})) == 403
    assert status_of(lambda: open_tab(server, committed_cast.casey, query={"hat": "crown"})) == 403


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://evil.example.org",
        "http://127.0.0.1",
        "http://127.0.0.1:1",
        "https://127.0.0.1:{port}",
        "http://127.0.0.1:{port}.evil.example.org",
        "http://localhost.evil.example.org:{port}",
    ],
)
def test_page_of_another_origin_is_refused(server, committed_cast, open_tab, origin):
    port = server.url.rpartition(":")[2]
    wrong = origin.format(port=port) if origin else None

    assert status_of(lambda: open_tab(server, committed_cast.casey, origin=wrong)) == 403


def test_other_addresses_have_no_sockets(server):
    def attempt():
        with connect(f"{server.ws_url}/ws/nothing/", origin=server.url):
            pass

    assert status_of(attempt) == 403


def test_program_with_a_token_watches_what_its_person_may(server, committed_cast, goal, open_tab):
    token = new_token()
    held = ApiTokenFactory(
        organization=committed_cast.district, person=committed_cast.casey.person, digest=token_digest(token)
    )
    tab = open_tab(server, headers={"Authorization": f"Bearer {token}"}, origin=None)
    assert tab.watch(goal.topic)

    ApiToken.objects.filter(id=held.id).update(revoked_at="2025-01-01T00:00Z")

    assert tab.closed(5)[0] == 4401
    assert (
        status_of(lambda: open_tab(server, headers={"Authorization": f"Bearer {token}"}, origin=None)) == 403
    )


# --- Bad frames and limits


BAD = [
    "",
    "x",
    "[]",
    "{}",
    "null",
    "1",
    '"watch"',
    "NaN",
    "[" * 30_000,
    '{"watch":' * 5_000,
    "9" * 5_000,
    '{"watch": "student.x"}',
    '{"watch": {"a": 1}}',
    '{"watch": [1]}',
    '{"watch": [["student.x"]]}',
    '{"watch": null}',
    '{"unwatch": null}',
    '{"here": 1}',
    '{"here": []}',
    '{"here": ""}',
    '{"away": true}',
    '{"here": "student.x", "away": 1}',
    '{"watch": [], "else": 1}',
    '{"type": "join"}',
    '{"__proto__": {}}',
    b"\x00\x01",
]


@pytest.mark.parametrize("text", BAD, ids=[repr(text)[:24] for text in BAD])
def test_bad_frame_is_answered_and_closes_the_socket(server, committed_cast, open_tab, text):
    tab = open_tab(server, committed_cast.casey)

    tab.socket.send(text)

    code, error = tab.closed()
    assert (code, error["code"], error["status"]) == (4400, "bad_frame", 400)
    assert set(error) == {"code", "message", "status", "details"}


def test_frame_over_64_kilobytes_closes_the_socket(server, committed_cast, open_tab):
    tab = open_tab(server, committed_cast.casey)

    tab.socket.send(json.dumps({"watch": ["x" * 70_000]}))

    assert tab.closed()[0] == 1009


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
WORDS = st.dictionaries(st.sampled_from(["watch", "unwatch", "here", "away"]), JSON, max_size=4)
TOPICS = st.lists(
    st.text(max_size=60) | st.sampled_from(["student.", "goal.\x00", "person.\ud800"]), max_size=10
)


@hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(frame=JSON | WORDS | st.fixed_dictionaries({"watch": TOPICS}))
def test_no_frame_whatever_it_holds_ends_in_anything_but_an_answer(server, committed_cast, open_tab, frame):
    tab = open_tab(server, committed_cast.casey)

    tab.socket.send(json.dumps(frame))
    answer = tab.hear_any()

    assert answer.keys() & {"changed", "refused", "present", "error"} or answer == {}
    assert "Traceback" not in server.logs.joinpath("web.log").read_text()
    tab.socket.close()


def test_more_than_fifty_topics_are_too_many(server, committed_cast, open_tab):
    tab = open_tab(server, committed_cast.casey)
    tab.say(watch=[f"student.{uuid4()}" for _ in range(50)])
    assert len(tab.hear_of("refused")) == 50

    tab.say(watch=[f"student.{uuid4()}" for _ in range(51)])

    code, error = tab.closed()
    assert (code, error["code"], error["status"]) == (4429, "rate_limited", 429)


def test_flood_of_frames_closes_the_socket(server, committed_cast, open_tab):
    tab = open_tab(server, committed_cast.casey)

    with contextlib.suppress(ConnectionClosed):
        for _ in range(400):
            tab.say(unwatch=["x"])

    code, error = tab.closed()
    assert (code, error["code"]) == (4429, "rate_limited")


def test_twenty_frames_at_once_are_not_a_flood(server, committed_cast, open_tab):
    tab = open_tab(server, committed_cast.casey)

    for _ in range(19):
        tab.say(unwatch=["x"])

    assert tab.watch(committed_cast.student.topic)


def test_eleventh_socket_of_a_person_is_refused(server, committed_cast, open_tab, session_cookie):
    cookie = session_cookie(committed_cast.casey.person)
    tabs = [open_tab(server, committed_cast.casey, cookie=cookie) for _ in range(10)]
    tabs[-1].watch(committed_cast.student.topic)

    one_more = open_tab(server, committed_cast.casey, cookie=cookie)
    code, error = one_more.closed()

    assert (code, error["code"]) == (4429, "rate_limited")
    assert open_tab(server, committed_cast.ada).watch(committed_cast.student.topic)
    tabs[0].socket.close()
    time.sleep(0.5)
    assert open_tab(server, committed_cast.casey, cookie=cookie).watch(committed_cast.student.topic)


# --- Rights that end


def sign_out(cast, cookie):
    client = Client()
    client.cookies["session"] = cookie
    client.post("/accounts/logout/")


def deactivate(cast, cookie):
    person = cast.casey.person
    person.is_active = False
    person.save(update_fields=["is_active"])


def change_password(cast, cookie):
    person = cast.casey.person
    person.set_password("another long walk")
    person.save(update_fields=["password"])


def end_membership(cast, cookie):
    with organization(cast.district.id):
        Membership.objects.filter(person=cast.casey.person).update(ends_on=date(2025, 1, 1))


def lose_session(cast, cookie):
    Session.objects.filter(session_key=cookie).delete()


def close_district(cast, cookie):
    Organization.objects.filter(id=cast.district.id).update(is_active=False)


@pytest.mark.parametrize(
    "end", [sign_out, deactivate, change_password, end_membership, lose_session, close_district]
)
def test_socket_dies_within_five_seconds_of_its_rights(server, committed_cast, open_tab, session_cookie, end):
    cookie = session_cookie(committed_cast.casey.person)
    tabs = [open_tab(server, committed_cast.casey, cookie=cookie) for _ in range(2)]
    for tab in tabs:
        tab.watch(committed_cast.student.topic)
    bystander = open_tab(server, committed_cast.otto)

    began = time.monotonic()
    end(committed_cast, cookie)
    ends = [tab.closed(6) for tab in tabs]

    assert time.monotonic() - began < in_time(5)
    assert [(code, error["code"], error["status"]) for code, error in ends] == [
        (4401, "not_signed_in", 401)
    ] * 2
    assert bystander.watch(committed_cast.stranger.topic)
    assert status_of(lambda: open_tab(server, committed_cast.casey, cookie=cookie)) == 403


def test_signing_out_closes_the_sockets_of_every_session_and_nobody_elses(
    server, committed_cast, open_tab, session_cookie
):
    here, there = session_cookie(committed_cast.casey.person), session_cookie(committed_cast.casey.person)
    leaving = open_tab(server, committed_cast.casey, cookie=here)
    elsewhere = open_tab(server, committed_cast.casey, cookie=there)
    staying = open_tab(server, committed_cast.sam)
    leaving.watch(committed_cast.student.topic)
    staying.watch(committed_cast.student.topic)

    began = time.monotonic()
    sign_out(committed_cast, here)

    assert leaving.closed()[0] == 4401
    assert elsewhere.closed()[0] == 4401
    assert time.monotonic() - began < in_time(1.5)
    change(committed_cast.ada, committed_cast.student)
    assert staying.hear_of("changed")


def leave_team(cast):
    TeamMember.objects.filter(person=cast.casey.person).update(ends_on=date(2025, 1, 1))


def lose_child(cast):
    Guardian.objects.filter(person=cast.mina.person).update(ends_on=date(2025, 1, 1))


def lose_educational_rights(cast):
    Guardian.objects.filter(person=cast.mina.person).update(has_educational_rights=False)


def move_to_another_school(cast):
    Student.objects.filter(id=cast.student.id).update(school=cast.other_school)


def archive(cast):
    Student.objects.filter(id=cast.student.id).update(archived_at="2025-01-01T00:00Z")


@pytest.mark.parametrize(
    "loss",
    [
        leave_team,
        lose_child,
        lose_educational_rights,
        move_to_another_school,
        archive,
    ],
)
def test_topics_that_were_lost_are_refused_within_five_seconds_and_the_socket_lives(
    server, committed_cast, goal, open_tab, loss
):
    player = {lose_child: committed_cast.mina, lose_educational_rights: committed_cast.mina}.get(
        loss, committed_cast.cory if loss is move_to_another_school else committed_cast.casey
    )
    own = topic("person", player.person.id)
    tab = open_tab(server, player)
    tab.watch(goal.topic, committed_cast.student.topic, own)

    began = time.monotonic()
    with organization(committed_cast.district.id):
        loss(committed_cast)
    refused = tab.hear_of("refused", 6)

    assert time.monotonic() - began < in_time(5)
    assert refused == sorted([goal.topic, committed_cast.student.topic])
    change(committed_cast.ada, goal)
    assert tab.silent_for(2.5)
    change(committed_cast.ada, player.person)
    assert set(tab.hear_of("changed")) == {own}


def test_news_of_a_loss_overtakes_what_may_not_be_told_any_more(server, committed_cast, goal, open_tab):
    """The loss and the next change travel together: the change is not told."""
    tab = open_tab(server, committed_cast.mina)
    tab.watch(goal.topic)

    with organization(committed_cast.district.id):
        guardian = Guardian.objects.get(person=committed_cast.mina.person)
        Guardian.objects.filter(id=guardian.id).update(ends_on=date(2025, 1, 1))
        touch(actor=committed_cast.ada.actor, record=guardian)
        touch(actor=committed_cast.ada.actor, record=goal)

    assert tab.hear() == {"refused": [goal.topic]}


def test_iep_that_goes_back_to_draft_is_refused_to_the_family(server, committed_cast, goal, open_tab):
    tab = open_tab(server, committed_cast.mina)
    tab.watch(goal.topic, goal.iep.topic, committed_cast.student.topic)

    with organization(committed_cast.district.id):
        type(goal.iep).objects.filter(id=goal.iep_id).update(status="draft")

    assert tab.hear_of("refused", 5) == sorted([goal.topic, goal.iep.topic])
