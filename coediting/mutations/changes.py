"""Changing a text by one statement after another: what programs, forms and the server itself write.

The open editors go another way (`coediting/rooms.py`); both are fenced by the version, so neither overwrites the other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from coediting import delta
from coediting.frames import CHANGE_ID
from coediting.keeping import keep
from coediting.log import manuscript_at
from coediting.models import Ops, Text, TextChange, author_of
from coediting.queries import text_at, visible_text
from coediting.refusals import FURTHEST_BEHIND, BadOperation, Locked, NoSuchVersion, TooFarBehind, refusing
from coediting.rules import closing, may_edit_text
from core.actor import Actor
from core.mutation import audit, mutation, require, unchanged
from core.registry import lent


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The change that a call made, as it was applied; `is_repeated` when an earlier call had made it."""

    id: str
    version: int
    ops: Ops
    is_repeated: bool = False


@mutation
def change_text(
    *, actor: Actor, text_id: UUID, version: int | None, ops: Sequence[Mapping[str, Any]], change_id: str
) -> Made:
    """Apply operations that were made on top of `version` (None: of what the text is now), once for each `change_id`.

    Raises NotFound, NotAllowed, Locked, BadOperation, TooLarge, TooFarBehind.
    """
    unchanged(actor)
    text = _editable(actor, text_id)
    with refusing():
        delta.check(ops)
    change = [dict(op) for op in ops]
    version = text.version if version is None else version
    if not isinstance(change_id, str) or not CHANGE_ID.fullmatch(change_id):
        raise BadOperation(details={"reason": "an id has 1 to 64 printable characters"})
    before = _made_before(text, change_id, author_of(actor))
    if before is not None:
        return before
    if text.locked_at is not None:
        raise Locked(details=closing(text))
    if not 0 <= version <= text.version:
        raise NoSuchVersion
    if version < text.version - FURTHEST_BEHIND:
        raise TooFarBehind
    return _append(actor, text, _transformed(text, version, change, (author_of(actor), change_id)), change_id)


@mutation
def replace_text(*, actor: Actor, text_id: UUID, ops: Sequence[Mapping[str, Any]]) -> Made | None:
    """Make a text read like this, by a change of what differs. None when nothing does.

    Raises NotFound, NotAllowed, Locked, BadOperation, TooLarge.
    """
    unchanged(actor)
    text = _editable(actor, text_id)
    wanted = [dict(op) for op in ops]
    with refusing():
        if wanted:
            delta.check(wanted)
        wanted = delta.apply([], wanted)
    return _rewrite(actor, text, wanted)


@mutation
def restore_version(*, actor: Actor, text_id: UUID, version: int) -> Made | None:
    """Make a text read as it did at a version, by a new change. None when it does.

    Raises NotFound, NotAllowed, Locked.
    """
    text = _editable(actor, text_id)
    made = _rewrite(actor, text, text_at(actor=actor, text_id=text_id, version=version).ops)
    if made is None:
        unchanged(actor)
    else:
        audit(actor, "coediting.text.restored", text, restored=version, version=made.version)
    return made


def _editable(actor: Actor, text_id: UUID) -> Text:
    text = visible_text(actor=actor, text_id=text_id)
    lent(f"{text.rule}.hold")(actor=actor, subject_id=text.subject_id)
    text = visible_text(actor=actor, text_id=text_id, lock=True)
    require(actor, may_edit_text, text)
    return text


def _made_before(text: Text, change_id: str, author_id: str) -> Made | None:
    row = TextChange.objects.filter(
        organization_id=text.organization_id, text_id=text.id, change_id=change_id
    ).first()
    if row is None:
        return None
    if row.author_id != author_id:
        raise BadOperation(details={"reason": "the id is another change's"})
    return Made(id=change_id, version=row.version, ops=row.ops, is_repeated=True)


def _transformed(text: Text, version: int, change: Ops, key: tuple[str, str]) -> Ops:
    """A change made on an older version as it must read now. Raises BadOperation when it did not fit that version."""
    rows = TextChange.objects.filter(
        organization_id=text.organization_id, text_id=text.id, version__gt=version, version__lte=text.version
    )
    with refusing():
        base = manuscript_at(text, version)
        base.apply(change)
        for author_id, other_id, ops in rows.order_by("version").values_list("author_id", "change_id", "ops"):
            change = delta.transform(ops, change, a_first=(author_id, other_id) < key)
    return change


def _rewrite(actor: Actor, text: Text, wanted: Ops) -> Made | None:
    if text.locked_at is not None:
        raise Locked(details=closing(text))
    change = delta.diff(manuscript_at(text, text.version).ops(), wanted)
    return _append(actor, text, change, uuid4().hex) if change else None


def _append(actor: Actor, text: Text, change: Ops, change_id: str) -> Made:
    manuscript = manuscript_at(text, text.version)
    with refusing():
        manuscript.apply(change)
    text.version += 1
    TextChange.objects.create(
        organization_id=text.organization_id,
        text=text,
        version=text.version,
        change_id=change_id,
        author_id=author_of(actor),
        author_name=actor.name[:120],
        ops=change,
    )
    Text.objects.filter(organization_id=text.organization_id, id=text.id).update(
        version=text.version, is_written_on=True
    )
    keep(actor, text, manuscript, version=text.version)
    return Made(id=change_id, version=text.version, ops=change)
