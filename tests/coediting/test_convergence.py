"""Whatever is delayed, lost, repeated or killed: every editor, the server and the log replayed from empty are equal.

The very desk and room of the server, with two processes that write against each other fenced by the log alone (no
lease helps them), and editors who type, leave, come back and send again. Everything between is simulated.
"""

import json
import os
from collections import Counter, deque
from uuid import UUID

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from coediting import delta
from coediting.delta import Manuscript
from coediting.desk import Desk, Entry, Proposal
from coediting.room import Room
from coediting.seats import Seat
from tests.coediting.editors import Editor

reached: list[int] = []  # how many changes each sequence made
SEQUENCES = 10_000 if os.environ.get("SOAK") else 60
AT_ONCE = 500  # sequences; hypothesis remembers all of a run
WORDS = st.text(alphabet="ab é\n😀👩", min_size=1, max_size=4)
NOBODY = UUID(int=0)


class Log:
    """What PostgreSQL would hold: changes in order, each written on top of the one before it or not at all."""

    def __init__(self):
        self.entries: list[Entry] = []
        self.states = [[]]

    @property
    def head(self):
        return len(self.entries)

    def commit(self, batch):
        known = {entry.change_id for entry in self.entries}
        if batch.base != self.head or known & {entry.change_id for entry in batch.entries}:
            return False
        for entry in batch.entries:
            assert entry.version == self.head + 1
            self.states.append(delta.apply(self.states[-1], entry.ops))
            assert entry.length == delta.length(self.states[-1])
            self.entries.append(entry)
        return True

    def replayed(self):
        text = []
        for entry in self.entries:
            text = delta.apply(text, entry.ops)
        return text


class Process:
    """A web process with the text open."""

    def __init__(self, log):
        self.log = log
        desk = Desk(
            head=log.head,
            manuscript=Manuscript(log.states[-1]),
            length=delta.length(log.states[-1]),
        )
        self.room = Room(NOBODY, NOBODY, desk)

    def reread(self):
        desk = self.room.desk
        entries = self.log.entries[desk.head :]
        known = {entry.change_id: (entry.version, entry.author_id) for entry in self.log.entries}
        answers = desk.reset(
            entries=entries,
            manuscript=Manuscript(self.log.states[-1]),
            is_locked=False,
            closing={},
            known={change_id: known[change_id] for change_id in desk.ids_in_flight if change_id in known},
        )
        self.room.told(entries)
        self.answer(answers)

    def begin(self):
        desk = self.room.desk
        if desk.flight is None:
            self.answer(desk.begin("2026-11-21T09:00:00.000+00:00"))
            if desk.needs:
                low = min(version for version, _proposal in desk.needs)
                desk.remember(
                    self.log.entries[low : desk.floor], floor=low, length=delta.length(self.log.states[low])
                )

    def land(self, *, is_told=True):
        """The commit of what is in flight; the process may not hear how it went."""
        flight = self.room.desk.flight
        if flight is None:
            return
        if self.log.commit(flight) and is_told:
            self.room.told(self.room.desk.done().entries)
        else:
            self.reread()

    def answer(self, answers):
        for answer in answers:
            assert answer.error is None, answer.error.details
            seat = answer.proposal.origin
            seat.tell(json.dumps({"type": "ack", "id": answer.proposal.change_id, "version": answer.version}))


class Client:
    """An editor with a connection that may be slow or gone."""

    def __init__(self, editor):
        self.editor = editor
        self.process = None
        self.seat = None
        self.up = deque()

    def connect(self, process):
        self.process = process
        self.up.clear()
        self.seat = Seat(
            send=None,
            end=lambda _error: self.disconnect(),
            author_id=self.editor.by,
            author_name=self.editor.by,
            you={"id": self.editor.by},
            may_edit=True,
        )
        process.room.seats.add(self.seat)
        process.room.joins.append((self.seat, self.editor.version))
        if (again := self.editor.again()) is not None:
            self.up.append(again)

    def disconnect(self):
        if self.process is not None:
            self.process.room.seats.discard(self.seat)
            self.process.room.joins = [one for one in self.process.room.joins if one[0] is not self.seat]
        self.process = self.seat = None
        self.up.clear()

    @property
    def is_here(self):
        return self.process is not None and self.editor.version is not None

    def send(self):
        if (frame := self.editor.next()) is not None:
            self.up.append(frame)

    def arrive(self):
        """The process takes one frame of this client."""
        if self.up and self.seat.version is not None:
            frame = self.up.popleft()
            self.process.room.desk.propose(
                Proposal(
                    frame["id"], self.editor.by, self.editor.by, frame["version"], frame["ops"], self.seat
                )
            )

    def hear(self):
        """The client takes one frame of the process."""
        if self.seat is not None and self.seat._owed:
            self.editor.hear(json.loads(self.seat._owed.popleft()))


def answer_joins(process):
    room = process.room
    if room.desk.flight is None:
        joins, room.joins = room.joins, []
        for seat, version in joins:
            if version is not None and version < room.desk.floor:
                room.desk.remember(
                    process.log.entries[version : room.desk.floor],
                    floor=version,
                    length=delta.length(process.log.states[version]),
                )
            if version is not None and version > room.desk.head:
                process.reread()
            room.join(seat, version)


class Writing(RuleBasedStateMachine):
    """Three to five editors, two processes, everything that can go wrong between them."""

    @initialize(count=st.integers(3, 5), is_twice=st.booleans())
    def begin(self, count, is_twice):
        self.log = Log()
        self.processes = [Process(self.log), Process(self.log)]
        authors = ["b", "a", "c", "d", "a" if is_twice else "e"]  # one person in two tabs
        self.clients = [Client(Editor(by=authors[at], name=f"{at}")) for at in range(count)]
        for at, client in enumerate(self.clients):
            client.connect(self.processes[at % 2])
            answer_joins(self.processes[at % 2])
            client.hear()
        self.clients[0].editor.type([{"insert": "One two 😀 three.\n"}])
        self.goes_well()

    def client(self, number):
        return self.clients[number % len(self.clients)]

    @rule(
        typed=st.lists(
            st.tuples(st.integers(0, 4), WORDS, st.floats(0, 1), st.integers(0, 3), st.booleans()),
            min_size=1,
            max_size=5,
        )
    )
    def some_type_at_once(self, typed):
        for number, words, at, gone, bold in typed:
            client = self.client(number)
            if client.editor.version is not None:
                self._type(client.editor, words, at, gone, bold)
            if client.is_here:
                client.send()

    @rule(
        typed=st.lists(
            st.tuples(st.integers(0, 4), WORDS, st.floats(0, 1), st.integers(0, 3), st.booleans()),
            min_size=2,
            max_size=8,
        ),
        heard=st.integers(0, 4),
    )
    def some_type_and_all_goes_well(self, typed, heard):
        self.some_type_at_once(typed)
        self.goes_well()
        for client in self.clients[:heard]:
            client.hear()
            client.hear()

    def _type(self, editor, words, at, gone, bold):
        text = delta.plain(editor.ops)
        cut = int(at * len(text))
        before, rest = delta.units(text[:cut]), text[cut : cut + gone]
        change = [{"retain": before}] if before else []
        if bold and rest:
            change.append({"retain": delta.units(rest), "attributes": {"bold": True}})
        else:
            change.append({"insert": words})
            change += [{"delete": delta.units(rest)}] if rest else []
        editor.type(change)

    @rule()
    def goes_well(self):
        """What is on its way arrives, is committed and told; not everybody has read it yet."""
        for client in self.clients:
            client.arrive()
        for process in self.processes:
            answer_joins(process)
            process.begin()
            process.land()

    @rule(number=st.integers(0, 4))
    def frame_arrives(self, number):
        self.client(number).arrive()

    @rule(number=st.integers(0, 4), frames=st.integers(1, 3))
    def hears(self, number, frames):
        for _ in range(frames):
            self.client(number).hear()

    @rule(number=st.integers(0, 4))
    def is_cut_off(self, number):
        self.client(number).disconnect()

    @rule(number=st.integers(0, 4), which=st.integers(0, 1))
    def comes_back(self, number, which):
        client = self.client(number)
        client.disconnect()
        client.connect(self.processes[which])

    @rule(which=st.integers(0, 1))
    def process_takes_a_turn(self, which):
        answer_joins(self.processes[which])
        self.processes[which].begin()

    @rule(which=st.integers(0, 1))
    def commit_lands(self, which):
        self.processes[which].land()

    @rule(which=st.integers(0, 1))
    def answer_to_commit_is_lost(self, which):
        self.processes[which].land(is_told=False)

    @rule(which=st.integers(0, 1), is_committed=st.booleans())
    def process_is_killed(self, which, is_committed):
        process = self.processes[which]
        if is_committed and process.room.desk.flight is not None:
            self.log.commit(process.room.desk.flight)
        for client in self.clients:
            if client.process is process:
                client.disconnect()
        self.processes[which] = Process(self.log)

    @rule(which=st.integers(0, 1))
    def process_finds_what_it_missed(self, which):
        self.processes[which].reread()

    @rule(which=st.integers(0, 1))
    def process_forgets(self, which):
        desk = self.processes[which].room.desk
        while desk.flight is None and len(desk.window) > 2:
            gone = desk.window.popleft()
            desk._floor, desk._floor_length = gone.version, gone.length

    def teardown(self):
        if not hasattr(self, "clients"):
            return
        for client in self.clients:
            if client.process is None:
                client.connect(self.processes[0])
        for _ in range(200):
            for process in self.processes:
                process.land()
                process.reread()
                answer_joins(process)
                process.begin()
            for client in self.clients:
                client.hear()
                client.hear()
                if client.is_here and not client.up:
                    client.send()
                client.arrive()
            if all(
                client.editor.is_settled and client.editor.version == self.log.head and not client.up
                for client in self.clients
            ):
                break
        else:
            pytest.fail("they never came to rest")
        reached.append(self.log.head)
        text = self.log.replayed()
        for client in self.clients:
            assert client.editor.ops == text
            committed = Counter(entry.change_id for entry in self.log.entries)
            assert client.editor.acknowledged <= committed.keys()
        assert all(count == 1 for count in committed.values()), "applied twice"
        assert Manuscript(self.log.states[-1]).ops() == text


@pytest.mark.parametrize("part", range(max(1, SEQUENCES // AT_ONCE)))
def test_all_editors_end_with_the_text_of_the_log(part):
    reached.clear()
    run_state_machine_as_test(
        Writing,
        settings=settings(
            max_examples=min(SEQUENCES, AT_ONCE),
            stateful_step_count=50,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )

    assert len(reached) >= min(SEQUENCES, AT_ONCE), "too few sequences"
    assert sum(reached) > 4 * len(reached), "too few changes to prove anything"
