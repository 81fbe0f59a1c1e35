"""Endpoints of the whole record: what the pages do, with versions and repeatable posts, and no unknown field."""

import pytest

from students import mutations
from students.models import Address, Profile


def at(cast, tail):
    return f"/api/v1/students/{cast.student.id}/{tail}/"


POSTS = {
    "addresses": {"street": "14 Elder Way", "city": "Larkspur"},
    "emergency-contacts": {"name": "Bela Toth", "relationship": "Neighbor", "phone": "555 0101"},
    "records-requests": {"party": "Quince Unified", "direction": "to_us"},
    "enrollments": {"school_name": "Poplar", "starts_on": "2019-09-01", "ends_on": "2021-06-01"},
    "guardians": {
        "given_name": "Io",
        "family_name": "Lark",
        "relationship": "surrogate",
        "other_phones": [{"kind": "home", "number": "555 0102"}],
        "rights_from": "2025-01-01",
        "rights_document": "Appointment, tab 3",
    },
}


@pytest.mark.parametrize("tail", POSTS)
def test_row_is_added_once_however_often_it_is_sent_and_then_listed(cast, tail):
    client = cast.casey.client()
    answers = [
        client.post(
            at(cast, tail), POSTS[tail], content_type="application/json", headers={"Idempotency-Key": "k-1"}
        )
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    listed = client.get(at(cast, tail))
    assert [row["id"] for row in listed.json()["results"]].count(answers[0].json()["id"]) == 1
    assert listed["ETag"]


@pytest.mark.parametrize("tail", POSTS)
def test_unknown_field_is_refused(cast, tail):
    body = {**POSTS[tail], "organization_id": str(cast.elsewhere.id)}
    answer = cast.casey.client().post(at(cast, tail), body, content_type="application/json")

    assert answer.status_code == 422
    assert "organization_id" in answer.json()["details"]["fields"]


def test_change_on_an_older_version_is_refused(cast):
    client = cast.casey.client()
    version = client.get(at(cast, "profile"))["ETag"]
    first = client.patch(
        at(cast, "profile"),
        {"interests": "Trains"},
        content_type="application/json",
        headers={"If-Match": version},
    )
    second = client.patch(
        at(cast, "profile"),
        {"interests": "Buses"},
        content_type="application/json",
        headers={"If-Match": version},
    )

    assert (first.status_code, second.status_code) == (200, 412)
    assert Profile.objects.get().interests == "Trains"
    assert first["ETag"] != version


def test_address_is_changed_and_removed(cast):
    client = cast.casey.client()
    made = client.post(at(cast, "addresses"), POSTS["addresses"], content_type="application/json").json()
    one = at(cast, f"addresses/{made['id']}")

    assert client.patch(one, {"unit": "B"}, content_type="application/json").json()["unit"] == "B"
    assert client.delete(one).status_code == 204
    assert not Address.objects.exists()
    assert client.delete(one).status_code == 404


def test_emergency_contact_is_called_before_the_one_above(cast):
    client = cast.casey.client()
    body = POSTS["emergency-contacts"]
    ids = [
        client.post(at(cast, "emergency-contacts"), {**body, "name": name}, content_type="application/json")
        for name in ("Ana", "Bela")
    ]
    first, second = (at(cast, f"emergency-contacts/{made.json()['id']}/call-earlier") for made in ids)
    listed = client.get(at(cast, "emergency-contacts"))

    def names():
        return [row["name"] for row in client.get(at(cast, "emergency-contacts")).json()["results"]]

    def call(who, path, **headers):
        player = getattr(cast, who)
        return player.client().post(path, content_type="application/json", headers=headers).status_code

    assert call("casey", second, **{"If-Match": '"0"'}) == 412
    assert names() == ["Ana", "Bela"]
    assert call("casey", second, **{"If-Match": listed["ETag"]}) == 200
    assert names() == ["Bela", "Ana"]
    assert call("casey", second) == 200 and names() == ["Bela", "Ana"]
    assert call("casey", at(cast, f"emergency-contacts/{cast.student.id}/call-earlier")) == 404
    assert {who: call(who, first) for who in ("sam", "paula", "vic", "mina", "omar", "otto")} == {
        "sam": 403, "paula": 403, "vic": 403, "mina": 403, "omar": 404, "otto": 404,
    }  # fmt: skip
    assert names() == ["Bela", "Ana"]


def test_earlier_school_is_taken_back_and_one_of_the_district_stays(cast):
    client = cast.casey.client()
    made = client.post(at(cast, "enrollments"), POSTS["enrollments"], content_type="application/json")
    # To the other school: its viewer is another.
    client.post(
        at(cast, "transfer"), {"school_id": str(cast.other_school.id)}, content_type="application/json"
    )
    listed = client.get(at(cast, "enrollments"))
    of_district = [row["id"] for row in listed.json()["results"] if not row["is_earlier"]]
    path = at(cast, f"enrollments/{made.json()['id']}")

    def drop(who, target, **headers):
        return (
            getattr(cast, who)
            .client()
            .delete(target, content_type="application/json", headers=headers)
            .status_code
        )

    assert {who: drop(who, path) for who in ("sam", "paula", "vic", "mina", "omar", "otto")} == {
        "sam": 403, "paula": 403, "vic": 404, "mina": 403, "omar": 404, "otto": 404,
    }  # fmt: skip
    assert drop("casey", path, **{"If-Match": made["ETag"]}) == 412
    assert drop("casey", path, **{"If-Match": listed["ETag"]}) == 204
    assert drop("casey", path) == 404
    assert of_district and {drop("casey", at(cast, f"enrollments/{one}")) for one in of_district} == {404}
    left = client.get(at(cast, "enrollments")).json()["results"]
    assert [row["id"] for row in left] == of_district


def test_transfer_exit_return_and_taking_back(cast):
    client = cast.casey.client()

    def post(tail, body):
        return client.post(at(cast, tail), body, content_type="application/json")

    moved = post("transfer", {"school_id": str(cast.other_school.id)})
    assert (moved.status_code, moved.json()["state"]) == (201, "done")
    out = post("exit", {"reason": "moved", "destination": "Quince Unified"})
    assert out.status_code == 201
    assert post("exit", {"reason": "moved"}).status_code == 409
    assert post(f"moves/{out.json()['id']}/take-back", {}).json()["state"] == "undone"
    post("exit", {"reason": "dropped_out"})
    back = post("return", {"school_id": str(cast.school.id), "grade": "06"})
    assert (back.status_code, back.json()["grade"]) == (201, "06")


def test_school_of_another_district_is_refused(cast):
    """R14."""
    body = {"school_id": str(cast.school_elsewhere.id)}
    answer = cast.casey.client().post(at(cast, "transfer"), body, content_type="application/json")

    assert answer.status_code == 422


def test_custom_fields_are_read_and_written_by_id(cast):
    field = mutations.add_custom_field(
        actor=cast.ada.actor, name="Bus number", kind="number", viewers="record"
    )
    client = cast.casey.client()
    body = {"values": {str(field.id): 12}}
    answer = client.patch(at(cast, "custom-fields"), body, content_type="application/json")

    assert answer.json()["results"][0]["value"] == "12"
    wrong = client.patch(
        at(cast, "custom-fields"), {"values": {str(field.id): [1]}}, content_type="application/json"
    )
    assert wrong.status_code == 422
    refused = cast.vic.client().patch(at(cast, "custom-fields"), body, content_type="application/json")
    assert refused.status_code == 403


SEES = {
    "contact": {"casey"},
    "addresses": {"casey"},
    "emergency-contacts": {"casey"},
    "records-requests": {"casey", "vic", "mina"},
    "enrollments": {"casey", "vic", "mina"},
    "languages": {"casey", "vic"},
    "profile": {"casey", "vic", "paula", "mina"},
    "custom-fields": {"casey", "vic", "paula", "mina", "fin"},
}


@pytest.mark.parametrize("tail", SEES)
def test_endpoint_answers_whom_the_table_of_rights_names(cast, tail):
    """R11, R12."""
    names = ("casey", "vic", "paula", "mina", "fin", "omar", "otto")
    found = {name: getattr(cast, name).client().get(at(cast, tail)).status_code for name in names}

    assert {name for name, status in found.items() if status == 200} == SEES[tail]
    assert set(found.values()) == {200, 404}
