"""A colleague's score arrives on the open page of a goal, and nothing that was begun there is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.tenant import organization
from tests.progress.conftest import ask, make_goal, make_iep, record


@pytest.fixture
def goal(committed_cast):
    cast = committed_cast
    today = cast.casey.actor.today
    with organization(cast.district.id):
        goal = make_goal(
            make_iep(cast.student),
            baseline_on=today - timedelta(days=60),
            target_on=today + timedelta(days=200),
        )
        record(cast.casey.actor, goal, 50, today - timedelta(days=7), today=today)
        ask(cast.paula.person, goal)
    return goal


def test_a_colleagues_score_arrives_and_a_half_typed_score_stays(committed_cast, goal, new_page):
    cast, path = committed_cast, f"/students/{goal.student_id}/goals/{goal.id}/progress/"
    page = new_page(cast.casey.person, cast.casey.url(path))
    page.locator("#id_value").fill("5")
    page.locator("#id_note").fill("Half a th")
    page.locator("html[data-live-state=live], [data-live-pill]:not([hidden])").first.wait_for()

    colleague = new_page(cast.paula.person, cast.paula.url(path))
    colleague.locator("#id_value").fill("64")
    colleague.get_by_role("button", name="Add the score").click()
    colleague.get_by_role("region", name="Messages").get_by_text("Saved: 64 words a minute").wait_for()

    page.locator("#goal-scores tbody tr").nth(1).wait_for()
    page.locator("#goal-chart").get_by_text("64 today").first.wait_for()
    assert page.locator("#goal-scores tbody tr").first.inner_text().split()[:2] == ["Today", "64"]
    assert page.locator("#id_value").input_value() == "5"
    assert page.locator("#id_note").input_value() == "Half a th"
    assert page.evaluate("document.activeElement.id") == "id_note"


def test_a_score_is_taken_back_from_the_message(committed_cast, goal, new_page):
    cast, path = committed_cast, f"/students/{goal.student_id}/goals/{goal.id}/progress/"
    page = new_page(cast.paula.person, cast.paula.url(path))
    page.locator("#id_value").fill("640")
    page.get_by_role("button", name="Add the score").click()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("region", name="Messages").get_by_text("The score was taken back.").wait_for()

    assert page.locator("#goal-scores tbody tr").count() == 1
