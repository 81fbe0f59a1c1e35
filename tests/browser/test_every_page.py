"""Every page that links lead to, for each kind of person, and every page outside districts.

A page is looked at where it holds an element in a place of which nobody has seen one on a page of its address; one
that is served without such an element is not even opened, unless somebody's walk begins there.
On each: no barrier found by axe, neither light on a laptop nor dark on a phone; nothing in the console, nothing
reported under the policy; no sideways scrolling; one `h1`, a title; an id on whatever takes focus in a live region.
A page that no link leads to is named in OFF_THE_PATH with the reason and looked at as well; another one fails.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Callable, Iterable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import Resolver404, resolve

from core.ids import uuid7
from tests.browser.conftest import AXE
from tests.clients import Visitor
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
    "/d/larkspur/ieps/<uuid:iep_id>/paper/": ("casey", "offered while an IEP waits for signatures"),
    "/d/larkspur/ieps/<uuid:iep_id>/sign/": ("casey", "offered while an IEP waits for signatures"),
    "/d/larkspur/ieps/signatures/<uuid:signature_id>/take-back/": (
        "casey",
        "offered beside a signature of one's own while the IEP waits for others",
    ),
    "/d/larkspur/students/<uuid:student_id>/reports/<uuid:report_id>/preview/": (
        "casey",
        "offered once every goal of a report has its words",
    ),
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
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
FILES = re.compile(r"\.(csv|pdf|html|json|zip)$|/logout/|/export/|/schema/|/photo/")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LAPTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
SHAPE = """
() => {
  const places = new Set(), order = [];
  const see = (one, above) => {
    const place = `${above} ${one.tagName}.${one.getAttribute("class")}.${one.getAttribute("role")}.${one.type ?? ""}`;
    places.add(place);
    order.push(place);
    for (const inside of one.children) see(inside, place);
  };
  see(document.querySelector("main") ?? document.body, document.body.className);
  return {order: order.join("\\n"), places: [...places]};
}
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


def followed(links: list[str]) -> list[str]:
    """Where a walk goes on: all but files."""
    return [link.partition("#")[0] for link in links if not FILES.search(link.partition("?")[0])]


def short(text: str) -> str:
    """A name for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


class Served(HTMLParser):
    """A page as it is served: the places of its elements, and where its links lead."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.body = ""
        self.open: list[tuple[str, str]] = []
        self.places: set[str] = set()
        self.links: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        known = dict(attributes)
        if tag == "body":
            self.body = known.get("class") or ""
        if tag == "a" and (known.get("href") or "").startswith("/"):
            self.links.append(str(known["href"]))
        if not (self.open or tag == "main"):
            return
        above = self.open[-1][1] if self.open else self.body
        place = f"{above} {tag}.{known.get('class')}.{known.get('role')}.{known.get('type')}"
        self.places.add(short(place))
        if tag not in VOID:
            self.open.append((tag, place))

    def handle_endtag(self, tag: str) -> None:
        if tag in {name for name, _ in self.open}:
            while self.open.pop()[0] != tag:
                pass


class Notes:
    """What the walks of a run tell each other, whichever worker each is in: one file for each thing."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)

    def is_new(self, kind: str, shape: dict[str, Any]) -> bool:
        """Whether nobody has looked at a page of this kind with an element in such a place, nor at one built just so.

        Who asks first, looks.
        """
        try:
            (self.folder / short(kind.split("/")[1] + shape["order"])).touch(exist_ok=False)
        except FileExistsError:
            return False
        places = {short(place) for place in shape["places"]}
        seen = self.known(kind)
        self.add(kind, places)
        return not places <= seen

    def known(self, kind: str) -> set[str]:
        """The places that somebody has seen on pages of a kind."""
        return {place for one in self.folder.glob(f"{short(kind)}.*") for place in one.read_text().split()}

    def add(self, kind: str, places: set[str]) -> None:
        """Tell the others of places."""
        draft = self.folder / f"draft.{uuid7()}"
        draft.write_text("\n".join(places))
        draft.rename(self.folder / f"{short(kind)}.{uuid7()}")

    def reached(self, who: str, patterns: Iterable[str]) -> set[str] | None:
        """Note where somebody came to. Everything that anybody reached, once all have walked."""
        draft = self.folder / f"{who}.draft"
        draft.write_text("\n".join(patterns))
        draft.rename(self.folder / f"{who}.reached")
        found = list(self.folder.glob("*.reached"))
        if len(found) < len(STARTS):
            return None
        return {pattern for one in found for pattern in one.read_text().splitlines()}


@pytest.fixture(scope="session")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Notes:
    """The notes of this run, in a folder that all its workers have."""
    own = tmp_path_factory.getbasetemp()
    return Notes((own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "every-page")


class Walk:
    """A browser that looks at one page of each kind, and what it found."""

    def __init__(self, page: Any, notes: Notes, visitor: Visitor | None = None) -> None:
        self.page = page
        self.notes = notes
        self.visitor = visitor
        self.wrong: dict[str, list[str]] = {}
        self.seen: dict[str, str] = {}
        self.said: list[str] = []
        page.add_init_script(REPORTS)
        page.add_init_script(AXE.read_text())
        page.emulate_media(reduced_motion="reduce")
        page.on(
            "console", lambda message: self.said.append(message.text) if message.type == "error" else None
        )
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def follow(self, starts: Iterable[str]) -> None:
        """Every page that links lead to, one of each address."""
        first = waiting = list(starts)
        while waiting:
            path, *waiting = waiting
            pattern = pattern_of(path.partition("?")[0])
            if pattern is None:
                self.wrong.setdefault(path, []).append("a link that leads nowhere")
            elif pattern not in self.seen:
                self.seen[pattern] = path
                links = None if path in first else self.links_of_known(pattern, path)
                waiting += self.look(path) if links is None else links

    def links_of_known(self, pattern: str, path: str) -> list[str] | None:
        """Where the links of a page lead that holds no element in a place which nobody has seen; else nothing."""
        if self.visitor is None:
            return None
        answer = self.visitor.ask("get", path)
        if answer.status_code != 200 or "text/html" not in answer.headers.get("content-type", ""):
            return None
        served = Served(answer.content.decode())
        is_known = bool(served.places) and served.places <= self.notes.known(f"served {pattern}")
        self.notes.add(f"served {pattern}", served.places)
        return followed(served.links) if is_known else None

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
        return followed(links)

    def barriers(self) -> list[str]:
        """Light and wide, then dark and narrow, unless all that is in the page was looked at in such a page."""
        path = urlsplit(self.page.url).path
        if not self.notes.is_new(pattern_of(path) or path, self.page.evaluate(SHAPE)):
            return []
        wrong = []
        for theme, size in (("day", LAPTOP), ("night", PHONE)):
            if size == PHONE:  # as tall as the page, so that the bar at its foot lies over nothing
                self.page.set_viewport_size(PHONE)
                tall = self.page.evaluate("document.documentElement.scrollHeight")
                self.page.set_viewport_size(PHONE | {"height": max(tall, PHONE["height"])})
            wrong += self.page.evaluate(LOOK, {"rules": RULES, "theme": theme})
        return wrong


@pytest.fixture
def world(committed_cast: Any) -> Any:
    """The cast with a row of every kind."""
    furnish(committed_cast.student, committed_cast.casey, "Hereabouts")
    return committed_cast


@pytest.mark.parametrize("who", STARTS)
def test_every_page_is_whole_for_everybody_whom_links_lead_there(world, new_page, notes, who):
    """What another walk of this run looked at is not looked at again; the last walk looks for gaps."""
    ids = ids_of(world.district.id)
    player = getattr(world, who)
    walk = Walk(new_page(player.person), notes, player.visitor)
    walk.follow(STARTS[who])
    walk.follow(matrix.filled(name, ids) for name, (named, _) in OFF_THE_PATH.items() if named == who)
    reached = notes.reached(who, walk.seen)

    assert not walk.wrong, "\n".join(f"{path}: {found[:6]}" for path, found in walk.wrong.items())
    if reached is not None:
        left_out = {
            (name, pattern)
            for name in STARTS
            for pattern in not_looked_at(getattr(world, name).visitor, reached, ids)
        }
        assert sorted(left_out) == [], "no link leads there: name it in OFF_THE_PATH"


def not_looked_at(visitor: Visitor, reached: set[str], ids: dict[str, Any]) -> set[str]:
    """Addresses that answer somebody with a page, and that nobody came to."""
    known = reached | OUTSIDE
    found = set()
    for entry in matrix.entries():
        if entry.pattern in known or entry.is_api:
            continue
        answer = visitor.ask("get", matrix.filled(entry.pattern, ids))
        is_page = "text/html" in answer.headers.get("content-type", "")
        is_file = "attachment" in answer.headers.get("content-disposition", "")
        if answer.status_code == 200 and is_page and not is_file:
            found.add(entry.pattern)
    return found


def test_pages_outside_districts_are_whole_for_nobody(world, new_page, tmp_path):
    walk = Walk(new_page(), Notes(tmp_path / "notes"))
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


def test_pages_of_errors_are_whole_inside_and_outside(world, new_page, tmp_path):
    page = new_page(world.paula.person)
    walk = Walk(page, Notes(tmp_path / "notes"))
    walk.look("/d/larkspur/people/", expected=403)
    walk.look("/d/larkspur/nothing-here/", expected=404)
    for name in ("400", "403", "404", "500", "csrf"):
        body = render_to_string(f"errors/{name}.html", {"request": RequestFactory().get("/")})
        page.route(f"**/drawn/{name}", drawn(body))
        walk.look(f"/drawn/{name}")

    assert walk.wrong == {}
