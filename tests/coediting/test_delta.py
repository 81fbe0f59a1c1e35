"""The algebra: equal to quill-delta, and with the properties that co-editing stands on."""

from __future__ import annotations

import json
import os
import random
import subprocess
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coediting import delta
from coediting.delta import BadOperation, BeyondTheEnd, Manuscript, SplitPair, TooLarge
from coediting.delta.algebra import same
from tests.coediting.cases import Maker
from tests.conftest import ROOT

ORACLE = ROOT / "tests" / "coediting" / "oracle.mjs"
ROUNDS = 12 if os.environ.get("SOAK") else 1
CASES = 2_500


def oracle(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What quill-delta answers to each case."""
    told = "\n".join(map(json.dumps, cases))
    done = subprocess.run(
        ["node", ORACLE], input=told, capture_output=True, text=True, check=True, cwd=ROOT, timeout=300
    )
    return [json.loads(line) for line in done.stdout.rstrip("\n").split("\n")]


def answers(case: dict[str, Any]) -> dict[str, Any]:
    """What our algebra answers to a case, under the oracle's names."""
    a, b, c, at = case["a"], case["b"], case["c"], case["at"]
    first = delta.transform(b, c, a_first=True)
    return {
        "applied": delta.apply(a, b),
        "first": first,
        "last": delta.transform(b, c, a_first=False),
        "both": delta.compose(b, first),
        "whole": delta.compose(a, delta.compose(b, first)),
        "inverted": delta.invert(b, a),
        "own": delta.transform_position(b, at, is_own=True),
        "theirs": delta.transform_position(b, at, is_own=False),
    }


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize("splits", [False, True], ids=["whole characters", "halves of characters"])
def test_algebra_equals_quill_delta_operation_for_operation(seed, splits):
    maker = Maker(seed, splits=splits)
    cases = []
    for _ in range(CASES):
        text = maker.text()
        cases.append(
            {"a": text, "b": maker.change(text), "c": maker.change(text), "at": maker.random.randint(0, 20)}
        )

    wrong = [
        (name, case, expected[name], answer)
        for case, expected in zip(cases, oracle(cases), strict=True)
        for name, answer in answers(case).items()
        if not same(answer, expected[name])
    ]

    assert wrong[:1] == []


# --- Properties


def seeds() -> st.SearchStrategy[Maker]:
    return st.integers(0, 2**32).map(Maker)


def normal(ops: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A text with its neighbours joined."""
    return Manuscript(ops).ops()


def in_order(a: tuple[str, str], b: tuple[str, str]) -> bool:
    """The rule of ties: the lower author first, then the lower id of the change."""
    return a < b


@given(seeds(), st.permutations(["ana", "ben", "cy"]), st.booleans())
def test_two_changes_converge_whoever_comes_first(maker, authors, are_one_person):
    text = normal(maker.text())
    left, right = maker.change(text), maker.change(text)
    by_left = (authors[0], "1")
    by_right = (authors[0] if are_one_person else authors[1], "2")

    left_then_right = delta.apply(
        delta.apply(text, left), delta.transform(left, right, a_first=in_order(by_left, by_right))
    )
    right_then_left = delta.apply(
        delta.apply(text, right), delta.transform(right, left, a_first=in_order(by_right, by_left))
    )

    assert normal(left_then_right) == normal(right_then_left)


@given(seeds())
def test_composition_is_associative(maker):
    text = normal(maker.text())
    first = maker.change(text)
    then = delta.apply(text, first)
    second = maker.change(then)
    third = maker.change(delta.apply(then, second))

    left = delta.compose(delta.compose(first, second), third)
    right = delta.compose(first, delta.compose(second, third))

    assert normal(delta.apply(text, left)) == normal(delta.apply(text, right))


@given(seeds())
def test_inversion_brings_the_text_back(maker):
    text = normal(maker.text())
    change = maker.change(text)

    back = delta.apply(delta.apply(text, change), delta.invert(change, text))

    assert same(normal(back), text)


@given(seeds())
def test_manuscript_in_place_equals_the_pure_algebra(maker):
    text = normal(maker.text())
    manuscript = Manuscript(text)

    for _ in range(6):
        change = maker.change(text)
        text = delta.apply(text, change)
        manuscript.apply(change)
        assert same(manuscript.ops(), normal(text))
        assert manuscript.length == delta.length(text)
        assert manuscript.plain() == delta.plain(text)


@given(seeds())
def test_difference_makes_the_second_text_of_the_first(maker):
    old = normal(maker.text())
    new = normal(delta.apply(old, maker.change(old)))

    change = delta.diff(old, new)

    assert same(normal(delta.apply(old, change)), new)
    Manuscript(old).apply(change)  # and no character is cut in two


def test_difference_is_in_whole_words():
    old = delta.from_plain("She reads 42 words a minute.\nShe asks for help.\n")
    new = delta.from_plain("She reads 57 words a minute.\nShe asks politely for help.\n")

    assert delta.diff(old, new) == [
        {"retain": 10},
        {"insert": "57"},
        {"delete": 2},
        {"retain": 25},
        {"insert": " politely"},
    ]


def test_difference_of_formats_keeps_the_words():
    old = [{"insert": "plain "}, {"insert": "bold", "attributes": {"bold": True}}, {"insert": "\n"}]
    new = [{"insert": "plain", "attributes": {"italic": True}}, {"insert": " bold\n"}]

    assert delta.diff(old, new) == [
        {"retain": 5, "attributes": {"italic": True}},
        {"retain": 1},
        {"retain": 4, "attributes": {"bold": None}},
    ]


def test_marked_change_says_what_it_does_to_the_words():
    text = [{"insert": "a🙂 bold"}, {"insert": " end\n", "attributes": {"bold": True}}]
    change = [{"retain": 1}, {"delete": 2}, {"insert": "é"}, {"retain": 5, "attributes": {"italic": True}}]

    assert list(delta.marked(text, change)) == [
        ("same", "a"),
        ("delete", "🙂"),
        ("insert", "é"),
        ("format", " bold"),
        ("same", " end\n"),
    ]


# --- The text in place


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ([{"retain": 6}, {"insert": "x"}], BeyondTheEnd),
        ([{"retain": 4}, {"delete": 2}], BeyondTheEnd),
        ([{"delete": 3}, {"retain": 3, "attributes": {"bold": True}}], BeyondTheEnd),
        ([{"insert": "x"}, {"retain": 2}, {"insert": "y"}], SplitPair),
        ([{"retain": 2}, {"delete": 1}], SplitPair),
        ([{"delete": 2}], SplitPair),
        ([{"retain": 1}, {"retain": 1, "attributes": {"bold": True}}], SplitPair),
        ([{"insert": "x" * (delta.LONGEST_TEXT - 4)}], TooLarge),
    ],
)
def test_manuscript_refuses_what_does_not_fit_and_stays_as_it_was(change, refusal):
    text = [{"insert": "a🙂bc", "attributes": {"bold": True}}]
    manuscript = Manuscript(text)

    with pytest.raises(refusal):
        manuscript.apply(change)

    assert manuscript.ops() == text
    assert manuscript.length == 5


def test_apply_refuses_what_reaches_beyond_the_end():
    with pytest.raises(BeyondTheEnd):
        delta.apply(delta.from_plain("🙂"), [{"retain": 3}, {"insert": "x"}])


def test_lengths_are_utf_16():
    text = delta.from_plain("a🙂")

    assert delta.length(text) == delta.units("a🙂") == Manuscript(text).length == 3
    assert delta.reach([{"retain": 2}, {"insert": "🙂"}, {"delete": 4}]) == 6


# --- The door

GOOD: list[Any] = [
    [{"insert": "x"}],
    [{"retain": 5}, {"insert": "🙂 e\u0301\n"}, {"delete": 2}],
    [{"retain": 1, "attributes": {"bold": True, "italic": None, "underline": True}}],
    [{"insert": "\n", "attributes": {"list": "bullet"}}, {"retain": 1, "attributes": {"list": "ordered"}}],
    [{"insert": "x", "attributes": {"link": "https://www.example.org/a?b=c#d"}}],
    [{"insert": "x", "attributes": {"link": "mailto:casey@district.example"}}],
    [{"insert": "x" * delta.LONGEST_INSERT}],
]
BAD: list[Any] = [
    None, {}, "x", 5, [], [5], [None], [[]], [{}],
    [{"insert": ""}], [{"insert": None}], [{"insert": 5}], [{"insert": ["x"]}], [{"insert": {}}],
    [{"insert": {"image": "https://example.org/x.png"}}], [{"insert": "a\0b"}],
    [{"insert": "\ud83d"}], [{"insert": "\ude42\ud83d"}], [{"insert": "x", "retain": 1}], [{"insert": "x", "id": 1}],
    [{"retain": 0}], [{"retain": -1}], [{"retain": 1.5}], [{"retain": 1.0}], [{"retain": True}], [{"retain": "1"}],
    [{"retain": None}], [{"retain": {"image": "x"}}], [{"retain": 10**400}], [{"delete": 0}], [{"delete": -3}],
    [{"delete": False}], [{"delete": 1, "attributes": {"bold": True}}],
    [{"retain": 1, "attributes": {}}], [{"retain": 1, "attributes": None}], [{"retain": 1, "attributes": []}],
    [{"retain": 1, "attributes": {"color": "red"}}], [{"retain": 1, "attributes": {"bold": 1}}],
    [{"retain": 1, "attributes": {"bold": False}}], [{"retain": 1, "attributes": {"__proto__": {}}}],
    [{"insert": "x", "attributes": {"bold": None}}], [{"insert": "x", "attributes": {"list": "bullet"}}],
    [{"insert": "\n", "attributes": {"list": "checked"}}], [{"insert": "\n", "attributes": {"list": ["bullet"]}}],
    [{"insert": "x", "attributes": {"link": "javascript:alert(1)"}}],
    [{"insert": "x", "attributes": {"link": " https://example.org"}}],
    [{"insert": "x", "attributes": {"link": "https://example.org/\" onclick=\"x"}}],
    [{"insert": "x", "attributes": {"link": "data:text/html,x"}}],
]  # fmt: skip


@pytest.mark.parametrize("ops", GOOD, ids=range(len(GOOD)))
def test_door_lets_in_what_quill_sends(ops):
    delta.check(ops)


@pytest.mark.parametrize("ops", BAD, ids=range(len(BAD)))
def test_door_refuses_with_a_reason(ops):
    with pytest.raises(BadOperation) as refused:
        delta.check(ops)

    assert refused.value.reason
    assert refused.value.code == "bad_operation"


@pytest.mark.parametrize(
    "ops",
    [
        [{"insert": "x" * (delta.LONGEST_INSERT + 1)}],
        [{"insert": "🙂" * (delta.LONGEST_INSERT // 2)}, {"insert": "x"}],
        [{"retain": 1}] * (delta.MOST_OPERATIONS + 1),
    ],
    ids=["one", "several", "operations"],
)
def test_door_refuses_what_is_too_large(ops):
    with pytest.raises(TooLarge) as refused:
        delta.check(ops)

    assert refused.value.code == "too_large"


def test_door_refuses_what_reaches_beyond_a_known_end():
    delta.check([{"retain": 3}, {"delete": 2}], base_length=5)
    with pytest.raises(BeyondTheEnd):
        delta.check([{"retain": 3}, {"delete": 3}], base_length=5)


def test_manuscript_of_very_many_runs_changes_as_one_of_few():
    """Runs are passed many at a time: the first, the last, the edges of what is passed, and beyond the end."""
    dice = random.Random(4)
    ops = [{"insert": "ab"[: 1 + number % 2], "attributes": {"by": str(number)}} for number in range(700)]
    text, manuscript = ops, Manuscript(ops)
    length = delta.length(ops)
    edges = [0, 1, 191, 192, 193, 383, 384, 385, length - 1, length]
    for at in edges + [dice.randrange(length) for _ in range(200)]:
        change = [{"retain": at}] if at else []
        change += [{"insert": "x", "attributes": {"by": f"new {at}"}}]
        text = delta.apply(text, change)
        manuscript.apply(change)

        assert manuscript.ops() == text
        assert manuscript.length == delta.length(text)
    with pytest.raises(delta.BeyondTheEnd):
        manuscript.apply([{"retain": manuscript.length + 1}, {"insert": "x"}])
