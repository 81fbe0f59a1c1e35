"""Headers, encodings, lines and dates of a roster, each refused where it stands and alone."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.oneroster import dates
from integrations.oneroster.findings import REASONS, Severity
from integrations.oneroster.reader import match_header
from integrations.oneroster.specs import SPECS
from tests.integrations.reading import read, said
from tests.integrations.rosters import (
    DEMOGRAPHICS,
    ENROLLMENTS,
    ORGS,
    ROLES,
    USERS_1_1,
    USERS_1_2,
    small_1_1,
    small_1_2,
    table,
)

# --- Headers


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


# --- Encodings


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


# --- Lines


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


# --- Dates


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
