"""Reading a kept roster and applying it batch by batch, from wherever an earlier attempt stopped."""

import hashlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TypeVar
from uuid import UUID, uuid4

from django.db import connection
from django.utils import timezone

from core.actor import Actor
from core.errors import Invalid, SpedError
from core.files import FileGone
from core.mutation import require
from core.queue import hold_lease, task
from core.tenant import organization
from integrations import mutations, queries
from integrations.kinds import KINDS, Rows
from integrations.mutations.runs import TASK, NewFile
from integrations.oneroster.archive import ArchiveRefused
from integrations.oneroster.findings import Finding
from integrations.oneroster.plan import Result
from integrations.queries import ImportStopped, reason
from integrations.rules import may_import_roster
from integrations.store import ROSTERS

T = TypeVar("T")


class RosterRefused(Invalid):
    """The file is no roster that can be opened. `details["fields"]` says why."""

    code = "roster_refused"


BATCH = 1_000
CHUNK = 1 << 20
LEASE_SECONDS = 60
LONGEST_TURN_SECONDS = 240  # well inside the hard limit of a task; the rest is another job
TELL_EVERY_SECONDS = 0.25


@task(name=TASK, lease_seconds=LEASE_SECONDS)
def run_import(*, actor: Actor, run_id: str) -> None:
    """Apply a roster, or the rest of one. Running it twice, or twice at once, applies each line once."""
    advance(actor=actor, run_id=UUID(run_id))


@task(name="integrations.attach_records")
def attach_records(*, actor: Actor, record_id: str) -> None:
    """A pupil was referred: what the roster kept of them joins the case file. A second run changes nothing."""
    with organization(actor.organization_id):
        mutations.attach_records(actor=actor, student_id=UUID(record_id), now=timezone.now())


def advance(*, actor: Actor, run_id: UUID, tell: Callable[[int], None] | None = None) -> None:
    """Apply rows until the end, until the turn is over, or until the import is stopped.

    `tell` hears how many lines are done. Each batch is a transaction of its own.
    """
    worker = uuid4()
    with organization(actor.organization_id):
        place = mutations.claim_import(actor=actor, run_id=run_id, worker=worker)
        if place is None:
            return
        known = queries.known_of(actor=actor, kind=place.kind)
    try:
        with KINDS[place.kind].reopen(ROSTERS.path(place.file_key), actor.today, known) as roster:
            _Turn(actor, run_id, worker, roster, tell).go(place.noun, place.line)
    except ImportStopped:
        return
    except (FileGone, ArchiveRefused) as error:
        code = "file_gone" if isinstance(error, FileGone) else "unreadable"
        with organization(actor.organization_id):
            mutations.fail_import(actor=actor, run_id=run_id, code=code, now=timezone.now())


def receive(
    source: BinaryIO, *, actor: Actor, name: str, kind: str = "oneroster", by_command: bool = False
) -> UUID:
    """Look at a roster and begin its import, in the caller's transaction. Returns the import's id.

    Raises RosterRefused, NotAllowed, ImportRunning.
    """
    require(actor, may_import_roster, None)
    digest = _digest(source)
    try:
        file = look_at(source, name=name, digest=digest, actor=actor, kind=kind)
    except ArchiveRefused as error:
        said = reason(error.finding.code, dict(error.finding.values))
        raise RosterRefused(fields={"file": [said]}, details={"reason": error.finding.code}) from error
    try:
        return mutations.start_import(actor=actor, file=file, now=timezone.now(), by_command=by_command).id
    except SpedError:
        ROSTERS.drop(file.key)
        raise


def look_at(
    source: Path | BinaryIO, *, name: str, digest: str, actor: Actor, kind: str = "oneroster"
) -> NewFile:
    """Open a roster, find what is wrong with its files, and keep what is read of it. Raises ArchiveRefused."""
    with KINDS[kind].look(source, actor.today, _stay) as looked:
        return NewFile(
            kind=kind,
            name="".join(sign for sign in name if sign.isprintable()) or KINDS[kind].default_name,
            key=ROSTERS.keep_written(looked.write),
            hash=digest,
            version=looked.version,
            modes=looked.modes,
            lines=looked.lines,
            findings=looked.findings,
        )


@dataclass
class _Turn:
    """One worker's go at an import."""

    actor: Actor
    run_id: UUID
    worker: UUID
    roster: Rows
    tell: Callable[[int], None] | None
    started: float = field(default_factory=time.monotonic)
    told: float = 0.0
    done: int = 0

    def go(self, noun: str, line: int) -> None:
        """Apply everything after a place, file by file. Raises ImportStopped."""
        self._hold()
        self.roster.prepare()
        remarks: list[Finding] = []
        nouns = self.roster.nouns
        for at, current in enumerate(nouns):
            if noun in nouns and at < nouns.index(noun):
                continue
            after = line if current == noun else 0
            if not self._file(current, after, remarks):
                return
        with organization(self.actor.organization_id):
            mutations.finish_import(
                actor=self.actor, run_id=self.run_id, worker=self.worker, remarks=remarks, now=timezone.now()
            )

    def _file(self, noun: str, after: int, remarks: list[Finding]) -> bool:
        """Apply one file. False when the turn is over before the file is."""
        last = after
        for batch in _batches(self.roster.stream(noun), BATCH):
            last = max(last, batch[-1].line)
            rest = [result for result in batch if result.line > after]
            if rest and not self._apply(noun, rest):
                return False
        may_end, why_not = self.roster.may_end_others(noun)
        if why_not is not None:
            remarks.append(why_not)
        if not may_end:
            return True
        with organization(self.actor.organization_id):
            missing = queries.missing_records(actor=self.actor, noun=noun, named=self.roster.ids[noun])
        absent = self.roster.absent(noun, missing, first_line=last + 1)
        return all(self._apply(noun, batch) for batch in _batches(absent, BATCH))

    def _apply(self, noun: str, results: Sequence[Result]) -> bool:
        now = time.monotonic()
        is_loud = now - self.told >= TELL_EVERY_SECONDS
        with organization(self.actor.organization_id):
            mutations.apply_batch(
                actor=self.actor,
                run_id=self.run_id,
                worker=self.worker,
                noun=noun,
                results=results,
                is_loud=is_loud,
                now=timezone.now(),
            )
        self.done += len(results)
        if is_loud:
            self.told = now
            self._hold()
        if self.tell:
            self.tell(self.done)
        if now - self.started < LONGEST_TURN_SECONDS:
            return True
        with organization(self.actor.organization_id):
            mutations.continue_import(
                actor=self.actor, run_id=self.run_id, worker=self.worker, now=timezone.now()
            )
        return False

    def _hold(self) -> None:
        """Nobody takes the job over while its worker lives."""
        hold_lease(TASK, seconds=LEASE_SECONDS, run_id=self.run_id)


def _digest(source: BinaryIO) -> str:
    """The SHA-256 of a file, which is then at its beginning again."""
    total = hashlib.sha256()
    while chunk := source.read(CHUNK):
        total.update(chunk)
    source.seek(0)
    return total.hexdigest()


def _stay() -> None:
    """Long work on a file inside a transaction: the database ends a transaction in which nothing is said for long."""
    if connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")


def _batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch
