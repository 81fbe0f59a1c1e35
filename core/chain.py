"""The chain that makes the audit evidence: each entry is sealed with a digest over itself and the seal before it.

A trigger notes every entry that waits for its seal, in the transaction of the entry, so an entry that commits late
is sealed late and never skipped. One sealer at a time holds an organisation (docs/adr/0016). Who changes rows behind
the application breaks the chain; whoever mends the whole chain contradicts an anchor (`core/anchors.py`).
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db import connection

from core.anchors import Anchor, anchors_of
from core.models import AuditEntry, AuditSeal, AuditWaiting
from core.tenant import organization

BATCH = 1_000
MOST_FINDINGS = 100
SEARCH_TIMEOUT = "600s"
KINDS = ("edited", "deleted", "gap", "broken", "tail_cut", "anchor_broken", "unsealed")


@dataclass(frozen=True, slots=True)
class Head:
    """The newest seal of an organisation's chain."""

    seq: int
    digest: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where the chain does not hold. `kind` is one of `KINDS`."""

    kind: str
    seq: int | None = None
    entry_id: int | None = None


@dataclass(slots=True)
class Verdict:
    """What a check of one organisation's chain found; at most 100 findings are kept, all are counted."""

    entries: int = 0
    anchors: int = 0
    waiting: int = 0
    head: Head | None = None
    count: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing contradicts the chain."""
        return self.count == 0

    def add(self, finding: Finding) -> None:
        """Keep one more finding."""
        self.count += 1
        if len(self.findings) < MOST_FINDINGS:
            self.findings.append(finding)


def first_link(organization_id: UUID) -> bytes:
    """What the first seal of an organisation follows."""
    return hashlib.sha256(b"audit of " + organization_id.bytes).digest()


def canonical(entry: AuditEntry) -> bytes:
    """An entry as bytes, the same for the same row on every machine."""
    columns = [
        entry.id,
        str(entry.organization_id),
        entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        entry.verb,
        entry.actor_kind,
        entry.actor_person_id and str(entry.actor_person_id),
        entry.actor_name,
        entry.record_type,
        entry.record_id and str(entry.record_id),
        entry.student_id and str(entry.student_id),
        entry.values,
        entry.reason,
        entry.request_id,
        entry.ip,
        entry.user_agent,
    ]
    return json.dumps(columns, sort_keys=True, separators=(",", ":")).encode()


def digest(prev: bytes, seq: int, entry: AuditEntry) -> bytes:
    """The digest of one seal."""
    return hashlib.sha256(prev + seq.to_bytes(8) + canonical(entry)).digest()


def waiting_organizations() -> tuple[UUID, ...]:
    """The organisations with entries that wait for their seals."""
    return tuple(AuditWaiting.objects.order_by().values_list("organization_id", flat=True).distinct())


def seal(organization_id: UUID, *, limit: int = BATCH) -> int:
    """Seal what waits in one organisation, oldest id first, in one transaction. Returns how many were sealed.

    Two sealers never work on one chain: who comes second leaves it to the first.
    """
    with organization(organization_id):
        if not _holds_chain(organization_id):
            return 0
        mine = AuditWaiting.objects.filter(organization_id=organization_id).order_by("entry_id")
        waiting = list(mine.values_list("entry_id", flat=True)[:limit])
        if not waiting:
            return 0
        entries = AuditEntry.objects.filter(organization_id=organization_id, id__in=waiting).order_by("id")
        found = head(organization_id)
        seals = list(_links(organization_id, found, entries))
        AuditSeal.objects.bulk_create(seals)
        AuditWaiting.objects.filter(entry_id__in=waiting).delete()
        return len(seals)


def head(organization_id: UUID) -> Head | None:
    """The newest seal of the organisation that is open."""
    newest = AuditSeal.objects.filter(organization_id=organization_id).order_by("-seq").first()
    return Head(newest.seq, bytes(newest.digest)) if newest else None


def _links(organization_id: UUID, before: Head | None, entries: Any) -> Iterator[AuditSeal]:
    seq, prev = (before.seq, before.digest) if before else (0, first_link(organization_id))
    for entry in entries:
        seq += 1
        made = digest(prev, seq, entry)
        yield AuditSeal(entry_id=entry.id, organization_id=organization_id, seq=seq, prev=prev, digest=made)
        prev = made


def _holds_chain(organization_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended('audit chain of ' || %s, 0))",
            [str(organization_id)],
        )
        return bool(cursor.fetchone()[0])


def verify(organization_id: UUID) -> Verdict:
    """Read one organisation's chain from its beginning and name every place where it does not hold."""
    anchors = anchors_of(organization_id)  # before the chain, which only grows
    verdict = Verdict(anchors=len(anchors))
    with organization(organization_id):
        _walk(organization_id, verdict, {anchor.seq: anchor for anchor in anchors})
        for entry_id in _unsealed(organization_id):
            verdict.add(Finding("unsealed", entry_id=entry_id))
        verdict.waiting = AuditWaiting.objects.filter(organization_id=organization_id).count()
    last = verdict.head.seq if verdict.head else 0
    cut = max((anchor.seq for anchor in anchors), default=0)
    if cut > last:
        verdict.add(Finding("tail_cut", seq=last + 1))
    return verdict


def _walk(organization_id: UUID, verdict: Verdict, anchors: dict[int, Anchor]) -> None:
    seq, prev = 0, first_link(organization_id)
    while seals := _batch(organization_id, seq):
        ids = [link.entry_id for link in seals]
        entries = AuditEntry.objects.filter(organization_id=organization_id).in_bulk(ids)
        for link in seals:
            for finding in _look(link, entries.get(link.entry_id), seq, prev):
                verdict.add(finding)
            anchor = anchors.get(link.seq)
            if anchor is not None and anchor.digest != bytes(link.digest):
                verdict.add(Finding("anchor_broken", seq=link.seq))
            seq, prev = link.seq, bytes(link.digest)
            verdict.entries += 1
    verdict.head = Head(seq, prev) if seq else None


def _batch(organization_id: UUID, after: int) -> list[AuditSeal]:
    rows = AuditSeal.objects.filter(organization_id=organization_id, seq__gt=after)
    return list(rows.order_by("seq")[:BATCH])


def _look(link: AuditSeal, entry: AuditEntry | None, seq: int, prev: bytes) -> Iterator[Finding]:
    """What is wrong with one link after the one before it."""
    if link.seq != seq + 1:
        yield Finding("gap", seq=seq + 1)
    elif bytes(link.prev) != prev:
        yield Finding("broken", seq=link.seq, entry_id=link.entry_id)
    if entry is None:
        yield Finding("deleted", seq=link.seq, entry_id=link.entry_id)
    elif digest(bytes(link.prev), link.seq, entry) != bytes(link.digest):
        yield Finding("edited", seq=link.seq, entry_id=link.entry_id)


def _unsealed(organization_id: UUID) -> list[int]:
    """Entries that have no seal and wait for none: written with triggers off, or their seals were taken away."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [SEARCH_TIMEOUT])
        cursor.execute(
            """SELECT e.id FROM core_auditentry e
            LEFT JOIN core_auditseal s ON s.entry_id = e.id AND s.organization_id = e.organization_id
            LEFT JOIN core_auditwaiting w ON w.entry_id = e.id
            WHERE e.organization_id = %s AND s.entry_id IS NULL AND w.entry_id IS NULL
            ORDER BY e.id LIMIT %s""",
            [organization_id, MOST_FINDINGS],
        )
        return [entry_id for (entry_id,) in cursor.fetchall()]
