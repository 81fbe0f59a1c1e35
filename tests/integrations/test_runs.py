"""How an import runs: once, after the one before, on from where it stopped, and who may see it."""

import os
from datetime import timedelta

import pytest
from django.utils.timezone import now

from core.errors import NotAllowed, NotFound
from core.models import Job, OutboxEvent
from core.tenant import organization
from integrations import mutations, queries
from integrations.models import ImportRow, RosterImport
from integrations.mutations.runs import ImportRunning, NothingToRepeat
from integrations.store import ROSTERS
from integrations.tasks import advance
from tests.integrations.imports import counts, run, start
from tests.integrations.rosters import ENROLLMENTS, ORGS, USERS_1_1, small_1_1, small_1_2, table

pytestmark = pytest.mark.usefixtures("kept")


def test_same_file_while_it_runs_is_the_same_import(cast, kept):
    first = start(cast.ada.actor, small_1_1())

    second = start(cast.ada.actor, small_1_1())

    assert second.id == first.id
    assert len(list(kept.iterdir())) == 1


def test_other_file_waits_until_the_first_is_done(cast):
    start(cast.ada.actor, small_1_1())

    with pytest.raises(ImportRunning):
        start(cast.ada.actor, small_1_2())


def test_two_imports_begun_in_the_same_moment_are_one(cast, monkeypatch):
    start(cast.ada.actor, small_1_1())
    monkeypatch.setattr("integrations.mutations.runs._running", lambda _actor: None)

    with pytest.raises(ImportRunning):
        start(cast.ada.actor, small_1_2())

    assert RosterImport.objects.count() == 1


def test_import_killed_between_batches_goes_on_where_it_stopped(cast, monkeypatch):
    monkeypatch.setattr("integrations.tasks.BATCH", 1)
    made = start(cast.ada.actor, small_1_1())
    applied = mutations.apply_batch
    lines = []

    def die_at_the_fourth(**values):
        lines.append((values["noun"], [result.line for result in values["results"]]))
        if len(lines) == 4:
            raise SystemExit
        return applied(**values)

    monkeypatch.setattr("integrations.mutations.apply_batch", die_at_the_fourth)
    with pytest.raises(SystemExit):
        advance(actor=cast.ada.actor, run_id=made.id)
    halfway = queries.import_summary(actor=cast.ada.actor, run_id=made.id)
    assert (halfway.state, halfway.done_lines) == ("applying", 3)

    advance(actor=cast.ada.actor, run_id=made.id)

    assert lines == [
        ("orgs", [2]), ("classes", [2]), ("users", [2]), ("users", [3]),
        ("users", [3]), ("users", [4]), ("users", [5]), ("enrollments", [2]), ("enrollments", [3]),
    ]  # fmt: skip
    whole = queries.import_summary(actor=cast.ada.actor, run_id=made.id)
    assert (whole.state, counts(whole), whole.done_lines) == ("done", (8, 0, 0, 0, 0, 0), 8)
    assert ImportRow.objects.filter(roster_import_id=made.id).count() == 8


def test_worker_that_was_overtaken_stops_without_a_trace(cast, monkeypatch):
    monkeypatch.setattr("integrations.tasks.BATCH", 1)
    made = start(cast.ada.actor, small_1_1())

    def overtake(done):
        if done == 2:
            advance(actor=cast.ada.actor, run_id=made.id)

    advance(actor=cast.ada.actor, run_id=made.id, tell=overtake)

    whole = queries.import_summary(actor=cast.ada.actor, run_id=made.id)
    assert (whole.state, counts(whole)) == ("done", (8, 0, 0, 0, 0, 0))


def test_cancelled_import_stops_and_keeps_what_was_applied(cast, monkeypatch):
    monkeypatch.setattr("integrations.tasks.BATCH", 1)
    made = start(cast.ada.actor, small_1_1())

    def stop(done):
        if done == 2:
            mutations.cancel_import(actor=cast.ada.actor, run_id=made.id, now=now())

    advance(actor=cast.ada.actor, run_id=made.id, tell=stop)

    found = queries.import_summary(actor=cast.ada.actor, run_id=made.id)
    assert (found.state, found.done_lines) == ("cancelled", 2)
    assert run(cast.ada.actor, small_1_2()).state == "done"


def test_long_import_goes_on_in_another_job(cast, monkeypatch):
    monkeypatch.setattr("integrations.tasks.BATCH", 3)
    monkeypatch.setattr("integrations.tasks.LONGEST_TURN_SECONDS", 0)
    made = start(cast.ada.actor, small_1_1())

    for _turn in range(6):
        advance(actor=cast.ada.actor, run_id=made.id)

    assert queries.import_summary(actor=cast.ada.actor, run_id=made.id).state == "done"
    assert Job.objects.filter(name="integrations.run_import").count() == 6


def test_kept_file_that_is_gone_fails_the_import_in_words(cast):
    made = start(cast.ada.actor, small_1_1())
    ROSTERS.drop(made.file_key)

    advance(actor=cast.ada.actor, run_id=made.id)

    found = queries.import_summary(actor=cast.ada.actor, run_id=made.id)
    assert found.state == "failed"
    assert found.failure.startswith("The file was no longer there")


def test_files_of_old_imports_are_removed(cast, kept):
    first = run(cast.ada.actor, small_1_1())
    RosterImport.objects.filter(id=first.id).update(finished_at=now() - timedelta(days=8))
    orphan = kept / "ab12.zip"
    orphan.write_bytes(b"left by a crash")
    os.utime(orphan, (0, 0))

    second = run(cast.ada.actor, small_1_2())

    assert not queries.import_summary(actor=cast.ada.actor, run_id=first.id).has_file
    assert queries.import_summary(actor=cast.ada.actor, run_id=second.id).has_file
    assert len(list(kept.iterdir())) == 1
    with pytest.raises(NothingToRepeat):
        mutations.repeat_import(actor=cast.ada.actor, run_id=first.id, now=now())


def test_import_can_be_repeated_from_its_kept_file(cast):
    orgs = table(ORGS + ",colour", "S1,active,Alder Grove School,school,AG,,red", "S2,short")
    first = run(cast.ada.actor, small_1_1(orgs=orgs))

    second = mutations.repeat_import(actor=cast.ada.actor, run_id=first.id, now=now())
    advance(actor=cast.ada.actor, run_id=second.id)

    found = queries.import_summary(actor=cast.ada.actor, run_id=second.id)
    assert counts(found)[:5] == (0, 0, 8, 0, 1)
    assert [n.code for n in queries.findings(actor=cast.ada.actor, run_id=second.id).findings] == [
        "header_unknown",
        "leaving_skipped",
        "column_count",
    ]


@pytest.mark.parametrize("outsider", ["casey", "cory", "fin", "mina", "vic"])
def test_only_administrators_import(cast, outsider):
    with pytest.raises(NotAllowed):
        start(getattr(cast, outsider).actor, small_1_1())


@pytest.mark.parametrize("outsider", ["casey", "otto"])
def test_import_does_not_exist_for_others(cast, outsider):
    made = start(cast.ada.actor, small_1_1())
    player = getattr(cast, outsider)
    with cast.within(player) as actor:
        for look in (queries.import_summary, queries.findings, queries.rows, queries.roster_import):
            with pytest.raises(NotFound):
                look(actor=actor, run_id=made.id)
        with pytest.raises(NotFound):
            mutations.cancel_import(actor=actor, run_id=made.id, now=now())
        with pytest.raises(NotFound):
            queries.imports(actor=actor)


def test_pages_of_a_report_end_where_the_next_begin(cast):
    users = [f"K{n},active,true,S9,student,,Kit,Marrow,,,4," for n in range(23)]
    found = run(cast.ada.actor, small_1_1(users=table(USERS_1_1, *users), enrollments=table(ENROLLMENTS)))
    seen, after = [], ""
    while True:
        page = queries.findings(actor=cast.ada.actor, run_id=found.id, after=after, limit=5)
        seen += [note.line for note in page.findings]
        after = page.next_after
        if not after:
            break

    assert sorted(seen) == [0, *range(2, 25)]
    assert queries.findings(actor=cast.ada.actor, run_id=found.id, after="nonsense", limit=1).findings[0].id


def test_progress_is_told_while_rows_are_applied(cast, monkeypatch):
    monkeypatch.setattr("integrations.tasks.TELL_EVERY_SECONDS", 0)
    monkeypatch.setattr("integrations.tasks.BATCH", 1)
    made = start(cast.ada.actor, small_1_1())
    OutboxEvent.objects.all().delete()

    advance(actor=cast.ada.actor, run_id=made.id)

    topics = [event.topics for event in OutboxEvent.objects.order_by("id")]
    assert sum(f"import.{made.id}" in names for names in topics) >= 8
    assert f"organization.{cast.district.id}" in topics[-1]


def test_job_of_a_dead_worker_is_done_by_the_next(committed_cast, deliver, monkeypatch):
    monkeypatch.setattr("integrations.tasks.BATCH", 2)
    actor = committed_cast.ada.actor
    with organization(actor.organization_id):
        made = start(actor, small_1_1())
    applied = mutations.apply_batch

    def die(**values):
        if values["noun"] == "users":
            raise SystemExit
        return applied(**values)

    monkeypatch.setattr("integrations.mutations.apply_batch", die)
    with pytest.raises(SystemExit):
        deliver()
    job = Job.objects.get(name="integrations.run_import")
    assert job.state == "waiting"
    assert job.leased_until > now()

    monkeypatch.setattr("integrations.mutations.apply_batch", applied)
    Job.objects.update(leased_until=now() - timedelta(seconds=1), attempts=0)
    deliver()

    with organization(actor.organization_id):
        found = queries.import_summary(actor=actor, run_id=made.id)
    assert (found.state, counts(found)) == ("done", (8, 0, 0, 0, 0, 0))
    assert Job.objects.get(name="integrations.run_import").state == "done"
