"""Two people with the same form open: the second is refused, sees both values, and may save again knowing them."""

import re

import pytest

from students import mutations
from students.models import Guardian

HELD = {
    "contact": ("contacts/edit/", {"phone": "555 0101"}, "phone"),
    "languages": ("languages/edit/", {"home_language": "Dari"}, "home_language"),
    "about": ("about/edit/", {"interests": "Trains"}, "interests"),
    "address": (
        "addresses/{address}/",
        {"street": "1 Elm", "city": "Larkspur", "kind": "home", "starts_on": "2025-01-01"},
        "street",
    ),
    "emergency": (
        "emergency/{emergency}/",
        {"name": "Bela Toth", "relationship": "Neighbor", "phone": "555 0102", "phone_kind": "mobile"},
        "phone",
    ),
    "request": (
        "schools/requests/{request}/",
        {"direction": "to_us", "party": "Quince Unified", "asked_on": "2025-02-03"},
        "party",
    ),
    "allergy": ("health/allergy/{allergy}/", {"substance": "Peanut", "severity": "severe"}, "substance"),
    "plan": ("health/plan/", {"diet": "No nuts"}, "diet"),
    "fields": ("fields/edit/", {"field_{field}": "Blue"}, "field_{field}"),
    "guardian": (
        "../edit/guardians/{guardian}/",
        {
            "given_name": "Io",
            "family_name": "Lark",
            "relationship": "mother",
            "phone": "555 0103",
            "phone_kind": "mobile",
        },
        "phone",
    ),
    "court": ("guardians/{guardian}/court/", {"court_restrictions": "Order 1"}, "court_restrictions"),
}


@pytest.fixture
def rows(cast):
    """One row of each kind that has a form of its own."""
    own = {"actor": cast.casey.actor, "student_id": cast.student.id}
    field = mutations.add_custom_field(actor=cast.ada.actor, name="Bus color", kind="text", viewers="record")
    return {
        "address": mutations.add_address(**own, street="9 Oak", city="Larkspur").id,
        "emergency": mutations.add_emergency_contact(
            **own, name="Bo", relationship="Aunt", phone="5550100"
        ).id,
        "request": mutations.add_records_request(**own, party="Plum Hill", direction="to_us").id,
        "allergy": mutations.add_health_entry(**own, noun="allergy", substance="Pollen").id,
        "guardian": Guardian.objects.get(student=cast.student, person=cast.mina.person).id,
        "field": field.id.hex,
    }


def version_in(page):
    return re.search(r'name="version" value="(\d+)"', page.content.decode())[1]


@pytest.mark.parametrize("name", HELD)
def test_the_second_of_two_who_write_at_once_sees_both_values(cast, rows, name):
    tail, body, word = HELD[name]
    body = {key.format(**rows): value for key, value in body.items()}
    word = word.format(**rows)
    client = cast.casey.client()
    record = "record/" if not tail.startswith("../") else ""
    path = cast.casey.url(f"/students/{cast.student.id}/{record}{tail.removeprefix('../').format(**rows)}")
    version = version_in(client.get(path))

    first = client.post(path, {**body, "version": version})
    late = {**body, word: f"{body[word]}7", "version": version}
    second = client.post(path, late)
    shown = second.content.decode()
    third = client.post(path, {**late, "version": version_in(second)})

    assert (first.status_code, second.status_code, third.status_code) == (303, 409, 303), shown
    table = shown[shown.index('id="differences-title"') :].partition("</table>")[0]
    assert f"<td>{body[word]}</td><td>{late[word]}</td>" in table
    assert "Saved meanwhile by Casey" in shown
