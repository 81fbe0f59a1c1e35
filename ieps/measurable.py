"""Whether an annual goal can be measured: its condition, behavior, criterion, method and date. Pure.

A goal says under which conditions the student will do what, how well and how often, measured how, and by when
(34 CFR 300.320(a)(2), (3)). Each of the five may stand in the sentence or in a field of its own. What is found is a
hint to the writer, in English and Spanish wording; no goal is refused because of it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from ieps.goal_wording import (
    CONDITIONS,
    ENGLISH,
    ENGLISH_DATE,
    FREQUENCY,
    IRREGULAR,
    ISO,
    METHOD,
    MONTH_YEAR,
    MONTHS,
    NOT_A_LEVEL,
    NUMBERS,
    OFTEN,
    OTHER_DATE,
    PERCENT,
    PLAIN,
    SHARE,
    SHOWS,
    SLASHED,
    SPANISH,
    TERM,
    VAGUE,
    VAGUE_AFTER,
    WITHOUT,
)

LONGEST = 4000  # characters of a sentence that are looked at
A_YEAR = timedelta(days=366)


class Part(StrEnum):
    """The five parts of a measurable goal."""

    CONDITION = "condition"
    BEHAVIOR = "behavior"
    CRITERION = "criterion"
    METHOD = "method"
    DATE = "date"


class Reason(StrEnum):
    """What is the matter with a part."""

    MET = "met"
    MISSING = "missing"
    VAGUE = "vague"
    """A behavior that nobody can see or count."""
    NO_CONSISTENCY = "no_consistency"
    """How well is said, but not how often."""
    NO_FREQUENCY = "no_frequency"
    """How it is measured is said, but not how often."""
    DIFFERS = "differs"
    """The sentence says something else than the field."""
    TOO_FAR = "too_far"
    """An annual goal that is to be reached after more than a year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A goal as it stands: the sentence, and the fields beside it. Empty where nothing is written yet."""

    statement: str
    conditions: str = ""
    accuracy: str = ""
    target_value: Decimal | None = None
    evaluation_method: str = ""
    frequency: str = ""
    target_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One part of a goal: whether it is there, and where.

    `start` and `end` are places in the sentence, -1 when it does not stand there; `field` is where to write it;
    `said` are the words that it is about.
    """

    part: Part
    reason: Reason
    field: str
    start: int = -1
    end: int = -1
    said: str = ""

    @property
    def is_met(self) -> bool:
        """Whether nothing is the matter."""
        return self.reason is Reason.MET


def lint(words: Words, *, starts_on: date | None = None) -> tuple[Finding, ...]:
    """The five parts of a goal in the order of `Part`. `starts_on` is the day on which its IEP takes effect."""
    text = words.statement[:LONGEST]
    behavior = _behavior(text)
    return (
        _condition(text, words),
        behavior,
        _criterion(text, words, behavior),
        _method(text, words),
        _date(text, words, starts_on),
    )


def _condition(text: str, words: Words) -> Finding:
    if words.conditions.strip():
        return Finding(
            part=Part.CONDITION, reason=Reason.MET, field="conditions", said=words.conditions.strip()
        )
    clear = METHOD.sub(lambda match: " " * len(match[0]), text)  # "recorded with a checklist" is no condition
    found = min(
        (match for pattern in CONDITIONS if (match := pattern.search(clear))),
        key=lambda match: match.start(),
        default=None,
    )
    return _found(Part.CONDITION, "conditions", found)


def _behavior(text: str) -> Finding:
    for match in ENGLISH.finditer(text):
        return _judged(text, match, match["verb"].lower())
    for pattern in SPANISH:
        for match in pattern.finditer(text):
            return _judged(text, match, _infinitive(match["verb"].lower()))
    return Finding(part=Part.BEHAVIOR, reason=Reason.MISSING, field="statement")


def _judged(text: str, match: re.Match[str], verb: str) -> Finding:
    """A verb that can be seen and counted, or one that cannot ("understand", "show awareness")."""
    end, reason = match.end(), Reason.MET
    if verb in VAGUE:
        reason = Reason.VAGUE
    elif verb in SHOWS and (what := VAGUE_AFTER.match(text[end:])):
        end, reason = end + what.end(), Reason.VAGUE
    start = match.start("verb")
    return Finding(
        part=Part.BEHAVIOR, reason=reason, field="statement", start=start, end=end, said=text[start:end]
    )


def _infinitive(verb: str) -> str:
    """The infinitive of a Spanish future ("leerá", "sabrán"); an infinitive without what hangs on it."""
    for ending in ("án", "á"):
        if verb.endswith("r" + ending):
            stem = verb.removesuffix(ending)
            return IRREGULAR.get(stem, stem)
    return re.sub(r"(?<=r)(?:se|l[aeo]s?)$", "", verb)


def _criterion(text: str, words: Words, behavior: Finding) -> Finding:
    clear = _without_dates(text)
    after = max(behavior.end, 0)
    level = _first_level(clear, after)
    has_level = bool(level or words.target_value is not None or _says_level(words.accuracy))
    if not has_level:
        return Finding(part=Part.CRITERION, reason=Reason.MISSING, field="accuracy")
    start, end = level.span() if level else (-1, -1)
    said = text[start:end] if level else words.accuracy.strip()
    reason = Reason.MET
    if words.target_value is not None and not _says(clear, after, words.target_value):
        reason = Reason.DIFFERS
    elif not any(pattern.search(clear) or pattern.search(words.accuracy) for pattern in OFTEN):
        reason = Reason.NO_CONSISTENCY
    field = "statement" if reason is Reason.DIFFERS else "accuracy"
    return Finding(part=Part.CRITERION, reason=reason, field=field, start=start, end=end, said=said)


def _first_level(text: str, after: int) -> re.Match[str] | None:
    """How well: a share or percent anywhere, or a number behind the verb; what comes first."""
    found = [
        PERCENT.search(text),
        SHARE.search(text),
        PLAIN.search(text, after),
        WITHOUT.search(text, after),
    ]
    return min((match for match in found if match), key=lambda match: match.start(), default=None)


def _says_level(text: str) -> bool:
    return any(pattern.search(text) for pattern in (PERCENT, SHARE, PLAIN, WITHOUT))


def _says(text: str, after: int, target: Decimal) -> bool:
    """Whether the numbers of the sentence agree with the target: one of them is it, or there are none but shares."""
    shares = list(SHARE.finditer(text))
    for share in shares:
        part, whole = _value(share["part"]), _value(share["all"])
        if part is not None and whole and part * 100 / whole == target:
            return True
    spans = [share.span() for share in shares]
    often = [match.span() for pattern in OFTEN[1:] for match in pattern.finditer(text)]
    values = []
    for match in (*PERCENT.finditer(text), *PLAIN.finditer(text, after)):
        value = _value(match["value"])
        if value == target:
            return True
        inside = any(first <= match.start() < last for first, last in (*spans, *often))
        if value is not None and not inside:
            values.append(value)
    return not values


def _value(number: str) -> Decimal | None:
    word = number.lower()
    if word in NUMBERS:
        return Decimal(NUMBERS[word])
    try:
        return Decimal(re.sub(r",(?=\d{3}\b)", "", word).replace(",", "."))
    except InvalidOperation:
        return None


def _method(text: str, words: Words) -> Finding:
    in_field = words.evaluation_method.strip()
    match = METHOD.search(text)
    if not in_field and not match:
        return Finding(part=Part.METHOD, reason=Reason.MISSING, field="evaluation_method")
    often = words.frequency.strip() or FREQUENCY.search(in_field) or FREQUENCY.search(text)
    reason, field = (Reason.MET, "evaluation_method") if often else (Reason.NO_FREQUENCY, "frequency")
    start, end = match.span() if match else (-1, -1)
    said = in_field or text[start:end]
    return Finding(part=Part.METHOD, reason=reason, field=field, start=start, end=end, said=said)


def _date(text: str, words: Words, starts_on: date | None) -> Finding:
    match = next(_dates(text), None)
    if match is None and words.target_on is None:
        return Finding(part=Part.DATE, reason=Reason.MISSING, field="target_on")
    readings = [_readings(found) for found in _dates(text)]
    written = [days for days in readings if days]
    reason = Reason.MET
    if words.target_on is not None and written and not any(words.target_on in days for days in written):
        reason = Reason.DIFFERS
    elif starts_on is not None and words.target_on is not None and words.target_on - starts_on > A_YEAR:
        reason = Reason.TOO_FAR
    start, end = match.span() if match else (-1, -1)
    said = text[start:end] if match else ""
    return Finding(part=Part.DATE, reason=reason, field="target_on", start=start, end=end, said=said)


def _dates(text: str) -> Iterator[re.Match[str]]:
    for pattern in (ENGLISH_DATE, OTHER_DATE, ISO, SLASHED, MONTH_YEAR, TERM):
        yield from pattern.finditer(text)


def _readings(match: re.Match[str]) -> set[date]:
    """The days that a date may mean: two for one in figures, none for "by the end of the year"."""
    parts = match.groupdict()
    if not parts.get("year"):
        return set()
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)  # noqa: PLR2004  # two figures
    if "a" in parts:
        pairs = {(int(parts["a"]), int(parts["b"])), (int(parts["b"]), int(parts["a"]))}
    else:
        month = parts["month"].lower()
        pairs = {(MONTHS.get(month) or int(month), int(parts["day"]))}
    return {day for month_number, number in pairs if (day := _day(year, month_number, number))}


def _day(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def _without_dates(text: str) -> str:
    """The sentence with its dates, deadlines and grade levels blanked out, so that their numbers are no criteria."""
    for pattern in (ENGLISH_DATE, OTHER_DATE, ISO, SLASHED, MONTH_YEAR, TERM, NOT_A_LEVEL):
        text = pattern.sub(lambda match: " " * len(match[0]), text)
    return text


def _found(part: Part, field: str, match: re.Match[str] | None) -> Finding:
    if match is None:
        return Finding(part=part, reason=Reason.MISSING, field=field)
    return Finding(
        part=part,
        reason=Reason.MET,
        field=field,
        start=match.start(),
        end=match.end(),
        said=match[0].strip(" ,.;:"),
    )
