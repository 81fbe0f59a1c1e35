"""The commands, one of them killed in the middle for real."""

import os
import signal
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from core.tenant import organization
from integrations.models import ImportRow, RosterImport, RosterRecord
from integrations.oneroster.synthetic import write_roster
from students.models import RosterEntry
from tests.integrations.rosters import USERS_1_1, small_1_1, table, zipped

pytestmark = pytest.mark.usefixtures("kept")

ROOT = Path(__file__).resolve().parents[2]


def test_command_prints_findings_and_counts_and_then_that_nothing_changed(cast, tmp_path, capsys):
    path = tmp_path / "roster.zip"
    path.write_bytes(
        zipped(small_1_1(users=table(USERS_1_1, "K1,,,S9,student,,Kit,Marrow,,,4,", "K2,short")))
    )

    call_command("import_oneroster", str(path), organization="larkspur")
    first = capsys.readouterr().out
    call_command("import_oneroster", str(path), organization="larkspur")
    second = capsys.readouterr().out

    assert "refusal  users.csv:3: This line has 2 columns; the header has 12." in first
    assert "warning  users.csv:2:orgSourcedIds: The organization S9 is in no sound row" in first
    assert [line.split() for line in first.splitlines() if line.startswith("total")] == [
        ["total", "4", "0", "0", "0", "2", "1"]
    ]
    assert [line.split() for line in second.splitlines() if line.startswith("total")] == [
        ["total", "0", "0", "4", "0", "2", "1"]
    ]


@pytest.mark.parametrize(
    ("content", "slug", "said"),
    [
        (None, "larkspur", "There is no file"),
        (b"no zip", "larkspur", "This is not a zip file"),
        (zipped(small_1_1()), "nowhere", "There is no district nowhere"),
    ],
)
def test_command_says_what_is_wrong(cast, tmp_path, content, slug, said):
    path = tmp_path / "roster.zip"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(CommandError, match=said):
        call_command("import_oneroster", str(path), organization=slug)


def test_made_roster_is_the_same_for_the_same_seed_and_sound(cast, tmp_path, capsys):
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    for path in (first, second):
        call_command("make_roster", str(path), rows=2_000, seed=7)
    with zipfile.ZipFile(first) as one, zipfile.ZipFile(second) as other:
        assert all(one.read(name) == other.read(name) for name in one.namelist())

    call_command("import_oneroster", str(first), organization="larkspur")

    total = capsys.readouterr().out.splitlines()[-2].split()
    assert total[0] == "total"
    assert int(total[1]) == pytest.approx(2_000, rel=0.05)
    assert total[2:] == ["0", "0", "0", "0", "0"]


def test_killed_command_goes_on_where_it_stopped(committed_cast, tmp_path):
    path = tmp_path / "roster.zip"
    with path.open("wb") as target:
        count = write_roster(target, rows=20_000, seed=3, today=date(2025, 11, 21))
    command = [sys.executable, "manage.py", "import_oneroster", str(path), "--organization=larkspur"]
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "sped.settings_test"}
    district = committed_cast.district.id

    def done():
        with organization(district):
            return sum(RosterImport.objects.values_list("done_lines", flat=True))

    child = subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 60
    while done() < 3_000 and child.poll() is None and time.monotonic() < until:
        time.sleep(0.02)
    child.send_signal(signal.SIGKILL)
    child.wait()
    halfway = done()
    assert 3_000 <= halfway < count
    with organization(district):
        assert ImportRow.objects.count() == halfway

    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True)

    with organization(district):
        run = RosterImport.objects.get()
        assert (run.state, run.done_lines) == ("done", count)
        assert ImportRow.objects.filter(outcome="created").count() == count
        assert RosterRecord.objects.count() == count
        people = RosterRecord.objects.filter(noun="users").count()
        assert RosterEntry.objects.filter(is_current=True).count() == people
