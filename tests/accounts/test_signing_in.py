"""Signing in, resetting and signing up: counted exactly, and the same for addresses that are known and unknown."""

import os
import re
import threading
from unittest import mock

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.db import connection, connections
from django.test import Client

from accounts.attempts import LIMITS, PER_ADDRESS
from core.models import Attempts
from sped import processes
from tests.factories.accounts import PASSWORD, PersonFactory

NEW = "vqkz wmrt pdfj"
PAIRS = 200 if os.environ.get("SOAK") else 20


def sign_in(client, email, password=PASSWORD, **headers):
    return client.post("/accounts/login/", {"login": email, "password": password}, **headers)


def many(count, attempt):
    """Run an attempt `count` times in 8 threads; what each answered."""
    answers, numbers, lock = [], iter(range(count)), threading.Lock()

    def work():
        try:
            while True:
                with lock:
                    number = next(numbers, None)
                if number is None:
                    return
                answers.append(attempt(number))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_one_account_is_tried_twenty_times_a_minute_among_many_at_once(transactional_db):
    """R3: 320 attempts from 320 addresses; exactly 20 are looked at."""
    answers = many(
        320,
        lambda number: (
            sign_in(
                Client(), "Nia@example.org", "wrong", REMOTE_ADDR=f"10.0.{number // 250}.{number % 250}"
            ).status_code
        ),
    )

    assert (answers.count(200), answers.count(429), len(answers)) == (20, 300, 320)


def test_one_address_is_let_through_as_often_as_said_among_many_at_once(transactional_db):
    """R3: 320 attempts at 320 accounts from one address."""
    answers = many(320, lambda number: sign_in(Client(), f"p{number}@example.org", "wrong").status_code)

    assert (answers.count(200), answers.count(429)) == (PER_ADDRESS[0], 320 - PER_ADDRESS[0])


@pytest.mark.parametrize(
    ("path", "name", "sent"),
    [
        ("/accounts/password/reset/", "account_reset_password", {"email": "nia@example.org"}),
        ("/accounts/signup/", "account_signup", {"email": "nia@example.org", "password1": "x"}),
        ("/accounts/login/", "account_login", {"login": "nia@example.org", "password": "x"}),
    ],
)
def test_each_form_is_counted_for_its_account(client, db, path, name, sent):
    answers = [client.post(path, sent).status_code for _ in range(LIMITS[name].tries + 2)]

    assert 429 not in answers[: LIMITS[name].tries]
    assert answers[LIMITS[name].tries :] == [429, 429]


def test_too_many_attempts_say_when_to_try_again(client, db):
    for _ in range(21):
        answer = sign_in(client, "nia@example.org", "wrong")

    assert (answer.status_code, answer["Retry-After"]) == (429, "60")
    assert "tried too often" in answer.content.decode()


def test_right_password_is_not_looked_at_either(client, db):
    person = PersonFactory(email="nia@example.org")
    for _ in range(20):
        sign_in(client, "nia@example.org", "wrong")

    assert sign_in(client, person.email).status_code == 429
    with connection.cursor() as cursor:
        cursor.execute("UPDATE core_attempts SET at = ARRAY(SELECT t - interval '61 s' FROM unnest(at) t)")
    assert sign_in(client, person.email).status_code == 302


def test_attempts_are_counted_while_redis_is_away(client, db, settings):
    nowhere = f"redis://127.0.0.1:{processes.free_port()}/0"
    settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": nowhere}}

    answers = [sign_in(client, "nia@example.org", "wrong").status_code for _ in range(22)]

    assert answers == [200] * 20 + [429] * 2
    assert Attempts.objects.exists()


# --- R4: known or unknown


@pytest.fixture
def known(db, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    person = PersonFactory(email="known@example.org")
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def answer_to(path, sent, client=None):
    """Status, where to, body and how many passwords were hashed; without what names the address or the visit."""
    client = client or Client()
    client.get(path)
    hashed = []
    encode = MD5PasswordHasher.encode

    def counted(self, *arguments):
        hashed.append(1)
        return encode(self, *arguments)

    with mock.patch.object(MD5PasswordHasher, "encode", counted):
        answer = client.post(path, sent)
    body = re.sub(r'(csrf-token" content|csrfmiddlewaretoken" value)="[^"]+"', "", answer.content.decode())
    body = re.sub(r'nonce="[^"]+"', "", body)
    body = re.sub(r"01[0-9a-f]{6}-[0-9a-f-]{27}", "", body)
    page = Client().get(answer["Location"]) if answer.status_code == 302 else None
    after = page.status_code if page is not None else None
    for address in sent.values():
        body = body.replace(str(address), "")
    return answer.status_code, answer.get("Location"), body, len(hashed), after


@pytest.mark.parametrize(
    ("path", "field", "more"),
    [
        ("/accounts/login/", "login", {"password": "wrong wrong wrong"}),
        ("/accounts/password/reset/", "email", {}),
        ("/accounts/signup/", "email", {"password1": NEW, "password2": NEW}),
    ],
)
def test_known_and_unknown_addresses_are_answered_alike(known, path, field, more):
    """R4: the same status, body and hashing work, 20 pairs each; 200 in `make soak`."""
    Attempts.objects.all().delete()
    for number in range(PAIRS):
        known_answer = answer_to(path, {field: known.email, **more})
        unknown_answer = answer_to(path, {field: f"no{number:03}@example.org", **more})
        assert known_answer == unknown_answer
        Attempts.objects.all().delete()


def test_administrator_who_invites_does_not_learn_which_addresses_are_known(cast):
    """R4: an invitation to an address with an account, and to one without, are answered alike."""
    ada = cast.ada.client()
    wanted = {
        "given_name": "Nia",
        "family_name": "Wolde",
        "role": "viewer",
        "schools": [str(cast.school.id)],
    }
    for number in range(PAIRS):
        known = PersonFactory(email=f"known{number:03}@example.org").email
        answers = [
            answer_to("/d/larkspur/people/new/", {"email": email, **wanted}, ada)
            for email in (known, f"other{number:03}@example.org")
        ]
        assert answers[0] == answers[1] and answers[0][0] == 303


def test_owner_of_a_known_address_is_told_by_mail(known, client):
    client.post("/accounts/signup/", {"email": known.email, "password1": NEW, "password2": NEW})

    assert [message.to for message in mail.outbox] == [[known.email]]


def test_confirmation_is_sent_once_in_three_minutes(db, settings, client):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    person = PersonFactory(email="nia@example.org")
    EmailAddress.objects.create(user=person, email=person.email, verified=False, primary=True)

    for _ in range(3):
        sign_in(client, person.email)

    assert len(mail.outbox) == 1
