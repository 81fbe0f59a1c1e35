"""How long and how hard servers are tried: briefly in `make test`, in full by `make faults` (scripts/faults.py)."""

import json
import os
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
IS_FULL = os.environ.get("FAULTS") == "full"


def scaled(short: T, full: T) -> T:
    """A number of the fault plan, or a small one."""
    return full if IS_FULL else short


def in_time(seconds: float) -> float:
    """The limit of a promise about time: as promised by `make faults`, which runs alone, and far above it in
    `make test`, which shares its cores with five more processes and would otherwise measure those."""
    return seconds if IS_FULL else 10 * seconds


def figures(fault: str, **found: object) -> None:
    """Note what was measured, for the table of scripts/faults.py."""
    if path := os.environ.get("FAULTS_FILE"):
        with Path(path).open("a") as file:
            file.write(
                json.dumps({"fault": fault, **{name: str(value) for name, value in found.items()}}) + "\n"
            )
