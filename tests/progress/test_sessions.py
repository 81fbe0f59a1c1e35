"""Sessions of a group: what is kept of them, what is refused, what counts nowhere, and whom two people saw."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import now

from core.errors import Invalid, NotAllowed, NotFound
from core.models import OutboxEvent
from ieps.models import Goal
from progress import mutations
from progress.models import ProgressPoint, SecondObservation
from progress.mutations import Entry, record_session
from tests.progress.conftest import BASELINE_ON, TODAY, ask, make_goal, make_iep, record
from tests.progress.course import acts, summary, week


def entry(goal, value=50, on=TODAY, **more):
    return Entry(
        goal_id=goal.id, measured_on=on, value=None if value is None else Decimal(str(value)), **more
    )


def session(cast, *entries, who="paula"):
    return record_session(actor=getattr(cast, who).actor, entries=entries, today=TODAY)


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
