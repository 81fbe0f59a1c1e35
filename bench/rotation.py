"""A new encryption key over the whole district while people read and write: `python -m bench rotation`.

Every student gets two encrypted values under an older key, then `rotate_keys` runs beside 50 requests a second for
records that hold such values; the same requests alone come before. The values are removed at the end, since no later
run knows the key.
"""

import asyncio
import random
import secrets
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from uuid import UUID

import httpx
import psycopg
from django.test.utils import override_settings

from accounts.actors import software_actor
from accounts.models import Membership, Organization
from accounts.mutations import issue_token
from accounts.rights import Role
from bench.pages import Visitor
from bench.people import administrators
from bench.rig import ROOT, Rig, percentile
from casefile.synthetic import Size
from core.tenant import organization
from students.models import Condition, Student

PER_SECOND = 50
ROWS_AT_ONCE = 2_000
WRITES_ONE_IN = 10
STUDENTS = 1_000
ALONE_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Rotated:
    """What the command sealed anew and how long it took; what was asked meanwhile, in milliseconds."""

    what: str
    values: int
    seconds: float
    requests: int
    p50: float
    p95: float
    statuses: dict[int, int]


def rotation(rig: Rig, size: Size) -> list[Rotated]:
    """Fill, ask without a rotation, rotate while the same is asked, clear."""
    district = Organization.objects.get(slug=size.slug)
    values = fill(district.id, older=rig.environment["STUDENT_DATA_ENCRYPTION_KEYS"].split(",")[1])
    who = token_of(administrators(size, 1)[0])
    try:
        alone = asyncio.run(beside(rig, who, ["-c", f"import time; time.sleep({ALONE_SECONDS})"]))
        rotated = asyncio.run(beside(rig, who, ["manage.py", "rotate_keys"]))
    finally:
        clear(rig, district.id)
    return [row("requests alone", 0, *alone), row("rotate_keys beside requests", values, *rotated)]


def row(what: str, values: int, seconds: float, times: list[float], statuses: Counter[int]) -> Rotated:
    """One line of the table."""
    return Rotated(
        what, values, seconds, len(times), percentile(times, 0.5), percentile(times, 0.95), dict(statuses)
    )


def fill(organization_id: UUID, *, older: str) -> int:
    """A condition with two encrypted values for each student, sealed with the older key."""
    with override_settings(STUDENT_DATA_ENCRYPTION_KEYS=[older]), organization(organization_id):
        ids = list(Student.objects.order_by("id").values_list("id", flat=True))
        for start in range(0, len(ids), ROWS_AT_ONCE):
            Condition.objects.bulk_create(
                Condition(organization_id=organization_id, student_id=one, name="Asthma", notes="Inhaler")
                for one in ids[start : start + ROWS_AT_ONCE]
            )
    return 2 * len(ids)


def clear(rig: Rig, organization_id: UUID) -> None:
    """Remove what was filled in, and what the load added."""
    name = rig.environment["DATABASE_URL"].rpartition("/")[2]
    with psycopg.connect(f"{rig.admin.rpartition('/')[0]}/{name}", autocommit=True) as database:
        database.execute("DELETE FROM students_condition WHERE organization_id = %s", [organization_id])


def token_of(visitor: Visitor) -> tuple[str, list[str]]:
    """A bearer token of an administrator, and students to ask for."""
    district = Organization.objects.get(slug=visitor.slug)
    actor = software_actor(organization=district, name="bench")
    with organization(district.id):
        person = Membership.objects.filter(role=Role.ADMINISTRATOR).order_by("id")[0].person_id
        token = issue_token(actor=actor, person_id=person, days=1)
        students = Student.objects.filter(archived_at=None).order_by("id").values_list("id", flat=True)
        every = max(1, students.count() // STUDENTS)
        return token, [str(one) for one in students[::every]]


async def beside(
    rig: Rig, who: tuple[str, list[str]], words: list[str]
) -> tuple[float, list[float], Counter[int]]:
    """Run a program while requests begin at their own pace, whether or not earlier ones were answered."""
    times: list[float] = []
    statuses: Counter[int] = Counter()
    began = time.monotonic()
    command = subprocess.Popen(
        [sys.executable, *words], cwd=ROOT, env=rig.environment, stdout=subprocess.DEVNULL
    )
    token, students = who
    headers = {"Authorization": f"Bearer {token}", "X-Forwarded-Proto": "https"}
    asked: list[asyncio.Task[None]] = []
    chance = random.Random(1)
    async with httpx.AsyncClient(base_url=rig.url, headers=headers, timeout=60) as client:
        while command.poll() is None:
            asked.append(asyncio.create_task(ask(client, chance.choice(students), chance, times, statuses)))
            due = began + len(asked) / PER_SECOND
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        seconds = time.monotonic() - began
        await asyncio.gather(*asked)
    if command.returncode:
        raise RuntimeError(f"{words[-1]} failed")
    return seconds, times, statuses


async def ask(
    client: httpx.AsyncClient, student: str, chance: random.Random, times: list[float], statuses: Counter[int]
) -> None:
    """Read what is known of a student's health, or now and then add to it."""
    address = f"/api/v1/students/{student}/health/"
    began = time.perf_counter()
    if chance.randrange(WRITES_ONE_IN):
        answer = await client.get(address)
    else:
        key = {"Idempotency-Key": secrets.token_hex(16)}
        answer = await client.post(f"{address}conditions/", json={"name": "Hay fever"}, headers=key)
    times.append((time.perf_counter() - began) * 1000)
    statuses[answer.status_code] += 1
