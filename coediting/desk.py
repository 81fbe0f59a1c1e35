"""One text on the desk of a process: the order in which changes are made. No network, no database, no clock.

The owner of a text puts what clients propose into one order (`begin`), has it committed, and says that it was (`done`)
or was not (`reset`: what others committed meanwhile comes first, what was not committed is proposed again). Whoever
only follows a text hears what was committed (`heard`).
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coediting import delta
from coediting.delta import Manuscript
from coediting.frames import change_line, dumps
from coediting.models import Ops
from coediting.refusals import FURTHEST_BEHIND, BadOperation, Locked, NoSuchVersion, TooFarBehind, refusing
from core.errors import SpedError

REMEMBERED = 1_000  # changes kept in memory; older ones are read from the log
MOST_AT_ONCE = 400  # changes of one text in one commit
MOST_WAITING = 4_000


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that somebody made on top of `version`. `origin` is who is answered."""

    change_id: str
    author_id: str
    author_name: str
    version: int
    ops: Ops
    origin: Any = field(compare=False, default=None)


@dataclass(slots=True)
class Entry:
    """A change in its place: it made `version`, after which the text had `length` code units."""

    version: int
    change_id: str
    author_id: str
    author_name: str
    at: str
    ops: Ops
    ops_text: str
    length: int
    _line: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """By what the words of two authors at one place are put in order."""
        return (self.author_id, self.change_id)

    @property
    def line(self) -> str:
        """The change as it is told."""
        if not self._line:
            self._line = change_line(self.change_id, self.author_id, self.at, self.ops_text)
        return self._line


@dataclass(frozen=True, slots=True)
class Whole:
    """A text as it is at a version."""

    version: int
    ops: Ops


@dataclass(slots=True)
class Batch:
    """What one commit makes of a text: from version `base` on, in order.

    `whole` is the text after it, when it is to be stored with it.
    """

    base: int
    entries: list[Entry] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    whole: Ops | None = None

    @property
    def head(self) -> int:
        """The version that the last of it makes."""
        return self.base + len(self.entries)


@dataclass(frozen=True, slots=True)
class Answer:
    """To one proposal: it was applied before as `version`, or `error` says why it is not taken."""

    proposal: Proposal
    version: int = 0
    error: SpedError | None = None


class Desk:
    """What a process knows of one text: its head, the newest changes, the words, and what waits to be put in order."""

    def __init__(
        self,
        *,
        head: int,
        manuscript: Manuscript | None,
        length: int,
        is_locked: bool = False,
        closing: Mapping[str, Any] | None = None,
    ) -> None:
        self.head = head
        self.manuscript = manuscript
        self.is_locked = is_locked
        self.closing = dict(closing or {})  # why it is locked, for those who write
        self.window: deque[Entry] = deque()
        self.queue: deque[Proposal] = deque()
        self.flight: Batch | None = None
        self.is_careful = False  # one change at a time, to find the one that cannot be written
        self.needs: list[tuple[int, Proposal]] = []
        self._floor, self._floor_length = head, length

    @property
    def length(self) -> int:
        """How long the text is at the head."""
        return self._length_at(self.head)

    @property
    def floor(self) -> int:
        """The oldest version from which the changes since are remembered."""
        return self._floor

    @property
    def ids_in_flight(self) -> tuple[str, ...]:
        """The ids of the changes that are being committed."""
        return tuple(proposal.change_id for proposal in self.flight.proposals) if self.flight else ()

    def propose(self, proposal: Proposal) -> bool:
        """Let a change wait for its place. False when too many wait."""
        if len(self.queue) >= MOST_WAITING:
            return False
        self.queue.append(proposal)
        return True

    def begin(self, at: str) -> list[Answer]:
        """Put what waits into order as `flight`, to be committed. Returns the answers to what is not in it.

        A proposal on a version that is remembered no more goes to `needs`: `remember` the changes since, then again.
        """
        answers: list[Answer] = []
        batch = Batch(base=self.head)
        most = 1 if self.is_careful else MOST_AT_ONCE
        while self.queue and len(batch.entries) < most:
            proposal = self.queue.popleft()
            try:
                answer = self._place(proposal, batch, at)
            except SpedError as error:
                answer = Answer(proposal, error=error)
            if answer is not None:
                answers.append(answer)
        if batch.entries:
            self.flight = batch
        return answers

    def _place(self, proposal: Proposal, batch: Batch, at: str) -> Answer | None:
        if not 0 <= proposal.version <= self.head:
            raise NoSuchVersion
        if proposal.version < self._floor:
            if proposal.version < self.head - FURTHEST_BEHIND:
                raise TooFarBehind
            self.needs.append((proposal.version, proposal))
            return None
        missed = self.since(proposal.version)
        for entry in (*missed, *batch.entries):
            if entry.change_id == proposal.change_id:
                if entry.author_id != proposal.author_id:
                    raise BadOperation(details={"reason": "the id is another change's"})
                return Answer(proposal, version=entry.version) if entry.version <= self.head else None
        if self.is_locked:
            raise Locked(details=self.closing)
        assert self.manuscript is not None
        with refusing():
            if delta.reach(proposal.ops) > self._length_at(proposal.version):
                raise delta.BeyondTheEnd
            ops = rebased(proposal, (*missed, *batch.entries))
            self.manuscript.apply(ops)
        batch.entries.append(
            Entry(
                version=batch.base + len(batch.entries) + 1,
                change_id=proposal.change_id,
                author_id=proposal.author_id,
                author_name=proposal.author_name,
                at=at,
                ops=ops,
                ops_text=dumps(ops),
                length=self.manuscript.length,
            )
        )
        batch.proposals.append(proposal)
        return None

    def done(self) -> Batch:
        """The flight was committed."""
        batch, self.flight = self.flight, None
        assert batch is not None
        self._append(batch.entries)
        if not self.queue:
            self.is_careful = False
        return batch

    def refused(self) -> Proposal | None:
        """The flight can never be written: its one change, which is given up, or None when it was several.

        Then they are tried again one by one. `reset` follows.
        """
        batch, self.flight = self.flight, None
        assert batch is not None
        if len(batch.proposals) == 1:
            self.is_careful = False
            return batch.proposals[0]
        self.is_careful = True
        self.queue.extendleft(reversed(batch.proposals))
        return None

    def reset(
        self,
        *,
        entries: Sequence[Entry],
        manuscript: Manuscript,
        is_locked: bool,
        closing: Mapping[str, Any],
        known: Mapping[str, tuple[int, str]],
    ) -> list[Answer]:
        """Begin again from what the log says: `entries` are those after `head`, the words those after them.

        What was in flight is proposed again; what of it was committed after all is found among the entries. `known`
        are the ids of the flight that are in the log, with version and author. Returns the answers to those that were
        there before the version on which they say they were made.
        """
        answers: list[Answer] = []
        again: list[Proposal] = []
        for proposal in self.flight.proposals if self.flight is not None else ():
            version, author_id = known.get(proposal.change_id, (0, ""))
            if not 0 < version <= proposal.version:
                again.append(proposal)
            elif author_id == proposal.author_id:
                answers.append(Answer(proposal, version=version))
            else:
                reason = "the id is another change's"
                answers.append(Answer(proposal, error=BadOperation(details={"reason": reason})))
        self.queue.extendleft(reversed(again))
        self.flight = None
        self.manuscript, self.is_locked, self.closing = manuscript, is_locked, dict(closing)
        self._append(entries)
        return answers

    def heard(self, entries: Sequence[Entry]) -> None:
        """Somebody else committed these, the next ones after `head`."""
        assert self.flight is None
        if self.manuscript is not None:
            for entry in entries:
                self.manuscript.apply(entry.ops)
        self._append(entries)

    def remember(self, entries: Sequence[Entry], *, floor: int, length: int) -> None:
        """Put older changes before those that are remembered, and propose again what needed them."""
        if floor < self._floor:
            older = [entry for entry in entries if floor < entry.version <= self._floor]
            self.window.extendleft(reversed(older))
            self._floor, self._floor_length = floor, length
        needed, self.needs = self.needs, []
        self.queue.extendleft(proposal for _version, proposal in reversed(needed))

    def since(self, version: int) -> list[Entry]:
        """The remembered changes after a version that is not below the floor, in order."""
        count = self.head - version
        if not count:
            return []
        if count == len(self.window):
            return list(self.window)
        return [self.window[index] for index in range(len(self.window) - count, len(self.window))]

    def forget_old(self) -> None:
        """Remember no more than `REMEMBERED` changes."""
        while len(self.window) > REMEMBERED:
            gone = self.window.popleft()
            self._floor, self._floor_length = gone.version, gone.length

    def _append(self, entries: Iterable[Entry]) -> None:
        for entry in entries:
            assert entry.version == self.head + 1
            self.window.append(entry)
            self.head = entry.version

    def _length_at(self, version: int) -> int:
        if version == self._floor:
            return self._floor_length
        return self.window[len(self.window) - 1 - (self.head - version)].length


def rebased(proposal: Proposal, after: Iterable[Entry]) -> Ops:
    """A change as it must read after others that were made on the same version."""
    ops, key = proposal.ops, (proposal.author_id, proposal.change_id)
    for entry in after:
        ops = delta.transform(entry.ops, ops, a_first=entry.key < key)
    return ops
