"""A client that takes nothing costs a bounded amount of memory, is dropped, and is told why when it listens again."""

import json
import re
import socket
import time
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from core.models import topic
from core.outbox import live_channel
from core.tenant import organization
from tests.live.conftest import make_goal

FRAMES = 5_000  # of about 3 KB: more than the buffers of both ends of a connection take
MOST_SECONDS = 300  # a loaded machine


def memory_of(process):
    """Resident megabytes."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads memory from /proc")
def test_stalled_client_is_dropped_and_costs_little_memory(server, committed_cast, open_tab, bus):
    with organization(committed_cast.district.id):
        goals = [
            make_goal(committed_cast.student, status="superseded", number=number) for number in range(1, 46)
        ]
    topics = [goal.topic for goal in goals]
    port = int(server.url.rpartition(":")[2])
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect(("127.0.0.1", port))
    stalled = open_tab(server, committed_cast.casey, sock=line, max_queue=1)
    quick = open_tab(server, committed_cast.sam, max_queue=None)
    for tab in (stalled, quick):
        tab.watch(*topics)
    before = memory_of(server.processes["web"])

    flood(bus, topics, quick)

    assert memory_of(server.processes["web"]) - before < 25
    time.sleep(12)  # longer than anybody is waited for
    code, error = stalled.closed(30)
    assert (code, error["code"]) == (4408, "too_slow")
    assert len(stalled.frames) < FRAMES
    assert quick.watch(topic("person", committed_cast.sam.person.id))


def flood(bus, topics, quick):
    """Push versions, one at a time, until the quick one was told often enough, and of the last of them."""
    until, version = time.monotonic() + MOST_SECONDS, 1_000_000
    while len(quick.frames) < FRAMES or quick.known.get(topics[0]) != str(version):
        if len(quick.frames) < FRAMES:
            version += 1
            bus.publish(live_channel(), json.dumps({"changed": dict.fromkeys(topics, str(version))}))
        try:
            quick.hear()
        except (TimeoutError, ConnectionClosed) as error:
            pytest.fail(f"the quick one was not told: {error!r}")
        assert time.monotonic() < until
