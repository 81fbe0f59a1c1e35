"""Frames and changes that `/ws/texts/<id>/` refuses, locks, and limits."""

import contextlib

import pytest
from django.utils.timezone import now
from websockets.exceptions import ConnectionClosed

from coediting import mutations
from coediting.models import Text, TextChange
from coediting.seats import MOST_DOUBTS, Seat
from core.tenant import organization
from ieps.models import Iep
from ieps.mutations import return_to_draft, send_to_review
from tests.coediting.sockets import log_of

CUT = [{"retain": 1}, {"insert": "x"}]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"version": 1, "ops": [{"retain": 9}, {"insert": "x"}]}, "bad_operation"),
        ({"version": 1, "ops": [{"delete": 9}]}, "bad_operation"),
        ({"version": 1, "ops": [{"retain": -1}, {"insert": "x"}]}, "bad_operation"),
        ({"version": 1, "ops": [{"retain": 0.5}, {"insert": "x"}]}, "bad_operation"),
        ({"version": 1, "ops": [{"retain": 0}, {"insert": "x"}]}, "bad_operation"),
        ({"version": 1, "ops": CUT}, "bad_operation"),
        ({"version": 1, "ops": [{"insert": "\ud83d"}]}, "bad_operation"),
        ({"version": 1, "ops": [{"insert": "a\x00"}]}, "bad_operation"),
        ({"version": 1, "ops": [{"insert": "x", "attributes": {"color": "red"}}]}, "bad_operation"),
        ({"version": 1, "ops": [{"insert": "x", "attributes": {"link": "javascript:1"}}]}, "bad_operation"),
        ({"version": 1, "ops": [{"insert": {"image": "x"}}]}, "bad_operation"),
        ({"version": 1, "ops": {"insert": "x"}}, "bad_operation"),
        ({"version": 1, "ops": []}, "bad_operation"),
        ({"version": 1}, "bad_operation"),
        ({"version": 2, "ops": [{"insert": "x"}]}, "bad_operation"),
        ({"version": 10**9, "ops": [{"insert": "x"}]}, "bad_operation"),
        ({"version": -1, "ops": [{"insert": "x"}]}, "bad_operation"),
        ({"version": "1", "ops": [{"insert": "x"}]}, "bad_operation"),
        ({"version": True, "ops": [{"insert": "x"}]}, "bad_operation"),
        ({"id": "", "version": 1, "ops": [{"insert": "x"}]}, "bad_operation"),
        ({"id": "x" * 65, "version": 1, "ops": [{"insert": "x"}]}, "bad_operation"),
        ({"id": 7, "version": 1, "ops": [{"insert": "x"}]}, "bad_operation"),
        ({"version": 1, "ops": [{"insert": "x"}] * 2_001}, "too_large"),
    ],
)
def test_bad_change_is_answered_with_its_code_and_harms_nobody(
    server, committed_cast, shared, open_text, frame, code
):
    casey, sam = open_text(server, committed_cast.casey), open_text(server, committed_cast.sam)
    sam.type({"insert": "😀"})
    casey.settle(version=1)

    casey.say({"type": "change", "id": "bad", **frame})
    answer = casey.hear_of("error")
    casey.type({"insert": "ok "})
    casey.settle()
    sam.settle(version=2)

    assert answer["code"] == code and answer["id"] in {"bad", ""} and answer["status"] >= 400
    assert sam.editor.ops == casey.editor.ops == [{"insert": "ok 😀"}] == log_of(shared)[0]


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "{",
        "[]",
        "7",
        "null",
        '"join"',
        "{}",
        '{"type": "leave"}',
        b"\x00",
        "[" * 50000,
        '{"type": "join", "version": "x"}',
        '{"type": "cursor", "version": 0, "index": -1, "length": 0}',
    ],
)
def test_frame_that_is_none_is_answered_and_the_socket_closed(
    server, committed_cast, shared, open_text, frame
):
    casey, sam = open_text(server, committed_cast.casey), open_text(server, committed_cast.sam)

    casey.say(frame)
    code, error = casey.closed()
    sam.type({"insert": "on"})
    sam.settle()

    assert (code, error["code"]) == (4400, "bad_operation")


def test_frame_over_64_kb_is_answered_before_the_socket_closes(server, committed_cast, shared, open_text):
    casey, sam = open_text(server, committed_cast.casey), open_text(server, committed_cast.sam)

    casey.say({"type": "change", "id": "big", "version": 0, "ops": [{"insert": "x" * 66_000}]})
    code, error = casey.closed()
    sam.type({"insert": "on"})
    sam.settle()

    assert (code, error["code"]) == (1009, "too_large")
    assert log_of(shared)[0] == [{"insert": "on"}]


def test_change_before_joining_is_refused(server, committed_cast, shared, open_text):
    casey = open_text(server, committed_cast.casey, joins=False)

    casey.say({"type": "change", "id": "early", "version": 0, "ops": [{"insert": "x"}]})
    casey.say({"type": "cursor", "version": 0, "index": 0, "length": 0})

    assert casey.hear_of("error")["code"] == "bad_operation"
    assert log_of(shared)[0] == []


def test_reader_who_writes_is_refused(server, committed_cast, shared, open_text):
    vic = open_text(server, committed_cast.vic)

    vic.say({"type": "change", "id": "mine", "version": 0, "ops": [{"insert": "x"}]})
    error = vic.hear_of("error")

    assert (error["id"], error["code"], error["status"]) == ("mine", "not_allowed", 403)
    assert log_of(shared)[0] == []


def test_locked_text_takes_no_change(server, committed_cast, shared, open_text):
    casey = open_text(server, committed_cast.casey)
    casey.type({"insert": "x"})
    casey.settle()
    with organization(shared.organization_id):
        mutations.lock_texts(actor=committed_cast.casey.actor, subject_id=shared.subject_id)

    casey.say({"type": "change", "id": "late", "version": 1, "ops": [{"insert": "y"}]})
    while (error := casey.hear_of("error"))["id"] != "late":
        pass

    assert (error["id"], error["code"]) == ("late", "locked")
    assert log_of(shared)[0] == [{"insert": "x"}]


def test_lock_is_told_at_once_with_its_reason_and_opening_again_too(
    server, committed_cast, shared, open_text
):
    casey, sam = open_text(server, committed_cast.casey), open_text(server, committed_cast.sam)
    casey.type({"insert": "x"})
    casey.settle()
    sam.settle(version=1)

    with organization(shared.organization_id):
        send_to_review(actor=committed_cast.casey.actor, iep_id=shared.subject_id)
    told = [editor.hear_of("error") for editor in (casey, sam)]
    sam.say(sam.editor.join())
    joined = sam.hear_of("joined")
    with organization(shared.organization_id):
        return_to_draft(actor=committed_cast.casey.actor, iep_id=shared.subject_id)
    again = casey.hear_of("joined")
    while not again["may_edit"]:
        again = casey.hear_of("joined")
    casey.type({"insert": "y"})
    casey.settle()

    for frame in (*told, {**joined, "code": "locked", "id": None, "details": joined["closed"]}):
        assert (frame["code"], frame["id"]) == ("locked", None)
        assert (frame["details"]["reason"], frame["details"]["by"]) == ("in_review", "Casey Cast")
    assert joined["may_edit"] is False and "ops" not in joined
    assert (again["version"], again["may_edit"], "closed" in again) == (1, True, False)
    assert log_of(shared)[0] == [{"insert": "yx"}]


def test_approval_of_a_locked_text_is_told_by_name(server, committed_cast, shared, open_text):
    casey = open_text(server, committed_cast.casey)
    with organization(shared.organization_id):
        send_to_review(actor=committed_cast.casey.actor, iep_id=shared.subject_id)
    assert casey.hear_of("error")["details"]["reason"] == "in_review"

    with organization(shared.organization_id):
        Iep.objects.filter(id=shared.subject_id).update(status=Iep.Status.APPROVED, approved_at=now())
        mutations.lock_texts(actor=committed_cast.casey.actor, subject_id=shared.subject_id)

    assert casey.hear_of("error")["details"]["reason"] == "approved"


def test_who_is_too_far_behind_joins_again(server, committed_cast, shared, open_text):
    with organization(shared.organization_id):
        TextChange.objects.bulk_create(
            TextChange(
                organization_id=shared.organization_id,
                text=shared,
                version=version,
                change_id=f"old-{version}",
                author_id="somebody",
                author_name="Somebody",
                ops=[{"insert": "x"}],
            )
            for version in range(1, 10_003)
        )
        Text.objects.filter(id=shared.id).update(version=10_002)
    casey = open_text(server, committed_cast.casey, joins=False)

    casey.say({"type": "join", "version": 1})
    far = casey.hear_of("error")
    casey.say({"type": "join", "version": 2})
    joined = casey.hear_of("joined")
    casey.editor.version = 2
    missed = casey.hear_of("changes")
    casey.say({"type": "change", "id": "far", "version": 1, "ops": [{"insert": "y"}]})

    assert far["code"] == "too_far_behind"
    assert (joined["version"], len(missed["changes"])) == (10_002, 10_000)
    assert casey.hear_of("error")["code"] == "too_far_behind"


def test_more_than_200_changes_a_second_are_refused(server, committed_cast, shared, open_text):
    casey, sam = open_text(server, committed_cast.casey), open_text(server, committed_cast.sam)

    for number in range(700):
        casey.say({"type": "change", "id": f"n{number}", "version": 0, "ops": [{"insert": "x"}]})
    limited = casey.hear_of("error")
    sam.type({"insert": "y"})
    sam.settle()

    assert limited["code"] == "rate_limited"
    assert log_of(shared)[2] < 700


def test_flood_ends_with_the_socket(server, committed_cast, shared, open_text):
    casey = open_text(server, committed_cast.casey)

    with contextlib.suppress(ConnectionClosed):
        for number in range(40_000):
            casey.say({"type": "change", "id": f"n{number}", "version": 0, "ops": [{"insert": "x"}]})
    code, _error = casey.closed()

    assert code == 4429


def test_eleventh_text_of_a_person_is_refused(server, committed_cast, shared, open_text):
    for _ in range(10):
        open_text(server, committed_cast.casey)

    code, error = open_text(server, committed_cast.casey, joins=False).closed()

    assert (code, error["code"]) == (4429, "rate_limited")


def test_client_that_reads_nothing_is_told_to_join_again(server, committed_cast, shared, open_text):
    """R50: what a slow reader is owed is dropped, and the others go on."""
    casey = open_text(server, committed_cast.casey)
    slow = open_text(server, committed_cast.sam, max_queue=1)
    words = "x" * 60_000
    for number in range(300):
        casey.type({"insert": words}, {"delete": len(words)} if number else {"insert": "x"})
        casey.settle()
    last = casey.editor.version

    code = ""
    while code != "too_far_behind":
        code = slow.hear_of("error").get("code")
    slow.editor.version = None
    slow.join()

    assert slow.editor.version == last
    assert slow.editor.ops == casey.editor.ops


def test_version_that_does_not_exist_is_refused_by_who_only_follows_too(
    committed_cast, shared, group, open_text
):
    group.start_redis()
    first, second = group.start_web(), group.start_web()
    casey, sam = open_text(first, committed_cast.casey), open_text(second, committed_cast.sam)
    casey.type({"insert": "ok "})
    sam.settle(version=1)

    for editor in (casey, sam):
        editor.say({"type": "change", "id": "ahead", "version": 7, "ops": [{"insert": "x"}]})
        assert editor.hear_of("error")["details"] == {"reason": "there is no such version"}
    sam.say({"type": "join", "version": 7})
    assert sam.hear_of("error")["code"] == "bad_operation"

    assert log_of(shared)[0] == [{"insert": "ok "}]


def test_log_is_read_for_a_version_only_the_client_knows_a_few_times_only():
    seat = Seat(send=None, end=None, author_id="", author_name="", you={}, may_edit=True)

    believed = [seat.is_believed() for _join in range(20)]

    assert believed == [True] * MOST_DOUBTS + [False] * (20 - MOST_DOUBTS)
