"""Reading a roster of unknown origin, without a database."""

import io
import struct
import time
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.oneroster import dates
from integrations.oneroster.archive import Archive, ArchiveRefused, Limits
from integrations.oneroster.findings import REASONS, Severity, warning
from integrations.oneroster.manifest import Mode
from integrations.oneroster.plan import MOST_ALIKE, Entry, Roster
from integrations.oneroster.reader import match_header
from integrations.oneroster.reduced import write_reduced
from integrations.oneroster.rows import Demographics, Enrollment, User, payload
from integrations.oneroster.specs import SPECS
from integrations.oneroster.ties import Known
from tests.integrations.rosters import (
    CLASSES,
    DEMOGRAPHICS,
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

TODAY = date(2025, 11, 21)


def read(files, *, known=None, limits=None):
    """Everything a roster gives: the roster, its entries by noun, and every finding."""
    data = files if isinstance(files, bytes) else zipped(files)
    with Archive(io.BytesIO(data), limits=limits) as archive:
        roster = Roster(archive, today=TODAY, known=known)
        roster.prepare()
        entries, findings = {}, list(roster.findings)
        for noun in roster.nouns:
            entries[noun] = []
            for result in roster.stream(noun):
                findings.extend(result.findings)
                if isinstance(result, Entry):
                    entries[noun].append(result.record)
        return roster, entries, findings


def said(findings, severity=None):
    """Findings as (file, line, column, code)."""
    return [(f.file, f.line, f.column, f.code) for f in findings if severity in {None, f.severity}]


def refused(data, **kwargs):
    with pytest.raises(ArchiveRefused) as caught:
        read(data, **kwargs)
    assert caught.value.finding.reason
    return caught.value.finding.code


# sound rosters


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


# the archive


def test_bytes_that_are_no_zip_are_refused():
    assert refused(b"sourcedId,name\r\n1,Alder") == "not_a_zip"


def test_zip_cut_off_on_the_way_is_refused():
    data = zipped(small_1_1())
    assert refused(data[: len(data) // 2]) == "not_a_zip"


def test_zip_without_a_roster_is_refused():
    assert refused(zipped({"readme.txt": "hello"})) == "no_roster"


def test_encrypted_zip_is_refused():
    data = bytearray(zipped({"users.csv": "sourcedId\r\n"}, zipfile.ZIP_STORED))
    directory = data.index(b"PK\x01\x02")
    for place in (6, directory + 8):
        data[place] |= 1
    assert refused(bytes(data)) == "encrypted"


def test_too_many_entries_are_refused():
    assert refused(zipped({f"{n}.txt": "" for n in range(12)}), limits=Limits(entries=10)) == "too_many_files"


def test_zip_bomb_is_refused_while_it_unpacks():
    started = time.perf_counter()
    bomb = small_1_1(users=USERS_1_1.encode() + b"\r\n" + b"0" * 40_000_000)

    assert refused(zipped(bomb)) == "zip_bomb"
    assert time.perf_counter() - started < 5


def test_more_bytes_than_allowed_are_refused_from_the_directory():
    assert refused(zipped({"users.csv": "x" * 3_000}), limits=Limits(total_bytes=2_000)) == "too_large"


def test_lying_directory_is_found_while_unpacking():
    content = table(USERS_1_1, *(f"K{n},active,true,S1,student,,Kit,Marrow,,,4," for n in range(500)))
    data = bytearray(zipped(small_1_1(users=content)))
    place = data.index(b"users.csv", data.index(b"PK\x01\x02")) - 46
    struct.pack_into("<I", data, place + 24, 100)

    _, entries, findings = read(bytes(data))

    assert ("users.csv", 0, "", "file_corrupt") in said(findings)
    assert "users" not in entries


def test_damaged_file_is_refused_and_its_neighbours_load():
    data = bytearray(zipped(small_1_1(), zipfile.ZIP_STORED))
    place = data.index(b"Lindqvist")
    data[place] ^= 0xFF

    _, entries, findings = read(bytes(data))

    assert ("users.csv", 0, "", "file_corrupt") in said(findings)
    assert len(entries["classes"]) == 1
    assert "users" not in entries


def test_names_that_point_outside_are_not_opened():
    files = small_1_1() | {"../../users.csv": "x", "/etc/orgs.csv": "y"}

    _, entries, findings = read(files)

    assert [f.code for f in findings] == ["unsafe_name", "unsafe_name"]
    assert len(entries["users"]) == 4


def test_second_file_of_one_name_is_not_read():
    _, entries, findings = read(small_1_1() | {"old/users.csv": USERS_1_1})

    assert said(findings) == [("users.csv", 0, "", "repeated_file")]
    assert len(entries["users"]) == 4


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_damage_to_a_zip_is_more_than_a_finding(data):
    whole = bytearray(zipped(small_1_1()))
    for _ in range(data.draw(st.integers(1, 6))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        _, _, findings = read(bytes(whole[: data.draw(st.integers(0, len(whole)))]))
    except ArchiveRefused as error:
        findings = [error.finding]
    assert all(finding.reason for finding in findings)


# manifest


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


# headers


def test_misspelt_headers_are_taken_and_named():
    header = USERS_1_2.replace("preferredGivenName", "prefferedGivenName").replace(
        "dateLastModified", "dataLastModified"
    )
    _, entries, findings = read(
        small_1_2(
            users=table(header, "K1,active,2025-08-01,true,,Christopher,Marrow,Kit,4,", "T1,,,,,Tove,Lind,,,")
        )
    )

    assert said(findings) == [
        ("users.csv", 1, "dataLastModified", "header_spelling"),
        ("users.csv", 1, "prefferedGivenName", "header_spelling"),
    ]
    assert entries["users"][0].preferred_name == "Kit"


@settings(max_examples=200, deadline=None)
@given(
    st.sampled_from(sorted(SPECS)),
    st.randoms(use_true_random=False),
    st.sampled_from([str.upper, str.lower, str.title, lambda s: f" {s} ", lambda s: s.replace("Id", "_ID")]),
)
def test_headers_in_any_order_and_case_find_their_columns(noun, random, style):
    spec = SPECS[noun]
    names = [*spec.columns, *spec.passed_over]
    random.shuffle(names)

    positions, findings = match_header([style(name).strip() for name in names], spec, "x.csv", 1)

    assert positions == {name: names.index(name) for name in spec.columns}
    assert {f.severity for f in findings} <= {Severity.WARNING}


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(sorted(SPECS)), st.lists(st.text(max_size=24), max_size=30))
def test_no_header_breaks_the_matching(noun, header):
    positions, _ = match_header([cell.strip() for cell in header], SPECS[noun], "x.csv", 1)

    assert len(set(positions.values())) == len(positions)


def test_column_that_stands_twice_refuses_the_file():
    _, entries, findings = read(small_1_1(orgs=table(ORGS + ",name", "S1,,A,school,,,B")))

    assert ("orgs.csv", 1, "name", "column_repeated") in said(findings)
    assert "orgs" not in entries


def test_columns_without_a_name_are_left_out_and_short_lines_then_fit():
    _, entries, findings = read(
        small_1_2(
            roles=table(ROLES + ",,", "R1,active,,T1,primary,teacher,,,S1", "R2,,,K1,primary,student,,,S1")
        )
    )

    assert said(findings) == [("roles.csv", 1, "", "header_unnamed")]
    assert len(entries["roles"]) == 2


def test_empty_file_is_refused_by_name():
    _, _, findings = read(small_1_1(classes=b""))

    assert ("classes.csv", 0, "", "file_empty") in said(findings)


# encodings


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_in_every_known_encoding_is_read(encoding):
    files = {name: content.encode(encoding) for name, content in small_1_1().items()}

    _, entries, findings = read(files)

    assert findings == []
    assert entries["users"][3].given_name == "Bảo"


def test_line_in_another_encoding_is_refused_and_the_rest_loads():
    text = small_1_1()["users.csv"].replace("Bảo", "Bao")

    _, entries, findings = read(small_1_1(users=text.encode("latin-1")))

    assert said(findings) == [
        ("users.csv", 3, "givenName", "undecodable"),
        ("users.csv", 4, "agentSourcedIds", "agent_unknown"),
    ]
    assert [user.sourced_id for user in entries["users"]] == ["T1", "K1", "K2"]


def test_utf_16_without_its_mark_is_refused_by_name():
    _, _, findings = read(small_1_1(users=small_1_1()["users.csv"].encode("utf-16-le")))

    assert ("users.csv", 0, "", "encoding") in said(findings)


def test_utf_16_cut_in_the_middle_of_a_character_loses_one_line():
    _, entries, findings = read(small_1_1(enrollments=small_1_1()["enrollments.csv"].encode("utf-16")[:-5]))

    assert len(entries["enrollments"]) == 1
    assert said(findings, Severity.REFUSAL)[0][:2] == ("enrollments.csv", 3)


# lines


def broken_users(*lines):
    good = "K9,active,true,S1,student,,Wren,Sable,,,5,"
    _, entries, findings = read(
        small_1_1(users=table(USERS_1_1, *lines, good), enrollments=table(ENROLLMENTS))
    )
    assert [user.sourced_id for user in entries["users"]][-1] == "K9"
    return said(findings, Severity.REFUSAL)


def test_unclosed_quotation_mark_costs_one_line():
    assert broken_users('K1,active,true,S1,student,,"Kit,Marrow,,,4,', 'K2,,,,student,,Bo,Oak,,,"4,5",') == [
        ("users.csv", 2, "", "bad_quotes")
    ]


def test_unclosed_quotation_mark_far_from_the_next_one_costs_one_line():
    lines = [f"K{n},,,,student,,Bo,Oak,,,4," for n in range(100, 160)]
    assert broken_users('K1,active,true,S1,student,,"Kit,Marrow,,,4,', *lines) == [
        ("users.csv", 2, "", "bad_quotes")
    ]


def test_line_numbers_count_lines_inside_quotation_marks():
    assert broken_users('K1,,,,student,,"Kit\r\nLee",Marrow,,,4,', "K2,too,few") == [
        ("users.csv", 4, "", "column_count")
    ]


@pytest.mark.parametrize(
    ("line", "column", "code"),
    [
        ("K1,active,true,S1,student,,Ki\0t,Marrow,,,4,", "givenName", "nul_byte"),
        ("K1,active,true,S1,student,,Ki\x07t,Marrow,,,4,", "givenName", "control_character"),
        ("K1,active,true,S1,student,,Kit,Marrow,,,4", "", "column_count"),
        ("K1,active,true,S1,student,,Kit,Marrow,,,4,,more", "", "column_count"),
        ("K1,active,true,S1,student,," + "Kit" * 60 + ",Marrow,,,4,", "givenName", "field_too_long"),
        ("K1,active,true,S1,student,," + "Kit" * 60_000 + ",Marrow,,,4,", "", "line_too_long"),
        (",active,true,S1,student,,Kit,Marrow,,,4,", "sourcedId", "required_blank"),
        ("K1,active,true,S1,student,,,,,,4,", "familyName", "required_blank"),
        ("K1,active,true,S1,wizard,,Kit,Marrow,,,4,", "role", "role_unknown"),
        ("K" * 121 + ",active,true,S1,student,,Kit,Marrow,,,4,", "sourcedId", "field_too_long"),
    ],
)
def test_line_that_cannot_stand_is_refused_with_its_place(line, column, code):
    assert broken_users(line) == [("users.csv", 2, column, code)]


def test_lines_with_blank_columns_too_many_are_taken():
    assert broken_users("K1,active,true,S1,student,,Kit,Marrow,,,4,,,,") == []


def test_blank_lines_are_passed_over():
    assert broken_users("", "   ", "K1,,,,student,,Kit,Marrow,,,4,") == []


def test_doubtful_values_are_left_out_with_a_warning():
    _, entries, findings = read(
        small_1_1(
            users=table(USERS_1_1, 'K1,resting,perhaps,S1,Student,,Kit,,not-mail,,"4,fourth,K",'),
            enrollments=table(ENROLLMENTS),
        )
    )

    assert said(findings) == [
        ("users.csv", 2, "familyName", "name_part_blank"),
        ("users.csv", 2, "email", "email_unreadable"),
        ("users.csv", 2, "status", "status_unknown"),
        ("users.csv", 2, "enabledUser", "flag_unknown"),
        ("users.csv", 2, "grades", "grade_unknown"),
    ]
    assert entries["users"][0].grades == ("04", "KG")
    assert entries["users"][0].email == ""


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_after_the_header_are_more_than_findings(noise):
    files = small_1_1(users=USERS_1_1.encode() + b"\r\n" + noise, enrollments=table(ENROLLMENTS))

    _, _, findings = read(files)

    assert all(f.reason for f in findings)
    assert all("\0" not in str(payload) for f in findings for payload in f.values.values())


# dates


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%Y%m%d", "%Y-%m-%dT23:59:59.999Z"]),
)
def test_iso_dates_and_instants_give_the_day_they_are_written_with(day, style):
    assert dates.parse(day.strftime(style), dates.Order.UNKNOWN) == day


@given(
    st.lists(st.dates(date(1900, 1, 1), date(2100, 12, 31)), min_size=1),
    st.sampled_from("/.-"),
    st.booleans(),
)
def test_slashed_dates_are_read_as_the_file_shows_or_refused(days, sign, is_day_first):
    style = f"%d{sign}%m{sign}%Y" if is_day_first else f"%m{sign}%d{sign}%Y"
    texts = [day.strftime(style) for day in days]
    order = dates.order_of(texts)
    expected = dates.Order.DAY_FIRST if is_day_first else dates.Order.MONTH_FIRST
    assert order is (expected if any(day.day > 12 for day in days) else dates.Order.UNKNOWN)

    for text, day in zip(texts, days, strict=True):
        if order is dates.Order.UNKNOWN and day.day != day.month:
            with pytest.raises(dates.DateRefused, match="date_ambiguous"):
                dates.parse(text, order)
        else:
            assert dates.parse(text, order) == day


@given(st.text(max_size=24))
def test_no_text_breaks_the_dates(text):
    code = ""
    try:
        found = dates.parse(text, dates.Order.UNKNOWN)
    except dates.DateRefused as refused_date:
        code = refused_date.code
    assert code in REASONS or isinstance(found, date)


@pytest.mark.parametrize(
    ("texts", "codes"),
    [
        (("1/05/2015", "15/06/2015"), []),
        (("1/05/2015", "2/06/2015"), ["date_ambiguous", "date_ambiguous"]),
        (("1/05/2015", "15/06/2015", "06/15/2015"), ["date_conflict"]),
        (("2015-02-30",), ["date_impossible"]),
        (("soon",), ["date_unreadable"]),
        (("9999-01-01",), ["date_out_of_range"]),
        (("2031-01-01",), ["birth_in_future"]),
    ],
)
def test_birth_dates_are_read_or_refused_by_what_the_file_shows(texts, codes):
    users = [f"K{n},,,true,,Kit,Marrow,,4," for n in range(len(texts))]
    roles = [f"R{n},,,K{n},primary,student,,,S1" for n in range(len(texts))]
    _, entries, findings = read(
        small_1_2(
            users=table(USERS_1_2, *users),
            roles=table(ROLES, *roles),
            demographics=table(DEMOGRAPHICS, *(f"K{n},,{text}," for n, text in enumerate(texts))),
        )
    )

    assert [f.code for f in findings] == codes
    assert len(entries["demographics"]) == len(texts) - len(codes)
    assert all(row.birth_on in {date(2015, 5, 1), date(2015, 6, 15)} for row in entries["demographics"])


def test_unreadable_date_of_the_last_change_does_not_cost_the_row():
    _, entries, findings = read(
        small_1_2(users=table(USERS_1_2, "K1,,1/05/2023,true,,Kit,Marrow,,4,", "T1,,,,,T,L,,,"))
    )

    assert said(findings) == [("users.csv", 2, "dateLastModified", "date_ambiguous")]
    assert len(entries["users"]) == 2


def test_enrollment_that_ends_before_it_starts_is_refused():
    _, _, findings = read(
        small_1_1(enrollments=table(ENROLLMENTS, "E1,,C1,S1,K1,student,,2025-09-01,2025-08-01"))
    )

    assert said(findings) == [("enrollments.csv", 2, "endDate", "ends_before_start")]


# ties


def test_absent_parents_are_warnings_and_the_rows_load():
    _, entries, findings = read(
        small_1_1(
            orgs=table(ORGS, "S1,,Alder Grove School,school,,D9"),
            classes=table(CLASSES, "C1,,Reading,CR9,scheduled,S9,AS9"),
            users=table(USERS_1_1, "K1,,true,S1,student,,Kit,Marrow,,P9,4,"),
            enrollments=table(ENROLLMENTS, "E1,,C1,S9,K1,student,,,"),
        )
    )

    assert {f.severity for f in findings} == {Severity.WARNING}
    assert said(findings) == [
        ("orgs.csv", 2, "parentSourcedId", "parent_unknown"),
        ("classes.csv", 2, "courseSourcedId", "course_unknown"),
        ("classes.csv", 2, "termSourcedIds", "session_unknown"),
        ("classes.csv", 2, "schoolSourcedId", "org_unknown"),
        ("users.csv", 2, "agentSourcedIds", "agent_unknown"),
        ("enrollments.csv", 2, "schoolSourcedId", "org_unknown"),
    ]
    assert [len(entries[noun]) for noun in ("orgs", "classes", "users", "enrollments")] == [1, 1, 1, 1]


def test_orphans_that_mean_nothing_alone_are_refused():
    _, _, findings = read(
        small_1_1(enrollments=table(ENROLLMENTS, "E1,,C1,S1,K9,student,,,", "E2,,C9,S1,K1,student,,,"))
    )

    assert said(findings) == [
        ("enrollments.csv", 2, "userSourcedId", "user_unknown"),
        ("enrollments.csv", 3, "classSourcedId", "class_unknown"),
    ]


def test_what_an_earlier_import_left_is_no_orphan_in_a_delta():
    known = Known(orgs={"S1": ("school", "")}, classes=frozenset({"C1"}), users={"K1": "student"})
    files = {
        "manifest.csv": manifest("1.1", "delta", "enrollments"),
        "enrollments.csv": table(ENROLLMENTS, "E1,,C1,S1,K1,student,,,"),
    }

    _, entries, findings = read(files, known=known)

    assert findings == []
    assert len(entries["enrollments"]) == 1


def test_department_stands_for_its_school_when_that_is_known():
    _, entries, findings = read(
        small_1_1(
            orgs=table(
                ORGS,
                "S1,,Alder Grove School,school,,",
                "D1,,History,department,,S1",
                "D2,,Lost,department,,S9",
            ),
            users=table(
                USERS_1_1, "K1,,true,D1,student,,Kit,Marrow,,,4,", "K2,,true,D2,student,,Bao,Thorne,,,4,"
            ),
            enrollments=table(ENROLLMENTS),
        )
    )

    assert said(findings)[1:] == [
        ("users.csv", 2, "orgSourcedIds", "org_within_school"),
        ("users.csv", 3, "orgSourcedIds", "org_not_school"),
    ]
    assert entries["users"][0].orgs == ("S1",)


def test_organizations_in_a_circle_end():
    _, _, findings = read(
        small_1_1(
            orgs=table(ORGS, "D1,,A,department,,D2", "D2,,B,department,,D1"),
            users=table(USERS_1_1, "K1,,true,D1,student,,Kit,Marrow,,,4,"),
            classes=table(CLASSES),
            enrollments=table(ENROLLMENTS),
        )
    )

    assert said(findings) == [("users.csv", 2, "orgSourcedIds", "org_not_school")]


def test_agent_who_is_a_teacher_makes_no_tie():
    _, entries, findings = read(
        small_1_1(
            users=table(
                USERS_1_1,
                "T1,,true,S1,teacher,,Tove,Lindqvist,,,,",
                "P1,,true,S1,parent,,Ines,Marrow,,K1,,",
                'K1,,true,S1,student,,Kit,Marrow,,"T1,P1",4,',
            )
        )
    )

    assert said(findings) == [("users.csv", 4, "agentSourcedIds", "agent_not_family")]
    assert [user.agents for user in entries["users"]] == [(), ("K1",), ("P1",)]


def test_teacher_who_is_also_a_guardian_may_be_an_agent():
    header = USERS_1_2.replace("grades", "agentSourcedIds")
    _, entries, findings = read(
        small_1_2(
            users=table(header, "T1,,,true,,Tove,Lind,,,", "K1,,,true,,Kit,Marrow,,T1,"),
            roles=table(
                ROLES,
                "R1,,,T1,primary,teacher,,,S1",
                "R2,,,T1,secondary,guardian,,,S1",
                "R3,,,K1,primary,student,,,S1",
            ),
        )
    )

    assert findings == []
    assert entries["users"][1].agents == ("T1",)


def test_roles_in_odd_places_are_found_and_named():
    header = USERS_1_2.replace("preferredGivenName", "role")
    _, entries, findings = read(
        small_1_2(
            manifest=manifest("1.2", "bulk", "orgs", "users", "roles", "classes", "enrollments"),
            users=table(
                header,
                "K1,,,true,,Kit,Marrow,student,4,",
                "K2,,,true,,Bao,Thorne,,4,",
                "X1,,,true,,No,Body,,,",
            ),
            roles=table(ROLES),
            classes=table(CLASSES, "C1,,Reading,,scheduled,S1,"),
            enrollments=table(ENROLLMENTS, "E1,,C1,S1,K2,student,,,"),
            demographics=table(DEMOGRAPHICS),
        )
    )

    assert [f for f in said(findings) if f[0] == "users.csv"] == [
        ("users.csv", 2, "role", "role_in_users"),
        ("users.csv", 3, "role", "role_from_enrollments"),
        ("users.csv", 4, "role", "role_missing"),
    ]
    assert [user.role for user in entries["users"]] == ["student", "student", ""]


def test_user_profiles_that_hold_roles_are_read_when_roles_are_missing():
    files = small_1_2()
    files["userprofiles.csv"] = files.pop("roles.csv")

    roster, _, findings = read(files)

    assert ("userprofiles.csv", 0, "", "roles_elsewhere") in said(findings)
    assert roster.kind_of_user("K1") == "student"


def test_user_profiles_that_repeat_roles_are_not_read():
    files = small_1_2()
    files["userProfiles.csv"] = files["roles.csv"]

    _, _, findings = read(files)

    assert ("userProfiles.csv", 0, "", "misplaced_roles") in said(findings)


# repeats


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


# the whole


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
    assert 100_000 / (time.process_time() - started) > 50_000


# the copy that is kept


def reduced(files):
    """The copy of a roster that is kept until it is applied."""
    target = io.BytesIO()
    with Archive(io.BytesIO(zipped(files))) as archive:
        write_reduced(archive, Roster(archive, today=TODAY), target)
    return target.getvalue()


DIRTY_USERS = (
    table(
        USERS_1_1,
        "",
        f'K1,active,true,S1,student,kit-login,"Kit\r\nLee",Marrow,,,4,{SECRET}',
        f'K2,active,true,S1,student,,"Open,Marrow,,,4,{SECRET}',
        f"K3,active,true,S1,student,,Shifted,Marrow,,,4,,{SECRET}",
        f"K4,active,true,S1,student,{SECRET},Short",
        f"K5,active,true,S1,student,,Be\07l,Marrow,,,4,{SECRET}",
        f"K6,active,true,S1,student,,Nul,Marrow,,,4,{SECRET}\0",
        "K7,active,true,S1,student,,Long" + "g" * 70_000 + f",Marrow,,,4,{SECRET}",
        f"K8,active,true,S1,student,,Sound,Marrow,,,4,{SECRET}",
    ).encode()
    + b"K9,,,,student,,\xff,Marrow,,,4,\r\n"
)


@pytest.mark.parametrize(
    "files",
    [
        small_1_1(),
        small_1_2(),
        small_1_1(users=DIRTY_USERS),
        small_1_1(users=DIRTY_USERS.decode("latin-1").encode("utf-16")),
    ],
    ids=["1.1", "1.2", "dirty", "dirty utf-16"],
)
def test_reduced_copy_gives_the_same_rows_and_findings_without_a_password(files):
    _, entries, findings = read(files)

    copy = reduced(files)
    _, copied_entries, copied_findings = read(copy)

    assert copied_entries == entries
    assert said(copied_findings) == said(findings)
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        for name in archive.namelist():
            assert SECRET.encode() not in archive.read(name)
            assert b"kit-login" not in archive.read(name)
