"""An administrator imports a roster in a real browser and watches it come in."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.integrations.rosters import ENROLLMENTS, USERS_1_1, small_1_1, table, zipped

pytestmark = pytest.mark.browser


def choose(page, content, name="roster.zip"):
    page.set_input_files(
        "input[type=file]", {"name": name, "mimeType": "application/zip", "buffer": zipped(content)}
    )
    page.get_by_role("button", name="Import").click()


def test_roster_is_watched_until_it_is_done_without_a_reload(committed_cast, new_page):
    ada = committed_cast.ada
    users = [f"K{n},,,S1,student,,Kit,Marrow{n},,P9,4," for n in range(6_000)]
    page = new_page(ada.person, ada.url("/imports/"))
    choose(page, small_1_1(users=table(USERS_1_1, *users, "K1,short"), enrollments=table(ENROLLMENTS)))
    page.wait_for_url("**/imports/*-*/")
    page.evaluate("window.sameDocument = true")

    expect(page.locator("#run")).to_contain_text("Done", timeout=60_000)

    assert page.evaluate("window.sameDocument")
    expect(page.locator("#run")).to_contain_text(
        "6002 rows created, 0 updated, 0 unchanged, 0 marked as left, 1 refused."
    )
    expect(page.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "100")
    page.get_by_label("Severity").select_option("refusal")
    expect(page.locator("#report")).to_contain_text("This line has 2 columns; the header has 12.")
    page.get_by_role("link", name="Rows").click()
    expect(page.locator("#report")).to_contain_text("Alder Grove School")

    page.get_by_role("link", name="Run again").click()
    page.get_by_role("button", name="Run again").click()
    expect(page.locator("#run")).to_contain_text(
        "Nothing changed: 6002 rows unchanged, 1 refused.", timeout=60_000
    )


def test_wrong_file_is_named_in_the_summary_and_beside_the_field(committed_cast, new_page):
    ada = committed_cast.ada
    page = new_page(ada.person, ada.url("/imports/"))

    choose(page, {"readme.txt": "x"})

    expect(page.locator("[data-error-summary]")).to_be_focused()
    expect(page.locator("[data-error-summary]")).to_contain_text("There is no OneRoster file in this zip")
    page.get_by_role("button", name="Import").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("Choose a file.")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_have_no_barrier(committed_cast, new_page, settings, scheme):
    ada = committed_cast.ada
    axe = (Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js").read_text()
    page = new_page(ada.person, ada.url("/imports/"), color_scheme=scheme)
    choose(page, small_1_1(users=table(USERS_1_1, "K1,,,S9,student,,Kit,Marrow,,,4,", "K2,short")))
    page.wait_for_url("**/imports/*-*/")
    expect(page.locator("#run")).to_contain_text("Done", timeout=60_000)
    here = page.url

    for address in (here, f"{here}?show=rows", f"{here}cancel/", f"{here}repeat/", ada.url("/imports/")):
        page.goto(address)
        page.evaluate(axe)
        found = page.evaluate("axe.run()")["violations"]
        assert [(rule["id"], [node["html"] for node in rule["nodes"]]) for rule in found] == []
    choose(page, {"readme.txt": "x"})
    page.evaluate(axe)
    assert page.evaluate("axe.run()")["violations"] == []
