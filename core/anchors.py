"""Heads of the audit chains, kept outside the database: who can rewrite every row still contradicts these lines.

One line of JSON a head, only ever appended to the file that `AUDIT_ANCHOR` names, and the same into the log.
"""

import json
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings

log = logging.getLogger("core.anchors")


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The head of one organisation's chain at one moment."""

    organization_id: UUID
    seq: int
    digest: bytes
    at: datetime


def anchor(found: Anchor) -> None:
    """Write one head down for good. One write of one line, so that several processes may share the file."""
    words = {
        "at": found.at.isoformat(),
        "organization": str(found.organization_id),
        "seq": found.seq,
        "digest": found.digest.hex(),
    }
    path = Path(settings.AUDIT_ANCHOR)
    path.parent.mkdir(parents=True, exist_ok=True)
    line = (json.dumps(words) + "\n").encode()
    opened = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    try:
        os.write(opened, line)
        os.fsync(opened)
    finally:
        os.close(opened)
    told = {"organization": words["organization"], "seq": words["seq"], "digest": words["digest"]}
    log.info("audit anchored", extra=told)


def anchors_of(organization_id: UUID) -> tuple[Anchor, ...]:
    """The anchors of one organisation, oldest first. Lines that cannot be read are left out."""
    return tuple(found for found in _lines() if found.organization_id == organization_id)


def _lines() -> Iterator[Anchor]:
    try:
        text = Path(settings.AUDIT_ANCHOR).read_text()
    except FileNotFoundError:
        return
    for line in text.splitlines():
        with suppress(ValueError, KeyError, TypeError):
            words = json.loads(line)
            yield Anchor(
                organization_id=UUID(words["organization"]),
                seq=int(words["seq"]),
                digest=bytes.fromhex(words["digest"]),
                at=datetime.fromisoformat(words["at"]),
            )
