"""The main job, end to end, as people do it: from signing in to a colleague's page that stays true."""

from __future__ import annotations

import time
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from casefile.demo.people import PASSWORD
from core.tenant import organization
from ieps.mutations import add_goal
from progress.mutations import record_progress_point
from tests.factories.ieps import IepFactory
from tests.ieps.conftest import GOAL
from tests.progress.conftest import make_goal, make_iep
from tests.reliability.scale import in_time

pytestmark = pytest.mark.browser

SOON = in_time(1) * 1_000  # milliseconds in which a colleague's page is true again


def test_a_demonstration_person_signs_in_and_finds_a_living_district(demo, new_page):
    page = new_page(None, "/")
    page.locator("input[name=login]").fill("dana.whitfield@larkspur.example")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")

    page.wait_for_url("**/d/larkspur/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Dana.")
    expect(page.get_by_role("heading", name="Due next")).to_be_visible()
    expect(page.get_by_text("18 students, 47 goals")).to_be_visible()

    page.get_by_role("navigation", name="Main", exact=True).get_by_role("link", name="Caseload").click()
    expect(page.locator("#students tbody tr")).to_have_count(18)
    page.get_by_role("searchbox", name="Find in this list").fill("matéo")
    page.keyboard.press("Enter")
    expect(page.locator("#students tbody tr")).to_have_count(1)
    assert "mat" not in page.url.removeprefix("http://").lower()

    page.get_by_role("link", name="Mateo Rivera Luna").first.click()
    expect(page.get_by_role("heading", name="Who Mateo is")).to_be_visible()
    for tab, words in (
        ("Goals & progress", "Goal 1: Reading fluency"),
        ("Team", "IEP team"),
        ("Timeline", "Everything"),
        ("IEP", "Versions of the IEP"),
    ):
        page.goto(demo.url(f"/students/{demo.student('Rivera Luna')}/"))
        page.get_by_role("navigation", name="Student record").get_by_role("link", name=tab).first.click()
        expect(page.get_by_text(words).first).to_be_visible()


def test_rows_of_the_list_are_walked_by_keys(demo, new_page):
    page = new_page(demo.person("Dana"), demo.url("/caseload/?sort=name"))

    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(page.locator("#students tbody tr").nth(1)).to_have_class("is-cursor")
    page.keyboard.press("Enter")

    page.wait_for_url("**/students/*-*/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Aaliyah Brooks")


def test_a_filter_stands_in_the_address_and_can_be_left(demo, new_page):
    page = new_page(demo.person("Dana"), demo.url("/caseload/"))

    page.get_by_label("Grade").select_option("Grade 4")
    page.wait_for_url("**grade=04**")
    expect(page.locator("#list-count")).to_have_text("7 students")
    page.get_by_role("link", name="Needs a decision").click()
    expect(page.locator("#list-count")).to_have_text("3 students")
    page.get_by_role("link", name="Clear filters").click()
    expect(page.locator("#list-count")).to_have_text("18 students")


def test_a_case_manager_writes_an_iep_until_it_is_in_effect(committed_cast, new_page):
    cast = committed_cast
    today = cast.casey.actor.today
    casey = new_page(cast.casey.person, cast.casey.url(f"/students/{cast.student.id}/iep/"))
    casey.get_by_role("link", name="New IEP").click()
    casey.get_by_role("button", name="Start the draft").click()
    casey.wait_for_url("**/ieps/*-*/**")
    iep = casey.url.partition("/ieps/")[2][:36]

    def write(section, values, choices=(), ticks=()):
        casey.goto(cast.casey.url(f"/ieps/{iep}/{section}"))
        for name, value in values.items():
            casey.locator(f"#id_{name}").fill(str(value))
        for name, value in choices:
            casey.locator(f"#id_{name}").select_option(value)
        for label in ticks:
            casey.get_by_label(label, exact=True).check()
        casey.get_by_role("button", name="Save", exact=True).click()
        casey.wait_for_url(f"**/ieps/{iep}/**")
        expect(casey.locator("[data-error-summary]")).to_have_count(0)

    write(
        "edit/dates/",
        {
            "meeting_on": today - timedelta(days=3),
            "effective_on": today,
            "expires_on": today + timedelta(days=360),
        },
    )
    write("edit/family/", {"strengths": "Tells long stories.", "parent_concerns": "To read with a brother."})
    write(
        "edit/levels/",
        {"present_levels": "Reads 48 words a minute.", "impact": "Long texts take most of the day."},
    )
    write("edit/goals/", {}, [("report_schedule", "quarter")])
    write(
        "goal/add/",
        {
            "title": "Reading fluency",
            "statement": "Given a grade 4 passage, Zo will read 92 words correct a minute.",
            "unit": "words a minute",
            "baseline_value": 48,
            "baseline_on": today - timedelta(days=7),
            "target_value": 92,
            "target_on": today + timedelta(days=300),
            "evaluation_method": "Weekly probe",
            "frequency": "once a week",
        },
        [("domain", "reading"), ("scale", "rate")],
    )
    write(
        "service/add/",
        {
            "minutes": 40,
            "times": 5,
            "location": "Resource room",
            "starts_on": today,
            "ends_on": today + timedelta(days=300),
        },
        [("kind", "instruction"), ("delivery", "group")],
    )
    write("accommodation/add/", {"text": "Directions read aloud"}, [("kind", "accommodation")])
    write(
        "edit/placement/",
        {"percent_regular": 82, "nonparticipation": "Reading is taught in a small group."},
        [("placement", "regular_80")],
    )
    write("edit/assessments/", {"assessments": "State test with extended time."})
    write("edit/extended-year/", {}, ticks=["No"])

    casey.get_by_role("link", name="Send to review").first.click()
    casey.get_by_role("button", name="Send to review").click()
    casey.wait_for_url(f"**/ieps/{iep}/")
    sam = new_page(cast.sam.person, cast.sam.url(f"/ieps/{iep}/review/"))
    sam.get_by_label("I agree to it").check()
    sam.get_by_role("button", name="Send", exact=True).click()
    sam.wait_for_url(f"**/ieps/{iep}/")

    casey.goto(cast.casey.url(f"/ieps/{iep}/approve/"))
    casey.get_by_label("Your full name").fill(cast.casey.person.name)
    casey.get_by_role("button", name="Approve and sign").click()
    casey.wait_for_url(f"**/ieps/{iep}/")
    casey.goto(cast.casey.url(f"/ieps/{iep}/activate/"))
    expect(casey.locator("#why-consent_missing")).to_contain_text("34 CFR 300.300(b)")

    casey.goto(cast.casey.url(f"/students/{cast.student.id}/consents/"))
    casey.locator("#id_kind").select_option("services")
    casey.locator("#id_guardian_id").select_option(index=0)
    casey.locator("#id_given_on").fill(str(today))
    casey.locator("#id_paper_reference").fill("Cabinet 2, folder 14")
    casey.locator("form#consent-form button[type=submit], main form button[type=submit]").first.click()
    casey.goto(cast.casey.url(f"/students/{cast.student.id}/iep/"))
    if not casey.get_by_text("Active", exact=True).count():
        casey.goto(cast.casey.url(f"/ieps/{iep}/activate/"))
        casey.get_by_role("button", name="Put it into effect").click()
        casey.wait_for_url(f"**/ieps/{iep}/")

    casey.goto(cast.casey.url(f"/students/{cast.student.id}/"))
    expect(casey.get_by_text("Tells long stories.")).to_be_visible()
    expect(casey.locator("#student-head")).to_contain_text("Annual review")
    expect(casey.locator("#overview-goals")).to_contain_text("Reading fluency")


@pytest.fixture
def goal(committed_cast):
    """A goal in force of the cast's student, with one score."""
    cast = committed_cast
    today = cast.casey.actor.today
    with organization(cast.district.id):
        goal = make_goal(
            make_iep(cast.student),
            baseline_on=today - timedelta(days=60),
            target_on=today + timedelta(days=200),
        )
        record_progress_point(
            actor=cast.casey.actor,
            goal_id=goal.id,
            measured_on=today - timedelta(days=7),
            value=Decimal(50),
            today=today,
        )
    return goal


def is_live(page):
    page.locator("[data-live-pill]:not([hidden])").wait_for()
    return page


def test_a_colleagues_score_arrives_everywhere_within_a_second(committed_cast, goal, new_page):
    cast, today = committed_cast, committed_cast.casey.actor.today
    student = f"/students/{cast.student.id}/"
    pages = {
        "overview": is_live(new_page(cast.casey.person, cast.casey.url(student))),
        "goals": is_live(new_page(cast.casey.person, cast.casey.url(f"{student}goals/"))),
        "list": is_live(new_page(cast.sam.person, cast.sam.url("/caseload/"))),
        "day": is_live(new_page(cast.casey.person, cast.casey.url("/"))),
        "family": is_live(new_page(cast.mina.person, cast.mina.url(f"{student}goals/"))),
    }
    form = pages["goals"].locator("#id_note")
    form.fill("Half a th")
    pages["goals"].evaluate(
        "document.querySelector('#id_note').setSelectionRange(2, 4); window.scrollTo(0, 300)"
    )
    scrolled = pages["goals"].evaluate("window.scrollY")
    for page in pages.values():
        page.evaluate("window.sameDocument = true")

    with organization(cast.district.id):
        record_progress_point(
            actor=cast.sam.actor, goal_id=goal.id, measured_on=today, value=Decimal(64), today=today
        )
    began = time.monotonic()

    expect(pages["overview"].locator("#overview-goals")).to_contain_text("64 of 92", timeout=SOON)
    expect(pages["goals"].locator("#goal-cards")).to_contain_text("64", timeout=SOON)
    expect(pages["goals"].locator("#goal-scores tbody tr").first).to_contain_text("64", timeout=SOON)
    expect(pages["family"].locator("#goal-cards")).to_contain_text("64", timeout=SOON)
    expect(pages["day"].locator("#scores-list")).to_contain_text("64", timeout=SOON)
    expect(pages["list"].locator("#students")).to_contain_text("On track", timeout=SOON)
    took = time.monotonic() - began
    assert all(page.evaluate("window.sameDocument") for page in pages.values())
    assert form.input_value() == "Half a th"
    assert pages["goals"].evaluate("[document.activeElement.id, document.activeElement.selectionStart]") == [
        "id_note",
        2,
    ]
    assert abs(pages["goals"].evaluate("window.scrollY") - scrolled) <= 1
    assert took < in_time(5)  # six pages, one after the other


def test_a_colleagues_new_goal_arrives_on_the_open_draft(committed_cast, new_page):
    cast = committed_cast
    with organization(cast.district.id):
        iep = IepFactory(student=cast.student, number=1)
    page = is_live(new_page(cast.sam.person, cast.sam.url(f"/ieps/{iep.id}/")))

    with organization(cast.district.id):
        goal = add_goal(actor=cast.casey.actor, iep_id=iep.id, values=GOAL, today=cast.casey.actor.today)

    page.locator(f"#goal-{goal.id}").wait_for(timeout=SOON)


def test_people_see_who_else_is_here_and_when_they_leave(committed_cast, goal, new_page):
    cast = committed_cast
    path = f"/students/{cast.student.id}/"
    casey = is_live(new_page(cast.casey.person, cast.casey.url(path)))
    sam = is_live(new_page(cast.sam.person, cast.sam.url(path)))

    expect(casey.locator(f"[data-present-person='{cast.sam.person.id}']")).to_be_visible()
    expect(casey.locator(f"[data-present-person='{cast.paula.person.id}']")).to_be_hidden()
    expect(casey.locator("[data-present]").first).to_have_attribute("aria-label", "Also here: Sam Cast")
    sam.close()

    expect(casey.locator(f"[data-present-person='{cast.sam.person.id}']")).to_be_hidden()


def test_a_new_student_on_the_team_waits_behind_a_bar_and_nothing_moves(committed_cast, goal, new_page):
    from students.mutations import add_team_member

    cast = committed_cast
    page = is_live(new_page(cast.casey.person, cast.casey.url("/caseload/")))

    with organization(cast.district.id):
        add_team_member(
            actor=cast.ada.actor,
            student_id=cast.other_student.id,
            person_id=cast.casey.person.id,
            part="special_education",
        )

    expect(page.locator("#students-pending")).to_contain_text("1 new row")
    expect(page.locator("#students tbody tr")).to_have_count(1)
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#students tbody tr")).to_have_count(2)


def test_a_page_empties_when_its_reader_leaves_the_team(committed_cast, goal, new_page):
    from students.models import TeamMember
    from students.mutations import end_team_member

    cast = committed_cast
    page = is_live(new_page(cast.sam.person, cast.sam.url(f"/students/{cast.student.id}/")))
    expect(page.locator("#overview-goals")).to_contain_text("50 of 92")

    with organization(cast.district.id):
        member = TeamMember.objects.get(person=cast.sam.person, student=cast.student)
        end_team_member(actor=cast.ada.actor, student_id=cast.student.id, member_id=member.id)

    expect(page.locator("#overview")).to_contain_text("No longer available to you", timeout=SOON)
    expect(page.get_by_text("50 of 92")).to_have_count(0)


@pytest.mark.parametrize("who", ["omar", "otto"])
def test_somebody_without_a_relation_finds_nothing(committed_cast, goal, new_page, who):
    cast, player = committed_cast, getattr(committed_cast, who)
    page = new_page(player.person)
    student = f"/students/{cast.student.id}/"
    said = set()
    for path in (student, f"{student}goals/", f"{student}team/", f"{student}timeline/", f"{student}iep/"):
        response = page.goto(player.url(path))
        assert response.status == 404
        said.add(page.locator("main").inner_text().replace(response.headers["x-request-id"], ""))
        assert "Núñez" not in page.content()
    unknown = page.goto(player.url("/students/00000000-0000-7000-8000-000000000000/"))
    said.add(page.locator("main").inner_text().replace(unknown.headers["x-request-id"], ""))
    assert len(said) == 1

    page.goto(player.url("/caseload/"))
    page.get_by_role("searchbox", name="Find in this list").fill("nunez")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="No student matches")).to_be_visible()
    assert "Núñez" not in page.content()
