"""The narrative of an IEP as shared texts (docs/adr/0023): one text a column, which keeps the plain words of its text.

Columns are written here alone: when `coediting` keeps a text whole, it calls `keep_words`.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import reduce
from itertools import groupby
from operator import attrgetter, or_
from typing import Any
from uuid import UUID, uuid4

from django.db.models import Q
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_noop

from coediting import delta
from coediting.log import changes_of
from coediting.models import Text, TextChange
from coediting.mutations import change_text, create_texts, lock_texts, unlock_texts
from coediting.queries import Place, TextState, texts_of
from core.actor import Actor, system_actor
from core.mutation import publish_all
from ieps.closing import closing_of
from ieps.editing import touch
from ieps.models import Comment, Iep
from ieps.rules import may_contribute
from ieps.sections import NARRATIVES, SECTION_OF

RULE = "ieps.section"
EARLIER = gettext_noop("Earlier words")  # whose they are is not known: columns have no authors
OBJECT = "\ufffc"  # stands for what is no letter in the plain words of a text; columns and forms leave it out
Ops = list[dict[str, Any]]


def text_rights(*, actor: Actor, subject_id: UUID) -> tuple[bool, bool]:
    """Whether somebody reads and writes the texts of an IEP: who reads it; who contributes, while it is a draft.

    Lent to `coediting` as `ieps.section.text_rights`.
    """
    iep = Iep.objects.visible_to(actor).select_related("student").filter(id=subject_id).first()
    if iep is None:
        return False, False
    is_open = iep.status == Iep.Status.DRAFT and iep.student.archived_at is None
    return True, is_open and may_contribute(actor, iep)


def standing(*, actor: Actor, subject_ids: Collection[UUID]) -> dict[UUID, object]:
    """On what the rights to the texts of IEPs rest, besides who asks: where each IEP stands.

    Lent to `coediting` as `ieps.section.standing`.
    """
    rows = Iep.objects.filter(organization_id=actor.organization_id, id__in=list(subject_ids))
    return dict(rows.values_list("id", "status"))


def hold(*, actor: Actor, subject_id: UUID) -> None:
    """Lock an IEP before its texts, so that none waits for the other. Lent to `coediting` as `ieps.section.hold`."""
    rows = Iep.objects.filter(organization_id=actor.organization_id, id=subject_id)
    rows.select_for_update(of=("self",), no_key=True).first()


def closed(*, text: Text) -> dict[str, Any]:
    """Why the texts of an IEP are locked: in review or approved, by whom and when; else only that they are.

    Lent to `coediting` as `ieps.section.closed`.
    """
    found = closing_of(Iep.objects.get(organization_id=text.organization_id, id=text.subject_id))
    if found is None:
        return {"reason": "closed", "by": "", "at": ""}
    return {"reason": found.reason, "by": found.by, "at": found.at.isoformat() if found.at else ""}


def text_place(*, actor: Actor, subject_id: UUID, field: str) -> Place:
    """What a text of an IEP is called and where it is written. Lent to `coediting` as `ieps.section.text_place`."""
    iep = Iep.objects.visible_to(actor).select_related("student").get(id=subject_id)
    return Place(
        label=capfirst(str(Iep._meta.get_field(field).verbose_name)),  # type: ignore[union-attr]  # a column
        record=iep.student.name,
        url=reverse("ieps:edit", args=[iep.id, SECTION_OF[field]])
        if iep.status == Iep.Status.DRAFT
        else reverse("ieps:iep", args=[iep.id]),
    )


def keep_words(*, texts: Sequence[tuple[Text, str]]) -> frozenset[Text]:
    """Write the plain words of texts of an organisation into their columns, and move the comments beside them along.

    Lent to `coediting` as `ieps.section.materialised`. Returns those whose IEP somebody else is changing: nobody waits
    here, so that nobody waits for each other.
    """
    rows = Iep.objects.filter(
        organization_id=texts[0][0].organization_id, id__in={text.subject_id for text, _plain in texts}
    )
    rows = rows.select_for_update(of=("self",), no_key=True, skip_locked=True).select_related("student")
    ieps = {iep.id: iep for iep in rows.order_by("id")}
    free = [(text, in_column(plain)) for text, plain in texts if text.subject_id in ieps]
    _move_comments([text for text, _words in free])
    changed = [(text, words) for text, words in free if getattr(ieps[text.subject_id], text.field) != words]
    names = _last_writers([text for text, _words in changed])
    news = []
    for text, words in changed:
        iep = ieps[text.subject_id]
        setattr(iep, text.field, words)
        writer = system_actor(organization_id=text.organization_id, name=names.get(text.id, "Throughline"))
        touch(actor=writer, iep=iep, fields=(text.field,), section=SECTION_OF[text.field])
        news.append((writer, iep))
    topics = Iep.topics_of([iep for _writer, iep in news])
    publish_all("ieps.section.written", news, topics=lambda iep: topics[iep.id])
    return frozenset(text for text, _plain in texts if text.subject_id not in ieps)


def in_column(plain: str) -> str:
    """The words of a text as its column has them: without the line that every text ends with."""
    return plain.replace(OBJECT, "").rstrip()


def as_text(words: str) -> Ops:
    """Words without formats as a text, which ends with a line."""
    clean = words.replace("\r\n", "\n").replace("\r", "\n").rstrip()
    return [{"insert": f"{clean}\n"}] if clean else []


def make_texts(*, actor: Actor, iep: Iep, source: Iep | None = None) -> None:
    """Make the texts of an IEP that was just started; those of `source` go along with their formats."""
    kept = texts_of(actor=actor, subject_id=source.id) if source is not None else {}
    texts = {
        field: kept[field].ops if field in kept else as_text(getattr(iep, field)) for field in NARRATIVES
    }
    create_texts(actor=actor, student=iep.student, rule=RULE, subject_id=iep.id, texts=texts)


def ensure_texts(*, iep: Iep) -> None:
    """Make the texts that an older IEP lacks, from the words in its columns, which are nobody's by name.

    Two who open it at once make them once: the IEP is locked meanwhile.
    """
    if _known(iep) >= set(NARRATIVES):
        return
    Iep.objects.select_for_update(of=("self",), no_key=True).get(
        organization_id=iep.organization_id, id=iep.id
    )
    texts = {name: as_text(getattr(iep, name)) for name in NARRATIVES if name not in _known(iep)}
    if texts:
        writer = system_actor(organization_id=iep.organization_id, name="Throughline")
        create_texts(
            actor=writer,
            student=iep.student,
            rule=RULE,
            subject_id=iep.id,
            texts=texts,
            author_name=EARLIER,
        )


def close_texts(*, actor: Actor, iep: Iep) -> None:
    """Lock every text of an IEP, an older one's too. The IEP is locked before them, as when they are kept whole."""
    hold(actor=actor, subject_id=iep.id)
    ensure_texts(iep=iep)
    lock_texts(actor=actor, subject_id=iep.id)


def open_texts(*, actor: Actor, iep: Iep) -> None:
    """Let the texts of an IEP be changed again. The IEP is locked before them."""
    hold(actor=actor, subject_id=iep.id)
    unlock_texts(actor=actor, subject_id=iep.id)


def _known(iep: Iep) -> set[str]:
    rows = Text.objects.filter(organization_id=iep.organization_id, subject_id=iep.id)
    return set(rows.values_list("field", flat=True))


def write_words(*, actor: Actor, iep: Iep, values: Mapping[str, str]) -> tuple[str, ...]:
    """Make texts of a draft read like this, as changes of what differs: formats and what others type at once stay.

    Returns the fields that changed.
    """
    wanted = {
        name: in_column(value) for name, value in values.items() if in_column(value) != getattr(iep, name)
    }
    if not wanted:
        return ()
    ensure_texts(iep=iep)
    texts = texts_of(actor=actor, subject_id=iep.id)
    for name, words in wanted.items():
        _write(actor, texts[name], words)
    return tuple(wanted)


def _write(actor: Actor, text: TextState, words: str) -> None:
    bare = text.plain.replace(OBJECT, "")
    change = around_objects(delta.diff([{"insert": bare}] if bare else [], as_text(words)), text.plain)
    if change:
        change_text(actor=actor, text_id=text.id, version=text.version, ops=change, change_id=uuid4().hex)


def around_objects(change: Ops, plain: str) -> Ops:
    """A change of the words alone as a change of the whole text: what is no letter stays between them."""
    left = [delta.length([{"insert": run}]) if run else 0 for run in plain.split(OBJECT)]
    found: Ops = []
    at = 0
    for op in change:
        kind = next(name for name in ("insert", "retain", "delete") if name in op)
        if kind == "insert":
            found.append(op)
            continue
        count = op[kind]
        while count:
            if left[at]:
                step = min(count, left[at])
                _put(found, kind, step)
                left[at], count = left[at] - step, count - step
            else:
                _put(found, "retain", 1)
                at += 1
    return found


def _put(ops: Ops, kind: str, count: int) -> None:
    if ops and kind in ops[-1]:
        ops[-1] = {kind: ops[-1][kind] + count}
    else:
        ops.append({kind: count})


def _last_writers(texts: Collection[Text]) -> dict[UUID, str]:
    """Who wrote last at each text, by name."""
    if not texts:
        return {}
    newest = reduce(or_, (Q(text_id=text.id, version=text.version) for text in texts))
    rows = TextChange.objects.filter(newest, organization_id=next(iter(texts)).organization_id)
    return dict(rows.values_list("text_id", "author_name"))


def _move_comments(texts: Collection[Text]) -> None:
    """Have the passages of comments follow the changes that were made since they were looked at last."""
    known = {text.id: text for text in texts}
    if not known:
        return
    rows = Comment.objects.filter(
        organization_id=next(iter(texts)).organization_id, text_id__in=list(known)
    ).order_by("text_id", "id")
    for text_id, beside in groupby(rows, key=attrgetter("text_id")):
        text = known[text_id]
        comments = [comment for comment in beside if comment.text_version < text.version]
        if comments:
            _move(text, comments)


def _move(text: Text, comments: Sequence[Comment]) -> None:
    at = min(comment.text_version for comment in comments)
    for ops in changes_of(text, after=at, until=text.version):
        for comment in comments:
            if comment.text_version == at and comment.length:
                start, length = moved(ops, comment.start, comment.length)
                comment.start, comment.length = start, length
            if comment.text_version == at:
                comment.text_version += 1
        at += 1
    Comment.objects.bulk_update(comments, ["start", "length", "text_version"])


def moved(ops: Ops, start: int, length: int) -> tuple[int, int]:
    """Where a passage is after a change: what is written at its edges stays outside. Places are UTF-16 units."""
    first = delta.transform_position(ops, start, is_own=True)
    last = delta.transform_position(ops, start + length, is_own=False)
    return first, max(0, last - first)
