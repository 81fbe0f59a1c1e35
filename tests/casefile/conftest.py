"""The cast's student with an IEP in force, a goal and scores; and a page fetched by somebody of the cast."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from students.models import Student
from tests.factories.ieps import AccommodationFactory, GoalFactory, IepFactory, ServiceFactory
from tests.progress.conftest import ask, record


@pytest.fixture
def today(cast: Any) -> Any:
    return cast.casey.actor.today


@pytest.fixture
def iep(cast: Any, today: Any) -> Any:
    """An IEP in force, whose review is in 20 days."""
    iep = IepFactory(
        student=cast.student,
        active=True,
        meeting_on=today - timedelta(days=345),
        effective_on=today - timedelta(days=340),
        expires_on=today + timedelta(days=25),
        next_review_on=today + timedelta(days=20),
    )
    AccommodationFactory(iep=iep)
    ServiceFactory(
        iep=iep,
        starts_on=today - timedelta(days=340),
        ends_on=today + timedelta(days=25),
        provider=cast.casey.person,
    )
    Student.objects.filter(id=cast.student.id).update(annual_review_on=today + timedelta(days=20))
    cast.student.refresh_from_db()
    return iep


@pytest.fixture
def goal(iep: Any, today: Any) -> Any:
    return GoalFactory(
        iep=iep,
        number=1,
        baseline_on=today - timedelta(days=100),
        target_on=today + timedelta(days=100),
        baseline_value=Decimal(40),
        target_value=Decimal(80),
    )


@pytest.fixture
def scores(cast: Any, goal: Any, today: Any) -> Any:
    """Four scores, the last one of today, all above the aimline."""
    ask(cast.paula.person, goal)
    for weeks, value in ((3, 60), (2, 61), (1, 63), (0, 66)):
        record(cast.paula.actor, goal, value, today - timedelta(weeks=weeks), today=today)
    return goal


@pytest.fixture
def text(cast: Any) -> Any:
    """`text(cast.casey, "/caseload/")`: what the page says, and the answer beside it."""

    def fetch(player: Any, path: str, **headers: str) -> str:
        response = player.client().get(player.url(path), headers=headers)
        assert response.status_code == 200, response.content.decode()[-600:]
        return response.content.decode()

    return fetch
