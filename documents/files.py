"""Documents that are made once and kept as they were: which version each shows, and the SHA-256 of the file itself."""

import hashlib
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from core.actor import Actor
from core.mutation import audit
from documents.models import GeneratedFile
from documents.signing import Subject


def kept_file(
    *, actor: Actor, subject_id: UUID, kind: str, shows: str, language: str = ""
) -> GeneratedFile | None:
    """The document of one version, if it was made. The caller has asked who may read it."""
    return GeneratedFile.objects.filter(
        organization_id=actor.organization_id,
        subject_id=subject_id,
        kind=kind,
        language=language,
        shows=shows,
    ).first()


def keep_file(
    *,
    actor: Actor,
    subject: Subject,
    kind: str,
    content: bytes,
    language: str = "",
    notes: Mapping[str, Any] | None = None,
) -> GeneratedFile:
    """Keep a document of a version, once: what was kept before stays. Called inside a mutation; it is accounted for."""
    known = kept_file(actor=actor, subject_id=subject.id, kind=kind, shows=subject.digest, language=language)
    if known is not None:
        return known
    row = GeneratedFile(
        organization_id=actor.organization_id,
        student=subject.student,
        subject_kind=subject.kind,
        subject_id=subject.id,
        kind=kind,
        language=language,
        shows=subject.digest,
        digest=hashlib.sha256(content).hexdigest(),
        size=len(content),
        content=content,
        notes=dict(notes or {}),
    )
    row.save(force_insert=True)
    audit(
        actor,
        "documents.file.kept",
        row,
        subject_id=subject.id,
        kind=kind,
        language=language,
        shows=row.shows,
        digest=row.digest,
        size=row.size,
    )
    return row
