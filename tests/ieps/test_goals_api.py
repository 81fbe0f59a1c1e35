"""Goals and amendments for programs: the rule of mastery, the schedule, a proposal, its withdrawal."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ieps.models import Goal, Iep
from tests.progress.conftest import make_goal, make_iep

MEASURED = {
    "scale": "trials",
    "unit": "percent of trials",
    "baseline_value": None,
    "target_value": "80.00",
    "mastery_by": "scores",
    "mastery_value": "80.00",
    "mastery_hits": 4,
    "mastery_of": 5,
    "mastery_counts": "trial",
    "mastery_window": "block",
    "mastery_settings": 2,
    "mastery_people": 2,
    "maintenance_days": 30,
    "probe_times": 2,
    "probe_days": 7,
}


def send(player, method, path, body):
    return getattr(player.client(), method)(f"/api/v1/{path}", body, content_type="application/json")


@pytest.fixture
def goal(cast):
    return make_goal(make_iep(cast.student))


@pytest.fixture
def draft_goal(cast):
    return make_goal(make_iep(cast.student, status=Iep.Status.DRAFT))


def test_api_keeps_how_a_goal_is_measured_and_mastered(cast, draft_goal):
    answer = send(cast.casey, "patch", f"goals/{draft_goal.id}/", MEASURED)

    assert answer.status_code == 200, answer.json()
    assert {name: answer.json()[name] for name in MEASURED} == MEASURED


@pytest.mark.parametrize(
    "change",
    [
        {"mastery_hits": 6, "mastery_of": 5},
        {"mastery_hits": 0},
        {"mastery_by": "stars"},
        {"mastery_window": "lately"},
        {"probe_days": 366},
        {"maintenance_days": 0},
        {"mastery_value": "NaN"},
    ],
)
def test_api_refuses_a_rule_that_no_score_can_meet(cast, draft_goal, change):
    answer = send(cast.casey, "patch", f"goals/{draft_goal.id}/", change)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


def test_api_proposes_another_target_as_an_amendment_and_withdraws_it(cast, goal):
    change = {"goal_id": str(goal.id), "target_value": "110", "target_on": "2026-08-01"}
    path = f"ieps/{goal.iep_id}/amendments/"
    made = send(cast.casey, "post", path, {"reason": "Reached early", "goal_change": change})

    assert (made.status_code, made.json().get("kind")) == (201, "amendment"), made.json()
    copy = Goal.objects.get(iep_id=made.json()["id"])
    assert (copy.target_value, copy.lineage_id) == (Decimal(110), goal.lineage_id)
    goal.refresh_from_db()
    assert goal.target_value == Decimal(92)
    assert send(cast.sam, "post", f"ieps/{copy.iep_id}/discard/", {}).status_code == 403
    gone = send(cast.casey, "post", f"ieps/{copy.iep_id}/discard/", {})
    assert (gone.status_code, gone.json()["status"]) == (200, "discarded")
    assert send(cast.casey, "post", path, {"reason": "Anew"}).status_code == 201


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"goal_id": "019a0000-0000-7000-8000-000000000000", "target_value": "110"}, 404),
        ({"goal_id": "x"}, 422),
        ({"target_value": "1"}, 422),
        ({"target_value": "NaN"}, 422),
        ({"colour": "red"}, 422),
    ],
)
def test_api_refuses_a_proposal_that_fits_no_goal_and_opens_nothing(cast, goal, change, status):
    body = {"reason": "Reached early", "goal_change": {"goal_id": str(goal.id), **change}}
    answer = send(cast.casey, "post", f"ieps/{goal.iep_id}/amendments/", body)

    assert answer.status_code == status, answer.json()
    assert Iep.objects.count() == 1
