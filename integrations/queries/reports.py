"""Reading imports. Whoever may not import a roster finds none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, gettext_lazy

from core.actor import Actor
from core.errors import Conflict, NotAllowed, NotFound
from core.models import topic
from core.mutation import require
from core.outbox import topic_version
from integrations.kinds import KINDS, REASONS
from integrations.models import ImportFinding, ImportRow, RosterImport
from integrations.rules import may_import_roster

PAGE = 50
FAILURES = {
    "file_gone": gettext_lazy("The file was no longer there when its turn came. Choose it again."),
    "unreadable": gettext_lazy("The file could not be read to its end. Export it again."),
}
IMPORTS_SHOWN = 50
OUTCOMES = tuple(outcome.value for outcome in ImportRow.Outcome)


class ImportStopped(Conflict):
    """The import was cancelled, or another worker goes on with it."""

    code = "import_stopped"
    message = gettext_lazy("This import was stopped.")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileCounts:
    """What the lines of one file came to."""

    file: str
    created: int
    updated: int
    unchanged: int
    left: int
    refused: int
    warnings: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportSummary:
    """One import as lists and its own page show it."""

    id: UUID
    topic: str
    version: str
    kind: str
    kind_label: str
    file_name: str
    roster_version: str
    state: str
    state_label: str
    failure: str
    is_finished: bool
    total_lines: int
    done_lines: int
    started_by: str
    started_by_id: UUID | None
    started_at: datetime
    finished_at: datetime | None
    files: tuple[FileCounts, ...]
    totals: FileCounts
    has_file: bool

    @property
    def percent(self) -> int:
        """How far it got, 0 to 100; 100 only when it is done."""
        if self.state == RosterImport.State.DONE:
            return 100
        return min(99, 100 * self.done_lines // max(self.total_lines, 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportList:
    """The newest imports of a district."""

    topic: str
    version: str
    rows: tuple[ImportSummary, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingLine:
    """One finding with its sentence in the reader's language."""

    id: UUID
    position: int
    file: str
    line: int
    column: str
    code: str
    severity: str
    severity_label: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowLine:
    """What one line came to."""

    id: UUID
    position: int
    file: str
    line: int
    sourced_id: str
    label: str
    outcome: str
    outcome_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPage:
    """Some lines of a report, and where the next ones begin."""

    rows: tuple[RowLine, ...]
    next_after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingPage:
    """Some findings, and where the next ones begin."""

    findings: tuple[FindingLine, ...]
    next_after: str


def roster_import(*, actor: Actor, run_id: UUID, lock: bool = False) -> RosterImport:
    """One import. Raises NotFound for everybody who may not import."""
    rows = RosterImport.objects.visible_to(actor)
    if lock:
        rows = rows.select_for_update(of=("self",), no_key=True)
    found = rows.filter(id=run_id).first()
    if found is None:
        raise NotFound
    return found


def held_import(*, actor: Actor, run_id: UUID, worker: UUID) -> RosterImport:
    """The import, locked, while `worker` still holds it. Raises ImportStopped, NotFound."""
    run = roster_import(actor=actor, run_id=run_id, lock=True)
    if run.is_finished or run.worker != worker:
        raise ImportStopped
    return run


def imports(*, actor: Actor) -> ImportList:
    """The newest imports, newest first. Raises NotFound for everybody who may not import."""
    _check(actor)
    name = topic("organization", actor.organization_id)
    version = topic_version(name)  # read before the content it stands for
    rows = RosterImport.objects.visible_to(actor).order_by("-started_at", "-id")[:IMPORTS_SHOWN]
    return ImportList(topic=name, version=version, rows=tuple(map(summary_in_list, rows)))


def import_list(*, actor: Actor) -> QuerySet[RosterImport]:
    """The rows of every import, for cursor pages. Raises NotFound for everybody who may not import."""
    _check(actor)
    return RosterImport.objects.visible_to(actor)


def import_summary(*, actor: Actor, run_id: UUID) -> ImportSummary:
    """One import with its counts. Raises NotFound."""
    version = topic_version(topic("import", run_id))  # read before the content it stands for
    return _summary(roster_import(actor=actor, run_id=run_id), version)


def summary_in_list(run: RosterImport) -> ImportSummary:
    """What a list shows of an import; the list has its own version."""
    return _summary(run, "")


def findings(
    *, actor: Actor, run_id: UUID, severity: str = "", noun: str = "", after: str = "", limit: int = PAGE
) -> FindingPage:
    """Findings of an import in the order of its files and lines, after a cursor. Raises NotFound."""
    rows = finding_rows(actor=actor, run_id=run_id, severity=severity, noun=noun)
    position, row_id = _cursor(after)
    if row_id is not None:
        rows = rows.filter(_after(position, row_id), position__gte=position)
    found = list(rows[: limit + 1])
    lines = tuple(finding_line(row) for row in found[:limit])
    return FindingPage(findings=lines, next_after=_next(lines, len(found) > limit))


def finding_rows(
    *, actor: Actor, run_id: UUID, severity: str = "", noun: str = ""
) -> QuerySet[ImportFinding]:
    """All findings of an import, in order. Raises NotFound."""
    run = roster_import(actor=actor, run_id=run_id)
    rows = ImportFinding.objects.filter(organization_id=actor.organization_id, roster_import_id=run.id)
    if severity:
        rows = rows.filter(severity=severity)
    if noun:
        rows = rows.filter(noun=noun)
    return rows.order_by("position", "id")


def every_finding(*, actor: Actor, run_id: UUID) -> Iterator[FindingLine]:
    """All findings of an import, in order. Raises NotFound."""
    return map(finding_line, finding_rows(actor=actor, run_id=run_id).iterator(chunk_size=2_000))


def rows(
    *, actor: Actor, run_id: UUID, outcome: str = "", noun: str = "", after: str = "", limit: int = PAGE
) -> RowPage:
    """What the lines of an import came to, in order, after a cursor. Raises NotFound."""
    found = row_rows(actor=actor, run_id=run_id, outcome=outcome, noun=noun)
    position, row_id = _cursor(after)
    if row_id is not None:
        found = found.filter(_after(position, row_id), position__gte=position)
    some = list(found[: limit + 1])
    lines = tuple(row_line(row) for row in some[:limit])
    return RowPage(rows=lines, next_after=_next(lines, len(some) > limit))


def row_rows(*, actor: Actor, run_id: UUID, outcome: str = "", noun: str = "") -> QuerySet[ImportRow]:
    """All lines of an import, in order. Raises NotFound."""
    run = roster_import(actor=actor, run_id=run_id)
    found = ImportRow.objects.filter(organization_id=actor.organization_id, roster_import_id=run.id)
    if outcome:
        found = found.filter(outcome=outcome)
    if noun:
        found = found.filter(noun=noun)
    return found.order_by("position", "id")


def row_line(row: ImportRow) -> RowLine:
    """One line of a report in words."""
    return RowLine(
        id=row.id,
        position=row.position,
        file=row.file or f"{row.noun}.csv",
        line=row.line,
        sourced_id=row.sourced_id,
        label=row.label,
        outcome=row.outcome,
        outcome_label=row.get_outcome_display(),
    )


def finding_line(row: ImportFinding) -> FindingLine:
    """A finding in words."""
    return FindingLine(
        id=row.id,
        position=row.position,
        file=row.file,
        line=row.line,
        column=row.column,
        code=row.code,
        severity=row.severity,
        severity_label=row.get_severity_display(),
        reason=reason(row.code, row.values),
    )


def reason(code: str, values: dict[str, str]) -> str:
    """The sentence of a finding in the reader's language."""
    return gettext(REASONS[code]).format_map(values)


def _check(actor: Actor) -> None:
    """A page about imports does not exist for those who may not import."""
    try:
        require(actor, may_import_roster, None)
    except NotAllowed:
        raise NotFound from None


def _summary(run: RosterImport, version: str) -> ImportSummary:
    kind = KINDS[run.kind]
    files = tuple(
        _counts(str(kind.files[noun]), run.counts[noun]) for noun in kind.nouns if noun in run.counts
    )
    totals = {word: sum(getattr(file, word) for file in files) for word in (*OUTCOMES, "warnings")}
    return ImportSummary(
        id=run.id,
        topic=run.topic,
        version=version,
        kind=run.kind,
        kind_label=kind.label,
        file_name=run.file_name,
        roster_version=run.version,
        state=run.state,
        state_label=run.get_state_display(),
        failure=str(FAILURES.get(run.failure, "") or FAILURES["unreadable"]) if run.failure else "",
        is_finished=run.is_finished,
        total_lines=run.total_lines,
        done_lines=run.done_lines,
        started_by=run.started_by_name,
        started_by_id=run.started_by_id,
        started_at=run.started_at,
        finished_at=run.finished_at,
        files=files,
        totals=_counts("", totals),
        has_file=bool(run.file_key),
    )


def _counts(file: str, counts: dict[str, int]) -> FileCounts:
    return FileCounts(file=file, **{word: counts.get(word, 0) for word in (*OUTCOMES, "warnings")})


def _cursor(text: str) -> tuple[int, UUID | None]:
    """A cursor from an address; anything else is the beginning."""
    position, _sign, row_id = text.partition("-")
    try:
        return int(position) % 2**62, UUID(row_id)
    except ValueError:
        return 0, None


def _after(position: int, row_id: UUID) -> Q:
    return Q(position__gt=position) | Q(id__gt=row_id)


def _next(lines: Sequence[RowLine | FindingLine], has_more: bool) -> str:
    return f"{lines[-1].position}-{lines[-1].id.hex}" if has_more else ""
