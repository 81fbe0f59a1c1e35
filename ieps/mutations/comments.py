"""Comments beside the narrative of an IEP: said, answered, mended, struck out, settled, taken up again."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coediting.delta import units
from coediting.log import changes_of
from coediting.models import Text
from coediting.queries import text_at, visible_text
from core.actor import Actor
from core.errors import Conflict, Invalid, NotAllowed
from core.mutation import audit, mutation, require, unchanged
from ieps.models import Comment, Iep
from ieps.queries import colleagues, visible_comment, visible_iep
from ieps.rules import may_comment
from ieps.sections import NARRATIVES
from ieps.texts import ensure_texts, moved
from students.queries import Archived

MOST_COMMENTS = 500  # beside one IEP; more is a slip
LONGEST_COMMENT = 2000  # characters
LONGEST_QUOTE = 200  # characters


class CommentsClosed(Conflict):
    """What was said about an IEP that is approved, in effect or past is read, and changes no more."""

    code = "comments_closed"
    message = gettext_lazy("This IEP is approved or past. Its comments can be read, but not changed.")


class CommentStruck(Conflict):
    """A comment that was struck out stays so."""

    code = "comment_struck"
    message = gettext_lazy("This comment was struck out.")


class TooManyComments(Conflict):
    """Nobody reads five hundred comments."""

    code = "too_many_comments"
    message = gettext_lazy("An IEP has at most 500 comments.")


@mutation
def add_comment(
    *,
    actor: Actor,
    iep_id: UUID,
    field: str,
    body: str,
    start: int = 0,
    length: int = 0,
    text_version: int | None = None,
    mentioned: Sequence[UUID] = (),
) -> Comment:
    """Comment on a passage of a narrative, or on all of it with a length of 0; colleagues may be mentioned.

    `start` and `length` are UTF-16 units in the text's version `text_version`, the newest unless given.
    Raises NotFound, NotAllowed, CommentsClosed, TooManyComments, Invalid.
    """
    iep = _open(actor, visible_iep(actor=actor, iep_id=iep_id))
    if field not in NARRATIVES:
        raise Invalid(fields={"field": [_("Choose a part of the IEP that is written in words.")]})
    comment = Comment(
        organization_id=actor.organization_id,
        iep=iep,
        student=iep.student,
        field=field,
        person_id=actor.person_id,
    )
    _say(actor, comment, body, mentioned)
    ensure_texts(iep=iep)
    _anchor(actor, comment, start, length, text_version)
    return _stored(actor, comment, "ieps.comment.added")


@mutation
def answer_comment(*, actor: Actor, comment_id: UUID, body: str, mentioned: Sequence[UUID] = ()) -> Comment:
    """Answer a comment; an answer to an answer belongs to the same thread, which is taken up again if it was settled.

    Raises NotFound, NotAllowed, CommentsClosed, TooManyComments, Invalid.
    """
    first = _thread(visible_comment(actor=actor, comment_id=comment_id, lock=True))
    iep = _open(actor, first.iep)
    answer = Comment(
        organization_id=actor.organization_id,
        iep=iep,
        student=iep.student,
        thread=first,
        field=first.field,
        person_id=actor.person_id,
    )
    _say(actor, answer, body, mentioned)
    if first.resolved_at is not None:
        _settle(actor, first, is_settled=False)
    return _stored(actor, answer, "ieps.comment.answered")


@mutation
def edit_comment(
    *, actor: Actor, comment_id: UUID, body: str, mentioned: Sequence[UUID] | None = None
) -> Comment:
    """Change the words of one's own comment. Raises NotFound, NotAllowed, CommentsClosed, CommentStruck, Invalid."""
    comment = _own(actor, comment_id)
    before = (comment.body, list(comment.mentioned))
    told = set(comment.mentioned)
    _say(actor, comment, body, comment.mentioned if mentioned is None else mentioned)
    if (comment.body, comment.mentioned) == before:
        unchanged(actor)
        return comment
    comment.edited_at = now()
    comment.version += 1
    comment.save(update_fields=["body", "mentioned", "edited_at", "version"])
    new = sorted(set(comment.mentioned) - told)
    audit(actor, "ieps.comment.changed", comment, iep_id=comment.iep_id, field=comment.field, mentioned=new)
    return comment


@mutation
def strike_comment(*, actor: Actor, comment_id: UUID) -> Comment:
    """Strike out one's own comment: it stays readable as struck out. Raises NotFound, NotAllowed, CommentsClosed."""
    comment = _own(actor, comment_id, may_be_struck=True)
    if comment.struck_at is not None:
        unchanged(actor)
        return comment
    comment.struck_at = now()
    comment.version += 1
    comment.save(update_fields=["struck_at", "version"])
    audit(actor, "ieps.comment.struck", comment, iep_id=comment.iep_id, field=comment.field)
    return comment


@mutation
def resolve_comment(*, actor: Actor, comment_id: UUID) -> Comment:
    """Settle a thread. Raises NotFound, NotAllowed, CommentsClosed."""
    return _change_thread(actor, comment_id, is_settled=True)


@mutation
def reopen_comment(*, actor: Actor, comment_id: UUID) -> Comment:
    """Take a settled thread up again. Raises NotFound, NotAllowed, CommentsClosed."""
    return _change_thread(actor, comment_id, is_settled=False)


def _change_thread(actor: Actor, comment_id: UUID, *, is_settled: bool) -> Comment:
    first = _thread(visible_comment(actor=actor, comment_id=comment_id, lock=True))
    _open(actor, first.iep)
    if (first.resolved_at is not None) == is_settled:
        unchanged(actor)
        return first
    _settle(actor, first, is_settled=is_settled)
    verb = "ieps.comment.resolved" if is_settled else "ieps.comment.reopened"
    audit(actor, verb, first, iep_id=first.iep_id, field=first.field)
    return first


def _settle(actor: Actor, first: Comment, *, is_settled: bool) -> None:
    first.resolved_at = now() if is_settled else None
    first.resolved_by_id = actor.person_id if is_settled else None
    first.version += 1
    first.save(update_fields=["resolved_at", "resolved_by", "version"])


def _open(actor: Actor, iep: Iep) -> Iep:
    """An IEP that may be talked about now. Raises NotAllowed, Archived, CommentsClosed."""
    require(actor, may_comment, iep)
    if iep.student.archived_at is not None:
        raise Archived
    if iep.status not in (Iep.Status.DRAFT, Iep.Status.IN_REVIEW):
        raise CommentsClosed
    return iep


def _thread(comment: Comment) -> Comment:
    return comment if comment.thread is None else comment.thread


def _own(actor: Actor, comment_id: UUID, *, may_be_struck: bool = False) -> Comment:
    comment = visible_comment(actor=actor, comment_id=comment_id, lock=True)
    _open(actor, comment.iep)
    if comment.person_id != actor.person_id:
        raise NotAllowed
    if comment.struck_at is not None and not may_be_struck:
        raise CommentStruck
    return comment


def _say(actor: Actor, comment: Comment, body: str, mentioned: Collection[UUID]) -> None:
    """Set the words of a comment and who is mentioned in it. Raises Invalid."""
    body = body.replace("\r\n", "\n").strip()
    if not body:
        raise Invalid(fields={"body": [_("Write what you want to say.")]})
    if len(body) > LONGEST_COMMENT or "\x00" in body:
        raise Invalid(fields={"body": [_("This is too long: at most 2,000 characters.")]})
    known = {row.person_id for row in colleagues(actor=actor, student_id=comment.student_id)}
    if not set(mentioned) <= known:
        raise Invalid(fields={"mentioned": [_("Choose colleagues of the student's team who read the IEP.")]})
    comment.body = body
    comment.mentioned = sorted(set(mentioned) - {actor.person_id})


def _anchor(actor: Actor, comment: Comment, start: int, length: int, version: int | None) -> None:
    """Tie a comment to the passage that was meant, where it is now. Raises Invalid."""
    text = visible_text(actor=actor, text_id=_text_id(comment))
    comment.text_id, comment.text_version = text.id, text.version
    read = text.version if version is None else version
    if not (0 <= read <= text.version and start >= 0 and length >= 0):
        raise Invalid(fields={"start": [_("There is no such passage.")]})
    if not length:
        return
    words = text_at(actor=actor, text_id=text.id, version=read).plain.encode("utf-16-le")
    passage = words[2 * start : 2 * (start + length)].decode("utf-16-le", "ignore")
    if units(passage) != length or not passage.strip():
        raise Invalid(fields={"start": [_("There is no such passage.")]})
    comment.quote = " ".join(passage.split())[:LONGEST_QUOTE]
    for ops in changes_of(text, after=read, until=text.version):
        start, length = moved(ops, start, length)
    comment.start, comment.length = start, length


def _text_id(comment: Comment) -> UUID:
    rows = Text.objects.filter(organization_id=comment.organization_id, subject_id=comment.iep_id)
    return rows.values_list("id", flat=True).get(field=comment.field)


def _stored(actor: Actor, comment: Comment, verb: str) -> Comment:
    rows = Comment.objects.filter(organization_id=actor.organization_id, iep_id=comment.iep_id)
    if rows.count() >= MOST_COMMENTS:
        raise TooManyComments
    comment.clean_fields(exclude=["organization", "iep", "student", "person", "thread", "resolved_by"])
    comment.save(force_insert=True)
    audit(
        actor,
        verb,
        comment,
        iep_id=comment.iep_id,
        field=comment.field,
        thread_id=comment.thread_id,
        mentioned=comment.mentioned,
    )
    return comment
