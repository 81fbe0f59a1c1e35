"""Who reads and edits a text. The app whose record it belongs to says so, under the name of the text's rule.

It lends these functions (`core.registry`), named `<rule>.` and

- `text_rights(actor=, subject_id=)`: whether the actor reads, and whether they write, as a pair;
- `standing(actor=, subject_ids=)`: for each record whatever else those rights rest on; asked every two seconds;
- `hold(actor=, subject_id=)`: lock the record before its texts, so that none waits for the other;
- `materialised(texts=)`: pairs of texts and their words as they were just stored, in the same transaction; answers with
  those whose record somebody else is changing, which are told another time: here nobody waits;
- `closed(text=)`: why a locked text is locked, for those who were writing: `reason`, `by` and `at`, or nothing.
"""

from dataclasses import dataclass
from typing import Any

from coediting.models import Text
from core.actor import Actor
from core.registry import lent


@dataclass(frozen=True, slots=True)
class Rights:
    """What one actor may do with one text."""

    may_read: bool
    may_edit: bool


def rights(actor: Actor, text: Text) -> Rights:
    """What the owner of the text says: it lends `<rule>.text_rights(actor=, subject_id=)` as a pair of yes and no."""
    may_read, may_edit = lent(f"{text.rule}.text_rights")(actor=actor, subject_id=text.subject_id)
    return Rights(may_read=may_read, may_edit=may_read and may_edit)


def may_edit_text(actor: Actor, text: Text) -> bool:
    """Whoever writes the record that the text belongs to."""
    return rights(actor, text).may_edit


def closing(text: Text) -> dict[str, Any]:
    """Why a locked text is locked, as its owner says: `reason`, `by` (a name) and `at`. Nothing while it is open."""
    if text.locked_at is None:
        return {}
    told: dict[str, Any] = lent(f"{text.rule}.closed")(text=text)
    return told
