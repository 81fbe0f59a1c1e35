"""Reading messages: one's own, and for administrators all that would be sent."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.actors import member
from accounts.models import Person
from accounts.rules import may_read_outbox
from core.actor import Actor, Hat
from core.errors import NotFound
from core.mutation import require
from core.outbox import topic_version
from ieps.models import Goal
from ieps.queries import visible_goal
from notifications.models import AccountMail, Message
from notifications.rules import may_read_message

PAGE_ROWS = 30
MAILBOX_ROWS = 50
MOST_UNREAD = 99


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageRow:
    """One message in a list."""

    id: UUID
    kind: str
    kind_label: str
    to_name: str
    to_email: str
    subject: str
    body: str
    path: str
    needs_password_link: bool
    created_at: datetime
    is_read: bool
    is_sent: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages:
    """One page of messages, newest first."""

    rows: tuple[MessageRow, ...]
    next: str
    kind: str
    topic: str
    version: str


def own_messages(*, actor: Actor, after: UUID | None = None) -> Messages:
    """What was written to the actor in this district, newest first."""
    topic = f"person.{actor.person_id}"
    version = topic_version(topic)
    return _page(_own(actor), after, topic=topic, version=version)


def message_rows(*, actor: Actor) -> QuerySet[Message]:
    """What was written to the actor in this district, for cursor pages."""
    return _own(actor).select_related("person")


def outbox_rows(*, actor: Actor, kind: str = "") -> QuerySet[Message]:
    """What would be sent to people of this district, for cursor pages. Raises NotAllowed but for administrators."""
    require(actor, may_read_outbox, actor)
    rows = Message.objects.filter(organization_id=actor.organization_id, is_by_email=True)
    return (rows.filter(kind=kind) if kind else rows).select_related("person")


def rows_of(*, actor: Actor, messages: Iterable[Message]) -> tuple[MessageRow, ...]:
    """Messages that the actor may read as lists show them."""
    return tuple(_row(found) for found in messages if may_read_message(actor, found))


def unread_count(*, actor: Actor) -> int:
    """How many messages the actor has not read, at most 99."""
    return _own(actor).filter(read_at=None)[:MOST_UNREAD].count()


def outbox(*, actor: Actor, kind: str = "", after: UUID | None = None) -> Messages:
    """What would be sent to people of this district, newest first. Raises NotAllowed for all but administrators."""
    rows = outbox_rows(actor=actor, kind=kind)
    topic = f"organization.{actor.organization_id}"
    return _page(rows, after, kind=kind, topic=topic, version=topic_version(topic))


def message(*, actor: Actor, message_id: UUID) -> MessageRow:
    """One message. Raises NotFound for what is not the actor's to read."""
    found = (
        Message.objects.filter(organization_id=actor.organization_id, id=message_id)
        .select_related("person")
        .first()
    )
    if found is None or not may_read_message(actor, found):
        raise NotFound
    return _row(found)


def mailbox() -> tuple[AccountMail, ...]:
    """The newest mail about accounts, in a demonstration. Raises NotFound anywhere else: it holds secret links."""
    if not settings.IS_DEMONSTRATION:
        raise NotFound
    return _newest_mail()


def _newest_mail() -> tuple[AccountMail, ...]:
    return tuple(AccountMail.objects.order_by("-created_at")[:MAILBOX_ROWS])


def _own(actor: Actor) -> QuerySet[Message]:
    return Message.objects.filter(
        organization_id=actor.organization_id, person_id=actor.person_id, is_in_app=True
    )


def _page(
    rows: QuerySet[Message], after: UUID | None, *, kind: str = "", topic: str = "", version: str = ""
) -> Messages:
    if after is not None and (mark := rows.filter(id=after).first()):
        rows = rows.filter(Q(created_at__lt=mark.created_at) | Q(created_at=mark.created_at, id__lt=mark.id))
    found = list(rows.select_related("person").order_by("-created_at", "-id")[: PAGE_ROWS + 1])
    shown = found[:PAGE_ROWS]
    return Messages(
        rows=tuple(map(_row, shown)),
        next=str(shown[-1].id) if len(found) > PAGE_ROWS else "",
        kind=kind,
        topic=topic,
        version=version,
    )


def _row(found: Message) -> MessageRow:
    return MessageRow(
        id=found.id,
        kind=found.kind,
        kind_label=found.get_kind_display(),
        to_name=found.person.name if found.person else "",
        to_email=found.to_email,
        subject=found.subject,
        body=found.body,
        path=found.path,
        needs_password_link=found.needs_password_link,
        created_at=found.created_at,
        is_read=found.read_at is not None,
        is_sent=found.sent_at is not None,
    )


def who_sees(*, actor: Actor, goal: Goal, people: Iterable[Person]) -> list[Person]:
    """Those of some people for whom a goal exists that the actor sees: an aide sees those they are asked to record."""
    visible_goal(actor=actor, goal_id=goal.id)
    return [person for person in people if _sees(person, goal)]


def _sees(person: Person, goal: Goal) -> bool:
    try:
        reader = member(person=person, organization=goal.organization, hat=Hat.STAFF)
        visible_goal(actor=reader, goal_id=goal.id)
    except NotFound:
        return False
    return True
