"""What points come to, read for many goals at once: the same as the page of each goal says, whatever was recorded."""

from __future__ import annotations

import random
from dataclasses import fields
from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from django.utils.timezone import now

from core.actor import system_actor
from core.models import AuditEntry
from ieps.models import Goal, Iep
from progress import arithmetic, mutations
from progress.arithmetic import Measurement
from progress.counting import Counted, summaries_of
from progress.models import (
    Decision,
    DistrictRule,
    EvaluationRun,
    GoalState,
    GoalSummary,
    Phase,
    ProgressPoint,
)
from progress.queries import (
    decision_rule,
    decisions_of,
    measured,
    phases_of,
    points_of,
    state_of,
    terms_of,
)
from progress.queries.course import course_of
from progress.tasks import PARTS, evaluate_district, evaluate_part
from tests.factories.students import StudentFactory
from tests.progress.conftest import BASELINE_ON, TODAY, make_goal, make_iep

GOALS, POINTS = 40, 18


def test_a_point_that_was_read_has_all_that_arithmetic_asks_of_a_measurement():
    assert {each.name for each in fields(Measurement)} <= set(Counted._fields)


def some_goal(dice: random.Random, student) -> Goal:
    """A goal of any kind; some go on from a past IEP."""
    of = dice.choice([1, 3, 5])
    falls = dice.random() < 0.4
    terms = {
        "direction": "decrease" if falls else "increase",
        "scale": dice.choice(["rate", "trials"]),
        "baseline_value": dice.choice([Decimal(48), None]),
        "target_value": Decimal(20 if falls else 76),
        "target_on": BASELINE_ON + timedelta(days=dice.choice([40, 270])),
        "mastery_by": "observer" if dice.random() < 0.2 else "scores",
        "mastery_value": dice.choice([None, Decimal(50)]),
        "mastery_hits": dice.randrange(1, of + 1),
        "mastery_of": of,
        "mastery_counts": dice.choice(["score", "day", "trial"]),
        "mastery_window": dice.choice(["moving", "block"]),
        "mastery_settings": dice.choice([1, 1, 2]),
        "mastery_people": dice.choice([1, 1, 2]),
        "maintenance_days": dice.choice([None, 14]),
    }
    if dice.random() < 0.3:
        past = make_goal(make_iep(student, status=Iep.Status.SUPERSEDED), **terms)
        return make_goal(
            make_iep(student, number=2),
            lineage_id=past.lineage_id,
            **{**terms, "baseline_on": BASELINE_ON + timedelta(days=7), "baseline_value": Decimal(48)},
        )
    return make_goal(make_iep(student), **terms)


def some_points(dice: random.Random, goal: Goal) -> list[ProgressPoint]:
    """Scores around the aimline: on one day, before the goal, of the baseline, left out, taken back."""
    versions = list(Goal.objects.filter(lineage_id=goal.lineage_id).values_list("id", flat=True))
    rows = []
    for _n in range(dice.randrange(POINTS)):
        left_out, voided = dice.random() < 0.15, dice.random() < 0.1
        trials = "".join(dice.choice("++-") for _trial in range(5))
        rows.append(
            ProgressPoint(
                organization_id=goal.organization_id,
                student_id=goal.student_id,
                goal_id=dice.choice(versions),
                lineage_id=goal.lineage_id,
                measured_on=BASELINE_ON + timedelta(days=dice.randrange(-10, 70)),
                value=Decimal(dice.randrange(4 * 15, 4 * 85)) / 4,
                is_baseline=dice.random() < 0.2,
                raw=dice.choice([None, {"kind": "trials", "trials": list(trials)}]),
                mastery_level=dice.choice(["", "developing", "mastered"]),
                setting=dice.choice(["", "Library", "Room 4"]),
                observer_name=dice.choice(["", "Robin"]),
                recorded_by_name=dice.choice(["Casey", "Sam"]),
                voided_at=now() if voided else None,
                void_reason="Typed wrongly" if voided else "",
                excluded_at=now() if left_out else None,
                exclude_reason="Fire drill" if left_out else "",
            )
        )
    return ProgressPoint.objects.bulk_create(rows)


def some_course(dice: random.Random, goal: Goal) -> None:
    """Changes of instruction, a decision, a goal opened again."""
    own = {
        "organization_id": goal.organization_id,
        "student_id": goal.student_id,
        "goal": goal,
        "lineage_id": goal.lineage_id,
    }
    if dice.random() < 0.5:
        Phase.objects.create(
            **own, label="Small group", starts_on=BASELINE_ON + timedelta(days=dice.randrange(60))
        )
    if dice.random() < 0.3:
        on = BASELINE_ON + timedelta(days=dice.randrange(60))
        Decision.objects.create(**own, choice="continue", reason="It goes well.", decided_on=on)
    if dice.random() < 0.2:
        GoalState.objects.create(**own, reopened_on=BASELINE_ON + timedelta(days=dice.randrange(60)))


@pytest.fixture
def goals(cast) -> list[Goal]:
    """Many goals of every kind, under a rule of the district's own."""
    dice = random.Random(20260601)
    DistrictRule.objects.create(organization=cast.district, below=3, above=3, watch=2, trend_points=5)
    made = [
        some_goal(dice, StudentFactory(organization=cast.district, school=cast.school)) for _n in range(GOALS)
    ]
    for goal in made:
        some_points(dice, goal)
        some_course(dice, goal)
    return made


@pytest.fixture
def clock(cast):
    return system_actor(organization_id=cast.district.id, name="clock")


def page_says(actor, goal: Goal) -> arithmetic.GoalSummary:
    """The summary of one goal from its models, as its page reads them, on its last measured day."""
    points = measured(points_of(actor=actor, goal=goal), with_trials=goal.mastery_counts == "trial")
    counted = [point for point in points if not point.is_excluded]
    scores = [point for point in counted if not point.is_baseline] or counted
    course = course_of(
        phases_of(actor=actor, goal=goal),
        decisions_of(actor=actor, goal=goal),
        state_of(actor=actor, goal=goal),
    )
    return arithmetic.summary(
        points,
        terms_of(goal),
        max((point.on for point in scores), default=goal.baseline_on),
        rule=decision_rule(actor=actor),
        changes=course.changes,
        decided_on=course.decided_on,
        reopened_on=course.reopened_on,
    )


def test_many_goals_read_at_once_come_to_what_the_page_of_each_says(clock, goals):
    found = summaries_of(actor=clock, goals=goals)

    for goal, row in zip(goals, found, strict=True):
        page = page_says(clock, goal)
        said = page.verdict.points
        assert (row.status, row.current_value, row.last_on) == (page.status, page.current, page.last_on)
        assert (row.percent_of_way, row.trend_per_week) == (page.percent_of_way, page.trend_per_week)
        assert (row.in_a_row_below, row.in_a_row_at_or_above) == (
            page.in_a_row_below,
            page.in_a_row_at_or_above,
        )
        assert (tuple(row.spark), row.mastered_on) == (page.last_values, page.mastered_on)
        assert [UUID(point) for point in row.rule_points] == [point.id for point in said]
        assert (row.rule, row.suggestion) == (
            (page.verdict.rule, page.verdict.suggestion) if row.last_on else ("", "")
        )
        assert row.needs_decision == page.verdict.needs_decision
    assert len({row.rule for row in found}) > 4  # else nothing was tried


def test_what_was_written_is_known_again_and_not_written_twice(clock, goals):
    for day in (TODAY, TODAY + timedelta(days=1)):
        evaluate_district(actor=clock, today=day)
    rows = list(GoalSummary.objects.values_list("goal_id", "status", "rule").order_by("goal_id"))

    assert len(rows) == GOALS
    assert mutations.rebuild_summaries(actor=clock, goal_ids=[goal.id for goal in goals]) == 0
    assert list(GoalSummary.objects.values_list("goal_id", "status", "rule").order_by("goal_id")) == rows


def acts(verb):
    return AuditEntry.objects.filter(verb=verb).count()


def test_the_parts_of_a_night_look_at_each_goal_once_and_end_it_together(clock, goals):
    changed = evaluate_part(actor=clock, today=TODAY, part=1)
    assert acts("progress.evaluation.finished") == 0  # the other part has not begun
    changed += evaluate_part(actor=clock, today=TODAY, part=0)

    runs = EvaluationRun.objects.filter(on=TODAY)
    assert len(runs) == PARTS and all(run.finished_at for run in runs)
    assert sum(run.goals for run in runs) == GOALS
    assert min(run.goals for run in runs) > 0
    entry = AuditEntry.objects.get(verb="progress.evaluation.finished")
    assert (entry.values["goals"], entry.values["changed"]) == (GOALS, changed)
    assert acts("progress.goal.verdict_changed") == changed
    assert evaluate_district(actor=clock, today=TODAY) == 0  # every goal once a day
    assert acts("progress.evaluation.finished") == 1


def test_another_rule_has_every_goal_looked_at_again_on_the_same_day(cast, clock, goals):
    today = cast.ada.actor.today
    evaluate_district(actor=clock, today=today)
    before = dict(GoalSummary.objects.values_list("goal_id", "rule"))
    mutations.set_decision_rule(actor=cast.ada.actor, values={"mastery_of": 5})
    assert evaluate_district(actor=clock, today=today) == 0  # it is about goals to come
    assert EvaluationRun.objects.filter(on=today).count() == PARTS

    mutations.set_decision_rule(actor=cast.ada.actor, values={"below": 9, "above": 9, "trend_points": 30})
    assert not EvaluationRun.objects.filter(on=today).exists()
    evaluate_district(actor=clock, today=today)

    after = dict(GoalSummary.objects.values_list("goal_id", "rule"))
    assert "run_below" in before.values() and "run_below" not in after.values()
