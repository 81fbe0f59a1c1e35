"""The numbers here were worked out by hand; the properties at the end hold for every series."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.arithmetic import (
    STANDARD_RULE,
    Aimline,
    DecisionRule,
    Direction,
    GoalTerms,
    Measurement,
    Status,
    aimline,
    as_of,
    day_reached,
    median_baseline,
    ordinary_least_squares,
    percent_of_way,
    quiet_on,
    status_of,
    summary,
)
from progress.arithmetic.measures import run_at_end

START = date(2025, 9, 1)


def day(n: int) -> date:
    return START + timedelta(days=n)


def point(n: int, value: str | int, *, baseline: bool = False) -> Measurement:
    return Measurement(on=day(n), value=Decimal(value), is_baseline=baseline)


def weekly(*values: str | int, first: int = 7) -> list[Measurement]:
    return [point(first + 7 * i, value) for i, value in enumerate(values)]


# Ten weeks from 40 to 60: two words a week.
TERMS = GoalTerms(
    direction=Direction.INCREASE,
    target=Decimal(60),
    target_on=day(70),
    baseline=Decimal(40),
    baseline_on=day(0),
)
LINE = Aimline(start_on=day(0), start=Decimal(40), target_on=day(70), target=Decimal(60))
FALLING = GoalTerms(
    direction=Direction.DECREASE,
    target=Decimal(2),
    target_on=day(70),
    baseline=Decimal(12),
    baseline_on=day(0),
)


def test_aimline_is_exact_between_baseline_and_goal():
    assert [LINE.at(day(n)) for n in (0, 7, 35, 69, 70)] == [
        Decimal(40),
        Decimal(42),
        Decimal(50),
        Decimal(40) + Decimal(20) * 69 / 70,
        Decimal(60),
    ]


def test_aimline_has_no_value_before_its_start_and_stays_at_the_target_after_its_end():
    assert LINE.at(day(-1)) is None
    assert LINE.at(day(400)) == 60


def test_aimline_of_the_design_picture_gives_its_table():
    line = Aimline(
        start_on=date(2025, 9, 5),
        start=Decimal(48),
        target_on=date(2026, 6, 5),
        target=Decimal(92),
    )

    expected = [line.at(on).quantize(Decimal("0.1")) for on in (date(2025, 10, 7), date(2025, 11, 19))]

    assert expected == [Decimal("53.2"), Decimal("60.1")]
    assert line.weekly_gain == Decimal("1.13")  # 44 words in 273 days


def test_weekly_gain_is_negative_for_a_decreasing_goal():
    assert aimline(FALLING, []).weekly_gain == Decimal("-1.00")


def test_weekly_gain_is_zero_when_the_goal_ends_on_its_first_day():
    line = replace(LINE, target_on=day(0))

    assert line.weekly_gain == 0
    assert line.at(day(0)) == 60


def test_a_score_on_the_aimline_is_not_short():
    third = Aimline(start_on=day(0), start=Decimal(0), target_on=day(3), target=Decimal(1))

    assert not LINE.falls_short(point(7, 42))
    assert LINE.falls_short(point(7, "41.99"))
    assert not third.falls_short(point(3, 1))
    assert third.falls_short(point(1, "0.33"))


def test_a_score_of_a_decreasing_goal_is_short_above_the_aimline():
    line = aimline(FALLING, [])

    assert line.falls_short(point(7, "11.01"))
    assert not line.falls_short(point(7, 11))


def test_a_score_before_the_aimline_is_never_short():
    assert not LINE.falls_short(point(-1, 0))


def test_median_baseline_takes_marked_scores_and_their_last_day():
    points = [
        point(9, 99),
        point(1, 47, baseline=True),
        point(3, 48, baseline=True),
        point(2, 49, baseline=True),
    ]

    assert median_baseline(points) == (day(3), Decimal(48))


def test_median_baseline_of_two_scores_is_their_mean():
    assert median_baseline([point(1, 4, baseline=True), point(2, 7, baseline=True)]) == (
        day(2),
        Decimal("5.5"),
    )


def test_median_baseline_falls_back_to_the_first_three_scores():
    assert median_baseline(weekly(50, 44, 46, 90)) == (day(21), Decimal(46))


def test_median_baseline_of_nothing_is_nothing():
    assert median_baseline([]) is None


def test_aimline_prefers_the_entered_baseline():
    assert aimline(TERMS, [point(1, 44, baseline=True)]) == LINE


def test_aimline_dates_an_undated_baseline_by_its_scores():
    line = aimline(replace(TERMS, baseline_on=None), [point(4, 44, baseline=True)])

    assert (line.start_on, line.start) == (day(4), Decimal(40))


def test_aimline_starts_at_the_median_when_no_baseline_was_entered():
    line = aimline(replace(TERMS, baseline=None, baseline_on=None), weekly(50, 44, 46))

    assert (line.start_on, line.start) == (day(21), Decimal(46))


def test_aimline_is_unknown_without_baseline_and_scores():
    assert aimline(replace(TERMS, baseline=None), []) is None
    assert aimline(replace(TERMS, baseline_on=None), []) is None


def test_trend_of_a_perfect_line():
    trend = ordinary_least_squares(weekly(10, 12, 14, 16))

    assert (trend.n, trend.per_week, trend.r_squared) == (4, Decimal("2.00"), Decimal("1.000"))
    assert trend.at(day(7)) == 10
    assert trend.at(day(35)) == 18


def test_trend_worked_out_by_hand():
    # t = 0, 1, 2, 4; y = 1, 3, 2, 5. Means 1.75 and 2.75; Sty = 7.75, Stt = 8.75, Syy = 8.75.
    trend = ordinary_least_squares([point(0, 1), point(1, 3), point(2, 2), point(4, 5)])

    assert (trend.slope.numerator, trend.slope.denominator) == (31, 35)
    assert trend.per_week == Decimal("6.20")
    assert trend.r_squared == Decimal("0.784")  # 7.75 ** 2 / 8.75 ** 2
    assert trend.at(day(0)) == Decimal("1.200")


def test_trend_uses_real_days_not_the_order():
    assert ordinary_least_squares([point(0, 0), point(1, 1), point(10, 10)]).per_week == 7


def test_trend_of_equal_scores_is_flat_and_has_no_r_squared():
    trend = ordinary_least_squares(weekly(5, 5, 5))

    assert (trend.per_week, trend.r_squared) == (Decimal(0), None)


@pytest.mark.parametrize("points", [[], [point(1, 3)], [point(1, 3), point(1, 4)]])
def test_trend_needs_two_days(points):
    assert ordinary_least_squares(points) is None


def test_day_reached_is_the_first_day_at_the_target():
    trend = ordinary_least_squares(weekly(10, 12, 14, 16))

    assert day_reached(trend, replace(TERMS, target=Decimal(20))) == day(42)
    assert day_reached(trend, replace(TERMS, target=Decimal("20.1"))) == day(43)
    assert day_reached(trend, replace(TERMS, target=Decimal(5))) == day(7)


def test_day_reached_is_unknown_for_a_trend_away_from_the_target_or_too_slow():
    rising = ordinary_least_squares(weekly(10, 12, 14, 16))

    assert day_reached(rising, FALLING) is None
    assert day_reached(ordinary_least_squares(weekly(5, 5)), TERMS) is None
    assert day_reached(rising, replace(TERMS, target=Decimal(90000))) is None


def judged(*points: Measurement, today: int = 60, rule: DecisionRule = STANDARD_RULE) -> Status:
    return status_of(points, LINE, today=day(today), rule=rule)


def test_status_without_scores_is_no_data():
    assert judged() is Status.NO_DATA


@pytest.mark.parametrize(("today", "status"), [(28, Status.ON_TRACK), (29, Status.NO_DATA)])
def test_status_is_no_data_after_more_than_21_quiet_days(today, status):
    assert judged(point(7, 42), today=today) is status


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ((42, 44, 46, 48), Status.ON_TRACK),
        ((42, 44, 46, 47), Status.ON_TRACK),
        ((42, 44, 45, 47), Status.WATCH),
        ((42, 43, 45, 47), Status.WATCH),
        ((41, 43, 45, 47), Status.DECIDE),
        ((41, 43, 45, 48), Status.ON_TRACK),
        ((41, 43, 46, 47), Status.ON_TRACK),
    ],
)
def test_status_counts_the_last_scores_in_a_row_below(values, status):
    assert judged(*weekly(*values), today=30) is status


def test_status_counts_as_many_as_the_rule_of_the_district_says():
    scores = weekly(42, 43, 45, 47)

    assert judged(*scores, today=30, rule=DecisionRule(below=3)) is Status.DECIDE
    assert judged(*scores, today=30, rule=DecisionRule(below=5, watch=4)) is Status.ON_TRACK


def test_status_decides_on_a_flat_trend_from_eight_scores_on():
    early_rise = weekly(50, 51, 52, 53, 53, 53, 54, 55)  # on day 56 the aimline asks for 56

    assert judged(*early_rise) is Status.DECIDE
    assert judged(*early_rise[1:]) is Status.ON_TRACK


def test_status_leaves_a_flat_trend_ahead_of_the_aimline_alone():
    assert judged(*weekly(50, 51, 52, 53, 53, 53, 54, 56)) is Status.ON_TRACK


def test_status_leaves_a_steep_trend_alone():
    assert judged(*weekly(30, 34, 38, 44, 48, 52, 56, "55.9")) is Status.ON_TRACK


def test_status_is_met_when_the_last_score_reaches_the_target():
    assert judged(*weekly(20, 20, 20, 20, 60)) is Status.MET
    assert judged(*weekly(60, 41)) is Status.MET  # one score is chance
    assert judged(*weekly(60, 41, 42), today=30) is Status.DECIDE  # two say that the skill is not kept


def test_status_stays_met_when_nobody_measures_any_more():
    assert judged(point(7, 60), today=300) is Status.MET


def test_status_of_a_decreasing_goal_is_mirrored():
    line = aimline(FALLING, [])

    assert status_of(weekly(12, 12, 12, 12), line, today=day(30)) is Status.DECIDE
    assert status_of(weekly(10, 9, 8, 7), line, today=day(30)) is Status.ON_TRACK
    assert status_of(weekly(2), line, today=day(30)) is Status.MET


def test_summary_worked_out_by_hand():
    points = [point(0, 40, baseline=True), *weekly(43, 44, 46, 47, 51)]

    assert summary(points, TERMS, day(37)) == summary(reversed(points), TERMS, day(37))
    found = summary(points, TERMS, day(37))

    assert found.status is Status.ON_TRACK
    assert (found.current, found.last_on) == (Decimal(51), day(35))
    assert found.percent_of_way == Decimal("55.0")
    assert found.trend_per_week == Decimal("1.90")  # (-2*43 - 44 + 47 + 2*51) / 10
    assert (found.in_a_row_below, found.in_a_row_at_or_above) == (0, 1)
    assert found.last_values == tuple(map(Decimal, (40, 43, 44, 46, 47, 51)))
    assert (found.aim_first, found.aim_last) == (Decimal(40), Decimal(50))
    assert found.aim_today == Decimal(40) + Decimal(20) * 37 / 70
    assert found.difference == Decimal("1.0")


def test_summary_keeps_the_last_eight_values():
    assert summary(weekly(*range(41, 51)), TERMS, day(80)).last_values == tuple(map(Decimal, range(43, 51)))


def test_summary_shows_no_trend_before_four_scores():
    points = [point(0, 40, baseline=True), *weekly(43, 44, 46)]

    assert summary(points, TERMS, day(30)).trend_per_week is None


def test_summary_of_no_scores_still_knows_the_aimline():
    found = summary([], TERMS, day(35))

    assert (found.status, found.current, found.aim_today) == (Status.NO_DATA, None, Decimal(50))


def test_summary_without_scores_and_baseline_knows_nothing():
    found = summary([], replace(TERMS, baseline=None), day(35))

    assert (found.status, found.aim_today, found.percent_of_way) == (Status.NO_DATA, None, None)


def test_summary_of_a_baseline_alone_is_no_data():
    found = summary([point(0, 41, baseline=True)], TERMS, day(1))

    assert (found.status, found.current, found.percent_of_way) == (
        Status.NO_DATA,
        Decimal(41),
        Decimal("5.0"),
    )


def test_summary_leaves_out_what_was_measured_after_today():
    assert summary(weekly(43, 44, 1), TERMS, day(14)) == summary(weekly(43, 44), TERMS, day(14))


def test_summary_counts_from_the_last_change_of_instruction():
    points = weekly(41, 41, 41, 41, 45, 45)

    assert summary(points, TERMS, day(45)).status is Status.DECIDE
    changed = summary(points, TERMS, day(45), changes=[day(33), day(90)])
    assert (changed.status, changed.in_a_row_below, changed.trend_per_week) == (Status.WATCH, 2, None)


def test_summary_right_after_a_change_has_no_run_yet():
    assert summary(weekly(41, 41, 41, 41), TERMS, day(30), changes=[day(30)]).status is Status.ON_TRACK


def test_percent_of_way_stays_between_0_and_100():
    assert percent_of_way(Decimal(30), LINE) == 0
    assert percent_of_way(Decimal(45), LINE) == 25
    assert percent_of_way(Decimal(75), LINE) == 100
    assert percent_of_way(Decimal(59), replace(LINE, start=Decimal(60))) == 0
    assert percent_of_way(Decimal(60), replace(LINE, start=Decimal(60))) == 100


def test_a_run_at_the_end_stops_at_the_first_break():
    looked = []

    def is_high(point):
        looked.append(point.value)
        return point.value > 50

    points = [
        Measurement(on=date(2025, 9, day), value=Decimal(value))
        for day, value in enumerate([60, 40, 70, 80], 1)
    ]
    assert [run_at_end(points[:n], is_high) for n in range(5)] == [0, 1, 0, 1, 2]
    assert looked[-3:] == [80, 70, 40]


scores = st.decimals(min_value=0, max_value=500, places=2)
series = st.lists(st.tuples(st.integers(-10, 400), scores, st.booleans()), max_size=25)
goals = st.builds(
    lambda direction, target, length, baseline: GoalTerms(
        direction=direction,
        target=target,
        target_on=day(length),
        baseline=baseline,
        baseline_on=None if baseline is None else day(0),
    ),
    st.sampled_from(Direction),
    scores,
    st.integers(0, 365),
    st.none() | scores,
)


def made(
    rows: list[tuple[int, Decimal, bool]], *, shift: int = 0, mirrored: bool = False
) -> list[Measurement]:
    return [
        Measurement(on=day(n + shift), value=-value if mirrored else value, is_baseline=is_baseline)
        for n, value, is_baseline in rows
    ]


@given(series, goals, st.integers(-10, 420), st.integers(-300, 300))
def test_shifting_all_days_changes_nothing_but_the_days(rows, goal, today, shift):
    shift *= 7  # a week has its weekend where it was
    move = timedelta(days=shift)
    moved_goal = replace(
        goal,
        target_on=goal.target_on + move,
        baseline_on=goal.baseline_on and goal.baseline_on + move,
    )

    here = summary(made(rows), goal, day(today))
    there = summary(made(rows, shift=shift), moved_goal, day(today) + move)

    assert (there.verdict.rule, len(there.verdict.points)) == (here.verdict.rule, len(here.verdict.points))
    assert there == replace(
        here,
        last_on=here.last_on and here.last_on + move,
        mastered_on=here.mastered_on and here.mastered_on + move,
        verdict=there.verdict,
    )


@given(series, goals, st.integers(-10, 420))
def test_a_decreasing_goal_mirrors_an_increasing_one(rows, goal, today):
    other = Direction.INCREASE if goal.direction is Direction.DECREASE else Direction.DECREASE
    mirror = replace(
        goal,
        direction=other,
        target=-goal.target,
        baseline=None if goal.baseline is None else -goal.baseline,
    )

    here = summary(made(rows), goal, day(today))
    there = summary(made(rows, mirrored=True), mirror, day(today))

    def flip(value: Decimal | None) -> Decimal | None:
        return None if value is None else -value

    assert (there.verdict.rule, len(there.verdict.points)) == (here.verdict.rule, len(here.verdict.points))
    assert there == replace(
        here,
        verdict=there.verdict,
        current=flip(here.current),
        trend_per_week=flip(here.trend_per_week),
        last_values=tuple(-value for value in here.last_values),
        aim_first=flip(here.aim_first),
        aim_last=flip(here.aim_last),
        aim_today=flip(here.aim_today),
        difference=flip(here.difference),
    )


@given(series, goals, st.integers(-10, 420))
def test_a_summary_does_not_depend_on_what_comes_later(rows, goal, today):
    known = [row for row in rows if row[0] <= today]

    assert summary(made(rows), goal, day(today)) == summary(made(known), goal, day(today))


@given(series)
def test_trend_passes_through_the_means(rows):
    points = made(rows)
    trend = ordinary_least_squares(points)
    if trend is None:
        return
    mean_day = sum((p.on - trend.origin).days for p in points) / len(points)
    mean_value = float(sum(p.value for p in points)) / len(points)

    assert float(trend.intercept) + float(trend.slope) * mean_day == pytest.approx(mean_value, abs=1e-6)
    assert trend.r_squared is None or 0 <= trend.r_squared <= 1


@given(series, goals, st.integers(0, 60))
def test_a_stored_status_says_on_a_later_day_what_a_new_summary_would(rows, goal, later):
    points = made(rows)
    last_on = summary(points, goal, day(1000)).last_on
    today = (last_on or START) + timedelta(days=later)
    stored = summary([p for p in points if p.on <= today], goal, last_on or START)

    assert as_of(stored.status, last_on, quiet_on(today)) is summary(points, goal, today).status
