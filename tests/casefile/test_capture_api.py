"""What programs do of recording in the classroom: one's groups, one's data tasks, the data sheets of goals."""

from datetime import timedelta

import pytest

from casefile.models import DataGroup, DataSheet
from core.models import AuditEntry
from tests.factories.ieps import GoalFactory, IepFactory
from tests.progress.conftest import ask

SENT = {"content_type": "application/json"}


@pytest.fixture
def other(goal, today):
    """A second goal of the IEP in force."""
    days = {"baseline_on": today - timedelta(days=100), "target_on": today + timedelta(days=100)}
    return GoalFactory(iep=goal.iep, number=2, title="Spelling", **days)


@pytest.fixture
def foreign(cast, today):
    """A goal of a student of another caseload."""
    iep = IepFactory(student=cast.other_student, active=True)
    days = {"baseline_on": today - timedelta(days=9), "target_on": today + timedelta(days=100)}
    return GoalFactory(iep=iep, number=1, **days)


def send(player, method, path, body=None, **headers):
    told = {name.replace("_", "-"): value for name, value in headers.items()}
    more = {} if body is None else {"data": body}
    return getattr(player.client(), method)(f"/api/v1/{path}", headers=told, **more, **SENT)


def group_of(player, goal, name="Reading B"):
    return send(player, "post", "data-groups/", {"name": name, "goal_ids": [str(goal.id)]})


def test_group_is_made_renamed_put_away_and_brought_back(cast, goal, other):
    made = group_of(cast.casey, goal)
    path = made["Location"].removeprefix("/api/v1/")
    stale = send(cast.casey, "patch", path, {"name": "Reading C"}, If_Match='"old"')
    named = send(cast.casey, "patch", path, {"name": "Reading C"}, If_Match=made["ETag"])
    both = [str(goal.id), str(other.id)]
    chosen = send(cast.casey, "patch", path, {"goal_ids": both})
    gone = send(cast.casey, "delete", path, If_Match=chosen["ETag"])
    empty = send(cast.casey, "get", "data-groups/").json()["results"]
    back = send(cast.casey, "post", f"{path}restore/")

    assert (made.status_code, stale.status_code, gone.status_code) == (201, 412, 204)
    assert (named.json()["name"], [row["goal_id"] for row in named.json()["goals"]]) == (
        "Reading C",
        [str(goal.id)],
    )
    assert [row["goal_id"] for row in chosen.json()["goals"]] == both and empty == []
    assert back.json() == chosen.json() == send(cast.casey, "get", path).json()
    assert chosen.json()["goals"][0]["student_id"] == str(cast.student.id)


def test_group_is_its_makers_alone(cast, goal):
    path = group_of(cast.casey, goal)["Location"].removeprefix("/api/v1/")

    for name in ("sam", "ada", "vic", "mina", "omar", "otto"):
        player = getattr(cast, name)
        assert send(player, "get", path).status_code == 404, name
        assert send(player, "patch", path, {"name": "Mine"}).status_code == 404, name
        assert send(player, "delete", path).status_code == 404, name
        assert send(player, "post", f"{path}restore/").status_code == 404, name
        assert send(player, "get", "data-groups/").json()["results"] == [], name
    assert DataGroup.objects.get().name == "Reading B"


def test_group_holds_goals_that_its_maker_records_and_no_others(cast, goal, other, foreign):
    ask(cast.paula.person, goal)

    assert group_of(cast.paula, goal).status_code == 201
    for name, wanted in (("paula", other), ("casey", foreign), ("vic", goal), ("mina", goal), ("omar", goal)):
        answer = group_of(getattr(cast, name), wanted, "Another")
        assert (answer.status_code, list(answer.json()["details"]["fields"])) == (422, ["goal_ids"]), name
    assert DataGroup.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 41}, "name"),
        ({"goal_ids": []}, "goal_ids"),
        ({"goal_ids": ["x"]}, "goal_ids.0"),
        ({"goal_ids": "x"}, "goal_ids"),
        ({"person_id": "019a0000-0000-7000-8000-000000000000"}, "person_id"),
    ],
)
def test_group_of_no_name_or_goal_is_refused_by_field(cast, goal, change, field):
    body = {"name": "Reading B", "goal_ids": [str(goal.id)], **change}
    answer = send(cast.casey, "post", "data-groups/", body)

    assert (answer.status_code, list(answer.json()["details"]["fields"])) == (422, [field])
    assert not DataGroup.objects.exists()


def test_aide_reads_their_own_data_tasks_and_no_others(cast, goal, other):
    ask(cast.paula.person, goal, instructions="Ten cards at the window table")
    ask(cast.sam.person, other, instructions="For Sam alone")
    (mine,) = send(cast.paula, "get", "data-tasks/").json()["results"]

    assert (mine["goal_id"], mine["student_id"]) == (str(goal.id), str(cast.student.id))
    assert mine["instructions"] == "Ten cards at the window table" and mine["is_due"]
    for name in ("casey", "ada", "vic", "mina", "omar", "otto"):
        assert send(getattr(cast, name), "get", "data-tasks/").json()["results"] == [], name
    opened = AuditEntry.objects.filter(verb__startswith="students.", student_id=cast.student.id)
    assert opened.filter(actor_person_id=cast.paula.person.id).exists()


def test_sheet_is_read_and_said_wholly_on_the_version_that_was_read(cast, goal):
    path = f"goals/{goal.id}/data-sheet/"
    empty = send(cast.casey, "get", path)
    levels = [{"value": 1, "title": "With help", "words": "Needs the model"}]
    body = {"steps": ["Opens the book", " Finds the  page "], "levels": levels, "trials": 5}
    said = send(cast.casey, "put", path, body, If_Match=empty["ETag"])
    stale = send(cast.casey, "put", path, {"trials": 7}, If_Match=empty["ETag"])

    assert (empty.json()["steps"], empty.json()["trials"], empty.json()["seconds"]) == ([], 10, 60)
    assert said.json()["steps"] == ["Opens the book", "Finds the page"]
    assert (said.json()["levels"], said.json()["trials"], said.json()["seconds"]) == (levels, 5, 60)
    assert stale.status_code == 412 and DataSheet.objects.get().trials == 5
    assert send(cast.casey, "put", path, {}).json()["steps"] == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"trials": 0}, "trials"),
        ({"seconds": 3601}, "seconds"),
        ({"steps": ["x" * 121]}, "steps.0"),
        ({"steps": ["x"] * 41}, "steps"),
        ({"levels": [{"value": 11, "title": "Best", "words": ""}]}, "levels.0.value"),
        (
            {"levels": [{"value": 1, "title": "A", "words": ""}, {"value": 1, "title": "B", "words": ""}]},
            "levels",
        ),
        ({"levels": ["x"]}, "levels.0"),
        ({"student_id": "019a0000-0000-7000-8000-000000000000"}, "student_id"),
    ],
)
def test_sheet_outside_reason_is_refused_by_field(cast, goal, body, field):
    answer = send(cast.casey, "put", f"goals/{goal.id}/data-sheet/", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")
    assert all(name.startswith(field) for name in answer.json()["details"]["fields"])
    assert not DataSheet.objects.exists()


def test_sheet_is_for_who_chooses_what_to_record(cast, goal):
    ask(cast.paula.person, goal)
    path = f"goals/{goal.id}/data-sheet/"
    expected = {"casey": 200, "sam": 200, "paula": 403, "vic": 403, "mina": 403, "omar": 404, "otto": 404}

    for method in ("get", "put"):
        body = {"trials": 5} if method == "put" else None
        found = {name: send(getattr(cast, name), method, path, body).status_code for name in expected}
        assert found == expected, method
