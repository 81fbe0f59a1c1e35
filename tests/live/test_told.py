"""Random changes on the running server: nobody is told of what they may not see, and everybody ends up true."""

import os
import random
import time

import pytest
from websockets.exceptions import ConnectionClosed

from core.errors import NotFound
from core.models import topic
from core.outbox import topic_versions
from core.tenant import organization
from ieps.models import Goal, Iep
from live.queries import watchable
from tests.factories.ieps import AccommodationFactory, GoalFactory, IepFactory, ServiceFactory
from tests.live.changes import CHANGES, World
from tests.live.test_lost_news import wait_for_relay
from tests.live.test_never_stale import made

WALKS = int(os.environ.get("SOAK_SEEDS", "1"))
STEPS = 40
PATIENCE = 30.0
VIEWERS = ("casey", "sam", "paula", "gina", "ada", "cory", "mina", "pat", "omar", "otto")
ROSTERS = "integrations."  # reads files that the worker's process would look for elsewhere


def everything(cast):
    """Topics of all nouns, of both districts: what a curious client would ask for."""
    with organization(cast.district.id):
        found = [cast.student.topic, cast.other_student.topic, cast.stranger.topic]
        found += [goal.topic for goal in Goal.objects.all()] + [iep.topic for iep in Iep.objects.all()]
    found += [
        topic("school", school.id) for school in (cast.school, cast.other_school, cast.school_elsewhere)
    ]
    found += [topic("organization", district.id) for district in (cast.district, cast.elsewhere)]
    found += [
        topic(noun, getattr(cast, name).person.id) for name in VIEWERS for noun in ("caseload", "person")
    ]
    return found


class Viewer:
    """Somebody with a page open that watches whatever they may see."""

    def __init__(self, name, player, tab):
        self.name, self.player, self.tab = name, player, tab
        self.watching = set()

    def may_see(self, topics):
        try:
            actor = self.player.acting()
        except NotFound:
            return frozenset()
        with organization(self.player.organization.id):
            return watchable(actor=actor, topics=topics)

    def watch(self, topics):
        """Ask for topics, and wait until each is answered."""
        unanswered = set(topics)
        self.watching |= unanswered

        def is_answered(frame):
            unanswered.difference_update(frame.get("changed", ()), frame.get("refused", ()))
            return not unanswered

        self.tab.say(watch=sorted(topics))
        self.hear_until(is_answered)

    def hear_until(self, is_enough):
        """Listen until a frame is enough. No frame names what was asked for by nobody, or was taken away."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                frame = self.tab.hear(max(0.01, until - time.monotonic()))
            except TimeoutError:
                pytest.fail(f"{self.name} waits in vain: watches {self.watching}, knows {self.tab.known}")
            except ConnectionClosed:
                pytest.fail(f"the socket of {self.name} closed")
            foreign = set(frame.get("changed", {})) - self.watching
            assert not foreign, f"{self.name} was told of {foreign}"
            self.watching -= set(frame.get("refused", ()))
            if is_enough(frame):
                return

    def follow(self, topics):
        """Wait until what is no longer theirs was taken away, and watch what has become theirs."""
        now = self.may_see(topics)
        if self.watching - now:
            self.hear_until(lambda _frame: self.watching <= now)
        if now - self.watching:
            self.watch(now - self.watching)
        assert self.watching == now

    def end_up_true(self):
        """Wait until the page knows the versions of PostgreSQL."""

        def is_true():
            return topic_versions(self.watching).items() <= self.tab.known.items()

        if not is_true():
            self.hear_until(lambda _frame: is_true())


@pytest.mark.parametrize("seed", range(WALKS))
def test_nobody_is_told_of_what_they_may_not_see(server, committed_cast, open_tab, seed):
    cast, dice = committed_cast, random.Random(seed)
    with organization(cast.district.id):
        active = IepFactory(student=cast.student, number=1, active=True)
        for number in (1, 2):
            GoalFactory(iep=active, number=number)
        ServiceFactory(iep=active)
        AccommodationFactory(iep=active)
    topics = everything(cast)
    players = {name: getattr(cast, name) for name in VIEWERS}
    viewers = [Viewer(name, player, open_tab(server, player)) for name, player in players.items()]
    for viewer in viewers:
        viewer.watch(topics)
        assert viewer.watching == viewer.may_see(topics)
    world = World(cast=cast, dice=dice)
    choices = [name for name in CHANGES if not name.startswith(ROSTERS)]

    count = 0
    for _ in range(STEPS):
        with organization(cast.district.id):
            count += made(CHANGES[dice.choice(choices)], world)
        for viewer in viewers:
            viewer.follow(topics)

    assert count > STEPS / 4
    wait_for_relay(PATIENCE)
    for viewer in viewers:
        viewer.end_up_true()
