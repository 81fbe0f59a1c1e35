"""Many scores of several students in one request: each is kept or refused for itself, and none is lost."""

from collections.abc import Mapping, Sequence
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
from core.once import reading_once
from ieps.models import Goal
from progress.measuring import AlreadyRecorded, Entry, SameProbe, is_same, new_point, recorded
from progress.models import ProgressPoint
from progress.queries import opened_goals
from progress.rules import may_record_progress
from progress.summing import summarise_goals
from students.queries import refuse_archived

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


@mutation
def record_session(*, actor: Actor, entries: Sequence[Entry], today: date) -> tuple[Answer, ...]:
    """Record the scores of a session, of one student or many, in a fixed number of statements for each student.

    Each entry is accepted or refused for itself, in their order; an entry whose `client_id` was sent before is answered
    with its first point. At most 500 at once. Raises SpedError only for a request that is none.
    """
    if len(entries) > MOST_ENTRIES:
        raise TooManyEntries
    goals = opened_goals(actor=actor, goal_ids={entry.goal_id for entry in entries})
    known = _sent_before(actor, entries)
    there = _there(actor, entries)
    archived: dict[UUID, SpedError | None] = {}
    answers: list[Answer] = []
    with reading_once():  # rights and prompts are the same for all of them; nothing is written meanwhile
        for entry in entries:
            try:
                answers.append(_answer(actor, entry, goals, known, there, archived, today))
            except ValidationError as error:
                answers.append(_refused(entry, from_validation_error(error)))
            except SpedError as error:
                answers.append(_refused(entry, error))
    answers = _saved(answers)
    fresh = [answer.point for answer in answers if answer.point is not None and not answer.is_repeat]
    if not fresh:
        unchanged(actor)
        return tuple(answers)
    touched = {point.goal_id: point.goal for point in fresh}
    summarise_goals(actor=actor, goals=list(touched.values()), today=today)
    topics = {goal_id: goal.topics() for goal_id, goal in touched.items()}
    audit_all(
        actor,
        "progress.point.recorded",
        [(point, recorded(point)) for point in fresh],
        topics=lambda point: topics[point.goal_id],
    )
    return tuple(answers)


def _answer(  # noqa: PLR0917  # what was read for all entries together
    actor: Actor,
    entry: Entry,
    goals: Mapping[UUID, Goal],
    known: dict[UUID, ProgressPoint],
    there: set[tuple[object, ...]],
    archived: dict[UUID, SpedError | None],
    today: date,
) -> Answer:
    goal = goals.get(entry.goal_id)
    if goal is None:
        raise NotFound
    if not may_record_progress(actor, goal):
        raise NotAllowed
    before = known.get(entry.client_id) if entry.client_id else None
    if before is not None:
        if not is_same(point=before, entry=entry):
            raise AlreadyRecorded
        return Answer(entry=entry, point=before, is_repeat=True)
    _refuse_archived(actor, goal.student_id, archived)
    point = new_point(actor=actor, goal=goal, entry=entry, today=today)
    if not entry.is_baseline:
        mark = (point.goal_id, point.measured_on, point.value, point.setting)
        if mark in there and not entry.is_another_probe:
            raise SameProbe
        there.add(mark)
    if entry.client_id:
        known[entry.client_id] = point
    return Answer(entry=entry, point=point)


def _refuse_archived(actor: Actor, student_id: UUID, archived: dict[UUID, SpedError | None]) -> None:
    """Asked once for each student."""
    if student_id not in archived:
        try:
            refuse_archived(actor=actor, student_id=student_id)
            archived[student_id] = None
        except SpedError as error:
            archived[student_id] = error
    found = archived[student_id]
    if found is not None:
        raise found


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


def _there(actor: Actor, entries: Sequence[Entry]) -> set[tuple[object, ...]]:
    """The scores that are recorded already on the days of these entries."""
    rows = ProgressPoint.objects.visible_to(actor).filter(
        goal_id__in={entry.goal_id for entry in entries},
        measured_on__in={entry.measured_on for entry in entries},
        voided_at=None,
        is_baseline=False,
    )
    return set(rows.values_list("goal_id", "measured_on", "value", "setting"))
