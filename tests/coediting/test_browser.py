"""Shared texts in real browsers: several people write, the network goes, the server is killed; nothing is lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import expect

from coediting.mutations import create_text, lock_texts
from coediting.queries import text_state
from core.tenant import organization
from ieps.mutations import return_to_draft, send_to_review
from ieps.texts import RULE
from tests.coediting.written import wait_until_written_down
from tests.factories.ieps import IepFactory

SLOW = 30_000
# What the network says when it is gone: these tests take it away.
NETWORK = ("WebSocket connection to", "Failed to load resource", "net::ERR_")
EDITOR = ".ql-editor"
STATE = "[data-text-state]"


class Desk:
    """One text and the browsers at it."""

    def __init__(self, cast: Any, text: Any, server: Any, open_context: Callable[[Any], Any]) -> None:
        self.cast, self.text, self.server = cast, text, server
        self.open_context = open_context
        self.path = f"/d/larkspur/texts/{text.id}/"

    def open(self, name: str) -> Any:
        """The text in a browser of its own, once it is live."""
        page = self.open_context(getattr(self.cast, name).person).new_page()
        page.goto(self.path)
        expect(page.locator(STATE)).to_contain_text("Saved", timeout=SLOW)
        return page

    def words(self) -> str:
        """What the server has, from its log."""
        with organization(self.cast.district.id):
            return text_state(actor=self.cast.casey.actor, text_id=self.text.id).plain

    def settle(self, *pages: Any) -> str:
        """Wait until every page is saved and shows the same; what they show."""
        for page in pages:
            expect(page.locator(STATE)).to_contain_text("Saved", timeout=SLOW)
        first = pages[0]
        first.wait_for_function(
            "() => document.querySelector('[data-text]').sharedText.sync.kept === 0", timeout=SLOW
        )
        words = self.words()
        for page in pages:
            page.wait_for_function(
                "words => document.querySelector('[data-text]').sharedText.quill.getText() === words",
                arg=words,
                timeout=SLOW,
            )
        return words


@pytest.fixture
def desk(
    committed_cast: Any, server: Any, browser: Any, session_cookie: Any
) -> Iterator[Callable[..., Desk]]:
    cast, contexts, complaints = committed_cast, [], []

    def note(text: str) -> None:
        if not any(known in text for known in NETWORK):
            complaints.append(text)

    def open_context(person: Any) -> Any:
        context = browser.new_context(base_url=server.url, locale="en-US")
        context.set_default_timeout(SLOW)
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": session_cookie(person), "url": server.url}])
        context.on("console", lambda message: note(message.text) if message.type == "error" else None)
        context.on("weberror", lambda error: note(str(error.error)))
        contexts.append(context)
        return context

    def make(words: str = "") -> Desk:
        with organization(cast.district.id):
            iep = IepFactory(student=cast.student, number=1)
            text = create_text(
                actor=cast.casey.actor,
                student=cast.student,
                rule=RULE,
                subject_id=iep.id,
                field="present_levels",
                ops=[{"insert": words}] if words else [],
            )
        return Desk(cast, text, server, open_context)

    yield make
    for context in contexts:
        context.close()
    wait_until_written_down(cast)
    assert not complaints, f"a page complained: {complaints}"


def end(page: Any) -> None:
    """Put the caret at the end of the text."""
    page.locator(EDITOR).click()
    page.keyboard.press("Control+End")


def test_what_one_writes_is_on_the_others_screen_with_name_and_colour(desk):
    table = desk("She reads 42 words.\n")
    casey, ada = table.open("casey"), table.open("ada")

    end(casey)
    casey.keyboard.type(" And writes.")

    expect(ada.locator(EDITOR)).to_have_text("She reads 42 words. And writes.", timeout=SLOW)
    expect(ada.locator(".ql-cursors .ql-cursor-name")).to_have_text("Casey Cast", timeout=SLOW)
    expect(casey.locator(STATE)).to_have_text("Saved · live to 1 colleague", timeout=SLOW)
    expect(ada.locator("[data-text-people]")).to_have_attribute("aria-label", "Also writing here: Casey Cast")
    assert table.settle(casey, ada) == "She reads 42 words. And writes.\n"


def test_three_write_one_paragraph_while_one_is_offline_and_the_server_is_killed(desk):
    table = desk("Start.\n")
    pages = [table.open(name) for name in ("casey", "ada", "sam")]
    for page in pages:
        end(page)
    casey, ada, sam = pages
    for letter in "abcdefgh":
        for page, sign in zip(pages, "cas", strict=True):
            page.keyboard.type(f"{sign}{letter}🙂 ")

    sam.context.set_offline(True)
    expect(sam.locator(STATE)).to_contain_text("Offline", timeout=SLOW)
    sam.keyboard.type("written in a tunnel ")
    expect(sam.locator(STATE)).to_have_text(re.compile(r"Offline, \d+ changes kept"), timeout=SLOW)
    casey.keyboard.type("before the crash ")
    web = table.server.processes["web"]
    web.kill()
    web.wait()
    ada.keyboard.type("during the crash ")
    expect(ada.locator(STATE)).to_have_text(re.compile(r"Offline, \d+ changes kept"), timeout=SLOW)
    table.server.start()
    sam.context.set_offline(False)
    casey.keyboard.type("after the crash ")

    words = table.settle(*pages)

    for said in ("written in a tunnel ", "before the crash ", "during the crash ", "after the crash "):
        assert words.count(said) == 1
    for letter in "abcdefgh":
        for sign in "cas":
            assert words.count(f"{sign}{letter}🙂") == 1


def test_undo_takes_back_ones_own_words_only(desk):
    table = desk("Start.\n")
    casey, ada = table.open("casey"), table.open("ada")
    end(casey)
    casey.keyboard.type(" Casey wrote this.")
    expect(ada.locator(EDITOR)).to_contain_text("Casey wrote this.", timeout=SLOW)
    ada.locator(EDITOR).click()
    ada.keyboard.press("Control+Home")
    ada.keyboard.type("Ada wrote that. ")
    expect(casey.locator(EDITOR)).to_contain_text("Ada wrote that.", timeout=SLOW)

    casey.get_by_role("button", name="Undo my last change").click()

    assert table.settle(casey, ada) == "Ada wrote that. Start.\n"
    casey.get_by_role("button", name="Redo").click()
    expect(ada.locator(EDITOR)).to_contain_text("Casey wrote this.", timeout=SLOW)
    assert table.settle(casey, ada) == "Ada wrote that. Start. Casey wrote this.\n"


PASTED = """<h2>Strengths</h2><p style="color:red;font-weight:bold" onclick='x()'>Reads <b>well</b> and <i>often</i></p>
<script>document.title = "broken"</script><img src="x" onerror="document.title='broken'">
<ul><li>one</li><li>two</li></ul><p><a href="javascript:alert(1)">bad</a>
<a href="https://example.org/">good</a></p><table><tr><td>cell</td></tr></table>
<p style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>1.</span>numbered</p>"""


def test_pasted_html_becomes_allowed_formats_only(desk):
    table = desk()
    casey, ada = table.open("casey"), table.open("ada")
    casey.locator(EDITOR).click()

    casey.evaluate(
        """([html, selector]) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            data.setData("text/plain", "plain");
            const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
            document.querySelector(selector).dispatchEvent(event);
        }""",
        [PASTED, EDITOR],
    )

    expect(ada.locator(EDITOR)).to_contain_text("Strengths", timeout=SLOW)
    words = table.settle(casey, ada)
    assert [word in words for word in ("Strengths", "Reads", "one", "bad", "good", "cell")] == [True] * 6
    with organization(table.cast.district.id):
        ops = text_state(actor=table.cast.casey.actor, text_id=table.text.id).ops
    used = {(name, value) for op in ops for name, value in op.get("attributes", {}).items()}
    assert used == {
        ("bold", True),
        ("italic", True),
        ("link", "https://example.org/"),
        ("list", "bullet"),
        ("list", "ordered"),
    }
    assert "1." not in words
    assert casey.title() == ada.title() != "broken"


def test_what_was_written_offline_survives_a_reload(desk):
    table = desk("Start.\n")
    casey, ada = table.open("casey"), table.open("ada")
    end(casey)
    web = table.server.processes["web"]
    web.kill()
    web.wait()
    casey.keyboard.type(" In the dark.")
    expect(casey.locator(STATE)).to_have_text("Offline, 13 changes kept", timeout=SLOW)
    casey.evaluate("() => document.querySelector('[data-text]').sharedText.record.settled")
    context = casey.context
    casey.close()
    table.server.start()
    end(ada)
    ada.keyboard.type(" Ada meanwhile.")

    casey = context.new_page()
    casey.goto(table.path)

    words = table.settle(casey, ada)
    assert words.count(" In the dark.") == words.count(" Ada meanwhile.") == 1


def test_ended_sign_in_is_told_and_what_was_written_is_sent_after_the_next(desk, session_cookie):
    table = desk("Start.\n")
    casey = table.open("casey")
    end(casey)
    casey.route("**/login/**", lambda route: route.fulfill(status=204))  # stay, to see what the page says
    casey.context.clear_cookies()
    casey.evaluate("() => document.querySelector('[data-text]').sharedText.line.drop()")
    casey.keyboard.type(" Kept.")
    expect(casey.locator(STATE)).to_contain_text("Your sign-in has ended. 6 changes are kept", timeout=SLOW)
    expect(casey.get_by_role("link", name="Sign in")).to_be_visible()

    name = settings.SESSION_COOKIE_NAME
    cookie = session_cookie(table.cast.casey.person)
    casey.context.add_cookies([{"name": name, "value": cookie, "url": table.server.url}])
    casey.goto(table.path)

    assert table.settle(casey) == "Start. Kept.\n"


def test_lock_is_told_plainly_and_the_words_can_be_taken_along(desk):
    table = desk("Start.\n")
    casey = table.open("casey")
    end(casey)
    casey.context.set_offline(True)
    casey.keyboard.type("x")
    expect(casey.locator(STATE)).to_contain_text("1 change kept", timeout=SLOW)
    with organization(table.cast.district.id):
        lock_texts(actor=table.cast.casey.actor, subject_id=table.text.subject_id)

    casey.context.set_offline(False)

    expect(casey.locator(STATE)).to_contain_text("locked", timeout=SLOW, ignore_case=True)
    expect(casey.locator(".text-rescue")).to_have_text("x", timeout=SLOW)
    expect(casey.locator(EDITOR)).to_have_attribute("contenteditable", "false")
    casey.get_by_role("button", name="Show the saved text").click()
    expect(casey.locator(EDITOR)).to_have_text("Start.", timeout=SLOW)
    assert table.words() == "Start.\n"


def test_lock_reaches_an_open_editor_at_once_with_who_and_when(desk):
    table = desk("Start.\n")
    casey, ada = table.open("casey"), table.open("ada")
    banner = ada.locator("[data-text-closed]")
    expect(banner).to_be_hidden()

    with organization(table.cast.district.id):
        send_to_review(actor=table.cast.casey.actor, iep_id=table.text.subject_id)

    for page in (casey, ada):
        expect(page.locator(EDITOR)).to_have_attribute("contenteditable", "false", timeout=SLOW)
        expect(page.locator("[data-text-closed]")).to_contain_text(
            "Sent to review by Casey Cast, ", timeout=SLOW
        )
        expect(page.locator("[data-text-tools]")).to_be_hidden()

    with organization(table.cast.district.id):
        return_to_draft(actor=table.cast.casey.actor, iep_id=table.text.subject_id)
    expect(banner).to_be_hidden(timeout=SLOW)
    end(ada)
    ada.keyboard.type(" Again.")
    assert table.settle(casey, ada) == "Start. Again.\n"


def test_text_is_reached_and_left_by_keyboard_and_its_tools_by_arrows(desk):
    table = desk("Start.\n")
    casey = table.open("casey")
    editor = casey.get_by_role("textbox", name="Present levels")
    expect(editor).to_have_attribute("aria-multiline", "true")
    tools = casey.get_by_role("toolbar", name="Formats of Present levels")

    tools.get_by_role("button", name="Bold").focus()
    casey.keyboard.press("ArrowRight")
    expect(tools.get_by_role("button", name="Italic")).to_be_focused()
    casey.keyboard.press("Tab")
    expect(editor).to_be_focused()
    casey.keyboard.press("Control+End")
    casey.keyboard.press("Control+b")
    expect(tools.get_by_role("button", name="Bold")).to_have_attribute("aria-pressed", "true")
    casey.keyboard.type("bold")
    casey.keyboard.press("Escape")
    expect(editor).not_to_be_focused()
    editor.focus()
    casey.keyboard.press("Tab")
    expect(editor).not_to_be_focused()

    assert table.settle(casey) == "Start.bold\n"


def test_queue_is_wiped_at_sign_out(desk):
    table = desk("Start.\n")
    casey = table.open("casey")
    end(casey)
    casey.evaluate(
        "async () => { const text = document.querySelector('[data-text]').sharedText; text.line.end(); }"
    )
    casey.keyboard.type("x")
    expect(casey.locator(STATE)).to_contain_text("1 change kept", timeout=SLOW)
    casey.evaluate("() => document.querySelector('[data-text]').sharedText.record.settled")
    asked = []

    def agree(dialog):
        asked.append(dialog.message)
        dialog.accept()

    casey.on("dialog", agree)

    casey.evaluate("() => document.querySelector('form[data-sign-out]').requestSubmit()")

    casey.wait_for_url(lambda address: "/texts/" not in address)
    assert len(asked) == 1
    left = casey.evaluate(
        """async person => {
            const request = indexedDB.open(`throughline:${person}`);
            const database = await new Promise((resolve) => (request.onsuccess = () => resolve(request.result)));
            if (!database.objectStoreNames.contains("things")) return 0;
            const all = database.transaction("things").objectStore("things").count();
            return new Promise((resolve) => (all.onsuccess = () => resolve(all.result)));
        }""",
        str(table.cast.casey.person.id),
    )
    assert left == 0
