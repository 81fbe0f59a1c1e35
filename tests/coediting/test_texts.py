"""Making, changing, locking and reading texts by one statement after another."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import InternalError, ProgrammingError, connection, transaction
from django.utils import timezone

from coediting import mutations, queries
from coediting.models import Text, TextChange, TextSnapshot
from coediting.refusals import BadOperation, Locked, TooFarBehind, TooLarge
from core.errors import NotAllowed, NotFound
from core.models import AuditEntry, OutboxEvent
from tests.coediting.conftest import told

pytestmark = pytest.mark.django_db


def plain(player, text):
    return queries.text_state(actor=player.actor, text_id=text.id).plain


def change(player, text, version, *ops, id=None):
    return mutations.change_text(
        actor=player.actor, text_id=text.id, version=version, ops=list(ops), change_id=id or uuid4().hex
    )


def test_new_text_is_empty_at_version_0_and_first_words_are_a_change(cast, make_text):
    empty, begun = make_text(), make_text("Reads well.\n")

    assert queries.text_state(actor=cast.casey.actor, text_id=empty.id).version == 0
    assert [
        (c.version, c.ops) for c in queries.changes_after(actor=cast.casey.actor, text_id=begun.id, version=0)
    ] == [(1, [{"insert": "Reads well.\n"}])]


def test_changes_on_one_version_meet_by_author(cast, make_text):
    text = make_text("ab")
    lower, higher = sorted((cast.casey, cast.ada), key=lambda player: str(player.person.id))

    change(higher, text, 1, {"retain": 1}, {"insert": "H"})
    change(lower, text, 1, {"retain": 1}, {"insert": "L"})

    assert plain(cast.casey, text) == "aLHb"
    assert Text.objects.get(id=text.id).version == 3
    assert told[text.subject_id, text.field] == "aLHb"


def test_repeated_change_is_applied_once(cast, make_text):
    text = make_text("ab")

    first = change(cast.casey, text, 1, {"insert": "x"}, id="same")
    again = change(cast.casey, text, 1, {"insert": "x"}, id="same")

    assert (first.version, first.is_repeated) == (2, False)
    assert (again.version, again.is_repeated) == (2, True)
    assert plain(cast.casey, text) == "xab"


def test_id_of_another_author_is_refused(cast, make_text):
    text = make_text("ab")
    change(cast.casey, text, 1, {"insert": "x"}, id="same")

    with pytest.raises(BadOperation):
        change(cast.ada, text, 1, {"insert": "y"}, id="same")

    assert plain(cast.casey, text) == "xab"


@pytest.mark.parametrize(
    ("version", "ops", "refusal"),
    [
        (1, [{"retain": 4}, {"insert": "x"}], BadOperation),
        (1, [{"delete": 4}], BadOperation),
        (1, [{"retain": -1}], BadOperation),
        (1, [{"retain": 0.5}], BadOperation),
        (1, [{"retain": True}], BadOperation),
        (1, [{"retain": 2}, {"insert": "x"}], BadOperation),
        (1, [{"insert": "\ud83d"}], BadOperation),
        (1, [{"insert": "\x00"}], BadOperation),
        (1, [{"insert": "x", "attributes": {"color": "red"}}], BadOperation),
        (1, [{"insert": "x", "attributes": {"link": "javascript:alert(1)"}}], BadOperation),
        (1, [{"insert": {"image": "x"}}], BadOperation),
        (1, [{"insert": "x" * 1_000_000}], TooLarge),
        (1, [], BadOperation),
        (2, [{"insert": "x"}], BadOperation),
        (-1, [{"insert": "x"}], BadOperation),
    ],
)
def test_what_does_not_fit_is_refused_and_the_text_unharmed(cast, make_text, version, ops, refusal):
    text = make_text("a😀")  # three code units; a cut at two goes through the pair

    with pytest.raises(refusal):
        change(cast.casey, text, version, *ops)

    assert plain(cast.casey, text) == "a😀"
    assert Text.objects.get(id=text.id).version == 1


def test_change_from_too_far_behind_is_told_to_join_again(cast, make_text, monkeypatch):
    monkeypatch.setattr(mutations.changes, "FURTHEST_BEHIND", 1)
    text = make_text("a")
    for _ in range(2):
        change(cast.casey, text, 1, {"insert": "x"})

    with pytest.raises(TooFarBehind):
        change(cast.casey, text, 1, {"insert": "y"})


def test_reader_may_not_write_and_outsider_finds_nothing(cast, make_text):
    text = make_text("ab")

    with pytest.raises(NotAllowed):
        change(cast.sam, text, 1, {"insert": "x"})
    with pytest.raises(NotFound):
        change(cast.omar, text, 1, {"insert": "x"})
    with pytest.raises(NotFound):
        queries.text_state(actor=cast.omar.actor, text_id=text.id)
    with pytest.raises(NotFound):
        queries.text_state(actor=cast.casey.actor, text_id=uuid4())
    assert queries.texts_of(actor=cast.omar.actor, subject_id=text.subject_id) == {}
    assert plain(cast.sam, text) == "ab"


def test_locked_text_changes_no_more_and_says_what_was_locked(cast, make_text):
    text = make_text("ab", field="summary")
    change(cast.casey, text, 1, {"insert": "x"})

    locked = mutations.lock_texts(actor=cast.casey.actor, subject_id=text.subject_id)

    assert locked["summary"][0] == 2 and len(locked["summary"][1]) == 64
    assert mutations.lock_texts(actor=cast.casey.actor, subject_id=text.subject_id) == locked
    with pytest.raises(Locked):
        change(cast.casey, text, 2, {"insert": "y"})
    with pytest.raises(Locked):
        mutations.replace_text(actor=cast.casey.actor, text_id=text.id, ops=[{"insert": "y"}])
    state = queries.texts_of(actor=cast.casey.actor, subject_id=text.subject_id)["summary"]
    assert (state.locked, state.may_edit, state.plain) == (True, False, "xab")

    mutations.unlock_texts(actor=cast.casey.actor, subject_id=text.subject_id)

    assert change(cast.casey, text, 2, {"insert": "y"}).version == 3


def test_fingerprint_is_of_the_words_and_not_of_the_way_to_them(cast, make_text):
    one, two = make_text("Reads well.", field="one"), make_text("Reads", field="two")
    change(cast.ada, two, 1, {"retain": 5}, {"insert": " well!"})
    change(cast.casey, two, 2, {"retain": 10}, {"insert": "."}, {"delete": 1})

    locked = mutations.lock_texts(actor=cast.casey.actor, subject_id=one.subject_id)

    assert locked["one"][1] == locked["two"][1]


def test_replacing_writes_only_what_differs(cast, make_text):
    text = make_text("Reads well.\n")

    made = mutations.replace_text(
        actor=cast.ada.actor, text_id=text.id, ops=[{"insert": "Reads very well.\n"}]
    )
    same = mutations.replace_text(
        actor=cast.ada.actor, text_id=text.id, ops=[{"insert": "Reads very well.\n"}]
    )

    assert made.ops == [{"retain": 6}, {"insert": "very "}]
    assert same is None
    assert plain(cast.casey, text) == "Reads very well.\n"


def test_restoring_is_a_new_change(cast, make_text):
    text = make_text("one")
    change(cast.casey, text, 1, {"retain": 3}, {"insert": " two"})
    change(cast.casey, text, 2, {"delete": 3}, {"insert": "1"})

    made = mutations.restore_version(actor=cast.ada.actor, text_id=text.id, version=1)

    assert made.version == 4
    assert [
        queries.text_at(actor=cast.casey.actor, text_id=text.id, version=version).plain
        for version in range(5)
    ] == ["", "one", "one two", "1 two", "one"]
    assert AuditEntry.objects.get(verb="coediting.text.restored").values == {"restored": 1, "version": 4}


def test_authorship_names_each_run_of_words(cast, make_text):
    text = make_text("Ben reads.\n")
    change(cast.ada, text, 1, {"retain": 4}, {"insert": "quickly "})

    runs = queries.authorship(actor=cast.sam.actor, text_id=text.id)
    before = queries.authorship(actor=cast.sam.actor, text_id=text.id, version=1)

    casey, ada = cast.casey.actor.name, cast.ada.actor.name
    assert [(run.text, run.by_name) for run in runs] == [
        ("Ben ", casey),
        ("quickly ", ada),
        ("reads.\n", casey),
    ]
    assert [(run.text, run.by_name) for run in before] == [("Ben reads.\n", casey)]


def test_any_version_opens_from_the_snapshot_before_it(cast, make_text, deliver, monkeypatch):
    monkeypatch.setattr("coediting.keeping.SNAPSHOT_EVERY", 5)
    text = make_text("0")
    for version in range(1, 14):
        change(cast.casey if version % 2 else cast.ada, text, version, {"insert": f"{version % 10}"})

    deliver()

    assert list(TextSnapshot.objects.order_by("version").values_list("version", flat=True)) == [5, 10]
    for version in range(1, 15):
        words = "".join(str(number % 10) for number in reversed(range(version)))
        assert queries.text_at(actor=cast.casey.actor, text_id=text.id, version=version).plain == words
        runs = queries.authorship(actor=cast.casey.actor, text_id=text.id, version=version)
        assert "".join(run.text for run in runs) == words


def test_sittings_are_told_apart_by_author_and_pause(cast, make_text):
    text = make_text()
    began = timezone.now().replace(microsecond=0) - timedelta(hours=2)
    casey, ada = cast.casey.actor, cast.ada.actor
    for version, (actor, minute) in enumerate([(casey, 0), (casey, 1), (ada, 2), (casey, 3), (casey, 30)], 1):
        TextChange.objects.create(
            organization_id=text.organization_id,
            text=text,
            version=version,
            change_id=str(version),
            author_id=str(actor.person_id),
            author_name=actor.name,
            at=began + timedelta(minutes=minute),
            ops=[{"insert": "x"}],
        )
    Text.objects.filter(id=text.id).update(version=5)

    found = [
        (sitting.by_name, sitting.began_at, sitting.ended_at, sitting.first_version, sitting.last_version)
        for sitting in queries.history(actor=casey, text_id=text.id)
    ]

    assert found == [
        (casey.name, began, began + timedelta(minutes=3), 1, 4),
        (ada.name, began + timedelta(minutes=2), began + timedelta(minutes=2), 3, 3),
        (casey.name, began + timedelta(minutes=30), began + timedelta(minutes=30), 5, 5),
    ]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE coediting_textchange SET author_name = 'x'",
        "DELETE FROM coediting_textchange",
        "TRUNCATE coediting_textchange",
        "DELETE FROM coediting_textsnapshot",
    ],
)
def test_log_is_append_only_for_the_application(cast, make_text, statement):
    make_text("a")

    with (
        pytest.raises((ProgrammingError, InternalError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)


def test_log_is_gone_with_its_text(cast, make_text):
    text = make_text("a")

    Text.objects.filter(id=text.id).delete()

    assert not TextChange.objects.exists()


def test_changed_text_wakes_the_pages_that_show_it(cast, make_text):
    text = make_text("a")
    OutboxEvent.objects.all().delete()

    change(cast.casey, text, 1, {"insert": "x"})

    assert [event.topics for event in OutboxEvent.objects.all()] == [[f"text.{text.id}"]]
