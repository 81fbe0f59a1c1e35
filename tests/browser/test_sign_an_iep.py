"""Approving with a drawn signature; amending, and seeing what changes. With a mouse and with the keyboard alone."""

import pytest

from core.tenant import organization
from documents.models import Signature
from ieps.models import Iep
from ieps.mutations import create_iep, propose_amendment, send_to_review, update_section
from tests.factories.ieps import AccommodationFactory, GoalFactory, IepFactory, ServiceFactory
from tests.ieps.conftest import TODAY, fill

expect = pytest.importorskip("playwright.sync_api").expect
pytestmark = pytest.mark.browser


def in_review(cast):
    with organization(cast.district.id):
        iep = create_iep(actor=cast.casey.actor, student_id=cast.student.id, today=TODAY)
        fill(cast.casey.actor, iep)
        send_to_review(actor=cast.casey.actor, iep_id=iep.id)
    return iep


def test_iep_is_approved_with_a_drawn_signature(committed_cast, new_page):
    cast = committed_cast
    iep = in_review(cast)
    page = new_page(cast.casey.person, cast.casey.url(f"/ieps/{iep.id}/approve/"))

    page.get_by_label("I draw my signature").check()
    pad = page.locator("[data-pad]")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 40 + step * 20, box["y"] + 60 + (step % 3) * 15)
    page.mouse.up()
    expect(page.locator("[data-pad-state]")).to_have_text("A signature is drawn.")
    page.get_by_role("button", name="Approve and sign").click()

    page.wait_for_url(f"**/ieps/{iep.id}/")
    drawn = page.get_by_role("img", name=f"Drawn signature of {cast.casey.person.name}")
    expect(drawn).to_be_visible()
    with organization(cast.district.id):
        row = Signature.objects.get()
        assert (row.method, row.meaning) == ("drawn", "approves")
        assert len(row.strokes[0]) > 5
        assert Iep.objects.get(id=iep.id).status == "approved"


def test_signature_is_typed_with_the_keyboard_alone(committed_cast, new_page):
    cast = committed_cast
    iep = in_review(cast)
    page = new_page(cast.casey.person, cast.casey.url(f"/ieps/{iep.id}/approve/"))

    expect(page.locator("[data-pad]")).to_be_hidden()
    page.get_by_label("Your full name").focus()
    page.keyboard.type("Somebody Else")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Casey Cast")
    page.get_by_label("Your full name").fill(cast.casey.person.name)
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/ieps/{iep.id}/")
    expect(page.locator("#iep-checks")).to_contain_text("Approves it for the school")


def test_amendment_shows_what_it_changes(committed_cast, new_page):
    cast = committed_cast
    with organization(cast.district.id):
        active = IepFactory(student=cast.student, number=1, active=True)
        GoalFactory(iep=active, number=1)
        ServiceFactory(iep=active)
        AccommodationFactory(iep=active)
    page = new_page(cast.casey.person, cast.casey.url(f"/ieps/{active.id}/"))

    page.locator("#act-amend").click()
    page.get_by_label("What is to change, and why").fill("The target is reached.")
    page.get_by_role("button", name="Open the amendment").click()
    page.locator("#to-differences").wait_for()
    with organization(cast.district.id):
        iep = Iep.objects.get(kind="amendment")
        update_section(
            actor=cast.casey.actor,
            iep_id=iep.id,
            section="levels",
            values={"impact": "Long passages in history take most of the lesson."},
            today=TODAY,
        )
    page.locator("#to-differences").click()

    expect(page.locator("#changed-impact ins")).to_contain_text("history")
    expect(page.locator("#changed-impact del")).to_contain_text("science")
    expect(page.locator("#changed-impact .sr-only").first).to_have_text("[removed: ")


def test_second_proposal_says_which_iep_is_open(committed_cast, new_page):
    cast = committed_cast
    with organization(cast.district.id):
        active = IepFactory(student=cast.student, number=1, active=True)
        propose_amendment(actor=cast.casey.actor, iep_id=active.id, reason="First", today=TODAY)
    page = new_page(cast.casey.person, cast.casey.url(f"/ieps/{active.id}/amend/"))

    page.get_by_label("What is to change, and why").fill("Second")
    page.get_by_role("button", name="Open the amendment").click()

    expect(page.get_by_role("alert")).to_contain_text("There is an open IEP for this student already.")
    expect(page.get_by_label("What is to change, and why")).to_have_value("Second")
