"""An open goal is read once until there is news of it, for each reader, and for no other student."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import kept, outbox
from core.errors import NotFound
from progress.queries import goal_page
from tests.progress.conftest import TODAY, record


@pytest.fixture
def opened(cast, goal, bus, settings):
    """Opens the goal: `opened(who, student)` gives its page and how many statements that took."""
    settings.KEPT_UNTIL_NEWS_SECONDS = 60
    kept.forget_all()
    record(cast.casey.actor, goal, 64)
    outbox.deliver(bus)

    def read(who="casey", student=cast.student):
        with CaptureQueriesContext(connection) as asked:
            found = goal_page(
                actor=getattr(cast, who).actor,
                student_id=student.id,
                goal_id=goal.id,
                today=TODAY,
                shows_all=False,
            )
        return found, len(asked)

    yield read
    kept.forget_all()


def test_goal_is_read_once_until_a_score_is_recorded(cast, goal, bus, opened):
    first, many = opened()
    again, few = opened()
    assert (again, few) == (first, 1)
    assert many > few

    record(cast.casey.actor, goal, 71)
    assert opened()[0].progress.rows[0].value == Decimal(71)  # not delivered yet
    outbox.deliver(bus)
    assert opened()[0].panel.goal_id == goal.id
    assert opened()[1] == 1


def test_what_one_reader_opened_is_not_given_to_another(cast, opened):
    assert opened()[0].panel.may_decide
    assert not opened("paula")[0].panel.may_decide
    with pytest.raises(NotFound):
        opened("omar")


def test_goal_is_not_found_under_another_student_even_when_it_is_kept(cast, opened):
    opened()
    with pytest.raises(NotFound):
        opened(student=cast.other_student)
