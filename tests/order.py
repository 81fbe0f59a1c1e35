"""Which worker runs what, and when: what takes long begins first and is shared, so that none ends alone with it."""

from typing import Any

import pytest

# Their tests take minutes and each brings all that it needs: any worker takes any of them. Longest first.
SHARED = (
    "tests/live/test_never_stale.py",
    "tests/browser/test_every_page.py",
    "tests/reliability/test_addresses.py",
    "tests/core/test_routes.py",
    "tests/core/test_edge.py",
)
TAKE_LONG = {"browser", "reliability", "live"}  # few tests with real servers, each of many seconds


def file_of(nodeid: str) -> str:
    """The file that a test stands in."""
    return nodeid.partition("::")[0]


def rank(nodeid: str) -> int:
    """What begins first has the lowest."""
    file = file_of(nodeid)
    if file in SHARED:
        return SHARED.index(file)
    return len(SHARED) + (file.split("/")[1] not in TAKE_LONG)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long; all else stays in its order."""
    items.sort(key=lambda item: rank(item.nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file is one worker's, which then opens its browser once; what takes longest is anybody's, test by test."""
    from xdist.scheduler import LoadFileScheduling

    class Sharing(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = file_of(nodeid)
            return nodeid if file in SHARED else file

    return Sharing(config, log) if config.getoption("dist") == "loadfile" else None
