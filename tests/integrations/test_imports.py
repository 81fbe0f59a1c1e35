"""Rosters applied to a real database: what is created, updated, unchanged, left and refused, and what follows."""

import hashlib
import io
import os
from datetime import timedelta

import pytest
from django.utils.timezone import now

from accounts.models import School
from core.errors import NotAllowed, NotFound
from core.models import AuditEntry, Job, OutboxEvent
from core.tenant import organization
from integrations import mutations, queries, store
from integrations.models import ImportFinding, ImportRow, RosterImport, RosterRecord
from integrations.mutations.runs import ImportRunning, NothingToRepeat
from integrations.tasks import advance, look_at
from students.models import RosterEntry, SearchWord, Student
from tests.integrations.rosters import (
    CLASSES,
    ENROLLMENTS,
    ORGS,
    ROLES,
    SECRET,
    USERS_1_1,
    USERS_1_2,
    manifest,
    small_1_1,
    small_1_2,
    table,
    zipped,
)


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    """Kept rosters go where the test can look at them."""
    settings.STORAGE_URL = (tmp_path / "files").as_uri()
    return tmp_path / "files" / "imports"


def start(actor, content, name="roster.zip"):
    data = content if isinstance(content, bytes) else zipped(content)
    file = look_at(io.BytesIO(data), name=name, digest=hashlib.sha256(data).hexdigest(), actor=actor)
    return mutations.start_import(actor=actor, file=file, now=now())


def run(actor, content):
    """Import a roster to its end. Returns its summary."""
    made = start(actor, content)
    advance(actor=actor, run_id=made.id)
    return queries.import_summary(actor=actor, run_id=made.id)


def counts(summary):
    totals = summary.totals
    return (totals.created, totals.updated, totals.unchanged, totals.left, totals.refused, totals.warnings)


def entry(sourced_id):
    return RosterEntry.objects.get(sourced_id=sourced_id)


def test_roster_becomes_entries_and_schools_and_no_case_file(cast):
    before = Student.objects.count()

    found = run(cast.ada.actor, small_1_1())

    assert (found.state, counts(found)) == ("done", (8, 0, 0, 0, 0, 0))
    assert Student.objects.count() == before
    school = School.objects.get(code="S1")
    assert school.name == "Alder Grove School"
    assert list(
        RosterEntry.objects.order_by("sourced_id").values_list(
            "sourced_id", "part", "grade", "school_id", "is_current"
        )
    ) == [
        ("K1", "student", "04", school.id, True),
        ("K2", "student", "09", school.id, True),
        ("P1", "guardian", "", school.id, True),
        ("T1", "staff", "", school.id, True),
    ]


def test_version_1_2_takes_role_birth_date_and_preferred_name(cast):
    found = run(cast.ada.actor, small_1_2())

    assert counts(found) == (6, 0, 0, 0, 0, 0)
    pupil = entry("K1")
    assert (pupil.part, str(pupil.birth_on), pupil.name, pupil.school.code) == (
        "student",
        "2015-03-09",
        "Kit Marrow",
        "S1",
    )


@pytest.mark.parametrize("files", [small_1_1(), small_1_2()], ids=["1.1", "1.2"])
def test_second_run_changes_nothing_and_leaves_no_audit(cast, files):
    first = run(cast.ada.actor, files)
    changed = dict(RosterEntry.objects.values_list("id", "changed_at"))
    audits = AuditEntry.objects.count()

    second = run(cast.ada.actor, files)

    assert counts(second) == (0, 0, first.totals.created, 0, 0, 0)
    assert dict(RosterEntry.objects.values_list("id", "changed_at")) == changed
    verbs = AuditEntry.objects.order_by("id").values_list("verb", flat=True)[audits:]
    assert list(verbs) == ["integrations.import.started", "integrations.import.done"]


def test_school_known_by_its_identifier_is_taken_over(cast):
    found = run(cast.ada.actor, small_1_1(orgs=table(ORGS, "S1,active,Alder Primary,school,ALD,")))

    cast.school.refresh_from_db()
    assert cast.school.name == "Alder Primary"
    assert entry("K1").school_id == cast.school.id
    assert found.totals.created == 8


def test_what_changed_is_updated_and_who_is_gone_from_a_bulk_file_left(cast):
    run(cast.ada.actor, small_1_1())
    users = small_1_1()["users.csv"].splitlines()
    changed = table(users[0], users[1], users[2], users[3].replace(",04,", ",05,"))

    found = run(cast.ada.actor, small_1_1(users=changed))

    assert counts(found) == (0, 1, 6, 1, 0, 1)
    assert entry("K1").grade == "05"
    assert (entry("K2").is_current, entry("K2").given_name) == (False, "Bảo")
    left = queries.rows(actor=cast.ada.actor, run_id=found.id, outcome="left").rows
    assert [(row.line, row.sourced_id, row.label) for row in left] == [(0, "K2", "Bảo Thorne")]
    assert [note.code for note in queries.findings(actor=cast.ada.actor, run_id=found.id).findings] == [
        "left_roster"
    ]

    again = run(cast.ada.actor, small_1_1(users=changed))
    back = run(cast.ada.actor, small_1_1())

    assert counts(again) == (0, 0, 7, 0, 0, 0)
    assert entry("K2").is_current
    assert counts(back) == (0, 2, 6, 0, 0, 0)


def test_delta_ends_an_entry_that_it_names_by_id_alone(cast):
    run(cast.ada.actor, small_1_2())
    delta = {
        "manifest.csv": manifest("1.2", "delta", "users", "roles"),
        "users.csv": table(USERS_1_2, "K1,tobedeleted,2025-11-01,,,,,,,"),
        "roles.csv": table(ROLES, "R1,tobedeleted,,,,,,,", "R9,active,,T1,primary,principal,,,S1"),
    }

    found = run(cast.ada.actor, delta)

    assert counts(found) == (1, 0, 0, 2, 0, 0)
    assert (entry("K1").is_current, entry("K1").given_name) == (False, "Christopher")
    assert entry("T1").role == "principal"
    assert entry("T1").is_current


def test_delta_changes_a_birth_date_of_somebody_it_does_not_name(cast):
    run(cast.ada.actor, small_1_2())
    delta = {
        "manifest.csv": manifest("1.2", "delta", "demographics"),
        "demographics.csv": table(
            "sourcedId,status,birthDate", "K1,active,2014-03-09", "K7,active,2014-03-09"
        ),
    }

    found = run(cast.ada.actor, delta)

    assert counts(found) == (0, 1, 0, 0, 1, 0)
    assert str(entry("K1").birth_on) == "2014-03-09"


def test_role_found_among_enrollments_stays_in_later_deltas(cast):
    header = USERS_1_2
    files = {
        "manifest.csv": manifest("1.2", "delta", "orgs", "users", "roles", "classes", "enrollments"),
        "orgs.csv": table(ORGS, "S1,active,Alder Grove School,school,AG,"),
        "users.csv": table(header, "K1,active,,true,,Kit,Marrow,,4,"),
        "roles.csv": table(ROLES),
        "classes.csv": table(CLASSES, "C1,,Reading,,scheduled,S1,"),
        "enrollments.csv": table(ENROLLMENTS, "E1,,C1,S1,K1,student,,,"),
    }
    run(cast.ada.actor, files)

    again = run(cast.ada.actor, files)
    alone = run(cast.ada.actor, {"manifest.csv": files["manifest.csv"], "users.csv": files["users.csv"]})

    assert counts(again)[:4] == (0, 0, 4, 0)
    assert counts(alone)[:4] == (0, 0, 1, 0)
    assert entry("K1").part == "student"


def test_row_to_be_ended_that_nobody_knows_is_left_alone(cast):
    found = run(cast.ada.actor, small_1_1(enrollments=table(ENROLLMENTS, "E9,tobedeleted,,,,,,,")))

    assert counts(found) == (6, 0, 1, 0, 0, 0)
    assert not RosterRecord.objects.filter(sourced_id="E9").exists()


def test_bad_rows_are_refused_with_their_place_and_sound_ones_load(cast):
    users = [
        *small_1_1()["users.csv"].splitlines(),
        "K3,too,short",
        "K1,active,true,S1,student,,Other,Kit,,,4,",
    ]

    found = run(
        cast.ada.actor, small_1_1(users=table(*users), classes=table("sourcedId,status", "C1,active"))
    )

    notes = queries.findings(actor=cast.ada.actor, run_id=found.id, severity="refusal").findings
    assert [(note.file, note.line, note.column, note.code) for note in notes] == [
        ("classes.csv", 1, "title", "column_missing"),
        ("users.csv", 6, "", "column_count"),
        ("users.csv", 7, "sourcedId", "duplicate_different"),
        ("enrollments.csv", 2, "classSourcedId", "class_unknown"),
        ("enrollments.csv", 3, "classSourcedId", "class_unknown"),
    ]
    assert RosterEntry.objects.count() == 4
    refused = queries.rows(actor=cast.ada.actor, run_id=found.id, outcome="refused").rows
    assert [(row.file, row.line) for row in refused] == [
        ("users.csv", 6), ("users.csv", 7), ("enrollments.csv", 2), ("enrollments.csv", 3)
    ]  # fmt: skip


def test_pupil_with_a_case_file_takes_the_change_along(cast):
    run(cast.ada.actor, small_1_1())
    RosterEntry.objects.filter(sourced_id="K1").update(student=cast.student)
    Student.objects.filter(id=cast.student.id).update(grade="04")
    OutboxEvent.objects.all().delete()
    changed = small_1_1()["users.csv"].replace("Kit,Marrow,,P1,04", "Kitty,Marrow,,P1,05")

    run(cast.ada.actor, small_1_1(users=changed))

    cast.student.refresh_from_db()
    assert (cast.student.given_name, cast.student.grade) == ("Kitty", "05")
    assert cast.student.family_name == "Núñez-Abbott"
    assert SearchWord.objects.filter(student=cast.student, word="kitty").exists()
    audit = AuditEntry.objects.get(student_id=cast.student.id, verb="students.student.updated")
    assert audit.values["fields"] == ["given_name", "grade"]
    assert any(cast.student.topic in event.topics for event in OutboxEvent.objects.all())


def test_pupil_with_a_case_file_who_left_is_not_enrolled_and_keeps_the_file(cast):
    run(cast.ada.actor, small_1_1())
    RosterEntry.objects.filter(sourced_id="K2").update(student=cast.student)
    without = table(*small_1_1()["users.csv"].splitlines()[:4])

    run(cast.ada.actor, small_1_1(users=without))

    cast.student.refresh_from_db()
    assert cast.student.enrollment == "inactive"
    assert cast.student.archived_at is None

    run(cast.ada.actor, small_1_1())

    cast.student.refresh_from_db()
    assert cast.student.enrollment == "active"


def test_no_password_reaches_the_database_or_the_kept_file(cast, files, administrator):
    run(cast.ada.actor, small_1_1())
    run(cast.ada.actor, small_1_2())

    for model in (
        RosterImport,
        ImportRow,
        ImportFinding,
        RosterRecord,
        RosterEntry,
        AuditEntry,
        OutboxEvent,
        Job,
    ):
        assert SECRET not in str(list(model.objects.values()))
    kept = list(files.iterdir())
    assert len(kept) == 2
    import zipfile

    for path in kept:
        assert path.stat().st_mode & 0o077 == 0
        with zipfile.ZipFile(path) as archive:
            assert not any(SECRET.encode() in archive.read(name) for name in archive.namelist())


def test_same_file_while_it_runs_is_the_same_import(cast, files):
    first = start(cast.ada.actor, small_1_1())

    second = start(cast.ada.actor, small_1_1())

    assert second.id == first.id
    assert len(list(files.iterdir())) == 1


def test_other_file_waits_until_the_first_is_done(cast):
    start(cast.ada.actor, small_1_1())

    with pytest.raises(ImportRunning):
        start(cast.ada.actor, small_1_2())


def test_two_imports_begun_in_the_same_moment_are_one(cast, files, monkeypatch):
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


def test_kept_file_that_is_gone_fails_the_import_in_words(cast, files):
    made = start(cast.ada.actor, small_1_1())
    store.drop(made.file_key)

    advance(actor=cast.ada.actor, run_id=made.id)

    found = queries.import_summary(actor=cast.ada.actor, run_id=made.id)
    assert found.state == "failed"
    assert found.failure.startswith("The file was no longer there")


def test_files_of_old_imports_are_removed(cast, files):
    first = run(cast.ada.actor, small_1_1())
    RosterImport.objects.filter(id=first.id).update(finished_at=now() - timedelta(days=8))
    orphan = files / "ab12.zip"
    orphan.write_bytes(b"left by a crash")
    os.utime(orphan, (0, 0))

    second = run(cast.ada.actor, small_1_2())

    assert not queries.import_summary(actor=cast.ada.actor, run_id=first.id).has_file
    assert queries.import_summary(actor=cast.ada.actor, run_id=second.id).has_file
    assert len(list(files.iterdir())) == 1
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


def test_orphan_stays_an_orphan_in_the_second_run(cast):
    files = small_1_1(classes=table(CLASSES, "C2,active,Art,,scheduled,S1,"))
    run(cast.ada.actor, small_1_1())

    first, second = run(cast.ada.actor, files), run(cast.ada.actor, files)

    assert first.totals.refused == second.totals.refused == 2


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


def test_two_districts_with_the_same_ids_do_not_meet(cast):
    run(cast.ada.actor, small_1_1())
    from core.actor import system_actor

    actor = system_actor(organization_id=cast.elsewhere.id, name="import_oneroster")
    with organization(cast.elsewhere.id):
        assert queries.known_records(actor=actor).users == {}
        found = run(actor, small_1_1())
        assert found.totals.created == 8
        assert RosterEntry.objects.filter(organization_id=cast.district.id).count() == 0


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
