"""Sessions of a group, phases, decisions, mastery and the nightly look: what each leaves behind."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from core.actor import system_actor
from core.errors import Invalid, NotAllowed, NotFound
from core.models import AuditEntry, OutboxEvent
from ieps.models import Goal, Iep
from progress import mutations
from progress.models import (
    DataTask,
    Decision,
    GoalState,
    GoalSummary,
    Phase,
    ProgressPoint,
    PromptLevel,
    SecondObservation,
)
from progress.mutations import Entry, record_session
from progress.queries import decision_rule, prompt_levels
from tests.factories.students import StudentFactory
from tests.progress.conftest import BASELINE_ON, TODAY, ask, make_goal, make_iep, record


def week(n):
    return BASELINE_ON + timedelta(days=7 * n)


def entry(goal, value=50, on=TODAY, **more):
    return Entry(
        goal_id=goal.id, measured_on=on, value=None if value is None else Decimal(str(value)), **more
    )


def session(cast, *entries, who="paula"):
    return record_session(actor=getattr(cast, who).actor, entries=entries, today=TODAY)


def summary(goal):
    return GoalSummary.objects.get(goal=goal)


def state(goal):
    return GoalState.objects.get(lineage_id=goal.lineage_id)


def acts(verb):
    return AuditEntry.objects.filter(verb=verb).count()


@pytest.fixture
def mastered(cast, goal):
    """Three scores in a row at the target."""
    for n in (1, 2, 3):
        record(cast.casey.actor, goal, 92 + n, week(n))
    return goal


# --- Sessions


def test_a_session_keeps_what_is_right_and_says_what_is_not(cast, goal):
    hidden = make_goal(make_iep(cast.other_student))
    answers = session(
        cast,
        entry(goal, 50, client_id=uuid4(), setting="Hall", minutes=20, mastery_level="developing"),
        entry(goal, "NaN"),
        entry(goal, 50, TODAY + timedelta(days=1)),
        entry(goal, 50, BASELINE_ON - timedelta(days=1)),
        entry(goal, 51, unit="percent"),
        entry(hidden, 50),
        entry(goal, 52, minutes=0),
        entry(goal, 53, mastery_level="perfect"),
        entry(goal, None),
        entry(goal, 50, setting="Hall"),
    )

    assert [answer.code for answer in answers] == [
        "",
        "outside_the_scale",
        "measured_in_the_future",
        "measured_before_the_baseline",
        "unit_mismatch",
        "not_found",
        "invalid",
        "invalid",
        "outside_the_scale",
        "same_probe",
    ]
    assert all(answer.message for answer in answers[1:])
    point = ProgressPoint.objects.get()
    assert (point.value, point.setting, point.minutes, point.mastery_level) == (50, "Hall", 20, "developing")
    assert summary(goal).points == 1


def test_a_queue_that_is_sent_twice_is_kept_once(cast, goal):
    sent = [entry(goal, 50 + n, week(n), client_id=uuid4()) for n in range(1, 4)]
    first = session(cast, *sent)
    again = session(cast, *sent, entry(goal, 60, week(4), client_id=uuid4()))

    assert [answer.point.id for answer in again[:3]] == [answer.point.id for answer in first]
    assert [answer.is_repeat for answer in again] == [True, True, True, False]
    assert ProgressPoint.objects.count() == 4
    other = session(cast, entry(goal, 99, week(1), client_id=sent[0].client_id))
    assert other[0].code == "already_recorded"


def test_one_entry_twice_in_one_request_is_kept_once(cast, goal):
    client_id = uuid4()
    answers = session(cast, entry(goal, 50, client_id=client_id), entry(goal, 50, client_id=client_id))

    assert [answer.is_kept for answer in answers] == [True, True]
    assert ProgressPoint.objects.count() == 1


def test_a_session_of_a_group_costs_the_same_statements_for_ten_scores_as_for_thirty(cast, goal):
    def cost(first, count):
        entries = [
            entry(goal, 50 + n / 10, week(first) + timedelta(days=n % 5), is_another_probe=True)
            for n in range(count)
        ]
        with CaptureQueriesContext(
            connection,
        ) as statements:
            assert all(answer.is_kept for answer in session(cast, *entries))
        return len(statements)

    cost(1, 1)
    assert cost(2, 10) == cost(4, 30)


def test_a_session_is_audited_and_told_point_by_point(cast, goal):
    session(cast, entry(goal, 50), entry(goal, 51))

    assert acts("progress.point.recorded") == 2
    told = OutboxEvent.objects.filter(verb="progress.point.recorded")
    assert {topic for event in told for topic in event.topics} >= {f"goal.{goal.id}"}


def test_readers_record_no_session(cast, goal):
    assert session(cast, entry(goal), who="vic")[0].code == "not_allowed"
    assert session(cast, entry(goal), who="omar")[0].code == "not_found"
    assert not ProgressPoint.objects.exists()


def test_a_clock_that_is_wrong_by_days_asks_for_the_day(cast, goal):
    slow = now() - timedelta(days=3)
    refused, kept = session(
        cast,
        entry(goal, 50, captured_at=slow, device_now=slow),
        entry(goal, 51, captured_at=slow, device_now=slow, is_day_confirmed=True),
    )

    assert (refused.code, "3 days" in refused.message) == ("clock_is_wrong", True)
    assert abs(kept.point.clock_offset - 3 * 86400) < 60
    assert session(cast, entry(goal, 52, device_now=now()))[0].point.clock_offset in range(-5, 60)


def test_raw_data_gives_the_score_and_has_to_agree_with_it(cast):
    goal = make_goal(
        make_iep(cast.student),
        scale=Goal.Scale.TRIALS,
        unit="percent of trials",
        baseline_value=Decimal(20),
        target_value=Decimal(80),
    )
    ask(cast.paula.person, goal)
    raw = {"trials": ["+", "+", "p:gesture", "-"]}
    kept, wrong, unknown = session(
        cast,
        entry(goal, None, raw=raw),
        entry(goal, 60, raw=raw),
        entry(goal, None, raw={"trials": ["p:shouting"]}),
    )

    assert (kept.point.value, kept.point.raw) == (Decimal("50.00"), raw)
    assert (wrong.code, unknown.code) == ("raw_does_not_fit", "raw_does_not_fit")


def test_one_probe_keeps_both_its_measures(cast):
    goal = make_goal(make_iep(cast.student), scale=Goal.Scale.PROBE)
    ask(cast.paula.person, goal)
    (kept,) = session(cast, entry(goal, None, raw={"correct": 64, "errors": 3, "seconds": 60}))

    assert (kept.point.value, kept.point.second_value) == (Decimal(64), Decimal("95.52"))


# --- Excluded scores, second observers


def test_an_excluded_score_stays_and_counts_nowhere_until_it_is_counted_again(cast, goal):
    record(cast.casey.actor, goal, 50, week(1))
    wild = record(cast.casey.actor, goal, 5, week(2))

    mutations.exclude_point(actor=cast.casey.actor, point_id=wild.id, reason="Fire drill")
    assert (summary(goal).current_value, summary(goal).points) == (50, 1)
    mutations.include_point(actor=cast.casey.actor, point_id=wild.id)
    assert (summary(goal).current_value, summary(goal).points) == (5, 2)
    assert (acts("progress.point.excluded"), acts("progress.point.included")) == (1, 1)


def test_leaving_a_score_out_needs_a_reason_and_whoever_decides(cast, goal):
    point = record(cast.paula.actor, goal, 50, week(1))

    with pytest.raises(Invalid):
        mutations.exclude_point(actor=cast.casey.actor, point_id=point.id, reason="  ")
    with pytest.raises(NotAllowed):
        mutations.exclude_point(actor=cast.paula.actor, point_id=point.id, reason="I do not like it")
    with pytest.raises(NotFound):
        mutations.exclude_point(actor=cast.omar.actor, point_id=point.id, reason="Not mine")


def test_a_second_observer_says_how_far_two_people_agree(cast, goal):
    point = record(cast.paula.actor, goal, 50, week(1))
    seen = mutations.record_second_observation(actor=cast.sam.actor, point_id=point.id, value=Decimal(40))

    assert seen.agreement == Decimal("80.0")
    mutations.record_second_observation(actor=cast.sam.actor, point_id=point.id, value=Decimal(45))
    assert SecondObservation.objects.get().agreement == Decimal("90.0")
    with pytest.raises(mutations.NotSeenTwice):
        mutations.record_second_observation(actor=cast.paula.actor, point_id=point.id, value=Decimal(50))
    with pytest.raises(Invalid):
        mutations.record_second_observation(
            actor=cast.sam.actor, point_id=point.id, value=Decimal(50), method="interval"
        )


# --- Phases and decisions


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


# --- Mastery


def test_mastery_has_its_day_once_and_closes_the_goal(cast, mastered):
    assert (state(mastered).status, state(mastered).mastered_on) == ("met", week(3))
    assert summary(mastered).mastered_on == week(3)
    record(cast.casey.actor, mastered, 99, week(4))

    assert state(mastered).mastered_on == week(3)
    assert acts("progress.goal.mastered") == 1


def test_a_goal_with_probes_after_mastery_goes_on_with_them(cast, goal):
    Goal.objects.filter(id=goal.id).update(maintenance_days=30)
    for n in (1, 2, 3):
        record(cast.casey.actor, goal, 95, week(n))

    assert state(goal).status == "maintenance"
    assert summary(goal).next_probe_on == week(3) + timedelta(days=30)


def test_mastery_by_a_mistake_is_withdrawn_with_it(cast, mastered):
    point = ProgressPoint.objects.order_by("-measured_on").first()
    mutations.undo_progress_point(actor=cast.casey.actor, point_id=point.id, reason="Wrong student")

    assert (state(mastered).status, state(mastered).mastered_on) == ("open", None)
    assert acts("progress.goal.mastery_withdrawn") == 1


def test_what_a_person_says_of_a_goal_stays(cast, goal):
    found = mutations.close_goal(actor=cast.casey.actor, goal_id=goal.id, reason="He reads", today=TODAY)
    assert (found.status, found.mastered_on, found.is_by_hand) == ("met", TODAY, True)
    record(cast.casey.actor, goal, 50, week(1))
    assert state(goal).status == "met"

    mutations.reopen_goal(actor=cast.casey.actor, goal_id=goal.id, reason="Lost it", today=TODAY)
    assert (state(goal).status, state(goal).reopened_on) == ("open", TODAY)


def test_a_goal_opened_again_is_mastered_by_new_scores_alone(cast, mastered):
    mutations.reopen_goal(
        actor=cast.casey.actor, goal_id=mastered.id, reason="Not in other texts", today=week(4)
    )
    assert (state(mastered).status, summary(mastered).mastered_on) == ("open", None)
    for n in (5, 6, 7):
        record(cast.casey.actor, mastered, 95, week(n))
    assert state(mastered).mastered_on == week(7)


def test_closing_needs_a_reason_and_whoever_decides(cast, goal):
    with pytest.raises(Invalid):
        mutations.close_goal(actor=cast.casey.actor, goal_id=goal.id, reason="", today=TODAY)
    with pytest.raises(NotAllowed):
        mutations.move_to_maintenance(actor=cast.paula.actor, goal_id=goal.id, reason="x", today=TODAY)


# --- The night


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
