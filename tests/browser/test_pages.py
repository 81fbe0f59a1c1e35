"""Every page of the demonstration: no barrier in light or dark, on a laptop, a tablet or a phone, and within budget."""

from __future__ import annotations

import gzip
import os

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

STUDENT = "/students/{mateo}/"
PAGES = {
    "Dana": (
        "/",
        "/caseload/",
        "/caseload/?due=0",
        STUDENT,
        f"{STUDENT}goals/",
        f"{STUDENT}team/",
        f"{STUDENT}timeline/",
        "/students/{micah}/",
        "/students/{micah}/goals/",
    ),
    "Lena": ("/", "/caseload/?sort=name", STUDENT),
    "Ruth": ("/", "/caseload/", STUDENT),
    "Ana": ("/", "/caseload/", STUDENT),
    "Nadia": ("/", "/caseload/", "/nothing-here/"),
    "Carmen": ("/family/", "/family/students/{mateo}/", "/family/students/{mateo}/goals/"),
}
LAPTOP, TABLET, PHONE = (1440, 900), (820, 1180), (390, 844)
LOOKS = {"light": (PHONE, TABLET, LAPTOP), "dark": (LAPTOP,)}
THEMES = {"light": "day", "dark": "night"}
# Axe looks at a page on a phone or on a laptop, by turns, and in `make soak` on both.
LOOKED_AT = ({("light", 1440), ("dark", 1440)}, {("light", 390)})
IS_LONG = bool(os.environ.get("SOAK"))
# Dark is the same document at a width that was looked at: nothing differs but colors.
OF_COLORS = ("color-contrast", "link-in-text-block")
RULES = {"light": None, "dark": OF_COLORS}
MOST_BYTES, MOST_NODES = 20 * 1024, 1_500  # of a page, gzipped, and of its document


@pytest.mark.parametrize("who", PAGES)
def test_pages_have_no_barrier_and_do_not_scroll_sideways(demo, barriers, new_page, who):
    names = {"mateo": demo.student("Rivera Luna"), "micah": demo.student("Okafor")}
    page = new_page(demo.person(who))
    wrong = {}
    for number, path in enumerate(PAGES[who], start=list(PAGES).index(who)):
        looked_at = set.union(*LOOKED_AT) if IS_LONG else LOOKED_AT[number % 2]
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        response = page.goto(demo.url(path.format(**names)))
        assert response.status == (404 if path == "/nothing-here/" else 200), path
        for scheme, sizes in LOOKS.items():
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            expect(page.locator("html")).to_have_attribute("data-theme", THEMES[scheme])
            for width, height in sizes:
                page.set_viewport_size({"width": width, "height": height})
                over = page.evaluate(
                    "document.documentElement.scrollWidth - document.documentElement.clientWidth"
                )
                if over > 0:
                    wrong[path, width] = f"{over} px too wide"
                if (scheme, width) in looked_at and (found := barriers(page, RULES[scheme])):
                    wrong[path, width, scheme] = found

    assert wrong == {}


def test_pages_keep_their_budget(demo, new_page):
    names = {"mateo": demo.student("Rivera Luna"), "micah": demo.student("Okafor")}
    page = new_page(demo.person("Dana"))
    sizes = {}
    for path in PAGES["Dana"]:
        response = page.goto(demo.url(path.format(**names)))
        size, nodes = (
            len(gzip.compress(response.body())),
            page.evaluate("document.querySelectorAll('*').length"),
        )
        if size > MOST_BYTES or nodes > MOST_NODES:
            sizes[path] = (size, nodes)

    assert sizes == {}


def test_pages_speak_to_the_printer(demo, new_page):
    page = new_page(demo.person("Dana"), demo.url(f"/students/{demo.student('Rivera Luna')}/"))

    page.emulate_media(media="print")

    assert page.locator(".rail").is_hidden()
    assert page.locator(".topbar").is_hidden()
    assert page.locator(".print-head").is_visible()
    assert page.get_by_role("heading", name="Who Mateo is").is_visible()


def test_pages_work_without_script(demo, new_page):
    page = new_page(demo.person("Dana"), demo.url("/caseload/"), java_script_enabled=False)

    page.get_by_role("searchbox", name="Find in this list").fill("rivera")
    page.keyboard.press("Enter")
    page.wait_for_url("**search=**")
    page.get_by_role("link", name="Mateo Rivera Luna").click()
    page.get_by_role("navigation", name="Student record").get_by_role("link", name="Goals & progress").click()

    assert page.get_by_role("heading", name="Goal 1: Reading fluency").is_visible()
