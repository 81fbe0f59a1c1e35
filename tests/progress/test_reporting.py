"""What a report may say of a goal: every statement against every kind of data."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from progress.reporting import Facts, Objection, Statement, fingerprint, objection, suggested

GOOD = Facts(
    points_in_period=9, has_gained=True, is_mastered=False, asks_for_decision=False, reaches_target=True
)
facts = st.builds(
    Facts,
    points_in_period=st.integers(0, 20),
    has_gained=st.sampled_from([True, False, None]),
    is_mastered=st.booleans(),
    asks_for_decision=st.booleans(),
    reaches_target=st.sampled_from([True, False, None]),
)


@pytest.mark.parametrize(
    ("statement", "change", "expected"),
    [
        ("mastered", {}, Objection.NOT_MASTERED),
        ("mastered", {"is_mastered": True}, None),
        ("sufficient", {}, None),
        ("sufficient", {"reaches_target": False}, Objection.MISSES_TARGET),
        ("sufficient", {"asks_for_decision": True}, Objection.RULE_FIRED),
        ("sufficient", {"reaches_target": None}, None),
        ("sufficient", {"points_in_period": 0}, Objection.NO_DATA),
        ("sufficient", {"is_mastered": True, "reaches_target": False}, None),
        ("some", {}, None),
        ("some", {"has_gained": False}, Objection.NO_GAIN),
        ("some", {"points_in_period": 0}, Objection.NO_DATA),
        ("insufficient", {}, Objection.ON_TRACK),
        ("insufficient", {"reaches_target": False}, None),
        ("insufficient", {"is_mastered": True, "reaches_target": None}, Objection.ON_TRACK),
        ("insufficient", {"points_in_period": 0}, None),
        ("not_introduced", {}, Objection.WAS_MEASURED),
        ("not_introduced", {"points_in_period": 0}, None),
    ],
)
def test_data_objects_to_what_it_contradicts(statement, change, expected):
    assert objection(statement, replace(GOOD, **change)) is expected


@given(facts)
def test_what_the_data_suggests_it_never_objects_to(found):
    best = suggested(found)

    assert best is None or objection(best, found) is None


@given(facts)
def test_sufficient_never_passes_where_the_target_is_missed(found):
    missed = replace(found, reaches_target=False, is_mastered=False)

    assert objection(Statement.SUFFICIENT, missed) is not None


def test_fingerprint_changes_with_every_word_and_not_with_the_order_of_names():
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
    assert fingerprint({"a": "x"}) != fingerprint({"a": "x "})
