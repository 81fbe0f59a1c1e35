"""One person, two districts, a tab open in each: what is sent lands where its page stood, or nowhere (T2, ADR 0003)."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import expect

from accounts.models import Person, Session
from accounts.rights import Role
from accounts.session_store import SessionStore
from core.tenant import organization
from students.models import Student
from tests.factories.accounts import PASSWORD, MembershipFactory

pytestmark = pytest.mark.browser


@pytest.fixture
def tabs(committed_cast, new_page):
    """Casey works in both districts; a form to open a case file stands in a tab of each."""
    cast = committed_cast
    with organization(cast.elsewhere.id):
        MembershipFactory(
            organization=cast.elsewhere,
            person=cast.casey.person,
            role=Role.TEACHER,
            schools=[cast.school_elsewhere],
        )
    first = new_page(cast.casey.person, "/d/larkspur/students/new/")
    second = first.context.new_page()
    second.goto("/d/dunmore/students/new/")
    return first, second


def write(page, name):
    page.locator("#id_given_name").fill("Ola")
    page.locator("#id_family_name").fill(name)
    page.locator("#id_grade").select_option(index=1)


def send(page):
    page.locator("main form[data-draft] button[type=submit]").click()


def opened(page, slug, name):
    page.wait_for_url(f"**/d/{slug}/students/*-*/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Ola {name}")


def families(district):
    with organization(district.id):
        return set(Student.objects.filter(given_name="Ola").values_list("family_name", flat=True))


def test_each_form_lands_in_its_own_district(committed_cast, tabs):
    first, second = tabs
    write(first, "Abel")
    write(second, "Brandt")
    send(first)
    opened(first, "larkspur", "Abel")
    send(second)
    opened(second, "dunmore", "Brandt")

    assert families(committed_cast.district) == {"Abel"}
    assert families(committed_cast.elsewhere) == {"Brandt"}


def test_going_back_to_a_form_goes_back_to_its_district(committed_cast, tabs):
    first, _second = tabs
    write(first, "Abel")
    first.goto("/d/dunmore/students/new/")
    first.go_back()
    first.wait_for_url("**/d/larkspur/students/new/")
    write(first, "Abel")
    first.go_forward()
    first.wait_for_url("**/d/dunmore/students/new/")
    write(first, "Brandt")
    send(first)
    opened(first, "dunmore", "Brandt")
    first.go_back()
    first.go_back()
    first.wait_for_url("**/d/larkspur/students/new/")
    write(first, "Abel")
    send(first)
    opened(first, "larkspur", "Abel")

    assert families(committed_cast.district) == {"Abel"}
    assert families(committed_cast.elsewhere) == {"Brandt"}


def test_ids_of_the_other_district_are_refused(committed_cast, tabs):
    """A form whose values were replaced by the other district's saves nothing in either."""
    cast, (first, _second) = committed_cast, tabs
    write(first, "Abel")
    first.evaluate(
        "id => { const menu = document.querySelector('#id_school'); menu.selectedOptions[0].value = id; }",
        str(cast.school_elsewhere.id),
    )
    send(first)

    expect(first.locator("[data-error-summary]")).to_be_visible()
    assert "/d/larkspur/" in first.url
    assert first.locator("#id_family_name").input_value() == "Abel"
    assert families(cast.district) == families(cast.elsewhere) == set()


def test_role_form_keeps_what_was_typed_while_it_is_asked_who_it_is(committed_cast, new_page):
    """R7: the sign-in grows old while a form is filled in; after the password it holds what was typed."""
    cast = committed_cast
    path = f"/d/larkspur/people/{cast.omar.person.id}/roles/new/"
    page = new_page(cast.ada.person)
    age(cast.ada.person, 0)
    page.goto(path)
    page.locator("#id_role").select_option("viewer")
    page.locator("#id_title").fill("Reads with the fourth grade")
    page.get_by_label(cast.school.name).check()
    age(cast.ada.person, 1200)
    page.get_by_role("button", name="Add the role").click()
    page.wait_for_url("**/accounts/reauthenticate/**")
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Go on", exact=True).click()

    page.wait_for_url(f"**{path}")
    expect(page.locator("#id_title")).to_have_value("Reads with the fourth grade")
    expect(page.locator("#id_role")).to_have_value("viewer")
    expect(page.get_by_label(cast.school.name)).to_be_checked()
    page.get_by_role("button", name="Add the role").click()
    page.wait_for_url(f"**/people/{cast.omar.person.id}/")
    expect(page.get_by_text("Reads with the fourth grade")).to_be_visible()


def age(person: Person, seconds: int) -> None:
    """Make the sign-in of each of a person's sessions so many seconds old."""
    for row in Session.objects.filter(person_id=person.id):
        store = SessionStore(row.session_key)
        store["started_at"] = int(time.time()) - seconds
        store["account_authentication_methods"] = []
        store.save()
