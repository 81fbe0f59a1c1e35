"""XML of unknown origin: bombs, entities, other roots, other versions, cut-off files, wrong encodings."""

import io
import os
import signal
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from core.tenant import organization
from integrations.edfi.bundle import Bundle, pack_folder
from integrations.edfi.reading import Reading
from integrations.models import ImportRow, RosterImport, RosterRecord
from integrations.oneroster.archive import ArchiveRefused, Limits
from students.models import ProgramEnrollment, RosterEntry
from tests.integrations.districts import (
    FULL,
    interchange,
    program,
    pupil,
    school,
    small_district,
    special,
    tag,
    zipped_district,
)
from tests.integrations.rosters import zipped

ROOT = Path(__file__).resolve().parents[2]
TODAY = date(2025, 11, 21)
STUDENT = interchange("Student", pupil("501", "Kit", "Marrow"))
LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 9))
BOMB = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]>' + STUDENT.partition("?>")[2].replace(
    "Kit", "&a8;"
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + STUDENT.partition(
    "?>"
)[2].replace("Kit", "&a;")
ELSEWHERE = '<?xml version="1.0"?><!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">' + STUDENT.partition("?>")[2]
REFUSED = {
    "entities that multiply": (BOMB, "xml_entities"),
    "entity from a file": (OUTSIDE, "xml_entities"),
    "document type elsewhere": (ELSEWHERE, "xml_entities"),
    "cut off": (STUDENT[: len(STUDENT) // 2], "xml_truncated"),
    "empty": ("", "xml_truncated"),
    "not well-formed": (STUDENT.replace("</Name>", "</Nome>"), "xml_broken"),
    "another root": ("<Report/>", "xml_root"),
    "no namespace": (STUDENT.replace(' xmlns="http://ed-fi.org/5.2.0"', ""), "xml_namespace"),
    "another namespace": (interchange("Student", space="http://example.org/5.2.0"), "xml_namespace"),
    "an old version": (
        interchange("Student", pupil("1", "A", "B"), space="http://ed-fi.org/2.0.0"),
        "xml_version",
    ),
    "latin letters called UTF-8": (STUDENT.replace("Kit", "Zoë").encode("latin-1"), "xml_encoding"),
    "an encoding of nobody": (STUDENT.replace("UTF-8", "X-NONE"), "xml_encoding"),
    "nested without end": (interchange("Student", "<a>" * 60 + "</a>" * 60), "xml_too_deep"),
    "one endless element": (interchange("Student", tag("Student", "<a/>" * 6_000)), "xml_too_much"),
    "one endless text": (interchange("Student", tag("Student", "x" * 20_000)), "xml_long_text"),
}


def read(files, *, limits=None):
    return Reading(Bundle(io.BytesIO(zipped(files)), limits=limits), today=TODAY)


@pytest.mark.parametrize("case", REFUSED)
def test_hostile_or_broken_file_is_refused_with_its_reason(case):
    content, code = REFUSED[case]

    with pytest.raises(ArchiveRefused) as refused:
        read({"Student.xml": content})

    assert refused.value.finding.code == code


def test_broken_file_is_named_and_nothing_of_it_taken_while_the_others_are():
    files = small_district()
    files["Student2.xml"] = interchange("Student", pupil("777", "Half", "Read"))[:-40]

    reading = read(files)

    assert reading.counts["students"] == 3
    assert [(found.code, found.file) for found in reading.findings if found.severity == "refusal"] == [
        ("xml_truncated", "Student2.xml")
    ]
    reading.close()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_encodings_that_are_declared_are_read(encoding):
    content = STUDENT.replace("Kit", "Zoë").replace("UTF-8", encoding.removesuffix("-sig"))

    reading = read({"Student.xml": content.encode(encoding)})

    kept = io.BytesIO()
    reading.write(kept)
    assert "Zoë" in zipfile.ZipFile(kept).read("students.jsonl").decode()
    reading.close()


def test_zip_bomb_is_not_unpacked():
    padding = "<!--" + " " * 3_000_000 + "-->"

    with pytest.raises(ArchiveRefused) as refused:
        read({"Student.xml": STUDENT + padding}, limits=Limits(ratio=50))

    assert refused.value.finding.code == "zip_bomb"


@pytest.mark.parametrize(
    ("files", "code"),
    [({"notes.txt": "x"}, "no_edfi"), ({f"{n}.xml": "" for n in range(1_001)}, "too_many_files")],
)
def test_archive_without_ed_fi_or_with_too_much_is_refused(files, code):
    with pytest.raises(ArchiveRefused) as refused:
        read(files)

    assert refused.value.finding.code == code


def test_file_is_read_as_a_stream_in_little_memory():
    import tracemalloc

    many = interchange("Student", *(pupil(str(n), "Kit", "Marrow") for n in range(20_000)))
    data = zipped({"Student.xml": many})
    tracemalloc.start()

    reading = Reading(Bundle(io.BytesIO(data)), today=TODAY)

    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert reading.counts["students"] == 20_000
    assert most < len(many) + 9_000_000
    reading.close()


def test_folder_is_packed_the_same_way_twice_and_links_are_left_out(tmp_path):
    for name, content in small_district().items():
        (tmp_path / name).write_text(str(content))
    (tmp_path / "notes.txt").write_text("not packed")
    (tmp_path / "Linked.xml").symlink_to("/etc/passwd")
    first, second = io.BytesIO(), io.BytesIO()

    pack_folder(tmp_path, first)
    pack_folder(tmp_path, second)

    assert first.getvalue() == second.getvalue()
    assert sorted(zipfile.ZipFile(first).namelist()) == sorted(small_district())


def test_command_reads_a_folder_and_then_says_that_nothing_changed(cast, kept, tmp_path, capsys):
    folder = tmp_path / "district"
    (folder / "descriptors").mkdir(parents=True)
    for name, content in small_district().items():
        (folder / name).write_text(str(content))

    call_command("import_edfi", str(folder), organization="larkspur")
    first = capsys.readouterr().out
    call_command("import_edfi", str(folder), organization="larkspur")
    second = capsys.readouterr().out

    assert "warning  the archive: These files hold no IEP." in first
    assert "Ed-Fi 5.2.0: Done" in first
    totals = [
        line.split() for text in (first, second) for line in text.splitlines() if line.startswith("total")
    ]
    assert totals == [["total", "15", "0", "0", "0", "0", "0"], ["total", "0", "0", "15", "0", "0", "0"]]


@pytest.mark.parametrize(
    ("content", "slug", "message"),
    [
        (None, "larkspur", "There is no file"),
        (b"no zip", "larkspur", "This is not a zip file"),
        (zipped({"Student.xml": BOMB}), "larkspur", "declares a document type or entities"),
        (zipped_district(), "nowhere", "There is no district nowhere"),
    ],
)
def test_command_says_what_is_wrong(cast, kept, tmp_path, content, slug, message):
    path = tmp_path / "ed-fi.zip"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError, match=message):
        call_command("import_edfi", str(path), organization=slug)


def test_page_refuses_a_hostile_file_with_its_reason_and_keeps_the_chosen_format(cast, kept):
    file = SimpleUploadedFile("x.zip", zipped({"Student.xml": BOMB}), content_type="application/zip")

    response = cast.ada.client().post(cast.ada.url("/imports/new/"), {"kind": "edfi", "file": file})

    assert response.status_code == 422
    assert "declares a document type or entities" in response.content.decode()
    assert '<option value="edfi" selected>' in response.content.decode()
    assert not RosterImport.objects.exists()


def test_page_and_api_take_ed_fi(cast, kept):
    def file():
        return SimpleUploadedFile("ed-fi.zip", zipped_district(), content_type="application/zip")

    client = cast.ada.client()
    response = client.post(cast.ada.url("/imports/new/"), {"kind": "edfi", "file": file()})

    assert response.status_code == 303
    assert RosterImport.objects.get().kind == "edfi"
    assert "Ed-Fi 5.2.0" in client.get(response["Location"]).content.decode()
    answer = client.post("/api/v1/imports/", {"kind": "edfi", "file": file()})
    assert (answer.status_code, answer.json()["kind"]) == (201, "edfi")
    wrong = client.post("/api/v1/imports/", {"kind": "csv", "file": file()})
    assert wrong.status_code == 422 and "kind" in wrong.json()["details"]["fields"]


def test_killed_command_goes_on_where_it_stopped(committed_cast, tmp_path):
    many = 6_000
    path = tmp_path / "district.zip"
    numbers = range(10_000, 10_000 + many)
    path.write_bytes(
        zipped_district(
            EducationOrganization=interchange("EducationOrganization", school()),
            Student=interchange("Student", *(pupil(str(n), "Kit", f"Marrow{n}") for n in numbers)),
            StudentEnrollment=interchange("StudentEnrollment"),
            StudentProgram=interchange(
                "StudentProgram",
                *(program(str(n), place="S1") for n in numbers),
                *(special(str(n), *FULL, place="S1") for n in numbers[:40]),
            ),
            StudentAssessment=interchange("StudentAssessment"),
        )
    )
    command = [sys.executable, "manage.py", "import_edfi", str(path), "--organization=larkspur"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "sped.settings_test"}
    district = committed_cast.district.id

    def done():
        with organization(district):
            return sum(RosterImport.objects.values_list("done_lines", flat=True))

    child = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 60
    while done() < 2_000 and child.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    count = 1 + many + 2 + many + 40
    halfway = done()
    assert 2_000 <= halfway < count

    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)

    with organization(district):
        run = RosterImport.objects.get()
        assert (run.state, run.done_lines) == ("done", count)
        assert ImportRow.objects.count() == count
        # The member of staff works at a school and is one person; no row was applied twice.
        assert RosterRecord.objects.count() == count
        assert RosterEntry.objects.count() == many + 1
        assert ProgramEnrollment.objects.count() == 80
