"""The one door for news to people. Each message is kept once, by its key; later parts send what is kept."""

from uuid import UUID

from django.utils.timezone import now

from accounts.models import Person
from core.actor import Actor
from core.mutation import audit, mutation, unchanged
from notifications.models import Message


@mutation
def queue_message(
    *,
    actor: Actor,
    kind: str,
    key: str,
    subject: str,
    body: str,
    person_id: UUID | None = None,
    to_email: str = "",
    path: str = "",
    needs_password_link: bool = False,
) -> Message | None:
    """Keep one message to a person, or to an e-mail address, for sending. None when its key is known already."""
    if person_id is not None and not to_email:
        to_email = Person.objects.values_list("email", flat=True).get(id=person_id)
    row = Message(
        organization_id=actor.organization_id,
        kind=kind,
        key=key,
        person_id=person_id,
        to_email=to_email,
        subject=subject,
        body=body,
        path=path,
        needs_password_link=needs_password_link,
        is_in_app=not _is_quiet(person_id, "quiet_in_app", kind),
        is_by_email=not _is_quiet(person_id, "quiet_by_email", kind),
    )
    if Message.objects.filter(organization_id=actor.organization_id, key=key).exists():
        unchanged(actor)
        return None
    row.clean_fields(exclude=["organization", "person", "read_at", "sent_at"])
    row.save(force_insert=True)
    audit(
        actor,
        "notifications.message.queued",
        row,
        topics=(*row.topics(), f"organization.{actor.organization_id}"),
        kind=kind,
        person_id=person_id,
    )
    return row


@mutation
def mark_read(*, actor: Actor) -> int:
    """Say that the actor has seen every message to them. Returns how many were new."""
    rows = Message.objects.filter(
        organization_id=actor.organization_id, person_id=actor.person_id, read_at=None
    )
    count = rows.update(read_at=now())
    unchanged(actor)  # reading one's own news is no act upon a record
    return count


def _is_quiet(person_id: UUID | None, where: str, kind: str) -> bool:
    """Whether a person does not want news of a kind there."""
    return (
        person_id is not None
        and Person.objects.filter(id=person_id, **{f"{where}__contains": [kind]}).exists()
    )
