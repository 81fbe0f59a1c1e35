"""Many scores of several students in one request: each is kept or refused for itself, and none is lost."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import NotAllowed, NotFound, SpedError, from_validation_error
from core.mutation import audit_all, mutation, unchanged
from ieps.models import Goal
from progress.measuring import AlreadyRecorded, Entry, SameProbe, is_same, new_point, recorded
from progress.models import ProgressPoint
from progress.queries import opened_goals, prompt_keys
from progress.rules import recorded_by
from progress.summing import summarise_goals
from students.queries import Archived

MOST_ENTRIES = 500


class TooManyEntries(SpedError):
    """A queue of more entries than one request takes; send them in parts."""

    code = "too_many_entries"
    status = 413
    message = _("So many scores are sent in parts of 500.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of one entry. Without a point it was refused, with a code and words for whoever recorded it."""

    entry: Entry
    point: ProgressPoint | None = None
    is_repeat: bool = False
    """It was sent before, and is kept once."""
    code: str = ""
    message: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_kept(self) -> bool:
        """Whether the score is recorded, now or before."""
        return self.point is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Session:
    """What is read once for all entries; `known` and `there` grow with what is about to be saved."""

    actor: Actor
    today: date
    goals: Mapping[UUID, Goal]
    recorded: Collection[UUID]
    """Those of them that the actor records."""
    known: dict[UUID, ProgressPoint]
    there: set[tuple[object, ...]]
    prompts: Sequence[str]


@mutation
def record_session(*, actor: Actor, entries: Sequence[Entry], today: date) -> tuple[Answer, ...]:
    """Record the scores of a session, of one student or many, in a fixed number of statements.

    Each entry is accepted or refused for itself, in their order; an entry whose `client_id` was sent before is answered
    with its first point. At most 500 at once. Raises SpedError only for a request that is none.
    """
    if len(entries) > MOST_ENTRIES:
        raise TooManyEntries
    session = _read(actor, entries, today)
    answers: list[Answer] = []
    for entry in entries:
        try:
            answers.append(_answer(session, entry))
        except ValidationError as error:
            answers.append(_refused(entry, from_validation_error(error)))
        except SpedError as error:
            answers.append(_refused(entry, error))
    answers = _saved(answers)
    fresh = [answer.point for answer in answers if answer.point is not None and not answer.is_repeat]
    if not fresh:
        unchanged(actor)
        return tuple(answers)
    touched = list({point.goal_id: point.goal for point in fresh}.values())
    summarise_goals(actor=actor, goals=touched, today=today)
    topics = Goal.topics_of(touched)
    audit_all(
        actor,
        "progress.point.recorded",
        [(point, recorded(point)) for point in fresh],
        topics=lambda point: topics[point.goal_id],
    )
    return tuple(answers)


def _read(actor: Actor, entries: Sequence[Entry], today: date) -> _Session:
    goals = opened_goals(actor=actor, goal_ids={entry.goal_id for entry in entries})
    return _Session(
        actor=actor,
        today=today,
        goals=goals,
        recorded=recorded_by(actor, goals.values()),
        known=_sent_before(actor, entries),
        there=_there(actor, goals.values(), entries),
        prompts=prompt_keys(actor=actor),
    )


def _answer(session: _Session, entry: Entry) -> Answer:
    goal = session.goals.get(entry.goal_id)
    if goal is None:
        raise NotFound
    if goal.id not in session.recorded:
        raise NotAllowed
    before = session.known.get(entry.client_id) if entry.client_id else None
    if before is not None:
        if not is_same(point=before, entry=entry):
            raise AlreadyRecorded
        return Answer(entry=entry, point=before, is_repeat=True)
    if goal.student.archived_at is not None:
        raise Archived
    point = new_point(
        actor=session.actor, goal=goal, entry=entry, today=session.today, prompts=session.prompts
    )
    if not entry.is_baseline:
        mark = (point.goal_id, point.measured_on, point.value, point.setting)
        if mark in session.there and not entry.is_another_probe:
            raise SameProbe
        session.there.add(mark)
    if entry.client_id:
        session.known[entry.client_id] = point
    return Answer(entry=entry, point=point)


def _refused(entry: Entry, error: SpedError) -> Answer:
    return Answer(entry=entry, code=error.code, message=_words(error), details=error.details)


def _words(error: SpedError) -> str:
    """The words beside the fields, which say what to do; else those of the error."""
    fields = error.details.get("fields")
    if not fields:
        return str(error.text)
    return " ".join(str(text) for texts in fields.values() for text in texts)


def _saved(answers: Sequence[Answer]) -> list[Answer]:
    """Save the new points, at once where nobody else sends one of them at this moment, else one after another."""
    fresh = [answer.point for answer in answers if answer.point is not None and answer.point._state.adding]
    fresh = list({point.id: point for point in fresh}.values())
    try:
        with transaction.atomic():
            ProgressPoint.objects.bulk_create(fresh)
    except IntegrityError:
        return [_saved_alone(answer) for answer in answers]
    return list(answers)


def _saved_alone(answer: Answer) -> Answer:
    point = answer.point
    if point is None or answer.is_repeat or not point._state.adding:
        return answer
    try:
        with transaction.atomic():
            point.save(force_insert=True)
    except IntegrityError:
        return _refused(answer.entry, AlreadyRecorded())
    return answer


def _sent_before(actor: Actor, entries: Sequence[Entry]) -> dict[UUID, ProgressPoint]:
    ids = {entry.client_id for entry in entries if entry.client_id}
    rows = ProgressPoint.objects.visible_to(actor).filter(client_id__in=ids) if ids else ()
    return {row.client_id: row for row in rows if row.client_id}


def _there(actor: Actor, goals: Collection[Goal], entries: Sequence[Entry]) -> set[tuple[object, ...]]:
    """The scores that are recorded already on the days of these entries, found by lineage as they are indexed."""
    rows = ProgressPoint.objects.visible_to(actor).filter(
        lineage_id__in={goal.lineage_id for goal in goals},
        measured_on__in={entry.measured_on for entry in entries},
        voided_at=None,
        is_baseline=False,
    )
    return set(rows.values_list("goal_id", "measured_on", "value", "setting"))
