"""What programs do with a goal: every kind of score, sessions, phases, decisions, its state, data tasks."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from ieps.models import Goal, Iep
from progress.models import DataTask, Decision, Phase, ProgressPoint
from progress.mutations import start_phase
from tests.progress.conftest import ask, make_goal, make_iep, record


@pytest.fixture
def today(cast):
    return cast.casey.actor.today


@pytest.fixture
def goal(cast, goal, today):
    """The goal of the other rooms, moved to the days on which these tests run."""
    days = {"baseline_on": today - timedelta(days=60), "target_on": today + timedelta(days=120)}
    Goal.objects.filter(id=goal.id).update(**days)
    goal.refresh_from_db()
    return goal


def post(player, path, body=None, **headers):
    return player.client().post(
        f"/api/v1/{path}", body or {}, content_type="application/json", headers=headers
    )


def get(player, path):
    return player.client().get(f"/api/v1/{path}")


# --- Scores


SCALES = [
    (Goal.Scale.TRIALS, {"trials": ["+", "+", "p:gesture", "-"]}, "50.00", None),
    (Goal.Scale.PROBE, {"correct": 64, "errors": 3, "seconds": 60}, "64.00", "95.52"),
]


@pytest.mark.parametrize(("scale", "raw", "value", "second"), SCALES)
def test_api_takes_what_was_tapped_and_answers_the_score(cast, today, scale, raw, value, second):
    goal = make_goal(make_iep(cast.student), scale=scale, target_on=today + timedelta(days=9))
    body = {"measured_on": today.isoformat(), "raw": raw, "setting": "Library", "antecedent": "A bell"}
    answer = post(cast.casey, f"goals/{goal.id}/points/", body)

    assert answer.status_code == 201, answer.json()
    found = answer.json()
    assert (found["value"], found["second_value"], found["raw"]) == (value, second, raw)
    assert (found["setting"], found["antecedent"]) == ("Library", "A bell")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"value": None}, "invalid"),
        ({"unit": "percent"}, "unit_mismatch"),
        ({"raw": {"trials": ["?"]}}, "raw_does_not_fit"),
        ({"raw": [1]}, "invalid"),
        ({"second_value": "101"}, "outside_the_scale"),
        ({"minutes": 0}, "invalid"),
        ({"mastery_level": "wizard"}, "invalid"),
        ({"device_now": "2001-01-01T00:00:00Z"}, "clock_is_wrong"),
        ({"observer_id": "019a0000-0000-7000-8000-000000000000"}, "invalid"),
    ],
)
def test_api_refuses_a_score_that_fits_nothing_with_a_code(cast, goal, today, change, code):
    body = {"measured_on": today.isoformat(), "value": "50", **change}
    answer = post(cast.casey, f"goals/{goal.id}/points/", body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not ProgressPoint.objects.exists()


def test_api_leaves_a_score_out_with_a_reason_and_counts_it_again(cast, goal, today):
    point = record(cast.casey.actor, goal, 5, today, today=today)
    path = f"progress-points/{point.id}"
    assert post(cast.casey, f"{path}/exclude/", {"reason": " "}).status_code == 422
    out = post(cast.casey, f"{path}/exclude/", {"reason": "Fire drill"}).json()
    team, family = (
        get(player, f"goals/{goal.id}/points/").json()["results"][0] for player in (cast.sam, cast.mina)
    )

    assert out["excluded_at"] and out["exclude_reason"] == team["exclude_reason"] == "Fire drill"
    assert family["excluded_at"] == team["excluded_at"] and "exclude_reason" not in family
    assert "note" not in family and "raw" not in family
    assert post(cast.paula, f"{path}/include/").status_code == 403
    again = post(cast.casey, f"{path}/include/").json()
    assert (again["excluded_at"], again["exclude_reason"]) == (None, "")


def test_api_keeps_each_score_of_a_session_for_itself_and_once(cast, goal, today):
    other = make_goal(goal.iep, number=2, target_on=goal.target_on)
    day = today.isoformat()
    entries = [
        {"goal_id": str(goal.id), "measured_on": day, "value": "50", "client_id": str(uuid4())},
        {"goal_id": str(other.id), "measured_on": day, "value": "51"},
        {"goal_id": str(goal.id), "measured_on": "2999-01-01", "value": "52"},
    ]
    first = post(cast.paula, "progress-sessions/", {"entries": entries})
    again = post(cast.paula, "progress-sessions/", {"entries": entries[:1]}).json()

    assert first.status_code == 201
    assert [one["code"] for one in first.json()["answers"]] == ["", "not_found", "measured_in_the_future"]
    assert first.json()["answers"][2]["details"]["fields"]["measured_on"]
    assert (again["kept"], again["answers"][0]["is_repeat"]) == (1, True)
    assert ProgressPoint.objects.count() == 1
    many = post(cast.paula, "progress-sessions/", {"entries": entries[1:2] * 501})
    assert (many.status_code, many.json()["code"]) == (413, "too_many_entries")
    assert post(cast.paula, "progress-sessions/", {"entries": "x"}).status_code == 422


# --- How it goes


def test_api_says_how_a_goal_goes_with_rule_and_scores(cast, goal, today):
    for week in range(6, 0, -1):
        record(cast.casey.actor, goal, 48, today - timedelta(days=7 * week), today=today)
    answer = get(cast.sam, f"goals/{goal.id}/progress/")
    found = answer.json()

    assert (found["status"], found["state"], found["points"]) == ("decide", "open", 6)
    assert found["verdict"]["needs_decision"] and found["verdict"]["suggestion"] == "change"
    assert found["verdict"]["points"] and found["verdict"]["words"] and found["verdict"]["suggested"]
    assert (found["current"], found["target"], found["unit"]) == ("48.00", "92.00", "words a minute")
    assert answer["X-Live-Topic"] == f"goal.{goal.id}" and "ETag" in answer
    assert get(cast.omar, f"goals/{goal.id}/progress/").status_code == 404


def test_api_marks_renames_and_ends_a_phase(cast, goal, today):
    day = (today - timedelta(days=7)).isoformat()
    made = post(cast.casey, f"goals/{goal.id}/phases/", {"label": "Smaller group", "starts_on": day})
    listed = get(cast.casey, f"goals/{goal.id}/phases/")
    phase_id = made.json()["id"]

    def patch(etag, **body):
        return cast.casey.client().patch(
            f"/api/v1/phases/{phase_id}/", body, content_type="application/json", headers={"If-Match": etag}
        )

    assert made.status_code == 201
    assert [row["label"] for row in listed.json()["results"]] == ["Smaller group"]
    assert patch('"old"', detail="Daily").status_code == 412
    changed = patch(listed["ETag"], detail="Daily").json()
    assert (changed["label"], changed["detail"]) == ("Smaller group", "Daily")
    assert post(cast.casey, f"phases/{phase_id}/end/", {"ends_on": day}).status_code == 422
    assert post(cast.sam, f"phases/{phase_id}/end/", {"ends_on": today.isoformat()}).status_code == 403
    ended = post(cast.casey, f"phases/{phase_id}/end/", {"ends_on": today.isoformat()})
    assert ended.json()["ends_on"] == today.isoformat()
    twice = post(cast.casey, f"goals/{goal.id}/phases/", {"label": "Again", "starts_on": day})
    assert (twice.status_code, twice.json()["code"]) == (409, "phase_there")


def test_api_hides_from_families_why_a_phase_began(cast, goal, today):
    start_phase(
        actor=cast.casey.actor, goal_id=goal.id, starts_on=today, label="Alone", reason="Words", today=today
    )
    reasons = {
        name: get(getattr(cast, name), f"goals/{goal.id}/phases/").json()["results"][0]["reason"]
        for name in ("sam", "paula", "mina")
    }

    assert reasons == {"sam": "Words", "paula": "Words", "mina": ""}


def test_api_decides_with_a_reason_once_and_takes_back(cast, goal):
    path = f"goals/{goal.id}/decisions/"
    change = {"choice": "change", "reason": "Four below", "phase_label": "Smaller group"}
    key = {"Idempotency-Key": "one"}
    made, again = (post(cast.casey, path, change, **key) for _ in range(2))

    assert (made.status_code, made.json()["phase"]) == (201, "Smaller group")
    assert again.json() == made.json() and Decision.objects.count() == 1
    assert post(cast.sam, path, change).status_code == 403
    assert post(cast.casey, path, {"choice": "x", "reason": "y"}).status_code == 422
    gone = post(cast.casey, f"decisions/{made.json()['id']}/take-back/")
    assert (gone.status_code, gone.json()["goal_id"]) == (200, str(goal.id))
    assert not Decision.objects.exists() and not Phase.objects.exists()


def test_api_proposal_opens_an_amendment_and_leaves_the_signed_goal(cast, goal):
    path = f"goals/{goal.id}/decisions/"
    made = post(cast.casey, path, {"choice": "raise", "reason": "Reached early", "target": "110"}).json()
    team, family = (get(player, path).json()["results"][0] for player in (cast.sam, cast.mina))

    assert made["proposed_target"] == "110.00"
    assert team["amendment_id"] == made["amendment_id"] is not None
    assert (family["amendment_id"], family["reason"]) == (None, "")
    amendment = Iep.objects.get(id=made["amendment_id"])
    assert amendment.status == Iep.Status.DRAFT and amendment.goals.get().target_value == Decimal(110)
    goal.refresh_from_db()
    assert goal.target_value == Decimal(92)


def test_api_moves_a_goal_from_state_to_state(cast, goal):
    path, why = f"goals/{goal.id}/state/", "The team agreed"
    for state in ("maintenance", "met", "open"):
        answer = post(cast.casey, path, {"state": state, "reason": why})
        assert (answer.status_code, answer.json()["state"]) == (200, state)
        assert get(cast.mina, f"goals/{goal.id}/progress/").json()["state"] == state
    assert post(cast.casey, path, {"state": "gone", "reason": why}).status_code == 422
    assert post(cast.vic, path, {"state": "met", "reason": why}).status_code == 403


def test_api_says_who_records_a_goal_and_opens_it_to_them(cast, goal, today):
    DataTask.objects.all().delete()
    path, body = f"goals/{goal.id}/data-tasks/", {"starts_on": today.isoformat(), "instructions": "Ten cards"}
    assert get(cast.paula, path).status_code == 404
    made = post(cast.casey, path, {**body, "person_id": str(cast.paula.person.id)})
    ask(cast.sam.person, goal)

    assert made.status_code == 201
    assert len(get(cast.casey, path).json()["results"]) == 2
    assert [row["instructions"] for row in get(cast.paula, path).json()["results"]] == ["Ten cards"]
    assert get(cast.mina, path).json()["results"] == []
    stranger = {**body, "person_id": str(cast.omar.person.id)}
    assert post(cast.casey, path, stranger).status_code == 422
    assert post(cast.sam, path, stranger).status_code == 403
    ended = post(cast.casey, f"data-tasks/{made.json()['id']}/end/")
    assert ended.json()["ends_on"] == today.isoformat()
    assert get(cast.paula, path).status_code == 404
