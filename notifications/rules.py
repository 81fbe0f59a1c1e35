"""Who may read messages, in a sentence each."""

from accounts.rules import may_read_outbox
from core.actor import Actor
from notifications.models import Message


def may_read_message(actor: Actor, message: Message) -> bool:
    """People read what was written to them; administrators read what would be sent."""
    return message.person_id == actor.acting_person_id or may_read_outbox(actor, message)
