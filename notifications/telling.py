"""News in somebody's language, told where they want it: for mutations, which say who is told of what."""

from dataclasses import dataclass

from accounts.models import Person
from core.actor import Actor
from notifications.mutations.messages import queue_message


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a message says, in the language of whom it is for, and the page it is about."""

    subject: str
    body: str
    path: str


def tell(actor: Actor, person: Person, kind: str, key: str, words: Words) -> None:
    """Keep the news as the person wants it; none when they want it in no way."""
    if kind in person.quiet_in_app and kind in person.quiet_by_email:
        return
    queue_message(
        actor=actor,
        kind=kind,
        key=f"{key}:{person.id}",
        person_id=person.id,
        to_email=person.email,
        subject=words.subject,
        body=words.body,
        path=words.path,
    )
