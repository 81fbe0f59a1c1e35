"""What a progress report may say of a goal without contradicting its own data. Pure: it reads nothing.

The teacher chooses the statement; the data only objects. An objection can be answered with a reason, which is kept with
the report: data may be wrong, and the person decides (docs/adr/0029).
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any


class Statement(StrEnum):
    """How a goal went in a period, from the best to the least."""

    MASTERED = "mastered"
    SUFFICIENT = "sufficient"
    SOME = "some"
    INSUFFICIENT = "insufficient"
    NOT_INTRODUCED = "not_introduced"


class Objection(StrEnum):
    """Why the data contradicts a statement."""

    NOT_MASTERED = "not_mastered"
    """It says mastered; the mastery rule was not met."""
    MISSES_TARGET = "misses_target"
    """It says sufficient; at the pace of the scores the goal is not reached by its day."""
    RULE_FIRED = "rule_fired"
    """It says sufficient; the decision rule asks for a change."""
    NO_DATA = "no_data"
    """It says that there was progress; nothing was measured in the period."""
    NO_GAIN = "no_gain"
    """It says some progress; the level is no better than the baseline."""
    ON_TRACK = "on_track"
    """It says insufficient; at the pace of the scores the goal is reached in time, or it is mastered."""
    WAS_MEASURED = "was_measured"
    """It says not yet introduced; there are scores in the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the data says of a goal at the end of a period. Values are in the goal's unit."""

    points_in_period: int
    has_gained: bool | None
    """Whether the level is nearer to the target than the baseline was; None without a score or a baseline."""
    is_mastered: bool
    asks_for_decision: bool
    reaches_target: bool | None
    """Whether the projection reaches the target by its day; None when there are too few scores to project."""


def objection(statement: str, facts: Facts) -> Objection | None:  # noqa: PLR0911  # one line for each statement
    """What the data has against a statement; None when it agrees or cannot say."""
    match Statement(statement):
        case Statement.MASTERED:
            return None if facts.is_mastered else Objection.NOT_MASTERED
        case Statement.NOT_INTRODUCED:
            return Objection.WAS_MEASURED if facts.points_in_period else None
        case Statement.INSUFFICIENT:
            return Objection.ON_TRACK if _goes_well(facts) else None
    if not facts.points_in_period and not facts.is_mastered:
        return Objection.NO_DATA
    if Statement(statement) is Statement.SOME:
        return Objection.NO_GAIN if facts.has_gained is False and not facts.is_mastered else None
    if facts.is_mastered:
        return None
    if facts.reaches_target is False:
        return Objection.MISSES_TARGET
    return Objection.RULE_FIRED if facts.asks_for_decision else None


def suggested(facts: Facts) -> Statement | None:
    """The statement that the data alone would choose; None when it cannot say."""
    if facts.is_mastered:
        return Statement.MASTERED
    if not facts.points_in_period:
        return None
    if facts.reaches_target and not facts.asks_for_decision:
        return Statement.SUFFICIENT
    if facts.has_gained:
        return Statement.SOME
    return Statement.INSUFFICIENT if facts.has_gained is False else None


def fingerprint(content: Mapping[str, Any] | Sequence[Any]) -> str:
    """The SHA-256 of what a report says, in one fixed form, so that a change of it would be seen."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()


def _goes_well(facts: Facts) -> bool:
    is_on_track = facts.reaches_target is True and not facts.asks_for_decision
    return facts.is_mastered or (is_on_track and facts.points_in_period > 0)


def _plain(value: object) -> str:
    if isinstance(value, date | Decimal):
        return str(value)
    raise TypeError(f"a report does not keep a {type(value).__name__}")
