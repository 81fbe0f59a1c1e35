"""Every page that links lead to, each kind of page once for each kind of person, and every page outside districts.

On each: no barrier found by axe, neither light on a laptop nor dark on a phone; nothing in the console, nothing
reported under the policy; no sideways scrolling; one `h1`, a title; an id on whatever takes focus in a live region.
A page that no link leads to is named in OFF_THE_PATH with the reason and looked at as well; another one fails.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import Resolver404, resolve

from tests.browser.conftest import AXE
from tests.reliability import matrix
from tests.routes import furnish, ids_of

pytestmark = pytest.mark.browser

HOME = "/d/larkspur/"
STARTS = {
    "casey": (HOME, "/accounts/security/", "/styleguide/"),
    "ada": (HOME, "/api/v1/docs/"),
    "gina": (HOME,),
    "paula": (HOME,),
    "fin": (HOME,),
    "mina": (HOME,),
}
NOBODY = (
    "/accounts/login/", "/accounts/signup/", "/accounts/password/reset/", "/accounts/password/reset/done/",
    "/accounts/password/reset/key/abc-def/", "/accounts/password/reset/key/done/", "/accounts/confirm-email/",
    "/accounts/confirm-email/abc/", "/accounts/inactive/", "/accounts/signup/", "/mailbox/",
)  # fmt: skip
# Pages that no link of the furnished district leads to: who looks at them all the same, and why no link leads there.
OFF_THE_PATH = {
    "/accounts/2fa/reauthenticate/": ("ada", "asked for on the way to something else"),
    "/accounts/reauthenticate/": ("casey", "asked for on the way to something else"),
    "/accounts/2fa/recovery-codes/generate/": ("ada", "offered while codes are left"),
    "/accounts/2fa/webauthn/": ("casey", "offered once there is a passkey"),
    "/accounts/3rdparty/login/cancelled/": ("casey", "a provider leads there"),
    "/accounts/email/": ("casey", "our page of security leads elsewhere"),
    "/accounts/logout/": ("casey", "a form signs out; its address also answers"),
    "/d/larkspur/caseload/views/new/": ("casey", "offered once the list is narrowed"),
    "/d/larkspur/destructions/<uuid:destruction_id>/": ("ada", "offered among what was destroyed"),
    "/d/larkspur/done/<uuid:undo_id>/": ("casey", "an act upon many leads there"),
    "/d/larkspur/ieps/<uuid:iep_id>/activate/": ("casey", "offered once the IEP is approved"),
    "/d/larkspur/ieps/<uuid:iep_id>/amend/": ("casey", "offered while no other IEP is open"),
    "/d/larkspur/ieps/<uuid:iep_id>/verify/": ("casey", "offered once somebody signed this version"),
    "/d/larkspur/imports/<uuid:run_id>/cancel/": ("ada", "offered while a roster is read"),
    "/d/larkspur/imports/<uuid:run_id>/repeat/": (
        "ada",
        "offered once a roster was read and may be read again",
    ),
    "/d/larkspur/texts/<uuid:text_id>/": (
        "casey",
        "the editor of the IEP shows the text in its place",
    ),
    "/d/larkspur/texts/<uuid:text_id>/history/": (
        "casey",
        "the editor of the IEP leads there",
    ),
    "/d/larkspur/texts/<uuid:text_id>/restore/<int:version>/": (
        "casey",
        "offered beside a version that is not the newest",
    ),
    "/d/larkspur/students/<uuid:student_id>/destroy/": (
        "ada",
        "offered once the time to keep the record is over",
    ),
    "/d/larkspur/students/<uuid:student_id>/export/": ("ada", "FILES takes it for a file"),
    "/d/larkspur/students/<uuid:student_id>/goals/<uuid:goal_id>/progress/": (
        "casey",
        "where scores are without the student's frame",
    ),
    "/d/larkspur/students/<uuid:student_id>/goals/<uuid:goal_id>/progress/record/": (
        "casey",
        "where a refused score is mended",
    ),
    "/d/larkspur/students/<uuid:student_id>/iep/new/": ("casey", "offered while there is no draft"),
    "/d/larkspur/students/<uuid:student_id>/record/photo/edit/": ("casey", "FILES takes it for a file"),
    "/d/larkspur/students/<uuid:student_id>/record/schools/exit/": (
        "casey",
        "offered to a student who is enrolled, by this district's rule",
    ),
    "/d/larkspur/students/<uuid:student_id>/record/schools/return/": (
        "casey",
        "offered to a student who left",
    ),
    "/d/larkspur/students/<uuid:student_id>/record/schools/transfer/": (
        "casey",
        "offered while no move is planned",
    ),
}
# Pages for nobody who is signed in: `test_pages_outside_districts_are_whole_for_nobody` looks at them.
OUTSIDE = {
    r"/accounts/^confirm-email/(?P<key>[-:\w]+)/$",
    r"/accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
    r"/accounts/confirm-email/",
    r"/accounts/inactive/",
    r"/accounts/password/reset/",
    r"/accounts/password/reset/done/",
    r"/accounts/password/reset/key/done/",
    r"/accounts/login/",
    r"/accounts/signup/",
    r"/mailbox/",
}
FILES = re.compile(r"\.(csv|pdf|html|json|zip)$|/logout/|/export/|/schema/|/photo/")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LAPTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SKELETON = """
() => location.pathname.split("/")[1] + document.body.className + [...document.querySelectorAll("main *")]
  .map((one) => `${one.tagName}.${one.getAttribute("class")}`).join(" ")
"""
REPORTS = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
"""
LOOK = """
async ({rules, theme}) => {
  const root = document.documentElement, wrong = [];
  root.dataset.theme = theme;
  await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)));
  const over = root.scrollWidth - root.clientWidth;
  if (over > 0) wrong.push(`${over} px too wide at ${innerWidth}`);
  const heads = document.querySelectorAll("h1").length;
  if (heads !== 1) wrong.push(`${heads} h1`);
  if (!document.title.trim()) wrong.push("no title");
  const focusable = ":is(a[href], button, input, select, textarea, summary, [tabindex]):not([id])";
  for (const one of document.querySelectorAll(`[data-live] ${focusable}`))
    wrong.push(`no id in a live region: ${one.outerHTML.slice(0, 120)}`);
  const found = await axe.run(document, {runOnly: rules, resultTypes: ["violations"]});
  for (const rule of found.violations)
    for (const node of rule.nodes) wrong.push(`${rule.id} (${theme}): ${node.html.slice(0, 200)}`);
  return wrong;
}
"""


def pattern_of(path: str) -> str | None:
    """The address as the URL tables write it; nothing for what is not there. A parent's pages are of one kind."""
    inside = re.match(r"/d/[^/]+(/family)?(/.*)", path)
    try:
        if inside:
            return "/d/larkspur/" + resolve(inside[2], "sped.urls_district").route
        return "/" + resolve(path, "sped.urls").route
    except Resolver404:
        return None


class Walk:
    """A browser that looks at one page of each kind, and what it found."""

    def __init__(self, page: Any, looked_at: set[str]) -> None:
        self.page = page
        self.looked_at = looked_at
        self.wrong: dict[str, list[str]] = {}
        self.seen: dict[str, str] = {}
        self.said: list[str] = []
        self.axe = AXE.read_text()
        page.add_init_script(REPORTS)
        page.emulate_media(reduced_motion="reduce")
        page.on(
            "console", lambda message: self.said.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def follow(self, starts: Iterable[str]) -> None:
        """Every page that links lead to, one of each address."""
        waiting = list(starts)
        while waiting:
            path = waiting.pop(0)
            pattern = pattern_of(path.partition("?")[0])
            if pattern is None:
                self.wrong.setdefault(path, []).append("a link that leads nowhere")
            elif pattern not in self.seen:
                self.seen[pattern] = path
                waiting += self.look(path)

    def look(self, path: str, expected: int = 200) -> list[str]:
        """One page. Returns where its links lead."""
        self.said.clear()
        self.page.set_viewport_size(LAPTOP)
        answer = self.page.goto(path)
        wrong = [] if answer.status == expected else [f"answered {answer.status}"]
        if landed := pattern_of(urlsplit(self.page.url).path):
            self.seen.setdefault(landed, path)
        wrong += self.barriers() + [one for one in self.said if not one.startswith("Failed to load resource")]
        if wrong:
            self.wrong[path] = wrong
        links = self.page.eval_on_selector_all(
            "a[href^='/']", "all => all.map((one) => one.getAttribute('href'))"
        )
        return [link.partition("#")[0] for link in links if not FILES.search(link.partition("?")[0])]

    def barriers(self) -> list[str]:
        """Light and wide, then dark and narrow, unless a page built just so was looked at before."""
        skeleton = self.page.evaluate(SKELETON)
        if skeleton in self.looked_at:
            return []
        self.looked_at.add(skeleton)
        self.page.evaluate(self.axe)
        wrong = []
        for theme, size in (("day", LAPTOP), ("night", PHONE)):
            self.page.set_viewport_size(size)
            if size == PHONE:  # as tall as the page, so that the bar at its foot lies over nothing
                tall = self.page.evaluate("document.documentElement.scrollHeight")
                self.page.set_viewport_size(PHONE | {"height": max(tall, PHONE["height"])})
            wrong += self.page.evaluate(LOOK, {"rules": RULES, "theme": theme})
        return wrong


@pytest.fixture
def world(committed_cast: Any) -> Any:
    """The cast with a row of every kind."""
    furnish(committed_cast.student, committed_cast.casey, "Hereabouts")
    return committed_cast


def test_every_page_is_whole_for_everybody_whom_links_lead_there(world, new_page):
    reached: set[str] = set()
    looked_at: set[str] = set()
    wrong: dict[tuple[str, str], list[str]] = {}
    ids = ids_of(world.district.id)
    for who, starts in STARTS.items():
        page = new_page(getattr(world, who).person)
        walk = Walk(page, looked_at)
        walk.follow(starts)
        walk.follow(matrix.filled(name, ids) for name, (player, _) in OFF_THE_PATH.items() if player == who)
        reached |= set(walk.seen)
        wrong |= {(who, path): found for path, found in walk.wrong.items()}
        left_out = not_looked_at(page, reached, ids)

    assert not wrong, "\n".join(f"{who} {path}: {found[:6]}" for (who, path), found in wrong.items())
    assert sorted(left_out) == [], "no link leads there: name it in OFF_THE_PATH"


def not_looked_at(page: Any, reached: set[str], ids: dict[str, Any]) -> set[str]:
    """Addresses that answer with a page, and that nobody came to."""
    known = reached | OUTSIDE
    found = set()
    for entry in matrix.entries():
        if entry.pattern in known or entry.is_api:
            continue
        answer = page.request.get(matrix.filled(entry.pattern, ids), max_redirects=0)
        is_page = "text/html" in answer.headers.get("content-type", "")
        is_file = "attachment" in answer.headers.get("content-disposition", "")
        if answer.status == 200 and is_page and not is_file:
            found.add(entry.pattern)
    return found


def test_pages_outside_districts_are_whole_for_nobody(world, new_page):
    walk = Walk(new_page(), set())
    for path in NOBODY:
        walk.look(path)
    for path in ("/nothing-here/", "/join/", "/join/larkspur/abc/", "/accounts/google/login/callback/"):
        walk.look(path, expected=404)

    assert walk.wrong == {}


def drawn(body: str) -> Callable[[Any], None]:
    """An answer that only a broken server would give."""

    def answer(route: Any) -> None:
        route.fulfill(body=body, content_type="text/html")

    return answer


def test_pages_of_errors_are_whole_inside_and_outside(world, new_page, server):
    page = new_page(world.paula.person)
    walk = Walk(page, set())
    walk.look("/d/larkspur/people/", expected=403)
    walk.look("/d/larkspur/nothing-here/", expected=404)
    for name in ("400", "403", "404", "500", "csrf", "offline"):
        body = render_to_string(f"errors/{name}.html", {"request": RequestFactory().get("/")})
        page.route(f"**/drawn/{name}", drawn(body))
        walk.look(f"/drawn/{name}")

    assert walk.wrong == {}
