"""The audit at its size: entries written straight into the bench district, then the page filtered by one student.

`python -m bench audit`; BENCH_ENTRIES (5,000,000) makes it smaller. The entries stay for the next run.
"""

import os
import time
from dataclasses import dataclass
from uuid import UUID

import httpx
import psycopg

from bench.rig import Rig, percentile

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "5000000"))
READS = 200
SEALED = 20_000
APPENDED = 5_000
FILL = """
INSERT INTO core_auditentry (organization_id, at, verb, actor_kind, actor_person_id, actor_name, record_type,
    record_id, student_id, values, reason, request_id, ip, user_agent)
SELECT %(organization)s, now() - n * interval '6 seconds',
    (ARRAY['students.record.opened', 'progress.point.recorded', 'ieps.section.changed', 'ieps.goal.changed'])
        [1 + n %% 4],
    'person', (SELECT p.ids[1 + n %% cardinality(p.ids)] FROM people p), 'Bench Person', 'Student', s.id, s.id,
    '{"page": "student", "interest": ["teacher: case manager"]}', '', gen_random_uuid()::text, '192.0.2.1', 'bench'
FROM generate_series(1, %(count)s) AS n
JOIN picked s ON s.place = (n * 7919::bigint) %% (SELECT count(*) FROM picked)
"""


@dataclass(frozen=True, slots=True)
class Audited:
    """What was measured, in milliseconds or rows a second."""

    what: str
    count: int
    p50: float
    p95: float


def audit(rig: Rig, slug: str, cookie: str) -> list[Audited]:
    """Fill the audit up to BENCH_ENTRIES; then read it by student, append to it, and seal what was appended."""
    with psycopg.connect(owner(rig), autocommit=True) as database:
        named = database.execute("SELECT id FROM accounts_organization WHERE slug = %s", [slug]).fetchone()
        organization_id = UUID(str(named[0]))  # type: ignore[index]
        fill(database, organization_id)
        students = pick(database, organization_id)
        print(explain(database, organization_id, students[0]))
        found = [read(rig, cookie, slug, students)]
        found.append(append(database, organization_id))
        found.append(seal(organization_id))
    return found


def owner(rig: Rig) -> str:
    """The superuser's address of the rig's database."""
    name = rig.environment["DATABASE_URL"].rpartition("/")[2]
    return f"{rig.admin.rpartition('/')[0]}/{name}"


def fill(database: "psycopg.Connection[object]", organization_id: UUID) -> None:
    """Bring the district's entries up to the number wanted, by the superuser and without triggers."""
    named = {"organization": organization_id}
    database.execute("SET session_replication_role = replica")
    have = database.execute(
        "SELECT count(*) FROM core_auditentry WHERE organization_id = %(organization)s", named
    ).fetchone()
    missing = ENTRIES - int(have[0]) if have else ENTRIES  # type: ignore[index]
    if missing > 0:
        began = time.monotonic()
        database.execute(
            """CREATE TEMP TABLE picked AS SELECT id, row_number() OVER (ORDER BY id) - 1 AS place
            FROM students_student WHERE organization_id = %(organization)s""",
            named,
        )
        database.execute("ALTER TABLE picked ADD PRIMARY KEY (place)")
        database.execute(
            """CREATE TEMP TABLE people AS SELECT array_agg(DISTINCT person_id) AS ids
            FROM accounts_membership WHERE organization_id = %(organization)s""",
            named,
        )
        database.execute("ANALYZE picked")
        database.execute(FILL, {**named, "count": missing})
        database.execute("VACUUM ANALYZE core_auditentry")
        print(f"{missing:,} entries written in {time.monotonic() - began:.0f} s")
    database.execute("SET session_replication_role = origin")


def pick(database: "psycopg.Connection[object]", organization_id: UUID) -> list[UUID]:
    """Students spread over the district."""
    rows = database.execute(
        "SELECT id FROM students_student WHERE organization_id = %s ORDER BY md5(id::text) LIMIT %s",
        [organization_id, READS],
    ).fetchall()
    return [row[0] for row in rows]  # type: ignore[index]


def explain(database: "psycopg.Connection[object]", organization_id: UUID, student_id: UUID) -> str:
    """How PostgreSQL finds the newest entries of a student."""
    rows = database.execute(
        """EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) SELECT * FROM core_auditentry
        WHERE organization_id = %s AND student_id = %s ORDER BY at DESC, id DESC LIMIT 51""",
        [organization_id, student_id],
    ).fetchall()
    return "\n".join(str(row[0]) for row in rows)  # type: ignore[index]


def read(rig: Rig, cookie: str, slug: str, students: list[UUID]) -> Audited:
    """The page of the audit filtered by one student after another."""
    times: list[float] = []
    with httpx.Client(base_url=rig.url, cookies={"session": cookie}, timeout=30) as client:
        for student_id in students:
            began = time.perf_counter()
            answer = client.get(f"/d/{slug}/audit/?student={student_id}")
            times.append((time.perf_counter() - began) * 1000)
            if answer.status_code != httpx.codes.OK:
                raise RuntimeError(f"the audit answered {answer.status_code}")
    return Audited("audit of a student, ms", len(times), percentile(times, 0.5), percentile(times, 0.95))


def append(database: "psycopg.Connection[object]", organization_id: UUID) -> Audited:
    """Entries written one transaction each, as the application writes them, with their triggers; rows a second."""
    began = time.monotonic()
    for number in range(APPENDED):
        database.execute(
            """INSERT INTO core_auditentry (organization_id, at, verb, actor_kind, actor_name, record_type, values,
            reason, request_id, user_agent)
            VALUES (%s, now(), 'bench.entry.appended', 'system', 'bench', 'Bench', '{}', '', %s, '')""",
            [organization_id, str(number)],
        )
    rate = APPENDED / (time.monotonic() - began)
    return Audited("appends a second, one client", APPENDED, rate, rate)


def seal(organization_id: UUID) -> Audited:
    """Sealing of what waits, by this process and the relay's sealer in turn; rows a second."""
    from core.chain import seal as seal_batch  # noqa: PLC0415  # Django is set up by now
    from core.models import AuditEntry, AuditWaiting  # noqa: PLC0415
    from core.tenant import organization  # noqa: PLC0415

    with organization(organization_id):
        for _part in range(SEALED // 1_000):
            AuditEntry.objects.bulk_create(
                AuditEntry(
                    organization_id=organization_id,
                    verb="bench.entry.appended",
                    actor_kind="system",
                    actor_name="bench",
                    record_type="Bench",
                    values={"fields": ["grade"]},
                )
                for _number in range(1_000)
            )
    waiting = AuditWaiting.objects.filter(organization_id=organization_id)
    began, count = time.monotonic(), waiting.count()
    while waiting.exists():
        seal_batch(organization_id)
    rate = count / (time.monotonic() - began)
    return Audited("sealed a second", count, rate, rate)
