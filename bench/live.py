"""From a commit to every open page: versions to 500 sockets, and 200 pages that refetch what changed."""

import random
import time
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import cycle, islice

from accounts.models import Organization
from bench.pages import Visitor
from bench.people import administrators
from bench.rig import Rig, percentile
from bench.tabs import FAILED, Heard, Tab, Tabs
from casefile.synthetic import POINTS_PER_GOAL, Size
from core.actor import Actor, system_actor
from core.tenant import organization
from ieps.models import Goal, Iep
from progress.mutations import record_progress_point

SOCKETS, SOCKETS_EACH = 500, 10
WATCHED_GOALS = 25
STUDENTS, PAGES_EACH = 40, 5
SETTLE_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Write:
    """One commit: the topic it is about, and the moment before it was made."""

    topic: str
    at: float


def fan_out(rig: Rig, size: Size, *, per_second: float, seconds: float) -> None:
    """Commits that 500 sockets hear of, all of them."""
    goals = _goals(size, WATCHED_GOALS)
    visitors = administrators(size, SOCKETS // SOCKETS_EACH)
    topics = [goal.topic for goal in goals]
    tabs = Tabs(rig.url, [Tab(one.cookie, one.slug, topics=topics) for one in _each(visitors, SOCKETS)])
    spent: dict[str, float] = {}
    with rig.costing(spent):
        writes = _write(size, goals, per_second=per_second, seconds=seconds)
        time.sleep(SETTLE_SECONDS)
    heard = tabs.heard()
    waits = _waits(writes, heard)
    print(
        f"| commit → {tabs.opened} sockets, {per_second:g} writes/s | {len(writes)} writes, "
        f"{len(heard):,} of {len(writes) * tabs.opened:,} frames | {_figures(waits)} | "
        f"{_cost(spent, len(heard))} ms a frame |"
    )


def refreshes(rig: Rig, size: Size, *, per_second: float, seconds: float) -> None:
    """Commits that 200 pages over 40 students show, each refetching with its own rights."""
    goals = _goals(size, STUDENTS, one_each=True)
    readers = administrators(size, STUDENTS * PAGES_EACH // SOCKETS_EACH)
    home = f"/d/{size.slug}"
    addresses = [f"{home}/students/{goal.student_id}/goals/?goal={goal.id}" for goal in goals]
    wanted = [address for address in addresses for _ in range(PAGES_EACH)]
    tabs = Tabs(
        rig.url,
        [
            Tab(one.cookie, one.slug, address)
            for one, address in zip(_each(readers, len(wanted)), wanted, strict=True)
        ],
    )
    spent: dict[str, float] = {}
    with rig.costing(spent):
        writes = _write(size, goals, per_second=per_second, seconds=seconds)
        time.sleep(SETTLE_SECONDS)
    heard = tabs.heard()
    of_page = {goal.topic: f"{address} {goal.topic}" for goal, address in zip(goals, addresses, strict=True)}
    waits = _waits([Write(of_page[write.topic], write.at) for write in writes], heard)
    print(
        f"| commit → page refreshed, {tabs.opened} pages over {STUDENTS} students, {per_second:g} writes/s | "
        f"{len(writes)} writes, {len(waits)} refreshes, {_failed(heard)} repeated | {_figures(waits)} | "
        f"{_cost(spent, len(waits))} ms a refresh |"
    )


def one_student(rig: Rig, size: Size, *, watchers: int = 200) -> None:
    """One commit about a student whom everybody watches, until the last page is fresh."""
    (goal,) = _goals(size, 1)
    readers = administrators(size, watchers // SOCKETS_EACH)
    address = f"/d/{readers[0].slug}/students/{goal.student_id}/goals/?goal={goal.id}"
    tabs = Tabs(rig.url, [Tab(one.cookie, one.slug, address) for one in _each(readers, watchers)])
    (write,) = _write(size, [goal], per_second=1, seconds=1)
    time.sleep(SETTLE_SECONDS + 17)
    heard = tabs.heard()
    waits = [when - write.at for what, _, when in heard if what.endswith(goal.topic) and when > write.at]
    last = (
        f"all fresh after {max(waits):.2f} s"
        if len(waits) >= watchers
        else f"{len(waits)} of {watchers} fresh"
    )
    print(
        f"| one commit → {tabs.opened} pages of one student | {last}, {_failed(heard)} repeated | "
        f"{_figures(waits)} | |"
    )


def _each(visitors: list[Visitor], count: int) -> list[Visitor]:
    """As many tabs, shared out evenly."""
    return list(islice(cycle(visitors), count))


def _goals(size: Size, count: int, *, one_each: bool = False) -> list[Goal]:
    """Goals with the scores that the district was made with: those that an earlier run scored have longer pages."""
    district = Organization.objects.get(slug=size.slug)
    with organization(district.id):
        untouched = {"iep__status": Iep.Status.ACTIVE, "progress_summary__points": POINTS_PER_GOAL}
        rows = Goal.objects.filter(**untouched).order_by("student_id", "number")
        if one_each:
            rows = rows.distinct("student_id")
        return list(rows[:count])


def _write(size: Size, goals: list[Goal], *, per_second: float, seconds: float) -> list[Write]:
    """Record points in turn, at an even pace."""
    district = Organization.objects.get(slug=size.slug)
    actor = system_actor(organization_id=district.id, name="measurement")
    chance = random.Random(3)
    writes, began = [], time.monotonic()
    for number, goal in enumerate(islice(cycle(goals), int(per_second * seconds))):
        time.sleep(max(0.0, began + number / per_second - time.monotonic()))
        with organization(district.id):
            _record(actor, goal, chance)
            writes.append(Write(goal.topic, time.monotonic()))
    return writes


def _record(actor: Actor, goal: Goal, chance: random.Random) -> None:
    day = goal.baseline_on + timedelta(
        days=chance.randrange(1, max(2, (actor.today - goal.baseline_on).days))
    )
    record_progress_point(
        actor=actor,
        goal_id=goal.id,
        measured_on=day,
        value=Decimal(chance.randrange(1, 90)),
        today=actor.today,
        is_another_probe=True,  # an earlier run may have recorded the same
    )


def _waits(writes: list[Write], heard: list[Heard]) -> list[float]:
    """Seconds from each commit to each time it was shown: from the newest commit before it."""
    commits: dict[str, list[float]] = defaultdict(list)
    for write in writes:
        commits[write.topic].append(write.at)
    found = []
    for topic, _version, when in heard:
        before = bisect_left(commits[topic], when)
        if before:
            found.append(when - commits[topic][before - 1])
    return found


def _failed(heard: list[Heard]) -> int:
    """How many refetches were answered with an error and made again."""
    return sum(what == FAILED for what, _, _ in heard)


def _figures(waits: list[float]) -> str:
    return (
        " / ".join(f"{percentile(waits, share) * 1000:.0f}" for share in (0.5, 0.95, 0.99))
        + " ms (p50/p95/p99)"
    )


def _cost(spent: dict[str, float], count: int) -> str:
    parts = ", ".join(f"{part} {value / max(1, count):.3f}" for part, value in spent.items() if value)
    return f"CPU {sum(spent.values()) / max(1, count):.3f} ({parts})"
