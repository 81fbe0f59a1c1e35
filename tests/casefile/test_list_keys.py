"""Rows, the palette and the list of keys by keyboard, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_rows_are_selected_and_the_palette_goes_by_keys(committed_cast, new_page):
    cast = committed_cast
    page = new_page(cast.casey.person, cast.casey.url("/caseload/"))

    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-pick]").first).to_be_checked()
    expect(page.locator("[data-bulk-count]")).to_have_text("1 selected")
    page.keyboard.press("x")
    expect(page.locator("[data-bulk]")).to_be_hidden()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()

    opener = page.get_by_role("link", name="Hand over")
    opener.focus()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Find a student")
    expect(field).to_be_focused()
    page.keyboard.press("Escape")
    expect(opener).to_be_focused()

    page.keyboard.press("Control+k")
    expect(field).to_be_focused()
    before = page.url
    page.keyboard.type("nunez")
    first = page.locator("#palette-list [role=option]").first
    expect(first).to_contain_text(cast.student.family_name)
    expect(first).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == first.get_attribute("id")
    assert page.url == before
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/students/{cast.student.id}/")
    assert "nunez" not in page.url


REOPEN = """
() => {
  const [dialog, field] = [document.getElementById("palette"), document.getElementById("palette-q")];
  dialog.close();
  document.dispatchEvent(new KeyboardEvent("keydown", {key: "k", ctrlKey: true}));
  field.value = "nunez";
  field.dispatchEvent(new Event("input"));
}
"""


def test_palette_that_is_opened_again_at_once_keeps_what_is_typed(committed_cast, new_page):
    cast = committed_cast
    page = new_page(cast.casey.person, cast.casey.url("/caseload/"))
    page.keyboard.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()

    page.evaluate(REOPEN)

    expect(page.locator("#palette-list [role=option]").first).to_contain_text(cast.student.family_name)
    expect(page.locator("#palette-q")).to_have_value("nunez")
