"""Reading the checks of the chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from audit.models import ChainCheck
from audit.rules import may_read_audit
from core.actor import Actor
from core.errors import NotFound
from core.mutation import require
from core.outbox import topic_version


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRow:
    """One check of the chain, as its page shows it."""

    asked_by: str
    asked_at: datetime
    finished_at: datetime | None
    entries: int
    waiting: int
    anchors: int
    count: int
    findings: tuple[Mapping[str, Any], ...]

    @property
    def seconds(self) -> float:
        """How long it took."""
        return round((self.finished_at - self.asked_at).total_seconds(), 1) if self.finished_at else 0.0


def check(*, actor: Actor, check_id: UUID, lock: bool = False) -> ChainCheck:
    """One check. Raises NotFound, NotAllowed."""
    require(actor, may_read_audit, actor)
    rows = ChainCheck.objects.select_for_update(no_key=True) if lock else ChainCheck.objects.all()
    found = rows.filter(organization_id=actor.organization_id, id=check_id).first()
    if found is None:
        raise NotFound
    return found


def newest_check(*, actor: Actor) -> CheckRow | None:
    """The check that was asked for last. Raises NotAllowed."""
    require(actor, may_read_audit, actor)
    rows = ChainCheck.objects.filter(organization_id=actor.organization_id).order_by("-created_at", "-id")
    found = rows.first()
    if found is None:
        return None
    return CheckRow(
        asked_by=found.asked_by_name,
        asked_at=found.created_at,
        finished_at=found.finished_at,
        entries=found.entries,
        waiting=found.waiting,
        anchors=found.anchors,
        count=found.count,
        findings=tuple(found.findings),
    )


def version(*, actor: Actor) -> str:
    """The version of the topic under which news of checks is told. Read it before them."""
    return topic_version(f"organization.{actor.organization_id}")
