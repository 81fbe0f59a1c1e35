"""The page on which an IEP is written: typing, what is saved, what is still missing, a comment, an earlier version."""

import re

import pytest

from core.tenant import organization
from ieps.models import Comment, Iep
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
    expect(page.locator("[data-field=strengths] [data-text-state]")).to_have_text("Saved", timeout=SLOW)
    expect(page.locator("[data-field=strengths] [data-text-state]")).to_be_hidden()  # said once, for the page


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


def test_two_people_comment_answer_mention_and_settle_live(opened, new_page):
    cast, iep, page = opened
    colleague = new_page(cast.sam.person, cast.sam.url(f"/ieps/{iep.id}/"))
    at(colleague, "strengths")
    write(page, "strengths", " Draws.")
    for _letter in "Draws.":
        page.keyboard.press("Shift+ArrowLeft")

    page.get_by_role("button", name="Comment on the selection").click()
    page.locator("#comment-form textarea").fill("Since when?")
    page.locator("#comment-form").get_by_label("Sam Cast").check()
    page.locator("#comment-form").get_by_role("button", name="Comment").click()

    said = colleague.locator("#iep-comments")
    expect(said).to_contain_text("Since when?", timeout=SLOW)
    expect(said).to_contain_text("@Sam Cast")
    colleague.get_by_role("link", name="Answer or settle").click()
    colleague.locator("#answer-form textarea").fill("Since September.")
    colleague.locator("#answer-form").get_by_role("button", name="Answer").click()
    expect(page.locator("#iep-comments")).to_contain_text("Since September.", timeout=SLOW)
    page.get_by_role("link", name="Answer or settle").click()
    page.get_by_role("button", name="Settle", exact=True).click()
    expect(colleague.locator("#comments-settled-title")).to_have_text("1 settled", timeout=SLOW)

    with organization(cast.district.id):
        first = Comment.objects.get(iep_id=iep.id, thread_id=None)
        assert first.resolved_at is not None and first.mentioned == [cast.sam.person.id]


def test_earlier_version_is_read_while_the_slider_moves(opened):
    cast, iep, page = opened
    write(page, "strengths", " Draws.")
    slider, preview = page.get_by_label("Versions"), page.locator("#iep-preview")
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"Now, version [2-9]"), timeout=SLOW)
    expect(preview).to_be_hidden()

    slider.focus()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")

    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"Version 1 of [2-9]"), timeout=SLOW)
    expect(preview.locator("[data-history-by]")).to_contain_text("Sings.", timeout=SLOW)
    expect(preview.locator("[data-history-by] .by")).to_have_attribute("data-p", "1")
    expect(at(page, "strengths")).to_have_text("Sings. Draws.")
    preview.get_by_role("link", name="Compare with now").click()
    expect(preview.locator("del")).to_contain_text("Draws.", timeout=SLOW)
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    expect(slider).to_be_focused()
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"Now, version"))

    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    preview.get_by_role("link", name="Restore").click()
    page.get_by_role("button", name="Restore this version").click()
    page.wait_for_url("**/history/**")
    with organization(cast.district.id):
        assert Iep.objects.get(id=iep.id).strengths == "Sings."


def test_marked_words_are_given_a_link_in_a_dialog(opened):
    _cast, _iep, page = opened
    editor = write(page, "strengths", " Draws.")
    for _letter in "Draws.":
        page.keyboard.press("Shift+ArrowLeft")
    page.get_by_role("button", name="Link", exact=True).click()
    dialog = page.get_by_role("dialog", name="Link")
    address = dialog.get_by_label("Address")
    expect(address).to_be_focused()

    address.fill("javascript:alert(1)")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("A link starts with")
    address.fill("https://example.org/art")
    page.keyboard.press("Enter")

    expect(dialog).to_have_count(0)
    expect(editor.locator("a")).to_have_attribute("href", "https://example.org/art")
    expect(editor.locator("a")).to_have_text("Draws.")
    expect(editor).to_be_focused()
    page.get_by_role("button", name="Link", exact=True).click()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(editor.locator("a")).to_have_count(1)
    page.get_by_role("button", name="Link", exact=True).click()
    dialog.get_by_role("button", name="Remove the link").click()
    expect(editor.locator("a")).to_have_count(0)
    write(page, "strengths", "")


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


def test_earlier_version_is_read_by_thumb_on_a_phone(committed_cast, new_page):
    cast = committed_cast
    with organization(cast.district.id):
        iep = IepFactory(student=cast.student, number=1, strengths="Sings.")
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    page = new_page(cast.casey.person, cast.casey.url(f"/ieps/{iep.id}/"), **phone)
    at(page, "strengths").tap()
    slider, preview = page.get_by_label("Versions"), page.locator("#iep-preview")
    expect(slider).to_be_in_viewport(timeout=SLOW)
    back = page.get_by_role("button", name="One version back")
    sizes = [one.bounding_box() for one in (back, slider)]

    back.tap()

    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"Version 0 of 1"), timeout=SLOW)
    expect(page.locator("#iep-version-now")).to_be_in_viewport()
    expect(preview).to_be_in_viewport(timeout=SLOW)
    page.get_by_role("button", name="One version forward").tap()
    expect(preview).to_be_hidden()
    assert min(min(size["height"], size["width"]) for size in sizes) >= 44
