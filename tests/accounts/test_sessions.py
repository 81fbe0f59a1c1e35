"""Sessions: how long they last, how they end together, and a person's own list of them (R5, R6, R7)."""

import time
from datetime import timedelta
from unittest import mock

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.test import Client, RequestFactory
from django.utils.timezone import now

from accounts import mutations
from accounts.actors import token_holder
from accounts.models import Organization, Session
from accounts.reauthentication import ReauthenticationRequired, is_recently_signed_in, recently_signed_in
from accounts.sessions import sessions_of, sweep_sessions
from accounts.tasks import sweep
from core.limits import spend
from core.models import Attempts
from sped.environment import Environment
from tests.factories.accounts import PASSWORD, MembershipFactory, PersonFactory

PAGE = "/accounts/security/"
NEW = "vqkz wmrt pdfj"


def browser(person, agent="Mozilla/5.0 (X11; Linux) Firefox/140.0"):
    client = Client(headers={"User-Agent": agent})
    answer = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def is_in(client):
    return client.get(PAGE).status_code == 200


@pytest.fixture
def nia(cast):
    person = PersonFactory(email="nia@example.org")
    MembershipFactory(organization=cast.district, person=person, schools=[cast.school])
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def three(nia):
    return [browser(nia) for _ in range(3)]


def token_of(cast, person):
    return mutations.issue_token(actor=cast.ada.actor, person_id=person.id, days=5)


# --- R5


def test_session_cookie_is_fit_for_production():
    made = {name: value for name, value in _production().items() if "COOKIE" in name}

    assert made["SESSION_COOKIE_NAME"] == "__Host-session" and made["CSRF_COOKIE_NAME"] == "__Host-csrf"
    assert made["SESSION_COOKIE_SECURE"] and made["SESSION_COOKIE_HTTPONLY"]
    assert made["SESSION_COOKIE_SAMESITE"] == "Lax"


def _production():
    import os
    import subprocess
    import sys

    said = {
        "ENV_FILE": "none",
        "DEBUG": "0",
        "SECRET_KEY": "x" * 60,
        "ALLOWED_HOSTS": "example.org",
        "PUBLIC_URL": "https://example.org",
        "STUDENT_DATA_ENCRYPTION_KEYS": "a" * 64,
        "BLIND_INDEX_KEY": "b" * 64,
        "STORAGE_URL": "file:///tmp/x",
        "DATABASE_URL": "postgresql://a@127.0.0.1/a",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }
    code = (
        "import json; from sped import settings as s; "
        "print(json.dumps({n: getattr(s, n) for n in dir(s) if 'COOKIE' in n}))"
    )
    import json

    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": os.environ["PATH"], **said},
        capture_output=True,
        text=True,
        check=True,
        cwd=settings.BASE_DIR,
    )
    assert Environment
    return json.loads(done.stdout)


def test_session_is_rotated_at_sign_in(nia):
    client = Client()
    client.get("/accounts/login/?next=/x")
    session = client.session
    session["planted"] = "yes"
    session.save()
    before = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = before

    client.post("/accounts/login/", {"login": nia.email, "password": PASSWORD})

    assert client.session.session_key != before
    assert not Session.objects.filter(session_key=before).exists()


def test_idle_session_ends_alone(three, nia):
    """Thirty minutes without work end one session; the others go on."""
    first, second, _third = three
    later = time.time() + settings.SESSION_IDLE_SECONDS + 5
    with mock.patch("sped.middleware.time.time", return_value=later):
        assert not is_in(first)

    assert is_in(second)


# --- R6


def test_signing_out_ends_all(three):
    three[0].post("/accounts/logout/")

    assert [is_in(client) for client in three] == [False] * 3


def test_changed_password_ends_all_and_tokens(cast, three, nia):
    token = token_of(cast, nia)

    answer = three[0].post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )

    assert answer.status_code == 302
    assert [is_in(client) for client in three] == [False] * 3
    assert token_holder(token) is None


def test_reset_password_ends_all_and_tokens(cast, three, nia):
    token = token_of(cast, nia)
    client = Client()
    client.post("/accounts/password/reset/", {"email": nia.email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    form = client.get(link[link.index("/accounts") :], follow=True)
    client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW})

    assert [is_in(client) for client in three] == [False] * 3
    assert token_holder(token) is None


def test_deactivation_ends_all_and_tokens(cast, three, nia):
    token = token_of(cast, nia)

    mutations.deactivate_person(actor=cast.ada.actor, person_id=nia.id)

    assert [is_in(client) for client in three] == [False] * 3
    assert token_holder(token) is None


def test_changed_role_ends_all(cast, three, nia):
    mutations.add_member(actor=cast.ada.actor, person=nia, role="viewer", school_ids=(cast.school.id,))

    assert [is_in(client) for client in three] == [False] * 3


def test_ended_role_ends_all_and_tokens(cast, three, nia):
    token = token_of(cast, nia)
    held = nia.memberships.get()

    mutations.end_membership(actor=cast.ada.actor, membership_id=held.id)

    assert [is_in(client) for client in three] == [False] * 3
    assert token_holder(token) is None


def test_own_role_that_ends_leaves_the_own_session(cast):
    """Who changes their own roles goes on: the next page is opened with what is left."""
    ada = cast.ada.client()
    second = MembershipFactory(organization=cast.district, person=cast.ada.person, role="viewer")
    other = browser(cast.casey.person)

    mutations.end_membership(actor=cast.ada.actor, membership_id=second.id)

    assert is_in(ada) and is_in(other)


@pytest.mark.parametrize("days", [0, 1, 2])
def test_role_that_ends_on_a_day_to_come_is_lost_by_itself(cast, three, nia, days, monkeypatch):
    """Nobody does anything on that day: the first page after midnight is opened without the role."""
    here = cast.district.local_date()
    mutations.end_membership(
        actor=cast.ada.actor, membership_id=nia.memberships.get().id, ends_on=here + timedelta(days=2)
    )
    assert three[0].get("/d/larkspur/").status_code == 200
    monkeypatch.setattr(Organization, "local_date", lambda self: here + timedelta(days=days))

    assert three[0].get("/d/larkspur/").status_code == (404 if days == 2 else 200)
    assert is_in(three[0])


def test_sessions_of_others_go_on(cast, three, nia):
    other = browser(cast.casey.person)
    three[0].post("/accounts/logout/")

    assert is_in(other)


# --- The person's own page


def test_own_sessions_are_listed_and_ended_one_by_one(three, nia):
    phone = browser(nia, "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1")
    page = three[0].get(PAGE).content.decode()
    assert page.count("Firefox, Linux") >= 3 and "Safari, iPhone" in page and "127.0.0.1" in page
    assert all(client.session.session_key not in page for client in (*three, phone))
    listed = sessions_of(person_id=nia.id, this=three[0].session.session_key)
    handle = next(one.handle for one in listed if one.device == "Safari, iPhone")

    assert three[0].post(f"/accounts/security/sessions/{handle}/end/").status_code == 303

    assert not is_in(phone) and is_in(three[1])


def test_everywhere_else_is_signed_out(three):
    assert three[0].post("/accounts/security/sessions/end/").status_code == 303

    assert [is_in(client) for client in three] == [True, False, False]


def test_nobody_ends_a_session_of_somebody_else(cast, three, nia):
    handle = sessions_of(person_id=nia.id)[0].handle

    answer = browser(cast.casey.person).post(f"/accounts/security/sessions/{handle}/end/")

    assert answer.status_code == 404
    assert [is_in(client) for client in three] == [True] * 3


def test_clock_forgets_what_has_ended(three, nia):
    key = three[0].session.session_key
    Session.objects.filter(session_key=key).update(expire_date=now() - timedelta(seconds=1))
    spend("old", 1, 1)
    Attempts.objects.update(ends_at=now() - timedelta(seconds=1))

    sweep()

    assert not Session.objects.filter(session_key=key).exists() and sweep_sessions() == 0
    assert Session.objects.count() == 2 and not Attempts.objects.exists()


# --- R7


@recently_signed_in
def a_view(request):
    return "done"


def asked(client, method="get", age=0, path="/d/larkspur/x/", **headers):
    request = getattr(RequestFactory(), method)(path, headers=headers)
    request.session = client.session
    with mock.patch("accounts.reauthentication.time.time", return_value=time.time() + age):
        return request, a_view(request)


def test_who_signed_in_within_ten_minutes_goes_on(nia):
    assert asked(browser(nia), age=599)[1] == "done"


def test_who_signed_in_earlier_is_asked_again_and_comes_back(nia):
    client = browser(nia)
    _request, answer = asked(client, age=602, path="/d/larkspur/x/?a=1")

    assert answer["Location"] == "/accounts/reauthenticate/?next=%2Fd%2Flarkspur%2Fx%2F%3Fa%3D1"


def test_sent_form_leads_back_to_the_page_it_stood_on(nia):
    _request, answer = asked(browser(nia), "post", age=602, Referer="http://testserver/d/larkspur/form/?b=2")
    _request, elsewhere = asked(browser(nia), "post", age=602, Referer="https://evil.example.org/")

    assert answer["Location"].endswith("next=%2Fd%2Flarkspur%2Fform%2F%3Fb%3D2")
    assert elsewhere["Location"].endswith("next=%2Fd%2Flarkspur%2Fx%2F")


def test_program_with_an_old_session_is_told_by_code(nia):
    with pytest.raises(ReauthenticationRequired) as refused:
        asked(browser(nia), age=602, path="/api/v1/x/")

    assert (refused.value.code, refused.value.status) == ("reauthentication_required", 403)


def test_token_is_not_asked_again(nia):
    request = RequestFactory().get("/api/v1/x/")
    request.session, request.has_bearer_token = {}, True

    assert a_view(request) == "done"


def test_showing_the_password_again_counts(nia):
    client = browser(nia)
    session = client.session
    session["started_at"] -= 700
    session["account_authentication_methods"] = [
        {**one, "at": one["at"] - 700} for one in session["account_authentication_methods"]
    ]
    session.save()
    request = RequestFactory().get("/")
    request.session = client.session
    assert not is_recently_signed_in(request)

    wrong = client.post("/accounts/reauthenticate/?next=/d/larkspur/", {"password": "wrong"})
    right = client.post("/accounts/reauthenticate/", {"password": PASSWORD, "next": "/d/larkspur/"})

    assert wrong.status_code == 200 and right["Location"] == "/d/larkspur/"
    request.session = client.session
    assert is_recently_signed_in(request)
