"""Texts stored whole on the way, their words told in time, and their earlier stages kept by the worker."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coediting import delta, log, mutations, queries, tasks
from coediting.delta import Manuscript
from coediting.desk import Batch, Desk, Proposal, Whole
from coediting.models import Text, TextSnapshot
from coediting.mutations import snapshots
from coediting.room import KEEP_AFTER_SECONDS, KEEP_IDLE_SECONDS, STORE_EVERY, Room
from coediting.tasks import snapshot
from core.models import Job, OutboxEvent
from core.tenant import organization
from ieps.models import Iep
from ieps.texts import ensure_texts, keep_words
from tests.coediting.conftest import told
from tests.factories.ieps import IepFactory

pytestmark = pytest.mark.django_db


def written(cast, text, count=1, *, whole=False):
    """What open editors wrote, committed as the owner of the text does."""
    text = Text.objects.get(id=text.id)
    desk = log.desk_of(text)
    for number in range(count):
        change_id, person = f"{text.version + number}", cast.ada if number % 2 else cast.casey
        desk.propose(
            Proposal(
                change_id,
                str(person.person.id),
                person.actor.name,
                text.version,
                [{"insert": f"{number % 10}"}],
            )
        )
    assert not desk.begin(timezone.now().isoformat())
    batch = desk.flight
    assert isinstance(batch, Batch) and len(batch.entries) == count
    batch.whole = desk.manuscript.ops() if whole else None
    moved = mutations.commit_batches(actor=cast.casey.actor, batches={text.id: batch}, at=timezone.now())()
    assert moved == {text.id}
    return Text.objects.get(id=text.id), desk.manuscript


def test_commit_carries_the_whole_text_into_its_row(cast, make_text):
    text, _manuscript = written(cast, make_text("one"), 3)
    before = (text.version, text.ops_version, text.ops)

    text, manuscript = written(cast, text, 2, whole=True)

    assert before == (4, 1, [{"insert": "one"}])
    assert (text.version, text.ops_version, text.told_version) == (6, 6, 1)
    assert text.ops == manuscript.ops() == log.written([], log.changes_of(text, after=0, until=6)).ops()


def test_commit_is_one_statement_of_its_transaction(cast, make_text):
    """No savepoint beside it: PostgreSQL would number and end it for each commit."""
    text = make_text("one")

    with CaptureQueriesContext(connection) as asked:
        written(cast, text, 3)

    assert not [query["sql"] for query in asked if "SAVEPOINT" in query["sql"]]


def test_sweep_tells_what_a_killed_owner_had_stored_and_not_told(cast, make_text):
    """Its last commit carried the whole text; then it was killed, before its owner app heard the words."""
    text, manuscript = written(cast, make_text("one"), 2, whole=True)
    assert text.ops_version == text.version and told.get((text.subject_id, text.field)) != manuscript.plain()

    tasks.sweep()

    with organization(text.organization_id):
        assert Text.objects.get(id=text.id).told_version == text.version
        assert told[text.subject_id, text.field] == manuscript.plain()
        count = OutboxEvent.objects.count()
    tasks.sweep()
    with organization(text.organization_id):
        assert OutboxEvent.objects.count() == count


def test_lock_tells_the_words_of_a_text_that_was_only_stored(cast, make_text):
    text, manuscript = written(cast, make_text("one", field="summary"), 2, whole=True)

    locked = mutations.lock_texts(actor=cast.casey.actor, subject_id=text.subject_id)

    assert locked["summary"][0] == text.version
    assert told[text.subject_id, text.field] == manuscript.plain()


def test_words_of_several_texts_are_told_together_in_as_many_statements(cast, django_assert_max_num_queries):
    iep = IepFactory(student=cast.student)
    ensure_texts(iep=iep)
    texts = list(Text.objects.filter(subject_id=iep.id).order_by("id"))[:6]
    for text in texts:
        written(cast, text, 3, whole=True)
    mutations.keep_texts(actor=cast.casey.actor, wholes={texts[0].id: None})

    with django_assert_max_num_queries(12 + len(texts)):  # each writes its column
        left = mutations.keep_texts(actor=cast.casey.actor, wholes={text.id: None for text in texts})

    iep.refresh_from_db()
    assert left == frozenset()
    words = {text.field: delta.plain(text.ops).rstrip() for text in Text.objects.filter(subject_id=iep.id)}
    assert {text.field: getattr(iep, text.field) for text in texts} == {
        text.field: words[text.field] for text in texts
    }


def test_what_is_at_rest_is_stored_and_an_older_whole_never_replaces_a_newer(cast, make_text):
    text, early = written(cast, make_text("one"), 1)
    old = Whole(text.version, early.ops())
    text, late = written(cast, text, 1)

    mutations.keep_texts(actor=cast.casey.actor, wholes={text.id: Whole(text.version, late.ops())})
    mutations.keep_texts(actor=cast.casey.actor, wholes={text.id: old})

    text.refresh_from_db()
    assert (text.ops, text.ops_version, text.told_version) == (late.ops(), 3, 3)
    assert told[text.subject_id, text.field] == late.plain()


def test_text_of_a_record_that_somebody_holds_waits_and_holds_nobody(committed_cast, shared, administrator):
    with organization(shared.organization_id):
        text, manuscript = written(committed_cast, shared, 2, whole=True)
    wholes = {text.id: None}

    with administrator.transaction():
        administrator.execute("SELECT FROM ieps_iep WHERE id = %s FOR UPDATE", [text.subject_id])
        with organization(text.organization_id):
            left = mutations.keep_texts(actor=committed_cast.casey.actor, wholes=wholes)
    with organization(text.organization_id):
        after = mutations.keep_texts(actor=committed_cast.casey.actor, wholes=wholes)
        words = Iep.objects.get(id=text.subject_id).present_levels

    assert (left, after) == ({text.id}, frozenset())
    assert words == manuscript.plain()


# --- When


def clock(room):
    """Look every quarter of a second, as the process does, while the text is written at."""

    def look(until, *, changes=0, start=0.0):
        now = start
        while now < until:
            room.desk.head += changes
            if room.wants_keeping(now):
                return now
            now += 0.25
        return None

    return look


@pytest.fixture
def room(cast, make_text):
    text = make_text("one")
    return Room(text.id, text.organization_id, Desk(head=1, manuscript=Manuscript([]), length=0))


def test_words_are_told_within_seconds_however_much_or_little_is_written(room):
    look = clock(room)

    busy = look(10.0, changes=40)
    room.kept(room.desk.head, busy, is_at_rest=False)
    again = look(20.0, changes=40, start=busy)
    room.kept(room.desk.head, again, is_at_rest=False)
    resting = look(30.0, start=again)
    room.kept(room.desk.head, resting, is_at_rest=True)

    assert busy <= KEEP_AFTER_SECONDS + 0.25
    assert again - busy <= KEEP_AFTER_SECONDS + 0.25
    assert resting - again <= KEEP_IDLE_SECONDS + 0.25, "the row says that it was told only at rest"
    assert room.is_kept and look(60.0, start=resting) is None


def test_whole_text_travels_with_every_200th_change_and_when_it_is_wished_for(room):
    def flight(entries):
        room.desk.flight = Batch(base=room.desk.head, entries=[None] * entries)
        room.load(100.0)
        return room.desk.flight.whole is not None

    assert [flight(STORE_EVERY - 1), flight(STORE_EVERY)] == [False, True]
    room.stored(room.desk.head + STORE_EVERY, 100.0)
    assert not flight(2 * STORE_EVERY), "not twice within half a second"
    room.is_wanted_whole = True
    assert flight(1)


# --- Stages


@pytest.fixture
def every_five(monkeypatch):
    monkeypatch.setattr("coediting.keeping.SNAPSHOT_EVERY", 5)


def stages():
    return list(TextSnapshot.objects.order_by("version").values_list("version", "since"))


def test_stages_are_asked_for_once_and_kept_by_the_worker(cast, make_text, deliver, every_five):
    text, _manuscript = written(cast, make_text("0"), 12, whole=True)
    for _time in range(2):
        mutations.keep_texts(actor=cast.casey.actor, wholes={text.id: None})
    asked = Job.objects.filter(name="coediting.snapshot").count()

    deliver()

    assert (asked, stages()) == (1, [(5, 0), (10, 5)])
    assert len(queries.history(actor=cast.casey.actor, text_id=text.id)) == 2


def test_killed_in_the_middle_the_next_run_keeps_what_is_missing_and_repeats_nothing(
    cast, make_text, every_five, monkeypatch
):
    text, _manuscript = written(cast, make_text("0"), 18)
    real, count = snapshots.with_authors, []

    def dies_at_the_third(text, version):
        count.append(version)
        if len(count) == 3:
            raise SystemExit
        return real(text, version)

    monkeypatch.setattr(snapshots, "with_authors", dies_at_the_third)
    with pytest.raises(SystemExit):
        snapshot(actor=cast.casey.actor, text_id=text.id)
    kept = {row.version: row.id for row in TextSnapshot.objects.all()}
    snapshot(actor=cast.casey.actor, text_id=text.id)
    snapshot(actor=cast.casey.actor, text_id=text.id)

    assert count == [5, 10, 15, 15]
    assert stages() == [(5, 0), (10, 5), (15, 10)]
    assert all(TextSnapshot.objects.get(version=version).id == id for version, id in kept.items())
    for version in range(text.version + 1):
        words = log.written([], log.changes_of(text, after=0, until=version)).plain()
        page = queries.history_page(actor=cast.casey.actor, text_id=text.id, version=version)
        assert "".join(piece.text for line in page.lines for piece in line) == words


def test_two_workers_keep_a_stage_once(cast, make_text, every_five, monkeypatch):
    text, _manuscript = written(cast, make_text("0"), 6)
    real = snapshots.with_authors

    def other_is_first(text, version):
        monkeypatch.setattr(snapshots, "with_authors", real)
        snapshot(actor=cast.casey.actor, text_id=text.id)
        return real(text, version)

    monkeypatch.setattr(snapshots, "with_authors", other_is_first)
    snapshot(actor=cast.casey.actor, text_id=text.id)

    assert stages() == [(5, 0)]


def test_keep_words_of_nothing_new_changes_nothing(cast):
    iep = IepFactory(student=cast.student)
    ensure_texts(iep=iep)
    text = Text.objects.filter(subject_id=iep.id).order_by("id")[0]
    before = Iep.objects.filter(id=iep.id).values().get()

    assert keep_words(texts=[(text, f"{getattr(iep, text.field)}\n")]) == frozenset()
    assert Iep.objects.filter(id=iep.id).values().get() == before
