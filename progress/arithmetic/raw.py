"""What was tapped, counted or timed, and the score that follows from it. The shape is fixed by the scale:

| scale | raw | score |
|---|---|---|
| percent | `{"correct": 7, "of": 9}` | 100 · correct / of |
| trials | `{"trials": ["+", "-", "p:gesture"]}` | percent of "+" |
| steps | `{"steps": ["+", "p:model", "-"]}` | percent of "+" |
| count | `{"count": 4}`, `seconds` may say for how long | count |
| rate | `{"count": 12, "seconds": 300}` | count a minute |
| probe | `{"correct": 64, "errors": 3, "seconds": 60}` | correct a minute; second: percent correct |
| minutes | `{"seconds": [45, 30.5]}`, one for each time | minutes together |
| latency, between | `{"seconds": [4.2, 6]}` | mean seconds |
| partial, whole, momentary | `{"intervals": [true, false], "seconds": 60}` | percent of true |
| rubric, attainment | `{"level": 3}` | level |
| prompt | `{"prompt": "gesture"}` | independence in percent |
| sample | `{"points": 14, "of": 20}` | points |
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from progress.arithmetic.measures import CENT, rounded

MOST_MARKS = 1000
LONGEST_SECONDS = 86_400
LARGEST_COUNT = 100_000
RIGHT, WRONG, PROMPTED = "+", "-", "p"

Raw = Mapping[str, object]


class RawProblem(StrEnum):
    """What is wrong with raw data."""

    SHAPE = "shape"
    EMPTY = "empty"
    RANGE = "range"
    PROMPT = "prompt"


class BadRaw(ValueError):
    """Raw data that gives no score."""

    def __init__(self, problem: RawProblem) -> None:
        super().__init__(problem.value)
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """The score of raw data, to a hundredth, and the other measure of the same probe."""

    value: Decimal
    second: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Trials or steps, counted."""

    right: int
    wrong: int
    prompted: Mapping[str, int]
    """By key of the prompt; "" where none was named."""

    @property
    def n(self) -> int:
        """How many there were."""
        return self.right + self.wrong + sum(self.prompted.values())


def score_of(scale: str, raw: Raw, *, prompts: Sequence[str] = ()) -> Scored:
    """The score of raw data on a scale. `prompts` are the keys of the hierarchy, least help first. Raises BadRaw."""
    known = _SCORES.get(scale)
    if known is None:
        raise BadRaw(RawProblem.SHAPE)
    names, score = known
    if not isinstance(raw, Mapping) or not set(raw) <= set(names):
        raise BadRaw(RawProblem.SHAPE)
    return score(raw, prompts)


def marks_of(raw: Raw, *, prompts: Sequence[str] | None = None) -> Marks:
    """The trials or steps of raw data, counted; with `prompts` only those are known. Raises BadRaw."""
    marks = raw.get("trials", raw.get("steps"))
    if not isinstance(marks, list) or len(marks) > MOST_MARKS:
        raise BadRaw(RawProblem.SHAPE)
    right = wrong = 0
    prompted: dict[str, int] = {}
    for mark in marks:
        if mark == RIGHT:
            right += 1
        elif mark == WRONG:
            wrong += 1
        elif isinstance(mark, str) and mark.partition(":")[0] == PROMPTED:
            key = mark.partition(":")[2]
            if key and prompts is not None and key not in prompts:
                raise BadRaw(RawProblem.PROMPT)
            prompted[key] = prompted.get(key, 0) + 1
        else:
            raise BadRaw(RawProblem.SHAPE)
    return Marks(right=right, wrong=wrong, prompted=prompted)


def trials_of(raw: Raw | None) -> tuple[bool, ...]:
    """Single trials, steps or intervals in their order, each hit or not; none where nothing single was kept."""
    if not raw:
        return ()
    for name in ("trials", "steps"):
        marks = raw.get(name)
        if isinstance(marks, list):
            return tuple(mark == RIGHT for mark in marks)
    intervals = raw.get("intervals")
    return tuple(mark is True for mark in intervals) if isinstance(intervals, list) else ()


def independence(position: int, levels: int) -> Decimal:
    """How independent a prompt leaves the student, in percent: 100 without help, 0 with the most.

    `position` counts from 0, the least help, in a hierarchy of so many `levels`.
    """
    if levels <= 1:
        return Decimal("100.00")
    return rounded(Fraction(100 * (levels - 1 - position), levels - 1), CENT)


def mean_independence(raw: Raw, prompts: Sequence[str]) -> Decimal | None:
    """The mean independence of the trials or steps of a session: "+" counts as no help, "-" as the most."""
    marks = marks_of(raw)
    if not marks.n or len(prompts) < 2:  # noqa: PLR2004
        return None
    most = len(prompts) - 1
    total = Fraction(100 * marks.right)
    for key, count in marks.prompted.items():
        position = prompts.index(key) if key in prompts else most
        total += Fraction(100 * count * (most - position), most)
    return rounded(total / marks.n, CENT)


def _whole(raw: Raw, name: str, *, most: int = LARGEST_COUNT) -> int:
    value = raw.get(name)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadRaw(RawProblem.SHAPE)
    if not 0 <= value <= most:
        raise BadRaw(RawProblem.RANGE)
    return value


def _seconds(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadRaw(RawProblem.SHAPE)
    if not 0 <= value <= LONGEST_SECONDS:  # NaN is in no range
        raise BadRaw(RawProblem.RANGE)
    return Fraction(str(value))


def _share(part: int, whole: int) -> Decimal:
    if whole == 0:
        raise BadRaw(RawProblem.EMPTY)
    if part > whole:
        raise BadRaw(RawProblem.RANGE)
    return rounded(Fraction(100 * part, whole), CENT)


def _a_minute(count: int, raw: Raw) -> Decimal:
    seconds = _seconds(raw.get("seconds"))
    if seconds == 0:
        raise BadRaw(RawProblem.EMPTY)
    return rounded(Fraction(count) * 60 / seconds, CENT)


def _percent(raw: Raw, _prompts: Sequence[str]) -> Scored:
    return Scored(value=_share(_whole(raw, "correct"), _whole(raw, "of")))


def _marks(raw: Raw, prompts: Sequence[str]) -> Scored:
    marks = marks_of(raw, prompts=prompts or None)
    return Scored(value=_share(marks.right, marks.n))


def _count(raw: Raw, _prompts: Sequence[str]) -> Scored:
    if "seconds" in raw:
        _seconds(raw["seconds"])
    return Scored(value=Decimal(_whole(raw, "count")))


def _rate(raw: Raw, _prompts: Sequence[str]) -> Scored:
    return Scored(value=_a_minute(_whole(raw, "count"), raw))


def _probe(raw: Raw, _prompts: Sequence[str]) -> Scored:
    correct, errors = _whole(raw, "correct"), _whole(raw, "errors")
    return Scored(value=_a_minute(correct, raw), second=_share(correct, correct + errors))


def _times(raw: Raw) -> list[Fraction]:
    seconds = raw.get("seconds")
    if not isinstance(seconds, list) or len(seconds) > MOST_MARKS:
        raise BadRaw(RawProblem.SHAPE)
    return [_seconds(value) for value in seconds]


def _minutes(raw: Raw, _prompts: Sequence[str]) -> Scored:
    total = sum(_times(raw), Fraction(0))
    if total > LONGEST_SECONDS:
        raise BadRaw(RawProblem.RANGE)
    return Scored(value=rounded(total / 60, CENT))


def _mean_seconds(raw: Raw, _prompts: Sequence[str]) -> Scored:
    times = _times(raw)
    if not times:
        raise BadRaw(RawProblem.EMPTY)
    return Scored(value=rounded(sum(times, Fraction(0)) / len(times), CENT))


def _intervals(raw: Raw, _prompts: Sequence[str]) -> Scored:
    intervals = raw.get("intervals")
    if not isinstance(intervals, list) or len(intervals) > MOST_MARKS:
        raise BadRaw(RawProblem.SHAPE)
    if not all(isinstance(mark, bool) for mark in intervals):
        raise BadRaw(RawProblem.SHAPE)
    if "seconds" in raw:
        _seconds(raw["seconds"])
    return Scored(value=_share(sum(intervals), len(intervals)))


def _level(raw: Raw, _prompts: Sequence[str]) -> Scored:
    level = raw.get("level")
    if isinstance(level, bool) or not isinstance(level, int):
        raise BadRaw(RawProblem.SHAPE)
    return Scored(value=Decimal(level))


def _prompt(raw: Raw, prompts: Sequence[str]) -> Scored:
    key = raw.get("prompt")
    if key not in prompts:
        raise BadRaw(RawProblem.PROMPT)
    return Scored(value=independence(list(prompts).index(str(key)), len(prompts)))


def _sample(raw: Raw, _prompts: Sequence[str]) -> Scored:
    points = _whole(raw, "points")
    if "of" in raw and points > _whole(raw, "of"):
        raise BadRaw(RawProblem.RANGE)
    return Scored(value=Decimal(points))


_Score = Callable[[Raw, Sequence[str]], Scored]
_SCORES: Mapping[str, tuple[tuple[str, ...], _Score]] = {
    "percent": (("correct", "of"), _percent),
    "trials": (("trials",), _marks),
    "steps": (("steps",), _marks),
    "count": (("count", "seconds"), _count),
    "rate": (("count", "seconds"), _rate),
    "probe": (("correct", "errors", "seconds"), _probe),
    "minutes": (("seconds",), _minutes),
    "latency": (("seconds",), _mean_seconds),
    "between": (("seconds",), _mean_seconds),
    "partial": (("intervals", "seconds"), _intervals),
    "whole": (("intervals", "seconds"), _intervals),
    "momentary": (("intervals", "seconds"), _intervals),
    "rubric": (("level",), _level),
    "attainment": (("level",), _level),
    "prompt": (("prompt",), _prompt),
    "sample": (("points", "of"), _sample),
}
