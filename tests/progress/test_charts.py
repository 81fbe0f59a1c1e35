"""What a progress chart draws, read back from its SVG."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.arithmetic import Aimline, Direction, Measurement
from progress.charts import ChartData, ChartLabels, Period, PhaseChange, Width, progress_chart, sparkline

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LABELS = ChartLabels(
    title="Oral reading, September to June",
    description="Scores rose from 48 to 64.",
    unit="Words a minute",
    goal="Goal: 92",
    goal_by="by Jun 5, 2026",
    goal_short="Goal: 92 by Jun 5",
    aimline="Aimline",
    baseline="Base",
    months=MONTHS,
    latest="64 today",
    pace="If this pace holds: about Feb 11",
)


def score(on: str, value: str | int, *, baseline: bool = False) -> Measurement:
    return Measurement(on=date.fromisoformat(on), value=Decimal(value), is_baseline=baseline)


BASELINE = (
    score("2025-09-02", 47, baseline=True),
    score("2025-09-03", 49, baseline=True),
    score("2025-09-05", 48, baseline=True),
)
SCORES = (
    score("2025-09-09", 49),
    score("2025-09-16", 50),
    score("2025-09-23", 50),
    score("2025-09-30", 50),
    score("2025-10-07", 51),
    score("2025-10-14", 51),
    score("2025-10-21", 54),
    score("2025-10-28", 56),
    score("2025-11-04", 60),
    score("2025-11-13", 61),
    score("2025-11-19", 64),
)
DATA = ChartData(
    key="goal-1",
    points=BASELINE + SCORES,
    target=Decimal(92),
    target_on=date(2026, 6, 5),
    aimline=Aimline(
        start_on=date(2025, 9, 5), start=Decimal(48), target_on=date(2026, 6, 5), target=Decimal(92)
    ),
)
CHANGE = PhaseChange(on=date(2025, 10, 15), label="Repeated reading added,\n10 minutes daily")


def drawn(data: ChartData = DATA, width: Width = Width.WIDE, labels: ChartLabels = LABELS) -> ET.Element:
    return ET.fromstring(progress_chart(data, width=width, labels=labels))


def words(svg: ET.Element) -> list[str]:
    return [element.text or "" for element in svg.iter("text")]


def strokes(svg: ET.Element, colour: str) -> list[ET.Element]:
    return [element for element in svg.iter() if element.get("stroke") == f"var(--{colour})"]


@pytest.mark.parametrize(("width", "box"), [(Width.WIDE, "0 0 1080 400"), (Width.NARROW, "0 0 372 330")])
def test_chart_has_its_size_and_names_itself_to_screen_readers(width, box):
    svg = drawn(width=width)
    ids = svg.get("aria-labelledby", "").split()

    assert (svg.get("viewBox"), svg.get("role"), svg.get("class")) == (box, "img", "plot")
    assert [(svg[i].tag, svg[i].get("id"), svg[i].text) for i in (0, 1)] == [
        ("title", ids[0], LABELS.title),
        ("desc", ids[1], LABELS.description),
    ]


def test_charts_of_both_sizes_share_no_id_on_one_page():
    ids = [element.get("id") for width in Width for element in drawn(width=width).iter() if element.get("id")]

    assert len(ids) == len(set(ids)) == 4


@pytest.mark.parametrize("width", list(Width))
def test_chart_uses_only_variables_for_colour_and_no_style(width):
    text = progress_chart(replace(DATA, phases=(CHANGE,)), width=width, labels=LABELS)
    svg = ET.fromstring(text)
    colours = {element.get(name) for element in svg.iter() for name in ("fill", "stroke")} - {None, "none"}

    assert "style" not in text
    assert colours
    assert all(colour.startswith("var(--") for colour in colours)


@pytest.mark.parametrize("width", list(Width))
def test_chart_has_no_text_below_11_pixels(width):
    sizes = [int(element.get("font-size", 12)) for element in drawn(width=width).iter()]

    assert min(sizes) >= 11


def test_chart_draws_baseline_as_squares_and_scores_as_circles():
    svg = drawn()
    squares = [rect for rect in svg.iter("rect") if rect.get("width") == "7"]
    circles = list(svg.iter("circle"))

    assert len(squares) == len(BASELINE)
    assert len(circles) == len(SCORES)
    assert (circles[-1].get("stroke"), circles[-1].get("r")) == ("var(--live)", "6")
    assert {circle.get("r") for circle in circles[:-1]} == {"4"}


def test_chart_says_the_last_value_the_goal_and_the_unit_directly():
    assert {"64 today", "Goal: 92", "by Jun 5, 2026", "Words a minute", "Aimline", "Base"} <= set(
        words(drawn())
    )
    assert "Goal: 92 by Jun 5" in words(drawn(width=Width.NARROW))


def test_chart_draws_the_aimline_from_the_median_baseline_to_the_star():
    svg = drawn()
    (aimline,) = strokes(svg, "c-aim")
    square = next(rect for rect in list(svg.iter("rect")) if rect.get("width") == "7")
    end_x, end_y = aimline.get("d", "").split("L")[1].split(",")
    goal = next(path for path in strokes(svg, "c-goal") if path.get("stroke-dasharray") == "1 4")

    assert aimline.get("stroke-dasharray") == "6 5"
    assert float(aimline.get("d", "M0")[1:].split(",")[0]) > float(square.get("x", 0))
    assert goal.get("d", "").split(",")[1].split("H")[0] == end_y
    assert float(end_x) < 1080 - 118


def test_chart_has_five_or_six_grid_lines_from_just_below_baseline_to_just_above_goal():
    assert [word for word in words(drawn()) if word.isdigit()] == ["40", "50", "60", "70", "80", "90"]


def test_chart_keeps_its_scale_when_scores_come_in_between():
    first = drawn(replace(DATA, points=BASELINE + SCORES[:1]))

    assert strokes(first, "line")[0][0].get("d") == strokes(drawn(), "line")[0][0].get("d")
    assert [w for w in words(first) if w.isdigit()] == [w for w in words(drawn()) if w.isdigit()]


def test_chart_makes_room_for_a_score_beyond_the_goal_or_below_the_baseline():
    svg = drawn(replace(DATA, points=(score("2025-10-01", 12), score("2025-10-08", 130))))
    heights = [float(circle.get("cy", 0)) for circle in svg.iter("circle")]

    assert all(30 <= height <= 370 for height in heights)


def test_chart_of_percent_always_shows_0_to_100():
    svg = drawn(replace(DATA, is_percent=True))

    assert [word for word in words(svg) if word.isdigit()] == ["0", "20", "40", "60", "80", "100"]


def test_chart_of_a_decreasing_goal_starts_at_zero_when_the_goal_is_near_it():
    falling = replace(
        DATA,
        points=(score("2025-09-10", 11), score("2025-09-17", 10)),
        target=Decimal(3),
        direction=Direction.DECREASE,
        aimline=Aimline(
            start_on=date(2025, 9, 3),
            start=Decimal(12),
            target_on=date(2026, 6, 5),
            target=Decimal(3),
            direction=Direction.DECREASE,
        ),
    )

    assert [word for word in words(drawn(falling)) if word.isdigit()] == ["0", "3", "6", "9", "12"]


def test_chart_names_the_months_on_its_axis():
    year = ["Sep", "Oct", "Nov", "Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun"]

    assert [word for word in words(drawn()) if word in MONTHS] == year
    assert [word for word in words(drawn(width=Width.NARROW)) if word in MONTHS] == year[:5]


def test_narrow_chart_of_two_years_thins_the_months_out():
    svg = drawn(
        replace(
            DATA,
            points=(score("2025-09-10", 50), score("2027-05-01", 60)),
            target_on=date(2027, 6, 5),
        ),
        width=Width.NARROW,
    )
    places = [float(text.get("x", 0)) for text in svg.iter("text") if text.text in MONTHS]

    assert all(after - before >= 29 for before, after in pairwise(places))


def test_chart_does_not_join_scores_more_than_21_days_apart():
    start = date(2025, 10, 1)
    days = (0, 21, 43, 50)
    points = tuple(Measurement(on=start + timedelta(days=day), value=Decimal(50)) for day in days)
    (lines,) = [group for group in strokes(drawn(replace(DATA, points=points)), "c-data") if group.tag == "g"]

    assert [path.get("d", "").count("L") for path in lines] == [1, 1]


def test_chart_does_not_join_baseline_and_scores_or_two_phases():
    svg = drawn(replace(DATA, phases=(CHANGE,)))
    lines = next(group for group in strokes(svg, "c-data") if group.get("stroke-width") == "1.5")

    assert [path.get("d", "").count("L") + 1 for path in lines] == [6, 5]


def test_chart_draws_a_trend_in_each_phase_with_four_scores():
    def trends(*phases: PhaseChange) -> list[str | None]:
        svg = drawn(replace(DATA, phases=phases), labels=replace(LABELS, pace=""))
        return [path.get("stroke-opacity") for path in strokes(svg, "c-trend")]

    late = PhaseChange(on=date(2025, 11, 1), label="Late")

    assert trends() == ["0.7"]
    assert trends(CHANGE) == ["0.55", "0.7"]
    assert trends(late) == ["0.55"]


def test_chart_projects_the_present_trend_only_in_words_and_from_five_scores():
    def projections(points: tuple[Measurement, ...], labels: ChartLabels = LABELS) -> int:
        svg = drawn(replace(DATA, points=points), labels=labels)
        return sum(path.get("stroke-dasharray") == "2 5" for path in strokes(svg, "c-trend"))

    assert projections(BASELINE + SCORES) == 1
    assert projections(SCORES[-4:]) == 0
    assert projections(SCORES, replace(LABELS, pace="")) == 0
    assert LABELS.pace in words(drawn())
    assert LABELS.pace not in words(drawn(width=Width.NARROW))


def test_chart_marks_a_change_of_instruction_with_its_words():
    svg = drawn(replace(DATA, phases=(CHANGE,)))

    assert len(strokes(svg, "c-phase")) == 1
    assert {"Repeated reading added,", "10 minutes daily"} <= set(words(svg))


def test_chart_can_show_the_last_weeks_alone():
    svg = drawn(replace(DATA, since=date(2025, 10, 20)))

    assert len(list(svg.iter("circle"))) == 5
    assert not [rect for rect in svg.iter("rect") if rect.get("width") == "7"]
    assert "Sep" not in words(svg)


def test_chart_without_scores_shows_where_the_goal_is():
    svg = drawn(replace(DATA, points=(), aimline=None), labels=replace(LABELS, latest=""))

    assert not list(svg.iter("circle"))
    assert "Goal: 92" in words(svg)


def test_chart_writes_numbers_for_its_reader():
    rubric = replace(
        DATA,
        points=(score("2025-10-01", "2.5"),),
        target=Decimal(4),
        aimline=replace(DATA.aimline, start=Decimal("1.5")),
    )
    tenths = [word for word in words(drawn(rubric, labels=replace(LABELS, decimal_point=","))) if "," in word]

    assert "1,5" in tenths
    assert "−20" in words(
        drawn(replace(DATA, target=Decimal(2), aimline=replace(DATA.aimline, start=Decimal(-2))))
    )


HOSTILE = "</text><script>alert(1)</script>&\"'<!--\x00\x0b"


@pytest.mark.parametrize("width", list(Width))
def test_chart_lets_no_words_become_markup(width):
    hostile = replace(
        LABELS,
        **dict.fromkeys(
            ("title", "description", "unit", "goal", "goal_by", "goal_short", "aimline"), HOSTILE
        ),
        latest=HOSTILE,
        pace=HOSTILE,
        baseline=HOSTILE,
        months=(HOSTILE,) * 12,
    )
    data = replace(DATA, key='x" onload="alert(1)', phases=(replace(CHANGE, label=HOSTILE),))
    text = progress_chart(data, width=width, labels=hostile)
    svg = ET.fromstring(text)

    assert "<script" not in text
    assert not [element for element in svg.iter() if element.get("onload")]
    assert svg[0].text == HOSTILE.replace("\x00", "").replace("\x0b", "")


days = st.dates(min_value=date(2024, 1, 1), max_value=date(2028, 1, 1))
values = st.decimals(min_value=0, max_value=100000, places=2)


@given(
    points=st.lists(st.builds(Measurement, on=days, value=values, is_baseline=st.booleans()), max_size=12),
    start=days,
    start_value=values,
    end=days,
    target=values,
    since=st.none() | days,
    width=st.sampled_from(Width),
    direction=st.sampled_from(Direction),
    is_percent=st.booleans(),
)
def test_chart_draws_whatever_was_recorded(
    *, points, start, start_value, end, target, since, width, direction, is_percent
):
    line = Aimline(start_on=start, start=start_value, target_on=end, target=target, direction=direction)
    data = ChartData(
        key="k",
        points=tuple(points),
        target=target,
        target_on=end,
        aimline=line,
        direction=direction,
        is_percent=is_percent,
        phases=(PhaseChange(on=date(2025, 6, 1), label="Change"),),
        since=since,
    )

    text = progress_chart(data, width=width, labels=LABELS)
    svg = ET.fromstring(text)

    assert "nan" not in text
    assert "inf" not in text
    assert all(30 <= float(dot.get("cy", 0)) <= width.value[1] - 29 for dot in svg.iter("circle"))
    assert all(37 <= float(dot.get("cx", 0)) <= width.value[0] for dot in svg.iter("circle"))


def spark(values: list[int | None], status: str = "on_track", label: str = "") -> ET.Element:
    numbers = tuple(None if value is None else Decimal(value) for value in values)
    return ET.fromstring(
        sparkline(numbers, Decimal(40), Decimal(60), status, width=150, height=44, label=label)
    )


def test_sparkline_is_hidden_or_says_its_sentence():
    assert spark([40, 50]).get("aria-hidden") == "true"
    svg = spark([40, 50], label='Latest 50 & "up"')
    assert (svg.get("role"), svg.get("aria-label"), svg.get("aria-hidden")) == (
        "img",
        'Latest 50 & "up"',
        None,
    )


@pytest.mark.parametrize(
    ("status", "tag", "colour"),
    [
        ("on_track", "circle", "ok"),
        ("watch", "path", "watch"),
        ("decide", "path", "act"),
        ("met", "g", "brand"),
        ("no_data", "circle", "ink-3"),
    ],
)
def test_sparkline_ends_in_the_shape_of_its_status(status, tag, colour):
    end = spark([40, 50, 55], status)[-1]

    assert end.tag == tag
    assert f"var(--{colour})" in {mark.get(name) for mark in end.iter() for name in ("fill", "stroke")}


def test_sparklines_of_all_statuses_differ_in_shape():
    shapes = set()
    for status in ("on_track", "watch", "decide", "met", "no_data"):
        end = spark([40, 50, 55], status)[-1]
        shapes.add((end.tag, end.get("d"), end.get("stroke-dasharray")))

    assert len(shapes) == 5


def test_sparkline_leaves_a_gap_for_a_missed_value():
    lines = next(group for group in spark([1, 2, None, 3, 4]) if group.tag == "g")

    assert [path.get("d", "").count("L") for path in lines] == [1, 1]


@pytest.mark.parametrize("values", [[], [5], [5, 5], [None, None]])
def test_sparkline_draws_even_next_to_nothing(values):
    assert "nan" not in sparkline(
        tuple(None if value is None else Decimal(value) for value in values),
        None,
        None,
        "no_data",
        width=96,
        height=26,
        label="",
    )


def test_narrow_chart_writes_no_name_of_a_period_over_the_words_of_the_goal():
    named = replace(
        DATA, periods=(Period(label="Quarter 1", starts_on=date(2025, 9, 1), ends_on=date(2025, 11, 30)),)
    )
    svg = drawn(named, Width.NARROW)
    heights = {
        "".join(mark.itertext()): float(mark.get("y", "0"))
        for mark in svg.iter()
        if mark.tag.endswith("text")
    }
    goal = next(y for said, y in heights.items() if said == LABELS.goal_short)

    assert abs(heights["Quarter 1"] - goal) >= 12


def test_name_of_a_period_keeps_clear_of_the_baseline_and_of_the_lines_of_phases():
    begun = DATA.aimline.start_on
    named = replace(
        DATA,
        periods=(
            Period(label="First", starts_on=begun - timedelta(days=20), ends_on=begun + timedelta(days=150)),
            Period(label="Ahead", starts_on=DATA.points[-1].on + timedelta(days=9), ends_on=DATA.target_on),
        ),
        phases=(PhaseChange(label="Drill", on=begun + timedelta(days=6)),),
    )
    svg = drawn(named)
    places = {
        "".join(mark.itertext()): float(mark.get("x", "0"))
        for mark in svg.iter()
        if mark.tag.endswith("text")
    }
    line = places["Drill"] - 5

    assert places["First"] > line
    assert "Ahead" not in places, "the words of the projection stand there"
