"""Rosters as a whole: sound ones, their manifest, repeated rows, how much is said of them."""

import io
import time
from datetime import date

import pytest

from integrations.oneroster.archive import Archive
from integrations.oneroster.findings import REASONS, Severity, warning
from integrations.oneroster.manifest import Mode
from integrations.oneroster.plan import MOST_ALIKE, Roster
from integrations.oneroster.rows import Demographics, Enrollment, User, payload
from tests.integrations.reading import TODAY, read, said
from tests.integrations.rosters import (
    ENROLLMENTS,
    ORGS,
    SECRET,
    USERS_1_1,
    manifest,
    small_1_1,
    small_1_2,
    table,
    zipped,
)
from tests.reliability.scale import in_time


def test_sound_1_1_roster_gives_every_row_without_a_finding():
    roster, entries, findings = read(small_1_1())

    assert findings == []
    assert {noun: len(rows) for noun, rows in entries.items()} == {
        "orgs": 1,
        "classes": 1,
        "users": 4,
        "enrollments": 2,
    }
    assert roster.manifest.version == "1.1"
    assert entries["users"][2] == User(
        "K1", False, True, "Kit", "", "Marrow", "", "", "", "", ("04",), "student", ("S1",), ("P1",)
    )
    assert entries["users"][3].grades == ("09", "10")
    assert entries["enrollments"][1] == Enrollment(
        "E2", False, "K1", "C1", "S1", "student", False, date(2025, 8, 25), date(2026, 6, 12)
    )


def test_sound_1_2_roster_takes_roles_and_birth_dates_from_their_files():
    roster, entries, findings = read(small_1_2())

    assert findings == []
    assert roster.manifest.version == "1.2"
    assert roster.kind_of_user("K1") == "student"
    assert roster.kind_of_user("T1") == "staff"
    assert entries["demographics"] == [Demographics("K1", False, date(2015, 3, 9))]
    assert entries["users"][1].preferred_name == "Kit"


def test_payload_is_plain_and_leaves_out_what_is_blank():
    _, entries, _ = read(small_1_1())

    assert payload(entries["enrollments"][1]) == {
        "user": "K1",
        "school_class": "C1",
        "school": "S1",
        "role": "student",
        "is_primary": False,
        "begin": "2025-08-25",
        "end": "2026-06-12",
    }


@pytest.mark.parametrize("files", [small_1_1(), small_1_2()], ids=["1.1", "1.2"])
def test_passwords_are_in_no_record_and_no_finding(files):
    _, entries, findings = read(files)

    assert SECRET not in repr(entries)
    assert SECRET not in repr(findings)


def test_headerless_users_file_repeats_nothing_of_its_first_line():
    _, _entries, findings = read(
        small_1_1(users=table(f"T1,active,true,S1,teacher,tove,Tove,Lindqvist,tove@alder.example,,,{SECRET}"))
    )

    assert [f for f in said(findings) if f[0] == "users.csv"] == [
        ("users.csv", 1, name, "column_missing") for name in ("sourcedId", "givenName", "familyName")
    ]
    assert SECRET not in repr(findings)
    assert "Lindqvist" not in repr(findings)


def test_folder_in_the_zip_and_other_case_of_names_are_tolerated():
    files = {f"export/2025/{name.upper()}": content for name, content in small_1_1().items()}

    _, entries, findings = read(files)

    assert len(entries["users"]) == 4
    assert {f.code for f in findings} == {"file_name_case"}


# --- The manifest


def test_absent_manifest_makes_every_file_a_delta():
    files = small_1_1()
    del files["manifest.csv"]

    roster, entries, findings = read(files)

    assert said(findings) == [("manifest.csv", 0, "", "manifest_missing")]
    assert set(roster.manifest.modes.values()) == {Mode.DELTA}
    assert len(entries["users"]) == 4


def test_announced_file_that_is_missing_is_refused_by_name():
    files = small_1_1()
    del files["orgs.csv"]

    _, entries, findings = read(files)

    assert said(findings, Severity.REFUSAL) == [("manifest.csv", 4, "file.orgs", "file_missing")]
    assert len(entries["users"]) == 4


@pytest.mark.parametrize(
    ("value", "code"), [("", "manifest_blank"), ("absent", "manifest_absent"), ("all", "manifest_mode")]
)
def test_doubtful_mode_is_read_as_a_delta(value, code):
    roster, entries, findings = read(
        small_1_1(manifest=manifest("1.1", "bulk", "orgs", "classes", "enrollments", users=value))
    )

    assert [f.code for f in findings] == [code]
    assert roster.manifest.modes["users"] is Mode.DELTA
    assert len(entries["users"]) == 4
    assert roster.may_end_others("users") == (False, None)


def test_manifest_lines_that_say_nothing_are_noted():
    text = manifest("1.1", "bulk", "orgs", "users", "classes", "enrollments") + 'a,b,c\r\n"open\r\n'

    _, _, findings = read(small_1_1(manifest=text))

    assert [f.code for f in findings] == ["manifest_row", "manifest_row"]


# --- Repeats


def test_repeated_rows_are_noted_and_differing_ones_refused():
    line = "S1,active,Alder Grove School,school,AG,"
    _, entries, findings = read(small_1_1(orgs=table(ORGS, line, line, line.replace("Alder", "Birch"))))

    assert said(findings) == [
        ("orgs.csv", 3, "sourcedId", "duplicate_identical"),
        ("orgs.csv", 4, "sourcedId", "duplicate_different"),
    ]
    assert {org.name for org in entries["orgs"]} == {"Alder Grove School"}


def test_bulk_file_with_unreadable_lines_lets_nobody_leave():
    roster, _, _ = read(small_1_1(users=table(USERS_1_1, "K1,,true,S1,student,,Kit,Marrow,,,4,", "K2,short")))

    may, finding = roster.may_end_others("users")

    assert not may
    assert finding.code == "leaving_skipped"
    assert roster.may_end_others("orgs") == (True, None)


def test_empty_bulk_file_lets_nobody_leave():
    roster, _, _ = read(small_1_1(enrollments=table(ENROLLMENTS)))

    assert roster.may_end_others("enrollments")[1].code == "bulk_empty"


def test_like_warnings_are_counted_beyond_a_thousand():
    rows = [f"K{n},,true,S9,student,,Kit,Marrow,,,4," for n in range(MOST_ALIKE + 250)]

    _, entries, findings = read(small_1_1(users=table(USERS_1_1, *rows), enrollments=table(ENROLLMENTS)))

    assert len(entries["users"]) == MOST_ALIKE + 250
    assert len(findings) == MOST_ALIKE + 1
    assert findings[-1].values == {"count": "250", "code": "org_unknown"}


# --- The whole


def test_every_reason_is_a_sentence_that_can_be_filled_in():
    for code, text in REASONS.items():
        assert text[-1] in ".?"
        assert code == code.lower()
    assert warning("x", 1, "y", "date_unreadable", value="a\0b" * 99).reason.startswith(
        "a\N{REPLACEMENT CHARACTER}b"
    )


def test_hundred_thousand_rows_are_parsed_at_fifty_thousand_a_second():
    rows = [
        f"K{n},active,true,S1,student,kit{n},Kit,Marrow,k{n}@alder.example,,04,{SECRET}"
        for n in range(100_000)
    ]
    data = zipped(small_1_1(users=table(USERS_1_1, *rows)))
    with Archive(io.BytesIO(data)) as archive:
        table_of_users = Roster(archive, today=TODAY).tables["users"]
        started = time.process_time()

        assert sum(scanned.record is not None for scanned in table_of_users.scan()) == 100_000
    assert time.process_time() - started < in_time(2)
