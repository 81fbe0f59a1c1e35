"""The texts that are open in this process, and how what is written there is committed (docs/coediting.md).

For each open text one process is the owner, by a lease in Redis: it alone puts changes into order, and commits those of
all its texts together. The others follow. The lease saves work, it keeps nothing safe: that does the version in
PostgreSQL, under which a change is written or is not. Nobody is told of a change that was not committed.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID
from weakref import WeakKeyDictionary

from django.utils import timezone

from coediting import errands, letters
from coediting.desk import Answer, Batch, Entry, Proposal
from coediting.frames import Change, ack_frame, dumps, error_frame
from coediting.keeper import Keeper
from coediting.log import instant
from coediting.post import AWAY_ERRORS, Letter, Post
from coediting.refusals import FURTHEST_BEHIND, BadOperation, NoSuchVersion, RateLimited
from coediting.room import Room
from coediting.seats import Seat
from coediting.selections import DRAW_SECONDS, Selections
from coediting.turns import DATABASE_AWAY, FIRST_PAUSE_SECONDS, Turns
from core.errors import NotFound, SpedError
from core.hub import Hub, in_thread

log = logging.getLogger("coediting.rooms")

LOOK_SECONDS = 0.25
ROUND_SECONDS = 2.0
ALONE_SECONDS = 0.5  # between two looks at the versions while the processes cannot write to each other
FOLLOWS_SECONDS = 8.0
UNANSWERED_SECONDS = 3.0

# Commits have threads of their own, which keep their connections: they never wait behind other work.
committers = ThreadPoolExecutor(2, thread_name_prefix="commits")


class Rooms:
    """All open texts of one process. All of it runs in one event loop."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.post = Post(hear=self._hear, gone=self._gone)
        self.post.on_connected = self._elect_all
        self.rooms: dict[UUID, Room] = {}
        self._opening: dict[UUID, asyncio.Task[Room]] = {}
        self._turns = Turns(self._turn)
        self._keeper = Keeper(hub, self.rooms, is_mine=self._is_mine, touch=self._turns.touch)
        self.selections = Selections(self.post, is_mine=self._is_mine)
        hub.spawn(self.post.listen())
        hub.spawn(self.post.write())
        hub.spawn(self._turns.run())
        hub.spawn(self._rounds())
        hub.every(LOOK_SECONDS, self._look_again)
        hub.every(DRAW_SECONDS, self.selections.draw)
        hub.on_changed.append(self._note)

    # --- What a client does

    async def enter(self, seat: Seat, *, text_id: UUID, organization_id: UUID) -> Room:
        """Take a seat at a text. Raises NotFound."""
        room = self.rooms.get(text_id)
        while room is None:
            task = self._opening.get(text_id)
            if task is None:
                task = self._opening[text_id] = self.hub.spawn(self._open(text_id, organization_id))
            await asyncio.wait([task])
            room = task.result()
        room.seats.add(seat)
        return room

    def leave(self, room: Room, seat: Seat) -> None:
        """Get up. Doing it twice does nothing."""
        room.seats.discard(seat)
        room.joins = [(other, version) for other, version in room.joins if other is not seat]

    def join(self, room: Room, seat: Seat, version: int | None) -> None:
        """Begin to tell a client of a text, from a version that it has or with the whole text."""
        if (version or 0) > room.desk.head and seat.is_believed():
            room.is_stale = True  # it comes from another process, which knew more: the log is read first
        room.joins.append((seat, version))
        self._turns.touch(room)

    def change(self, room: Room, seat: Seat, change: Change) -> None:
        """A client made a change. It is answered when it was committed, or with the reason why not."""
        proposal = Proposal(
            change.id, seat.author_id, seat.author_name, change.version, change.ops, origin=seat
        )
        if room.desk.propose(proposal):
            self._turns.wrote(room, proposal.author_id)
        else:
            seat.tell(error_frame(RateLimited(), change.id))

    # --- Turns: read what was missed, answer who joins, commit, tell

    async def _turn(self, rooms: Collection[Room]) -> None:
        await self._reread([room for room in rooms if room.is_stale])
        now = timezone.now()
        at = instant(now)
        batches: dict[UUID, dict[UUID, Batch]] = defaultdict(dict)
        for room in rooms:
            await self._answer_joins(room)
            if not self._is_mine(room):
                room.is_wanted_whole = False
                self._forward(room)
                continue
            await self._begin(room, at)
            if room.desk.flight is None:
                self._keeper.at_rest(room)
            else:
                room.load(asyncio.get_running_loop().time())
                batches[room.organization_id][room.id] = room.desk.flight
        if batches:
            loop = asyncio.get_running_loop()
            outcomes = await asyncio.gather(
                *(
                    loop.run_in_executor(committers, errands.commit, of, mine, now)
                    for of, mine in batches.items()
                )
            )
            for outcome, mine in zip(outcomes, batches.values(), strict=True):
                self._deliver(outcome, mine)
        self._keeper.start()

    async def _reread(self, rooms: Collection[Room]) -> None:
        """Take over what the log says of texts, and tell it."""
        by_organization: dict[UUID, list[Room]] = defaultdict(list)
        for room in rooms:
            by_organization[room.organization_id].append(room)
        for organization_id, mine in by_organization.items():
            asked = {
                room.id: errands.Question(
                    head=room.desk.head, length=room.desk.length, change_ids=room.desk.ids_in_flight
                )
                for room in mine
            }
            found = await in_thread(errands.reread)(organization_id, asked)
            for room in mine:
                news = found.get(room.id)
                if news is None:
                    self._close(room, NotFound())
                    continue
                room.is_stale = False
                before = (room.desk.is_locked, room.desk.closing)
                answers = room.desk.reset(
                    entries=news.entries,
                    manuscript=news.manuscript,
                    is_locked=news.is_locked,
                    closing=news.closing,
                    known=news.known,
                )
                room.told(news.entries)
                self._answer(room, answers)
                if (room.desk.is_locked, room.desk.closing) != before:
                    room.tell_rights(room.seats)
                if self._is_mine(room):
                    self._tell_followers(room, news.entries)

    async def _answer_joins(self, room: Room) -> None:
        joins, room.joins = room.joins, []
        for seat, version in joins:
            if version is not None and room.desk.floor > version >= room.desk.head - FURTHEST_BEHIND:
                await self._remember(room, version)
            room.join(seat, version)

    async def _begin(self, room: Room, at: str) -> None:
        self._answer(room, room.desk.begin(at))
        while room.desk.needs:
            await self._remember(room, min(version for version, _proposal in room.desk.needs))
            if room.desk.flight is None:
                self._answer(room, room.desk.begin(at))
            else:
                self._turns.touch(room)
                return

    async def _remember(self, room: Room, version: int) -> None:
        """Read older changes of a text again, for who comes back after a long time."""
        entries, length = await in_thread(errands.older)(
            room.organization_id, room.id, version, room.desk.floor
        )
        room.desk.remember(entries, floor=version, length=length)

    def _deliver(self, outcome: errands.Outcome, batches: Iterable[UUID]) -> None:
        for text_id in batches:
            room = self.rooms.get(text_id)
            if room is None:
                continue
            if text_id in outcome.moved:
                batch = room.desk.done()
                entries = batch.entries
                self._turns.answered(entry.author_id for entry in entries)
                room.told(entries)
                room.desk.forget_old()
                if batch.whole is not None:
                    self._keeper.committed(room, batch.head)
                self._tell_followers(room, entries)
                if room.desk.queue or room.joins:
                    self._turns.touch(room)
                continue
            if text_id in outcome.impossible and (bad := room.desk.refused()) is not None:
                self._answer(room, [Answer(bad, error=BadOperation())])
            room.is_stale = True
            asyncio.get_running_loop().call_later(FIRST_PAUSE_SECONDS, self._turns.touch, room)

    def _answer(self, room: Room, answers: Iterable[Answer]) -> None:
        for answer in answers:
            proposal = answer.proposal
            if isinstance(proposal.origin, Seat):
                if answer.error is not None:
                    proposal.origin.tell(error_frame(answer.error, proposal.change_id))
                else:
                    proposal.origin.tell(ack_frame(proposal.change_id, answer.version))
            else:
                self.post.send(proposal.origin, letters.answered(room, answer))

    # --- Owner and followers

    def _is_mine(self, room: Room) -> bool:
        return room.owner in {"", self.post.me} or not self.post.is_connected

    def _forward(self, room: Room) -> None:
        """Send what clients here propose to the owner."""
        now = asyncio.get_running_loop().time()
        while room.desk.queue:
            proposal = room.desk.queue.popleft()
            if proposal.version > room.desk.head:
                self._answer(room, [Answer(proposal, error=NoSuchVersion())])
                continue
            room.awaiting[proposal.author_id, proposal.change_id] = (proposal, now)
            self.post.send(room.owner, letters.proposed(room, proposal))

    def _tell_followers(self, room: Room, entries: Sequence[Entry]) -> None:
        if entries and room.followers:
            letter = letters.committed(room, entries)
            for process in room.followers:
                self.post.send(process, letter)

    def _hear(self, sender: str, letter: Letter) -> None:
        """Read a letter. One about a text that is not open here means that its sender is mistaken about the owner."""
        room = self.rooms.get(UUID(letter["t"]))
        kind = letter["k"]
        if room is None:
            if kind in {"proposed", "follows"}:
                self.post.send(sender, {"k": "not mine", "t": letter["t"]})
            return
        if kind in {"proposed", "follows"} and not self._is_mine(room):
            self.post.send(sender, {"k": "not mine", "t": letter["t"]})
        elif kind == "proposed":
            room.followers[sender] = asyncio.get_running_loop().time()
            room.is_stale = room.is_stale or letter["v"] > room.desk.head
            author_id, author_name = letter["by"]
            room.desk.propose(
                Proposal(letter["id"], author_id, author_name, letter["v"], letter["ops"], origin=sender)
            )
            self._turns.wrote(room, author_id)
        elif kind == "follows":
            room.followers[sender] = asyncio.get_running_loop().time()
        elif kind == "not mine":
            self.hub.spawn(self._elect(room))
        elif kind == "committed":
            self._hear_committed(room, sender, letter["lines"])
        elif kind == "answered":
            self._hear_answer(room, letter)
        elif kind == "moved":
            self.selections.hear(room, sender, letter["at"])

    def _hear_committed(self, room: Room, sender: str, lines: list[list[Any]]) -> None:
        if room.desk.flight is not None or room.is_stale:
            room.is_stale = True  # the log is read when the flight has landed
            self._turns.touch(room)
            return
        entries = room.read(lines)
        if entries is None:
            room.is_stale = True
            self._turns.touch(room)
            return
        room.desk.heard(entries)
        room.told(entries)
        room.desk.forget_old()

    def _hear_answer(self, room: Room, letter: Letter) -> None:
        proposal, _since = room.awaiting.pop((letter["by"], letter["id"]), (None, 0.0))
        if proposal is None or not isinstance(proposal.origin, Seat):
            return
        if letter.get("error"):
            proposal.origin.tell(dumps({"type": "error", "id": proposal.change_id, **letter["error"]}))
        elif letter["v"] > room.desk.head:
            # A client that heard so before the change itself would take it for another's.
            room.is_stale = True
            self._turns.touch(room)
        else:
            proposal.origin.tell(ack_frame(proposal.change_id, letter["v"]))

    def _gone(self, process: str) -> None:
        """Nobody hears letters to a process any more: its texts need another owner, its clients none."""
        for room in self.rooms.values():
            room.followers.pop(process, None)
            if room.owner == process:
                self.hub.spawn(self._elect(room, instead_of=process))

    def _elect_all(self) -> None:
        for room in list(self.rooms.values()):
            self.hub.spawn(self._elect(room))

    async def _elect(self, room: Room, *, instead_of: str = "") -> None:
        """Find out who owns a text, or own it, and propose again what was not answered."""
        try:
            owner = await self.post.elect(room.id, instead_of=instead_of)
        except AWAY_ERRORS:
            owner = ""
        self._has_owner(room, owner)

    def _has_owner(self, room: Room, owner: str) -> None:
        changed, room.owner = room.owner != owner, owner
        if self._is_mine(room):
            room.is_stale = room.is_stale or changed
        else:
            self.post.send(owner, {"k": "follows", "t": str(room.id)})
        room.propose_again()
        self._turns.touch(room)

    async def _open(self, text_id: UUID, organization_id: UUID) -> Room:
        try:
            desk = await in_thread(errands.desk)(organization_id, text_id)
            room = Room(text_id, organization_id, desk)
            self.rooms[text_id] = room
            await self._elect(room)
            room.is_stale = True  # what was committed before the owner knew of us
            return room
        finally:
            del self._opening[text_id]

    def _close(self, room: Room, error: SpedError | None = None) -> None:
        for seat in tuple(room.seats):
            seat.end(error or NotFound())
        if self.rooms.get(room.id) is room:
            del self.rooms[room.id]

    # --- Rounds

    async def _rounds(self) -> None:
        while True:
            await asyncio.sleep(ROUND_SECONDS if self.post.is_connected else ALONE_SECONDS)
            try:
                await self.go_round()
            except (*DATABASE_AWAY, *AWAY_ERRORS) as error:
                log.warning("a round was skipped", extra={"error": type(error).__name__})
            except Exception:
                log.exception("a round failed")

    async def go_round(self) -> None:
        """Keep the leases, follow again, find what was missed, and close what nobody looks at."""
        now = asyncio.get_running_loop().time()
        for room in list(self.rooms.values()):
            for seat in tuple(room.seats):
                seat.look(now)
            room.followers = {one: at for one, at in room.followers.items() if now - at < FOLLOWS_SECONDS}
        await self._look_for_missed(self.rooms.values())
        await self._close_empty()
        if self.post.is_connected:
            await self._renew(now)

    async def _renew(self, now: float) -> None:
        mine = [room for room in self.rooms.values() if self._is_mine(room)]
        for room in self.rooms.values():
            if room in mine:
                continue
            self.post.send(room.owner, {"k": "follows", "t": str(room.id)})
            if any(now - since > UNANSWERED_SECONDS for _proposal, since in room.awaiting.values()):
                self.hub.spawn(self._elect(room))
        owners = await self.post.renew([room.id for room in mine])
        for room in mine:
            if owners.get(room.id, "") != room.owner and room.id in owners:
                self._has_owner(room, owners[room.id])

    async def _look_for_missed(self, among: Iterable[Room]) -> None:
        """Compare open texts with PostgreSQL: a letter, or news of a program's change, may have been lost."""
        by_organization: dict[UUID, list[Room]] = defaultdict(list)
        for room in among:
            by_organization[room.organization_id].append(room)
        for organization_id, rooms in by_organization.items():
            heads = await in_thread(errands.heads)(organization_id, [room.id for room in rooms])
            for room in rooms:
                found = heads.get(room.id)
                is_missed = found is None or found[0] > room.desk.head or found[1] != room.desk.is_locked
                if is_missed and room.desk.flight is None:
                    room.is_stale = True
                    self._turns.touch(room)

    def _note(self, topics: Collection[str]) -> None:
        """News of a text may be a change by a program, or a lock."""
        for room in self.rooms.values():
            if room.topic in topics:
                room.is_doubtful = True

    async def _close_empty(self) -> None:
        for room in list(self.rooms.values()):
            if (
                room.is_empty
                and not self._keeper.is_keeping(room)
                and (room.is_kept or not self._is_mine(room))
            ):
                is_mine = self._is_mine(room)
                del self.rooms[room.id]
                if is_mine and self.post.is_connected:
                    await self.post.give_up(room.id)

    async def _look_again(self) -> None:
        """See what news of texts meant, then whether any is to be stored whole."""
        doubtful = [room for room in self.rooms.values() if room.is_doubtful]
        if doubtful:
            for room in doubtful:
                room.is_doubtful = False
                if room.desk.is_locked and room.desk.flight is None:  # the reason may be another now
                    room.is_stale = True
                    self._turns.touch(room)
            await self._look_for_missed(doubtful)
        self._keeper.choose()


_rooms: "WeakKeyDictionary[Hub, Rooms]" = WeakKeyDictionary()


def rooms(hub: Hub) -> Rooms:
    """The open texts of a hub's process."""
    if hub not in _rooms:
        _rooms[hub] = Rooms(hub)
    return _rooms[hub]
