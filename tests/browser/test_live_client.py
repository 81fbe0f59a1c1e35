"""The page's own script in a real browser: regions, rows, connection, presence, drafts. The socket is ours."""

import json
import mimetypes
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from csp.utils import build_policy
from django.conf import settings
from django.template import engines

from casefile.context import Link
from tests.conftest import SLOW_PAGE

DIST = Path(settings.BASE_DIR) / "static" / "dist"
NONCE = "bm9uY2U="
SITE = "http://throughline.test"
SHELL = {
    "product": "Throughline",
    "person_name": "Casey Marsh",
    "person_id": "me",
    "organization_name": "Larkspur Valley Unified",
    "organization_slug": "larkspur",
    "theme": "day",
    "nav": [Link(id="caseload", icon="users-round", label="Caseload", url="/")],
    "preferences_url": "/preferences/",
    "search_url": "/search/",
}
PAGE = """{% extends "shell.html" %}{% block title %}Sample{% endblock %}{% block main %}
<h1 data-here="student.1">Sample</h1>
<form id="note" data-draft method="post" action="/"><label for="typed">Note</label>
<input id="typed" name="typed"></form>
<section id="goals" data-live="student.1" data-live-version="{{ version }}" hx-get="/part/"><ul>{% for goal in goals %}
<li id="goal-{{ goal.id }}" data-by="{{ goal.by }}"><span>{{ goal.text }}</span>
<details><summary id="more-{{ goal.id }}">More</summary>…</details></li>
{% endfor %}</ul><label for="inside">Inside</label><input id="inside" value="{{ version }}"></section>
<section id="list" data-live="caseload.1" data-live-version="{{ list_version }}" data-live-hold hx-get="/">
<table class="tbl" data-rowkeys><tbody data-rows>{% for row in rows %}<tr id="row-{{ row }}" data-href="/{{ row }}/">
<th scope="row">{{ row }}</th><td>{{ list_version }}</td></tr>{% endfor %}</tbody></table></section>
{% endblock %}"""


@dataclass
class Site:
    """One page, its answers and its socket."""

    page: Any
    goals: list[dict[str, str]] = field(default_factory=lambda: [{"id": "1", "text": "Reads", "by": "kofi"}])
    rows: list[str] = field(default_factory=lambda: ["ann", "ben", "cy"])
    version: str = "1"
    list_version: str = "1"
    part_status: int = 200
    part_seconds: float = 0
    takes_sockets: bool = True
    socket: Any = None
    frames: list[dict[str, Any]] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    def draw(self) -> str:
        template = engines["django"].from_string(PAGE)
        return template.render(
            {
                "shell": SHELL,
                "request": {"csp_nonce": NONCE},
                **{name: getattr(self, name) for name in self.names},
            }
        )

    names = ("goals", "rows", "version", "list_version")

    def answer(self, route: Any) -> None:
        path = urlsplit(route.request.url).path
        if path.startswith("/static/"):
            file = DIST / path.removeprefix("/static/")
            kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
            route.fulfill(path=file, content_type=kind)
            return
        if path == "/part/":
            time.sleep(self.part_seconds)
        if route.request.resource_type == "fetch":
            self.fetched.append(f"{route.request.method} {path}")
        status = self.part_status if path == "/part/" else 200
        headers = {
            "Content-Security-Policy": build_policy(nonce=NONCE),
            "Content-Type": "text/html; charset=utf-8",
        }
        route.fulfill(status=status, body=self.draw() if status == 200 else "", headers=headers)

    def connect(self, socket: Any) -> None:
        if not self.takes_sockets:
            socket.close(code=1011)
            return
        self.socket = socket
        socket.on_message(lambda text: self.hear(socket, json.loads(text)))

    def hear(self, socket: Any, frame: dict[str, Any]) -> None:
        self.frames.append(frame)
        versions = {"student.1": self.version, "caseload.1": self.list_version}
        if "watch" in frame:
            socket.send(json.dumps({"changed": {topic: versions[topic] for topic in frame["watch"]}}))
        if "here" in frame:
            people = [
                {"id": "kofi", "name": "Kofi Osei", "colour": 3, "away": False},
                {"id": "jin", "name": "Jin Park", "colour": 1, "away": True},
            ]
            socket.send(json.dumps({"present": {frame["here"]: people}}))

    def tell(self, **frame: Any) -> None:
        self.socket.send(json.dumps(frame))

    def goals_change(self, version: str, *goals: dict[str, str]) -> None:
        self.version, self.goals = version, list(goals)
        self.tell(changed={"student.1": version})

    def wait_until(self, is_so: Callable[[], bool]) -> None:
        until = time.monotonic() + SLOW_PAGE / 1_000
        while not is_so():
            assert time.monotonic() < until, (self.frames, self.fetched)
            self.page.wait_for_timeout(20)

    def ids(self, selector: str) -> list[str]:
        return self.page.eval_on_selector_all(selector, "found => found.map(one => one.id)")


@pytest.fixture
def site(browser: Any) -> Iterator[Site]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(SLOW_PAGE)
    site = Site(page=context.new_page())
    complaints: list[str] = []
    site.page.on("pageerror", lambda error: complaints.append(str(error)))
    site.page.on(
        "console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None
    )
    context.route(f"{SITE}/**", site.answer)
    context.route_web_socket("**/ws/live/**", site.connect)
    site.page.goto(SITE)
    site.page.wait_for_selector("[data-live-pill][data-state=live]")
    yield site
    context.close()
    assert complaints == []


GOAL = {"id": "1", "text": "Reads", "by": "kofi"}
NEW = {"id": "2", "text": "Writes three sentences", "by": "kofi"}


def test_page_watches_its_topics_and_says_where_it_is(site):
    site.page.wait_for_function("document.querySelectorAll('[data-present] .av').length === 2")
    assert {"watch": ["student.1", "caseload.1"]} in site.frames
    assert {"here": "student.1"} in site.frames
    assert site.page.get_attribute("[data-present]", "aria-label") == "Also here: Kofi Osei, Jin Park (away)"
    assert site.fetched == []


def test_change_arrives_in_place_without_touching_what_a_person_does(site):
    site.page.fill("#typed", "half typed")
    site.page.click("#more-1")
    site.page.fill("#inside", "mine")
    site.page.evaluate("document.getElementById('inside').setSelectionRange(1, 2)")
    site.goals_change("2", GOAL, NEW)
    site.page.wait_for_selector("#goal-2")
    assert site.page.input_value("#typed") == "half typed"
    assert site.page.input_value("#inside") == "mine"
    assert site.page.evaluate("document.activeElement.id") == "inside"
    assert site.page.evaluate("document.activeElement.selectionStart") == 1
    assert site.page.evaluate("document.querySelector('#goal-1 details').open")
    assert site.ids(".is-updated") == ["goal-2"]
    assert site.page.get_attribute("#goals", "data-live-version") == "2"
    assert site.fetched == ["GET /part/"]


def test_own_edit_is_not_marked(site):
    site.goals_change("2", GOAL, {**NEW, "by": "me"})
    site.page.wait_for_selector("#goal-2")
    assert site.ids(".is-updated") == []


def test_many_changes_share_requests(site):
    for number in range(2, 30):
        site.goals_change(str(number), GOAL, {**NEW, "text": f"Take {number}"})
    site.page.wait_for_selector("#goals[data-live-version='29']")
    assert len(site.fetched) <= 3


WATCH_WAITS = """
() => {
  Math.random = () => 1;
  const [ask, wait] = [window.fetch, window.setTimeout];
  window.waits = [];
  window.fetch = async (...asked) => {
    const began = performance.now();
    const response = await ask(...asked);
    window.took = performance.now() - began;
    return response;
  };
  window.setTimeout = (work, time, ...more) => {
    window.waits.push(time);
    return wait(work, time, ...more);
  };
}
"""


@pytest.mark.parametrize("seconds", [0, 0.5])
def test_page_waits_at_most_a_quarter_as_long_as_the_last_answer_took(site, seconds):
    site.page.evaluate(WATCH_WAITS)
    site.part_seconds = seconds
    site.goals_change("2", NEW)
    site.page.wait_for_selector("#goal-2")
    took = site.page.evaluate("() => { window.waits.length = 0; return window.took; }")
    site.goals_change("3", GOAL)
    site.page.wait_for_selector("#goal-1")

    wait = min(100, took / 4)
    assert any(abs(waited - wait) < 5 for waited in site.page.evaluate("window.waits")), took
    assert seconds == 0 or wait == 100


def test_list_keeps_rows_where_they_are_until_asked(site):
    site.list_version, site.rows = "2", ["cy", "ann", "dee"]
    site.tell(changed={"caseload.1": "2"})
    site.page.wait_for_selector("#list-pending")
    assert site.ids("#list tbody tr") == ["row-ann", "row-ben", "row-cy"]
    assert site.page.inner_text("#row-ben") == "No longer on this list"
    assert site.page.inner_text("#row-ann td") == "2"
    assert "1 new row" in site.page.inner_text("#list-pending")
    site.page.click("#list-pending button")
    site.page.wait_for_selector("#row-dee")
    assert site.ids("#list tbody tr") == ["row-cy", "row-ann", "row-dee"]
    assert site.page.query_selector("#list-pending") is None


def test_row_cursor_survives_a_refresh_and_keys_can_be_switched_off(site):
    site.page.keyboard.press("j")
    site.page.keyboard.press("j")
    site.list_version = "2"
    site.tell(changed={"caseload.1": "2"})
    site.page.wait_for_selector("#list[data-live-version='2']")
    assert site.ids(".is-cursor") == ["row-ben"]
    site.page.evaluate("document.body.dataset.keys = 'off'")
    site.page.keyboard.press("j")
    assert site.ids(".is-cursor") == ["row-ben"]


def test_region_that_is_no_longer_open_shows_nothing_of_it(site):
    site.part_status = 404
    site.tell(changed={"student.1": "2"})
    site.page.wait_for_selector("#goals.is-gone")
    assert site.page.inner_text("#goals") == "No longer available to you"
    site.wait_until(lambda: site.frames[-1] == {"unwatch": ["student.1"]})


def test_refused_topic_makes_the_page_ask(site):
    site.part_status = 404
    site.tell(refused=["student.1"])
    site.page.wait_for_selector("#goals.is-gone")


def test_lost_connection_is_said_and_what_was_missed_is_caught_up(site):
    site.takes_sockets = False
    site.socket.close(code=1011)
    site.page.wait_for_selector("#connection:visible")
    assert "Connection lost" in site.page.inner_text("#connection")
    assert site.page.inner_text("[data-live-pill]") == "Not live"
    site.takes_sockets, site.version, site.goals = True, "7", [GOAL, NEW]
    site.page.click("#connection button")
    site.page.wait_for_selector("#goal-2")
    assert "Back online" in site.page.inner_text("#connection")
    site.page.wait_for_selector("#connection", state="hidden")


def test_hidden_tab_waits_and_catches_up(site):
    site.page.evaluate("Object.defineProperty(document, 'hidden', {get: () => true, configurable: true})")
    site.goals_change("2", GOAL, NEW)
    site.page.wait_for_timeout(400)
    assert site.fetched == []
    site.page.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    site.page.wait_for_selector("#goal-2")


def test_failed_refetch_is_tried_again(site):
    site.part_status = 503
    site.goals_change("2", GOAL, NEW)
    site.wait_until(lambda: "GET /part/" in site.fetched)
    site.part_status = 200
    site.page.wait_for_selector("#goal-2")


def test_signed_out_leads_to_sign_in_and_keeps_what_was_typed(site):
    site.page.fill("#typed", "half a sentence")
    site.socket.close(code=4401)
    site.page.wait_for_url("**/accounts/login/?next=%2F&ended=1")
    site.page.goto(SITE)
    assert site.page.input_value("#typed") == "half a sentence"
    site.page.click("text=Discard it")
    site.page.reload()
    assert site.page.input_value("#typed") == ""


def test_who_signs_out_is_not_led_away_because_the_socket_ends_first(site):
    site.page.evaluate("""() => new Promise((done) => {
        window.addEventListener("submit", (event) => (event.preventDefault(), done())); // an answer that takes long
        document.querySelector("form[data-sign-out]").requestSubmit();
    })""")

    site.socket.close(code=4401)

    site.page.wait_for_timeout(400)
    assert urlsplit(site.page.url).path == "/"


def test_sent_form_is_not_offered_again(site):
    site.page.fill("#typed", "done")
    site.page.press("#typed", "Enter")
    site.page.wait_for_load_state()
    site.page.wait_for_selector("[data-live-pill][data-state=live]")
    assert site.page.input_value("#typed") == ""


def test_theme_changes_at_once_and_is_told_to_the_account(site):
    site.page.click("[data-theme-toggle]")
    assert site.page.get_attribute("html", "data-theme") == "night"
    site.wait_until(lambda: site.fetched == ["POST /preferences/"])
