"""The course of a goal: phases, decisions and the summary that follows from them."""

from datetime import date
from decimal import Decimal

import pytest

from core.errors import Invalid, NotAllowed
from ieps.models import Goal, Iep
from progress import mutations
from progress.models import Decision, GoalSummary, Phase
from tests.progress.conftest import TODAY, make_goal, make_iep, record
from tests.progress.course import acts, summary, week


def phase(cast, goal, n, label="Repeated reading"):
    return mutations.start_phase(
        actor=cast.casey.actor, goal_id=goal.id, starts_on=week(n), label=label, today=TODAY
    )


def test_a_phase_ends_the_one_before_it_and_begins_the_count_anew(cast, goal):
    for n in range(1, 5):
        record(cast.casey.actor, goal, 48, week(n))
    assert (summary(goal).rule, summary(goal).needs_decision) == ("run_below", True)
    first = phase(cast, goal, 1, "Decoding")
    second = phase(cast, goal, 4)

    first.refresh_from_db()
    assert (first.ends_on, second.ends_on) == (week(4), None)
    assert (summary(goal).in_a_row_below, summary(goal).needs_decision) == (1, False)
    between = phase(cast, goal, 2, "Between")
    assert between.ends_on == week(4)


def test_a_phase_needs_words_and_a_day_of_its_own(cast, goal):
    phase(cast, goal, 2)
    with pytest.raises(mutations.PhaseThere):
        phase(cast, goal, 2)
    with pytest.raises(Invalid):
        phase(cast, goal, 3, " ")
    with pytest.raises(Invalid):
        phase(cast, goal, -1)
    with pytest.raises(NotAllowed):
        mutations.start_phase(
            actor=cast.paula.actor, goal_id=goal.id, starts_on=week(3), label="Mine", today=TODAY
        )


def test_a_phase_is_named_anew_and_ended(cast, goal):
    found = phase(cast, goal, 2)
    mutations.rename_phase(actor=cast.casey.actor, phase_id=found.id, label="Timed reading")
    with pytest.raises(Invalid):
        mutations.end_phase(actor=cast.casey.actor, phase_id=found.id, ends_on=week(2), today=TODAY)
    mutations.end_phase(actor=cast.casey.actor, phase_id=found.id, ends_on=week(5), today=TODAY)

    found.refresh_from_db()
    assert (found.label, found.ends_on) == ("Timed reading", week(5))


def test_whoever_is_responsible_for_a_goal_decides_on_it(cast, goal):
    with pytest.raises(NotAllowed):
        decide(cast, goal, "continue", who="sam")
    Goal.objects.filter(id=goal.id).update(responsible=cast.sam.person)
    assert decide(cast, goal, "continue", who="sam").decided_by_name == cast.sam.actor.name


def decide(cast, goal, choice, who="casey", **more):
    return mutations.decide(
        actor=getattr(cast, who).actor,
        goal_id=goal.id,
        choice=choice,
        reason="Four scores below the line",
        today=TODAY,
        **more,
    )


def test_a_decision_keeps_the_rule_and_its_scores_and_answers_them(cast, goal):
    points = [record(cast.casey.actor, goal, 48, week(n)) for n in range(1, 5)]
    found = decide(cast, goal, "continue")

    assert (found.rule, found.suggestion) == ("run_below", "change")
    assert set(found.points) == {point.id for point in points}
    assert not summary(goal).needs_decision
    assert acts("progress.goal.decided") == 1


def test_a_change_of_instruction_is_a_phase(cast, goal):
    with pytest.raises(Invalid):
        decide(cast, goal, "change")
    assert not Decision.objects.exists()
    found = decide(cast, goal, "change", phase_label="Repeated reading")

    assert Phase.objects.get() == found.phase
    assert found.phase.starts_on == TODAY


def test_a_raised_goal_is_a_proposed_amendment_and_never_an_edit(cast, goal):
    found = decide(cast, goal, "raise", target=Decimal(100), target_on=date(2026, 6, 5))

    goal.refresh_from_db()
    amendment = Iep.objects.get(id=found.amendment_id)
    assert (goal.target_value, amendment.kind, amendment.status) == (92, Iep.Kind.AMENDMENT, Iep.Status.DRAFT)
    assert Goal.objects.get(iep=amendment, lineage_id=goal.lineage_id).target_value == 100


@pytest.mark.parametrize(
    ("choice", "target"), [("raise", 90), ("raise", 92), ("lower", 95), ("raise", None), ("raise", "NaN")]
)
def test_a_proposal_goes_the_way_it_says(cast, goal, choice, target):
    with pytest.raises(Invalid):
        decide(cast, goal, choice, target=None if target is None else Decimal(str(target)))
    assert not Iep.objects.filter(kind=Iep.Kind.AMENDMENT).exists()


def test_rebuilt_summaries_equal_those_kept_by_every_change(cast, mastered):
    phase(cast, mastered, 2)
    decide(cast, mastered, "continue")
    point = record(cast.casey.actor, mastered, 10, week(5), setting="Hall")
    mutations.exclude_point(actor=cast.casey.actor, point_id=point.id, reason="Ill")
    before = GoalSummary.objects.values().get(goal=mastered)

    assert mutations.rebuild_summaries(actor=cast.ada.actor, goal_ids=[mastered.id]) == 0
    GoalSummary.objects.all().delete()
    assert mutations.rebuild_summaries(actor=cast.ada.actor, goal_ids=[mastered.id]) == 1
    after = GoalSummary.objects.values().get(goal=mastered)
    same = set(before) - {"id", "created_at"}
    assert {name: before[name] for name in same} == {name: after[name] for name in same}


def test_a_goal_without_an_entered_baseline_starts_at_the_median_of_its_first_three_scores(cast):
    goal = make_goal(make_iep(cast.student), baseline_value=None)
    for n, value in enumerate((40, 60, 44), start=1):
        record(cast.casey.actor, goal, value, week(n))

    assert summary(goal).aim_last == 44
