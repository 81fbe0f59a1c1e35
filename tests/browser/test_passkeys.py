"""A passkey, made and used with a device of the browser's own (WebAuthn's virtual authenticator)."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import expect

from tests.factories.accounts import PASSWORD, PersonFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def page(new_page, server):
    """A page at localhost, since a passkey belongs to a name; with a device that says yes."""
    made = new_page(None, base_url=server.url.replace("127.0.0.1", "localhost"))
    devtools = made.context.new_cdp_session(made)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    made.devtools = devtools
    return made


def sign_in(page, person):
    page.goto("/accounts/login/?next=/accounts/security/")
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_passkey_is_made_and_signs_in_with_and_without_a_password(page):
    person = PersonFactory(email="nia@example.org")
    sign_in(page, person)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name of this passkey").fill("My laptop")
    page.get_by_role("button", name="Add it now").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    expect(page.get_by_role("list", name="Your recovery codes").get_by_role("listitem")).to_have_count(10)
    kept = Authenticator.objects.get(user=person, type=Authenticator.Type.WEBAUTHN)
    assert kept.wrap().name == "My laptop"

    page.goto("/accounts/security/")
    expect(page.get_by_text("1 passkey", exact=True)).to_be_visible()
    page.get_by_role("button", name="Sign out everywhere", exact=True).click()
    page.wait_for_url("**/accounts/login/")
    sign_in(page, person)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in and security")

    page.get_by_role("button", name="Sign out everywhere", exact=True).click()
    page.wait_for_url("**/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/localhost*/")
    page.goto("/accounts/security/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign-in and security")


def test_device_that_says_no_is_told_and_signs_nobody_in(page):
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Sign in with a passkey").click()

    expect(page.locator("#toasts")).to_contain_text("The passkey was not used.")
    assert page.url.endswith("/accounts/login/")
