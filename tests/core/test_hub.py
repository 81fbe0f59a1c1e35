"""The hub by itself: newest version wins, a slow socket costs nothing, whatever Redis does the truth arrives."""

import asyncio
import json

import pytest

from core import hub as room
from core.hub import Hub, Socket
from core.models import TopicVersion
from core.outbox import live_channel


class Client:
    """The far end of a socket. `is_stalled` takes nothing until released."""

    def __init__(self, hub, *topics, is_stalled=False):
        self.frames, self.gave_up, self.alarms = [], 0, 0
        self.may_send = asyncio.Event()
        if not is_stalled:
            self.may_send.set()
        self.socket = Socket(self.take, gave_up=self.give_up, on_alarm=self.alarm)
        hub.add(self.socket)
        hub.watch(self.socket, topics)
        self.socket.unanswered.clear()
        self.task = asyncio.create_task(self.socket.write())

    async def take(self, text):
        await self.may_send.wait()
        self.frames.append(json.loads(text))

    def give_up(self):
        self.gave_up += 1

    def alarm(self):
        self.alarms += 1

    @property
    def known(self):
        found = {}
        for frame in self.frames:
            found |= frame.get("changed", {})
        return found


@pytest.fixture
async def hub():
    made = Hub()
    yield made
    await made.stop()


async def settle():
    for _ in range(5):
        await asyncio.sleep(0)


def say(hub, **changed):
    hub._hear(json.dumps({"changed": {f"student.{name}": str(version) for name, version in changed.items()}}))


async def test_each_socket_hears_of_its_topics_only(hub):
    first, second = Client(hub, "student.a"), Client(hub, "student.a", "student.b")

    say(hub, a=1, b=4, c=9)
    await settle()

    assert first.frames == [{"changed": {"student.a": "1"}}]
    assert second.frames == [{"changed": {"student.a": "1", "student.b": "4"}}]


async def test_push_before_the_answer_is_told_by_the_answer(hub):
    early, asking = Client(hub, "student.a"), Client(hub)
    hub.watch(asking.socket, ["student.a", "student.b"])

    say(hub, a=7)
    await settle()
    told = hub.answer(asking.socket, {"student.a": "6", "student.b": "0"})
    say(hub, a=8)
    await settle()

    assert told == {"student.a": "7", "student.b": "0"}
    assert asking.frames == [{"changed": {"student.a": "8"}}]
    assert early.known == {"student.a": "8"}


async def test_older_version_that_comes_late_is_not_told(hub):
    client = Client(hub, "student.a")

    say(hub, a=6)
    say(hub, a=5)
    await settle()

    assert client.known == {"student.a": "6"}


async def test_slow_socket_skips_what_was_superseded(hub):
    slow, quick = Client(hub, "student.a", "student.b", is_stalled=True), Client(hub, "student.a")

    for version in range(1, 1001):
        say(hub, a=version, b=version)
        await asyncio.sleep(0)
    await settle()
    assert quick.known == {"student.a": "1000"}
    assert len(slow.socket._changed) == 2
    slow.may_send.set()
    await settle()

    assert slow.known == {"student.a": "1000", "student.b": "1000"}
    assert len(slow.frames) == 2


async def test_socket_that_takes_nothing_is_given_up(hub, monkeypatch):
    monkeypatch.setattr(room, "SLOW_SECONDS", 0.05)
    slow, quick = Client(hub, "student.a", is_stalled=True), Client(hub, "student.a")

    say(hub, a=1)
    await asyncio.sleep(0.1)
    await hub._find_slow()

    assert (slow.gave_up, quick.gave_up) == (1, 0)


async def test_client_that_asks_and_does_not_listen_is_given_up(hub):
    slow = Client(hub, is_stalled=True)

    for number in range(room.MOST_ANSWERS + 2):
        slow.socket.answer({"refused": [str(number)]})
        await asyncio.sleep(0)

    assert slow.gave_up
    assert len(slow.socket._answers) <= room.MOST_ANSWERS


async def test_held_socket_is_told_afterwards_and_not_of_what_it_lost(hub):
    client = Client(hub, "student.a", "student.b")
    hub.add(client.socket, alarms=["person.p"])

    hub._hear(json.dumps({"changed": {"student.a": "2", "student.b": "2", "person.p": "1"}}))
    await settle()
    assert (client.alarms, client.frames) == (1, [])
    hub.unwatch(client.socket, ["student.b"])
    client.socket.release()
    await settle()

    assert client.frames == [{"changed": {"student.a": "2"}}]


@pytest.mark.parametrize(
    "text",
    ["", "x", "[]", "1", "null", '{"changed": 1}', '{"changed": {"a": "x"}}', '{"here": 5}', "[" * 100_000],
)
async def test_message_that_cannot_be_read_is_left_lying(hub, text):
    client = Client(hub, "student.a")

    hub._hear(text)
    say(hub, a=1)
    await settle()

    assert client.known == {"student.a": "1"}


async def test_removed_socket_leaves_nothing_behind(hub):
    client = Client(hub, "student.a")
    hub.add(client.socket, alarms=["person.p"])

    hub.remove(client.socket)
    say(hub, a=1)
    await settle()

    assert client.frames == []
    assert not (hub._topics or hub._alarms or hub._sockets)


@pytest.mark.django_db(transaction=True)
class TestTruth:
    """With PostgreSQL: what was never pushed arrives too."""

    async def set(self, **versions):
        for name, version in versions.items():
            await TopicVersion.objects.aupdate_or_create(
                topic=f"student.{name}", defaults={"version": version}
            )

    async def test_lost_push_is_found_by_the_sweep(self, hub):
        client = Client(hub, "student.a", "student.b")
        await self.set(a=3, b=1)
        say(hub, b=1)

        await hub.resync()
        await settle()

        assert client.known == {"student.a": "3", "student.b": "1"}

    async def test_sweep_tells_nothing_twice(self, hub):
        client = Client(hub, "student.a")
        await self.set(a=3)
        await hub.resync()
        await settle()

        await hub.resync()
        await settle()

        assert len(client.frames) == 1

    async def test_database_put_back_to_an_earlier_day_is_believed(self, hub):
        client = Client(hub, "student.a")
        say(hub, a=9)
        await self.set(a=4)

        await hub.resync()
        await settle()

        assert client.known == {"student.a": "4"}

    async def test_push_during_the_read_wins_over_what_was_read(self, hub, monkeypatch):
        client = Client(hub, "student.a")
        say(hub, a=4)
        real = room.topic_versions

        def slow_read(topics):
            read = real(topics)
            loop.call_soon_threadsafe(lambda: say(hub, a=5))
            return read

        loop = asyncio.get_running_loop()
        await self.set(a=4)
        monkeypatch.setattr(room, "topic_versions", slow_read)
        await hub.resync()
        await settle()

        assert client.known == {"student.a": "5"}

    async def test_hub_hears_the_bus_and_tells_what_it_missed_when_it_begins(self, hub):
        client = Client(hub, "student.a")
        await self.set(a=2)

        hub.start()
        await until(lambda: client.known == {"student.a": "2"})
        await hub.redis.publish(live_channel(), json.dumps({"changed": {"student.a": "3"}}))
        await until(lambda: client.known == {"student.a": "3"})

        assert hub.is_connected

    async def test_hub_of_one_loop_is_one(self):
        assert room.hub() is room.hub()
        await room.stop()
        await room.stop()


async def until(is_so, timeout=5):
    async with asyncio.timeout(timeout):
        while not is_so():
            await asyncio.sleep(0.01)
