"""POST /api/v1/students/bulk/ and /api/v1/undo/…/."""

from __future__ import annotations

import pytest

from core.ids import uuid7
from notifications.models import Message
from students.models import Tag, TeamMember, Undo

BULK = "/api/v1/students/bulk/"


def post(player, path, data, **headers):
    return player.client().post(path, data, content_type="application/json", headers=headers)


def test_each_student_has_a_result_and_undo_restores(cast):
    data = {"action": "add_tag", "ids": [str(cast.student.id), str(cast.other_student.id)], "label": "bus 12"}

    response = post(cast.casey, BULK, data)

    assert response.status_code == 200
    assert response.json()["results"] == [
        {"id": str(cast.student.id), "outcome": "done", "why": ""},
        {"id": str(cast.other_student.id), "outcome": "refused", "why": "not_found"},
    ]
    assert Tag.objects.filter(student=cast.student, label="bus 12").exists()
    back = post(cast.casey, f"/api/v1/undo/{response.json()['undo_id']}/", {})
    assert back.json()["results"][0]["outcome"] == "taken_back"
    assert not Tag.objects.filter(label="bus 12").exists()


def test_a_repeated_act_with_its_key_happens_once(cast):
    data = {
        "action": "assign_case_manager",
        "ids": [str(cast.student.id)],
        "person_id": str(cast.sam.person.id),
    }

    first, second = (post(cast.casey, BULK, data, **{"Idempotency-Key": "k1"}) for _ in range(2))

    assert first.json() == second.json()
    assert Undo.objects.count() == 1
    assert TeamMember.objects.filter(student=cast.student, part="case_manager", ends_on=None).count() == 1


def test_all_or_nothing_is_refused_with_every_result(cast):
    data = {
        "action": "add_tag",
        "ids": [str(cast.student.id), str(cast.stranger.id)],
        "label": "bus 12",
        "all_or_nothing": True,
    }

    response = post(cast.casey, BULK, data)

    assert (response.status_code, response.json()["code"]) == (409, "not_all")
    assert [row["outcome"] for row in response.json()["details"]["results"]] == ["done", "refused"]
    assert not Tag.objects.filter(label="bus 12").exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"action": "destroy", "ids": ["{id}"]},
        {"action": "add_tag", "ids": []},
        {"action": "add_tag", "ids": ["{id}"]},
        {"action": "add_tag", "ids": ["{id}"], "label": "x", "reason": "y"},
        {"action": "add_tag", "ids": ["{id}"], "label": "x" * 41},
        {"action": "add_tag", "ids": [str(uuid7()) for _ in range(201)], "label": "x"},
        {"action": "add_tag", "ids": "nonsense", "label": "x"},
        {"action": "archive", "ids": ["{id}"], "reason": "  "},
        {"action": "assign_case_manager", "ids": ["{id}"], "person_id": str(uuid7())},
        {"action": "assign_case_manager", "ids": ["{id}"], "person_id": "{mina}"},
    ],
)
def test_what_cannot_be_understood_changes_nothing(cast, data):
    def filled(value):
        known = {"{id}": str(cast.student.id), "{mina}": str(cast.mina.person.id)}
        return [filled(one) for one in value] if isinstance(value, list) else known.get(value, value)

    response = post(cast.ada, BULK, {name: filled(value) for name, value in data.items()})

    assert response.status_code == 422, response.json()
    assert not Undo.objects.exists()


def test_whoever_takes_over_is_told_in_one_message(cast, django_capture_on_commit_callbacks):
    from notifications.mutations import tell_of_hand_over

    data = {
        "action": "assign_case_manager",
        "ids": [str(cast.student.id), str(cast.other_student.id)],
        "person_id": str(cast.sam.person.id),
        "note": "Call me on Monday.",
    }
    undo_id = post(cast.ada, BULK, data).json()["undo_id"]

    tell_of_hand_over(actor=cast.ada.actor, undo_id=undo_id)
    tell_of_hand_over(actor=cast.ada.actor, undo_id=undo_id)

    (message,) = Message.objects.filter(person=cast.sam.person)
    assert "2 students" in message.body
    assert "Call me on Monday." in message.body
    assert cast.student.family_name not in message.body
