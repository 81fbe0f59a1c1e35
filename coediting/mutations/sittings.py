"""Writing down who sat at which text from when to when: one line of the audit for each sitting."""

from datetime import datetime
from uuid import UUID

from coediting.models import Text, TextChange
from coediting.sittings import SITTING_GAP, Sitting, sittings_of
from core.actor import Actor, Kind
from core.mutation import audit, mutation, unchanged


@mutation
def write_down_sittings(*, actor: Actor, text_id: UUID, now: datetime) -> int:
    """Add a line to the audit for each sitting at a text that is over. A second run adds nothing. Returns how many.

    While somebody writes, what was written waits: a sitting is over when nobody has written for ten minutes.
    """
    unchanged(actor)
    rows = Text.objects.filter(organization_id=actor.organization_id, id=text_id)
    text = rows.select_for_update(of=("self",), no_key=True).first()
    if text is None or not text.is_written_on:
        return 0
    newest = TextChange.objects.filter(organization_id=text.organization_id, text_id=text.id)
    last = newest.order_by("-version").values_list("at", flat=True).first()
    if last is not None and last > now - SITTING_GAP:
        return 0
    found = sittings_of(text, after=text.written_version, until=text.version)
    for sitting in found:
        audit(
            _author(text, sitting),
            "coediting.text.edited",
            text,
            topics=(),
            field=text.field,
            subject=text.subject_id,
            began_at=sitting.began_at,
            ended_at=sitting.ended_at,
            first_version=sitting.first_version,
            last_version=sitting.last_version,
            changes=sitting.changes,
        )
    text.written_version, text.is_written_on = text.version, False
    text.save(update_fields=["written_version", "is_written_on"])
    return len(found)


def _author(text: Text, sitting: Sitting) -> Actor:
    """Who wrote, as the log names them; the act was judged when it was done."""
    try:
        person_id = UUID(sitting.by)
    except ValueError:
        kind, _colon, name = sitting.by.partition(":")
        known = Kind(kind) if kind in set(Kind) and kind != Kind.PERSON else Kind.SYSTEM
        return Actor(kind=known, organization_id=text.organization_id, name=name or sitting.by_name)
    return Actor(
        kind=Kind.PERSON,
        organization_id=text.organization_id,
        name=sitting.by_name,
        acting_person_id=person_id,
    )
