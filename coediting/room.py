"""One open text in this process: who sits at it here, what is on the desk, and what they were told of it."""

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from coediting import delta
from coediting.desk import Desk, Entry, Proposal
from coediting.frames import changes_frame, cursors_frame, dumps, error_frame, joined_frame
from coediting.refusals import FURTHEST_BEHIND, Locked, NoSuchVersion, TooFarBehind
from coediting.seats import Seat
from core.errors import NotAllowed
from core.models import topic

STORE_EVERY = 200  # changes
KEEP_AFTER_SECONDS = 2.0  # of work
KEEP_IDLE_SECONDS = 0.5
KEEP_PAUSE_SECONDS = 0.5  # between two, however much is written

Selection = tuple[str, int, int, int]
"""Whose it is, the version it was made on, index and length."""


class Room:
    """One open text."""

    def __init__(self, text_id: UUID, organization_id: UUID, desk: Desk) -> None:
        self.id = text_id
        self.organization_id = organization_id
        self.topic = topic("text", text_id)
        self.desk = desk
        self.owner = ""  # a process; nobody known while Redis is away
        self.seats: set[Seat] = set()
        self.joins: list[tuple[Seat, int | None]] = []
        self.people: list[dict[str, Any]] = []
        self.followers: dict[str, float] = {}  # processes, and when they were last heard of
        self.awaiting: dict[tuple[str, str], tuple[Proposal, float]] = {}  # sent to the owner, not answered
        self.moved: dict[Any, Selection] = {}
        self.is_stale = False
        self.is_doubtful = False
        self.is_wanted_whole = False
        self._kept = self._told = self._stored = self._seen = desk.head
        self.kept_at = self._stored_at = self._seen_at = self._began_at = 0.0
        self._whole: tuple[int, list[dict[str, Any]]] = (-1, [])

    @property
    def is_empty(self) -> bool:
        """Whether nobody looks at the text, here or through this process."""
        return not (self.seats or self.followers or self.desk.queue or self.joins or self.awaiting)

    # --- Telling

    def told(self, entries: Iterable[Entry]) -> None:
        """Tell everybody here what was committed, in one frame each."""
        for entry in entries:
            self.awaiting.pop((entry.author_id, entry.change_id), None)
        head, frames = self.desk.head, dict[int, str]()
        for seat in self.seats:
            version = seat.version
            if version is None or version >= head:
                continue
            if version < self.desk.floor:
                seat.drop()
                continue
            frame = frames.get(version)
            if frame is None:
                frame = frames[version] = changes_frame(
                    head, [entry.line for entry in self.desk.since(version)]
                )
            seat.tell(frame)
            seat.version = head

    def join(self, seat: Seat, version: int | None) -> None:
        """Answer a client that joins. Nothing is in flight."""
        head = self.desk.head
        if version is not None and version > head:
            seat.tell(error_frame(NoSuchVersion()))
            return
        if version is not None and version < max(self.desk.floor, head - FURTHEST_BEHIND):
            seat.tell(error_frame(TooFarBehind()))
            return
        seat.begin(head)
        self._tell_joined(seat, self.whole() if version is None else None)
        if version is not None and version < head:
            seat.tell(changes_frame(head, [entry.line for entry in self.desk.since(version)]))

    def _tell_joined(self, seat: Seat, ops: list[dict[str, Any]] | None = None) -> None:
        seat.tell(
            joined_frame(
                version=self.desk.head,
                ops=ops,
                may_edit=seat.may_edit and not self.desk.is_locked,
                you=seat.you,
                people=self.people,
                closed=self.desk.closing if self.desk.is_locked else None,
            )
        )

    def tell_rights(self, seats: Iterable[Seat]) -> None:
        """Tell clients at once that they write no more, and why; or that they do again, as if they had come back."""
        for seat in seats:
            if seat.version is None:
                continue
            if self.desk.is_locked:
                seat.tell(error_frame(Locked(details=self.desk.closing)))
            elif not seat.may_edit:
                seat.tell(error_frame(NotAllowed()))
            else:
                self._tell_joined(seat)

    def whole(self) -> list[dict[str, Any]]:
        """The text at the head. Nothing is in flight."""
        if self._whole[0] != self.desk.head:
            assert self.desk.manuscript is not None
            self._whole = (self.desk.head, self.desk.manuscript.ops())
        return self._whole[1]

    def show(self, moved: Mapping[Any, Selection]) -> None:
        """Show selections to everybody but whose they are, where they are at the head."""
        places = {
            key: place for key, selection in moved.items() if (place := self._place(*selection)) is not None
        }
        if not places:
            return
        everything = cursors_frame(list(places.values()))
        for seat in self.seats:
            if seat.version is None:
                continue
            if seat not in places:
                seat.tell(everything)
            elif len(places) > 1:
                seat.tell(cursors_frame([place for key, place in places.items() if key is not seat]))

    def _place(self, by: str, version: int, index: int, length: int) -> dict[str, Any] | None:
        if not self.desk.floor <= version <= self.desk.head:
            return None
        first, last = index, index + length
        for entry in self.desk.since(version):
            first = delta.transform_position(entry.ops, first, is_own=entry.author_id == by)
            last = delta.transform_position(entry.ops, last, is_own=entry.author_id == by)
        size = self.desk.length
        first, last = min(first, size), min(last, size)
        return {"by": by, "index": first, "length": last - first}

    # --- What goes to the owner, and comes from it

    def propose_again(self) -> None:
        """Put what was sent to an owner and not answered into the queue once more. Nothing is applied twice."""
        waiting, self.awaiting = self.awaiting, {}
        self.desk.queue.extendleft(proposal for proposal, _since in reversed(waiting.values()))

    def read(self, lines: list[list[Any]]) -> list[Entry] | None:
        """What the owner says was committed, as far as it is new here. None when something between is missing."""
        fresh = [line for line in lines if line[0] > self.desk.head]
        if fresh and fresh[0][0] != self.desk.head + 1:
            return None
        return [
            Entry(
                version=version,
                change_id=change_id,
                author_id=author_id,
                author_name="",
                at=at,
                ops=ops,
                ops_text=dumps(ops),
                length=length,
            )
            for version, change_id, author_id, at, ops, length in fresh
        ]

    # --- Keeping

    @property
    def is_kept(self) -> bool:
        """Whether the text is stored whole as it is now, and its owner app told."""
        return self._kept >= self.desk.head

    def wants_keeping(self, now: float) -> bool:
        """Whether the owner app should hear the words: after 2 s of work, and when nobody writes."""
        head = self.desk.head
        if head != self._seen:
            if self._seen <= self._told:
                self._began_at = now
            self._seen, self._seen_at = head, now
        if self.is_kept or now - self.kept_at < KEEP_PAUSE_SECONDS:
            return False
        is_idle = now - self._seen_at >= KEEP_IDLE_SECONDS
        return is_idle or (head > self._told and now - self._began_at >= KEEP_AFTER_SECONDS)

    def load(self, now: float) -> None:
        """Give what is in flight the whole text to carry, every 200 changes or when it was wished for."""
        flight, manuscript = self.desk.flight, self.desk.manuscript
        assert flight is not None
        assert manuscript is not None
        is_due = flight.head - self._stored >= STORE_EVERY and now - self._stored_at >= KEEP_PAUSE_SECONDS
        if is_due or self.is_wanted_whole:
            flight.whole = manuscript.ops()

    def stored(self, version: int, now: float) -> None:
        """What was in flight has carried the whole text into its row."""
        self._stored, self._stored_at = version, now

    def kept(self, version: int, now: float, *, is_at_rest: bool) -> None:
        """The owner app was told the words; the row says so too when the text was at rest."""
        self._told, self.kept_at, self._began_at = max(self._told, version), now, now
        if is_at_rest:
            self._kept = max(self._kept, version)
            self._stored = max(self._stored, version)
