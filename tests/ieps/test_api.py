"""Endpoints of IEPs: the same rules as pages, with versions and topics."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import AuditEntry
from ieps.models import Goal, Iep
from tests.factories.ieps import AccommodationFactory, GoalFactory, ServiceFactory
from tests.ieps.conftest import ACCOMMODATION, GOAL, SERVICE, approve, consent, fill


def send(client, method, path, body=None, **headers):
    return getattr(client, method)(
        f"/api/v1/{path}",
        json.dumps(body or {}, default=str),
        content_type="application/json",
        headers=headers,
    )


def test_iep_is_started_read_and_changed(cast):
    client = cast.casey.client()

    made = send(client, "post", f"students/{cast.student.id}/ieps/")
    iep_id = made.json()["id"]
    read = client.get(f"/api/v1/ieps/{iep_id}/")
    changed = send(
        client,
        "patch",
        f"ieps/{iep_id}/",
        {"impact": "Long texts.", "meeting_on": "2026-02-28"},
        **{"If-Match": read["ETag"]},
    )

    assert made.status_code == 201
    assert (read["X-Live-Topic"], read["ETag"]) == (f"iep.{iep_id}", '"1"')
    assert changed.status_code == 200
    assert changed.json()["impact"] == "Long texts."
    assert changed.json()["next_review_on"] == "2027-02-28"
    assert AuditEntry.objects.filter(verb="students.record.opened", values__page="api").exists()


def test_change_on_an_older_version_is_refused(cast, draft):
    client = cast.casey.client()
    send(client, "patch", f"ieps/{draft.id}/", {"impact": "First."})

    answer = send(client, "patch", f"ieps/{draft.id}/", {"impact": "Second."}, **{"If-Match": '"1"'})

    assert (answer.status_code, answer.json()["code"]) == (412, "precondition_failed")
    assert Iep.objects.get(id=draft.id).impact == "First."


def test_change_of_several_sections_is_all_or_nothing(cast, draft):
    answer = send(
        cast.casey.client(),
        "patch",
        f"ieps/{draft.id}/",
        {"impact": "Kept?", "effective_on": "2026-02-01", "expires_on": "2026-01-01"},
    )

    assert answer.status_code == 422
    assert "expires_on" in answer.json()["details"]["fields"]
    assert Iep.objects.get(id=draft.id).impact == ""


@pytest.mark.parametrize(
    "body",
    [{"status": "active"}, {"number": 9}, {"placement": "moon"}, {"percent_regular": 101}, {"impact": 5e400}],
)
def test_what_may_not_be_sent_is_refused(cast, draft, body):
    answer = send(cast.casey.client(), "patch", f"ieps/{draft.id}/", body)

    assert answer.status_code in (400, 422)
    draft.refresh_from_db()
    assert (draft.status, draft.version) == ("draft", 1)


def test_iep_goes_through_its_life(cast, draft):
    fill(cast.casey.actor, draft)
    consent(cast.student)
    client = cast.casey.client()

    bodies = {"approve": {"method": "typed", "name": "Casey Cast"}}
    answers = [
        send(client, "post", f"ieps/{draft.id}/{act}/", bodies.get(act))
        for act in ("submit", "approve", "activate")
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert [answer.json()["status"] for answer in answers] == ["in_review", "approved", "active"]


def test_refused_approval_lists_what_is_missing(cast, draft):
    client = cast.casey.client()
    send(client, "post", f"ieps/{draft.id}/submit/")

    answer = send(client, "post", f"ieps/{draft.id}/approve/", {"method": "typed", "name": "Casey Cast"})

    assert (answer.status_code, answer.json()["code"]) == (422, "incomplete")
    assert {"code", "section", "text", "citation"} == set(answer.json()["details"]["missing"][0])


def test_reviewer_says_a_word(cast, draft):
    send(cast.casey.client(), "post", f"ieps/{draft.id}/submit/")

    answer = send(cast.sam.client(), "post", f"ieps/{draft.id}/words/", {"decision": "approved"})

    assert (answer.status_code, answer.json()["decision"]) == (201, "approved")


def test_repeated_creating_post_adds_one_goal(cast, draft):
    client = cast.casey.client()

    first = send(client, "post", f"ieps/{draft.id}/goals/", GOAL, **{"Idempotency-Key": "g1"})
    second = send(client, "post", f"ieps/{draft.id}/goals/", GOAL, **{"Idempotency-Key": "g1"})

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert Goal.objects.count() == 1


@pytest.mark.parametrize(
    ("plural", "values", "change"),
    [
        ("goals", GOAL, {"title": "Other"}),
        ("services", SERVICE, {"location": "Other"}),
        ("accommodations", ACCOMMODATION, {"text": "Other"}),
    ],
)
def test_parts_are_added_listed_changed_and_taken_out(cast, draft, plural, values, change):
    client = cast.casey.client()

    made = send(client, "post", f"ieps/{draft.id}/{plural}/", values)
    path = f"{plural}/{made.json()['id']}/"
    listed = client.get(f"/api/v1/ieps/{draft.id}/{plural}/")
    changed = send(client, "patch", path, change, **{"If-Match": made["ETag"]})
    stale = send(client, "patch", path, change, **{"If-Match": made["ETag"]})
    gone = send(client, "delete", path)

    assert made.status_code == 201
    assert [row["id"] for row in listed.json()["results"]] == [made.json()["id"]]
    assert listed["X-Live-Topic"] == f"iep.{draft.id}"
    assert (changed.status_code, stale.status_code, gone.status_code) == (200, 412, 204)
    assert getattr(draft, plural).count() == 0


@pytest.mark.parametrize("who", ["omar", "otto", "gina", "fin"])
def test_outsiders_find_nothing(cast, active, who):
    goal = active.goals.get()
    client = getattr(cast, who).client()

    for path in (
        f"ieps/{active.id}/",
        f"ieps/{active.id}/goals/",
        f"ieps/{active.id}/services/",
        f"goals/{goal.id}/",
    ):
        assert client.get(f"/api/v1/{path}").status_code == 404, path
    assert send(client, "patch", f"ieps/{active.id}/", {"impact": "x"}).status_code == 404


def test_paraprofessional_reads_own_goals_of_the_shared_iep_only(cast, active):
    draft_goal = GoalFactory(iep=active, number=2, responsible=cast.paula.person)
    client = cast.paula.client()

    assert client.get(f"/api/v1/goals/{draft_goal.id}/").status_code == 200
    Iep.objects.filter(id=active.id).update(status="draft")
    assert client.get(f"/api/v1/goals/{draft_goal.id}/").status_code == 404
    assert client.get(f"/api/v1/ieps/{active.id}/").status_code == 404


@pytest.mark.parametrize(
    ("path", "factory"),
    [("goals", GoalFactory), ("services", ServiceFactory), ("accommodations", AccommodationFactory)],
)
def test_lists_ask_as_often_for_three_rows_as_for_one(cast, active, path, factory):
    client, counts = cast.casey.client(), []
    client.get(f"/api/v1/ieps/{active.id}/{path}/")  # the first request of a session asks more
    for rows in (1, 3):
        for number in range(getattr(active, path).count() + 1, rows + 1):
            factory(iep=active, **({"number": number} if path == "goals" else {}))
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(f"/api/v1/ieps/{active.id}/{path}/")
        assert len(answer.json()["results"]) == rows
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_approved_iep_with_a_later_day_answers_that_it_waits(cast, draft):
    today = cast.casey.actor.today
    fill(
        cast.casey.actor,
        draft,
        effective_on=today + timedelta(days=1),
        expires_on=today + timedelta(days=300),
    )
    approve(cast.casey.actor, draft)

    answer = send(cast.casey.client(), "post", f"ieps/{draft.id}/activate/")

    assert (answer.status_code, answer.json()["status"]) == (200, "approved")


def test_ieps_of_a_student_are_listed_newest_first(cast, active):
    client = cast.casey.client()
    send(client, "post", f"students/{cast.student.id}/ieps/", {"copy": True})

    team = client.get(f"/api/v1/students/{cast.student.id}/ieps/")
    parent = cast.mina.client().get(f"/api/v1/students/{cast.student.id}/ieps/")

    assert [row["number"] for row in team.json()["results"]] == [2, 1]
    assert [row["number"] for row in parent.json()["results"]] == [1]
    assert team["X-Live-Topic"] == f"student.{cast.student.id}"


def test_one_service_is_read(cast, active):
    service = active.services.get()

    answer = cast.casey.client().get(f"/api/v1/services/{service.id}/")

    assert (answer.status_code, answer.json()["minutes"], answer["ETag"]) == (200, 40, '"1"')


def test_checks_say_what_is_missing_as_the_page_does(cast, draft):
    client = cast.casey.client()

    empty = client.get(f"/api/v1/ieps/{draft.id}/checks/").json()
    fill(cast.casey.actor, draft)
    answer = client.get(f"/api/v1/ieps/{draft.id}/checks/")

    assert {row["code"] for row in empty["requirements"] if not row["is_met"]} >= {"goals", "strengths"}
    assert all(row["is_met"] for row in answer.json()["requirements"])
    assert answer.json()["percent_complete"] == 100 and answer["X-Live-Topic"] == f"iep.{draft.id}"
    assert cast.vic.client().get(f"/api/v1/ieps/{draft.id}/checks/").status_code == 403
    assert cast.omar.client().get(f"/api/v1/ieps/{draft.id}/checks/").status_code == 404


def test_words_of_reviewers_are_read(cast, draft):
    fill(cast.casey.actor, draft)
    send(cast.casey.client(), "post", f"ieps/{draft.id}/submit/")
    said = send(
        cast.sam.client(), "post", f"ieps/{draft.id}/words/", {"decision": "changes", "comment": "More."}
    )

    rows = cast.casey.client().get(f"/api/v1/ieps/{draft.id}/words/").json()["results"]

    assert said.status_code == 201
    [row] = [row for row in rows if row["person_id"] == str(cast.sam.person.id)]
    assert (row["decision"], row["comment"], row["is_current"]) == ("changes", "More.", True)
