"""Quick entry: a line such as "mateo fluency 64" becomes a score of a goal, or a question which one is meant. Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID, uuid4

from students.names import words_in

NUMBER = re.compile(r"^(\d{1,7})(?:[.,](\d{1,2}))?(%?)$")
PART = re.compile(r"^(\d{1,4})/(\d{1,4})$")
CLOCK = re.compile(r"^(\d{1,3}):([0-5]\d)$")
SIGNED = re.compile(r"^[-−]([12])$")
LONGEST = 120
MOST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A goal of a student, with the words by which either is called."""

    goal_id: UUID
    student: str
    goal: str
    scale: str
    unit: str
    is_percent: bool
    more: str = ""
    client_id: UUID = field(default_factory=uuid4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Understood:
    """One reading of a line."""

    candidate: Candidate
    value: Decimal

    @property
    def number(self) -> str:
        """As a form sends it."""
        return str(self.value)

    @property
    def client_id(self) -> UUID:
        """For this score once, however often it is sent."""
        return self.candidate.client_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """The words of a line and the number at its end, if there is one."""

    words: tuple[str, ...]
    number: str


def line_of(text: str) -> Line:
    """The words, and the last piece when it is a number."""
    pieces = text[:LONGEST].split()
    number = ""
    if pieces and _is_number(pieces[-1]):
        number = pieces.pop()
    elif len(pieces) > 1 and pieces[-1] == "%" and _is_number(pieces[-2]):
        pieces.pop()
        number = f"{pieces.pop()}%"
    return Line(words=words_in(" ".join(pieces)), number=number)


def understood(text: str, candidates: Iterable[Candidate]) -> tuple[Understood, ...]:
    """Every reading of a line: one is clear, several are a question, none is not understood.

    Each word begins a word of the student's name or of the goal, and at least one is of the name.
    """
    line = line_of(text)
    if not line.words or not line.number:
        return ()
    found = []
    for candidate in candidates:
        value = value_of(line.number, candidate)
        rank = _rank(line.words, candidate)
        if value is not None and rank:
            found.append((rank, Understood(candidate=candidate, value=value)))
    best = max((rank for rank, _one in found), default=0)
    return tuple(one for rank, one in found if rank == best)[:MOST]


def value_of(number: str, candidate: Candidate) -> Decimal | None:
    """What a number means for a goal: 64, 78%, 7/9 of trials, 4:32 of time. None where it means nothing there."""
    if match := NUMBER.match(number):
        whole, part, percent = match.groups()
        if percent and not candidate.is_percent:
            return None
        return Decimal(f"{whole}.{part or '0'}").quantize(Decimal("0.01"))
    if (match := PART.match(number)) and candidate.is_percent:
        right, of = int(match[1]), int(match[2])
        return (Decimal(100) * right / of).quantize(Decimal("0.01")) if of > 0 and right <= of else None
    if (match := CLOCK.match(number)) and candidate.scale in {"minutes", "latency", "between"}:
        seconds = Decimal(int(match[1]) * 60 + int(match[2]))
        return (seconds / 60 if candidate.scale == "minutes" else seconds).quantize(Decimal("0.01"))
    if (match := SIGNED.match(number)) and candidate.scale == "attainment":
        return -Decimal(match[1])
    return None


def _is_number(piece: str) -> bool:
    return any(shape.match(piece) for shape in (NUMBER, PART, CLOCK, SIGNED))


def _rank(words: Sequence[str], candidate: Candidate) -> int:
    """How well the words fit, 0 when one of them does not: whole words before beginnings, names before goals."""
    names = words_in(candidate.student)
    goals = words_in(f"{candidate.goal} {candidate.unit} {candidate.more}")
    total, has_name = 0, False
    for word in words:
        in_name = _fit(word, names)
        in_goal = _fit(word, goals)
        if not in_name and not in_goal:
            return 0
        has_name = has_name or bool(in_name)
        total += max(in_name, in_goal)
    return total if has_name else 0


def _fit(word: str, known: Iterable[str]) -> int:
    if word in known:
        return 2
    return 1 if any(one.startswith(word) for one in known) else 0
