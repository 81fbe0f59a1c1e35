"""Health and safety for programs: the same rights as the page, repeatable posts, versions, and no unknown field."""

import pytest

from students.models import Allergy, Guardian, Medication

LISTS = {
    "conditions": ({"name": "Epilepsy", "notes": "Rests afterwards"}, {"notes": "Sleeps"}),
    "medications": ({"name": "Drops", "is_given_at_school": True}, {"dose": "2"}),
    "allergies": ({"substance": "Peanut", "severity": "severe"}, {"reaction": "Hives"}),
}


def at(cast, tail=""):
    return f"/api/v1/students/{cast.student.id}/health/{tail}"


def send(client, method, path, body, **headers):
    return getattr(client, method)(path, body, content_type="application/json", headers=headers)


@pytest.mark.parametrize("tail", LISTS)
def test_entry_is_added_once_changed_and_ended(cast, tail):
    client = cast.casey.client()
    given, change = LISTS[tail]
    first, again = (
        send(client, "post", at(cast, f"{tail}/"), given, **{"Idempotency-Key": "k-1"}) for _ in range(2)
    )
    assert (first.status_code, again.status_code) == (201, 201), first.content
    assert first.json() == again.json()

    one = at(cast, f"{tail}/{first.json()['id']}/")
    changed = send(client, "patch", one, change)
    assert changed.json().items() >= change.items()
    assert [row["id"] for row in client.get(at(cast)).json()[tail]] == [first.json()["id"]]
    assert client.delete(one).status_code == 204
    assert client.get(at(cast)).json()[tail] == []
    assert send(client, "patch", one, change).status_code == 404


def test_change_on_an_older_version_is_refused(cast):
    client = cast.casey.client()
    version = client.get(at(cast))["ETag"]
    first = send(client, "patch", at(cast), {"diet": "No nuts"}, **{"If-Match": version})
    second = send(client, "patch", at(cast), {"diet": "No milk"}, **{"If-Match": version})

    assert (first.status_code, second.status_code) == (200, 412)
    assert client.get(at(cast)).json()["diet"] == "No nuts"
    assert first["ETag"] != version and first["X-Live-Topic"] == f"student.{cast.student.id}"


@pytest.mark.parametrize(
    ("who", "lists"),
    [
        ("casey", {"allergies", "conditions", "guardians"}),
        ("sam", {"allergies", "conditions", "guardians"}),
        ("paula", {"allergies"}),
        ("gina", None),
        ("vic", None),
        ("omar", None),
        ("otto", None),
    ],
)
def test_each_sees_what_the_page_shows(cast, who, lists):
    """R16"""
    client = cast.casey.client()
    send(client, "post", at(cast, "allergies/"), {"substance": "Peanut"})
    send(client, "post", at(cast, "conditions/"), {"name": "Epilepsy"})
    answer = getattr(cast, who).client().get(at(cast))

    assert (answer.status_code == 200) is (lists is not None)
    if lists is not None:
        assert {name for name, found in answer.json().items() if isinstance(found, list) and found} == lists
    else:
        assert answer.status_code == 404
        assert "Peanut" not in answer.content.decode()


@pytest.mark.parametrize("who", ["sam", "paula", "gina", "omar"])
def test_who_does_not_keep_the_file_writes_nothing(cast, who):
    client = getattr(cast, who).client()
    answers = [
        send(client, "post", at(cast, "allergies/"), {"substance": "Peanut"}),
        send(client, "patch", at(cast), {"diet": "None"}),
    ]

    assert {answer.status_code for answer in answers} <= {403, 404}
    assert not Allergy.objects.exists()


@pytest.mark.parametrize(
    "body", [{"name": "Drops", "organization_id": "x"}, {"dose": "2"}, {"name": "x" * 161}]
)
def test_bad_field_is_named_and_nothing_is_kept(cast, body):
    answer = send(cast.casey.client(), "post", at(cast, "medications/"), body)

    assert answer.status_code == 422
    assert set(answer.json()["details"]["fields"]) & {"organization_id", "name"}
    assert not Medication.objects.exists()


def test_court_order_is_kept_and_ends_sight(cast):
    guardian = Guardian.objects.get(student=cast.student, person=cast.mina.person)
    path = f"/api/v1/students/{cast.student.id}/guardians/{guardian.id}/court/"
    body = {"may_see_records": False, "court_restrictions": "Order 4"}
    answer = send(cast.casey.client(), "patch", path, body)

    assert answer.json().items() >= body.items()
    assert send(cast.sam.client(), "patch", path, body).status_code == 403
    assert cast.mina.client().get(cast.mina.url(f"/students/{cast.student.id}/")).status_code in {403, 404}
