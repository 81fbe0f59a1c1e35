"""A generated roster of invented people, imported twice from the command line into a district of its own."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.rig import Rig, manage

ROWS = 100_000
SLUG = "roster-bench"


@dataclass(frozen=True, slots=True)
class Import:
    """One import of the whole roster."""

    what: str
    rows: int
    seconds: float
    cpu_ms: dict[str, float]


def imports(rig: Rig) -> list[Import]:
    """Import a new roster, then the same once more. The command's own processor time is not among `cpu_ms`."""
    from accounts.mutations import create_organization  # noqa: PLC0415
    from core.ids import uuid7  # noqa: PLC0415  # Django is set up by then

    slug = f"{SLUG}-{uuid7().hex[-12:]}"
    create_organization(slug=slug, name="Roster bench")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "roster.zip"
        manage(rig, "make_roster", str(path), f"--rows={ROWS}")
        return [_one(rig, path, slug, what) for what in ("new roster", "the same roster again")]


def _one(rig: Rig, path: Path, slug: str, what: str) -> Import:
    spent: dict[str, float] = {}
    began = time.monotonic()
    with rig.costing(spent):
        manage(rig, "import_oneroster", str(path), f"--organization={slug}")
    return Import(what, ROWS, time.monotonic() - began, spent)
