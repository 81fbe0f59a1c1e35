"""Marks of the progress chart that say why: phases, what was left out, what is missing, what fired, what comes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import combinations
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from progress.arithmetic import Direction, missed_probes, projections
from progress.charts import LeftOut, MissedProbe, PhaseChange, Width
from tests.progress.test_charts import CHANGE, DATA, LABELS, SCORES, drawn, score, strokes, words

FIRED = tuple(replace(point, id=UUID(int=n)) for n, point in enumerate(SCORES, start=1))


def numbers(text: str) -> list[float]:
    return [float(each) for each in re.findall(r"-?\d+(?:\.\d+)?", text)]


def circles(svg, **wanted):
    return [each for each in svg.iter("circle") if all(each.get(k) == v for k, v in wanted.items())]


# --- Phases


def test_a_phase_line_runs_the_whole_height_with_its_words_to_the_right_of_it():
    svg = drawn(replace(DATA, phases=(CHANGE,)))
    (line,) = strokes(svg, "c-phase")
    x = numbers(line.get("d"))[0]
    labels = [each for each in svg.iter("text") if each.text in CHANGE.label.split("\n")]

    assert [each.text for each in labels] == ["Repeated reading added,", "10 minutes daily"]
    assert {each.get("text-anchor") for each in labels} == {"start"}
    assert all(float(each.get("x")) == x + 5 for each in labels)
    assert float(labels[1].get("y")) - float(labels[0].get("y")) == 14


def test_a_phase_before_any_score_is_drawn_lighter_than_a_change():
    first = PhaseChange(on=date(2025, 9, 8), label="Decoding group")
    svg = drawn(replace(DATA, phases=(first, CHANGE)))

    assert [each.get("stroke-width") for each in strokes(svg, "c-phase")] == ["1", "1.75"]


def test_a_phase_before_the_weeks_that_are_shown_has_no_line():
    svg = drawn(replace(DATA, phases=(CHANGE,), since=date(2025, 11, 1)))

    assert not strokes(svg, "c-phase")
    assert "10 minutes daily" not in words(svg)


# --- What was left out


def test_a_score_that_does_not_count_is_hollow_and_moves_no_line():
    out = replace(score("2025-10-24", 20), is_excluded=True)
    plain, svg = drawn(), drawn(replace(DATA, points=(*DATA.points, out)))
    (group,) = [each for each in svg.iter("g") if each.get("stroke") == "var(--ink-3)"]
    (hollow,) = group

    assert (group.get("fill"), hollow.get("stroke-dasharray")) == ("var(--surface)", "2.5 1.5")
    for colour in ("c-trend", "c-aim"):
        assert [each.get("d") for each in strokes(svg, colour)] == [
            each.get("d") for each in strokes(plain, colour)
        ]
    joined = next(each for each in svg.iter("g") if each.get("stroke") == "var(--c-data)" and len(each))
    assert hollow.get("cx") not in str([each.get("d") for each in joined])


def test_a_score_left_out_far_off_the_picture_stands_at_its_edge():
    out = replace(score("2025-10-24", 900), is_excluded=True)
    plain, svg = drawn(), drawn(replace(DATA, points=(*DATA.points, out)))
    (hollow,) = [each for each in circles(svg) if each.get("stroke-dasharray")]
    top = min(float(each.get("cy")) for each in circles(plain))

    assert 0 < float(hollow.get("cy")) < top
    assert words(svg) == words(plain)  # the scale did not follow it


def left_out(*days, mark="1", value=58, why="Fire drill"):
    points = tuple(
        replace(score(day, value), is_excluded=True, id=UUID(int=10_000 * sum(map(ord, mark)) + n))
        for n, day in enumerate(days)
    )
    return points, tuple(LeftOut(id=point.id, mark=mark, words=f"{point.on}: {why}") for point in points)


def with_left_out(*groups):
    points = tuple(point for found, _told in groups for point in found)
    told = tuple(each for _found, some in groups for each in some)
    return replace(DATA, points=(*DATA.points, *points), left_out=told)


def test_a_score_that_does_not_count_has_a_number_whose_words_appear_on_pointing():
    svg = drawn(with_left_out(left_out("2025-10-24"), left_out("2025-11-06", mark="2", why="Ill")))
    named = [group for group in svg.iter("g") if group.find("title") is not None]

    assert [(each.find("title").text, each.find("text").text) for each in named] == [
        ("2025-10-24: Fire drill", "1"),
        ("2025-11-06: Ill", "2"),
    ]
    hollow = [each for each in circles(svg) if each.get("stroke-dasharray")]
    for mark, group in zip(hollow, named, strict=True):
        number = group.find("text")
        assert abs(float(number.get("x")) - float(mark.get("cx"))) < 24
        assert abs(float(number.get("y")) - float(mark.get("cy"))) < 24
        assert float(number.get("font-size")) >= 11


def test_many_scores_left_out_for_one_reason_have_one_number():
    days = [str(date(2025, 10, 20) + timedelta(days=n)) for n in range(5)]
    plain, svg = drawn(), drawn(with_left_out(left_out(*days)))

    assert sorted(words(svg)) == sorted([*words(plain), "1"])
    assert sum(bool(each.get("stroke-dasharray")) for each in circles(svg)) == 5


def test_numbers_of_scores_left_out_never_cover_each_other():
    days = [str(date(2025, 10, 20) + timedelta(days=n)) for n in range(9)]
    groups = [left_out(day, mark=str(n)) for n, day in enumerate(days, start=1)]
    for width in Width:
        svg = drawn(with_left_out(*groups), width=width)
        texts = [group.find("text") for group in svg.iter("g") if group.find("title") is not None]
        places = [(float(each.get("x")), float(each.get("y"))) for each in texts]

        assert len(places) >= 4
        assert all(abs(x - a) >= 9 or abs(y - b) >= 11 for (x, y), (a, b) in combinations(places, 2))


@given(
    days=st.lists(st.integers(0, 60), max_size=40),
    value=st.integers(0, 200),
    mark=st.sampled_from(["1", "12", "left out"]),
)
def test_marks_of_what_was_left_out_stay_inside_the_picture(days, value, mark):
    out = [str(date(2025, 9, 20) + timedelta(days=n)) for n in days]
    for width in Width:
        svg = drawn(with_left_out(left_out(*out, mark=mark, value=value)), width=width)
        for group in svg.iter("g"):
            if group.find("title") is not None:
                x, y = (float(group.find("text").get(axis)) for axis in "xy")
                assert 0 < x < width.value[0] and 0 < y < width.value[1]


# --- What is missing


def test_a_missed_probe_is_a_cross_on_the_axis_with_its_reason():
    missed = (MissedProbe(on=date(2025, 12, 24), reason="Winter break"), MissedProbe(on=date(2026, 2, 3)))
    svg = drawn(replace(DATA, missed=missed))
    crosses = [each for each in svg.iter("path") if "l8,8m0,-8l-8,8" in each.get("d", "")]
    axis = max(float(each.get("y")) for each in svg.iter("text"))

    assert len(crosses) == 2
    assert words(svg).count("Winter break") == 1
    assert len({each.get("d").split(",")[1] for each in crosses}) == 1
    assert all(0 < axis - numbers(each.get("d"))[1] < 40 for each in crosses)


def test_reasons_that_would_run_into_each_other_are_left_to_the_table():
    missed = tuple(
        MissedProbe(on=date(2025, 12, 22) + timedelta(days=n), reason="Winter break") for n in range(0, 10, 3)
    )
    svg = drawn(replace(DATA, missed=missed))

    assert words(svg).count("Winter break") == 1


def test_a_probe_counts_for_its_day_within_a_third_of_the_interval_and_a_day():
    start = date(2025, 9, 1)

    def missed(*days, until=60, every=9, off=None):
        measured = [start + timedelta(days=n) for n in days]
        found = missed_probes(
            measured, every_days=every, until=start + timedelta(days=until), no_school=off or {}
        )
        return [((each.on - start).days, each.reason) for each in found]

    assert missed(0, 9 + 4, until=13) == []  # 9 / 3 + 1 days late still counts
    assert missed(0, 9 + 5, until=14) == [(9, "")]
    assert missed(0, 28, until=28) == [(9, ""), (18, "")]
    assert missed(0, until=8) == []
    assert missed(until=60) == []
    off = {start + timedelta(days=11): "Fall break"}
    assert missed(0, 20, until=20, off=off) == [(9, "Fall break")]


def test_a_long_time_without_school_is_no_gap_in_the_line():
    points = (score("2025-12-12", 60), score("2026-01-09", 62))
    off = frozenset(date(2025, 12, 22) + timedelta(days=n) for n in range(12))

    def joined(no_school):
        svg = drawn(replace(DATA, points=points, no_school=no_school))
        return len([each for each in strokes(svg, "c-data") if each.tag == "g" and each.findall("path")])

    assert (joined(frozenset()), joined(off)) == (0, 1)


# --- What fired


def test_the_scores_that_fired_are_ringed_and_the_rule_is_said_under_a_bracket():
    ids = tuple(point.id for point in FIRED[3:7])
    data = replace(DATA, points=(*DATA.points[:3], *FIRED), fired=ids)
    svg = drawn(data, labels=replace(LABELS, rule="4 in a row below"))
    rings = circles(svg, r="8.5")
    (bracket,) = [each for each in strokes(svg, "act") if each.tag == "path"]
    dots = {each.get("cx"): each.get("cy") for each in circles(svg, r="4")}

    assert len(rings) == 4
    assert all(dots[ring.get("cx")] == ring.get("cy") for ring in rings)
    lowest = max(float(ring.get("cy")) for ring in rings)
    assert numbers(bracket.get("d"))[1] > lowest
    assert "4 in a row below" in words(svg)


def test_of_a_decreasing_goal_the_bracket_stands_above():
    ids = tuple(point.id for point in FIRED[3:7])
    data = replace(
        DATA, points=FIRED, fired=ids, direction=Direction.DECREASE, target=Decimal(10), aimline=None
    )
    svg = drawn(data, labels=replace(LABELS, rule="4 in a row above"))
    highest = min(float(ring.get("cy")) for ring in circles(svg, r="8.5"))
    (bracket,) = [each for each in strokes(svg, "act") if each.tag == "path"]

    assert numbers(bracket.get("d"))[1] < highest


def test_a_rule_without_words_or_of_scores_not_shown_draws_nothing():
    ids = tuple(point.id for point in FIRED[:2])
    data = replace(DATA, points=FIRED, fired=ids)

    assert not strokes(drawn(data), "act")
    late = replace(data, since=date(2025, 11, 1))
    assert not strokes(drawn(late, labels=replace(LABELS, rule="2 in a row below")), "act")


# --- What comes


def test_the_band_of_the_projection_is_that_of_the_interval():
    data = replace(DATA, phases=(CHANGE,))
    svg = drawn(data)
    (band,) = [each for each in svg.iter("path") if each.get("fill-opacity") == "0.1"]
    (line,) = [each for each in strokes(svg, "c-trend") if each.get("stroke-dasharray") == "2 5"]
    outline = numbers(band.get("d"))
    upper, lower = outline[1], outline[-1]
    start = numbers(line.get("d"))
    phase = [point for point in SCORES if point.on >= CHANGE.on]
    (found,) = projections(phase, [phase[-1].on])

    assert band.get("d").endswith("Z")
    assert upper < start[1] < lower
    heights = {float(each.get("cx")): float(each.get("cy")) for each in circles(svg) if each.get("r") in "46"}
    first, last = heights[min(heights)], heights[max(heights)]
    pixels = (first - last) / float(SCORES[-1].value - SCORES[0].value)
    assert abs((lower - upper) / pixels - float(found.high - found.low)) < 0.05
    assert abs((start[1] - upper) - (lower - start[1])) < 0.05


def test_nothing_is_projected_without_words_for_it_or_from_four_scores():
    def bands(data, labels=LABELS):
        return [each for each in drawn(data, labels=labels).iter("path") if each.get("fill-opacity")]

    assert bands(DATA)
    assert not bands(DATA, replace(LABELS, pace=""))
    late = PhaseChange(on=date(2025, 10, 27), label="New")
    assert len([point for point in SCORES if point.on >= late.on]) == 4
    assert not bands(replace(DATA, phases=(late,)))


def test_the_narrow_chart_has_the_band_without_its_words():
    svg = drawn(width=Width.NARROW)
    assert [each for each in svg.iter("path") if each.get("fill-opacity") == "0.1"]
    assert LABELS.pace not in words(svg)
