"""Mastery and closing: when a goal is met, and when it is open again."""

from datetime import timedelta

import pytest

from core.errors import Invalid, NotAllowed
from ieps.models import Goal
from progress import mutations
from progress.models import ProgressPoint
from tests.progress.conftest import TODAY, record
from tests.progress.course import acts, state, summary, week


def test_mastery_has_its_day_once_and_closes_the_goal(cast, mastered):
    assert (state(mastered).status, state(mastered).mastered_on) == ("met", week(3))
    assert summary(mastered).mastered_on == week(3)
    record(cast.casey.actor, mastered, 99, week(4))

    assert state(mastered).mastered_on == week(3)
    assert acts("progress.goal.mastered") == 1


def test_a_goal_with_probes_after_mastery_goes_on_with_them(cast, goal):
    Goal.objects.filter(id=goal.id).update(maintenance_days=30)
    for n in (1, 2, 3):
        record(cast.casey.actor, goal, 95, week(n))

    assert state(goal).status == "maintenance"
    assert summary(goal).next_probe_on == week(3) + timedelta(days=30)


def test_mastery_by_a_mistake_is_withdrawn_with_it(cast, mastered):
    point = ProgressPoint.objects.order_by("-measured_on").first()
    mutations.undo_progress_point(actor=cast.casey.actor, point_id=point.id, reason="Wrong student")

    assert (state(mastered).status, state(mastered).mastered_on) == ("open", None)
    assert acts("progress.goal.mastery_withdrawn") == 1


def test_what_a_person_says_of_a_goal_stays(cast, goal):
    found = mutations.close_goal(actor=cast.casey.actor, goal_id=goal.id, reason="He reads", today=TODAY)
    assert (found.status, found.mastered_on, found.is_by_hand) == ("met", TODAY, True)
    record(cast.casey.actor, goal, 50, week(1))
    assert state(goal).status == "met"

    mutations.reopen_goal(actor=cast.casey.actor, goal_id=goal.id, reason="Lost it", today=TODAY)
    assert (state(goal).status, state(goal).reopened_on) == ("open", TODAY)


def test_a_goal_opened_again_is_mastered_by_new_scores_alone(cast, mastered):
    mutations.reopen_goal(
        actor=cast.casey.actor, goal_id=mastered.id, reason="Not in other texts", today=week(4)
    )
    assert (state(mastered).status, summary(mastered).mastered_on) == ("open", None)
    for n in (5, 6, 7):
        record(cast.casey.actor, mastered, 95, week(n))
    assert state(mastered).mastered_on == week(7)


def test_closing_needs_a_reason_and_whoever_decides(cast, goal):
    with pytest.raises(Invalid):
        mutations.close_goal(actor=cast.casey.actor, goal_id=goal.id, reason="", today=TODAY)
    with pytest.raises(NotAllowed):
        mutations.move_to_maintenance(actor=cast.paula.actor, goal_id=goal.id, reason="x", today=TODAY)
