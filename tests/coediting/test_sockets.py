"""`/ws/texts/<id>/` as the contract says it, on the real server: editors who meet, come in, stay, and are seen."""

from datetime import date
from uuid import uuid4

import pytest

from accounts.models import Session
from coediting import mutations
from coediting.models import Text
from core.models import AuditEntry
from core.tenant import organization
from ieps.models import Iep
from students.models import TeamMember
from tests.coediting.sockets import eventually, log_of, refused


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
            return text.ops_version == text.told_version == 1 and words == "Zo reads well."

    eventually(is_kept, "the text was not stored whole")


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
