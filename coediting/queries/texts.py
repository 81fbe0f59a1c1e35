"""What a text is now, and what it was at any version."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.db.models import Q

from coediting import delta
from coediting.delta import Manuscript
from coediting.log import manuscript_at, written
from coediting.models import Ops, Text, TextChange
from coediting.rules import rights
from core.actor import Actor
from core.errors import NotFound
from core.registry import lent


@dataclass(frozen=True, slots=True, kw_only=True)
class TextState:
    """One text as it is now, or as it was at `version`."""

    id: UUID
    student_id: UUID
    field: str
    version: int
    ops: Ops
    plain: str
    locked: bool
    may_edit: bool = False


def visible_text(*, actor: Actor, text_id: UUID, lock: bool = False) -> Text:
    """One text. Raises NotFound for who may not read what it belongs to, as for an id that is none."""
    rows = Text.objects.filter(organization_id=actor.organization_id, id=text_id)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    text = rows.first()
    if text is None or not rights(actor, text).may_read:
        raise NotFound
    return text


def readable_texts(*, actor: Actor, text_ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the texts that the actor may read. What each record says is asked once, however many texts it has."""
    rows = Text.objects.filter(organization_id=actor.organization_id, id__in=list(text_ids)).order_by("id")
    texts = list(rows)
    owners = {(text.rule, text.subject_id): text for text in texts}
    readable = {owner for owner, text in owners.items() if rights(actor, text).may_read}
    return frozenset(text.id for text in texts if (text.rule, text.subject_id) in readable)


def texts_of(*, actor: Actor, subject_id: UUID) -> dict[str, TextState]:
    """The texts of a record by field; those that the actor may not read are left out. Two statements at the most."""
    rows = Text.objects.filter(organization_id=actor.organization_id, subject_id=subject_id).order_by("field")
    texts = list(rows)
    known = {rule: rights(actor, text) for rule, text in {text.rule: text for text in texts}.items()}
    newer = _newer(actor, texts)
    return {
        text.field: _state(text, written(text.ops, newer[text.id]), known[text.rule].may_edit)
        if text.id in newer
        else _whole(text, known[text.rule].may_edit)
        for text in texts
        if known[text.rule].may_read
    }


def text_state(*, actor: Actor, text_id: UUID) -> TextState:
    """One text as it is now. Raises NotFound."""
    text = visible_text(actor=actor, text_id=text_id)
    return _state(text, manuscript_at(text, text.version), rights(actor, text).may_edit)


def may_edit(*, actor: Actor, text_id: UUID) -> tuple[bool, bool]:
    """Whether who reads a text also writes it, and whether it is locked for everybody. Raises NotFound."""
    text = visible_text(actor=actor, text_id=text_id)
    return rights(actor, text).may_edit, text.locked_at is not None


def standing_of(*, actor: Actor, text_ids: Collection[UUID]) -> dict[UUID, tuple[object, ...]]:
    """On what the rights to texts rest, besides the standing of who asks: one line each, another when that changes.

    The owner of a text may lend `<rule>.standing(actor=, subject_ids=)` and say what else it is, by subject.
    """
    rows = Text.objects.filter(organization_id=actor.organization_id, id__in=list(text_ids)).values_list(
        "id", "rule", "subject_id", "student__school_id", "student__archived_at"
    )
    found = list(rows)
    more: dict[tuple[str, UUID], object] = {}
    for rule in {row[1] for row in found}:
        subjects = {row[2] for row in found if row[1] == rule}
        known = lent(f"{rule}.standing")(actor=actor, subject_ids=subjects)
        more |= {(rule, subject_id): fact for subject_id, fact in known.items()}
    return {row[0]: (*row[3:], more.get((row[1], row[2]))) for row in found}


def written_on(*, actor: Actor) -> tuple[UUID, ...]:
    """The texts of an organisation with changes of which the audit has no line yet."""
    rows = Text.objects.filter(organization_id=actor.organization_id, is_written_on=True)
    return tuple(rows.order_by("id").values_list("id", flat=True))


def state_at(text: Text, version: int, *, may_edit: bool) -> TextState:
    """One text as it was at a version."""
    return _state(text, manuscript_at(text, version), may_edit, version)


def _newer(actor: Actor, texts: Iterable[Text]) -> dict[UUID, list[Ops]]:
    """The changes of several texts that are not in the text as it is kept whole."""
    wanted = [
        Q(text_id=text.id, version__gt=text.ops_version, version__lte=text.version)
        for text in texts
        if text.ops_version < text.version
    ]
    found: dict[UUID, list[Ops]] = {}
    if wanted:
        rows = TextChange.objects.filter(reduce(or_, wanted), organization_id=actor.organization_id)
        for text_id, ops in rows.order_by("text_id", "version").values_list("text_id", "ops"):
            found.setdefault(text_id, []).append(ops)
    return found


def _whole(text: Text, may_edit: bool) -> TextState:
    """A text that is kept whole as it is now: nothing is left to be made of it."""
    is_locked = text.locked_at is not None
    return TextState(
        id=text.id,
        student_id=text.student_id,
        field=text.field,
        version=text.version,
        ops=text.ops,
        plain=delta.plain(text.ops),
        locked=is_locked,
        may_edit=may_edit and not is_locked,
    )


def _state(text: Text, manuscript: Manuscript, may_edit: bool, version: int | None = None) -> TextState:
    is_locked = text.locked_at is not None
    return TextState(
        id=text.id,
        student_id=text.student_id,
        field=text.field,
        version=text.version if version is None else version,
        ops=manuscript.ops(),
        plain=manuscript.plain(),
        locked=is_locked,
        may_edit=may_edit and not is_locked,
    )
