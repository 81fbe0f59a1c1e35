"""Recording a score and taking it back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.management import call_command

from core.actor import Kind, system_actor
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry, OutboxEvent
from ieps.models import Goal, Iep
from progress.models import GoalSummary, ProgressPoint
from progress.mutations import (
    AlreadyRecorded,
    GoalNotInForce,
    MeasuredInTheFuture,
    MeasuredTooEarly,
    OutsideTheScale,
    summarise_iep,
    undo_progress_point,
)
from progress.queries import points_of
from tests.progress.conftest import BASELINE_ON, TODAY, make_goal, make_iep, record


def stored(goal: Goal) -> dict:
    row = GoalSummary.objects.filter(goal=goal).values().get()
    return {name: value for name, value in row.items() if name not in {"id", "created_at"}}


@pytest.mark.parametrize("name", ["casey", "paula", "sam"])
def test_record_progress_point_adds_one_measurement_with_its_audit(cast, goal, name):
    player = getattr(cast, name)
    point = record(player.actor, goal, "64", note=" Read with expression. ", context="Room 4")

    assert ProgressPoint.objects.get() == point
    assert (point.value, point.measured_on, point.note, point.context) == (
        Decimal(64),
        TODAY,
        "Read with expression.",
        "Room 4",
    )
    assert (point.recorded_by_id, point.recorded_by_name) == (player.person.id, player.actor.name)
    entry = AuditEntry.objects.get(verb="progress.point.recorded")
    assert entry.student_id == cast.student.id
    assert entry.values == {
        "goal_id": str(goal.id),
        "measured_on": "2025-11-19",
        "value": "64",
        "is_baseline": False,
        "has_note": True,
    }


def test_recorded_point_wakes_the_goal_the_student_and_the_caseloads(cast, goal):
    record(cast.paula.actor, goal)

    topics = OutboxEvent.objects.get(verb="progress.point.recorded").topics
    assert {f"goal.{goal.id}", f"student.{cast.student.id}", f"caseload.{cast.casey.person.id}"} <= set(
        topics
    )


@pytest.mark.parametrize("outsider", ["omar", "otto", "fin", "gina"])
def test_record_progress_point_hides_the_goal_from_those_who_do_not_see_goals(cast, goal, outsider):
    with pytest.raises(NotFound):
        record(getattr(cast, outsider).actor, goal)

    assert not ProgressPoint.objects.exists()


@pytest.mark.parametrize("reader", ["ada", "cory", "vic"])
def test_record_progress_point_refuses_those_who_only_read(cast, goal, reader):
    with pytest.raises(NotAllowed):
        record(getattr(cast, reader).actor, goal)

    assert not ProgressPoint.objects.exists()


def test_record_progress_point_refuses_a_parent(cast, goal):
    with pytest.raises(NotAllowed):
        record(cast.mina.actor, goal)


def test_record_progress_point_refuses_a_day_after_today(cast, goal):
    with pytest.raises(MeasuredInTheFuture) as refusal:
        record(cast.casey.actor, goal, on=TODAY + timedelta(days=1))

    assert list(refusal.value.fields) == ["measured_on"]
    assert "Nov 19, 2025" in refusal.value.fields["measured_on"][0]
    assert refusal.value.status == 422


def test_record_progress_point_takes_the_day_of_the_baseline_and_refuses_the_day_before(cast, goal):
    record(cast.casey.actor, goal, on=BASELINE_ON)

    with pytest.raises(MeasuredTooEarly):
        record(cast.casey.actor, goal, on=BASELINE_ON - timedelta(days=1))


def test_record_progress_point_takes_a_baseline_from_before_but_not_from_years_before(cast, goal):
    record(cast.casey.actor, goal, on="2025-09-02", is_baseline=True)

    with pytest.raises(MeasuredTooEarly):
        record(cast.casey.actor, goal, on=BASELINE_ON - timedelta(days=366), is_baseline=True)


@pytest.mark.parametrize(
    ("scale", "value", "is_taken"),
    [
        ("percent", 0, True),
        ("percent", 100, True),
        ("percent", "100.01", False),
        ("percent", -1, False),
        ("rubric", 10, True),
        ("rubric", "10.5", False),
        ("count", 0, True),
        ("count", "-0.01", False),
        ("rate", 180, True),
        ("minutes", "12.5", True),
        ("rate", "NaN", False),
        ("rate", "Infinity", False),
    ],
)
def test_record_progress_point_keeps_to_the_goals_scale(cast, scale, value, is_taken):
    goal = make_goal(make_iep(cast.student), scale=scale, baseline_value=1, target_value=9)
    if is_taken:
        assert record(cast.casey.actor, goal, value).value == Decimal(str(value))
        return

    with pytest.raises(OutsideTheScale) as refusal:
        record(cast.casey.actor, goal, value)
    assert list(refusal.value.fields) == ["value"]


@pytest.mark.parametrize("value", ["1.234", "12345678.00"])
def test_record_progress_point_refuses_a_number_that_the_column_does_not_hold(cast, goal, value):
    with pytest.raises(Invalid) as refusal:
        record(cast.casey.actor, goal, value)

    assert list(refusal.value.fields) == ["value"]


def test_record_progress_point_refuses_a_note_longer_than_2000(cast, goal):
    record(cast.casey.actor, goal, note="x" * 2000)

    with pytest.raises(Invalid) as refusal:
        record(cast.casey.actor, goal, note="x" * 2001)
    assert list(refusal.value.fields) == ["note"]


@pytest.mark.parametrize(
    "status", [Iep.Status.DRAFT, Iep.Status.IN_REVIEW, Iep.Status.APPROVED, Iep.Status.SUPERSEDED]
)
def test_record_progress_point_refuses_goals_that_are_not_in_force(cast, status):
    goal = make_goal(make_iep(cast.student, status=status))

    with pytest.raises(GoalNotInForce) as refusal:
        record(cast.casey.actor, goal)
    assert (refusal.value.code, refusal.value.status) == ("goal_not_in_force", 409)


def test_record_progress_point_hides_a_draft_from_a_paraprofessional(cast, draft_goal):
    with pytest.raises(NotFound):
        record(cast.paula.actor, draft_goal)


def test_record_progress_point_twice_with_one_client_id_records_once(cast, goal):
    client_id = uuid4()
    first = record(cast.paula.actor, goal, 50, client_id=client_id)
    again = record(cast.paula.actor, goal, 50, client_id=client_id)

    assert first.id == again.id
    assert ProgressPoint.objects.count() == 1
    assert AuditEntry.objects.filter(verb="progress.point.recorded").count() == 1


def test_record_progress_point_refuses_another_score_under_a_known_client_id(cast, goal):
    client_id = uuid4()
    record(cast.paula.actor, goal, 50, client_id=client_id)

    with pytest.raises(AlreadyRecorded):
        record(cast.paula.actor, goal, 51, client_id=client_id)


def test_record_progress_point_refuses_a_client_id_used_for_a_student_out_of_sight(cast, goal):
    client_id = uuid4()
    record(cast.omar.actor, make_goal(make_iep(cast.other_student)), 50, client_id=client_id)

    with pytest.raises(AlreadyRecorded):
        record(cast.paula.actor, goal, 50, client_id=client_id)
    assert not GoalSummary.objects.filter(goal=goal).exists()


def test_record_progress_point_takes_no_point_back_to_life_by_its_client_id(cast, goal):
    client_id = uuid4()
    point = record(cast.paula.actor, goal, 50, client_id=client_id)
    undo_progress_point(actor=cast.paula.actor, point_id=point.id)

    assert record(cast.paula.actor, goal, 50, client_id=client_id).voided_at is not None
    assert ProgressPoint.objects.count() == 1


def test_recorded_points_make_the_summary(cast, goal):
    for week, value in enumerate((49, 50, 50, 54)):
        record(cast.casey.actor, goal, value, BASELINE_ON + timedelta(days=7 * (week + 1)))

    assert stored(goal) == {
        "organization_id": cast.district.id,
        "goal_id": goal.id,
        "student_id": cast.student.id,
        "status": "on_track",
        "current_value": Decimal(54),
        "last_on": date(2025, 10, 3),
        "last_by_name": cast.casey.actor.name,
        "percent_of_way": Decimal("13.6"),  # 6 of 44 words
        "trend_per_week": Decimal("1.50"),  # (-3*49 - 50 + 50 + 3*54) / 10
        "in_a_row_below": 0,
        "in_a_row_at_or_above": 1,
        "spark": [Decimal(49), Decimal(50), Decimal(50), Decimal(54)],
        "aim_first": Decimal("49.1282"),  # 48 + 44 * 7 / 273
        "aim_last": Decimal("52.5128"),
        "points": 4,
        "rule": "",
        "suggestion": "continue",
        "rule_points": [],
        "needs_decision": False,
        "mastered_on": None,
        "next_probe_on": date(2025, 10, 10),  # once in seven days
    }


def test_a_score_recorded_late_takes_its_place_by_its_day(cast, goal):
    record(cast.casey.actor, goal, 60, "2025-10-20")
    record(cast.casey.actor, goal, 40, "2025-10-01")

    assert (stored(goal)["current_value"], stored(goal)["last_on"]) == (Decimal(60), date(2025, 10, 20))


def test_undo_progress_point_keeps_the_row_and_no_longer_counts_it(cast, goal):
    record(cast.paula.actor, goal, 50, "2025-10-01")
    before = stored(goal)
    wrong = record(cast.paula.actor, goal, 500, "2025-10-08")

    undone = undo_progress_point(actor=cast.paula.actor, point_id=wrong.id, reason="Typed twice")

    assert undone.voided_at is not None
    assert (undone.voided_by_id, undone.void_reason) == (cast.paula.person.id, "Typed twice")
    assert ProgressPoint.objects.count() == 2
    assert stored(goal) == before
    entry = AuditEntry.objects.get(verb="progress.point.voided")
    assert (entry.values["value"], entry.values["has_reason"]) == ("500.00", True)


def test_undo_of_the_only_point_leaves_no_data(cast, goal):
    point = record(cast.casey.actor, goal)
    undo_progress_point(actor=cast.casey.actor, point_id=point.id)

    assert (stored(goal)["status"], stored(goal)["current_value"], stored(goal)["points"]) == (
        "no_data",
        None,
        0,
    )


def test_undo_progress_point_twice_changes_nothing(cast, goal):
    point = record(cast.casey.actor, goal)
    first = undo_progress_point(actor=cast.casey.actor, point_id=point.id, reason="Typo")
    again = undo_progress_point(actor=cast.casey.actor, point_id=point.id, reason="Other")

    assert (again.voided_at, again.void_reason) == (first.voided_at, "Typo")
    assert AuditEntry.objects.filter(verb="progress.point.voided").count() == 1


@pytest.mark.parametrize(
    ("name", "may"), [("paula", True), ("casey", True), ("ada", True), ("sam", False), ("vic", False)]
)
def test_undo_progress_point_is_for_who_recorded_it_and_who_writes_goals(cast, goal, name, may):
    point = record(cast.paula.actor, goal)
    actor = getattr(cast, name).actor
    if may:
        assert undo_progress_point(actor=actor, point_id=point.id).voided_at is not None
        return

    with pytest.raises(NotAllowed):
        undo_progress_point(actor=actor, point_id=point.id)
    assert ProgressPoint.objects.get().voided_at is None


@pytest.mark.parametrize("outsider", ["omar", "otto", "gina"])
def test_undo_progress_point_hides_the_point_from_outsiders(cast, goal, outsider):
    point = record(cast.paula.actor, goal)

    with pytest.raises(NotFound):
        undo_progress_point(actor=getattr(cast, outsider).actor, point_id=point.id)


def test_undo_progress_point_of_nothing_is_not_found(cast):
    with pytest.raises(NotFound):
        undo_progress_point(actor=cast.casey.actor, point_id=uuid4())


def test_undo_progress_point_refuses_a_long_reason(cast, goal):
    point = record(cast.casey.actor, goal)

    with pytest.raises(Invalid):
        undo_progress_point(actor=cast.casey.actor, point_id=point.id, reason="x" * 301)


def continued(cast, goal: Goal, **more) -> Goal:
    """The goal in the IEP that follows."""
    Iep.objects.filter(id=goal.iep_id).update(status=Iep.Status.SUPERSEDED)
    iep = make_iep(cast.student, number=2, effective_on=TODAY, meeting_on=TODAY)
    return make_goal(iep, lineage_id=goal.lineage_id, **more)


def test_a_goal_that_goes_on_in_a_new_iep_keeps_its_points(cast, goal):
    record(cast.casey.actor, goal, 50, "2025-10-01")
    record(cast.casey.actor, goal, 60, "2025-11-01")
    following = continued(cast, goal, baseline_on=date(2025, 10, 15), baseline_value=55)

    assert summarise_iep(actor=cast.casey.actor, iep_id=following.iep_id) == 1
    assert (stored(following)["current_value"], stored(following)["points"]) == (Decimal(60), 1)
    assert [point.value for point in points_of(actor=cast.casey.actor, goal=following)] == [Decimal(60)]
    assert summarise_iep(actor=cast.casey.actor, iep_id=following.iep_id) == 0


def test_a_past_goal_keeps_what_was_known_of_it(cast, goal):
    record(cast.casey.actor, goal, 50, "2025-10-01")
    before = stored(goal)
    following = continued(cast, goal)
    record(cast.casey.actor, following, 66)

    assert stored(goal) == before
    assert (stored(following)["current_value"], stored(following)["points"]) == (Decimal(66), 2)


def test_a_point_taken_back_from_a_past_goal_no_longer_counts_for_the_one_that_continues_it(cast, goal):
    wrong = record(cast.casey.actor, goal, 500, "2025-10-01")
    following = continued(cast, goal)
    record(cast.casey.actor, following, 66)
    undo_progress_point(actor=cast.casey.actor, point_id=wrong.id)

    assert (stored(goal)["points"], stored(following)["points"]) == (0, 1)


def test_rebuild_summaries_makes_the_same_rows_again(cast, goal):
    for week, value in enumerate((49, 50, 50, 54, 49, 48, 47)):
        record(cast.casey.actor, goal, value, BASELINE_ON + timedelta(days=7 * (week + 1)))
    record(cast.casey.actor, goal, 47, "2025-09-02", is_baseline=True)
    undo_progress_point(actor=cast.casey.actor, point_id=record(cast.casey.actor, goal, 1).id)
    falling = make_goal(
        goal.iep, number=2, direction="decrease", scale="count", baseline_value=12, target_value=3
    )
    record(cast.sam.actor, falling, 11, "2025-10-01")
    following = continued(cast, goal)
    record(cast.sam.actor, following, 66)
    before = {key.id: stored(key) for key in (goal, falling, following)}

    GoalSummary.objects.all().delete()
    call_command("rebuild_summaries", "--organization", cast.district.slug)

    assert {key.id: stored(key) for key in (goal, falling, following)} == before
    entries = AuditEntry.objects.filter(verb="progress.summaries.rebuilt")
    assert [entry.values for entry in entries] == [{"goals": 3}]


def test_rebuild_summaries_changes_nothing_that_is_right(cast, goal, capsys):
    record(cast.casey.actor, goal)
    call_command("rebuild_summaries")

    assert "larkspur: 1 goals, 0 summaries written" in capsys.readouterr().out
    assert not AuditEntry.objects.filter(verb="progress.summaries.rebuilt").exists()


def test_rebuild_summaries_corrects_a_wrong_row(cast, goal):
    record(cast.casey.actor, goal)
    before = stored(goal)
    GoalSummary.objects.update(status="decide", current_value=1)
    call_command("rebuild_summaries")

    assert stored(goal) == before


def test_software_records_under_its_own_name(cast, goal):
    actor = replace(
        system_actor(organization_id=cast.district.id, name="Reading platform"), kind=Kind.INTEGRATION
    )
    point = record(actor, goal)

    assert (point.recorded_by_id, point.recorded_by_name) == (None, "Reading platform")
