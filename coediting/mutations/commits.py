"""Committing what the open editors wrote: many changes of many texts of an organisation in one statement."""

from collections.abc import Callable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection
from psycopg import Cursor

from coediting.desk import Batch, Whole
from coediting.frames import dumps
from coediting.keeping import keep, store, tell
from coediting.log import manuscript_at
from coediting.models import Text
from core.actor import Actor
from core.mutation import mutation, sole_mutation, unchanged

# The version is the fence: a text that somebody else has changed, or locked, moves not at all, and none of its changes
# is written. So does one of which an id is in the log already, and one that is being locked or stored whole just now:
# nobody waits for it. They are missing in the answer, and tried again. A text of which much was written is stored whole
# on the way, by the statement that has its row in hand anyway.
COMMIT = """
WITH head AS (
    SELECT * FROM unnest(%s::uuid[], %s::int[], %s::int[], %s::text[]) AS h(text_id, base, head, whole)
), line AS (
    SELECT * FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::text[], %s::text[], %s::text[])
        AS l(text_id, version, change_id, author_id, author_name, ops)
), known AS (
    SELECT DISTINCT line.text_id FROM line JOIN coediting_textchange past
        ON past.organization_id = %s AND past.text_id = line.text_id AND past.change_id = line.change_id
), free AS (
    SELECT t.id, head.base, head.head, head.whole FROM coediting_text t JOIN head ON head.text_id = t.id
    WHERE t.organization_id = %s AND t.version = head.base AND t.locked_at IS NULL
        AND t.id NOT IN (SELECT text_id FROM known)
    FOR NO KEY UPDATE OF t SKIP LOCKED
), moved AS (
    UPDATE coediting_text t SET version = free.head, is_written_on = true,
        ops = coalesce(free.whole::jsonb, t.ops),
        ops_version = CASE WHEN free.whole IS NULL THEN t.ops_version ELSE free.head END
    FROM free
    WHERE t.organization_id = %s AND t.id = free.id AND t.version = free.base AND t.locked_at IS NULL
    RETURNING t.id
), logged AS (
    INSERT INTO coediting_textchange
        (organization_id, text_id, version, change_id, author_id, author_name, at, ops)
    SELECT %s, line.text_id, line.version, change_id, author_id, author_name, %s, ops::jsonb
    FROM line JOIN moved ON moved.id = line.text_id
)
SELECT id FROM moved
"""


@sole_mutation
def commit_batches(
    *, actor: Actor, batches: Mapping[UUID, Batch], at: datetime
) -> Callable[[], frozenset[UUID]]:
    """Write the changes of several texts, each text all or nothing.

    Returns what says, once the transaction has ended, of which texts they were written: nobody waits for it before.

    Who may edit was asked when each change was taken. The log that is written here is the audit.
    """
    unchanged(actor)
    lines = [(text_id, entry) for text_id, batch in batches.items() for entry in batch.entries]
    organization_id = actor.organization_id
    arguments = (
        list(batches),
        [batch.base for batch in batches.values()],
        [batch.head for batch in batches.values()],
        [None if batch.whole is None else dumps(batch.whole) for batch in batches.values()],
        [text_id for text_id, _entry in lines],
        [entry.version for _text, entry in lines],
        [entry.change_id for _text, entry in lines],
        [entry.author_id for _text, entry in lines],
        [entry.author_name for _text, entry in lines],
        [entry.ops_text for _text, entry in lines],
        organization_id,
        organization_id,
        organization_id,
        organization_id,
        at,
    )
    # Django binds in the client and prepares nothing; this statement is worth being planned once.
    cursor = Cursor(connection.connection)
    cursor.execute(COMMIT, arguments, prepare=True)
    return lambda: frozenset(row[0] for row in cursor.fetchall())


@sole_mutation
def keep_texts(*, actor: Actor, wholes: Mapping[UUID, Whole | None]) -> frozenset[UUID]:
    """Tell of texts whose row has the words already (None), and store those others whole before that.

    What is stored was committed: the log says it already. Returns those that have to wait, because somebody else is
    changing the record that they belong to.
    """
    unchanged(actor)
    texts = list(
        Text.objects.filter(organization_id=actor.organization_id, id__in=list(wholes)).order_by("id")
    )
    given = {
        text: whole
        for text in texts
        if (whole := wholes[text.id]) and text.ops_version <= whole.version <= text.version
    }
    for text, whole in given.items():
        text.ops, text.ops_version = whole.ops, whole.version
    left = tell(actor, texts)
    for text in given:
        if text not in left:
            store(text)
    return frozenset(text.id for text in left)


@mutation
def catch_up(*, actor: Actor, text_id: UUID) -> None:
    """Store a text whole as the log has it. A second run changes nothing."""
    unchanged(actor)
    text = Text.objects.filter(organization_id=actor.organization_id, id=text_id).first()
    if text is not None and text.told_version < text.version:
        keep(actor, text, manuscript_at(text, text.version), version=text.version)
