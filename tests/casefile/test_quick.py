"""Quick entry: what a typed line means."""

from __future__ import annotations

from decimal import Decimal
from uuid import uuid4

import pytest

from casefile.quick import Candidate, line_of, understood


def goal(student, title, scale="rate", unit="words a minute", **more):
    is_percent = scale in {"percent", "trials"}
    return Candidate(
        goal_id=uuid4(), student=student, goal=title, scale=scale, unit=unit, is_percent=is_percent, **more
    )


FLUENCY = goal("Mateo Rivera Luna", "Reading fluency")
ACCURACY = goal("Mateo Rivera Luna", "Reading accuracy", "percent", "percent of words")
OTHER = goal("Mateus Santos", "Reading fluency")
TOMAS = goal("Tomás Ibarra", "Articulation /r/", "trials", "percent of words")
STAYS = goal("Owen Tran", "Stays with a task", "minutes", "minutes")
SCALED = goal("Owen Tran", "Asks for help", "attainment", "level")
ALL = (FLUENCY, ACCURACY, OTHER, TOMAS, STAYS, SCALED)


@pytest.mark.parametrize(
    ("text", "found", "value"),
    [
        ("mateo fluency 64", FLUENCY, "64"),
        ("Rivera flu 64.5", FLUENCY, "64.5"),
        ("mateo rivera accuracy 96%", ACCURACY, "96"),
        ("mateo acc 7/9", ACCURACY, "77.78"),
        ("tomas articulation 80", TOMAS, "80"),
        ("TOMÁS 80 %", TOMAS, "80"),
        ("owen stays 4:30", STAYS, "4.5"),
        ("owen asks -1", SCALED, "-1"),
        ("mateus 51", OTHER, "51"),
    ],
)
def test_a_clear_line_has_one_reading(text, found, value):
    readings = understood(text, ALL)

    assert [one.candidate for one in readings] == [found]
    assert readings[0].value == Decimal(value)


@pytest.mark.parametrize(
    ("text", "students"),
    [
        ("mat fluency 64", {"Mateo Rivera Luna", "Mateus Santos"}),
        ("mateo reading 64", {"Mateo Rivera Luna"}),
    ],
)
def test_what_may_mean_several_is_a_question(text, students):
    readings = understood(text, ALL)

    assert len(readings) == 2
    assert {one.candidate.student for one in readings} == students


@pytest.mark.parametrize(
    "text",
    ["", "64", "mateo", "mateo fluency", "fluency 64", "nobody fluency 64", "mateo fluency 64%",
     "mateo fluency 9/7", "mateo accuracy 9/7", "mateo fluency 4:30", "mateo fluency 64 extra", "mateo 1e9",
     "mateo fluency NaN", "x" * 5000],
)  # fmt: skip
def test_a_line_that_means_nothing_has_no_reading(text):
    assert understood(text, ALL) == ()


def test_the_number_is_the_last_piece():
    assert line_of("mateo 3 fluency 64").number == "64"
    assert line_of("mateo 3 fluency 64").words == ("mateo", "3", "fluency")
    assert line_of("mateo fluency").number == ""
