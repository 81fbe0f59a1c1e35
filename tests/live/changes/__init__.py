"""Every public mutation as a change that a test can make, with arguments of its own choice: a module for each room.

The order tells a story: each change finds what it needs among what those before it left. A new mutation must be added
to its room, or `test_every_public_mutation_is_tried` fails; what is a part of another change, or follows from it, is
`INSIDE` it.
"""

from tests.live.changes import (
    accounts,
    audit,
    casefile,
    health,
    ieps,
    integrations,
    leaving,
    notifications,
    progress,
    records,
    student_record,
    students,
    texts,
)
from tests.live.changes.table import BY_ROOM, Change, all_mutations
from tests.live.changes.world import CANARY, Nothing, World

STORY = (
    accounts,
    audit,
    records,
    students,
    casefile,
    integrations,
    progress,
    ieps,
    notifications,
    leaving,
    health,
    student_record,
    texts,
)
CHANGES: dict[str, Change] = {
    name: change for room in STORY for name, change in BY_ROOM[room.__name__].items()
}
INSIDE: dict[str, str] = {
    part: whole for room in STORY for part, whole in getattr(room, "INSIDE", {}).items()
}

__all__ = ["CANARY", "CHANGES", "INSIDE", "Nothing", "World", "all_mutations"]
