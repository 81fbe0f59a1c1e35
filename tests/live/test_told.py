"""Random changes on the running server: nobody is told of what they may not see, and everybody ends up true."""

import os
import random
import time

import pytest
from websockets.exceptions import ConnectionClosed

from core.errors import NotFound
from core.models import topic
from core.tenant import organization
from ieps.models import Goal, Iep
from live.queries import watchable
from tests.factories.ieps import AccommodationFactory, GoalFactory, IepFactory, ServiceFactory
from tests.live.changes import CHANGES, World
from tests.live.test_lost_news import wait_for_relay
from tests.live.test_never_stale import made

WALKS = int(os.environ.get("SOAK_SEEDS", "1"))
STEPS = 40
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


def allowed(player, topics):
    try:
        actor = player.acting()
    except NotFound:
        return frozenset()
    with organization(player.organization.id):
        return watchable(actor=actor, topics=topics)


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
    tabs = {name: open_tab(server, getattr(cast, name)) for name in VIEWERS}
    may = {name: allowed(getattr(cast, name), topics) for name in VIEWERS}
    for name, tab in tabs.items():
        tab.say(watch=topics)
        assert set(tab.hear_of("changed")) == may[name]
    world = World(cast=cast, dice=dice)
    choices = [name for name in CHANGES if not name.startswith(ROSTERS)]

    count = 0
    for _ in range(STEPS):
        with organization(cast.district.id):
            count += made(CHANGES[dice.choice(choices)], world)
        now = {name: allowed(getattr(cast, name), topics) for name in VIEWERS}
        hear(tabs, {name: may[name] | now[name] for name in VIEWERS})
        may = now

    assert count > STEPS / 4
    wait_for_relay()
    for name, tab in tabs.items():
        still = [one for one in may[name] if one in tab.known]
        tab.until_true(still)


def hear(tabs, may):
    """Take what comes within a moment; each frame names only what its viewer may see, before or after the change."""
    until = time.monotonic() + 0.25
    while time.monotonic() < until:
        for name, tab in tabs.items():
            try:
                frame = tab.hear(0.005)
            except TimeoutError:
                continue
            except ConnectionClosed:
                pytest.fail(f"the socket of {name} closed")
            foreign = set(frame.get("changed", {})) - may[name]
            assert not foreign, f"{name} was told of {foreign}"
