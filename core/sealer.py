"""The sealer: a thread of the relay that seals what was committed and anchors the heads outside the database."""

import logging
import threading
import time
from uuid import UUID

import psycopg
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from core.anchors import Anchor, anchor
from core.chain import BATCH, head, seal, waiting_organizations
from core.registry import lent
from core.tenant import organization

log = logging.getLogger("core.sealer")

SEAL_SECONDS = 1.0
ANCHOR_SECONDS = 300.0  # at the latest; a head that has not moved is not written again
AWAY = (DatabaseError, InterfaceError, psycopg.Error, OSError)


class Sealer(threading.Thread):
    """Seals once a second and anchors every five minutes and at its end, until stopped. Several may run."""

    def __init__(self) -> None:
        super().__init__(name="sealer", daemon=True)
        self.is_over = threading.Event()
        self.anchored_at = time.monotonic()
        self.moved: set[UUID] | None = None  # None: anything may have moved before this process began

    def run(self) -> None:
        """Work until told to stop. What fails is tried again; nothing that waits is lost."""
        while not self.is_over.wait(SEAL_SECONDS):
            self._try(is_last=False)
        self._try(is_last=True)
        connection.close()

    def stop(self) -> None:
        """Seal and anchor once more, then end."""
        self.is_over.set()
        self.join(timeout=5)

    def _try(self, *, is_last: bool) -> None:
        try:
            moved = seal_waiting()
            if self.moved is None:
                self.moved = set(lent("accounts.organization_ids")())
            self.moved |= moved
            if self.moved and (is_last or time.monotonic() - self.anchored_at >= ANCHOR_SECONDS):
                anchor_heads(self.moved)
                self.moved, self.anchored_at = set(), time.monotonic()
        except AWAY as error:
            log.warning("sealer waits", extra={"error": type(error).__name__})
            connection.close()


def seal_waiting() -> set[UUID]:
    """Seal everything that waits, organisation by organisation. Returns those whose chain has grown."""
    grown = set()
    for organization_id in waiting_organizations():
        while count := seal(organization_id):
            grown.add(organization_id)
            if count < BATCH:
                break
    return grown


def anchor_heads(organization_ids: set[UUID]) -> int:
    """Anchor the heads of these organisations' chains. Returns how many there were."""
    count = 0
    for organization_id in sorted(organization_ids):
        with organization(organization_id):
            found = head(organization_id)
        if found is not None:
            anchor(
                Anchor(organization_id=organization_id, seq=found.seq, digest=found.digest, at=timezone.now())
            )
            count += 1
    return count
