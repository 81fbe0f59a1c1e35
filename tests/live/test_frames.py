"""Frames that are none, and limits: each is answered, and closes the socket or not, as the contract says."""

import contextlib
import json
import time
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from websockets.exceptions import ConnectionClosed

from tests.live.conftest import PATIENCE

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
    until = time.monotonic() + PATIENCE
    while not is_let_in(open_tab(server, committed_cast.casey, cookie=cookie), committed_cast.student.topic):
        assert time.monotonic() < until, "no place became free"


def is_let_in(tab, topic):
    """Whether a socket that was opened may stay."""
    with contextlib.suppress(ConnectionClosed):
        return bool(tab.watch(topic))
    return False
