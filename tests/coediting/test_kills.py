"""Web processes are killed while three people write: all end with the text of the log, nothing lost or doubled."""

import os
import random
import time
from collections import Counter

import pytest
import redis

from coediting import delta
from coediting.models import TextChange
from core.tenant import organization
from tests.coediting.sockets import log_of

ROUNDS = 25 if os.environ.get("SOAK") else 1
PATIENCE = 90.0


class Webs:
    """Web servers of which some are killed."""

    def __init__(self, group, count):
        self.group = group
        self.alive = [group.start_web() for _ in range(count)]
        self.killed = []

    def one(self):
        return random.choice(self.alive)

    def kill(self, web):
        """Kill one as if the power failed, and start another."""
        self.alive.remove(web)
        web.process.kill()
        web.process.wait()
        self.alive.append(self.group.start_web())
        self.killed.append(web)

    def owner_of(self, text):
        """The process that owns a text, as its lease says; None while nobody does."""
        with redis.Redis(port=self.group.redis_port, decode_responses=True) as bus:
            for key in bus.keys(f"*text:{text.id}"):
                pid = int((bus.get(key) or "0")[-8:], 16)
                return next((web for web in self.alive if web.process.pid == pid), None)
        return None


def write(typists, seconds):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for typist in typists:
            editor = typist.editor
            if editor.version is not None:
                at = random.randint(0, delta.length(editor.ops))
                plain = "".join(op["insert"] for op in editor.ops)
                at = delta.units(plain[: min(at, len(plain))])
                change = [{"retain": at}] if at else []
                editor.type([*change, {"insert": random.choice(("word ", "é", "😀", "\n"))}])
            typist.pump(0.02)


def settle(typists, text):
    until = time.monotonic() + PATIENCE
    while True:
        for typist in typists:
            typist.pump(0.1)
        words, kept, version = log_of(text)
        if all(one.editor.is_settled and one.editor.version == version for one in typists):
            return words, kept
        if time.monotonic() > until:
            pytest.fail(f"at rest never: {[one.editor for one in typists]}, the log is at {version}")


@pytest.mark.parametrize("count", [1, 2])
def test_nothing_is_lost_when_the_owner_is_killed(committed_cast, shared, group, open_text, count):
    group.start_redis()
    webs = Webs(group, count)
    players = (committed_cast.casey, committed_cast.sam, committed_cast.ada)
    typists = [open_text(webs.one, player) for player in players]
    for number in range(ROUNDS):
        write(typists, 1.0)
        owner = webs.owner_of(shared)
        webs.kill(owner if owner is not None and number % 3 != 2 else webs.one())
        write(typists, 1.0)

    words, kept = settle(typists, shared)

    assert [typist.editor.ops for typist in typists] == [words] * 3
    assert kept == words
    with organization(shared.organization_id):
        logged = Counter(TextChange.objects.filter(text_id=shared.id).values_list("change_id", flat=True))
    acknowledged = set().union(*(typist.editor.acknowledged for typist in typists))
    assert acknowledged == logged.keys() and set(logged.values()) == {1}
    assert len(webs.killed) == ROUNDS


def test_two_processes_write_on_while_redis_is_away(committed_cast, shared, group, open_text):
    """Nobody owns a text then: each process writes by itself, fenced by the version, and finds what others wrote."""
    group.start_redis()
    first, second = group.start_web(), group.start_web()
    typists = [open_text(first, committed_cast.casey), open_text(second, committed_cast.sam)]
    write(typists, 0.5)

    group.kill("redis")
    write(typists, 1.0)
    during, _kept = settle(typists, shared)
    group.start_redis()
    write(typists, 1.0)
    after, _kept = settle(typists, shared)

    assert [typist.editor.ops for typist in typists] == [after] * 2
    assert delta.length(after) > delta.length(during) > 0
