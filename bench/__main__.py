"""`make bench`: build the district once, measure, print tables. BENCH_STUDENTS and BENCH_SECONDS make it smaller.

`make bench ARGS="pages progress"` runs those alone; their names are the keys of `MEASUREMENTS`.
"""

import asyncio
import logging
import os
import secrets
import sys
import time
from collections.abc import Callable
from datetime import timedelta

from bench import pages
from bench.rig import Rig, machine, manage, running
from sped.embedded import LOCAL

STUDENTS = int(os.environ.get("BENCH_STUDENTS", "100000"))
PROGRESS_STUDENTS = int(os.environ.get("BENCH_STUDENTS", "20000"))
"""Enough for the night: it takes batch after batch, each as long as the one before."""
PROMISED_POINTS = 5_000_000
SECONDS = float(os.environ.get("BENCH_SECONDS", "60"))
WARM_SECONDS = 15.0  # before pages are measured: servers and PostgreSQL have just been started
LIVE_SECONDS = SECONDS / 4
PAUSE_SECONDS = 5
MOST_REST_SECONDS = 600
SEED, PROGRESS_SEED = 1, 2  # ids are made from the seed: two districts in one database need two


def main() -> None:
    """Run the measurements that were named, else all but the longest, and print what they found."""
    wanted = asked(sys.argv[1:])
    districts = {
        (PROGRESS_STUDENTS, PROGRESS_SEED) if name == "progress" else (STUDENTS, SEED) for name in wanted
    }
    print(
        f"\nMeasured on {machine()}; {' and '.join(f'{size:,}' for size, _seed in sorted(districts))} students.\n"
    )
    with running(settings=settings_of(wanted)) as rig:
        import django  # noqa: PLC0415  # the settings name the rig's servers only now

        django.setup()
        logging.getLogger("core.http").setLevel(
            logging.WARNING
        )  # each counted request would stand in the tables
        for students, seed in sorted(districts):
            build(rig, students, seed)
        for name in wanted:
            come_to_rest()
            MEASUREMENTS[name](rig)


def come_to_rest() -> None:
    """Wait until the relay and the workers have done what earlier measurements left to them."""
    from django.utils import timezone  # noqa: PLC0415

    from core.models import Job, OutboxEvent  # noqa: PLC0415

    until = time.monotonic() + MOST_REST_SECONDS
    while time.monotonic() < until:
        soon = timezone.now() + timedelta(
            minutes=5
        )  # a job that a worker was woken for is put off for as long
        jobs = Job.objects.filter(state=Job.State.WAITING, run_after__lte=soon)
        if not (jobs.exists() or OutboxEvent.objects.filter(delivered_at=None).exists()):
            return
        time.sleep(1)
    sys.exit(f"The relay or a worker still works after {MOST_REST_SECONDS} s.")


def asked(words: list[str]) -> list[str]:
    """The measurements that were named, else those of the table; exits with their names when one is unknown."""
    unknown = set(words) - MEASUREMENTS.keys()
    if unknown:
        sys.exit(
            f"There is no measurement {', '.join(sorted(unknown))}. There are: {', '.join(MEASUREMENTS)}."
        )
    if "rotation" in words and len(words) > 1:
        sys.exit("rotation runs alone: its servers have other settings.")
    return words or [name for name in MEASUREMENTS if name not in BY_NAME_ONLY]


def settings_of(words: list[str]) -> dict[str, str]:
    """What the servers are told beside their addresses: a rotation needs two keys, and so a real installation."""
    if "rotation" not in words:
        return {}
    return {
        "SECRET_KEY": secrets.token_hex(32),
        "ALLOWED_HOSTS": "127.0.0.1",
        "PUBLIC_URL": "https://127.0.0.1",
        "STUDENT_DATA_ENCRYPTION_KEYS": f"{secrets.token_hex(32)},{secrets.token_hex(32)}",
        "BLIND_INDEX_KEY": secrets.token_hex(32),
        "STORAGE_URL": (LOCAL / "files").as_uri(),
    }


def build(rig: Rig, students: int, seed: int = SEED) -> None:
    """A synthetic district, kept from run to run."""
    from accounts.models import Organization  # noqa: PLC0415
    from casefile.synthetic import Size  # noqa: PLC0415

    if Organization.objects.filter(slug=Size(students=students, seed=seed).slug).exists():
        return
    began = time.monotonic()
    manage(rig, "load_district", f"--students={students}", f"--seed={seed}")
    manage(rig, "gather_statistics")
    print(f"\nload_district of {students:,} students: {time.monotonic() - began:.0f} s\n")


def measure_pages(rig: Rig) -> None:
    """Twenty people, half of them administrators over the whole district."""
    team, office = twenty_people()
    visit(rig, [*team, *office])


def measure_record(rig: Rig) -> None:
    """The same twenty, on every other page of a student and of the office."""
    from bench.people import elsewhere  # noqa: PLC0415

    team, office = twenty_people()
    there = [elsewhere(one, is_office=False) for one in team]
    visit(rig, [*there, *(elsewhere(one, is_office=True) for one in office)])


def twenty_people() -> tuple[list[pages.Visitor], list[pages.Visitor]]:
    """Case managers and administrators, as many of each."""
    from bench.people import administrators, managers  # noqa: PLC0415
    from casefile.synthetic import Size  # noqa: PLC0415

    size, half = Size(students=STUDENTS, seed=SEED), pages.USERS // 2
    return managers(size, half), administrators(size, half)


def visit(rig: Rig, visitors: list[pages.Visitor]) -> None:
    """What opening pages takes and costs, and how many statements each asks."""
    from bench.statements import counted  # noqa: PLC0415

    asyncio.run(pages.load(rig, visitors, seconds=WARM_SECONDS))
    spent: dict[str, float] = {}
    with rig.costing(spent):
        times, failures = asyncio.run(pages.load(rig, visitors, seconds=SECONDS))
    requests = sum(len(values) for values in times.values())
    print("| page | requests | p50 ms | p95 ms | SQL |\n|---|---:|---:|---:|---:|")
    for row in pages.table(times, counted(visitors)):
        print(f"| {row.page} | {row.requests} | {row.p50:.0f} | {row.p95:.0f} | {row.statements} |")
    cost = ", ".join(f"{part} {value / requests:.1f}" for part, value in spent.items() if value)
    print(f"\n{requests} requests, {failures} not answered with 200. CPU ms a request: {cost}.\n")


def measure_live(rig: Rig) -> None:
    """From a commit to open pages, and the peer beside it."""
    from bench import live, peer  # noqa: PLC0415
    from casefile.synthetic import Size  # noqa: PLC0415

    size = Size(students=STUDENTS, seed=SEED)
    print("\n| live | reached | p50 / p95 / p99 | cost |\n|---|---|---|---|")
    measures: tuple[Callable[[], object], ...] = (
        lambda: live.fan_out(rig, size, per_second=20, seconds=LIVE_SECONDS),
        lambda: peer.fan_out(rig, per_second=20, seconds=LIVE_SECONDS),
        lambda: live.fan_out(rig, size, per_second=10, seconds=LIVE_SECONDS),
        lambda: peer.fan_out(rig, per_second=10, seconds=LIVE_SECONDS),
        lambda: live.refreshes(rig, size, per_second=5, seconds=LIVE_SECONDS),
        lambda: live.one_student(rig, size),
    )
    for measure in measures:
        measure()
        time.sleep(PAUSE_SECONDS)  # until the sockets just closed are no longer counted as their person's


def measure_texts(rig: Rig) -> None:
    """Texts that several write at once, beside ShareDB."""
    from bench import texts  # noqa: PLC0415

    texts.table(rig, seconds=min(10.0, LIVE_SECONDS))


def measure_rosters(rig: Rig) -> None:
    """A roster of 100,000 rows, new and then unchanged."""
    from bench.rosters import imports  # noqa: PLC0415

    found = imports(rig)
    print("\n| import | rows | rows/s | PostgreSQL CPU ms a row |\n|---|---:|---:|---:|")
    for row in found:
        cost = row.cpu_ms.get("postgresql", 0.0) / row.rows
        print(f"| {row.what} | {row.rows:,} | {row.rows / row.seconds:,.0f} | {cost:.3f} |")


def measure_exports(_rig: Rig) -> None:
    """One student's whole record as a zip, for those with the most scores."""
    from bench.exports import exports  # noqa: PLC0415
    from casefile.synthetic import Size  # noqa: PLC0415

    row = exports(Size(students=STUDENTS, seed=SEED).slug)
    print(
        "\n| export of one student | count | rows | KiB | p50 ms | p95 ms |\n|---|---:|---:|---:|---:|---:|"
    )
    print(
        f"| zip with PDF | {row.count} | {row.rows} | {row.size // 1024} | {row.p50:,.0f} | {row.p95:,.0f} |"
    )


def measure_progress(rig: Rig) -> None:
    """The night, the summaries made anew, thirty scores at once, a long chart."""
    from bench import progress  # noqa: PLC0415
    from casefile.synthetic import Size  # noqa: PLC0415

    size = Size(students=PROGRESS_STUDENTS, seed=PROGRESS_SEED)
    print("\n| progress | count | p50 ms | p95 ms | CPU ms | SQL |\n|---|---:|---:|---:|---:|---:|")
    for one in (progress.long_chart(), progress.group_sessions(rig, size)):
        sql = one.statements or "–"
        print(f"| {one.what} | {one.count} | {one.p50:.0f} | {one.p95:.0f} | {one.cpu:.1f} | {sql} |")
    print(
        "\n| evaluation, two workers | goals | points | verdicts changed, each audited | s | CPU s, own | PostgreSQL "
        "| s for 5 million points |"
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|")
    for night in progress.nights(rig, size):
        print(
            f"| {night.what} | {night.goals:,} | {night.points:,} | {night.changed:,} | {night.seconds:.0f} "
            f"| {night.own_cpu:.0f} | {night.database_cpu:.0f} | {night.seconds * PROMISED_POINTS / night.points:.0f} |"
        )
    made = progress.rebuilt(rig, size)
    print(
        "\n| rebuild_summaries | summaries | equal | s | CPU s, own | PostgreSQL | s for 5 million points |"
        "\n|---|---:|---|---:|---:|---:|---:|"
    )
    print(
        f"| from nothing | {made.summaries:,} | {'yes' if made.is_equal else 'NO'} | {made.seconds:.0f} "
        f"| {made.own_cpu:.0f} | {made.database_cpu:.0f} | {made.seconds * PROMISED_POINTS / size.points:.0f} |"
    )
    print("\nThe last column is this run's time for as many more points, at 25 points a goal.\n")


def measure_iep(rig: Rig) -> None:
    """A long IEP opened and printed, and any version of a text with a long log."""
    from bench import iep  # noqa: PLC0415
    from casefile.synthetic import Size  # noqa: PLC0415

    print("\n| IEP of 60 pages | count | p50 ms | p95 ms | CPU ms |\n|---|---:|---:|---:|---:|")
    for row in iep.measured(rig, Size(students=STUDENTS, seed=SEED)):
        print(f"| {row.what} | {row.count} | {row.p50:.0f} | {row.p95:.0f} | {row.cpu:.0f} |", flush=True)


def measure_audit(rig: Rig) -> None:
    """The audit with 5,000,000 entries, filtered by one student; appended to and sealed."""
    from bench.audit import audit  # noqa: PLC0415
    from bench.people import administrators  # noqa: PLC0415
    from casefile.synthetic import Size  # noqa: PLC0415

    visitor = administrators(Size(students=STUDENTS, seed=SEED), 1)[0]
    rows = audit(rig, visitor.slug, visitor.cookie)
    print("\n| audit | count | p50 | p95 |\n|---|---:|---:|---:|")
    for row in rows:
        print(f"| {row.what} | {row.count:,} | {row.p50:,.0f} | {row.p95:,.0f} |")


def measure_rotation(rig: Rig) -> None:
    """A new key for two values of each student, under 50 requests a second."""
    from bench.rotation import rotation  # noqa: PLC0415
    from casefile.synthetic import Size  # noqa: PLC0415

    rows = rotation(rig, Size(students=STUDENTS, seed=SEED))
    print(
        "\n| rotation | values | s | requests | p50 ms | p95 ms | answers |\n|---|---:|---:|---:|---:|---:|---|"
    )
    for row in rows:
        print(
            f"| {row.what} | {row.values:,} | {row.seconds:.0f} | {row.requests:,} | {row.p50:,.0f} "
            f"| {row.p95:,.0f} | {row.statuses} |"
        )


MEASUREMENTS: dict[str, Callable[[Rig], None]] = {
    "pages": measure_pages,
    "record": measure_record,
    "live": measure_live,
    "texts": measure_texts,
    "rosters": measure_rosters,
    "exports": measure_exports,
    "progress": measure_progress,
    "iep": measure_iep,
    "audit": measure_audit,
    "rotation": measure_rotation,
}
BY_NAME_ONLY = {"audit", "rotation"}  # they fill tables for minutes, or need other settings


if __name__ == "__main__":
    main()
