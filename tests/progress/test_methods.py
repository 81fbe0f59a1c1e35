"""The formulas of docs/progress-methods.md: published and hand-computed cases, scipy and statsmodels, properties."""

from __future__ import annotations

import math
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from progress import arithmetic as a
from progress.arithmetic import (
    Aimline,
    BadRaw,
    Counts,
    DecisionRule,
    Direction,
    MasteryBy,
    MasteryRule,
    Measurement,
    RawProblem,
    Rule,
    Status,
    Suggestion,
    Window,
)

START = date(2025, 9, 1)
LINE = Aimline(start_on=START, start=Decimal(40), target_on=START + timedelta(days=70), target=Decimal(60))
PROMPTS = ("independent", "gesture", "model", "physical")


def day(n):
    return START + timedelta(days=n)


def scores(*values, first=7, step=7, **more):
    return [
        Measurement(on=day(first + step * i), value=Decimal(str(value)), id=i, **more)
        for i, value in enumerate(values)
    ]


def decimals(*values):
    return [Decimal(str(value)) for value in values]


series = st.lists(
    st.tuples(st.integers(0, 300), st.integers(0, 20000).map(lambda cents: Decimal(cents) / 100)),
    min_size=4,
    max_size=25,
    unique_by=lambda row: row[0],
).map(lambda rows: [Measurement(on=day(n), value=value) for n, value in sorted(rows)])


# --- Lines


@given(series)
def test_least_squares_is_that_of_scipy(points):
    x = [(point.on - START).days for point in points]
    found, theirs = a.ordinary_least_squares(points), stats.linregress(x, [float(p.value) for p in points])

    assert float(found.slope) == pytest.approx(theirs.slope, rel=1e-9, abs=1e-9)
    assert float(found.at(START)) == pytest.approx(theirs.intercept, abs=1e-3)


@given(series)
def test_theil_sen_is_that_of_scipy(points):
    x = [(point.on - points[0].on).days for point in points]
    found, theirs = a.theil_sen(points), stats.theilslopes([float(p.value) for p in points], x)

    assert float(found.slope) == pytest.approx(theirs.slope, rel=1e-9, abs=1e-9)
    assert float(found.intercept) == pytest.approx(theirs.intercept, rel=1e-9, abs=1e-9)


def test_theil_sen_does_not_follow_one_wild_score():
    calm, wild = scores(10, 11, 12, 13, 14, 15, 16), scores(10, 11, 12, 13, 14, 15, 99)

    assert a.theil_sen(calm).per_week == a.theil_sen(wild).per_week == Decimal("1.00")
    assert a.ordinary_least_squares(wild).per_week > 5


@pytest.mark.parametrize(
    ("values", "slope"),
    [
        ((1, 2, 3), 1),  # parts of one
        ((1, 3, 2, 8, 5, 6, 9, 8, 10), (9 - 2) / 6),  # medians 2 and 9, six weeks apart
        ((1, 3, 2, 8, 5, 6, 6, 9, 8, 10), (9 - 2) / 7),  # ten: the middle has four
        ((1, 3, 2, 4, 8, 5, 6, 6, 9, 8, 10), (8.5 - 2.5) / 7),  # eleven: the outer parts have four
    ],
)
def test_tukey_line_goes_through_the_medians_of_the_outer_thirds(values, slope):
    assert float(a.tukey_line(scores(*values)).slope) * 7 == pytest.approx(slope)


def test_lines_need_scores_on_different_days():
    alone = [Measurement(on=START, value=Decimal(1))] * 5

    assert a.theil_sen(alone) is a.tukey_line(alone) is None
    assert a.projections(alone, [day(9)]) == ()
    assert a.tukey_line(scores(1, 2)) is None


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 6, 11, 30, 119, 600])
@pytest.mark.parametrize("share", [0.6, 0.9, 0.975, 0.995])
def test_quantiles_of_t_are_those_of_scipy(degrees, share):
    assert a.t_quantile(degrees, share) == pytest.approx(stats.t.ppf(share, degrees), rel=1e-9)


@given(series, st.integers(0, 500))
def test_projection_is_that_of_statsmodels(points, n):
    x = np.array([(point.on - START).days for point in points], float)
    fitted = sm.OLS(np.array([float(point.value) for point in points]), sm.add_constant(x)).fit()
    theirs = fitted.get_prediction([[1, n]]).summary_frame(alpha=0.05).iloc[0]
    (found,) = a.projections(points, [day(n)])

    assert float(found.value) == pytest.approx(theirs["mean"], abs=2e-3)
    assert float(found.low) == pytest.approx(theirs["obs_ci_lower"], rel=1e-6, abs=5e-3)
    assert float(found.high) == pytest.approx(theirs["obs_ci_upper"], rel=1e-6, abs=5e-3)


@given(series, st.permutations(range(25)))
def test_lines_do_not_care_in_which_order_scores_come(points, order):
    mixed = [points[i] for i in order if i < len(points)]

    assert a.ordinary_least_squares(points) == a.ordinary_least_squares(mixed)
    assert a.theil_sen(points).slope == a.theil_sen(mixed).slope
    assert a.tukey_line(points) == a.tukey_line(mixed)


@given(series)
def test_lines_of_mirrored_scores_are_mirrored(points):
    mirrored = [Measurement(on=p.on, value=-p.value) for p in points]
    for line in (a.ordinary_least_squares, a.theil_sen, a.tukey_line):
        here, there = line(points), line(mirrored)
        assert (here is None) is (there is None)
        if here is not None:
            assert there.slope == -here.slope


# --- Phases


def test_published_phases_overlap_as_published():
    """Parker and Vannest 2009, figure 1: NAP 0.96; pairs counted by hand: 106 of 110."""
    baseline = decimals(4, 3, 4, 3, 4, 7, 5, 2, 3, 2)
    treated = decimals(5, 9, 7, 9, 7, 5, 9, 11, 11, 10, 9)

    assert a.non_overlap_of_pairs(baseline, treated) == Decimal("96.4")
    assert a.percent_non_overlapping(baseline, treated) == Decimal("63.6")  # 7 of 11 over 7
    assert a.tau(baseline, treated) == Decimal("0.927")  # 2 * NAP - 1


def test_tau_u_takes_the_trend_of_the_first_phase_away():
    # Pairs between: all 6 higher. Within the first phase: 3 of 3 rise.
    assert a.tau_u(decimals(1, 2, 3), decimals(4, 5)) == Decimal("0.500")
    assert a.tau(decimals(1, 2, 3), decimals(4, 5)) == Decimal("1.000")


@given(
    st.lists(st.integers(0, 9).map(Decimal), min_size=1, max_size=9),
    st.lists(st.integers(0, 9).map(Decimal), min_size=1, max_size=9),
)
def test_nap_is_the_share_of_mann_whitney(before, after):
    u = stats.mannwhitneyu([float(v) for v in after], [float(v) for v in before]).statistic

    assert float(a.non_overlap_of_pairs(before, after)) == pytest.approx(
        100 * u / len(before) / len(after), abs=0.051
    )
    both = a.non_overlap_of_pairs(before, after) + a.non_overlap_of_pairs(after, before)
    assert both == pytest.approx(Decimal(100), abs=Decimal("0.1"))


def test_phases_are_summed_up_each_for_itself():
    points = [
        Measurement(on=START, value=Decimal(9), is_baseline=True),
        *scores(10, 12, 11),
        *scores(20, 22, 24, 26, first=35),
    ]
    groups = a.by_phase(points, [day(35)])

    assert [len(group) for group in groups] == [1, 3, 4]
    assert [a.phase_statistics(group).mean for group in groups] == decimals("9.000", "11.000", "23.000")
    assert [bool(a.phase_statistics(group).trend) for group in groups] == [False, False, True]
    found = a.overlap(groups[1], groups[2], Direction.INCREASE)
    assert (found.pnd, found.nap, found.tau) == (Decimal("100.0"), Decimal("100.0"), Decimal("1.000"))
    assert a.overlap(groups[1], groups[2], Direction.DECREASE).nap == 0
    assert a.overlap([], groups[2], Direction.INCREASE) is None


# --- Attainment and agreement


@pytest.mark.parametrize(
    ("goals", "score"),
    [
        ([(1, 1)], "60.0"),  # Kiresuk and Sherman 1968: one goal, one level better
        ([(-2, 3)], "30.0"),
        ([(0, 1), (0, 5)], "50.0"),
        ([(1, 1), (1, 1)], "62.4"),  # 50 + 20 / sqrt(1.4 + 1.2)
        ([(0, 1), (1, 2)], "58.0"),  # 50 + 20 / sqrt(3.5 + 2.7)
        ([(2, 1), (2, 1), (2, 1)], "77.4"),  # 50 + 60 / sqrt(2.1 + 2.7)
    ],
)
def test_attainment_score_is_that_of_kiresuk_and_sherman(goals, score):
    assert a.attainment_score(goals) == Decimal(score)


def test_attainment_score_refuses_other_levels():
    assert a.attainment_score([]) is None
    with pytest.raises(ValueError, match="level"):
        a.attainment_score([(3, 1)])


def test_agreement_of_two_observers():
    assert a.total_agreement(Decimal(8), Decimal(10)) == a.total_agreement(Decimal(10), Decimal(8)) == 80
    assert a.total_agreement(Decimal(0), Decimal(0)) == 100
    assert a.interval_agreement((True, True, False, False), (True, False, False, True)) == 50
    assert a.exact_agreement(decimals(3, 4, 5), decimals(3, 4, 6)) == Decimal("66.7")
    with pytest.raises(ValueError, match="observers"):
        a.interval_agreement((True,), (True, False))
    both = (Decimal(50), {"trials": ["+", "-"]}), (Decimal(50), {"trials": ["+", "p:model"]})
    assert a.agreement("interval", *both) == 100
    assert a.agreement("exact", *both) == 100


# --- Mastery


def met_on(points, since=None, **rule):
    found = a.mastery(points, MasteryRule(**rule), LINE, since=since)
    return found and (found.on - START).days // 7


@pytest.mark.parametrize(
    ("values", "rule", "week"),
    [
        ((60, 60, 59, 60, 60, 60), {"hits": 3, "of": 3}, 6),  # in a row
        ((60, 50, 60, 60, 60), {"hits": 4, "of": 5}, 5),  # a moving window
        ((60, 60, 60, 60), {"hits": 4, "of": 5}, None),  # five are not there yet
        ((50, 60, 60, 60, 60), {"hits": 4, "of": 4, "window": Window.BLOCK}, None),  # 1 to 4 has a miss
        ((50, 60, 60, 60, 60, 60, 60, 60), {"hits": 4, "of": 4, "window": Window.BLOCK}, 8),
        ((50, 55), {"value": Decimal(55)}, 2),  # a criterion of its own
        ((59,), {}, None),
    ],
)
def test_mastery_is_so_many_of_so_many(values, rule, week):
    assert met_on(scores(*values), **rule) == week


def test_mastery_may_ask_for_settings_and_people():
    one_place = scores(60, 60, 60, setting="class", by="A")
    two_places = [*scores(60, 60, setting="class", by="A"), *scores(60, first=21, setting="hall", by="B")]

    assert met_on(one_place, hits=3, of=3, settings=2) is None
    assert met_on(two_places, hits=3, of=3, settings=2, people=2) == 3
    assert met_on(two_places, hits=3, of=3, people=3) is None


def test_mastery_may_count_days_and_single_trials():
    same_day = scores(60, 60, 60, step=0)
    tapped = scores(50, 75, trials=(True, True, False, True))

    assert met_on(same_day, hits=2, of=2, counts=Counts.DAY) is None
    assert met_on(same_day, hits=2, of=2) == 1
    assert met_on(tapped, hits=6, of=8, counts=Counts.TRIAL) == 2
    assert met_on(tapped, hits=4, of=4, counts=Counts.TRIAL) is None


def test_mastery_by_the_observer_needs_four_fifths_of_the_way():
    seen = [*scores(50, is_mastered=True), *scores(56, first=14, is_mastered=True)]

    assert met_on(seen, by=MasteryBy.OBSERVER) == 2
    assert met_on(scores(60, 60), by=MasteryBy.OBSERVER) is None


def test_mastery_leaves_out_excluded_scores_and_those_before_it_was_opened_again():
    assert met_on([*scores(60, 60), *scores(60, first=21, is_excluded=True)], hits=3, of=3) is None
    assert met_on(scores(60, 60, 60), since=day(10), hits=3, of=3) is None
    assert met_on(scores(60, 60, 60), since=day(14), hits=2, of=2) == 3


def test_the_way_to_mastery_counts_the_present_trials():
    def toward(*values, **rule):
        found = a.toward_mastery(scores(*values), MasteryRule(**rule), LINE)
        return found.hits, found.of

    assert toward(60, 50, 60, 60, hits=3, of=3) == (2, 3)
    assert toward(60, 50, 60, 60, hits=4, of=5) == (3, 5)
    assert toward(60, 60, 60, 60, 60, hits=4, of=4, window=Window.BLOCK) == (1, 4)
    assert toward(hits=4, of=5) == (0, 5)


# --- Verdicts


def judged(*values, today=None, rule=None, **more):
    points = scores(*values)
    return a.verdict(points, LINE, today=today or points[-1].on, rule=rule or DecisionRule(), **more)


def ids(found):
    return [point.id for point in found.points]


def test_four_below_change_instruction_and_name_their_scores():
    found = judged(45, 43, 43, 43, 43)

    assert (found.status, found.rule, found.suggestion) == (Status.DECIDE, Rule.RUN_BELOW, Suggestion.CHANGE)
    assert ids(found) == [1, 2, 3, 4]
    assert judged(41, 43, 45, rule=DecisionRule(below=3)).rule is Rule.RUN_BELOW


def test_four_above_suggest_to_raise_the_goal_but_on_the_line_is_not_above():
    found = judged(41, 46, 48, 50, 52)
    assert (found.status, found.rule, found.suggestion) == (Status.ON_TRACK, Rule.RUN_ABOVE, Suggestion.RAISE)
    assert ids(found) == [1, 2, 3, 4]
    assert judged(42, 44, 46, 48, 50).rule is Rule.NONE  # exactly on the aimline


def test_a_flat_trend_needs_eight_scores_and_the_last_one_behind():
    flat = (50, 50, 50, 50, 50, 52, 54, 55)
    found = judged(*flat)
    assert (found.status, found.rule) == (Status.DECIDE, Rule.TREND_FLAT)
    assert found.trend_per_day < found.aim_per_day
    assert judged(*flat[:7]).rule is not Rule.TREND_FLAT


def test_a_decision_answers_the_scores_before_it():
    found = judged(43, 43, 43, 43, decided_on=day(28))
    assert (found.status, found.rule) == (Status.ON_TRACK, Rule.NONE)
    again = judged(43, 43, 43, 43, 44, 44, 44, 44, decided_on=day(28))
    assert (again.rule, ids(again)) == (Rule.RUN_BELOW, [4, 5, 6, 7])


def test_nothing_is_known_after_quiet_days():
    assert judged(43, today=day(29)).rule is Rule.QUIET
    assert judged(43, today=day(28)).rule is not Rule.QUIET


def test_what_was_mastered_stays_so_until_two_scores_fall_short():
    rule = MasteryRule(hits=2, of=2)
    points = scores(60, 60, 59)
    met = a.mastery(points, rule, LINE)
    kept = a.verdict(points, LINE, today=day(300), mastery_rule=rule, met=met)
    lost = a.verdict(scores(60, 60, 59, 58), LINE, today=day(30), mastery_rule=rule, met=met)

    assert (kept.status, kept.rule, kept.suggestion) == (Status.MET, Rule.MASTERY, Suggestion.CLOSE)
    assert (lost.status, lost.rule, lost.suggestion) == (Status.DECIDE, Rule.NOT_KEPT, Suggestion.REOPEN)


# --- Raw data


@pytest.mark.parametrize(
    ("scale", "raw", "value"),
    [
        ("percent", {"correct": 7, "of": 9}, "77.78"),
        ("trials", {"trials": ["+"] * 7 + ["-", "p:gesture"]}, "77.78"),
        ("steps", {"steps": ["+", "p", "-", "+"]}, "50.00"),
        ("count", {"count": 4, "seconds": 2400}, "4"),
        ("rate", {"count": 12, "seconds": 300}, "2.40"),
        ("probe", {"correct": 64, "errors": 3, "seconds": 60}, "64.00"),
        ("minutes", {"seconds": [90, 30.5]}, "2.01"),
        ("latency", {"seconds": [4.2, 6]}, "5.10"),
        ("between", {"seconds": [1, 2, 4]}, "2.33"),
        ("partial", {"intervals": [True, False, True], "seconds": 60}, "66.67"),
        ("whole", {"intervals": [True]}, "100.00"),
        ("momentary", {"intervals": [False]}, "0.00"),
        ("rubric", {"level": 3}, "3"),
        ("attainment", {"level": -2}, "-2"),
        ("prompt", {"prompt": "gesture"}, "66.67"),
        ("prompt", {"prompt": "independent"}, "100.00"),
        ("sample", {"points": 14, "of": 20}, "14"),
    ],
)
def test_raw_data_makes_the_score(scale, raw, value):
    assert a.score_of(scale, raw, prompts=PROMPTS).value == Decimal(value)


def test_one_probe_makes_two_measures():
    assert a.score_of("probe", {"correct": 64, "errors": 3, "seconds": 60}).second == Decimal("95.52")


@pytest.mark.parametrize(
    ("scale", "raw", "problem"),
    [
        ("percent", {"correct": 10, "of": 9}, RawProblem.RANGE),
        ("percent", {"correct": 0, "of": 0}, RawProblem.EMPTY),
        ("percent", {"correct": True, "of": 9}, RawProblem.SHAPE),
        ("trials", {"trials": []}, RawProblem.EMPTY),
        ("trials", {"trials": ["x"]}, RawProblem.SHAPE),
        ("trials", {"trials": "+++"}, RawProblem.SHAPE),
        ("trials", {"trials": ["p:shouting"]}, RawProblem.PROMPT),
        ("trials", {"count": 3}, RawProblem.SHAPE),
        ("rate", {"count": 12, "seconds": 0}, RawProblem.EMPTY),
        ("rate", {"count": 12, "seconds": math.nan}, RawProblem.RANGE),
        ("rate", {"count": -1, "seconds": 60}, RawProblem.RANGE),
        ("rate", {"count": 10**9, "seconds": 60}, RawProblem.RANGE),
        ("latency", {"seconds": []}, RawProblem.EMPTY),
        ("latency", {"seconds": [math.inf]}, RawProblem.RANGE),
        ("partial", {"intervals": [1, 0]}, RawProblem.SHAPE),
        ("prompt", {"prompt": "shouting"}, RawProblem.PROMPT),
        ("sample", {"points": 21, "of": 20}, RawProblem.RANGE),
        ("rubric", {"level": "3"}, RawProblem.SHAPE),
        ("anything", {}, RawProblem.SHAPE),
    ],
)
def test_raw_data_that_makes_no_score_is_refused(scale, raw, problem):
    with pytest.raises(BadRaw) as refused:
        a.score_of(scale, raw, prompts=PROMPTS)
    assert refused.value.problem is problem


def test_independence_falls_evenly_with_the_help():
    assert [a.independence(place, 4) for place in range(4)] == decimals("100.00", "66.67", "33.33", "0.00")
    marks = {"trials": ["+", "-", "p:gesture", "p:model"]}
    assert a.mean_independence(marks, PROMPTS) == Decimal("50.00")  # (100 + 0 + 66.67 + 33.33) / 4
    assert a.mean_independence({"trials": []}, PROMPTS) is None


@given(
    st.dictionaries(
        st.text(max_size=8), st.one_of(st.none(), st.floats(), st.text(), st.lists(st.integers()))
    )
)
def test_no_raw_data_breaks_anything_but_as_bad_raw(raw):
    for scale in ("trials", "probe", "minutes", "partial", "rubric", "prompt", "sample", "percent"):
        try:
            a.score_of(scale, raw, prompts=PROMPTS)
        except BadRaw:
            continue
