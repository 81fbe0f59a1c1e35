"""`/ws/texts/<id>/` as the contract says it, on the real server: editors who meet, refusals, limits, rights."""

import contextlib
import time
from datetime import date
from uuid import uuid4

import pytest
from django.utils.timezone import now
from websockets.exceptions import ConnectionClosed, InvalidStatus

from accounts.models import Session
from coediting import delta, mutations
from coediting.log import manuscript_at
from coediting.models import Text, TextChange
from core.models import AuditEntry
from core.tenant import organization
from ieps.models import Iep
from ieps.mutations import return_to_draft, send_to_review
from students.models import TeamMember

PATIENCE = 30.0


def log_of(text):
    """The log replayed from empty, and the text as the server has it."""
    with organization(text.organization_id):
        row = Text.objects.get(id=text.id)
        words = []
        for ops in (
            TextChange.objects.filter(text_id=text.id).order_by("version").values_list("ops", flat=True)
        ):
            words = delta.apply(words, ops)
        return words, manuscript_at(row, row.version).ops(), row.version


def eventually(is_so, what):
    until = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > until:
            pytest.fail(what)
        time.sleep(0.05)


def refused(attempt):
    with pytest.raises(InvalidStatus) as refusal:
        attempt()
    return refusal.value.response.status_code


# --- Writing


def test_two_editors_see_each_others_words(server, committed_cast, shared, open_text):
    casey, sam = open_text(server, committed_cast.casey), open_text(server, committed_cast.sam)

    casey.type({"insert": "Zo reads 😀 well.\n"})
    casey.settle()
    sam.settle(version=1)
    sam.type({"retain": 3}, {"insert": "already "})
    sam.settle()
    casey.settle(version=2)

    assert casey.editor.ops == sam.editor.ops == [{"insert": "Zo already reads 😀 well.\n"}]
    assert log_of(shared) == (casey.editor.ops, casey.editor.ops, 2)


def test_words_written_at_once_meet(server, committed_cast, shared, open_text):
    editors = [
        open_text(server, player) for player in (committed_cast.casey, committed_cast.sam, committed_cast.ada)
    ]
    for number, editor in enumerate(editors):
        for letter in "abc":
            editor.type({"insert": f"{letter}{number}"})
    for editor in editors:
        editor.settle()
    version = log_of(shared)[2]
    for editor in editors:
        editor.settle(version=version)

    assert [editor.editor.ops for editor in editors] == [log_of(shared)[0]] * 3
    assert log_of(shared)[0] == log_of(shared)[1]


def test_join_tells_who_one_is_and_what_one_may(server, committed_cast, shared, open_text):
    casey, vic = (
        open_text(server, player, joins=False) for player in (committed_cast.casey, committed_cast.vic)
    )
    for editor in (casey, vic):
        editor.say({"type": "join"})
    one, other = casey.hear_of("joined"), vic.hear_of("joined")

    assert (one["version"], one["ops"], one["may_edit"]) == (0, [], True)
    assert one["you"].keys() == {"id", "name", "colour"} and one["you"]["id"] == str(
        committed_cast.casey.person.id
    )
    assert other["may_edit"] is False


def test_coming_back_brings_what_was_missed_and_nothing_else(server, committed_cast, shared, open_text):
    casey, sam = open_text(server, committed_cast.casey), open_text(server, committed_cast.sam)
    casey.type({"insert": "one"})
    sam.settle(version=1)
    sam.close()
    for _ in range(3):
        casey.type({"insert": "x"})
        casey.settle()

    sam.open().say(sam.editor.join())
    joined = sam.hear_of("joined")
    sam.settle(version=4)

    assert "ops" not in joined and joined["version"] == 4
    assert sam.editor.ops == [{"insert": "xxxone"}]


def test_change_that_is_sent_again_is_applied_once(server, committed_cast, shared, open_text):
    casey = open_text(server, committed_cast.casey)
    frame = {"type": "change", "id": "again", "version": 0, "ops": [{"insert": "x"}]}
    casey.say(frame)
    casey.hear_of("changes")

    casey.say(frame)
    assert casey.hear_of("ack") == {"type": "ack", "id": "again", "version": 1}
    casey.say({**frame, "version": 1})
    assert casey.hear_of("ack") == {"type": "ack", "id": "again", "version": 1}

    assert log_of(shared)[0] == [{"insert": "x"}]


def test_program_and_restorer_write_among_the_open_editors(server, committed_cast, shared, open_text):
    casey = open_text(server, committed_cast.casey)
    casey.type({"insert": "one\n"})
    casey.settle()

    with organization(shared.organization_id):
        mutations.change_text(
            actor=committed_cast.sam.actor,
            text_id=shared.id,
            version=1,
            ops=[{"insert": "two "}],
            change_id=uuid4().hex,
        )
    casey.settle(version=2)
    casey.type({"insert": "three "})
    casey.settle()

    assert casey.editor.ops == [{"insert": "three two one\n"}] == log_of(shared)[0]


def test_text_is_kept_whole_soon_and_its_owner_told(server, committed_cast, shared, open_text):
    casey = open_text(server, committed_cast.casey)

    casey.type({"insert": "Zo reads well.\n"})
    casey.settle()

    def is_kept():
        with organization(shared.organization_id):
            text = Text.objects.get(id=shared.id)
            from ieps.models import Iep

            words = Iep.objects.filter(id=shared.subject_id).values_list("present_levels", flat=True)[0]
            return text.ops_version == 1 and words == "Zo reads well."

    eventually(is_kept, "the text was not stored whole")


# --- What is refused


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


# --- Who may come in, and stay


def test_strangers_and_unknown_texts_are_refused_alike(server, committed_cast, shared, open_text):
    refusals = [
        refused(lambda: open_text(server, committed_cast.omar)),
        refused(lambda: open_text(server, committed_cast.otto)),
        refused(lambda: open_text(server, committed_cast.otto, slug=committed_cast.district.slug)),
        refused(lambda: open_text(server, committed_cast.mina, query={"hat": "family"})),
        refused(lambda: open_text(server, committed_cast.casey, text_id=uuid4())),
        refused(lambda: open_text(server, committed_cast.casey, text_id="7")),
    ]

    assert refusals == [403] * 6


def test_coming_to_a_text_is_written_into_the_record_of_access(server, committed_cast, shared, open_text):
    for _time in range(2):
        open_text(server, committed_cast.sam)
    refused(lambda: open_text(server, committed_cast.omar))

    with organization(committed_cast.district.id):
        entry = AuditEntry.objects.get(verb="students.record.opened")
    assert (entry.student_id, entry.actor_person_id) == (shared.student_id, committed_cast.sam.person.id)
    assert (entry.values["page"], entry.ip) == ("text", "127.0.0.1")
    assert entry.values["interest"] and entry.user_agent


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1"])
def test_page_of_another_site_is_refused(server, committed_cast, shared, open_text, origin):
    assert refused(lambda: open_text(server, committed_cast.casey, origin=origin)) == 403


def test_signed_out_editor_is_closed_within_seconds(server, committed_cast, shared, open_text):
    casey = open_text(server, committed_cast.casey)
    Session.objects.filter(session_key=casey.cookie.partition("=")[2]).delete()

    code, error = casey.closed()

    assert (code, error["code"]) == (4401, "not_signed_in")


def test_who_leaves_the_team_is_closed_within_seconds(server, committed_cast, shared, open_text):
    sam = open_text(server, committed_cast.sam)
    with organization(shared.organization_id):
        parts = TeamMember.objects.filter(person=committed_cast.sam.person)
        parts.update(starts_on=date(2019, 1, 1), ends_on=date(2020, 1, 1))

    code, error = sam.closed()

    assert (code, error["code"]) == (4403, "not_allowed")


def test_who_may_only_read_from_now_on_is_told_at_once(server, committed_cast, shared, open_text):
    casey = open_text(server, committed_cast.casey)
    with organization(shared.organization_id):
        Iep.objects.filter(id=shared.subject_id).update(status=Iep.Status.IN_REVIEW)

    told = casey.hear_of("error")
    casey.say({"type": "change", "id": "late", "version": 0, "ops": [{"insert": "x"}]})
    refused_then = casey.hear_of("error")

    assert (told["id"], told["code"]) == (None, "not_allowed")
    assert (refused_then["id"], refused_then["code"]) == ("late", "not_allowed")


# --- Presence


def test_people_and_cursors_are_shown_to_the_others(server, committed_cast, shared, open_text):
    casey, sam = open_text(server, committed_cast.casey), open_text(server, committed_cast.sam)
    sam.type({"insert": "One two."})
    casey.settle(version=1)

    both = {str(committed_cast.casey.person.id), str(committed_cast.sam.person.id)}
    while {person["id"] for person in sam.hear_of("people")["people"]} != both:
        pass
    casey.say({"type": "cursor", "version": 1, "index": 4, "length": 3})
    shown = sam.hear_of("cursors")["cursors"]
    casey.close()
    left = sam.hear_of("people")["people"]

    assert shown == [{"by": str(committed_cast.casey.person.id), "index": 4, "length": 3}]
    assert [person["id"] for person in left] == [str(committed_cast.sam.person.id)]
