"""Two people at one IEP: what one writes appears with the other, and nobody loses what is half typed."""

import pytest

from core.tenant import organization
from ieps.mutations import add_goal
from tests.factories.ieps import IepFactory
from tests.ieps.conftest import GOAL


@pytest.fixture
def drafted(committed_cast):
    with organization(committed_cast.district.id):
        return committed_cast, IepFactory(student=committed_cast.student, number=1)


def test_new_goal_appears_with_a_colleague_and_typing_goes_on(drafted, new_page):
    cast, iep = drafted
    colleague = new_page(cast.vic.person, cast.vic.url(f"/ieps/{iep.id}/"))
    writer = new_page(cast.casey.person, cast.casey.url(f"/ieps/{iep.id}/edit/family/"))
    for page in (colleague, writer):
        page.wait_for_selector("[data-live-pill]:not([hidden])")
    field = writer.get_by_label("Strengths")
    field.fill("Half a sen")
    field.focus()

    with organization(cast.district.id):
        goal = add_goal(actor=cast.ada.actor, iep_id=iep.id, values=GOAL, today=cast.ada.actor.today)

    colleague.wait_for_selector(f"#goal-{goal.id}", timeout=30_000)
    writer.wait_for_selector("#check-goals", state="detached", timeout=30_000)
    assert field.input_value() == "Half a sen"
    assert field.evaluate("node => node === document.activeElement")
    field.press_sequentially("tence.")
    writer.get_by_role("button", name="Save", exact=True).click()
    colleague.wait_for_selector("text=Half a sentence.", timeout=30_000)


def test_taken_out_goal_comes_back_by_undo(drafted, new_page):
    cast, iep = drafted
    with organization(cast.district.id):
        goal = add_goal(actor=cast.casey.actor, iep_id=iep.id, values=GOAL, today=cast.casey.actor.today)
    page = new_page(cast.casey.person, cast.casey.url(f"/ieps/goal/{goal.id}/"))

    page.get_by_role("button", name="Take it out of the draft").click()
    page.wait_for_url(f"**/ieps/{iep.id}/**")
    assert page.locator(f"#goal-{goal.id}").count() == 0
    page.get_by_role("button", name="Undo", exact=True).click()

    page.wait_for_selector(f"#goal-{goal.id}")
