"""The nightly look at every goal, and what a district and a team set for it."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.actor import system_actor
from core.errors import Invalid, NotAllowed
from progress import mutations
from progress.models import DataTask, ProgressPoint, PromptLevel
from progress.queries import decision_rule, prompt_levels
from tests.factories.students import StudentFactory
from tests.progress.conftest import TODAY, make_goal, make_iep, record
from tests.progress.course import acts, state, summary, week


def test_the_night_looks_at_every_goal_once_and_writes_down_what_changed(cast, goal):
    for n in range(1, 5):
        record(cast.casey.actor, goal, 48, week(n))
    actor = system_actor(organization_id=cast.district.id, name="clock")

    first = mutations.evaluate_batch(actor=actor, today=week(4))
    end = mutations.evaluate_batch(actor=actor, today=week(4))
    again = mutations.evaluate_batch(actor=actor, today=week(4))

    assert (first.goals, first.changed, end.is_finished, again.is_finished) == (1, 1, True, True)
    assert state(goal).verdict == "decide:run_below:change"
    assert (acts("progress.goal.verdict_changed"), acts("progress.evaluation.finished")) == (1, 1)
    assert not mutations.evaluate_goal(actor=actor, goal_id=goal.id, today=week(5))
    assert mutations.evaluate_goal(actor=actor, goal_id=goal.id, today=week(9))
    assert state(goal).verdict == "no_data:quiet:measure"


def test_a_night_needs_as_many_statements_for_many_goals_as_for_one(cast):
    """Verdicts, mastery and its withdrawal are written together, and each has its own audit entry."""

    def students(count):
        for number in range(count):
            student = StudentFactory(organization=cast.district, school=cast.school)
            goal = make_goal(make_iep(student))
            ProgressPoint.objects.bulk_create(
                ProgressPoint(
                    organization=cast.district,
                    student=student,
                    goal=goal,
                    lineage_id=goal.lineage_id,
                    measured_on=week(n),
                    value=Decimal(95 if number % 2 else 48),
                    recorded_by_name="Casey",
                )
                for n in range(1, 5)
            )

    actor = system_actor(organization_id=cast.district.id, name="clock")
    counts = []
    for size, day in ((2, week(4)), (12, week(5))):
        students(size)
        with CaptureQueriesContext(connection) as queries:
            found = mutations.evaluate_batch(actor=actor, today=day)
        counts.append(len(queries))

    assert (found.goals, found.changed, counts[0]) == (14, 12, counts[1])
    assert (acts("progress.goal.verdict_changed"), acts("progress.goal.mastered")) == (14, 7)


def test_a_district_sets_its_own_rule(cast, goal):
    for n in range(1, 4):
        record(cast.casey.actor, goal, 48, week(n))
    assert not summary(goal).needs_decision
    with pytest.raises(NotAllowed):
        mutations.set_decision_rule(actor=cast.casey.actor, values={"below": 3})
    with pytest.raises(Invalid):
        mutations.set_decision_rule(actor=cast.ada.actor, values={"below": 2, "watch": 2})
    mutations.set_decision_rule(actor=cast.ada.actor, values={"below": 3})

    assert decision_rule(actor=cast.ada.actor).below == 3
    mutations.evaluate_goal(actor=cast.ada.actor, goal_id=goal.id, today=week(3))
    assert summary(goal).needs_decision


def test_a_district_orders_its_own_prompts(cast):
    assert [prompt.name for prompt in prompt_levels(actor=cast.ada.actor)][:2] == ["Independent", "Gesture"]
    levels = [{"key": "independent", "name": "Alone"}, {"name": "Hint"}, {"key": "model", "name": "Model"}]
    mutations.set_prompt_levels(actor=cast.ada.actor, levels=levels)

    found = prompt_levels(actor=cast.ada.actor)
    assert [(prompt.name, prompt.independence) for prompt in found] == [
        ("Alone", Decimal("100.00")),
        ("Hint", Decimal("50.00")),
        ("Model", Decimal("0.00")),
    ]
    assert (found[0].key, found[2].key) == ("independent", "model")
    for wrong in (
        [],
        [{"name": "One"}],
        [{"name": "One"}, {"name": "one"}],
        [{"name": "One"}, {"name": " "}],
    ):
        with pytest.raises(Invalid):
            mutations.set_prompt_levels(actor=cast.ada.actor, levels=wrong)
    with pytest.raises(NotAllowed):
        mutations.set_prompt_levels(actor=cast.casey.actor, levels=levels)
    assert PromptLevel.objects.count() == 3


def test_somebody_of_the_team_is_asked_to_record(cast, goal):
    asked = mutations.assign_data_task(
        actor=cast.casey.actor,
        goal_id=goal.id,
        person_id=cast.paula.person.id,
        instructions="Two probes",
        starts_on=TODAY,
    )
    mutations.assign_data_task(
        actor=cast.casey.actor,
        goal_id=goal.id,
        person_id=cast.paula.person.id,
        instructions="Three probes",
        starts_on=TODAY,
    )
    assert DataTask.objects.get().instructions == "Three probes"
    mutations.end_data_task(actor=cast.casey.actor, task_id=asked.id, today=TODAY)
    assert DataTask.objects.get().ends_on == TODAY
    with pytest.raises(Invalid):
        mutations.assign_data_task(
            actor=cast.casey.actor, goal_id=goal.id, person_id=cast.omar.person.id, starts_on=TODAY
        )


def test_levels_of_attainment_are_all_said(cast, goal):
    names = ("much_less", "less", "expected", "more", "much_more")
    with pytest.raises(Invalid):
        mutations.set_attainment_scale(actor=cast.casey.actor, goal_id=goal.id, levels={"less": "x"})
    found = mutations.set_attainment_scale(
        actor=cast.casey.actor, goal_id=goal.id, levels=dict.fromkeys(names, "Reads"), weight=2
    )
    assert (found.weight, found.expected) == (2, "Reads")
