"""The demonstration district: as in the pictures, consistent, and only where it belongs."""

from __future__ import annotations

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.timezone import now

from accounts.models import Organization, Person
from casefile.demo.build import build
from casefile.demo.people import OTHER_PEOPLE, PASSWORD, PEOPLE
from casefile.demo.students import everybody
from coediting.models import Text
from coediting.queries import history
from core.actor import system_actor
from core.models import AuditEntry
from core.tenant import organization
from ieps.completeness import missing
from ieps.models import Comment, Goal, Iep
from progress.models import GoalSummary, ProgressPoint
from progress.mutations import rebuild_summaries
from progress.queries import goal_cards
from students.models import Allergy, Condition, Guardian, HealthPlan, Medication, Student, TeamMember


@pytest.fixture
def demo(demonstration):
    district = Organization.objects.get(slug="larkspur")
    with organization(district.id):
        yield district


def test_demo_is_as_the_pictures_show(demo):
    actor, today = system_actor(organization_id=demo.id, name="test"), demo.local_date()
    students = {(row.given_name, row.family_name): row.id for row in Student.objects.all()}
    cards = goal_cards(actor=actor, student_ids=students.values(), today=today)
    found = {
        (story.given, story.family): tuple(
            card.status.value for card in cards[students[story.given, story.family]]
        )
        for story in everybody()
    }

    assert len(students) == 60
    assert Student.objects.values("school").distinct().count() == 3
    assert TeamMember.objects.filter(person__email="dana.whitfield@larkspur.example").count() == 18
    assert found == {(story.given, story.family): story.statuses for story in everybody()}


def test_demo_is_consistent(demo):
    actor, today = system_actor(organization_id=demo.id, name="test"), demo.local_date()
    days = ProgressPoint.objects.values_list("measured_on", flat=True)
    finished = Iep.objects.select_related("student").filter(status__in=["active", "in_review", "approved"])
    wrong = {
        str(iep.student): [item.code for item in found]
        for iep in finished
        if (found := missing(iep, list(iep.goals.order_by("number")), list(iep.services.all())))
    }
    goals = list(Goal.objects.filter(iep__status="active").values_list("id", flat=True))

    assert today - timedelta(days=246) < min(days) < today - timedelta(days=230)
    assert today - timedelta(days=3) <= max(days) <= today
    assert all(day.weekday() < 5 for day in days)
    assert wrong == {}
    assert GoalSummary.objects.filter(goal__in=goals).count() == len(goals)
    assert rebuild_summaries(actor=actor, goal_ids=goals) == 0
    assert AuditEntry.objects.filter(verb="progress.point.recorded").count() == len(days)
    assert not AuditEntry.objects.filter(at__gt=now()).exists()
    assert not Student.objects.filter(family_name="Ferreira").exists()
    with organization(Organization.objects.get(slug="marigold").id):
        names = set(Student.objects.values_list("family_name", flat=True))
    assert names == {"Ferreira", "Stone", "Lindgren", "Vance"}


def test_demo_everybody_can_sign_in_and_open_the_first_page(demo, client):
    for role in (*PEOPLE, *OTHER_PEOPLE):
        person = (
            Person.objects.get(email=role.email)
            if role.domain != "larkspur.example"
            else Person.objects.filter(given_name=role.given, family_name=role.family).get()
        )
        assert person.check_password(PASSWORD)
        client.force_login(person)
        slug = "marigold" if role in OTHER_PEOPLE else "larkspur"
        assert client.get(f"/d/{slug}/").status_code == 200, role.key
        assert client.get(f"/d/{slug}/caseload/").status_code == 200, role.key


@pytest.mark.parametrize("today", [date(2026, 1, 1), date(2024, 2, 29), date(2025, 7, 6)])
def test_demo_can_be_built_on_any_day(db, today):
    assert build(today=today)


def test_load_demo_does_nothing_the_second_time(db):
    said = StringIO()
    call_command("load_demo", stdout=said)
    call_command("load_demo", "--print-signins", stdout=said)

    assert Organization.objects.count() == 2
    assert said.getvalue().count("are ready") == 1
    assert said.getvalue().count(PASSWORD) == 1
    assert "dana.whitfield@larkspur.example" in said.getvalue()


def test_load_demo_leaves_a_real_installation_alone(cast, settings):
    call_command("load_demo", "--if-empty", stdout=StringIO())
    assert set(Organization.objects.values_list("slug", flat=True)) == {"larkspur", "dunmore"}
    settings.IS_PRODUCTION = True
    with pytest.raises(CommandError, match="never in production"):
        call_command("load_demo")


def test_signins_are_printed_for_a_demonstration_only(cast):
    said = StringIO()
    call_command("load_demo", "--if-empty", "--print-signins", stdout=said)

    assert PASSWORD not in said.getvalue()


def test_health_is_known_of_some_and_one_court_order(demo):
    """Allergies with a plan, medicines, conditions; encrypted like everybody's."""
    assert {row.severity for row in Allergy.objects.all()} == {"life_threatening", "severe", "moderate"}
    assert any(row.emergency_plan for row in HealthPlan.objects.all())
    assert Medication.objects.exists() and Condition.objects.exists()
    assert sum(bool(row.court_restrictions) for row in Guardian.objects.all()) == 1


def test_draft_is_written_by_three_and_talked_about(demo):
    actor = system_actor(organization_id=demo.id, name="test")
    iep = Iep.objects.get(student__given_name="Ethan", student__family_name="Vance", status="draft")
    text = Text.objects.get(subject_id=iep.id, field="present_levels")

    sittings = history(actor=actor, text_id=text.id)
    threads = Comment.objects.filter(iep=iep, thread=None).order_by("created_at")

    assert [one.by_name for one in sittings] == [
        "Dana Whitfield",
        "Kwame Osei",
        "Dana Whitfield",
        "Priyanka Shah",
        "Dana Whitfield",
    ]
    assert {one.began_at.date() for one in sittings} & {demo.local_date()} == set()
    assert "on the playground" in iep.present_levels and text.version == 5
    settled, still_open = threads
    assert settled.resolved_at is not None and still_open.resolved_at is None
    assert (still_open.quote, still_open.mentioned) == (
        "on the playground",
        [Person.objects.get(given_name="Dana").id],
    )
    assert still_open.answers.count() == 1
