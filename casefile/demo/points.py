"""Weekly scores that could have happened and that mean a given status today. Deterministic."""

import random
from datetime import date, timedelta
from decimal import Decimal

from progress.arithmetic import Aimline, Direction, GoalTerms, Measurement, Status, summary

MONTHS_OF_SCORES = 245  # days
WEEKS = MONTHS_OF_SCORES // 7
TRIES = 400
QUIET_WEEKS = 5
IN_A_ROW = 3  # scores at the target that master a goal
LAST_BELOW, LAST_ABOVE = 2, 6  # of a story to watch: above the aimline before, below it at the end

Series = list[tuple[date, Decimal]]


def school_day(day: date) -> date:
    """The day itself, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def weekday(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() > 4 else day  # noqa: PLR2004


def series(
    terms: GoalTerms,
    status: Status,
    *,
    today: date,
    offset: int,
    seed: str,
    is_percent: bool,
    ends: tuple[Decimal, ...] = (),
) -> Series:
    """Scores of eight months at the most, about one a week, that come to `status` today.

    `ends` are the last scores when they are known. Raises ValueError when nothing believable does.
    """
    line = _line(terms)
    days = _days(terms, status, today, offset)
    for attempt in range(TRIES):
        chance = random.Random(f"{seed}:{attempt}")  # noqa: S311  # a story, not a secret
        found = _drawn(line, days, status, chance, is_percent=is_percent)
        if ends:
            found = [
                *found[: -len(ends)],
                *((day, end) for (day, _), end in zip(found[-len(ends) :], ends, strict=True)),
            ]
        points = [Measurement(on=day, value=value) for day, value in found]
        if summary(points, terms, today).status is status:
            return found
    raise ValueError(f"no series for {seed} is {status}")


def _line(terms: GoalTerms) -> Aimline:
    if terms.baseline is None or terms.baseline_on is None:
        raise ValueError("a goal of the demonstration has a baseline")
    return Aimline(
        start_on=terms.baseline_on,
        start=terms.baseline,
        target_on=terms.target_on,
        target=terms.target,
        direction=terms.direction,
    )


def _days(terms: GoalTerms, status: Status, today: date, offset: int) -> list[date]:
    """One school day a week, the last of them near today, or weeks ago where there is no recent score."""
    last = today - timedelta(days=offset % 4)
    if status is Status.NO_DATA:
        last -= timedelta(weeks=QUIET_WEEKS)
    first = max(terms.baseline_on or last, today - timedelta(days=MONTHS_OF_SCORES))
    weeks = [school_day(last - timedelta(weeks=week)) for week in range(WEEKS)]
    return [day for day in reversed(weeks) if day > first]


def _drawn(
    line: Aimline, days: list[date], status: Status, chance: random.Random, *, is_percent: bool
) -> Series:
    span = abs(line.target - line.start)
    toward = Decimal(1 if line.direction is Direction.INCREASE else -1)
    size = max(span * Decimal("0.085"), Decimal("0.8"))
    stay = chance.uniform(5, 9)
    found: Series = []
    for place, day in enumerate(days):
        left = len(days) - 1 - place
        aim = line.at(day) or line.start
        lift = Decimal(str(_lift(status, left, place / max(1, len(days) - 1), chance, stay)))
        value = aim + toward * size * lift
        if status is Status.MET and left < IN_A_ROW:
            value = line.target + toward * abs(chance.randint(0, 2))
        value = max(Decimal(0), min(value, Decimal(100) if is_percent else value))
        found.append((day, value.quantize(Decimal(1))))
    skipped = {place for place in range(2, len(days) - 5) if chance.random() < 0.09}  # noqa: PLR2004
    return [point for place, point in enumerate(found) if place not in skipped]


def _lift(status: Status, left: int, part: float, chance: random.Random, stay: float) -> float:
    """How far from the aimline, in steps; the shapes are those of the four stories."""
    noise = chance.uniform(-0.45, 0.45)
    if status is Status.WATCH:
        if left < LAST_BELOW:
            return -0.55 - 0.1 * (LAST_BELOW - left)
        return 0.7 + noise if left < LAST_ABOVE else -0.9 + 1.7 * part + noise
    if status is Status.DECIDE:
        return -0.35 * (stay - left) - 0.2 + noise / 3 if left < stay else 0.2 + noise
    if status is Status.MET:
        return 0.3 + 1.6 * part + noise
    if status is Status.ON_TRACK and left < 3:  # noqa: PLR2004
        return 0.55 + noise / 2
    return -0.7 + 1.4 * part + noise
