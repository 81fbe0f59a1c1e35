"""What a screen reader is given: the accessibility tree of the main pages, as `snapshots/` keeps it.

After a change that is meant: `SNAPSHOTS=write .venv/bin/python -m pytest tests/browser/test_tree.py -n 0`, then read
the difference as somebody who hears it. Days, times and figures are left out: they change by themselves.
"""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path

import pytest

from tests.routes import furnish

pytestmark = pytest.mark.browser

KEPT = Path(__file__).with_name("snapshots")
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
DAYS = "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
MOVING = (
    (r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "ID"),
    (r"Good (morning|afternoon|evening)", "Good day"),
    (r"\bjust now\b|\d+:\d\d [ap]m", "TIME"),
    (rf"\b({DAYS}|Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b(, )?", ""),
    (rf"\b({MONTHS}|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\b\.? \d+(, \d{{4}})?", "DAY"),
    (r"\b(Today|[Yy]esterday|Tomorrow)\b", "DAY"),
    (r"(?<!level=)[−-]?\d+([.,]\d+)*", "0"),
    (r"(?m)^( *- '?img \"[^\n]*?\"'?): \"?Base.*$", r"\1"),  # the words within a chart: its months move
)
PAGES = {
    "sign-in": ("", "/accounts/login/"),
    "my-day": ("casey", "/d/larkspur/"),
    "caseload": ("casey", "/d/larkspur/caseload/"),
    "student": ("casey", "/d/larkspur/students/{student}/"),
    "goals": ("casey", "/d/larkspur/students/{student}/goals/"),
    "record": ("casey", "/d/larkspur/students/{student}/record/"),
    "people": ("ada", "/d/larkspur/people/"),
    "audit": ("ada", "/d/larkspur/audit/"),
    "family": ("mina", "/d/larkspur/"),
}


# The words drawn into a picture, such as its months: who listens hears its name instead.
DRAWN = re.compile(r"""^( *- '?img "[^\n]*"'?): "[^\n]*"$""", re.MULTILINE)


def still(tree: str) -> str:
    """The tree without what changes from day to day."""
    for pattern, word in MOVING:
        tree = re.sub(pattern, word, tree)
    return DRAWN.sub(r"\1", tree) + "\n"


@pytest.mark.parametrize("name", PAGES)
def test_accessibility_tree_is_the_one_that_was_read(committed_cast, new_page, name):
    cast = committed_cast
    furnish(cast.student, cast.casey, "Hereabouts")
    who, path = PAGES[name]
    page = new_page(getattr(cast, who).person if who else None, path.format(student=cast.student.id))
    if page.locator("[data-live-pill]").count():
        page.locator("[data-live-pill]:not([hidden])").wait_for()
    found, kept = still(page.locator("body").aria_snapshot()), KEPT / f"{name}.yml"
    if os.environ.get("SNAPSHOTS") == "write":
        KEPT.mkdir(exist_ok=True)
        kept.write_text(found)

    change = difflib.unified_diff(kept.read_text().splitlines(), found.splitlines(), lineterm="", n=1)
    assert "\n".join(change) == "", "SNAPSHOTS=write keeps it, once it was read"
