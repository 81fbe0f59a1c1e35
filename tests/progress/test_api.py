"""Progress for programs."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from progress.models import ProgressPoint
from tests.progress.conftest import BASELINE_ON, record

SHARED = {
    *("id", "goal_id", "measured_on", "value", "second_value", "is_baseline", "mastery_level", "setting"),
    *("minutes", "excluded_at", "recorded_by", "recorded_at"),
}
TEAM_ONLY = {
    *("raw", "context", "note", "antecedent", "behavior", "consequence", "observer_name", "session_id"),
    "exclude_reason",
}


def points(goal):
    return f"/api/v1/goals/{goal.id}/points/"


def test_api_lists_points_in_cursor_pages(cast, goal):
    for week in range(5):
        record(cast.casey.actor, goal, 50 + week, BASELINE_ON + timedelta(days=7 * week))
    client = cast.casey.client()

    first = client.get(points(goal), {"limit": 3})
    body = first.json()
    second = client.get(body["next"]).json()

    assert [row["value"] for row in body["results"]] == ["50.00", "51.00", "52.00"]
    assert [row["value"] for row in second["results"]] == ["53.00", "54.00"]
    assert second["next"] is None
    assert first["X-Live-Topic"] == f"goal.{goal.id}"
    assert "ETag" in first
    assert set(body["results"][0]) == SHARED | TEAM_ONLY


def test_api_records_a_point_once_for_one_idempotency_key(cast, goal):
    client, key = cast.paula.client(), str(uuid4())
    body = {"measured_on": BASELINE_ON.isoformat(), "value": "50.5", "context": "Room 4"}

    answers = [
        client.post(points(goal), body, content_type="application/json", headers={"Idempotency-Key": key})
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["value"] == "50.50"
    assert ProgressPoint.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"value": "x"}, "value"),
        ({"value": None}, "value"),
        ({"value": "-1"}, "value"),
        ({"value": "NaN"}, "value"),
        ({"measured_on": "2999-01-01"}, "measured_on"),
        ({"measured_on": "11/19/2025"}, "measured_on"),
        ({"note": "x" * 2001}, "note"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_api_refuses_a_bad_point_in_the_one_shape(cast, goal, change, field):
    body = {"measured_on": BASELINE_ON.isoformat(), "value": "50", **change}
    answer = cast.paula.client().post(points(goal), body, content_type="application/json")

    assert answer.status_code == 422
    assert set(answer.json()) == {"code", "message", "status", "details"}
    assert field in answer.json()["details"]["fields"]
    assert not ProgressPoint.objects.exists()


@pytest.mark.parametrize(("name", "status"), [("omar", 404), ("otto", 404), ("gina", 404), ("vic", 403)])
def test_api_records_nothing_for_outsiders_and_readers(cast, goal, name, status):
    body = {"measured_on": BASELINE_ON.isoformat(), "value": "50"}
    answer = getattr(cast, name).client().post(points(goal), body, content_type="application/json")

    assert answer.status_code == status
    assert not ProgressPoint.objects.exists()


@pytest.mark.parametrize("name", ["omar", "otto", "gina"])
def test_api_lists_nothing_for_outsiders(cast, goal, name):
    assert getattr(cast, name).client().get(points(goal)).status_code == 404


def test_api_keeps_notes_of_staff_from_parents(cast, goal):
    record(cast.casey.actor, goal, note="Was tired", context="Room 4")
    (row,) = cast.mina.client().get(points(goal)).json()["results"]

    assert row["value"] == "50.00"
    assert not {"note", "context"} & set(row)


def test_api_says_when_a_goal_is_not_in_force(cast, draft_goal):
    body = {"measured_on": BASELINE_ON.isoformat(), "value": "50"}
    answer = cast.casey.client().post(points(draft_goal), body, content_type="application/json")

    assert (answer.status_code, answer.json()["code"]) == (409, "goal_not_in_force")


def test_api_takes_a_point_back(cast, goal):
    point = record(cast.paula.actor, goal)
    path = f"/api/v1/progress-points/{point.id}/undo/"

    assert cast.sam.client().post(path, {}, content_type="application/json").status_code == 403
    assert cast.omar.client().post(path, {}, content_type="application/json").status_code == 404
    answer = cast.paula.client().post(path, {"reason": "Typo"}, content_type="application/json")
    assert (answer.status_code, answer.json()["id"]) == (200, str(point.id))
    assert cast.paula.client().get(points(goal)).json()["results"] == []
