"""Imports begun, and brought to their end."""

import hashlib
import io

from django.utils.timezone import now

from integrations import mutations, queries
from integrations.tasks import advance, look_at
from tests.integrations.rosters import zipped


def start(actor, content, kind="oneroster"):
    """Begin an import of a zip, or of the files that it is made of."""
    data = content if isinstance(content, bytes) else zipped(content)
    digest = hashlib.sha256(data).hexdigest()
    file = look_at(io.BytesIO(data), name=f"{kind}.zip", digest=digest, actor=actor, kind=kind)
    return mutations.start_import(actor=actor, file=file, now=now())


def run(actor, content, kind="oneroster"):
    """Import to the end. Returns the summary."""
    made = start(actor, content, kind)
    advance(actor=actor, run_id=made.id)
    return queries.import_summary(actor=actor, run_id=made.id)


def counts(summary):
    """Created, updated, unchanged, left, refused, warnings."""
    totals = summary.totals
    return (totals.created, totals.updated, totals.unchanged, totals.left, totals.refused, totals.warnings)
