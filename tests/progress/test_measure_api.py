"""What programs do of measurement: goal attainment, two observers, the district's prompts and its decision rule."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core.models import AuditEntry
from progress.models import AttainmentRating, AttainmentScale, DistrictRule, PromptLevel, SecondObservation
from progress.mutations import undo_progress_point
from tests.progress.conftest import ask, make_goal, make_iep, record

LEVELS = {
    "much_less": "Reads 40 words",
    "less": "Reads 48 words",
    "expected": "Reads 92 words",
    "more": "Reads 100 words",
    "much_more": "Reads 110 words",
}
SENT = {"content_type": "application/json"}


@pytest.fixture
def today(cast):
    return cast.casey.actor.today


def goal_of_now(cast, today, **more):
    days = {"baseline_on": today - timedelta(days=60), "target_on": today + timedelta(days=120)}
    return make_goal(more.pop("iep", None) or make_iep(cast.student), **days, **more)


@pytest.fixture
def goal(cast, today):
    """A goal in force these days, which Paula is asked to record."""
    made = goal_of_now(cast, today)
    ask(cast.paula.person, made)
    return made


@pytest.fixture
def other(cast, goal, today):
    """A goal that nobody asked Paula to record."""
    return goal_of_now(cast, today, iep=goal.iep, number=2, title="Spelling")


@pytest.fixture
def session(cast, goal, today):
    """Ten trials of another goal that Paula recorded."""
    measured = goal_of_now(
        cast,
        today,
        iep=goal.iep,
        number=3,
        scale="trials",
        unit="percent correct",
        baseline_value=Decimal(10),
        target_value=Decimal(90),
    )
    ask(cast.paula.person, measured)
    raw = {"trials": ["+", "+", "-", "p:gesture", "+", "+", "-", "-", "+", "+"]}
    return record(cast.paula.actor, measured, 60, today, raw=raw, today=today)


def send(player, method, path, body=None, **headers):
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    more = {} if body is None else {"data": body}
    return getattr(player.client(), method)(f"/api/v1/{path}", headers=told, **more, **SENT)


def codes(cast, method, path, body=None, who=("casey", "sam", "paula", "vic", "fin", "mina", "omar", "otto")):
    """How each of them is answered."""
    return {name: send(getattr(cast, name), method, path, body).status_code for name in who}


# --- Goal attainment


def test_levels_are_said_on_the_version_that_was_read_and_rated(cast, goal, today):
    path = f"goals/{goal.id}/attainment/"
    empty = send(cast.casey, "get", path)
    early = send(cast.casey, "post", f"{path}ratings/", {"level": 1, "rated_on": today.isoformat()})
    set_ = send(cast.casey, "put", path, {"levels": LEVELS, "weight": 2}, If_Match=empty["ETag"])
    stale = send(cast.casey, "put", path, {"levels": LEVELS, "weight": 3}, If_Match=empty["ETag"])
    rating = {"level": 1, "rated_on": today.isoformat(), "note": "Read a whole page"}
    rated = send(cast.paula, "post", f"{path}ratings/", rating)

    assert (empty.json()["levels"], empty.json()["may_set"], empty.json()["may_rate"]) == (None, True, False)
    assert (early.status_code, early.json()["code"]) == (409, "levels_missing")
    assert (set_.status_code, set_.json()["levels"], set_.json()["weight"]) == (200, LEVELS, 2)
    assert stale.status_code == 412
    assert (rated.status_code, rated.json()["rated_by"]) == (201, cast.paula.actor.name)
    seen = send(cast.casey, "get", path)
    assert seen.json()["ratings"][0]["note"] == "Read a whole page" and seen["ETag"] != set_["ETag"]
    page = send(cast.casey, "get", f"students/{cast.student.id}/attainment/").json()
    assert (page["score"], page["attained"], page["rated"]) == ("60.0", "more", 1)
    assert [day["score"] for day in page["history"]] == ["60.0"]


def test_family_reads_how_far_a_goal_is_and_not_the_note(cast, goal, today):
    path = f"goals/{goal.id}/attainment/"
    send(cast.casey, "put", path, {"levels": LEVELS})
    send(cast.casey, "post", f"{path}ratings/", {"level": 0, "rated_on": today.isoformat(), "note": "Words"})
    shown = send(cast.mina, "get", f"students/{cast.student.id}/attainment/")

    (told,) = shown.json()["goals"]
    assert (told["ratings"][0]["level"], told["ratings"][0]["note"]) == (0, "")
    assert not (told["may_set"] or told["may_rate"])
    assert send(cast.mina, "get", path).json()["ratings"][0]["note"] == ""
    assert AuditEntry.objects.filter(
        verb="students.record.opened", actor_person_id=cast.mina.person.id
    ).exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"levels": {**LEVELS, "less": " "}}, "levels.less"),
        ({"levels": {**LEVELS, "best": "Reads"}}, "levels.best"),
        ({"levels": {**LEVELS, "more": "x" * 301}}, "levels.more"),
        ({"levels": []}, "levels.non_field_errors"),
        ({"weight": 0}, "weight"),
        ({"weight": 11}, "weight"),
        ({"goal_id": "019a0000-0000-7000-8000-000000000000"}, "goal_id"),
    ],
)
def test_levels_that_say_nothing_are_refused_by_field(cast, goal, change, field):
    answer = send(cast.casey, "put", f"goals/{goal.id}/attainment/", {"levels": LEVELS, **change})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert list(answer.json()["details"]["fields"]) == [field]
    assert not AttainmentScale.objects.exists()


@pytest.mark.parametrize(
    "change", [{"level": 3}, {"level": "x"}, {"rated_on": "2999-01-01"}, {"rated_on": "2001-01-01"}]
)
def test_rating_of_no_level_or_day_of_the_goal_is_refused(cast, goal, today, change):
    path = f"goals/{goal.id}/attainment/"
    send(cast.casey, "put", path, {"levels": LEVELS})
    body = {"level": 0, "rated_on": today.isoformat(), **change}
    answer = send(cast.casey, "post", f"{path}ratings/", body)

    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (422, list(change))
    assert not AttainmentRating.objects.exists()


def test_attainment_is_said_by_who_decides_and_rated_by_who_records(cast, goal, other, today):
    path, day = f"goals/{goal.id}/attainment/", today.isoformat()
    send(cast.casey, "put", path, {"levels": LEVELS})
    send(cast.casey, "put", f"goals/{other.id}/attainment/", {"levels": LEVELS})
    sees = {"casey": 200, "sam": 200, "paula": 200, "vic": 200, "fin": 404, "mina": 200, "omar": 404}

    assert codes(cast, "get", path) == {**sees, "otto": 404}
    assert codes(cast, "put", path, {"levels": LEVELS}) == {
        **{name: 403 if code == 200 else code for name, code in sees.items()},
        "casey": 200,
        "otto": 404,
    }
    rating = {"level": 0, "rated_on": day}
    assert codes(cast, "post", f"{path}ratings/", rating) == {
        "casey": 201, "sam": 201, "paula": 201, "vic": 403, "fin": 404, "mina": 403, "omar": 404, "otto": 404,
    }  # fmt: skip
    assert codes(cast, "get", f"goals/{other.id}/attainment/", who=("paula", "sam")) == {
        "paula": 404,
        "sam": 200,
    }
    mine = send(cast.paula, "get", f"students/{cast.student.id}/attainment/").json()
    assert [row["goal_id"] for row in mine["goals"]] == [str(goal.id)] and not mine["is_whole"]


# --- Two observers


def test_second_observer_adds_single_trials_without_the_first_ones(cast, session):
    path = f"progress-points/{session.id}/second-observation/"
    asked = send(cast.sam, "get", path)
    marks = {"trials": ["+", "+", "-", "p:gesture", "+", "+", "-", "+", "+", "+"]}
    made = send(cast.sam, "post", path, {"raw": marks})
    page = send(cast.casey, "get", f"goals/{session.goal_id}/agreement/").json()

    told = asked.json()
    assert (told["kind"], told["count"], told["method"]) == ("trials", 10, "interval")
    assert not {"value", "raw", "first"} & set(told)
    assert (made.status_code, made.json()["agreement"], made.json()["value"]) == (201, "90.0", "70.00")
    assert (page["sessions"], page["seen_twice"], page["share"], page["mean"]) == (1, 1, 100, "90.0")
    (row,) = page["observations"]
    assert (row["point_id"], row["agreement"]["apart"]) == (str(session.id), [8])
    assert (row["first_by"], row["second_by"]) == (cast.paula.actor.name, cast.sam.actor.name)
    assert not row["agreement"]["is_low"]


def test_second_look_replaces_ones_own_and_is_sent_once_for_a_key(cast, session):
    path = f"progress-points/{session.id}/second-observation/"
    marks = {"raw": {"trials": ["+"] * 10}}
    first, again = (send(cast.sam, "post", path, marks, Idempotency_Key="second-1") for _ in range(2))
    other = send(cast.casey, "post", path, {"raw": {"trials": ["-"] * 10}})
    changed = send(cast.sam, "post", path, {"raw": {"trials": ["-"] * 10}})

    assert first.json() == again.json() and other.status_code == changed.status_code == 201
    assert SecondObservation.objects.count() == 2
    assert SecondObservation.objects.get(observer_id=cast.sam.person.id).value == 0


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "outside_the_scale"),
        ({"value": "60"}, "invalid"),
        ({"value": "NaN"}, "invalid"),
        ({"raw": {"trials": ["+"] * 9}}, "invalid"),
        ({"raw": {"trials": ["?"] * 10}}, "raw_does_not_fit"),
        ({"raw": "x"}, "invalid"),
        ({"raw": {"trials": ["+"] * 10}, "method": "total"}, "invalid"),
    ],
)
def test_what_is_no_second_look_is_refused_with_a_code(cast, session, body, code):
    answer = send(cast.sam, "post", f"progress-points/{session.id}/second-observation/", body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not SecondObservation.objects.exists()


def test_score_that_was_taken_back_is_seen_by_no_second_observer(cast, session):
    undo_progress_point(actor=cast.paula.actor, point_id=session.id)
    path = f"progress-points/{session.id}/second-observation/"

    assert send(cast.sam, "post", path, {"raw": {"trials": ["+"] * 10}}).status_code == 422
    assert not SecondObservation.objects.exists()


def test_observers_are_those_who_record_and_families_read_no_agreement(cast, goal, other, session, today):
    path, marks = f"progress-points/{session.id}/second-observation/", {"raw": {"trials": ["+"] * 10}}
    assert codes(cast, "post", path, marks) == {
        "casey": 201, "sam": 201, "paula": 409, "vic": 403, "fin": 404, "mina": 403, "omar": 404, "otto": 404,
    }  # fmt: skip
    assert codes(cast, "get", f"goals/{session.goal_id}/agreement/") == {
        "casey": 200, "sam": 200, "paula": 200, "vic": 200, "fin": 404, "mina": 403, "omar": 404, "otto": 404,
    }  # fmt: skip
    assert send(cast.paula, "post", path, marks).json()["code"] == "same_observer"
    point = record(cast.casey.actor, other, 5, today, today=today)
    hidden = f"progress-points/{point.id}/second-observation/"
    assert codes(cast, "get", hidden, who=("paula", "sam")) == {"paula": 404, "sam": 200}
    assert send(cast.paula, "get", f"goals/{other.id}/agreement/").status_code == 404


# --- What the district sets


def test_prompts_are_put_in_order_on_the_version_that_was_read(cast, goal, today):
    standard = send(cast.paula, "get", "prompt-levels/")
    keys = [row["key"] for row in standard.json()["results"]]
    levels = [
        {"key": keys[0], "name": "Alone", "hint": "No help"},
        {"name": "Picture card"},
        {"key": "model", "name": "Model"},
    ]
    put = send(cast.ada, "put", "prompt-levels/", {"levels": levels}, If_Match=standard["ETag"])
    stale = send(cast.ada, "put", "prompt-levels/", {"levels": levels[:2]}, If_Match=standard["ETag"])

    found = put.json()["results"]
    assert [(row["name"], row["independence"]) for row in found] == [
        ("Alone", "100.00"),
        ("Picture card", "50.00"),
        ("Model", "0.00"),
    ]
    assert (found[0]["key"], found[2]["key"]) == (keys[0], "model") and stale.status_code == 412
    assert send(cast.mina, "get", "prompt-levels/").json() == put.json()
    assert AuditEntry.objects.filter(verb="progress.prompts.set").count() == 1


@pytest.mark.parametrize(
    "levels",
    [
        [],
        [{"name": "Alone"}],
        [{"name": "Alone"}, {"name": "alone"}],
        [{"name": "Alone"}, {"name": " "}],
        [{"name": "Alone"}, {"name": "Hint", "key": "somebody-elses"}],
        [{"name": "Alone", "key": "model"}, {"name": "Model", "key": "model"}],
        [{"name": "Alone"}, {"name": "x" * 41}],
        [{"name": str(number)} for number in range(16)],
        [{"name": "Alone"}, {"name": "Hint", "position": 4}],
        "x",
    ],
)
def test_prompts_that_are_no_hierarchy_are_refused(cast, levels):
    answer = send(cast.ada, "put", "prompt-levels/", {"levels": levels})

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert all(name.startswith("levels") for name in answer.json()["details"]["fields"])
    assert not PromptLevel.objects.exists()


def test_rule_is_read_and_set_by_administrators(cast):
    standard = send(cast.ada, "get", "decision-rule/")
    changed = send(cast.ada, "patch", "decision-rule/", {"below": 3}, If_Match=standard["ETag"])
    stale = send(cast.ada, "patch", "decision-rule/", {"below": 5}, If_Match=standard["ETag"])
    wrong = [
        send(cast.ada, "patch", "decision-rule/", body)
        for body in (
            {"below": 2, "watch": 2},
            {"below": 1},
            {"mastery_hits": 9},
            {"limit": 4},
            {"above": "x"},
        )
    ]

    assert standard.json()["is_standard"] and not changed.json()["is_standard"]
    assert (changed.json()["below"], stale.status_code) == (3, 412)
    assert [answer.status_code for answer in wrong] == [422] * 5
    assert DistrictRule.objects.get().below == 3


def test_what_the_district_sets_is_kept_by_administrators_alone(cast):
    who = ("casey", "cory", "paula", "vic", "mina")
    levels = {"levels": [{"name": "Alone"}, {"name": "Hint"}]}

    assert set(codes(cast, "put", "prompt-levels/", levels, who=who).values()) == {403}
    assert set(codes(cast, "get", "decision-rule/", who=who).values()) == {403}
    assert set(codes(cast, "patch", "decision-rule/", {"below": 3}, who=who).values()) == {403}
    assert not PromptLevel.objects.exists() and not DistrictRule.objects.exists()
    send(cast.ada, "put", "prompt-levels/", levels)
    elsewhere = send(cast.otto, "get", "prompt-levels/").json()["results"]
    assert "Hint" not in [row["name"] for row in elsewhere]
