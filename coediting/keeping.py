"""Keeping a text whole: its words as they are, snapshots now and then, and the word to the app that owns it.

Called inside a mutation. The log says everything already; this saves readers from going through all of it.
"""

import hashlib
import json

from coediting.delta import Manuscript
from coediting.log import authors_at
from coediting.models import Ops, Text, TextSnapshot
from coediting.sittings import as_kept, sittings_of
from core.actor import Actor
from core.mutation import publish
from core.registry import lent

SNAPSHOT_EVERY = 500  # changes, so that any version opens after at most so many and those not kept whole yet


def keep(actor: Actor, text: Text, manuscript: Manuscript, *, version: int) -> None:
    """Store a text as it is at a version, tell its owner the words, and wake the pages that show them.

    The owner lends `<rule>.materialised(text=, plain=)`. The row is written last, so that whoever types waits least.
    """
    text.ops, text.ops_version = manuscript.ops(), version
    lent(f"{text.rule}.materialised")(text=text, plain=manuscript.plain())
    if version - text.snapshot_version >= SNAPSHOT_EVERY:
        TextSnapshot.objects.bulk_create(
            [
                TextSnapshot(
                    organization_id=text.organization_id,
                    text=text,
                    version=version,
                    ops=text.ops,
                    authors=authors_at(text, version),
                    since=text.snapshot_version,
                    sittings=as_kept(sittings_of(text, after=text.snapshot_version, until=version)),
                )
            ],
            ignore_conflicts=True,
        )
        text.snapshot_version = version
    publish(actor, "coediting.text.kept", text)
    rows = Text.objects.filter(
        organization_id=text.organization_id, id=text.id, ops_version__lt=version, version__gte=version
    )
    rows.update(ops=text.ops, ops_version=version, snapshot_version=text.snapshot_version)


def fingerprint(ops: Ops) -> str:
    """SHA-256 of a text in its one canonical form: equal texts, equal fingerprints, years later."""
    canonical = json.dumps(ops, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
