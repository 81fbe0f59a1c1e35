"""What the database itself refuses, whoever asks."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction

from tests.factories.ieps import GoalFactory, IepFactory, ServiceFactory


def stored(make):
    """Make a row and check what waits for the end of the transaction."""
    with transaction.atomic():
        make()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(name, make):
    with pytest.raises(IntegrityError) as error:
        stored(make)
    assert name in str(error.value)


def test_student_has_one_active_iep(cast, active):
    refused("iep_one_active", lambda: IepFactory(student=cast.student, number=2, active=True))


@pytest.mark.parametrize("status", ["draft", "in_review", "approved"])
def test_student_has_one_open_iep(cast, draft, status):
    refused("iep_one_open_draft", lambda: IepFactory(student=cast.student, number=2, status=status))


def test_number_is_given_once(cast, draft):
    refused("iep_number_once", lambda: IepFactory(student=cast.student, number=1, status="discarded"))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("iep_expires_after_effective", {"effective_on": date(2025, 9, 1), "expires_on": date(2025, 9, 1)}),
        (
            "iep_meeting_not_after_effective",
            {"effective_on": date(2025, 9, 1), "meeting_on": date(2025, 9, 2)},
        ),
        ("iep_active_has_dates", {"status": "active"}),
    ],
)
def test_impossible_dates_are_not_stored(cast, name, values):
    refused(name, lambda: IepFactory(student=cast.student, number=1, **values))


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("goal_target_after_baseline", {"target_on": date(2025, 9, 1)}),
        ("goal_target_beyond_baseline", {"target_value": Decimal(48)}),
        ("goal_target_beyond_baseline", {"direction": "decrease"}),
    ],
)
def test_goal_that_could_not_be_measured_is_not_stored(cast, draft, name, values):
    refused(name, lambda: GoalFactory(iep=draft, number=1, **values))


def test_two_goals_have_two_numbers(cast, draft):
    GoalFactory(iep=draft, number=1)

    refused("goal_number_once", lambda: GoalFactory(iep=draft, number=1))


@pytest.mark.parametrize(
    ("name", "values"),
    [("service_ends_after_start", {"ends_on": date(2025, 9, 8)}), ("service_has_minutes", {"minutes": 0})],
)
def test_impossible_service_is_not_stored(cast, draft, name, values):
    refused(name, lambda: ServiceFactory(iep=draft, **values))


def test_iep_of_another_districts_student_is_not_stored(cast):
    with pytest.raises(Exception, match=r"row-level security|org_fk"), transaction.atomic():
        IepFactory(student=cast.stranger, number=1)
