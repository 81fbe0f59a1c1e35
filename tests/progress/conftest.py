"""Two goals of the student whom the cast is about: one of the IEP in force, one of a draft."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from ieps.models import Goal, Iep
from progress.measuring import Entry, new_point
from progress.models import DataTask, ProgressPoint
from progress.mutations import record_progress_point
from progress.summing import summarise_goals

BASELINE_ON = date(2025, 9, 5)
TODAY = date(2025, 11, 19)


def make_iep(student: Any, *, number: int = 1, status: str = Iep.Status.ACTIVE, **more: Any) -> Iep:
    return Iep.objects.create(
        organization_id=student.organization_id,
        student=student,
        number=number,
        kind=Iep.Kind.ANNUAL,
        status=status,
        **{
            "meeting_on": date(2025, 8, 28),
            "effective_on": date(2025, 9, 2),
            "expires_on": date(2026, 9, 1),
            **more,
        },
    )


def make_goal(iep: Iep, *, number: int = 1, **more: Any) -> Goal:
    return Goal.objects.create(
        **{
            "organization_id": iep.organization_id,
            "iep": iep,
            "student": iep.student,
            "number": number,
            "domain": Goal.Domain.READING,
            "title": "Reading fluency",
            "statement": "Given a grade 4 passage, Zo will read 92 words correct per minute.",
            "scale": Goal.Scale.RATE,
            "unit": "words a minute",
            "direction": Goal.Direction.INCREASE,
            "baseline_value": Decimal(48),
            "baseline_on": BASELINE_ON,
            "target_value": Decimal(92),
            "target_on": date(2026, 6, 5),
            "evaluation_method": "Oral reading probes",
            "frequency": "once a week",
            **more,
        }
    )


def record(actor: Any, goal: Goal, value: Any = 50, on: date | str = TODAY, **more: Any) -> ProgressPoint:
    day = date.fromisoformat(on) if isinstance(on, str) else on
    return record_progress_point(
        actor=actor, goal_id=goal.id, measured_on=day, value=Decimal(str(value)), **{"today": TODAY, **more}
    )


def recorded_before(actor: Any, goal: Goal, scores: Mapping[date, Any]) -> None:
    """Scores that are there when a test begins, with their summary: all at once, where `record` takes each alone."""
    entries = [
        Entry(goal_id=goal.id, measured_on=day, value=Decimal(str(value))) for day, value in scores.items()
    ]
    ProgressPoint.objects.bulk_create(
        new_point(actor=actor, goal=goal, entry=entry, today=TODAY) for entry in entries
    )
    summarise_goals(actor=actor, goals=[goal], today=TODAY)


def ask(person: Any, goal: Goal, **more: Any) -> DataTask:
    """Somebody is asked to record a goal, from its baseline on."""
    return DataTask.objects.create(
        **{
            "organization_id": goal.organization_id,
            "student": goal.student,
            "goal": goal,
            "lineage_id": goal.lineage_id,
            "person": person,
            "starts_on": BASELINE_ON,
            "assigned_by_name": "Casey Cast",
            **more,
        }
    )


@pytest.fixture
def goal(cast: Any) -> Goal:
    """A goal in force, which Paula is asked to record."""
    made = make_goal(make_iep(cast.student))
    ask(cast.paula.person, made)
    return made


@pytest.fixture
def draft_goal(cast: Any) -> Goal:
    return make_goal(make_iep(cast.student, number=9, status=Iep.Status.DRAFT))


@pytest.fixture
def mastered(cast: Any, goal: Goal) -> Goal:
    """Three scores in a row at the target."""
    for n in (1, 2, 3):
        record(cast.casey.actor, goal, 92 + n, BASELINE_ON + timedelta(weeks=n))
    return goal
