"""Rosters applied to a real database: what is created, updated, unchanged, left and refused, and what follows."""

import zipfile

import pytest

from accounts.models import School
from core.models import AuditEntry, Job, OutboxEvent
from core.tenant import organization
from integrations import queries
from integrations.models import ImportFinding, ImportRow, RosterImport, RosterRecord
from students.models import RosterEntry, SearchWord, Student
from tests.integrations.imports import counts, run
from tests.integrations.rosters import (
    CLASSES,
    ENROLLMENTS,
    ORGS,
    ROLES,
    SECRET,
    USERS_1_2,
    manifest,
    small_1_1,
    small_1_2,
    table,
)

pytestmark = pytest.mark.usefixtures("kept")


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


def test_no_password_reaches_the_database_or_the_kept_file(cast, kept, administrator):
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
    paths = list(kept.iterdir())
    assert len(paths) == 2
    for path in paths:
        assert path.stat().st_mode & 0o077 == 0
        with zipfile.ZipFile(path) as archive:
            assert not any(SECRET.encode() in archive.read(name) for name in archive.namelist())


def test_orphan_stays_an_orphan_in_the_second_run(cast):
    files = small_1_1(classes=table(CLASSES, "C2,active,Art,,scheduled,S1,"))
    run(cast.ada.actor, small_1_1())

    first, second = run(cast.ada.actor, files), run(cast.ada.actor, files)

    assert first.totals.refused == second.totals.refused == 2


def test_two_districts_with_the_same_ids_do_not_meet(cast):
    run(cast.ada.actor, small_1_1())
    from core.actor import system_actor

    actor = system_actor(organization_id=cast.elsewhere.id, name="import_oneroster")
    with organization(cast.elsewhere.id):
        assert queries.known_records(actor=actor).users == {}
        found = run(actor, small_1_1())
        assert found.totals.created == 8
        assert RosterEntry.objects.filter(organization_id=cast.district.id).count() == 0
