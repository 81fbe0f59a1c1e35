"""Whatever is killed, restarted or lost on the way: within seconds every page knows what PostgreSQL knows (R47)."""

import random
import re
import select
import socket
import threading
import time
from itertools import cycle

import pytest

from core.models import OutboxEvent
from core.outbox import topic_versions
from core.tenant import organization
from tests.live.conftest import PATIENCE, make_goal
from tests.live.news import change
from tests.reliability.scale import figures, in_time, scaled


def touch_all(cast, records, times=1):
    """Change each record, in commits of their own."""
    for _ in range(times):
        for record in records:
            change(cast.casey, record)


@pytest.fixture
def records(committed_cast):
    with organization(committed_cast.district.id):
        goals = [
            make_goal(committed_cast.student, status="superseded", number=number) for number in range(1, 6)
        ]
    return [*goals, committed_cast.student]


def open_all(open_tab, webs, cast, records, count):
    topics = [record.topic for record in records]
    tabs = []
    for web, player in zip(
        cycle(webs), [cast.casey, cast.sam, cast.ada, cast.cory] * (count // 4), strict=False
    ):
        tab = open_tab(web, player)
        tab.watch(*topics)
        tabs.append(tab)
    return tabs, topics


def test_both_processes_hear_of_one_commit(group, committed_cast, records, open_tab):
    group.start_redis()
    webs = [group.start_web(), group.start_web()]
    group.start_relay()
    tabs, topics = open_all(open_tab, webs, committed_cast, records, 8)

    touch_all(committed_cast, records)

    for tab in tabs:
        tab.until_true(topics)


def test_redis_killed_and_started_empty_leaves_every_page_true(group, committed_cast, records, open_tab):
    group.start_redis()
    webs = [group.start_web(), group.start_web()]
    group.start_relay()
    tabs, topics = open_all(open_tab, webs, committed_cast, records, scaled(12, 40))
    touch_all(committed_cast, records)

    group.kill("redis")
    edits = scaled(2, 10)
    touch_all(committed_cast, records, times=edits)
    time.sleep(0.5)
    group.start_redis()
    touch_all(committed_cast, records)
    began = time.monotonic()
    wait_for_relay()
    for tab in tabs:
        tab.until_true(topics, timeout=in_time(5))

    took = time.monotonic() - began
    figures(
        "F2",
        load=f"Redis killed and started empty under {len(tabs)} sockets of two processes, {edits * len(records)} edits",
        found=f"every socket knew the truth {took:.1f} s after the return",
    )
    assert took < in_time(8)
    assert all(tab.known == topic_versions(topics) for tab in tabs)


def test_page_opened_while_redis_is_away_works_and_comes_alive_afterwards(
    group, committed_cast, goal, open_tab
):
    group.start_redis()
    web = group.start_web()
    group.start_relay()
    group.kill("redis")

    tab = open_tab(web, committed_cast.casey)
    assert tab.watch(goal.topic) == topic_versions([goal.topic])
    change(committed_cast.casey, goal)
    group.start_redis()

    wait_for_relay()
    tab.until_true([goal.topic], timeout=in_time(5))


def test_relay_killed_in_the_middle_of_its_work_is_replaced_without_a_loss(
    group, committed_cast, records, open_tab
):
    group.start_redis()
    web = group.start_web()
    group.start_relay("first")
    tabs, topics = open_all(open_tab, [web], committed_cast, records, 4)
    stop = threading.Event()
    choice = random.Random(20)

    def write():
        from django.db import connections

        try:
            while not stop.is_set():
                touch_all(committed_cast, [choice.choice(records)])
        finally:
            connections.close_all()

    writer = threading.Thread(target=write)
    writer.start()
    for number in range(3):
        time.sleep(0.7)
        group.kill("first" if number == 0 else f"relay{number - 1}")
        group.start_relay(f"relay{number}")
    stop.set()
    writer.join()

    wait_for_relay(in_time(15))
    for tab in tabs:
        tab.until_true(topics, timeout=in_time(5))
    assert not OutboxEvent.objects.filter(delivered_at=None).exists()


def test_web_server_killed_and_started_again_tells_what_was_missed(group, committed_cast, goal, open_tab):
    group.start_redis()
    group.start_relay()
    web = group.start_web()
    before = open_tab(web, committed_cast.casey).watch(goal.topic)

    web.process.kill()
    change(committed_cast.casey, goal)
    wait_for_relay()
    after = open_tab(group.start_web(), committed_cast.casey).watch(goal.topic)

    assert after != before and after == topic_versions([goal.topic])


def test_three_pushes_in_ten_lost_on_the_way_and_every_page_ends_true(
    group, committed_cast, records, open_tab
):
    """A proxy between the web server and Redis swallows pushes; versions are compared and nothing stays stale."""
    group.start_redis()
    with LossyProxy(group.redis_port, loss=0.3) as proxy:
        group.bus_port = proxy.port
        web = group.start_web()
        group.start_relay()
        tabs, topics = open_all(open_tab, [web], committed_cast, records, 8)
        change(committed_cast.casey, records[0])
        wait_for_relay()

        touch_all(committed_cast, records, times=12)
        wait_for_relay()
        began = time.monotonic()
        for tab in tabs:
            tab.until_true(topics, timeout=in_time(5))

        assert time.monotonic() - began < in_time(5)
        assert proxy.lost > 5


def wait_for_relay(seconds=PATIENCE):
    """Wait until nothing waits."""
    until = time.monotonic() + seconds
    while OutboxEvent.objects.filter(delivered_at=None).exists():
        assert time.monotonic() < until, "the relay delivers nothing"
        time.sleep(0.02)


class LossyProxy:
    """Stands between a client and Redis. Of the pub/sub messages on the live channel it loses some."""

    MESSAGE = re.compile(rb"[*>]3\r\n\$7\r\nmessage\r\n\$(\d+)\r\n(\S+)\r\n\$(\d+)\r\n")

    def __init__(self, redis_port, *, loss):
        self.redis_port, self.loss = redis_port, loss
        self.lost = 0
        self.choice = random.Random(7)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.settimeout(0.1)
        self.port = self.listener.getsockname()[1]
        self.is_over = threading.Event()
        self.threads = [threading.Thread(target=self.accept, daemon=True)]

    def __enter__(self):
        self.threads[0].start()
        return self

    def __exit__(self, *error):
        self.is_over.set()
        self.listener.close()
        for thread in self.threads:
            thread.join()

    def accept(self):
        while not self.is_over.is_set():
            try:
                near, _ = self.listener.accept()
            except TimeoutError:
                continue
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.redis_port))
            thread = threading.Thread(target=self.pump, args=(near, far), daemon=True)
            self.threads.append(thread)
            thread.start()

    def pump(self, near, far):
        with near, far:
            while not self.is_over.is_set():
                ready, _, _ = select.select([near, far], [], [], 0.1)
                for source in ready:
                    try:
                        data = source.recv(65_536)
                    except OSError:
                        return
                    if not data:
                        return
                    if source is near:
                        far.sendall(data)
                    else:
                        near.sendall(self.thinned(data))

    def thinned(self, data):
        """What is left of a chunk. Redis writes small messages whole, so one is never cut in two here."""
        kept, position = b"", 0
        for found in self.MESSAGE.finditer(data):
            end = found.end() + int(found[3]) + 2
            kept += data[position : found.start()]
            if b"changed" in data[found.end() : end] and self.choice.random() < self.loss:
                self.lost += 1
            else:
                kept += data[found.start() : end]
            position = end
        return kept + data[position:]


def test_proxy_of_the_test_loses_messages_and_nothing_else():
    with LossyProxy(1, loss=1.0) as proxy:
        lost = b'*3\r\n$7\r\nmessage\r\n$4\r\nlive\r\n$13\r\n{"changed":1}\r\n'
        kept = b'*3\r\n$7\r\nmessage\r\n$4\r\nlive\r\n$8\r\n{"here"}\r\n+PONG\r\n'

        assert proxy.thinned(lost * 3 + kept) == kept
        assert proxy.lost == 3
