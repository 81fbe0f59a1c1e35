"""Connections come evenly to the web processes: however they come, and whatever happens to one of them."""

import collections
import contextlib
import os
import resource
import select
import signal
import subprocess
import sys
import time
from http.client import HTTPConnection

import pytest

from sped import acceptor, processes

PROCESSES = 3
SERVE = "from sped.web import main; main('tests.sped.test_acceptor:who_serves')"
SLACK = 3  # two who look at the same moment both take one; a machine at its limit may keep a process waiting
COUNTED = 2.5 * acceptor.RECOUNTED_EVERY_SECONDS


async def who_serves(scope, receive, send):
    """Answer everything with the number of the process that answers."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
    number = b"%d" % os.getpid()
    length = [(b"content-length", b"%d" % len(number))]
    await send({"type": "http.response.start", "status": 200, "headers": length})
    await send({"type": "http.response.body", "body": number})


class Connections:
    """Connections to the server that stay open until the end of a test."""

    def __init__(self, port):
        self.port = port
        self.open = contextlib.ExitStack()

    def come(self, number):
        """Several at once: none is answered before all have come."""
        together = [HTTPConnection("127.0.0.1", self.port, timeout=20) for _ in range(number)]
        for connection in together:
            self.open.callback(connection.close)
            connection.connect()
        return together

    def processes(self, connections):
        """Which process answers each; None for one that has died."""
        return [self._process(connection) for connection in connections]

    def shares(self, connections):
        """How many connections each process answers."""
        return collections.Counter(self.processes(connections))

    def _process(self, connection):
        with contextlib.suppress(ConnectionError):
            connection.request("GET", "/")
            return int(connection.getresponse().read())

    def close(self):
        """All of them, and the server has taken note."""
        self.open.close()
        time.sleep(COUNTED)


def wait_until_all_serve(port, *, without=None):
    """Several processes are being started."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        asked = Connections(port)
        with contextlib.suppress(ConnectionError), asked.open:
            if len({*asked.processes(asked.come(3 * PROCESSES))} - {without}) == PROCESSES:
                break
        time.sleep(0.1)
    else:
        raise AssertionError("not all processes serve")
    time.sleep(COUNTED)


@pytest.fixture(scope="module")
def port():
    """Three processes that listen together."""
    port = processes.free_port()
    told = {**os.environ, "PORT": str(port), "WEB_PROCESSES": str(PROCESSES)}
    with subprocess.Popen([sys.executable, "-c", SERVE], env=told) as web:
        wait_until_all_serve(port)
        yield port
        web.terminate()


@pytest.fixture
def connections(port):
    connections = Connections(port)
    yield connections
    connections.close()


def test_connections_that_come_together_are_shared_evenly(connections):
    shares = connections.shares(connections.come(20 * PROCESSES))

    assert len(shares) == PROCESSES and max(shares.values()) - min(shares.values()) <= SLACK


def test_whoever_lost_connections_gets_the_next(connections):
    first = connections.come(10 * PROCESSES)
    owners = connections.processes(first)
    for connection, owner in zip(first, owners, strict=True):
        if owner == owners[0]:
            connection.close()
    time.sleep(COUNTED)

    assert connections.shares(connections.come(10))[owners[0]] >= 10 - SLACK


def test_a_process_that_hangs_is_left_out(connections):
    halted = connections.processes(connections.come(PROCESSES))[0]
    os.kill(halted, signal.SIGSTOP)
    try:
        shares = connections.shares(connections.come(10 * PROCESSES))
    finally:
        os.kill(halted, signal.SIGCONT)

    assert halted not in shares and len(shares) == PROCESSES - 1


def test_connections_wait_while_no_descriptor_is_free(connections):
    servers = {*connections.processes(connections.come(2 * PROCESSES))}
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    for server in servers:
        resource.prlimit(server, resource.RLIMIT_NOFILE, (3, limits[1]))
    waiting = connections.come(PROCESSES)
    for connection in waiting:
        connection.request("GET", "/")
    assert not select.select([connection.sock for connection in waiting], [], [], 0.5)[0]
    for server in servers:
        resource.prlimit(server, resource.RLIMIT_NOFILE, limits)

    assert {int(connection.getresponse().read()) for connection in waiting} <= servers


def test_whoever_follows_one_that_was_killed_gets_its_share(connections):
    first = connections.come(10 * PROCESSES)
    killed, *_ = connections.processes(first)
    os.kill(killed, signal.SIGKILL)
    meanwhile = connections.shares(connections.come(4))
    wait_until_all_serve(connections.port, without=killed)
    shares = connections.shares([*first, *connections.come(10)])

    assert killed not in meanwhile and None not in meanwhile
    assert shares.pop(None) == 10
    assert len(shares) == PROCESSES and min(shares.values()) >= 10 - SLACK
