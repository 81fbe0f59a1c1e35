"""An IEP of sixty pages: opened to be written, printed; and any version of a text after 100,000 changes.

`python -m bench iep`. The draft stays in the bench district for the next run; BENCH_CHANGES makes the log shorter.
"""

import asyncio
import json
import os
import random
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from uuid import UUID

import httpx
from pypdf import PdfReader

from accounts.models import Organization
from bench.ears import listen
from bench.people import administrators
from bench.rig import Rig, percentile
from casefile.synthetic import Size
from coediting.delta import Manuscript
from coediting.models import Ops, Text, TextChange, TextSnapshot
from coediting.sittings import Sitting, as_kept, joined
from core.tenant import organization
from ieps.models import Accommodation, Goal, Iep, Service
from ieps.sections import NARRATIVES
from ieps.texts import ensure_texts
from students.models import Student

CHANGES = int(os.environ.get("BENCH_CHANGES", "100000"))
PAGES = 60
OPENINGS = 20
JOININGS = 10
WRITERS, SOCKETS_OF_ONE = 10, 10
RELEASE_SECONDS = 5  # until sockets just closed are no longer counted as their person's
VERSIONS = 60
SHARED = re.compile(r'data-text="([0-9a-f-]{36})"[^>]*? data-version="(\d+)"')
ROWS_AT_ONCE = 2_000
SNAPSHOT_EVERY = 500
LONGEST = 20_000
SITTING = 40
PARAGRAPH = (
    "Zo reads aloud, slowly and with care, and asks what a word means before going on. In a group of four Zo waits "
    "for a turn and helps the others find the line. Long passages in science take most of the lesson; with the text "
    "read to the class first, Zo answers as many questions as anybody. "
)


@dataclass(frozen=True, slots=True)
class Opened:
    """What was opened again and again, in milliseconds, and the processor time of web and PostgreSQL."""

    what: str
    count: int
    p50: float
    p95: float
    cpu: float


@dataclass(frozen=True, slots=True)
class Draft:
    """The long draft, who writes it, and its longest log."""

    slug: str
    cookies: list[str]
    """Of the administrators who write it."""
    iep_id: UUID
    text_id: UUID


def measured(rig: Rig, size: Size) -> Iterator[Opened]:
    """Every row of the table."""
    draft = made(size)
    home = f"/d/{draft.slug}"
    with httpx.Client(base_url=rig.url, cookies={"session": draft.cookies[0]}, timeout=60) as client:
        yield opened(
            rig, client, "the page to write present levels", [f"{home}/ieps/{draft.iep_id}/edit/levels/"]
        )
        yield opened(rig, client, "the whole document", [f"{home}/ieps/{draft.iep_id}/"])
        yield editable(rig, client, draft)
        pdf = f"{home}/ieps/{draft.iep_id}/iep-en.pdf"
        pages = len(PdfReader(BytesIO(client.get(pdf).raise_for_status().content)).pages)
        if pages < PAGES:
            raise RuntimeError(f"the PDF has {pages} pages")
        yield opened(rig, client, f"PDF of {pages} pages", [pdf])
        chance = random.Random(1)
        versions = [chance.randrange(1, CHANGES) for _version in range(VERSIONS)]
        history = [f"{home}/texts/{draft.text_id}/history/?version={version}" for version in versions]
        texts = [f"/api/v1/texts/{draft.text_id}/versions/{version}/" for version in versions]
        client.headers["X-Organization"] = draft.slug
        yield opened(rig, client, f"API: a version of a text with {CHANGES:,} changes", texts)
        yield opened(rig, client, f"page of a version, {CHANGES:,} changes", history)


def opened(rig: Rig, client: httpx.Client, what: str, addresses: list[str]) -> Opened:
    """Open each address, a single one twenty times over, after one that warms up."""
    times: list[float] = []
    spent: dict[str, float] = {}
    wanted = addresses if len(addresses) > 1 else addresses * OPENINGS
    client.get(wanted[0]).raise_for_status()
    with rig.costing(spent):
        for address in wanted:
            began = time.perf_counter()
            client.get(address).raise_for_status()
            times.append((time.perf_counter() - began) * 1000)
    cpu = (spent["web"] + spent["postgresql"]) / len(times)
    return Opened(what, len(times), percentile(times, 0.5), percentile(times, 0.95), cpu)


def editable(rig: Rig, client: httpx.Client, draft: Draft) -> Opened:
    """From asking for the whole document until every one of its texts was joined over a socket of its own.

    A browser joins those in sight alone, and a person may have ten: the sockets are those of several administrators.
    The processor time is the servers': the page, the sockets, the joining.
    """
    times: list[float] = []
    spent: dict[str, float] = {}
    cpu = 0.0
    count = asyncio.run(joined_all(rig, client, draft))
    for _time in range(JOININGS):
        time.sleep(RELEASE_SECONDS)
        with rig.costing(spent):
            began = time.perf_counter()
            asyncio.run(joined_all(rig, client, draft))
            times.append((time.perf_counter() - began) * 1000)
        cpu += spent["web"] + spent["postgresql"] + spent["redis"]
    what = f"the whole document, editable: its {count} texts joined"
    return Opened(what, len(times), percentile(times, 0.5), percentile(times, 0.95), cpu / len(times))


async def joined_all(rig: Rig, client: httpx.Client, draft: Draft) -> int:
    """Open the document and join each of its texts as its page does, from the version in the page. Returns how many."""
    page = client.get(f"/d/{draft.slug}/ieps/{draft.iep_id}/").raise_for_status().text
    texts = SHARED.findall(page)
    done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    left = len(texts)

    def heard(body: bytes, _at: float) -> None:
        nonlocal left
        kind = json.loads(body)["type"]
        left -= kind == "joined"
        if kind == "error" and not done.done():
            done.set_exception(RuntimeError(body.decode()))
        elif not left and not done.done():
            done.set_result(None)

    ears = []
    for place, (text_id, version) in enumerate(texts):
        cookie = draft.cookies[place // SOCKETS_OF_ONE]
        ear = await listen(rig.url, f"/ws/texts/{text_id}/?organization={draft.slug}", cookie, heard)
        ear.say({"type": "join", "version": int(version)})
        ears.append(ear)
    await asyncio.wait_for(done, 60)
    for ear in ears:
        ear.transport.close()
    return len(texts)


def made(size: Size) -> Draft:
    """The draft of the district's last student, as an earlier run left it or new."""
    district = Organization.objects.get(slug=size.slug)
    cookies = [visitor.cookie for visitor in administrators(size, WRITERS)]
    with organization(district.id):
        student = Student.objects.order_by("-id")[0]
        iep = Iep.objects.filter(student=student, status=Iep.Status.DRAFT).first() or draft_of(student)
        ensure_texts(iep=iep)
        text = Text.objects.get(subject_id=iep.id, field="courses_of_study")
    if text.version < CHANGES:
        log(district.id, text)
    return Draft(slug=district.slug, cookies=cookies, iep_id=iep.id, text_id=text.id)


def draft_of(student: Student) -> Iep:
    """A draft of sixty pages: long narratives, forty goals, thirty services and accommodations."""
    words = "\n".join([PARAGRAPH * 2] * 26)
    of_iep = {"organization_id": student.organization_id, "student": student}
    iep = Iep.objects.create(
        **of_iep,
        number=student.ieps.count() + 1,
        kind=Iep.Kind.ANNUAL,
        status=Iep.Status.DRAFT,
        meeting_on=date(2026, 1, 8),
        effective_on=date(2026, 1, 15),
        expires_on=date(2027, 1, 14),
        **dict.fromkeys(NARRATIVES, words),
    )
    Goal.objects.bulk_create(
        Goal(
            **of_iep,
            iep=iep,
            number=number,
            domain=Goal.Domain.READING,
            title="Oral reading fluency",
            statement=PARAGRAPH,
            scale=Goal.Scale.RATE,
            unit="words a minute",
            baseline_value=48,
            baseline_on=date(2026, 1, 15),
            target_value=92,
            target_on=date(2027, 1, 8),
            evaluation_method="Weekly probe of one minute",
            frequency="weekly",
        )
        for number in range(1, 41)
    )
    Service.objects.bulk_create(
        Service(
            **of_iep,
            iep=iep,
            kind=Service.Kind.INSTRUCTION,
            minutes=30,
            times=4,
            delivery=Service.Delivery.GROUP,
            location=f"Room {number}",
            starts_on=date(2026, 1, 15),
            ends_on=date(2027, 1, 14),
        )
        for number in range(30)
    )
    Accommodation.objects.bulk_create(
        Accommodation(
            **of_iep, iep=iep, kind=Accommodation.Kind.ACCOMMODATION, text=f"Extended time, part {number}"
        )
        for number in range(30)
    )
    return iep


def log(organization_id: UUID, text: Text) -> None:
    """Write changes straight into the log of a text, with the snapshots that keeping it would have made."""
    typist = Typist(random.Random(1))
    words, authors = Manuscript(text.ops), Manuscript()
    authors.apply(
        [{"insert": words.plain(), "attributes": {"by": "system:bench", "at": "2026-01-08T14:00:00+00:00"}}]
    )
    began = datetime(2026, 1, 8, 14, tzinfo=UTC)
    sittings: list[Sitting] = []
    since = text.version
    for first in range(text.version + 1, CHANGES + 1, ROWS_AT_ONCE):
        changes, snapshots = [], []
        for version in range(first, min(first + ROWS_AT_ONCE, CHANGES + 1)):
            ops = typist.change(version, words.length)
            by, at = f"bench-{version // SITTING % 4}", began + timedelta(seconds=version)
            words.apply(ops)
            signed = {"by": by, "at": at.replace(second=0).isoformat()}
            authors.apply([{**op, "attributes": signed} if "insert" in op else op for op in ops])
            name = f"Writer {by[-1]}"
            sittings.append(
                Sitting(
                    by=by,
                    by_name=name,
                    began_at=at,
                    ended_at=at,
                    first_version=version,
                    last_version=version,
                    changes=1,
                )
            )
            changes.append(
                TextChange(
                    organization_id=organization_id,
                    text=text,
                    version=version,
                    change_id=f"bench{version}",
                    author_id=by,
                    author_name=name,
                    at=at,
                    ops=ops,
                )
            )
            if version % SNAPSHOT_EVERY == 0:
                snapshots.append(
                    TextSnapshot(
                        organization_id=organization_id,
                        text=text,
                        version=version,
                        ops=words.ops(),
                        authors=authors.ops(),
                        since=since,
                        sittings=as_kept(joined([sittings])),
                    )
                )
                sittings, since = [], version
        with organization(organization_id):
            TextChange.objects.bulk_create(changes)
            TextSnapshot.objects.bulk_create(snapshots)
            last = changes[-1].version
            Text.objects.filter(id=text.id).update(
                version=last, ops=words.ops(), ops_version=last, told_version=last, written_version=last
            )


@dataclass(slots=True)
class Typist:
    """Writes as people do: word after word at one place, then at another; a text that has grown long is shortened."""

    chance: random.Random
    place: int = 0

    def change(self, version: int, length: int) -> Ops:
        """The next change to a text of this length."""
        if length > LONGEST:
            self.place = 0
            return [{"delete": LONGEST // 10}]
        if version % SITTING == 0:
            self.place = self.chance.randrange(length)
        before: Ops = [{"retain": self.place}] if self.place else []
        word = self.chance.choice(("word ", "reads ", "aloud "))
        self.place += len(word)
        return [*before, {"insert": word}]
