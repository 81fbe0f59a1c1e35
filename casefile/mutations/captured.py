"""Scores that were taken in the classroom, sent now or days later, by one device or by two."""

from collections.abc import Sequence
from datetime import date

from django.utils.translation import gettext as _

from casefile.queries import unassigned
from core.actor import Actor
from core.mutation import mutation, unchanged
from progress.measuring import Entry
from progress.mutations import Answer, record_session

NOT_ASSIGNED = "not_assigned"


@mutation
def save_captured(*, actor: Actor, entries: Sequence[Entry], today: date) -> tuple[Answer, ...]:
    """Record what was taken in a session. Each score is kept or refused for itself, in their order.

    Who does not choose what to record, records the goals of the data tasks assigned to them and no others.
    Raises TooManyEntries.
    """
    refused = unassigned(actor=actor, goal_ids={entry.goal_id for entry in entries})
    words = _("Nobody has asked you to record this goal. Ask the case manager for a data task.")
    kept = [entry for entry in entries if entry.goal_id not in refused]
    answers = iter(record_session(actor=actor, entries=kept, today=today) if kept else ())
    if not kept:
        unchanged(actor)
    return tuple(
        Answer(entry=entry, code=NOT_ASSIGNED, message=words) if entry.goal_id in refused else next(answers)
        for entry in entries
    )
