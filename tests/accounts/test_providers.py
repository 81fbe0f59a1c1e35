"""Signing in by a district's OpenID Connect, by Google and by GitHub: a provider of our own really answers."""

import contextlib
import http.client
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import connection
from django.test import Client

from accounts import mutations
from accounts.actors import districts_of
from accounts.models import IdentityProvider, Person
from accounts.outgoing import CarefulSession, ForbiddenAddress, check_url, checked_address
from accounts.tasks import test_provider as ask_provider
from core.errors import Invalid, NotAllowed
from tests.accounts.provider import CLIENT_ID, CLIENT_SECRET, serve
from tests.factories.accounts import MembershipFactory, PersonFactory
from tests.reliability.scale import in_time

OIDC = "/accounts/oidc/district-larkspur/login/"


@pytest.fixture
def provider(settings):
    made, server = serve(settings.PROVIDER_PORT)
    ours = {"client_id": CLIENT_ID, "secret": CLIENT_SECRET}
    settings.SOCIALACCOUNT_PROVIDERS = {
        name: {**said, "APPS": [ours]} for name, said in settings.SOCIALACCOUNT_PROVIDERS.items()
    }
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture
def oidc(cast, provider):
    mutations.set_identity_provider(
        actor=cast.ada.actor, issuer=provider.url, client_id=CLIENT_ID, client_secret=CLIENT_SECRET
    )
    return provider


def come_back(client, start=OIDC):
    """Go to the provider, say yes there, and come back: what a browser does."""
    there = client.get(start)
    assert there.status_code == 302, there.content
    parts = urlsplit(there["Location"])
    line = http.client.HTTPConnection(parts.hostname, parts.port)
    line.request("GET", f"{parts.path}?{parts.query}")
    back = urlsplit(line.getresponse().getheader("Location"))
    line.close()
    return client.get(f"{back.path}?{back.query}")


def who(client):
    return client.session.get("_auth_user_id")


def a_member(cast, **values):
    person = PersonFactory(email="nia@example.org", **values)
    MembershipFactory(organization=cast.district, person=person, schools=[cast.school])
    return person


def test_member_signs_in_by_their_district(cast, oidc, client):
    nia = a_member(cast)

    answer = come_back(client)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert who(client) == str(nia.id)
    assert client.get("/d/larkspur/").status_code == 200
    assert come_back(Client()).status_code == 302
    assert SocialAccount.objects.get().user == nia


def test_second_factor_is_asked_for_after_a_provider_too(cast, oidc, client):
    oidc.person["email"] = "cory@example.org"

    answer = come_back(client)

    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert who(client) is None


@pytest.mark.parametrize("start", [OIDC, "/accounts/google/login/", "/accounts/github/login/"])
def test_address_that_is_not_verified_enters_no_account(cast, oidc, client, start, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    nia = a_member(cast)
    oidc.person["email_verified"] = False

    come_back(client, start)

    assert who(client) is None
    assert not SocialAccount.objects.filter(user=nia).exists()


@pytest.mark.parametrize("start", ["/accounts/google/login/", "/accounts/github/login/"])
def test_verified_address_enters_the_account_of_that_person(cast, oidc, client, start):
    nia = a_member(cast)

    come_back(client, start)

    assert who(client) == str(nia.id)


@pytest.mark.parametrize("start", ["/accounts/google/login/", "/accounts/github/login/"])
def test_new_person_sees_nothing(cast, oidc, client, start):
    come_back(client, start)

    nia = Person.objects.get(email="nia@example.org")
    assert who(client) == str(nia.id)
    assert (nia.name, nia.has_usable_password(), districts_of(nia.id)) == ("Nia Wolde", False, ())
    assert client.get("/d/larkspur/").status_code == 404


def test_newcomer_of_a_district_proves_the_address_by_mail(cast, oidc, client, settings):
    """Otherwise a district could open accounts with other people's addresses."""
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"

    come_back(client)

    assert who(client) is None
    assert not EmailAddress.objects.filter(verified=True).exists()


def test_account_that_somebody_else_may_have_opened_is_not_entered(cast, oidc, client, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    squatter = PersonFactory(email="nia@example.org")
    EmailAddress.objects.create(user=squatter, email=squatter.email, verified=False, primary=True)

    come_back(client, "/accounts/google/login/")

    assert who(client) is None and not SocialAccount.objects.exists()


def test_district_signs_in_nobody_of_another_district(cast, oidc, client):
    """T2: an administrator with a provider of their own would otherwise be anybody, anywhere."""
    oidc.person["email"] = "otto@example.org"

    come_back(client)

    assert who(client) is None
    assert not SocialAccount.objects.filter(user=cast.otto.person).exists()


def test_who_joins_another_district_is_no_longer_vouched_for(cast, oidc, client):
    nia = a_member(cast)
    come_back(client)
    with cast.within(cast.otto):
        MembershipFactory(organization=cast.elsewhere, person=nia)
    other = Client()

    answer = come_back(other)

    assert answer.status_code == 403 and b"another district too" in answer.content
    assert who(other) is None


def test_district_cannot_add_ways_of_signing_in_that_outlive_it(cast, oidc, client):
    a_member(cast)
    come_back(client)

    for path in (
        "/accounts/password/set/",
        "/accounts/email/",
        "/accounts/2fa/webauthn/add/",
        "/accounts/3rdparty/",
    ):
        assert client.get(path).status_code == 403, path


@pytest.mark.parametrize(
    "fault",
    ["denied", "error", "state", "token", "empty", "forged", "no algorithm", "no id"],
)
def test_faults_of_a_provider_end_in_a_page(cast, oidc, client, fault):
    a_member(cast)
    oidc.faults.add(fault)

    answer = come_back(client)
    if answer.status_code == 302:
        answer = client.get(answer["Location"])

    assert answer.status_code in {200, 403}
    assert b"not signed in" in answer.content or b"did not work" in answer.content
    assert who(client) is None


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example.org"},
        {"aud": "another-client"},
        {"exp": 1},
        {"sub": None},
        {"email": ["a", "b"]},
        {"email": None},
        {"email_verified": "true"},
    ],
)
def test_tokens_that_say_something_wrong_sign_nobody_in(cast, oidc, client, claims, settings):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    a_member(cast)
    oidc.claims = claims

    answer = come_back(client)

    assert answer.status_code < 500
    assert who(client) is None


@pytest.mark.parametrize("fault", ["issuer", "incomplete", "nonsense", "elsewhere"])
def test_provider_that_is_not_what_was_set_is_not_asked(cast, oidc, client, fault):
    oidc.faults.add(fault)

    answer = client.get(OIDC)

    assert answer.status_code == 403 and b"did not work" in answer.content


def test_provider_that_is_away_ends_in_a_page(cast, client, db):
    mutations.set_identity_provider(
        actor=cast.ada.actor, issuer="http://127.0.0.1:1", client_id="a", client_secret="b"
    )

    assert client.get(OIDC).status_code == 403


@pytest.mark.parametrize("provider_id", ["district-dunmore", "district-nowhere", "google", "larkspur"])
def test_district_without_a_provider_has_no_such_page(cast, oidc, client, provider_id):
    assert client.get(f"/accounts/oidc/{provider_id}/login/").status_code == 404


def test_number_of_another_issuer_is_another_person(cast, oidc, client):
    a_member(cast)
    come_back(client)
    before = SocialAccount.objects.get().uid

    assert before != "4711" and len(before) == 64


def test_buttons_stand_there_only_when_configured(cast, client, provider, settings):
    page = client.get("/accounts/login/").content.decode()
    assert "Sign in with Google" in page and "Sign in with GitHub" in page
    settings.SOCIALACCOUNT_PROVIDERS = {}
    page = client.get("/accounts/login/").content.decode()
    assert "Sign in with Google" not in page and "Sign in with GitHub" not in page
    assert "no sign-in of its own" in client.get("/accounts/login/?district=larkspur").content.decode()
    mutations.set_identity_provider(
        actor=cast.ada.actor, issuer=provider.url, client_id="a", client_secret="b"
    )
    page = client.get("/accounts/login/?district=larkspur").content.decode()
    assert f'href="{OIDC}?' in page
    assert "no sign-in of its own" in client.get("/accounts/login/?district=nowhere").content.decode()


def test_secret_is_encrypted_and_never_shown(cast, oidc):
    row = IdentityProvider.objects.get()
    assert row.client_secret == CLIENT_SECRET
    assert CLIENT_SECRET.encode() not in bytes(
        IdentityProvider.objects.raw("SELECT id, client_secret FROM accounts_identityprovider")[0]
        .__dict__["client_secret"]
        .content
    )
    page = cast.ada.client().get("/d/larkspur/settings/sign-in/")
    assert page.status_code == 200 and CLIENT_SECRET not in page.content.decode()


def test_administrator_sets_tests_and_removes_it(cast, provider, deliver):
    ada = cast.ada.client()
    said = {"issuer": provider.url, "client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "is_active": "on"}

    assert ada.post("/d/larkspur/settings/sign-in/", {**said, "client_secret": ""}).status_code == 422
    assert ada.post("/d/larkspur/settings/sign-in/", said).status_code == 303
    ada.post("/d/larkspur/settings/sign-in/test/")
    assert provider.asked == []  # nobody's request waits for it
    assert "The test is under way" in ada.get("/d/larkspur/settings/sign-in/").content.decode()
    deliver()
    assert "It works" in ada.get("/d/larkspur/settings/sign-in/").content.decode()
    provider.faults.add("issuer")
    ada.post("/d/larkspur/settings/sign-in/test/")
    deliver()
    assert "not as the OpenID Connect" in ada.get("/d/larkspur/settings/sign-in/").content.decode()
    assert ada.post("/d/larkspur/settings/sign-in/", {**said, "client_secret": ""}).status_code == 303
    assert ada.post("/d/larkspur/settings/sign-in/remove/").status_code == 303
    assert not IdentityProvider.objects.exists()


def test_provider_is_asked_with_no_transaction_open(cast, oidc, deliver, monkeypatch):
    """An outside call never holds the database: nothing but the test's own transaction is open around it."""
    depth = len(connection.savepoint_ids)
    seen = []

    def ask(issuer):
        seen.append(len(connection.savepoint_ids))
        return IdentityProvider.Outcome.SILENT

    monkeypatch.setattr("accounts.tasks.outcome_of_asking", ask)
    mutations.request_provider_test(actor=cast.ada.actor)
    ask_provider(actor=cast.ada.actor, record_id=str(IdentityProvider.objects.get().id))

    assert seen == [depth]
    assert IdentityProvider.objects.get().outcome == "silent"


def test_outcome_of_another_issuer_is_not_kept(cast, oidc):
    found = mutations.request_provider_test(actor=cast.ada.actor)
    mutations.set_identity_provider(
        actor=cast.ada.actor, issuer="https://other.example.org", client_id="a", client_secret="b"
    )

    mutations.note_provider_test(actor=cast.ada.actor, provider_id=found.id, issuer=oidc.url, outcome="works")

    assert IdentityProvider.objects.get().outcome == ""


def test_secret_that_is_kept_goes_to_no_other_issuer(cast, oidc):
    with pytest.raises(Invalid) as refused:
        mutations.set_identity_provider(
            actor=cast.ada.actor, issuer="https://evil.example.org", client_id=CLIENT_ID
        )

    assert list(refused.value.fields) == ["client_secret"]


def test_only_administrators_set_it(cast):
    with pytest.raises(NotAllowed):
        mutations.set_identity_provider(
            actor=cast.casey.actor, issuer="https://login.example.org", client_id="a", client_secret="b"
        )


@pytest.mark.parametrize("url", ["http://login.example.org/", "file:///etc/passwd", "https:///"])
def test_server_asks_by_https_only(settings, url):
    settings.IS_PRODUCTION = True

    with pytest.raises(ForbiddenAddress):
        check_url(url)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.8", "169.254.169.254", "::1", "[::1]", ""]
)
def test_server_asks_no_address_inside_its_own_network(settings, host):
    settings.IS_PRODUCTION = True

    with pytest.raises(ForbiddenAddress):
        checked_address(host, 443)


def test_connection_goes_to_the_address_that_was_checked(settings, monkeypatch):
    """A name that is public when it is checked, and inside the network a moment later (DNS rebinding)."""
    settings.IS_PRODUCTION = True
    asked, reached = [], []

    def look_up(name, port, *_more, **_named):
        asked.append(name)
        address = "93.184.215.14" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def connect(address, *_more, **_named):
        reached.append(address)
        raise OSError

    monkeypatch.setattr("accounts.outgoing.socket.getaddrinfo", look_up)
    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    with CarefulSession() as session, pytest.raises(requests.ConnectionError):
        session.get("https://login.example.org/")

    assert (asked, reached) == (["login.example.org"], [("93.184.215.14", 443)])


def test_answer_that_is_too_large_is_not_read(provider, monkeypatch):
    monkeypatch.setattr("accounts.outgoing.LARGEST_ANSWER", 10)

    with CarefulSession() as session, pytest.raises(requests.RequestException, match="too large"):
        session.get(f"{provider.url}/jwks")


@pytest.mark.parametrize("pause", [0, 0.3])
@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\nX-Long: "])
def test_answer_that_drips_is_cut_off(monkeypatch, head, pause):
    """Each byte comes in time, all of them never do; even where whoever asks is kept waiting by other work."""
    monkeypatch.setattr("accounts.outgoing.LONGEST_SECONDS", 0.6)
    start = threading.Timer.start
    monkeypatch.setattr(threading.Timer, "start", lambda timer: (start(timer), time.sleep(pause)))
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip():
            there, _address = server.accept()
            with there, contextlib.suppress(OSError):
                there.sendall(head)
                for _ in range(100):
                    there.sendall(b"x")
                    time.sleep(0.05)

        threading.Thread(target=drip, daemon=True).start()
        began = time.monotonic()
        with CarefulSession() as session, pytest.raises(requests.Timeout):
            session.get(f"http://127.0.0.1:{server.getsockname()[1]}/")

    assert time.monotonic() - began < in_time(3)


@pytest.mark.parametrize("method", ["get", "post"])
def test_button_of_google_on_other_pages_is_not_offered(client, db, method):
    assert getattr(client, method)("/accounts/google/login/token/").status_code == 404
