"""Every mutation against open pages: what a page shows either stays as it is, or one of its topics is told.

And nobody is told of, or shown, what they may not see. The story tries every mutation once, in an order in which each
has something to work on; the walks draw them at random. `SOAK_SEEDS` makes more walks.
"""

import os
import random
import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.db import transaction
from django.urls import set_script_prefix

from accounts.calendars import DaysOff, Period, SchoolYear
from accounts.models import SchoolYear as Year
from accounts.mutations import add_school_year, update_school_year
from core import kept, outbox, queue
from core.actor import Hat
from core.errors import NotFound, SpedError
from core.models import AuditEntry, Job, OutboxEvent, topic
from ieps.models import Goal, Iep
from integrations.mutations.runs import TASK as IMPORT
from live.frames import MOST_TOPICS
from live.queries import watchable
from progress.mutations import record_progress_point, set_decision_rule
from tests.factories.ieps import AccommodationFactory, GoalFactory, IepFactory, ServiceFactory
from tests.live.changes import CANARY, CHANGES, INSIDE, Nothing, World, all_mutations

IS_LONG = bool(os.environ.get("SOAK"))
WALKS = int(os.environ.get("SOAK_SEEDS", "1"))
STEPS = 30
LOOKS = 12 if IS_LONG else 2  # pages looked at after each change
# Whose pages are open while changes are drawn at random, and while rules change: some of each kind of reader.
WALKERS = ("casey", "paula", "ada", "fin", "mina", "otto")
OF_RULES = ("casey", "gina", "ada", "cory", "mina")
DOUBTS = 1  # pages that are compared with what another process would read: by turns before and after the news of it
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
PASSING = {"time"}  # what changes by itself
QUIET = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|data-live-version="[^"]*"')


@dataclass
class Region:
    """A part of a page that keeps itself fresh."""

    id: str
    topics: list[str]
    versions: list[str]
    text: str = ""


class Regions(HTMLParser):
    """The live regions of a page, each with everything inside it."""

    def __init__(self, html):
        super().__init__(convert_charrefs=False)
        self.found: dict[str, Region] = {}
        self.open: list[tuple[Region, int]] = []
        self.depth = 0
        self.muted = None
        self.feed(html)

    def say(self, text):
        if self.muted is None:
            for region, _ in self.open:
                region.text += text

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        if tag not in VOID:
            self.depth += 1
        if self.muted is None and "data-quiet" in known and tag not in VOID:
            self.muted = self.depth
        if "data-live" in known:
            region = Region(
                known["id"], known["data-live"].split(), (known["data-live-version"] or "").split()
            )
            self.found[region.id] = region
            self.open.append((region, self.depth))
        self.say(f"<{tag}>" if tag in PASSING else QUIET.sub("", self.get_starttag_text()))
        if self.muted is None and tag in PASSING:
            self.muted = self.depth

    def handle_startendtag(self, tag, attributes):
        self.say(self.get_starttag_text())

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        self.say(f"</{tag}>")
        if self.muted == self.depth:
            self.muted = None
        if self.open and self.open[-1][1] == self.depth:
            self.open.pop()
        self.depth -= 1

    def handle_data(self, data):
        self.say(data)

    def handle_entityref(self, name):
        self.say(f"&{name};")

    def handle_charref(self, name):
        self.say(f"&#{name};")


@dataclass
class Page:
    """A page that somebody has open, as it looked when they last looked."""

    viewer: str
    path: str
    status: int = 0
    regions: dict[str, Region] = field(default_factory=dict)
    told: set[str] = field(default_factory=set)  # since they last looked
    lost: set[str] = field(default_factory=set)

    def __str__(self):
        return f"{self.viewer} at {self.path}"

    @property
    def hat(self):
        return Hat.FAMILY if self.path.startswith("/family") else Hat.STAFF

    @property
    def topics(self):
        return {name for region in self.regions.values() for name in region.topics}


class Watch:
    """Everybody's open pages."""

    def __init__(self, world, bus, viewers=None):
        self.world, self.bus = world, bus
        cast = world.cast
        self.clients = {name: player.client() for name, player in cast.players.items()}
        active = Iep.objects.get(student=cast.student, status=Iep.Status.ACTIVE)
        own = f"/students/{cast.student.id}"
        everywhere = [
            f"{own}/",
            f"{own}/goals/",
            f"{own}/team/",
            f"{own}/timeline/",
            f"{own}/iep/",
            f"{own}/consents/",
            *(f"{own}/record/{part}" for part in ("", "contacts/", "about/", "schools/", "fields/")),
        ]
        everywhere += [f"/ieps/{active.id}/", f"{own}/glance/", f"{own}/reports/"]
        lists = ["/", "/caseload/", "/messages/", "/ieps/"]
        paths = {
            "casey": [*lists, "/progress/?looked=all", "/reports/", *everywhere],
            "sam": [f"{own}/", f"/ieps/{active.id}/"],
            "paula": ["/", f"{own}/goals/"],
            "gina": ["/", f"{own}/glance/"],
            "ada": [
                *lists,
                f"{own}/timeline/",
                f"{own}/team/",
                "/imports/",
                "/outbox/",
                "/people/",
                f"/people/{cast.casey.person.id}/",
                "/people/invitations/",
                "/people/sessions/",
                "/settings/tokens/",
                "/settings/sign-in/",
                "/progress/?looked=all",
                "/calendars/",
                "/caseload/?standing=archived",
            ],
            "cory": [*lists[:2], f"{own}/"],
            "vic": [*lists[:2], f"{own}/"],
            "fin": [*lists[:2], f"{own}/"],
            "mina": [
                "/",
                "/caseload/",
                "/messages/",
                f"{own}/",
                f"{own}/goals/",
                f"{own}/iep/",
                f"{own}/record/about/",
                f"{own}/record/schools/",
                f"/ieps/{active.id}/",
            ],
            "pat": ["/", "/caseload/", "/family/", f"/family{own}/"],
            "omar": [*lists, "/roster/", *everywhere],
            "otto": [*lists, *everywhere],
        }
        self.pages = [Page(viewer, path) for viewer in viewers or paths for path in paths[viewer]]
        self.by_hat = defaultdict(list)
        for page in self.pages:
            self.by_hat[page.viewer, page.hat].append(page)
        self.outsiders = {"omar", "otto"}
        for page in self.pages:
            page.status, page.regions = self.load(page)

    def load(self, page):
        player = getattr(self.world.cast, page.viewer)
        response = self.clients[page.viewer].get(player.url(page.path), headers={"X-Live": "1"})
        set_script_prefix("/")
        text = response.content.decode()
        assert response.status_code < 500, f"{page}: {text[:2000]}"
        if page.viewer in self.outsiders:
            assert CANARY not in text and "Núñez" not in text, f"{page} shows what is not theirs"
        return response.status_code, Regions(text).found if response.status_code == 200 else {}

    def watched(self, viewer, topics, hat=Hat.STAFF):
        """Those of the topics that the server would tell this viewer of."""
        player = getattr(self.world.cast, viewer)
        try:
            actor = player.acting(hat)
        except NotFound:
            return frozenset()
        with self.world.cast.within(player):
            return watchable(actor=actor, topics=topics)

    def work(self):
        """What the worker does, but for rosters, which are changes of their own. Whether there was anything."""
        waiting = Job.objects.filter(state=Job.State.WAITING, attempts=0).exclude(name=IMPORT)
        jobs = list(waiting.values_list("id", flat=True))
        for job_id in jobs:
            queue.run_job(str(job_id))
        return bool(jobs)

    def deliver(self):
        """What the relay does. Returns the topics that have another version."""
        changed = set()
        while (done := outbox.deliver(self.bus)).events or self.work():
            changed |= done.topics.keys()
        for (viewer, hat), pages in self.by_hat.items():
            shown = {page.path: page.topics for page in pages}
            mine = self.watched(viewer, set().union(*shown.values()), hat)
            for page in pages:
                page.lost |= shown[page.path] - mine
                page.told |= changed & mine & shown[page.path]
        return changed

    def look(self, what, pages, seen=None):
        """Load pages again, but those that have just been seen. What differs and was not told, in words."""
        stale, seen = [], seen or {}
        kept.forget_all()
        for page in pages:
            status, regions = seen.get(str(page)) or self.load(page)
            news = page.told | page.lost
            if status != page.status and page.regions and not news & page.topics:
                stale.append(f"{what}: {page} is {status} now, was {page.status}, and was not told")
            for name, before in page.regions.items():
                after = regions.get(name)
                is_other = after is None or not (after.text == before.text or is_pushed(before, after))
                if status == page.status and is_other and not news & set(before.topics):
                    stale.append(f"{what}: {page} #{name} went stale\n{difference(before, after)}")
            page.status, page.regions, page.told, page.lost = status, regions, set(), set()
        return stale

    def doubt(self, what, pages):
        """Load pages as this process keeps them, and as one that has just begun. What differs, in words; the latter."""
        wrong, seen = [], {}
        kept_pages = [self.load(page) for page in pages]
        kept.forget_all()
        for page, (kept_status, kept_regions) in zip(pages, kept_pages, strict=True):
            status, regions = seen[str(page)] = self.load(page)
            if kept_status != status:
                wrong.append(f"{what}: {page} is kept as {kept_status}, is {status}")
            wrong += [
                f"{what}: {page} #{name} is kept otherwise\n{difference(region, kept_regions.get(name))}"
                for name, region in regions.items()
                if name not in kept_regions or kept_regions[name].text != region.text
            ]
        return wrong, seen


def is_pushed(before, after):
    """Whether readings, of which nobody is told, only moved the oldest entries of a timeline to its next page."""
    rows, left = (region.text.partition("</ol>")[0] for region in (before, after))
    return before.id == "timeline" and "<li" in left and rows.startswith(left)


def difference(before, after):
    import difflib

    lines = difflib.unified_diff(
        re.split(r"(?=<)", before.text), re.split(r"(?=<)", after.text if after else ""), lineterm="", n=1
    )
    return "\n".join(list(lines)[:40])


@pytest.fixture
def world(cast, bus, settings, tmp_path):
    settings.STORAGE_URL = (tmp_path / "files").as_uri()
    active = IepFactory(student=cast.student, number=1, active=True)
    for number in (1, 2):
        GoalFactory(iep=active, number=number, title=f"{CANARY} goal {number}")
    ServiceFactory(iep=active)
    AccommodationFactory(iep=active, text=f"{CANARY} reads aloud")
    outbox.deliver(bus)
    return World(cast=cast, dice=random.Random(1))


@pytest.fixture
def watch(world, bus):
    return Watch(world, bus)


def made(change, world):
    """Make a change. Whether it left a mark."""
    before = AuditEntry.objects.count(), OutboxEvent.objects.count()
    try:
        with transaction.atomic():
            change(world)
    except (SpedError, Nothing):
        return False
    return before != (AuditEntry.objects.count(), OutboxEvent.objects.count())


def test_every_public_mutation_is_tried():
    assert set(CHANGES) | set(INSIDE) == all_mutations()
    assert set(INSIDE.values()) <= set(CHANGES)


def test_everybody_has_a_page_that_lives_and_watches_only_what_they_may(watch):
    """A region with a topic that is refused to its viewer would go stale in silence."""
    alive = {page.viewer for page in watch.pages if page.regions}
    assert alive >= {
        "casey",
        "sam",
        "paula",
        "gina",
        "ada",
        "cory",
        "vic",
        "fin",
        "mina",
        "pat",
        "omar",
        "otto",
    }
    assert not any(
        page.regions for page in watch.pages if page.viewer in watch.outsiders and "students/" in page.path
    )

    wrong = []
    for page in watch.pages:
        topics = page.topics
        refused = topics - watch.watched(page.viewer, topics, page.hat)
        wrong += [f"{page} cannot watch {name}" for name in refused]
        assert len(topics) <= MOST_TOPICS
        for region in page.regions.values():
            assert len(region.topics) == len(region.versions), f"{page} #{region.id}"
    assert not wrong, "\n".join(wrong)


def test_another_rule_or_calendar_reaches_every_open_page_that_shows_verdicts(world, bus):
    """Verdicts, goals without data and due dates: of one's own students, of the district, of one goal."""
    watch = Watch(world, bus, viewers=None if IS_LONG else OF_RULES)
    own = f"/students/{watch.world.cast.student.id}"
    ada, today = world.cast.ada.actor, world.today
    lists = ["/", "/caseload/", "/progress/?looked=all"]
    of_verdicts = {
        "casey": [*lists, f"{own}/goals/", f"{own}/"],
        "mina": [f"{own}/goals/"],
        "ada": lists[1:],
    }
    of_periods = {"casey": ["/", "/reports/"]}
    goal = Goal.objects.filter(iep=world.active).first()
    for value, days in ((50, 13), (52, 12)):
        record_progress_point(
            actor=world.cast.casey.actor,
            goal_id=goal.id,
            measured_on=today - timedelta(days=days),
            value=Decimal(value),
            today=today,
        )
    watch.deliver()
    watch.look("before", watch.pages)

    def texts(page):
        return {name: region.text for name, region in page.regions.items()}

    def reaches(what, act, expected):
        before = [texts(page) for page in watch.pages]
        act()
        watch.deliver()
        wrong = watch.look(what, watch.pages)
        shown = {
            (page.viewer, page.path)
            for page, was in zip(watch.pages, before, strict=True)
            if texts(page) != was
        }
        wanted = {(viewer, path) for viewer, paths in expected.items() for path in paths}
        assert not wrong, "\n".join(wrong)
        assert wanted <= shown, f"{what}: not another picture: {wanted - shown}"

    def rule(**values):
        return lambda: set_decision_rule(actor=ada, values=values)

    period = Period(
        name="Fall",
        first_on=today - timedelta(days=90),
        last_on=today - timedelta(days=1),
        reports_due_on=today,
    )
    year = SchoolYear(
        name="This year",
        first_on=today - timedelta(days=100),
        last_on=today + timedelta(days=100),
        days_off=(DaysOff(first_on=today - timedelta(days=11), last_on=today),),
    )

    def calendar(**changes):
        row = Year.objects.get(name=year.name)
        return lambda: update_school_year(actor=ada, school_year_id=row.id, year=replace(year, **changes))

    reaches("two scores ask for a decision", rule(watch=1, below=2), of_verdicts)
    reaches("fewer days without a score", rule(quiet_days=3), of_verdicts)
    reaches("a break", lambda: add_school_year(actor=ada, school_id=None, year=year), of_verdicts)
    reaches("a period that is over", calendar(periods=(period,)), of_periods)
    later = replace(period, reports_due_on=today + timedelta(days=9))
    reaches("another due date", calendar(periods=(later,)), of_periods)


UNSAID = {
    "notifications.mutations.messages.mark_read",  # reading one's own messages is told to nobody
    "coediting.mutations.snapshots.take_snapshot",  # an earlier version reads as it did, only sooner
}


def test_no_page_goes_stale_whatever_is_done(watch, settings):
    settings.KEPT_UNTIL_NEWS_SECONDS = 600
    dice = watch.world.dice
    idle, stale = [], []
    for number, (name, change) in enumerate(CHANGES.items()):
        pages = dice.sample(watch.pages, LOOKS)
        for page in pages[:DOUBTS]:
            watch.load(page)  # so that this process keeps it; the memory was emptied since anything changed
        if not made(change, watch.world) and name not in UNSAID:
            idle.append(name)
        wrong, seen = [], {}
        if IS_LONG or number % 2:
            wrong, _ = watch.doubt(f"{name}, untold", pages[:DOUBTS])
        watch.deliver()
        if IS_LONG or not number % 2:
            more, seen = watch.doubt(name, pages[:DOUBTS])
            wrong += more
        stale += [*wrong, *watch.look(name, pages, seen)]
    stale += watch.look("in the end", watch.pages)

    assert not stale, "\n".join(stale)
    assert not idle, f"these did nothing, so nothing was proved of them: {idle}"


@pytest.mark.parametrize("seed", range(WALKS))
def test_no_page_goes_stale_on_a_random_walk(world, bus, seed):
    watch = Watch(world, bus, viewers=None if IS_LONG else WALKERS)
    watch.world.dice = dice = random.Random(seed)
    stale = []
    for _ in range(STEPS):
        name = dice.choice(list(CHANGES))
        made(CHANGES[name], watch.world)
        watch.deliver()
        stale += watch.look(name, dice.sample(watch.pages, LOOKS))
    stale += watch.look("in the end", watch.pages)

    assert not stale, "\n".join(stale)


def test_a_page_that_is_not_told_is_found_out(world, bus, monkeypatch):
    """The test itself: with the news of students switched off, it fails."""
    from students.models import Student

    watch = Watch(world, bus, viewers=["casey"])
    monkeypatch.setattr(Student, "topics", lambda self: (topic("import", self.id),))
    made(CHANGES["students.mutations.files.add_tag"], watch.world)
    watch.deliver()

    assert any("went stale" in line for line in watch.look("a tag", watch.pages))
