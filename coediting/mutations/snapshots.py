"""Keeping earlier stages of a text whole, so that any version of it opens quickly, however long its log."""

from uuid import UUID

from coediting import keeping
from coediting.log import with_authors
from coediting.models import Text, TextSnapshot
from coediting.sittings import as_kept, sittings_of
from core.actor import Actor
from core.mutation import mutation, unchanged


@mutation
def take_snapshot(*, actor: Actor, text_id: UUID) -> bool:
    """Keep the next stage of a text that is due, from the one before it and the log. False when none is.

    Two at once keep the same stage once. The row of the text is left alone: somebody may be writing.
    """
    unchanged(actor)
    text = Text.objects.filter(organization_id=actor.organization_id, id=text_id).first()
    if text is None:
        return False
    kept = TextSnapshot.objects.filter(organization_id=text.organization_id, text_id=text.id)
    since = kept.order_by("-version").values_list("version", flat=True).first() or 0
    version = since - since % keeping.SNAPSHOT_EVERY + keeping.SNAPSHOT_EVERY
    if version > text.version:
        return False
    ops, authors = with_authors(text, version)
    stage = TextSnapshot(
        organization_id=text.organization_id,
        text=text,
        version=version,
        ops=ops,
        authors=authors,
        since=since,
        sittings=as_kept(sittings_of(text, after=since, until=version)),
    )
    TextSnapshot.objects.bulk_create([stage], ignore_conflicts=True)
    return True
