"""An import from start to end. The rows themselves are applied in `apply`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core.actor import Actor
from core.errors import Conflict
from core.files import FileGone
from core.mutation import audit, mutation, publish, require, unchanged
from core.queue import enqueue
from integrations.models import ImportFinding, RosterImport
from integrations.oneroster.findings import Finding, Severity
from integrations.queries import held_import, roster_import
from integrations.rules import may_import_roster
from integrations.store import ROSTERS

KEEP_FILE_DAYS = 7
SWEEP_DAYS = 30
REMARKS = (
    1_000_000  # positions below are of what the file showed before it was applied, from here on of the end
)
TASK = "integrations.run_import"
COMMAND_HEAD_START = timedelta(seconds=90)  # a worker takes over only when the command has died


class ImportRunning(Conflict):
    """Two rosters at once would undo each other."""

    code = "import_running"
    message = _("Another import is still running. Wait until it is done, or cancel it.")


class NothingToRepeat(Conflict):
    """The file of an old import is no longer kept."""

    code = "nothing_to_repeat"
    message = _("The file of this import is no longer kept. Choose it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFile:
    """A roster that was looked at and kept: what it is, and what is odd about the file as a whole."""

    kind: str = "oneroster"
    name: str
    key: str
    hash: str
    version: str
    modes: dict[str, str]
    lines: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an import goes on."""

    kind: str
    file_key: str
    noun: str
    line: int


@mutation
def start_import(*, actor: Actor, file: NewFile, now: datetime, by_command: bool = False) -> RosterImport:
    """Begin an import. The same file while it is still running is the same import.

    Raises NotAllowed, ImportRunning.
    """
    require(actor, may_import_roster, None)
    running = _running(actor)
    if running is not None and (running.kind, running.file_hash) == (file.kind, file.hash):
        ROSTERS.drop(file.key)
        unchanged(actor)
        return running
    if running is not None:
        raise ImportRunning(details={"import_id": str(running.id)})
    _forget_old_files(actor, now)
    try:
        with transaction.atomic():
            run = RosterImport.objects.create(
                organization_id=actor.organization_id,
                kind=file.kind,
                file_name=file.name[:200],
                file_key=file.key,
                file_hash=file.hash,
                version=file.version,
                modes=file.modes,
                total_lines=file.lines,
                started_by_id=actor.acting_person_id,
                started_by_name=actor.name[:120],
                started_at=now,
            )
    except IntegrityError:  # somebody else began one in the same moment
        raise ImportRunning from None
    _keep_findings(run, file.findings)
    audit(actor, "integrations.import.started", run, kind=file.kind, file_hash=file.hash, lines=file.lines)
    enqueue(
        TASK,
        actor=actor,
        key=f"{TASK}:{run.id}",
        run_after=now + COMMAND_HEAD_START if by_command else None,
        run_id=run.id,
    )
    return run


@mutation
def repeat_import(*, actor: Actor, run_id: UUID, now: datetime) -> RosterImport:
    """Apply the file of a finished import once more. Raises NotFound, ImportRunning, NothingToRepeat."""
    before = roster_import(actor=actor, run_id=run_id)
    try:
        copy = ROSTERS.keep(ROSTERS.kept(before.file_key))
    except FileGone:
        raise NothingToRepeat from None
    return start_import(
        actor=actor,
        now=now,
        file=NewFile(
            kind=before.kind,
            name=before.file_name,
            key=copy,
            hash=before.file_hash,
            version=before.version,
            modes=before.modes,
            lines=before.total_lines,
            findings=tuple(
                Finding(
                    found.file, found.line, found.column, found.code, Severity(found.severity), found.values
                )
                for found in before.findings.filter(position__lt=REMARKS).order_by("position", "id")
            ),
        ),
    )


@mutation
def claim_import(*, actor: Actor, run_id: UUID, worker: UUID) -> Place | None:
    """Take an import on, or over from a worker that died. None when there is nothing left to do. Raises NotFound."""
    run = roster_import(actor=actor, run_id=run_id, lock=True)
    unchanged(actor)
    if run.is_finished:
        return None
    run.worker = worker
    run.state = RosterImport.State.READING
    run.save(update_fields=["worker", "state"])
    publish(actor, "integrations.import.claimed", run)
    return Place(kind=run.kind, file_key=run.file_key, noun=run.at_noun, line=run.at_line)


@mutation
def continue_import(*, actor: Actor, run_id: UUID, worker: UUID, now: datetime) -> None:
    """Promise the rest of a long import as another job, so that no job runs into its time limit."""
    run = held_import(actor=actor, run_id=run_id, worker=worker)
    enqueue(
        TASK, actor=actor, key=f"{TASK}:{run.id}:{run.at_noun}:{run.at_line}", run_after=now, run_id=run.id
    )
    unchanged(actor)


@mutation
def finish_import(
    *, actor: Actor, run_id: UUID, worker: UUID, remarks: Sequence[Finding], now: datetime
) -> RosterImport:
    """All rows are applied. Raises ImportStopped."""
    run = held_import(actor=actor, run_id=run_id, worker=worker)
    _keep_findings(run, remarks, first=REMARKS)
    _end(actor, run, RosterImport.State.DONE, now)
    return run


@mutation
def fail_import(*, actor: Actor, run_id: UUID, code: str, now: datetime) -> None:
    """The file cannot be read any further; what was applied stays. Raises NotFound."""
    run = roster_import(actor=actor, run_id=run_id, lock=True)
    if run.is_finished:
        unchanged(actor)
        return
    run.failure = code
    _end(actor, run, RosterImport.State.FAILED, now)


@mutation
def cancel_import(*, actor: Actor, run_id: UUID, now: datetime) -> RosterImport:
    """Stop an import. What was applied stays. Raises NotFound."""
    run = roster_import(actor=actor, run_id=run_id, lock=True)
    if run.is_finished:
        unchanged(actor)
        return run
    _end(actor, run, RosterImport.State.CANCELLED, now)
    return run


def _end(actor: Actor, run: RosterImport, state: RosterImport.State, now: datetime) -> None:
    run.state = state
    run.finished_at = now
    run.worker = None
    run.save(update_fields=["state", "finished_at", "worker", "failure"])
    totals: dict[str, int] = {}
    for counts in run.counts.values():
        for word, count in counts.items():
            totals[word] = totals.get(word, 0) + count
    audit(actor, f"integrations.import.{state.value}", run, totals=totals)


def _running(actor: Actor) -> RosterImport | None:
    rows = RosterImport.objects.visible_to(actor).filter(state__in=RosterImport.UNFINISHED)
    return rows.select_for_update(of=("self",)).first()


def _keep_findings(run: RosterImport, findings: Sequence[Finding], *, first: int = 0) -> None:
    ImportFinding.objects.bulk_create(
        ImportFinding(
            organization_id=run.organization_id,
            roster_import=run,
            position=number,
            line=found.line,
            file=found.file[:200],
            column=found.column[:120],
            code=found.code,
            severity=str(found.severity),
            values=dict(found.values),
        )
        for number, found in enumerate(findings, start=first)
    )


def _forget_old_files(actor: Actor, now: datetime) -> None:
    """Files are kept for a few days, to be applied once more; then they are gone."""
    ROSTERS.sweep(before=(now - timedelta(days=SWEEP_DAYS)).timestamp())
    old = RosterImport.objects.visible_to(actor).filter(finished_at__lt=now - timedelta(days=KEEP_FILE_DAYS))
    for run in old.exclude(file_key=""):
        ROSTERS.drop(run.file_key)
        run.file_key = ""
        run.save(update_fields=["file_key"])
