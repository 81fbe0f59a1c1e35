"""The main job without a mouse. One sees where the focus stands, and nothing lies over it (WCAG 2.4.7, 2.4.11)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from casefile.demo.people import PASSWORD
from core.tenant import organization
from progress.mutations import record_progress_point
from tests.factories.students import TeamMemberFactory
from tests.progress.conftest import make_goal, make_iep

pytestmark = pytest.mark.browser

MOST_STEPS = 90
# What is wrong with the place of the focus; nothing when it is seen.
FOCUS = """
() => {
  const one = document.activeElement;
  if (!one || one === document.body) return "";
  const name = one.outerHTML.slice(0, 100);
  const ring = (part) => {
    const look = getComputedStyle(part);
    return (look.outlineStyle !== "none" && parseFloat(look.outlineWidth) > 0) || look.boxShadow !== "none";
  };
  if (!ring(one) && !ring(one.parentElement) && !ring(one.closest("form, label, div"))) return `no ring: ${name}`;
  const box = one.getBoundingClientRect();
  const steps = [0.1, 0.5, 0.9];
  const seen = steps.some((x) => steps.some((y) => {
    const top = document.elementFromPoint(box.left + box.width * x, box.top + box.height * y);
    return top && (one.contains(top) || top.contains(one) || top.closest("label")?.control === one);
  }));
  return seen ? "" : `hidden: ${name}`;
}
"""


class Keys:
    """A page and a keyboard."""

    def __init__(self, page):
        self.page = page

    def press(self, *names):
        for name in names:
            self.page.keyboard.press(name)

    def write(self, words):
        self.page.keyboard.type(words)

    def is_on(self, selector):
        return self.page.evaluate("(wanted) => Boolean(document.activeElement?.matches(wanted))", selector)

    def walk_to(self, selector, key="Tab"):
        """Step until the focus is there, and look at every place on the way."""
        for _ in range(MOST_STEPS):
            if self.is_on(selector):
                return
            self.press(key)
            assert self.page.evaluate(FOCUS) == ""
        pytest.fail(f"{selector} is not reached")


@pytest.fixture
def goal(committed_cast):
    """A goal in force of the cast's student, with one score, and a second student of casey's."""
    cast, today = committed_cast, committed_cast.casey.actor.today
    with organization(cast.district.id):
        TeamMemberFactory(student=cast.other_student, person=cast.casey.person, part="special_education")
        iep = make_iep(cast.student)
        goal = make_goal(iep, baseline_on=today - timedelta(days=60), target_on=today + timedelta(days=200))
        record_progress_point(
            actor=cast.casey.actor,
            goal_id=goal.id,
            measured_on=today - timedelta(days=7),
            value=Decimal(50),
            today=today,
        )
    return goal


def test_from_signing_in_to_a_score_taken_back(demo, new_page):
    page = new_page(None, "/")
    keys = Keys(page)
    keys.walk_to("input[name=login]")
    keys.write("dana.whitfield@larkspur.example")
    keys.walk_to("input[name=password]")
    keys.write(PASSWORD)
    keys.press("Enter")
    page.wait_for_url("**/d/larkspur/")

    keys.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    keys.write("mateo")
    expect(page.locator("#palette-list [role=option]").first).to_contain_text("Mateo Rivera Luna")
    keys.press("Enter")
    page.wait_for_url("**/students/*-*/")

    keys.walk_to("#head-record")
    keys.press("Enter")
    page.wait_for_url("**/goals/#record-title")
    expect(page.locator("#record-title")).to_be_focused()
    keys.walk_to("#id_value")
    keys.write("66")
    keys.press("Enter")
    toast = page.locator("#toasts [data-toast]").last
    expect(toast).to_be_visible()
    page.wait_for_load_state()  # a page is drawn before its script listens to keys

    keys.press("F6")
    expect(toast).to_be_focused()
    keys.press("Tab")
    assert page.evaluate("document.activeElement.textContent.trim()") == "Undo"
    keys.press("Enter")
    expect(page.locator("#toasts [data-toast]").last).to_contain_text("back")


def test_students_are_chosen_and_tagged_by_keys(committed_cast, goal, new_page):
    page = new_page(committed_cast.casey.person, committed_cast.casey.url("/caseload/?sort=name"))
    keys = Keys(page)
    keys.press("j", "x", "j", "x")
    expect(page.locator("[data-bulk-count]")).to_have_text("2 selected")
    keys.press("k")
    expect(page.locator("#students tbody tr").first).to_contain_class("is-cursor is-selected")

    keys.walk_to("#bulk button[value=add_tag]", "Shift+Tab")
    keys.press("Enter")
    page.wait_for_url("**/caseload/bulk/")
    keys.walk_to("#bulk-form input:not([type=hidden])")
    keys.write("Reading group")
    keys.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_text("Reading group").first).to_be_visible()


def test_a_row_is_opened_by_enter(committed_cast, goal, new_page):
    page = new_page(committed_cast.casey.person, committed_cast.casey.url("/caseload/?sort=name"))

    Keys(page).press("j", "Enter")

    page.wait_for_url("**/students/*-*/")


def test_a_refused_form_leads_to_what_is_wrong(committed_cast, goal, new_page):
    cast = committed_cast
    page = new_page(cast.casey.person, cast.casey.url(f"/students/{cast.student.id}/edit/"))
    keys = Keys(page)
    keys.walk_to("#id_family_name")
    keys.press("Control+a", "Delete", "Enter")

    summary = page.locator("[data-error-summary]")
    expect(summary).to_be_focused()
    assert page.evaluate(FOCUS) == ""
    assert page.title().startswith("Error:")
    keys.press("Tab", "Enter")
    expect(page.locator("#id_family_name")).to_be_focused()
    assert page.evaluate(FOCUS) == ""
    expect(page.locator("#id_family_name")).to_have_attribute("aria-invalid", "true")


def test_menus_and_dialogs_close_and_give_the_focus_back(committed_cast, goal, new_page):
    cast = committed_cast
    page = new_page(cast.casey.person, cast.casey.url(f"/students/{cast.student.id}/"))
    keys = Keys(page)
    keys.walk_to("#head-menu-open")
    keys.press("Enter")
    expect(page.locator("#head-menu")).to_have_attribute("open", "")
    keys.press("Tab")
    assert keys.is_on("#head-menu a")
    keys.press("Escape")
    expect(page.locator("#head-menu")).not_to_have_attribute("open", "")
    expect(page.locator("#head-menu-open")).to_be_focused()

    keys.press("Control+k")
    expect(page.locator("#palette-q")).to_be_focused()
    keys.press("Escape")
    expect(page.locator("#head-menu-open")).to_be_focused()
    keys.press("?")
    expect(page.locator("#keys")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    expect(page.locator("#head-menu-open")).to_be_focused()


def test_the_first_stop_skips_to_the_page_and_tabs_are_links(committed_cast, goal, new_page):
    cast = committed_cast
    page = new_page(cast.casey.person, cast.casey.url(f"/students/{cast.student.id}/"))
    keys = Keys(page)
    keys.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main"
    assert page.evaluate(FOCUS) == ""
    keys.press("Enter")
    expect(page.locator("#main")).to_be_focused()

    keys.walk_to(".tabs-u a[href$='/team/']")
    keys.press("Enter")
    page.wait_for_url("**/team/")
    expect(page.locator(".tabs-u [aria-current=page]")).to_have_text("Team")


@pytest.mark.parametrize("size", [(1280, 720), (390, 844)], ids=["laptop", "phone"])
def test_the_focus_is_seen_at_every_stop(committed_cast, goal, new_page, size):
    cast = committed_cast
    page = new_page(cast.casey.person)
    page.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    keys = Keys(page)
    hidden = {}
    for path in ("/", "/caseload/", f"/students/{cast.student.id}/goals/", "/preferences/"):
        page.goto(cast.casey.url(path))
        for _ in range(MOST_STEPS):
            keys.press("Tab")
            if wrong := page.evaluate(FOCUS):
                hidden[path] = wrong
            if page.evaluate("document.activeElement === document.body"):
                break

    assert hidden == {}
