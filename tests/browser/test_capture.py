"""The capture page in a real browser: touch, undo, a group, no network, two devices, a shared tablet, an aide."""

from __future__ import annotations

import json
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.conf import settings
from playwright.sync_api import expect

from casefile.mutations import save_data_group
from core.tenant import organization
from ieps.models import Goal
from progress.models import ProgressPoint
from progress.mutations import assign_data_task
from tests import cast as casting
from tests.conftest import ROOT
from tests.factories.ieps import GoalFactory, IepFactory
from tests.factories.students import StudentFactory, TeamMemberFactory

pytestmark = pytest.mark.browser
SOON = 30_000
TABLET = {"viewport": {"width": 820, "height": 1180}, "has_touch": True}
SITE = "http://throughline.test"


@pytest.fixture
def room(transactional_db):
    """Casey's group of two students, with a goal of trials each, and one that counts."""
    cast = casting.build()
    today = cast.casey.actor.today
    with organization(cast.district.id):
        isaac = StudentFactory(
            organization=cast.district,
            school=cast.school,
            given_name="Isaac",
            family_name="Zeller",
            eligible=True,
        )
        TeamMemberFactory(student=isaac, person=cast.casey.person, part="case_manager")
        goals = [
            _goal(student, number, scale, today)
            for student, number, scale in (
                (cast.student, 1, Goal.Scale.TRIALS),
                (cast.student, 2, Goal.Scale.COUNT),
                (isaac, 1, Goal.Scale.TRIALS),
            )
        ]
        group = save_data_group(
            actor=cast.casey.actor,
            name="Reading B",
            lineage_ids=[goal.lineage_id for goal in goals],
            today=today,
        )
    cast.group, cast.goals, cast.isaac = group, goals, isaac
    return cast


def _goal(student, number, scale, today):
    iep = student.ieps.first() or IepFactory(
        student=student,
        active=True,
        effective_on=today - timedelta(days=60),
        expires_on=today + timedelta(days=300),
    )
    return GoalFactory(
        iep=iep,
        number=number,
        title=f"Goal by {scale}",
        scale=scale,
        unit="percent of words" if scale == Goal.Scale.TRIALS else "times",
        baseline_on=today - timedelta(days=60),
        target_on=today + timedelta(days=200),
        baseline_value=Decimal(20),
        target_value=Decimal(90),
    )


def points(room):
    with organization(room.district.id):
        rows = ProgressPoint.objects.order_by("goal_id", "created_at", "id")  # goals in the order of the room
        return [(row.goal_id, row.value, row.raw, row.voided_at is None) for row in rows]


def ready(page):
    page.locator("[data-capture][data-ready]").wait_for(timeout=SOON)
    return page


@pytest.fixture
def opened(room, browser, server, session_cookie):
    """The group's session on a tablet, as Casey has it. Its console may say that there is no network."""
    context = browser.new_context(base_url=server.url, locale="en-US", **TABLET)
    context.set_default_timeout(SOON)
    cookie = {"name": settings.SESSION_COOKIE_NAME, "value": session_cookie(room.casey.person)}
    context.add_cookies([{**cookie, "url": server.url}])
    page, broken = context.new_page(), []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(session(room))
    yield ready(page)
    context.close()
    assert broken == []


def session(room):
    return room.casey.url(f"/capture/session/?group={room.group.id}")


def tap(page, *names):
    for name in names:
        page.get_by_role("button", name=name, exact=True).tap()


def says(page, words):
    expect(page.locator("[data-saved]")).to_contain_text(words, timeout=SOON)


@contextmanager
def no_network(server):
    """The server cannot be reached by anything, the service worker included."""
    server.stop("web")
    try:
        yield
    finally:
        server.start()


def test_taps_make_trials_that_are_undone_corrected_and_saved_for_a_group(opened, room, barriers):
    tap(opened, "Correct", "Correct", "Incorrect", "Prompted")
    expect(opened.locator("#score")).to_have_text("50%")
    tap(opened, "Undo")
    expect(opened.locator("#score")).to_have_text("67%")
    opened.locator("#trial-2").tap()
    expect(opened.locator("#trial-2")).to_have_accessible_name("Trial 3: Prompted")
    opened.keyboard.press("3")
    expect(opened.locator("#score")).to_have_text("75%")
    expect(opened.locator("#announce")).to_contain_text("Trial 4: Correct", timeout=SOON)
    assert barriers(opened) == []
    opened.set_viewport_size({"width": 1024, "height": 768})  # a tablet on its side: nobody scrolls to score
    pad, bar = opened.locator(".pad-plus").bounding_box(), opened.locator("#bar").bounding_box()
    assert pad["y"] + pad["height"] <= bar["y"]
    opened.set_viewport_size(TABLET["viewport"])

    opened.get_by_role("tab", name="Count").tap()
    tap(opened, "Count it", "Count it", "Count it", "Take one off")
    expect(opened.locator("#score")).to_have_text("2")
    opened.get_by_role("button", name="Next: Isaac").tap()
    says(opened, "Saved")

    trials, counts, _isaac = room.goals
    assert [(goal, value, raw) for goal, value, raw, _ in points(room)] == [
        (trials.id, 75, {"trials": ["+", "+", "p:gesture", "+"]}),
        (counts.id, 2, {"count": 2}),
    ]
    opened.reload()
    expect(ready(opened).get_by_role("tab", name="Zo")).to_contain_text("Done")
    tap(opened, "Undo")
    expect(opened.locator("#score")).to_be_visible()
    expect(opened.get_by_role("tab", name="Zo")).to_have_attribute("aria-selected", "true", timeout=SOON)
    assert [is_kept for *_, is_kept in points(room)] == [False, False]


def test_a_note_with_its_context_goes_with_the_score(opened, room):
    tap(opened, "Correct", "Note")
    opened.get_by_label("What was observed").fill("Rushed the last one")
    opened.get_by_label("What came before").fill("Fire drill")
    opened.get_by_label("Setting").fill("Hallway")
    opened.get_by_label("Minutes of the session").fill("12")
    tap(opened, "Keep the note")
    opened.get_by_role("button", name="Next: Isaac").tap()
    says(opened, "Saved")

    with organization(room.district.id):
        point = ProgressPoint.objects.get()
    assert (point.note, point.antecedent, point.setting, point.minutes) == (
        "Rushed the last one",
        "Fire drill",
        "Hallway",
        12,
    )


def test_without_a_network_the_page_opens_again_keeps_all_and_sends_each_once(opened, room, server):
    opened.locator("[data-capture][data-offline=ready]").wait_for(timeout=SOON)
    with no_network(server):
        tap(opened, "Correct", "Incorrect")
        says(opened, "Kept on this device")
        opened.wait_for_timeout(500)  # the second tap is written down, too
        opened.reload()
        ready(opened)
        expect(opened.locator("#score")).to_have_text("50%")
        opened.get_by_role("button", name="Next: Isaac").tap()
        tap(opened, "Correct")
        says(opened, "Offline · 2 kept")
        opened.get_by_role("button", name="Finish").tap()
        expect(opened.locator("#stage")).to_contain_text("Everything of this session", timeout=SOON)
        expect(opened.locator("#end-rows [data-left=waits]")).to_have_count(2, timeout=SOON)
        opened.reload()
        ready(opened)
        says(opened, "Offline · 2 kept")
    says(opened, "Saved")

    assert sorted(value for _goal_id, value, *_ in points(room)) == [50, 100]
    kept = opened.evaluate(
        """async () => { const db = await new Promise((done) => { const asked = indexedDB.open("throughline-capture");
        asked.onsuccess = () => done(asked.result); });
        return new Promise((done) => { const rows = db.transaction("rows").objectStore("rows").getAll();
        rows.onsuccess = () => done(rows.result.map((row) => row.kind + new TextDecoder().decode(row.sealed))); }); }"""
    )
    assert not any(kind.startswith("entry") for kind in kept)
    assert not any("Isaac" in kind or "Goal by" in kind for kind in kept)  # sealed, whatever it is


def test_two_devices_with_the_same_queue_record_once(opened, room):
    entry = {
        "client_id": str(uuid4()),
        "goal_id": str(room.goals[0].id),
        "measured_on": room.casey.actor.today.isoformat(),
        "raw": {"trials": ["+"]},
    }
    body = json.dumps({"person": str(room.casey.person.id), "entries": [entry]})
    sent = opened.evaluate(
        """async (body) => { const hello = await (await fetch("../hello/")).json();
        const one = () => fetch("../save/", { method: "POST", body, headers: { "X-CSRFToken": hello.csrf,
        "Content-Type": "application/json" } }).then((answer) => answer.json());
        return Promise.all([one(), one()]); }""",
        body,
    )

    kept = {one["results"][0].get("point_id") for one in sent} - {None}
    assert len(kept) == 1
    assert len(points(room)) == 1


def test_what_is_refused_stays_with_its_reason_until_it_is_mended(opened, room):
    tap(opened, "Correct", "Note")
    opened.get_by_label("Day of the score").fill("2001-01-01")
    tap(opened, "Keep the note")
    opened.get_by_role("button", name="Next: Isaac").tap()
    says(opened, "Look at 1")
    opened.reload()
    ready(opened)
    says(opened, "Look at 1")
    opened.locator("#saved").tap()
    expect(opened.get_by_role("dialog")).to_contain_text("baseline")
    opened.get_by_role("dialog").get_by_role("button", name="Close").tap()
    opened.get_by_role("tab", name="Isaac").tap()
    opened.get_by_role("button", name="Finish").tap()
    expect(opened.locator("#end-rows [data-left=refused]")).to_contain_text("baseline", timeout=SOON)
    opened.locator("#saved").tap()
    opened.get_by_role("dialog").get_by_label("Day of the score").fill(room.casey.actor.today.isoformat())
    tap(opened, "Send again")
    says(opened, "Saved")
    expect(opened.locator("#end-rows [data-left]")).to_have_count(0, timeout=SOON)

    assert [value for _goal_id, value, *_ in points(room)] == [100]


def test_a_shared_tablet_is_clean_after_signing_out_and_seals_what_was_not_sent(opened, room):
    tap(opened, "Correct", "Note")
    opened.get_by_label("Day of the score").fill("2001-01-01")
    tap(opened, "Keep the note")
    opened.get_by_role("button", name="Next: Isaac").tap()
    says(opened, "Look at 1")
    opened.goto("/accounts/logout/")
    opened.locator("main, body").get_by_role("button", name="Sign out").first.click()
    dialog = opened.get_by_role("dialog")
    expect(dialog).to_contain_text("Not sent yet: 1", timeout=SOON)
    dialog.get_by_role("button", name="Sign out and keep them sealed").click()
    opened.wait_for_url(lambda url: "logout" not in url, timeout=SOON)

    left = opened.evaluate(
        """async () => { const db = await new Promise((done) => { const asked = indexedDB.open("throughline-capture");
        asked.onsuccess = () => done(asked.result); });
        const all = (name) => new Promise((done) => { const rows = db.transaction(name).objectStore(name).getAll();
        rows.onsuccess = () => done(rows.result); });
        return { keys: (await all("keys")).length, kinds: (await all("rows")).map((row) => row.kind),
        caches: await caches.keys(), workers: (await navigator.serviceWorker.getRegistrations()).length }; }"""
    )
    assert left["keys"] == 0
    assert set(left["kinds"]) <= {"entry", "draft"}
    assert "entry" in left["kinds"]
    assert (left["caches"], left["workers"]) == ([], 0)


def test_an_aide_captures_their_tasks_only(room, new_page):
    with organization(room.district.id):
        assign_data_task(
            actor=room.casey.actor,
            goal_id=room.goals[0].id,
            person_id=room.paula.person.id,
            instructions="Ten cards at the window table",
            starts_on=room.casey.actor.today,
        )
    page = new_page(room.paula.person, room.paula.url("/"), **TABLET)
    expect(page.locator("main")).to_contain_text("Ten cards at the window table")
    page.goto(room.paula.url("/capture/session/"))
    ready(page)

    expect(page.locator("#students [role=tab]")).to_have_count(1)
    expect(page.locator("#instructions")).to_have_text("Ten cards at the window table")
    assert page.locator("#modes").is_hidden()
    tap(page, "Correct")
    page.get_by_role("button", name="Finish").tap()
    says(page, "Saved")
    assert [goal for goal, *_ in points(room)] == [room.goals[0].id]


@pytest.mark.parametrize("path", ["/capture/", "/"])
def test_a_typed_line_is_read_then_confirmed_with_enter(room, new_page, path):
    page = new_page(room.casey.person, room.casey.url(path))
    field = page.get_by_label("First name, goal, score")
    field.fill("isaac trials 80%")
    expect(page.locator("#quick-readings")).to_contain_text("Isaac Zeller", timeout=SOON)
    field.press("Enter")
    expect(page.locator("#toasts")).to_contain_text("Saved: Isaac Zeller", timeout=SOON)

    assert urlsplit(page.url).path.endswith(path)
    assert [(goal, value) for goal, value, *_ in points(room)] == [(room.goals[2].id, 80)]


# --- Timers and counters alone


@pytest.fixture
def module(browser):
    """A page that may import the script's modules."""
    context = browser.new_context()
    page = context.new_page()

    def answer(route):
        path = route.request.url.removeprefix(SITE)
        if path == "/":
            route.fulfill(body="<!doctype html><title>Modules</title>", content_type="text/html")
        else:
            route.fulfill(path=ROOT / "static" / "js" / path.lstrip("/"), content_type="text/javascript")

    page.route(f"{SITE}/**", answer)
    page.goto(f"{SITE}/")
    yield lambda script: page.evaluate(f"async () => {{ {script} }}")
    context.close()


def test_time_goes_on_through_sleep_and_reload_and_ignores_a_clock_that_is_set(module):
    found = module(
        """const w = await import("/capture/stopwatch.js");
        const at = (mono, wall, load = "a") => ({ mono, wall, load }); const hour = 3600000;
        return [w.between(at(0, 0), at(5000, 5000)), w.between(at(0, 0), at(200, 600000)),
          w.between(at(0, 0), at(200, -hour)), w.between(at(0, 0), at(200, 72 * hour)),
          w.between(at(9000, 0), at(5, 90000, "b")), w.between(at(0, 0), at(5, -5, "b")),
          w.face(272000), w.face(3872000)];"""
    )

    assert found == [5000, 600_000, 200, 200, 90_000, 0, "4:32", "1:04:32"]


def test_measures_come_to_what_the_server_makes_of_their_raw_data(module):
    """Both sides score the same taps: `measures.js` for the eye, `progress.arithmetic.score_of` for the record."""
    from progress.arithmetic import score_of

    prompts = ["independent", "gesture", "model"]
    found = module(
        """const m = await import("/capture/measures.js"); const now = { mono: 0, wall: 0, load: "a" };
        const known = { prompts: ["independent", "gesture", "model"], minutes: 5, seconds: 60 };
        const taps = { trials: { marks: ["+", "+", "-", "p:gesture"] }, steps: { marks: ["+", "", "p:model"] },
          count: { count: 7 }, rate: { count: 12 }, probe: { count: 64, errors: 3 },
          minutes: { episodes: [190000, 345000] }, latency: { episodes: [4200, 6000] }, between: { episodes: [1000] },
          partial: { intervals: [true, false, true] }, whole: { intervals: [false] }, momentary: { intervals: [true] },
          rubric: { level: "3" }, attainment: { level: "-1" }, prompt: { prompt: "gesture" }, sample: { text: "14" } };
        return Object.fromEntries(Object.entries(taps).map(([scale, state]) =>
          [scale, m.result(scale, { ...m.begin(scale, 3), ...state }, now, known)]));"""
    )

    assert set(found) == set(Goal.Scale.values) - {"percent"}
    for scale, result in found.items():
        scored = score_of(scale, result["raw"], prompts=prompts)
        assert float(scored.value) == pytest.approx(result["value"], abs=0.005), scale
        if result.get("second") is not None:
            assert float(scored.second) == pytest.approx(result["second"], abs=0.005)


def test_nothing_taken_comes_to_nothing_and_states_never_change_in_place(module):
    found = module(
        """const m = await import("/capture/measures.js"); const now = { mono: 0, wall: 0, load: "a" };
        const first = m.begin("trials"); const second = m.mark(first, "+"); const third = m.remark(second, 0, "-");
        const empty = Object.keys(m.MODES).filter((scale) => m.result(scale, m.begin(scale, 3), now) !== null);
        return [empty, first.marks.length, second.marks, third.marks, m.add({ count: 0 }, -1).count,
          m.type({ text: "9999999" }, "9").text, m.type({ text: "" }, ".").text, m.type({ text: "1.25" }, "5").text];"""
    )

    assert found == [[], 0, ["+"], ["-"], 0, "9999999", "0.", "1.25"]
