"""Rows of a roster become records, roster entries and schools: one transaction a batch, the place reached with it."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from core.actor import Actor
from core.ids import uuid7
from core.mutation import audit, mutation, publish, unchanged
from integrations.kinds import KINDS, MOST_OF_A_LABEL, ImportKind
from integrations.models import ImportRow, RosterImport, RosterRecord
from integrations.mutations.edfi import keep_district
from integrations.mutations.people import keep_people
from integrations.mutations.schools import keep_schools
from integrations.oneroster.findings import Finding, Severity, warning
from integrations.oneroster.plan import Entry, Remark, Result
from integrations.oneroster.rows import Demographics, Org, Role, User
from integrations.queries import held_import

LINES_A_FILE = 1_000_000_000  # position of a row = number of the file times this, plus the line
FINDINGS_A_LINE = 100  # position of a finding = that of its row times this, plus its place in the line
MOST_OF_AN_ID = 120
Outcome = ImportRow.Outcome


@dataclass(frozen=True, slots=True)
class Before:
    """A record as the last import left it."""

    fingerprint: str
    is_current: bool
    owner: str
    given_name: str | None
    family_name: str | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a row comes to. `owners` are the people it belongs to now and belonged to before."""

    line: int
    record: Any  # as its kind of import makes it
    outcome: Outcome
    owner: str
    owners: set[str]
    payload: str
    fingerprint: str
    label: str = ""
    is_absent: bool = False
    at: tuple[str, int] | None = None

    @property
    def is_written(self) -> bool:
        return self.outcome is not Outcome.UNCHANGED


@mutation
def apply_batch(
    *,
    actor: Actor,
    run_id: UUID,
    worker: UUID,
    noun: str,
    results: Sequence[Result],
    is_loud: bool,
    now: datetime,
) -> None:
    """Apply some lines of one file, in order, and save how far it got. A batch without a change leaves no audit.

    `is_loud` tells open pages. Raises ImportStopped when the import was cancelled or taken over.
    """
    run = held_import(actor=actor, run_id=run_id, worker=worker)
    kind = KINDS[run.kind]
    changes = _changes(actor, kind, noun, results)
    written = [change for change in changes if change.is_written]
    _write_records(actor, kind, noun, written, now)
    if kind.code == "edfi":
        results = _with_more(results, _follow_edfi(actor, noun, changes, now))
    else:
        _follow(actor, noun, written, now)
    _write_report(run, noun, results, changes)
    counts = _count(run, noun, results, changes)
    run.state = RosterImport.State.APPLYING
    run.at_noun, run.at_line = noun, max(run.at_line if run.at_noun == noun else 0, results[-1].line)
    run.save(update_fields=["state", "at_noun", "at_line", "done_lines", "counts"])
    topics = (run.topic,) if is_loud else ()
    if written:
        audit(
            actor,
            "integrations.import.applied",
            run,
            topics=topics,
            file=noun,
            until=run.at_line,
            counts=counts,
        )
        return
    unchanged(actor)
    if is_loud:
        publish(actor, "integrations.import.read", run, topics=topics)


def _changes(actor: Actor, kind: ImportKind, noun: str, results: Sequence[Result]) -> list[Change]:
    entries = [result for result in results if isinstance(result, Entry)]
    ids = [entry.record.sourced_id for entry in entries]
    rows = RosterRecord.objects.filter(organization_id=actor.organization_id, source=kind.code, noun=noun)
    known = {
        sourced_id: Before(*rest)
        for sourced_id, *rest in rows.filter(sourced_id__in=ids).values_list(
            "sourced_id", "fingerprint", "is_current", "owner", "payload__given_name", "payload__family_name"
        )
    }
    return [_change(kind, entry, known.get(entry.record.sourced_id)) for entry in entries]


def _change(kind: ImportKind, entry: Entry, known: "Before | None") -> Change:
    record = entry.record
    text = json.dumps(kind.payload(record), ensure_ascii=False)
    fingerprint = hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
    if entry.is_repeat:
        outcome = Outcome.UNCHANGED
    elif known is None:
        outcome = Outcome.UNCHANGED if record.ended else Outcome.CREATED
    elif record.ended:
        outcome = Outcome.LEFT if known.is_current else Outcome.UNCHANGED
    else:
        is_same = known.fingerprint == fingerprint and known.is_current
        outcome = Outcome.UNCHANGED if is_same else Outcome.UPDATED
    owner = kind.owner(record)
    owners = {owner, known.owner if known else ""} - {""}
    label = f"{known.given_name or ''} {known.family_name or ''}".strip() if known and record.ended else ""
    label = label or kind.name(record)
    return Change(
        entry.line,
        record,
        outcome,
        owner,
        owners,
        text,
        fingerprint,
        label[:MOST_OF_A_LABEL],
        entry.is_absent,
        entry.at,
    )


def _write_records(
    actor: Actor, kind: ImportKind, noun: str, changes: Sequence[Change], now: datetime
) -> None:
    if not changes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO integrations_rosterrecord AS record (organization_id, source, noun, created_at, changed_at,
                id, sourced_id, owner, payload, fingerprint, is_current)
            SELECT %s, %s, %s, %s, %s, new.id, new.sourced_id, new.owner, new.payload::jsonb, new.fingerprint,
                new.is_current
            FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::text[], %s::boolean[])
                AS new(id, sourced_id, owner, payload, fingerprint, is_current)
            -- A row that ends a record may say nothing else of it: what was known stays.
            ON CONFLICT (organization_id, source, noun, sourced_id) DO UPDATE SET
                owner = CASE WHEN excluded.is_current THEN excluded.owner ELSE record.owner END,
                payload = CASE WHEN excluded.is_current THEN excluded.payload ELSE record.payload END,
                fingerprint = CASE WHEN excluded.is_current THEN excluded.fingerprint ELSE record.fingerprint END,
                is_current = excluded.is_current, changed_at = excluded.changed_at""",
            [
                actor.organization_id,
                kind.code,
                noun,
                now,
                now,
                [uuid7() for _ in changes],
                [change.record.sourced_id for change in changes],
                [change.owner for change in changes],
                [change.payload for change in changes],
                [change.fingerprint for change in changes],
                [not change.record.ended for change in changes],
            ],
        )


def _write_report(run: RosterImport, noun: str, results: Sequence[Result], changes: Sequence[Change]) -> None:
    """What became of each line, and what there is to say of it."""
    base = (KINDS[run.kind].nouns.index(noun) + 1) * LINES_A_FILE
    rows: list[tuple[str, int, int, str, str, str]] = [
        (
            change.at[0] if change.at else "",
            change.at[1] if change.at else 0 if change.is_absent else change.line,
            change.line,
            change.record.sourced_id,
            change.label,
            change.outcome.value,
        )
        for change in changes
    ]
    rows += [
        (
            result.at[0] if result.at else "",
            result.at[1] if result.at else result.line,
            result.line,
            result.sourced_id[:MOST_OF_AN_ID],
            "",
            Outcome.REFUSED.value,
        )
        for result in results
        if not isinstance(result, Entry | Remark)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO integrations_importrow
            (organization_id, roster_import_id, noun, created_at, id, file, line, position, sourced_id, label,
                outcome)
            SELECT %s, %s, %s, now(), new.id, new.file, new.line, %s + new.at, new.sourced_id, new.label, new.outcome
            FROM unnest(%s::uuid[], %s::text[], %s::int[], %s::int[], %s::text[], %s::text[], %s::text[])
                AS new(id, file, line, at, sourced_id, label, outcome)""",
            [run.organization_id, run.id, noun, base, [uuid7() for _ in rows], *_columns(rows, 6)],
        )
    _write_findings(run, noun, base, results)


def _write_findings(run: RosterImport, noun: str, base: int, results: Sequence[Result]) -> None:
    findings = [
        (
            found.line,
            (base + result.line) * FINDINGS_A_LINE + min(place, FINDINGS_A_LINE - 1),
            found.file[:200],
            found.column[:120],
            found.code,
            found.severity.value,
            json.dumps(dict(found.values)),
        )
        for result in results
        for place, found in enumerate(result.findings)
    ]
    if not findings:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO integrations_importfinding
            (organization_id, roster_import_id, noun, created_at, id, line, position, file, "column", code,
                severity, "values")
            SELECT %s, %s, %s, now(), new.id, new.line, new.at, new.file, new."column", new.code,
                new.severity, new."values"::jsonb
            FROM unnest(%s::uuid[], %s::int[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[],
                %s::text[]) AS new(id, line, at, file, "column", code, severity, "values")""",
            [run.organization_id, run.id, noun, [uuid7() for _ in findings], *_columns(findings, 7)],
        )


def _columns(rows: Sequence[tuple[Any, ...]], width: int) -> list[list[Any]]:
    return [[row[place] for row in rows] for place in range(width)]


def _follow(actor: Actor, noun: str, written: Sequence[Change], now: datetime) -> None:
    """Carry what changed into schools and roster entries."""
    if noun == "orgs":
        keep_schools(
            actor=actor, orgs=[change.record for change in written if isinstance(change.record, Org)]
        )
    users = set(_users(written))
    if users:
        keep_people(actor=actor, users=users, now=now)


def _follow_edfi(
    actor: Actor, noun: str, changes: Sequence[Change], now: datetime
) -> dict[int, tuple[Finding, ...]]:
    """Carry what changed into schools, roster entries, programs and results. Returns what there is to say of lines."""
    said = keep_district(
        actor=actor,
        noun=noun,
        items=[change.record for change in changes],
        changed={change.record.sourced_id for change in changes if change.is_written},
        now=now,
    )
    more: dict[int, tuple[Finding, ...]] = {}
    for change in changes:
        code = said.get(change.record.sourced_id)
        if code is not None and change.at is not None:
            file, line = change.at
            more[change.line] = (warning(file, line, "StudentReference", code, value=change.owner),)
    return more


def _with_more(results: Sequence[Result], more: Mapping[int, tuple[Finding, ...]]) -> list[Result]:
    return [
        replace(result, findings=(*result.findings, *more[result.line])) if result.line in more else result
        for result in results
    ]


def _users(changes: Iterable[Change]) -> Iterable[str]:
    """Everybody whose description a change may alter."""
    for change in changes:
        if isinstance(change.record, User | Demographics):
            yield change.record.sourced_id
        elif isinstance(change.record, Role):
            yield from change.owners


def _count(
    run: RosterImport, noun: str, results: Sequence[Result], changes: Sequence[Change]
) -> dict[str, int]:
    """Add the batch to the counts of its file. Returns the batch's own."""
    own = Counter(change.outcome.value for change in changes)
    own["refused"] = sum(not isinstance(result, Entry | Remark) for result in results)
    own["warnings"] = sum(
        found.severity is Severity.WARNING for result in results for found in result.findings
    )
    total = Counter(run.counts.get(noun, {}))
    total.update(own)
    run.counts = {**run.counts, noun: {word: count for word, count in total.items() if count}}
    run.done_lines += sum(not isinstance(result, Remark) for result in results)
    run.done_lines -= sum(change.is_absent for change in changes)
    return {word: count for word, count in own.items() if count}
