"""The second step at sign-in: who must have one, that no code counts twice, that secrets are sealed (R2)."""

import threading
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.db import connections
from django.test import Client

from accounts.models import Membership, Organization
from accounts.second_factor import has_factor, must_have_factor
from tests.factories.accounts import MembershipFactory, OrganizationFactory, PersonFactory

PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def code(steps=0, secret=SECRET):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + steps))


def half_signed_in(person):
    """A client past the password, before the second step."""
    client = Client()
    answer = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    return client


def enter(client, text):
    client.post("/accounts/2fa/authenticate/", {"code": text})
    return "_auth_user_id" in client.session


@pytest.fixture
def person(db):
    made = PersonFactory(email="nia@example.org", password=PASSWORD)
    TOTP.activate(made, SECRET)
    return made


@pytest.mark.parametrize("role", ["administrator", "coordinator", "finance"])
def test_role_without_a_factor_is_led_to_set_one_up(cast, role):
    person = PersonFactory()
    MembershipFactory(organization=cast.district, person=person, role=role)
    client = Client()
    client.force_login(person)

    for path in ("/d/larkspur/", "/d/larkspur/people/", "/d/larkspur/preferences/"):
        answer = client.get(path)
        assert (answer.status_code, answer["Location"]) == (302, "/accounts/security/?needed=1")
    program = client.get("/api/v1/students/", headers={"X-Organization": "larkspur"})
    assert (program.status_code, program.json()["code"]) == (403, "mfa_required")
    fragment = client.get("/d/larkspur/", headers={"HX-Request": "true"})
    assert fragment.status_code == 403
    assert "Set up an authenticator app" in client.get("/accounts/security/?needed=1").content.decode()
    TOTP.activate(person, SECRET)
    assert client.get("/d/larkspur/preferences/").status_code == 200


@pytest.mark.parametrize("name", ["casey", "paula", "vic", "mina"])
def test_other_roles_are_not_asked(cast, name):
    assert not must_have_factor(getattr(cast, name).person.id)
    assert getattr(cast, name).client().get("/d/larkspur/").status_code == 200


def test_role_in_one_district_asks_in_all(cast):
    """A session is not one district's: what protects one protects it everywhere."""
    casey = cast.casey.person
    with cast.within(cast.otto):
        MembershipFactory(organization=cast.elsewhere, person=casey, role="administrator")

    assert cast.casey.client().get("/d/larkspur/").status_code == 302


def test_demonstration_asks_nobody(cast):
    Organization.objects.filter(id=cast.district.id).update(is_demonstration=True)
    Authenticator.objects.all().delete()

    assert cast.ada.client().get("/d/larkspur/").status_code == 200


def test_role_that_has_ended_asks_no_more(cast):
    Membership.objects.filter(person=cast.cory.person).update(ends_on=cast.cory.actor.today)

    assert not must_have_factor(cast.cory.person.id)


def test_removing_the_factor_asks_again(cast):
    ada = cast.ada.client()
    assert ada.get("/d/larkspur/people/").status_code == 200

    assert ada.post("/accounts/2fa/totp/deactivate/").status_code == 302

    assert not has_factor(cast.ada.person.id)
    assert ada.get("/d/larkspur/people/").status_code == 302


def test_password_alone_signs_nobody_in_who_has_a_factor(person):
    client = half_signed_in(person)

    assert client.get("/accounts/security/").status_code == 302
    assert enter(client, code())


def test_code_counts_once(person):
    """A TOTP step that was used is refused, in another session and within the whole time it is taken."""
    now = code()
    assert enter(half_signed_in(person), now)
    assert not enter(half_signed_in(person), now)
    assert not enter(half_signed_in(person), f" {now[:3]} {now[3:]}")


def test_code_of_the_step_before_counts_once_too(person):
    before = code(-1)
    assert enter(half_signed_in(person), before)
    assert not enter(half_signed_in(person), before)


def test_code_of_long_ago_and_of_later_is_refused(person):
    for steps in (-3, 3):
        assert not enter(half_signed_in(person), code(steps))


def test_recovery_code_counts_once(person):
    codes = RecoveryCodes.activate(person).get_unused_codes()

    assert enter(half_signed_in(person), codes[0])
    assert not enter(half_signed_in(person), codes[0])
    assert enter(half_signed_in(person), codes[1])


def test_recovery_code_counts_once_among_many_at_once(transactional_db):
    person = PersonFactory(email="nia@example.org", password=PASSWORD)
    TOTP.activate(person, SECRET)
    only = RecoveryCodes.activate(person).get_unused_codes()[0]
    clients = [half_signed_in(person) for _ in range(6)]
    let_in = []

    def attempt(client):
        try:
            let_in.append(enter(client, only))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt, args=[client]) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(let_in) == 1


def test_codes_are_tried_ten_times_in_five_minutes(person):
    clients = [half_signed_in(person) for _ in range(3)]

    answers = [
        client.post("/accounts/2fa/authenticate/", {"code": f"00000{number}"}).status_code
        for number in range(4)
        for client in clients
    ]

    assert answers == [200] * 10 + [429] * 2
    assert not enter(clients[0], code())


def test_secrets_of_factors_are_sealed(person):
    """R8, R26: what stands in the database signs nobody in."""
    codes = RecoveryCodes.activate(person)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))

    assert SECRET not in kept
    assert not any(one in kept for one in codes.get_unused_codes())


@pytest.mark.usefixtures("keeps_contexts")
def test_app_is_set_up_with_its_first_code_and_codes_are_shown_once(db, django_capture_on_commit_callbacks):
    person = PersonFactory(password=PASSWORD)
    client, elsewhere = Client(), Client()
    for one in (client, elsewhere):
        one.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    secret = page.context["form"].secret

    assert client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post("/accounts/2fa/totp/activate/", {"code": code(secret=secret)})

    assert answer["Location"] == "/accounts/2fa/recovery-codes/"
    shown = client.get("/accounts/2fa/recovery-codes/")
    assert shown.context["can_view_codes"] and len(shown.context["unused_codes"]) == 10
    assert not client.get("/accounts/2fa/recovery-codes/").context["can_view_codes"]
    assert elsewhere.get("/accounts/security/").status_code == 302  # R6: other sessions end


@pytest.mark.parametrize(
    "path",
    [
        "totp/activate/",
        "totp/deactivate/",
        "webauthn/add/",
        "webauthn/",
        "recovery-codes/",
        "recovery-codes/generate/",
        "reauthenticate/",
    ],
)
def test_pages_of_factors_wear_the_house(cast, path):
    client = (cast.casey if path == "totp/activate/" else cast.ada).client()
    RecoveryCodes.activate(cast.ada.person)

    answer = client.get(f"/accounts/2fa/{path}")

    page = answer.content.decode()
    assert answer.status_code == 200, answer
    assert "product text-lg" in page and "<style" not in page


def test_page_says_that_a_passkey_needs_a_name(cast):
    """Browsers keep passkeys for names: at a number the page says so and leads to the name."""
    client = cast.casey.client()

    by_number = client.get("/accounts/2fa/webauthn/add/", HTTP_HOST="127.0.0.1:8000").content.decode()
    by_name = client.get("/accounts/2fa/webauthn/add/", HTTP_HOST="localhost:8000").content.decode()

    link = 'href="http://localhost:8000/accounts/2fa/webauthn/add/"'
    assert link in by_number and link not in by_name


def test_district_without_members_asks_nobody(db):
    OrganizationFactory()
    assert not must_have_factor(PersonFactory().id)
