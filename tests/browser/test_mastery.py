"""The score that masters a goal: seen by a colleague at once, told to team and family once, and taken up again."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core.tenant import organization
from notifications.models import Message
from progress.models import GoalState
from progress.mutations import record_progress_point
from tests.factories.ieps import GoalFactory, IepFactory

expect = pytest.importorskip("playwright.sync_api").expect


@pytest.fixture
def goal(committed_cast):
    """A goal to be met by three scores in a row, of which there are two."""
    cast = committed_cast
    today = cast.casey.actor.today
    with organization(cast.district.id):
        iep = IepFactory(
            student=cast.student,
            active=True,
            meeting_on=today - timedelta(days=63),
            effective_on=today - timedelta(days=60),
            expires_on=today + timedelta(days=300),
        )
        made = GoalFactory(
            iep=iep,
            number=1,
            baseline_on=today - timedelta(days=60),
            target_on=today + timedelta(days=200),
        )
        for days, value in ((14, 93), (7, 94)):
            record_progress_point(
                actor=cast.casey.actor,
                goal_id=made.id,
                measured_on=today - timedelta(days=days),
                value=Decimal(value),
                today=today,
            )
    return made


def test_goal_is_mastered_told_once_and_taken_up_again(committed_cast, goal, new_page, deliver):
    cast = committed_cast
    path = f"/students/{cast.student.id}/goals/{goal.id}/progress/"
    page = new_page(cast.casey.person, cast.casey.url(path))
    expect(page.locator("#goal-decisions")).not_to_contain_text("Mastered on")
    page.locator("html[data-live-state=live], [data-live-pill]:not([hidden])").first.wait_for()

    colleague = new_page(cast.sam.person, cast.sam.url(path))
    colleague.locator("#id_value").fill("95")
    colleague.get_by_role("button", name="Add the score").click()
    expect(page.locator("#goal-decisions")).to_contain_text("Mastered on", timeout=20_000)
    expect(page.locator("#goal-mastery")).to_contain_text("3 scores in a row")

    deliver()
    family = new_page(cast.mina.person, cast.mina.url("/family/messages/"))
    expect(family.locator("#main")).to_contain_text("Your child has mastered a goal", timeout=20_000)

    page.goto(f"{page.url}state/")
    page.locator("input[name=state][value=open]").check()
    page.locator("[name=reason]").fill("It has to hold in the classroom too.")
    page.locator("#act-form button[type=submit]").click()
    expect(page.locator("#goal-decisions")).not_to_contain_text("Mastered on", timeout=20_000)
    with organization(cast.district.id):
        assert GoalState.objects.get().status == GoalState.Status.OPEN
        told = Message.objects.filter(person=cast.mina.person, subject="Your child has mastered a goal")
        assert told.count() == 1
