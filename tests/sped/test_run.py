"""`make run`: what it says when it cannot start, and that nothing is left when it ends."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time

import pytest

from sped import embedded, processes, run
from sped.embedded import CannotStart


def until(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def part(tmp_path):
    """A process of the group that does as it is told by a script."""
    made = []

    def make(script):
        one = run.Part("web", ["-c", script], dict(os.environ), tmp_path / "web.log")
        made.append(one)
        return one

    yield make
    for one in made:
        one.tell(signal.SIGKILL)
        one.forget()


def test_port_in_use_is_named_with_another_to_take():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(CannotStart, match=f"port {port} is in use.*PORT={port + 1} make run"):
            run.check_port(port)

    run.check_port(port)


def test_port_that_only_root_may_take_or_no_port_is_said():
    with pytest.raises(SystemExit, match="PORT must be a number"):
        main_with(PORT="99999")
    with pytest.raises(SystemExit, match="PORT must be a number"):
        main_with(PORT="eight")


def main_with(**told):
    with pytest.MonkeyPatch.context() as patch:
        for name, value in told.items():
            patch.setenv(name, value)
        run.main()


def test_postgres_that_does_not_answer_is_named_without_its_password():
    port = processes.free_port()

    with pytest.raises(CannotStart) as caught:
        run.check_postgres(f"postgresql://me:topsecret@127.0.0.1:{port}/x")  # leaks: ok, an invented one

    assert f"PostgreSQL at 127.0.0.1:{port} (DATABASE_URL) does not answer" in str(caught.value)
    assert "topsecret" not in str(caught.value)


def test_role_that_no_wall_stops_is_warned_about(db, settings, capsys):
    run.check_postgres(settings.ADMIN_URL)
    assert "postgres of DATABASE_URL passes through row-level security" in capsys.readouterr().err

    run.check_postgres(os.environ["DATABASE_URL"])
    assert capsys.readouterr().err == ""


def test_redis_that_does_not_answer_is_named_without_its_password():
    port = processes.free_port()

    with pytest.raises(CannotStart) as caught:
        run.check_redis(f"redis://:topsecret@127.0.0.1:{port}/0")

    assert f"Redis at 127.0.0.1:{port} (REDIS_URL) does not answer" in str(caught.value)
    assert "topsecret" not in str(caught.value)


def test_part_that_ends_is_started_again_later_each_time(part, capsys):
    one = part("raise SystemExit(3)")
    one.start()

    assert until(lambda: one.look() or one.failures == 2)

    said = capsys.readouterr().err
    assert "web ended (3); starting it again in 0.5 s" in said
    assert "starting it again in 1 s" in said


def test_part_that_ran_long_is_started_again_soon(part, monkeypatch):
    one = part("import time; time.sleep(60)")
    one.failures = 4
    one.start()
    one.started_at -= run.STEADY_SECONDS + 1
    one.tell(signal.SIGKILL)
    one.child.wait()

    one.look()

    assert one.failures == 1
    assert until(lambda: one.look() or one.child is not None)


def test_part_ends_with_what_it_has_started(part):
    one = part(
        "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"
    )
    one.start()
    assert until(lambda: children_of(one.child.pid))
    grandchild = children_of(one.child.pid)[0]

    one.tell(signal.SIGKILL)
    one.forget()

    assert until(lambda: not is_alive(grandchild))


def test_message_of_a_failed_command_is_shown(tmp_path):
    with pytest.raises(CannotStart, match=r"the migrations failed:\n(.|\n)*no-such-option"):
        run.command(dict(os.environ), "migrate", "--no-such-option", complaint="the migrations failed")


@pytest.mark.skipif(sys.platform != "linux", reason="/proc")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_is_left_when_the_group_ends(how, tmp_path):
    """A group with stand-ins for its parts, on real servers, ended in each way there is."""
    script = tmp_path / "group.py"
    script.write_text(GROUP.format(root=str(run.ROOT), folder=str(embedded.LOCAL / f"group-{os.getpid()}")))
    port = str(processes.free_port())
    told = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    group = subprocess.Popen([sys.executable, str(script), port], env=told, stdout=subprocess.PIPE, text=True)
    try:
        line = group.stdout.readline()
        pids = [int(word) for word in line.split()]
        assert len(pids) == 4, line
        assert all(map(is_alive, pids))

        group.send_signal(how)
        group.wait(20)

        assert until(lambda: not any(map(is_alive, pids)))
    finally:
        with contextlib.suppress(ProcessLookupError):
            group.kill()
        group.wait()
        group.stdout.close()
        subprocess.run(["rm", "-rf", str(embedded.LOCAL / f"group-{os.getpid()}")], check=True)


GROUP = """
import sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
from sped import run, embedded
run.PARTS = {{name: ["-c", "import time; time.sleep(60)"] for name in ("web", "relay")}}
run.migrate = lambda environment: None
run.asks_for_demonstration = lambda environment: False
group = run.Group(int(sys.argv[1]))
group.servers = embedded.Servers(Path({folder!r}), is_lasting=False)
group.addresses_file = Path({folder!r}) / "servers.json"
def ready():
    servers = [child.pid for _, child, _ in group.servers._children]
    print(*servers, *(part.child.pid for part in group.parts), flush=True)
group._wait_until_ready = ready
group.run()
"""


def children_of(pid):
    with contextlib.suppress(OSError), open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(child) for child in file.read().split()]
    return []


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
