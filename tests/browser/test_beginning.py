"""A district begins: one command prints a link, and its first administrator walks from there to the first school."""

from __future__ import annotations

import time
from io import StringIO
from urllib.parse import urlsplit

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.management import call_command
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

EMAIL, PASSWORD = "opal@aspen.example", "plums and apricots"


def code_for(secret):
    """What an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_first_administrator_comes_in_and_is_led_on(new_page, server, barriers):
    said = StringIO()
    call_command("found_district", "aspen", "Aspen School District", administrator=EMAIL, stdout=said)
    page = new_page(None)

    page.goto(urlsplit(said.getvalue().split()[-1]).path)
    expect(page.get_by_role("heading", level=1)).to_have_text("Join Aspen School District")
    for label, words in (("Given name", "Opal"), ("Family name", "Reyes"), ("Password", PASSWORD)):
        page.get_by_label(label, exact=True).fill(words)
    page.get_by_role("button", name="Accept the invitation").click()

    page.locator("input[name=login]").fill(EMAIL)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("One step is missing.")).to_be_visible()
    page.get_by_role("link", name="Set up").click()
    page.get_by_text("I cannot scan it").click()
    page.get_by_label("Authenticator code").fill(code_for(page.locator("details .font-mono").inner_text()))
    page.get_by_role("button", name="Turn it on").click()
    page.get_by_role("link", name="I have kept them").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Your district begins here.")
    expect(page.locator("#first-steps-list > li")).to_have_count(4)
    assert page.locator("#first-steps-list").inner_text().count("Done:") == 0
    assert barriers(page) == []

    page.get_by_role("link", name="add schools").click()
    page.get_by_role("link", name="Add a school").click()
    page.get_by_label("Name", exact=True).fill("Aspen Elementary")
    page.get_by_label("Code").fill("ASP")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="My day").first.click()
    expect(page.locator("#first-schools")).to_contain_text("Done:")
