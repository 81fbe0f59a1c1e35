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


def uses_server(item: pytest.Item) -> bool:
    """Whether a test needs the running application; one that does not silences its relay and its worker."""
    return "server" in getattr(item, "fixturenames", ())


def rank(file: str, is_served: bool) -> int:
    """What begins first has the lowest."""
    if file in SHARED:
        return SHARED.index(file)
    if is_served:
        return len(SHARED)
    return len(SHARED) + 1 + (file.split("/")[1] not in TAKE_LONG)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long; then the files of whom the server runs, so that it starts seldom.

    In a file those come last who use it. All else stays in its order.
    """
    place: dict[str, int] = {}
    for item in items:
        place.setdefault(file_of(item.nodeid), len(place))
    served = {file_of(item.nodeid) for item in items if uses_server(item)}
    items.sort(
        key=lambda item: (
            rank(file_of(item.nodeid), file_of(item.nodeid) in served),
            place[file_of(item.nodeid)],
            uses_server(item),
        )
    )


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file is one worker's, which then opens its browser once; what takes longest is anybody's, test by test."""
    from xdist.scheduler import LoadFileScheduling

    class Sharing(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = file_of(nodeid)
            return nodeid if file in SHARED else file

    return Sharing(config, log) if config.getoption("dist") == "loadfile" else None
