"""A creating request that is sent again does nothing twice (R37), rule by rule, on every creating address."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from accounts.tasks import sweep
from core.api import KEPT_HOURS
from core.models import AuditEntry, IdempotencyKey
from students.models import Student
from tests.core.test_api import STUDENTS, new, send, token_of

KEY = {"Idempotency-Key": "key-1"}


def kept():
    return Student.objects.filter(family_name="Haddad").count()


def test_without_a_key_each_request_is_another(cast):
    client = cast.casey.client()
    for _ in range(2):
        assert send(client, STUDENTS, new(cast)).status_code == 201

    assert kept() == 2 and IdempotencyKey.objects.count() == 0


def test_with_a_key_the_second_is_answered_as_the_first(cast):
    client = cast.casey.client()

    first, second = (send(client, STUDENTS, new(cast), **KEY) for _ in range(2))

    assert (second.status_code, second.json()) == (first.status_code, first.json())
    for name in ("ETag", "Location", "X-Live-Topic", "Content-Type", "Cache-Control"):
        assert second.get(name) == first.get(name)
    assert kept() == 1
    assert AuditEntry.objects.filter(verb="students.student.added").count() == 1


def test_another_key_is_another_request(cast):
    client = cast.casey.client()
    for key in ("key-1", "key-2"):
        send(client, STUDENTS, new(cast), **{"Idempotency-Key": key})

    assert kept() == 2


def test_key_belongs_to_a_person_whatever_they_sign_in_with(cast):
    """A session and a token of one person are one person; two people are two."""
    headers = token_of(cast.casey)
    from django.test import Client

    assert send(Client(), STUDENTS, new(cast), **KEY, **headers).status_code == 201
    again = send(cast.casey.client(), STUDENTS, new(cast), **KEY)
    other = send(cast.ada.client(), STUDENTS, new(cast), **KEY)

    assert again["Idempotency-Replayed"] == "true" and "Idempotency-Replayed" not in other
    assert kept() == 2


def test_key_belongs_to_a_district(cast):
    send(cast.casey.client(), STUDENTS, new(cast), **KEY)
    with cast.within(cast.otto):
        body = {"given_name": "Noor", "family_name": "Haddad", "school_id": str(cast.school_elsewhere.id)}
        answer = send(cast.otto.client(), STUDENTS, body, **KEY)

    assert answer.status_code == 201 and "Idempotency-Replayed" not in answer


def test_key_means_nothing_to_a_reading_request(cast):
    client = cast.casey.client()
    send(client, STUDENTS, new(cast), **KEY)

    answer = client.get(STUDENTS, headers=KEY)

    assert answer.status_code == 200 and "Idempotency-Replayed" not in answer


@pytest.mark.parametrize("change", ["body", "address"])
def test_key_with_another_request_is_refused_and_does_nothing(cast, change):
    client = cast.casey.client()
    send(client, STUDENTS, new(cast), **KEY)
    before = AuditEntry.objects.count()

    if change == "body":
        answer = send(client, STUDENTS, new(cast, grade="05"), **KEY)
    else:
        answer = send(client, f"{STUDENTS}{cast.student.id}/team/", new(cast), **KEY)

    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert AuditEntry.objects.count() == before


def test_refused_request_may_be_put_right_with_the_same_key(cast):
    client = cast.casey.client()
    assert send(client, STUDENTS, new(cast, grade="no such grade"), **KEY).status_code == 422
    assert IdempotencyKey.objects.count() == 0

    assert send(client, STUDENTS, new(cast), **KEY).status_code == 201


def test_who_lost_the_right_meanwhile_is_not_shown_the_old_answer(cast):
    client = cast.casey.client()
    send(client, STUDENTS, new(cast), **KEY)
    cast.casey.person.memberships.update(ends_on=cast.casey.actor.today)

    assert send(client, STUDENTS, new(cast), **KEY).status_code == 404


def test_keys_are_kept_for_a_day_at_least_and_forgotten_by_the_clock(cast):
    """R37: >= 24 h; the sweep is safe to repeat."""
    assert KEPT_HOURS >= 24
    client = cast.casey.client()
    for number in range(3):
        send(client, STUDENTS, new(cast), **{"Idempotency-Key": f"key-{number}"})
    old = IdempotencyKey.objects.get(key="key-0")
    IdempotencyKey.objects.filter(id=old.id).update(created_at=now() - timedelta(hours=KEPT_HOURS, minutes=1))
    IdempotencyKey.objects.filter(key="key-1").update(created_at=now() - timedelta(hours=25))

    sweep()
    sweep()

    assert sorted(IdempotencyKey.objects.values_list("key", flat=True)) == ["key-1", "key-2"]
    assert send(client, STUDENTS, new(cast), **{"Idempotency-Key": "key-1"})["Idempotency-Replayed"] == "true"
