"""`make faults`: break the servers of a running installation on purpose, as the fault plan says, and print the figures.

The same tests run in `make test`, briefly. `FAULTS=short` keeps them brief here too; names (F3 F5) choose some.
Everything that is broken is this command's own: PostgreSQL, Redis, web, relay and worker under .local.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RELIABILITY, LIVE = "tests/reliability", "tests/live"
FAULTS = {
    "F1": (
        "the web server is killed",
        f"{RELIABILITY}/test_web_killed.py::test_killed_web_server_loses_nothing_acknowledged_and_repeats_nothing_retried",
    ),
    "F2": (
        "Redis is killed and comes back empty",
        f"{LIVE}/test_lost_news.py::test_redis_killed_and_started_empty_leaves_every_page_true",
    ),
    "F3": (
        "PostgreSQL restarts at once",
        f"{RELIABILITY}/test_database_away.py::test_restart_under_load_is_at_most_a_503_and_loses_nothing",
    ),
    "F4": (
        "Redis is silent",
        f"{RELIABILITY}/test_redis_away.py::test_writes_go_on_without_redis_and_every_job_is_done_once_afterwards",
    ),
    "F5": (
        "PostgreSQL is silent",
        f"{RELIABILITY}/test_database_away.py::test_silent_database_is_a_503_in_six_seconds_and_costs_no_thread",
    ),
    "F18": (
        "transactions wait for each other",
        f"{RELIABILITY}/test_database_away.py::test_storm_of_deadlocks_is_answered_without_a_defect",
    ),
}


def main() -> None:
    """Run the faults that are named, or all, one after another, and end with the number that failed."""
    unknown = [name for name in sys.argv[1:] if name not in FAULTS]
    if unknown:
        sys.exit(f"there is no fault {', '.join(unknown)}; there are {', '.join(FAULTS)}")
    rows, failed = [], []
    for name in sys.argv[1:] or FAULTS:
        what, test = FAULTS[name]
        began = time.monotonic()
        found, is_ok, said = run(test)
        if not is_ok:
            failed.append(name)
            sys.stderr.write(said)
        lines = [line for line in found if line["fault"] == name] or [{"load": "", "found": "no figures"}]
        rows += [
            f"| {name} | {what} | {line['load']} | {line['found']} | {'held' if is_ok else 'FAILED'} |"
            for line in lines
        ]
        sys.stderr.write(f"{name} {'held' if is_ok else 'failed'} in {time.monotonic() - began:.0f} s\n")
    head = ["| fault | what breaks | load | found | targets |", "|---|---|---|---|---|"]
    sys.stdout.write("\n".join([*head, *rows]) + "\n")
    sys.exit(f"not held: {', '.join(failed)}" if failed else 0)


def run(test: str) -> tuple[list[dict[str, str]], bool, str]:
    """One test in a process of its own: its figures, whether it passed, and the end of what it said."""
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as noted:
        done = subprocess.run(
            [sys.executable, "-m", "pytest", test, "-q", "-n", "0"],
            cwd=ROOT,
            env={"FAULTS": "full", **os.environ, "FAULTS_FILE": noted.name},
            capture_output=True,
            text=True,
            check=False,
        )
        lines = Path(noted.name).read_text().splitlines()
    return [json.loads(line) for line in lines], done.returncode == 0, done.stdout[-4000:]


if __name__ == "__main__":
    main()
