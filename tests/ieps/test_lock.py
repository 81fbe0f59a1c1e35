"""An IEP that is closed while others have it open: what can be done goes and comes back, and no typed word is lost."""

from html.parser import HTMLParser

import pytest

from core.tenant import organization
from ieps.models import Goal, Iep
from ieps.mutations import add_comment, add_goal, return_to_draft, send_to_review
from tests.factories.ieps import IepFactory
from tests.ieps.conftest import GOAL, TODAY, approve, fill
from tests.live.test_never_stale import VOID, Regions

SLOW = 30_000


class Outside(HTMLParser):
    """Where the links and buttons of a page lead that stand in no live region."""

    def __init__(self, html):
        super().__init__()
        self.addresses, self.inside = [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        known = dict(attributes)
        is_inside = "data-live" in known or bool(self.inside and self.inside[-1])
        if tag not in VOID:
            self.inside.append(is_inside)
        if not is_inside:
            self.addresses += [known[name] for name in ("href", "hx-get", "form") if known.get(name)]

    def handle_endtag(self, tag):
        if tag not in VOID:
            self.inside.pop()


def regions_of(player, path):
    return Regions(player.client().get(player.url(path), headers={"X-Live": "1"}).content.decode()).found


def test_every_way_to_edit_stands_in_a_region_of_the_editor(cast, draft):
    fill(cast.casey.actor, draft)
    whole = cast.casey.client().get(cast.casey.url(f"/ieps/{draft.id}/")).content.decode()

    edits = f"/ieps/{draft.id}/edit/"
    outside = [address for address in Outside(whole).addresses if "/comments/" not in address]

    assert edits in whole and f"/ieps/{draft.id}/goal/add/" in whole and 'form="date-services"' in whole
    assert [address for address in outside if edits in address or "/add/" in address] == []
    assert all("<form" not in region.text for region in Regions(whole).found.values())


def test_open_editor_loses_what_edits_and_gains_it_again(cast, draft):
    fill(cast.casey.actor, draft)
    path = f"/ieps/{draft.id}/"
    parts = [f"tools-{name}" for name in ("dates", "goals", "services", "accommodations", "placement")]
    parts += ["blocks-goals", "blocks-services", "blocks-accommodations"]

    def ways():
        found = regions_of(cast.casey, path)
        return [name for name in parts if "href=" in found[name].text or "<button" in found[name].text]

    before = ways()
    send_to_review(actor=cast.ada.actor, iep_id=draft.id)
    closed, lock = ways(), regions_of(cast.casey, path)["iep-lock"].text
    return_to_draft(actor=cast.ada.actor, iep_id=draft.id)

    assert before == parts and closed == []
    assert f"Sent to review by {cast.ada.actor.name}" in lock
    assert ways() == parts
    assert "data-iep-closed" not in regions_of(cast.casey, path)["iep-lock"].text


def test_approved_iep_says_who_locked_it(cast, draft):
    fill(cast.casey.actor, draft)
    approve(cast.casey.actor, draft)

    found = regions_of(cast.casey, f"/ieps/{draft.id}/")

    assert f"Approved and locked by {cast.casey.actor.name}" in found["iep-lock"].text
    assert f"Approved and locked by {cast.casey.actor.name}" in found["iep-document"].text


@pytest.mark.parametrize("place", ["part", "section"])
def test_form_sent_too_late_comes_back_with_every_word(cast, draft, place):
    goal = add_goal(actor=cast.casey.actor, iep_id=draft.id, values=GOAL, today=TODAY)
    path = f"/ieps/goal/{goal.id}/" if place == "part" else f"/ieps/{draft.id}/edit/family/"
    send_to_review(actor=cast.ada.actor, iep_id=draft.id)
    typed = {name: str(value) for name, value in GOAL.items()} | {"strengths": "Half a sen"}

    answer = cast.casey.client().post(cast.casey.url(path), {**typed, "title": "Half a title"})

    text = answer.content.decode()
    assert answer.status_code == 422
    assert ("Half a title" if place == "part" else "Half a sen") in text
    assert "Only a draft can be changed" in text and f"Sent to review by {cast.ada.actor.name}" in text
    goal.refresh_from_db()
    assert goal.title == GOAL["title"] and Iep.objects.get(id=draft.id).strengths == ""


def test_open_form_finds_its_regions_after_a_lock(cast, draft):
    goal = add_goal(actor=cast.casey.actor, iep_id=draft.id, values=GOAL, today=TODAY)
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)
    path = f"/ieps/goal/{goal.id}/"

    live, opened = regions_of(cast.casey, path), cast.casey.client().get(cast.casey.url(path))

    assert {"iep-lock", "iep-sections", "iep-checks"} <= live.keys()
    assert opened.status_code == 303 and opened["Location"].endswith(f"/ieps/{draft.id}/")


def test_comment_sent_too_late_comes_back_with_every_word(cast, draft):
    fill(cast.casey.actor, draft)
    first = add_comment(actor=cast.sam.actor, iep_id=draft.id, field="strengths", body="Since when?")
    approve(cast.casey.actor, draft)
    client = cast.sam.client()

    said = client.post(
        cast.sam.url(f"/ieps/{draft.id}/comments/add/"), {"field": "impact", "body": "Half a sen"}
    )
    answered = client.post(cast.sam.url(f"/ieps/comments/{first.id}/"), {"body": "Half a word"})

    assert (said.status_code, answered.status_code) == (422, 422)
    assert "Half a sen" in said.content.decode() and "Half a word" in answered.content.decode()


def test_reader_is_led_to_the_editor_when_it_is_a_draft_again(cast, draft):
    send_to_review(actor=cast.casey.actor, iep_id=draft.id)
    path = f"/ieps/{draft.id}/"
    closed = regions_of(cast.casey, path)["iep-document"].text

    return_to_draft(actor=cast.casey.actor, iep_id=draft.id)

    assert "write-again" not in closed and "write-again" in regions_of(cast.casey, path)["iep-document"].text
    assert "write-again" not in regions_of(cast.vic, path)["iep-document"].text


def test_half_typed_goal_is_kept_through_a_lock_and_saved_after_it(committed_cast, new_page):
    pytest.importorskip("playwright.sync_api")
    from playwright.sync_api import expect  # only where a browser is

    cast = committed_cast
    with organization(cast.district.id):
        iep = IepFactory(student=cast.student, number=1, complete=True)
        goal = add_goal(actor=cast.casey.actor, iep_id=iep.id, values=GOAL, today=cast.casey.actor.today)
    page = new_page(cast.casey.person, cast.casey.url(f"/ieps/{iep.id}/"))
    expect(page.locator("[data-live-pill]")).to_be_visible(timeout=SLOW)
    page.locator(f"#goal-{goal.id}-edit").click()
    form = page.locator("#slot-goals form[data-draft]")
    title, save = form.locator("[name=title]"), form.get_by_role("button", name="Save", exact=True)
    title.fill("Half a title")

    with organization(cast.district.id):
        send_to_review(actor=cast.ada.actor, iep_id=iep.id)

    expect(page.locator("#tools-goals a")).to_have_count(0, timeout=SLOW)
    expect(page.locator(f"#goal-{goal.id}-edit")).to_have_count(0)
    expect(form.get_by_role("status")).to_contain_text(f"Sent to review by {cast.ada.actor.name}")
    expect(form.get_by_role("status")).to_contain_text("What you typed stays here.")
    expect(save).to_have_attribute("aria-disabled", "true")
    title.press("Enter")
    expect(title).to_have_value("Half a title")

    with organization(cast.district.id):
        return_to_draft(actor=cast.ada.actor, iep_id=iep.id)

    expect(page.locator("#add-goal")).to_be_visible(timeout=SLOW)
    expect(form.locator(".iep-lock-kept")).to_have_count(0)
    save.click()
    expect(page.locator(f"#goal-{goal.id}-title")).to_contain_text("Half a title", timeout=SLOW)
    with organization(cast.district.id):
        assert Goal.objects.get(id=goal.id).title == "Half a title"
