"""Progress monitoring at its size: the night, all summaries made anew, a group's scores at once, a long chart.

`python -m bench progress`. What the measurement writes into the district is taken out again at its end, save the
audit entries.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from multiprocessing import get_context
from typing import Any
from uuid import UUID, uuid4

import django
import httpx
import psycopg
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.actors import software_actor
from accounts.models import Organization
from bench.pages import Visitor
from bench.people import managers
from bench.rig import Rig, percentile
from casefile.synthetic import Size
from core.actor import Actor
from core.models import AuditEntry
from core.tenant import organization
from ieps.models import Goal
from progress.arithmetic import Aimline, Measurement
from progress.charts import ChartData, ChartLabels, PhaseChange, Width, progress_chart
from progress.models import EvaluationRun, GoalState, GoalSummary, ProgressPoint
from progress.mutations import rebuild_summaries
from progress.tasks import PARTS, evaluate_part

POINTS_AT_ONCE = 30
SESSIONS = 60
STARTING = 20  # sessions that a server answers which has just started
CHART_POINTS = 2_000
CHARTS = 40
EQUAL = "SELECT md5(string_agg(md5(row.*::text), '' ORDER BY row.goal_id)) FROM (SELECT {} FROM {}) AS row"


@dataclass(frozen=True, slots=True)
class Night:
    """One evaluation of every goal of the district, and how many verdicts changed."""

    what: str
    goals: int
    points: int
    changed: int
    seconds: float
    own_cpu: float
    database_cpu: float


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """All summaries, made again from nothing."""

    summaries: int
    seconds: float
    own_cpu: float
    database_cpu: float
    is_equal: bool


@dataclass(frozen=True, slots=True)
class Timed:
    """What was done again and again, in milliseconds."""

    what: str
    count: int
    p50: float
    p95: float
    cpu: float
    statements: int = 0


class Watch:
    """Seconds on the wall, and of processor time in this process and its own, and in PostgreSQL, of a block."""

    seconds = own_cpu = database_cpu = 0.0


@contextmanager
def watched(rig: Rig) -> Iterator[Watch]:
    """Measure a block."""
    watch, spent = Watch(), dict[str, float]()
    began, cpu = time.monotonic(), own_cpu()
    with rig.costing(spent):
        yield watch
    watch.seconds, watch.own_cpu = time.monotonic() - began, own_cpu() - cpu
    watch.database_cpu = spent["postgresql"] / 1000


def own_cpu() -> float:
    """Seconds of processor time so far of this process and of those that it started and that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def actor_of(size: Size) -> Actor:
    """Who evaluates and rebuilds in the district."""
    return software_actor(organization=Organization.objects.get(slug=size.slug), name="bench")


def nights(rig: Rig, size: Size) -> list[Night]:
    """The first night of a district, in which every verdict is new, and the one after it."""
    actor = actor_of(size)
    forget_nights(actor)
    try:
        return [
            night(rig, actor, what, actor.today + timedelta(days=number))
            for number, what in enumerate(("first night: every verdict is new", "the night after"))
        ]
    finally:
        forget_nights(actor)


def night(rig: Rig, actor: Actor, what: str, today: date) -> Night:
    """Evaluate every goal. Raises RuntimeError unless each changed verdict was audited, and the run once."""
    with organization(actor.organization_id):
        points = ProgressPoint.objects.filter(voided_at=None).count()
        newest = AuditEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    with watched(rig) as watch, ProcessPoolExecutor(PARTS, get_context("spawn"), django.setup) as workers:
        changed = sum(workers.map(evaluated, [actor] * PARTS, [today] * PARTS, range(PARTS)))
    with organization(actor.organization_id):
        entries = AuditEntry.objects.filter(id__gt=newest)
        audited = entries.filter(verb="progress.goal.verdict_changed").count()
        runs = entries.filter(verb="progress.evaluation.finished").count()
        goals = sum(EvaluationRun.objects.filter(on=today).values_list("goals", flat=True))
    if (audited, runs) != (changed, 1):
        raise RuntimeError(f"{changed} verdicts changed, {audited} audited, {runs} runs audited")
    return Night(what, goals, points, changed, watch.seconds, watch.own_cpu, watch.database_cpu)


def evaluated(actor: Actor, today: date, part: int) -> int:
    """What one worker does in a night."""
    return evaluate_part(actor=actor, today=today, part=part)


def forget_nights(actor: Actor) -> None:
    """As if no night had been yet: no states of goals, no runs."""
    with organization(actor.organization_id):
        GoalState.objects.all().delete()
        EvaluationRun.objects.all().delete()


def rebuilt(rig: Rig, size: Size) -> Rebuilt:
    """Take all summaries away and have the command make them again. They are compared value by value."""
    actor = actor_of(size)
    before = fingerprint(actor)
    with organization(actor.organization_id):
        count = GoalSummary.objects.count()
        GoalSummary.objects.all().delete()
    with watched(rig) as watch:
        call_command("rebuild_summaries", f"--organization={size.slug}")
    return Rebuilt(count, watch.seconds, watch.own_cpu, watch.database_cpu, fingerprint(actor) == before)


def fingerprint(actor: Actor) -> str:
    """One word for everything that the summaries of the district say."""
    columns = [
        f'"{field.column}"'
        for field in GoalSummary._meta.concrete_fields
        if field.column not in {"id", "created_at"}
    ]
    with organization(actor.organization_id), connection.cursor() as cursor:
        cursor.execute(EQUAL.format(", ".join(columns), GoalSummary._meta.db_table))
        return str(cursor.fetchone()[0])


def group_sessions(rig: Rig, size: Size) -> Timed:
    """A case manager's browser sends thirty scores of one group in one request, again and again."""
    visitor = managers(size, 1)[0]
    actor = actor_of(size)
    with organization(actor.organization_id):
        students = [UUID(page.split("/")[4]) for page in visitor.pages["Student"]]
        goals = list(Goal.objects.filter(student_id__in=students).order_by("id"))[:POINTS_AT_ONCE]
    sessions = [uuid4() for _session in range(SESSIONS)]
    spent: dict[str, float] = {}
    try:
        statements = counted(visitor, goals, sessions[0], actor.today)
        with rig.costing(spent):
            times = send(rig, visitor, goals, sessions[1:], actor.today)
    finally:
        forget_sessions(rig, actor, goals, sessions)
    cpu = (spent["web"] + spent["postgresql"]) / len(times)
    what = f"{POINTS_AT_ONCE} points of {len(goals)} goals in one request"
    settled = times[STARTING:]
    return Timed(what, len(settled), percentile(settled, 0.5), percentile(settled, 0.95), cpu, statements)


def send(rig: Rig, visitor: Visitor, goals: list[Goal], sessions: list[UUID], today: date) -> list[float]:
    """Milliseconds of each request, as the capture page makes it. Raises RuntimeError when a score was refused."""
    times: list[float] = []
    with httpx.Client(base_url=rig.url, cookies={"session": visitor.cookie}, timeout=60) as client:
        hello = client.get(f"/d/{visitor.slug}/capture/hello/").raise_for_status().json()
        headers = {"X-CSRFToken": hello["csrf"], "Referer": rig.url, "Accept": "application/json"}
        for number, session_id in enumerate(sessions, start=1):
            body = {"person": hello["person"], "entries": entries(goals, session_id, number, today)}
            began = time.perf_counter()
            answer = client.post(f"/d/{visitor.slug}/capture/save/", json=body, headers=headers)
            times.append((time.perf_counter() - began) * 1000)
            if any(not one.get("point_id") for one in answer.raise_for_status().json()["results"]):
                raise RuntimeError(answer.text[:400])
    return times


def entries(goals: list[Goal], session_id: UUID, number: int, today: date) -> list[dict[str, Any]]:
    """One score of each goal, all of the district's `today`, unlike those of other sessions."""
    return [
        {
            "client_id": str(uuid4()),
            "session_id": str(session_id),
            "goal_id": str(goal.id),
            "measured_on": today.isoformat(),
            "value": str(Decimal(20) + Decimal(number) / 4),
        }
        for goal in goals
    ]


def counted(visitor: Visitor, goals: list[Goal], session_id: UUID, today: date) -> int:
    """How many statements one such request runs, in this process."""
    client = Client(headers={"Host": "127.0.0.1", "Accept": "application/json"})
    client.cookies["session"] = visitor.cookie
    hello = client.get(f"/d/{visitor.slug}/capture/hello/").json()
    body = {"person": hello["person"], "entries": entries(goals, session_id, 0, today)}
    with CaptureQueriesContext(connection) as queries:
        client.post(f"/d/{visitor.slug}/capture/save/", body, content_type="application/json")
    return len(queries)


def forget_sessions(rig: Rig, actor: Actor, goals: list[Goal], sessions: list[UUID]) -> None:
    """Take the scores out again, which only the owner of the tables can, and let the summaries follow."""
    name = rig.environment["DATABASE_URL"].rpartition("/")[2]
    with psycopg.connect(f"{rig.admin.rpartition('/')[0]}/{name}", autocommit=True) as database:
        table = ProgressPoint._meta.db_table
        database.execute(f"DELETE FROM {table} WHERE session_id = ANY(%s)", [sessions])
    with organization(actor.organization_id):
        rebuild_summaries(actor=actor, goal_ids=[goal.id for goal in goals])


def long_chart() -> Timed:
    """A goal with two thousand points over a school year, drawn for a page; each time another picture, none kept."""
    begins = date(2025, 9, 1)
    points = tuple(
        Measurement(
            on=begins + timedelta(days=number * 270 // CHART_POINTS),
            value=Decimal(40 + number * 37 % 23 + number * 40 // CHART_POINTS),
            id=number,
        )
        for number in range(CHART_POINTS)
    )
    return timed(
        f"chart of {CHART_POINTS:,} points", CHARTS, lambda number: draw(f"bench{number}", points, begins)
    )


def draw(key: str, points: tuple[Measurement, ...], begins: date) -> str:
    """The wide chart with aimline, phases, trends and projection."""
    target_on = begins + timedelta(days=290)
    labels = ChartLabels(
        title="Reading fluency",
        description="Words correct",
        unit="words correct",
        goal="Goal: 92",
        goal_by="by Jun 18, 2026",
        goal_short="Goal: 92 by Jun 18",
        aimline="aimline",
        baseline="Base",
        months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        latest="64 today",
        pace="If this pace holds: about Jun 20",
    )
    data = ChartData(
        key=key,
        points=points,
        target=Decimal(92),
        target_on=target_on,
        aimline=Aimline(start_on=begins, start=Decimal(48), target_on=target_on, target=Decimal(92)),
        phases=(PhaseChange(on=begins + timedelta(days=90), label="Small group"),),
    )
    return progress_chart(data, width=Width.WIDE, labels=labels)


def timed(what: str, count: int, act: Callable[[int], object]) -> Timed:
    """Milliseconds of something that needs no server, on the wall and of the processor."""
    times: list[float] = []
    cpu: list[float] = []
    for number in range(count):
        wall, used = time.perf_counter(), time.process_time()
        act(number)
        times.append((time.perf_counter() - wall) * 1000)
        cpu.append((time.process_time() - used) * 1000)
    return Timed(what, count, percentile(times, 0.5), percentile(times, 0.95), statistics.median(cpu))
