"""Pages and API lists over a large district: 20 people who think for a second between two clicks."""

import asyncio
import gc
import random
import time
from collections import defaultdict
from dataclasses import dataclass
from http import HTTPStatus

from bench.asking import Asker
from bench.rig import Rig, percentile

USERS = 20
THINK_SECONDS = 1.0
SPREAD = (0.5, 1.5)
"""Of that, by chance: in step, whoever once met at a slow page would meet again at every page after it."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody signed in: a session, and the addresses this person opens, by name of the page."""

    cookie: str
    slug: str
    pages: dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Measured:
    """What one kind of page took, in milliseconds, and how many SQL statements it ran."""

    page: str
    requests: int
    p50: float
    p95: float
    statements: str


async def load(rig: Rig, visitors: list[Visitor], *, seconds: float) -> tuple[dict[str, list[float]], int]:
    """Milliseconds by page, and how many answers were not 200."""
    times: dict[str, list[float]] = defaultdict(list)
    failures = 0

    async def visit(visitor: Visitor, offset: float) -> None:
        nonlocal failures
        chance = random.Random(visitor.cookie)
        asker = await Asker.at(rig.url, cookie=visitor.cookie, slug=visitor.slug)
        await asyncio.sleep(offset)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            page = chance.choice(list(visitor.pages))
            began = time.perf_counter()
            status = await asker.status_of(chance.choice(visitor.pages[page]))
            times[page].append((time.perf_counter() - began) * 1000)
            failures += status != HTTPStatus.OK
            await asyncio.sleep(THINK_SECONDS * chance.uniform(*SPREAD))
        asker.close()

    gc.collect()
    gc.freeze()  # what this process has read in is not looked through while it measures
    await asyncio.gather(
        *(visit(visitor, number * THINK_SECONDS / len(visitors)) for number, visitor in enumerate(visitors))
    )
    return times, failures


def table(times: dict[str, list[float]], statements: dict[str, str]) -> list[Measured]:
    """One row a page, slowest first."""
    rows = [
        Measured(
            page, len(values), percentile(values, 0.5), percentile(values, 0.95), statements.get(page, "")
        )
        for page, values in times.items()
    ]
    return sorted(rows, key=lambda row: -row.p95)
