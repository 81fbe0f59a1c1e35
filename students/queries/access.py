"""Whether the record of access knows already that somebody opened a record."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.utils.timezone import now

from core.actor import Actor, Kind
from core.idea import SITTING_MINUTES
from core.kept import kept
from core.models import AuditEntry

OPENED = "students.record.opened"


class _NotYet(Exception):
    """It is not written yet, and may be at any moment: nothing to keep."""


def has_opened(*, actor: Actor, student_id: UUID) -> bool:
    """Whether it is written that the actor opened this record, in this sitting and for a minute to come.

    An entry never goes away, so that this process need not ask again in that minute. "No" only means: look closely.
    """
    if actor.kind is not Kind.PERSON:
        return False
    try:
        key = ("opened", actor.organization_id, actor.person_id, student_id)
        return kept(
            key, seconds=settings.KEPT_UNTIL_NEWS_SECONDS, read=lambda: _is_written(actor, student_id)
        )
    except _NotYet:
        return False


def _is_written(actor: Actor, student_id: UUID) -> bool:
    since = now() - timedelta(minutes=SITTING_MINUTES, seconds=-settings.KEPT_UNTIL_NEWS_SECONDS)
    known = AuditEntry.objects.filter(
        organization_id=actor.organization_id,
        verb=OPENED,
        at__gt=since,
        student_id=student_id,
        actor_person_id=actor.person_id,
    )
    if not known.exists():
        raise _NotYet
    return True
