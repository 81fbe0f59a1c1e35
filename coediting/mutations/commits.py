"""Committing what the open editors wrote: many changes of many texts of an organisation in one statement."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection
from psycopg import Cursor

from coediting.desk import Batch, Entry, Whole
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
    SELECT * FROM json_to_recordset(%s) AS h(text_id uuid, base int, head int, whole jsonb)
), line AS (
    SELECT * FROM json_to_recordset(%s)
        AS l(text_id uuid, version int, change_id text, author_id text, author_name text, ops jsonb)
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
        ops = coalesce(free.whole, t.ops),
        ops_version = CASE WHEN free.whole IS NULL THEN t.ops_version ELSE free.head END
    FROM free
    WHERE t.organization_id = %s AND t.id = free.id AND t.version = free.base AND t.locked_at IS NULL
    RETURNING t.id
), logged AS (
    INSERT INTO coediting_textchange
        (organization_id, text_id, version, change_id, author_id, author_name, at, ops)
    SELECT %s, line.text_id, line.version, change_id, author_id, author_name, %s, ops
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
    organization_id = actor.organization_id
    arguments = (
        _listed(_head(text_id, batch) for text_id, batch in batches.items()),
        _listed(_line(text_id, entry) for text_id, batch in batches.items() for entry in batch.entries),
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


def _listed(rows: Iterable[str]) -> str:
    """Rows as one value: arrays of a hundred changes cost thrice as much to write down as this."""
    return f"[{','.join(rows)}]"


def _head(text_id: UUID, batch: Batch) -> str:
    whole = "null" if batch.whole is None else dumps(batch.whole)
    return f'{{"text_id":"{text_id}","base":{batch.base},"head":{batch.head},"whole":{whole}}}'


def _line(text_id: UUID, entry: Entry) -> str:
    names = f'"change_id":{dumps(entry.change_id)},"author_id":{dumps(entry.author_id)}'
    return (
        f'{{"text_id":"{text_id}","version":{entry.version},{names},'
        f'"author_name":{dumps(entry.author_name)},"ops":{entry.ops_text}}}'
    )


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
