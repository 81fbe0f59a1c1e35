"""A decision and a progress report, clicked: contradicted, answered, sent, read by the family."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import now

from accounts.models import ReportingPeriod, SchoolYear
from core.tenant import organization
from progress.models import Decision, Phase, ProgressReport
from progress.mutations import record_progress_point
from tests.factories.ieps import GoalFactory, IepFactory

expect = pytest.importorskip("playwright.sync_api").expect


@pytest.fixture
def goal(committed_cast):
    """A goal far below its aimline, in a school year whose first period is over."""
    cast = committed_cast
    today = cast.casey.actor.today
    own = {"organization": cast.district}
    with organization(cast.district.id):
        year = SchoolYear.objects.create(
            **own, name="Now", first_on=today - timedelta(days=90), last_on=today + timedelta(days=180)
        )
        ReportingPeriod.objects.create(
            **own,
            school_year=year,
            name="Quarter 1",
            first_on=today - timedelta(days=90),
            last_on=today - timedelta(days=1),
            reports_due_on=today + timedelta(days=3),
        )
        iep = IepFactory(
            student=cast.student,
            active=True,
            meeting_on=today - timedelta(days=95),
            effective_on=today - timedelta(days=92),
            expires_on=today + timedelta(days=270),
        )
        made = GoalFactory(
            iep=iep,
            number=1,
            baseline_on=today - timedelta(days=90),
            target_on=today + timedelta(days=200),
        )
        for week in range(6):
            record_progress_point(
                actor=cast.casey.actor,
                goal_id=made.id,
                measured_on=today - timedelta(days=3 + 7 * (5 - week)),
                value=Decimal(48),
                today=today,
            )
    return made


def test_decision_changes_instruction_and_is_taken_back(committed_cast, goal, new_page):
    cast = committed_cast
    page = new_page(cast.casey.person, cast.casey.url(f"/students/{cast.student.id}/goals/"))
    expect(page.locator("#goal-decisions")).to_contain_text("Change the instruction.", timeout=20_000)
    page.locator("#decide").click()
    expect(page.locator("[name=phase_label]")).to_be_visible()
    page.locator("input[name=choice][value=raise]").check()
    expect(page.locator("[name=phase_label]")).to_be_hidden()
    expect(page.locator("[name=target]")).to_be_visible()
    page.locator("input[name=choice][value=change]").check()
    page.locator("[name=phase_label]").fill("Repeated reading")
    page.locator("[name=reason]").fill("Flat for six weeks.")
    page.locator("#save-decision").click()
    expect(page.locator("#goal-decisions")).to_contain_text("Repeated reading", timeout=20_000)
    with organization(cast.district.id):
        assert Phase.objects.get().label == "Repeated reading"

    page.locator("#take-back-decision").click()
    expect(page.locator("#goal-decisions")).to_contain_text("Nothing has been decided", timeout=20_000)
    with organization(cast.district.id):
        assert not Decision.objects.exists()


def test_report_is_contradicted_answered_sent_and_read(committed_cast, goal, new_page):
    cast = committed_cast
    page = new_page(cast.casey.person, cast.casey.url(f"/students/{cast.student.id}/reports/"))
    page.get_by_role("button", name="Write the report").first.click()
    note = page.locator(f"#note-{goal.id}")
    expect(note.locator(".why-field")).to_be_hidden()
    note.locator("input[value=sufficient]").check()
    expect(note).to_contain_text("The data does not agree")
    expect(note.locator(".why-field")).to_be_visible()
    note.locator("textarea[name$=narrative]").fill("Zo works hard and needs more time.")
    page.locator("#save-and-preview").click()
    expect(page.locator("#not-yet")).to_be_visible(timeout=20_000)
    page.locator("#back-to-writing").click()
    note.locator("textarea[name$=reason]").fill("Two of the passages were above grade level.")
    page.locator("#save-and-preview").click()
    expect(page.locator("#not-yet")).to_have_count(0, timeout=20_000)
    page.locator("#send-report").click()
    expect(page.locator("#report-state")).to_contain_text("Sent", timeout=20_000)
    with organization(cast.district.id):
        report = ProgressReport.objects.get()
        assert report.is_sent and report.sent_at <= now()

    family = new_page(
        cast.mina.person, cast.mina.url(f"/family/students/{cast.student.id}/reports/{report.id}/")
    )
    expect(family.locator("#report-body")).to_contain_text(
        "Zo works hard and needs more time.", timeout=20_000
    )
    expect(family.locator("#report-body")).not_to_contain_text("above grade level")
