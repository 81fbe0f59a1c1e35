"""The next annual IEP, clicked from the student's page: it waits for its day; the one in effect stays until then."""

from datetime import timedelta

import pytest

from core.tenant import organization
from ieps.models import Iep
from tests.factories.ieps import AccommodationFactory, GoalFactory, IepFactory, ServiceFactory

expect = pytest.importorskip("playwright.sync_api").expect


def test_the_next_iep_waits_for_its_day_and_the_old_one_stays(committed_cast, new_page):
    cast = committed_cast
    today = cast.casey.actor.today
    begins, ends = today + timedelta(days=20), today + timedelta(days=384)
    with organization(cast.district.id):
        old = IepFactory(
            student=cast.student,
            number=1,
            active=True,
            meeting_on=today - timedelta(days=345),
            effective_on=today - timedelta(days=340),
            expires_on=today + timedelta(days=25),
            next_review_on=today + timedelta(days=20),
        )
        AccommodationFactory(iep=old)
        GoalFactory(
            iep=old,
            baseline_on=today - timedelta(days=60),
            target_on=begins + timedelta(days=200),
            responsible=cast.casey.person,
        )
        ServiceFactory(
            iep=old,
            starts_on=today - timedelta(days=340),
            ends_on=today + timedelta(days=25),
            provider=cast.casey.person,
        )

    page = new_page(cast.casey.person, cast.casey.url(f"/students/{cast.student.id}/"))
    page.get_by_role("link", name="IEP", exact=True).click()
    page.locator("#new-iep").click()
    page.get_by_role("button", name="Start the draft").click()
    page.locator("#edit-dates").click()
    for name, day in (("meeting_on", today), ("effective_on", begins), ("expires_on", ends)):
        page.locator(f"[name={name}]").fill(str(day))
    page.get_by_role("button", name="Save", exact=True).click()

    page.locator("#check-service_dates").wait_for()
    page.locator("#section-services tbody a").click()
    page.locator("[name=starts_on]").fill(str(begins))
    page.locator("[name=ends_on]").fill(str(ends))
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#iep-checks")).to_contain_text("Everything that the law asks for is there.")

    page.locator("#act-send").click()
    page.get_by_role("button", name="Send to review").click()
    page.locator("#act-approve").click()
    page.get_by_label("Your full name").fill(cast.casey.person.name)
    page.get_by_role("button", name="Approve and sign").click()
    expect(page.locator("#iep-document")).to_contain_text("Approved, in effect from")

    page.goto(cast.casey.url(f"/students/{cast.student.id}/iep/"))
    expect(page.locator("#student-head h1")).to_have_text(cast.student.name)
    expect(page.locator("#versions tbody tr").first).to_contain_text("Approved")
    expect(page.locator(f"#iep-{old.id}")).to_contain_text("Active")
    with organization(cast.district.id):
        assert Iep.objects.filter(student=cast.student, status=Iep.Status.ACTIVE).get() == old
