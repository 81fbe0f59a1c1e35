"""The project's own servers: they start, die with their parent, keep to themselves, and say what is wrong."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
import redis

from sped import embedded, processes
from sped.embedded import CannotStart, Servers

ROOT = Path(__file__).resolve().parent.parent.parent
HOLD = """
import sys, time
from pathlib import Path
from sped import embedded
from sped.embedded import Servers
real = embedded.runs
if sys.argv[2] == "mapped":
    embedded.runs = lambda command, user=None: user is None and real(command)
servers = Servers(Path(sys.argv[1]), is_lasting=False)
print(servers.start().admin, [child.pid for _, child, _ in servers._children], sep="|", flush=True)
time.sleep(60)
"""


@pytest.fixture
def folder():
    """A folder of the checkout, where nobody may pass as in `.local`."""
    place = embedded.LOCAL / f"try-{os.getpid()}"
    yield place
    subprocess.run(["rm", "-rf", str(place)], check=True)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def test_servers_start_answer_and_keep_their_data(folder):
    servers = Servers(folder, is_lasting=False)
    addresses = servers.start()
    with psycopg.connect(addresses.owner, autocommit=True) as owner:
        owner.execute("CREATE TABLE kept (id int)")
        owner.execute("INSERT INTO kept VALUES (1)")
    with redis.Redis.from_url(addresses.redis) as bus:
        assert bus.ping()
    servers.stop()

    again = Servers(folder, is_lasting=False)
    addresses = again.start()
    try:
        with psycopg.connect(addresses.app) as app:
            assert app.execute("SELECT id FROM kept").fetchone() == (1,)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute("DROP TABLE kept")
    finally:
        again.stop()


def test_servers_want_a_password(folder):
    servers = Servers(folder, is_lasting=False)
    addresses = servers.start()
    try:
        with pytest.raises(psycopg.OperationalError):
            psycopg.connect(addresses.admin.replace("postgres:", "postgres:x", 1))
        port = addresses.redis.rpartition(":")[2]
        with (
            redis.Redis.from_url(f"redis://127.0.0.1:{port}") as bus,
            pytest.raises(redis.AuthenticationError),
        ):
            bus.ping()
    finally:
        servers.stop()


def test_passwords_are_kept_to_the_owner_and_out_of_the_process_list(folder):
    servers = Servers(folder, is_lasting=False)
    servers.start()
    try:
        words = (folder / "passwords.json").read_text()
        commands = b"".join(
            Path(f"/proc/{child.pid}/cmdline").read_bytes() for _, child, _ in servers._children
        )
        assert (folder / "passwords.json").stat().st_mode & 0o077 == 0
        assert not [word for word in words.split('"') if len(word) > 20 and word.encode() in commands]
    finally:
        servers.stop()


def test_second_process_of_a_checkout_is_refused(folder):
    first = Servers(folder, is_lasting=False)
    first.hold()
    try:
        with pytest.raises(CannotStart, match="already running"):
            Servers(folder, is_lasting=False).start()
    finally:
        first.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel tells children only on Linux")
@pytest.mark.parametrize("way", ["direct", "mapped"])
def test_servers_end_with_a_killed_parent(folder, way):
    parent = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), way], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    pids = [int(pid) for pid in parent.stdout.readline().rpartition("|")[2].strip(" []\n").split(",")]
    parent.stdout.close()
    assert all(map(is_alive, pids))

    parent.send_signal(signal.SIGKILL)
    parent.wait()

    assert until(lambda: not any(map(is_alive, pids)))
    log = (folder / "log" / "postgresql.log").read_text()
    assert "database system is shut down" in log


def test_guard_signals_when_its_pipe_closes():
    child = subprocess.Popen(["sleep", "60"])
    watcher = processes.guard(child.pid, signal.SIGTERM)

    watcher.stdin.close()

    assert child.wait(10) == -signal.SIGTERM
    watcher.wait(10)


def test_file_of_a_dead_server_is_not_taken_for_ready(tmp_path):
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text("4242\n/data\n1\n5432\n\n127.0.0.1\n0\nready   \n")

    assert embedded.says_ready(pid_file, 4242)
    assert not embedded.says_ready(pid_file, 4243)
    assert not embedded.says_ready(tmp_path / "none", 4242)


def test_pid_that_another_process_has_now_is_forgotten(tmp_path):
    pid_file = tmp_path / "postmaster.pid"
    pid_file.write_text(f"{os.getpid()}\n")

    embedded.remove_stale_pid(pid_file)

    assert not pid_file.exists()


def test_interrupted_initialisation_is_begun_again(folder):
    (folder / "pg.new").mkdir(parents=True)
    (folder / "pg.new" / "PG_VERSION").write_text("18")
    servers = Servers(folder, is_lasting=False)

    addresses = servers.start(with_redis=False)

    try:
        assert addresses.redis == ""
        with psycopg.connect(addresses.app) as app:
            assert app.execute("SELECT 1").fetchone() == (1,)
    finally:
        servers.stop()


def test_missing_redis_is_said_in_words(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(embedded, "LOCAL", tmp_path)
    monkeypatch.setattr(embedded.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(CannotStart, match="REDIS_URL"):
        embedded.redis_binary()
    with pytest.raises(CannotStart, match="DATABASE_URL"):
        embedded.postgres_binaries()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_root_with_a_closed_checkout_finds_a_way(folder, monkeypatch):
    """Nobody cannot reach the server's programs: root maps itself to nobody, or copies them where nobody can."""
    real = embedded.runs
    monkeypatch.setattr(embedded, "runs", lambda command, user=None: user is None and real(command))
    servers = Servers(folder, is_lasting=False)

    addresses = servers.start(with_redis=False)

    try:
        with psycopg.connect(addresses.app) as app:
            assert app.execute("SELECT current_user").fetchone() == ("sped_app",)
    finally:
        servers.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root becomes somebody else")
def test_root_without_namespaces_copies_the_server(folder, monkeypatch):
    monkeypatch.setattr(embedded, "runs", lambda command, user=None: False)
    servers = Servers(folder, is_lasting=False)
    shelter = servers._shelter(embedded.postgres_binaries())

    try:
        addresses = servers.start(with_redis=False)
        with psycopg.connect(addresses.app) as app:
            assert app.execute("SELECT 1").fetchone() == (1,)
    finally:
        servers.stop()
        subprocess.run(["rm", "-rf", str(shelter)], check=True)
