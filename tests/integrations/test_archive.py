"""The zip that a roster comes in, and the copy of it that is kept."""

import io
import struct
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from integrations.oneroster.archive import Archive, ArchiveRefused, Limits
from integrations.oneroster.plan import Roster
from integrations.oneroster.reduced import write_reduced
from tests.integrations.reading import TODAY, read, refused, said
from tests.integrations.rosters import SECRET, USERS_1_1, small_1_1, small_1_2, table, zipped
from tests.reliability.scale import in_time


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
    assert time.perf_counter() - started < in_time(5)


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


# --- The copy that is kept


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
