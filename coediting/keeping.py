"""Keeping a text whole: its words as they are, snapshots now and then, and the word to the app that owns it.

Called inside a mutation. The log says everything already; this saves readers from going through all of it.
"""

import hashlib
import json

from coediting.delta import Manuscript
from coediting.log import authors_at
from coediting.models import Ops, Text, TextSnapshot
from core.actor import Actor
from core.mutation import publish
from core.registry import lent

SNAPSHOT_EVERY = 500  # changes, so that any version opens after at most so many and those not kept whole yet


def keep(actor: Actor, text: Text, manuscript: Manuscript) -> None:
    """Store a text as it is at `text.version`, tell its owner the words, and wake the pages that show them.

    The owner lends `<rule>.materialised(text=, plain=)`.
    """
    text.ops, text.ops_version = manuscript.ops(), text.version
    if text.version - text.snapshot_version >= SNAPSHOT_EVERY:
        TextSnapshot.objects.create(
            organization_id=text.organization_id,
            text=text,
            version=text.version,
            ops=text.ops,
            authors=authors_at(text, text.version),
        )
        text.snapshot_version = text.version
    text.save(update_fields=["ops", "ops_version", "snapshot_version"])
    lent(f"{text.rule}.materialised")(text=text, plain=manuscript.plain())
    publish(actor, "coediting.text.kept", text)


def fingerprint(ops: Ops) -> str:
    """SHA-256 of a text in its one canonical form: equal texts, equal fingerprints, years later."""
    canonical = json.dumps(ops, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
