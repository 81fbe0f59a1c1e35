"""Keeping a text whole: its words as they are, and the word to the app that owns it and to the pages that show it.

Called inside a mutation. The log says everything already; this saves readers from going through all of it.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence

from coediting import delta
from coediting.delta import Manuscript
from coediting.models import Ops, Text
from core.actor import Actor
from core.mutation import publish_all
from core.queue import enqueue
from core.registry import lent

SNAPSHOT_EVERY = 500  # changes, so that any version opens after at most so many and those not kept whole yet
SNAPSHOT = "coediting.snapshot"


def keep(actor: Actor, text: Text, manuscript: Manuscript, *, version: int) -> None:
    """Store a text as it is at a version and tell of it. The row is written last, so that who types waits least.

    While somebody else changes the record that it belongs to, nothing is stored: its turn comes again.
    """
    text.ops, text.ops_version = manuscript.ops(), version
    if not tell(actor, [text]):
        store(text)


def store(text: Text) -> None:
    """Write a text into its row as it is at its `ops_version`, of which its owner was told. A newer one stays."""
    text.told_version = text.ops_version
    rows = Text.objects.filter(
        organization_id=text.organization_id, id=text.id, version__gte=text.ops_version
    )
    newer = rows.filter(ops_version__lt=text.ops_version)
    if not newer.update(ops=text.ops, ops_version=text.ops_version, told_version=text.told_version):
        rows.filter(ops_version=text.ops_version).update(told_version=text.told_version)


def tell(actor: Actor, texts: Sequence[Text]) -> frozenset[Text]:
    """Tell the owners of texts the words that are kept of them, and wake the pages that show them.

    The owner lends `<rule>.materialised(texts=)`. Returns those whose record somebody else changes just now: they are
    told another time.
    """
    by_rule: dict[str, list[Text]] = defaultdict(list)
    for text in texts:
        by_rule[text.rule].append(text)
    left: frozenset[Text] = frozenset()
    for rule, mine in by_rule.items():
        left |= lent(f"{rule}.materialised")(texts=[(text, delta.plain(text.ops)) for text in mine])
    told = [text for text in texts if text not in left]
    publish_all("coediting.text.kept", [(actor, text) for text in told])
    for text in told:
        span = text.ops_version // SNAPSHOT_EVERY
        if span > text.told_version // SNAPSHOT_EVERY:
            enqueue(SNAPSHOT, actor=actor, key=f"{SNAPSHOT}:{text.id}:{span}", text_id=text.id)
    return left


def fingerprint(ops: Ops) -> str:
    """SHA-256 of a text in its one canonical form: equal texts, equal fingerprints, years later."""
    canonical = json.dumps(ops, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()
