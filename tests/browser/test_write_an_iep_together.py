"""The page on which an IEP is written: typing, what is saved, what is still missing, a comment, an earlier version."""

import re

import pytest

from core.tenant import organization
from ieps.models import Comment
from tests.coediting.written import wait_until_written_down
from tests.factories.ieps import IepFactory

expect = pytest.importorskip("playwright.sync_api").expect
SLOW = 30_000


@pytest.fixture
def opened(committed_cast, new_page):
    """A draft without texts yet, open at the case manager's, its first text live."""
    cast = committed_cast
    with organization(cast.district.id):
        iep = IepFactory(student=cast.student, number=1, strengths="Sings.")
    page = new_page(cast.casey.person, cast.casey.url(f"/ieps/{iep.id}/"))
    at(page, "strengths")
    yield cast, iep, page
    wait_until_written_down(cast)


def at(page, field):
    """The text of a field, in sight and live."""
    entry = page.locator(f"#entry-{field}")
    entry.scroll_into_view_if_needed(timeout=SLOW)
    expect(entry.locator("[data-state=saved]")).to_be_visible(timeout=SLOW)
    return entry.locator(".ql-editor")


def write(page, field, words):
    """Write at the end of a text, until all of it is saved."""
    editor = at(page, field)
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)
    page.wait_for_function(
        """field => {
            const { sync } = document.querySelector(`#entry-${field} [data-text]`).sharedText;
            return sync.kept === 0 && sync.isReady;
        }""",
        arg=field,
        timeout=SLOW,
    )
    return editor


def test_panel_follows_what_is_typed_and_typing_goes_on(opened):
    _cast, _iep, page = opened
    expect(page.locator("#check-impact")).to_be_visible(timeout=SLOW)

    editor = write(page, "impact", "Long tasks take more")

    expect(page.locator("#check-impact")).to_have_count(0, timeout=SLOW)
    expect(editor).to_be_focused()
    page.keyboard.type(" time.")
    expect(editor).to_have_text("Long tasks take more time.")
    expect(page.locator("#iep-saved")).to_have_text("Saved", timeout=SLOW)


def test_comment_on_marked_words_stands_at_them(opened):
    cast, iep, page = opened
    write(page, "strengths", " Draws.")
    for _letter in "Draws.":
        page.keyboard.press("Shift+ArrowLeft")

    page.get_by_role("button", name="Comment on the selection").click()
    page.locator("#comment-form textarea").fill("Since when?")
    page.locator("#comment-form").get_by_role("button", name="Comment").click()

    expect(page.locator("#iep-comments")).to_contain_text("Since when?", timeout=SLOW)
    with organization(cast.district.id):
        comment = Comment.objects.get(iep_id=iep.id)
        assert (comment.field, comment.quote) == ("strengths", "Draws.")


def test_earlier_version_is_chosen_under_the_page_and_shown(opened):
    _cast, _iep, page = opened
    write(page, "strengths", " Draws.")
    slider = page.get_by_label("Versions")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"Now, version [2-9]"), timeout=SLOW)

    slider.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"Version 1 of [2-9]"), timeout=SLOW)
    page.get_by_role("link", name="Open its history").click()

    expect(page.locator("[data-history-plain]")).to_have_text("Sings.", timeout=SLOW)


def test_page_is_as_wide_as_a_phone(committed_cast, new_page):
    cast = committed_cast
    with organization(cast.district.id):
        iep = IepFactory(student=cast.student, number=1, complete=True)
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    page = new_page(cast.casey.person, cast.casey.url(f"/ieps/{iep.id}/"), **phone)
    at(page, "strengths").tap()

    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth - {root}.clientWidth") == 0
    assert page.locator("[data-text-tools]").evaluate("bar => bar.getBoundingClientRect().height") < 60
