"""Which changes there are, and which there must be."""

import importlib
import pkgutil
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from tests.live.changes.world import World

APPS = (
    "accounts",
    "students",
    "documents",
    "assessments",
    "coediting",
    "ieps",
    "progress",
    "notifications",
    "casefile",
    "integrations",
    "audit",
    "records",
)

Change = Callable[[World], Any]
BY_ROOM: dict[str, dict[str, Change]] = defaultdict(dict)


def change(name: str) -> Callable[[Change], Change]:
    """Make a function the change of a mutation, named by where it stands."""

    def keep(function: Change) -> Change:
        BY_ROOM[function.__module__][name] = function
        return function

    return keep


def all_mutations() -> set[str]:
    """Where every public mutation of the apps stands."""
    found = set()
    for app in APPS:
        for module in _rooms(f"{app}.mutations"):
            for name, value in vars(module).items():
                if (
                    not name.startswith("_")
                    and getattr(value, "is_mutation", False)
                    and value.__module__ == module.__name__
                ):
                    found.add(f"{module.__name__}.{name}")
    return found


def _rooms(name: str) -> list[Any]:
    module = importlib.import_module(name)
    inside = pkgutil.iter_modules(getattr(module, "__path__", []), f"{name}.")
    return [module, *(importlib.import_module(found.name) for found in inside)]
